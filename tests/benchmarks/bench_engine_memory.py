"""Memory of the engine: over many messages, and for each connected station.

Run: ``python tests/benchmarks/bench_engine_memory.py [MESSAGES]`` (about a minute for 200,000). Loopback only.

Aims (performance.md): flat over any number of messages; at most 10 kB for each idle pair of sockets.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from bench_engine_load import Target, csms, engine, pin, relay, run

STATIONS = 1000


async def main(messages: int) -> None:
    port = await csms()
    with tempfile.TemporaryDirectory() as folder:
        await over_messages(engine(port, str(Path(folder) / "a.jsonl")), messages)
        print(f"\nmemory for each of {STATIONS} connected stations")
        await each_station(relay("tcp", port))
        await each_station(relay("websockets", port))
        await each_station(engine(port, str(Path(folder) / "b.jsonl")))


async def over_messages(target: Target, messages: int) -> None:
    try:
        await target.connect(50)
        print(f"resident memory of {target.name} over {messages} messages")
        for step in range(11):
            done = messages * step // 10
            print(f"  {done:10,} {target.memory / 1e6:8.1f} MB")
            if step < 10:
                await target.exchange(calls=messages // 10 // 50 // 2, window=4)
    finally:
        target.stop()


async def each_station(target: Target) -> None:
    try:
        await target.connect(10)
        await target.exchange(calls=20)
        before = target.memory
        await target.connect(STATIONS)
        idle = (target.memory - before) / STATIONS
        await target.exchange(calls=5)
        await asyncio.sleep(0.5)
        used = (target.memory - before) / STATIONS
        print(
            f"  {target.name:20} {idle / 1000:6.1f} kB after the upgrade, {used / 1000:6.1f} kB after five calls each"
        )
    finally:
        target.stop()


if __name__ == "__main__":
    pin(0, 0)
    run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))
