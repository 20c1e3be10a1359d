"""The child process of the demo: ``python -m ocppscope.simulator --help``.

Driven by a parent it says ``csms URL`` on stdout once the CSMS listens, connects the stations when it reads
``connect URL`` on stdin, and ends properly at the end of stdin, on SIGTERM and on SIGINT. With ``--connect`` or
``--direct`` it needs no parent.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable

from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.options import DEFAULT_SCENARIO, DEFAULT_SEED, DEFAULT_STATIONS, SCENARIOS, Options


def main(arguments: list[str] | None = None) -> int:
    """Play. Returns the exit status: 0 ended properly, 2 wrong options, 3 the CSMS cannot listen."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        options = Options(
            stations=given.stations,
            version=given.ocpp,
            scenario=given.scenario,
            seed=given.seed,
            speed=given.speed,
            duration=given.duration,
            once=given.once,
        )
    except ValueError as error:
        parser.error(str(error))
    try:
        return asyncio.run(_play(options, given.port, given.connect, direct=given.direct))
    except OSError as error:
        print(f"the simulated CSMS cannot listen on 127.0.0.1:{given.port}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ocppscope.simulator",
        description="Simulated charging stations and their CSMS, on loopback.",
        epilog="; ".join(f"{name}: {line}" for name, line in SCENARIOS.items()),
    )
    parser.add_argument("--stations", type=int, default=DEFAULT_STATIONS, metavar="N")
    parser.add_argument(
        "--ocpp", type=OcppVersion, choices=list(OcppVersion), help="one version for all (default: mixed)"
    )
    parser.add_argument("--scenario", default=DEFAULT_SCENARIO, choices=list(SCENARIOS))
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="same seed, same messages")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than life")
    parser.add_argument("--duration", type=float, metavar="S", help="end after so many seconds")
    parser.add_argument("--once", action="store_true", help="play each station's opening once, then end")
    parser.add_argument("--port", type=int, default=0, help="of the CSMS (default: a free one)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--connect", metavar="URL", help="where the stations connect to, without their identity")
    where.add_argument("--direct", action="store_true", help="the stations connect straight to the CSMS")
    return parser


async def _play(options: Options, port: int, url: str | None, *, direct: bool) -> int:
    from ocppscope.simulator.simulation import Simulation  # noqa: PLC0415 - ocpp and websockets take 0.4 s to import

    loop = asyncio.get_running_loop()
    simulation = Simulation(options)
    target: asyncio.Future[str | None] = loop.create_future()

    def finish() -> None:
        simulation.finish()
        if not target.done():
            target.set_result(None)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, finish)
    own = await simulation.start(port=port)
    print(f"csms {own}", flush=True)  # noqa: T201 - this line is for the parent
    parent = None
    if direct or url is not None:
        target.set_result(own if direct else url)
    else:
        parent = asyncio.ensure_future(_obey(target, finish))
    try:
        connect_to = await target
        if connect_to is not None:
            await simulation.play(connect_to)
    finally:
        await simulation.close()
        if parent is not None:
            parent.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await parent
    return 0


async def _obey(target: "asyncio.Future[str | None]", finish: Callable[[], None]) -> None:
    """Read the parent's orders. When stdin ends, the parent wants the end, or is dead."""
    lines = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    try:
        while line := await lines.readline():
            order, _, url = line.decode(errors="replace").strip().partition(" ")
            if order == "connect" and url and not target.done():
                target.set_result(url)
    finally:
        finish()
        pipe.close()


if __name__ == "__main__":
    sys.exit(main())
