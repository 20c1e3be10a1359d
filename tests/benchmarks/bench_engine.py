"""CPU of the engine per message, against a plain TCP relay and a relay written on `websockets`.

Run: ``python tests/benchmarks/bench_engine.py [ROUNDS]`` (about two minutes). Each relay is a process of its own, slices are
taken in turn, ratios are of one round and their median is printed; every answer is checked. Loopback only. With `uvloop`
installed everybody uses it. Read ratios: absolute figures move threefold with the neighbours' load.

Aims (performance.md): paced at most 1.5 times the TCP relay, pipelined by 8 at most 4 times; at most 0.6 times `websockets`.
"""

import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench_engine_load import Target, csms, engine, pin, relay, run

STATIONS = 50


async def window_1(target: Target) -> int:
    await target.exchange(calls=60, window=1)
    return 60 * STATIONS


async def pipelined_8(target: Target) -> int:
    await target.exchange(calls=160, window=8)
    return 160 * STATIONS


async def paced_430(target: Target) -> int:
    return await target.paced(rate=430, seconds=2)


LOADS: dict[str, Callable[[Target], Awaitable[int]]] = {
    "one outstanding call a station": window_1,
    "eight outstanding calls a station": pipelined_8,
    "paced, 430 calls/s": paced_430,
}


async def main(rounds: int) -> None:
    port = await csms()
    with tempfile.TemporaryDirectory() as folder:
        targets = [
            relay("tcp", port),
            relay("websockets", port),
            engine(port, None, "engine, no capture"),
            engine(port, str(Path(folder) / "capture.jsonl"), "engine, capture"),
        ]
        try:
            for target in targets:
                await target.connect(STATIONS)
                await target.exchange(calls=20)
            for name, load in LOADS.items():
                await measure(name, load, targets, rounds)
        finally:
            for target in targets:
                target.stop()


async def measure(name: str, load: Callable[[Target], Awaitable[int]], targets: list[Target], rounds: int) -> None:
    costs: dict[str, list[float]] = {target.name: [] for target in targets}
    delays: dict[str, list[float]] = {target.name: [] for target in targets}
    for _ in range(rounds):
        for target in targets:
            target.latencies()
            before = target.cpu
            calls = await load(target)
            costs[target.name].append((target.cpu - before) / calls / 2 / 1000)
            delays[target.name].append(statistics.median(target.latencies()) / 1000)
    print(f"\n{name}: {rounds} rounds")
    print(f"  {'':28}{'us/message':>11}{'x tcp':>8}{'x websockets':>14}{'p50 us':>9}{'x tcp':>8}")
    base, library = targets[0].name, targets[1].name
    for target in targets:
        cost, delay = costs[target.name], delays[target.name]
        print(
            f"  {target.name:28}{statistics.median(cost):11.2f}{ratio(cost, costs[base]):8.2f}"
            f"{ratio(cost, costs[library]):14.2f}{statistics.median(delay):9.0f}{ratio(delay, delays[base]):8.2f}"
        )


def ratio(mine: list[float], other: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(mine, other, strict=True))


if __name__ == "__main__":
    pin(0, 0)
    run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
