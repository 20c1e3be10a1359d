#!/usr/bin/env python3
"""Record the captures in this folder again: simulated stations and their CSMS, through the real proxy.

    .venv/bin/python captures/record.py            all of them, in about five minutes (life goes at its own pace)
    .venv/bin/python captures/record.py deaf-2.0.1 healthy-2.1

The same messages come out each time; only the times differ.
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ocppscope.protocol.version import OcppVersion
from ocppscope.proxy.config import EngineConfig
from ocppscope.proxy.process import EngineProcess
from ocppscope.simulator.options import Options
from ocppscope.simulator.process import SimulatorProcess

FOLDER = Path(__file__).resolve().parent

CAPTURES = {
    "healthy-1.6": Options(stations=1, version=OcppVersion.V16, scenario="healthy", once=True),
    "healthy-2.0.1": Options(stations=1, version=OcppVersion.V201, scenario="healthy", once=True),
    "healthy-2.1": Options(stations=1, version=OcppVersion.V21, scenario="healthy", once=True),
    "field-faults-1.6": Options(stations=2, version=OcppVersion.V16, scenario="field", once=True),
    "field-faults-2.1": Options(stations=1, version=OcppVersion.V21, scenario="field", once=True),
    "offline-1.6": Options(stations=1, version=OcppVersion.V16, scenario="offline", once=True),
    "deaf-2.0.1": Options(stations=1, version=OcppVersion.V201, scenario="deaf", once=True),
}
"""What each capture plays. README.md says what to look for in it."""

AT_ONCE = 3
"""Recordings at the same time: more would cost each other answering time on two cores."""


def record(name: str) -> str:
    """Record one capture in place of the old one; returns a line that says so."""
    path = FOLDER / f"{name}.jsonl"
    path.unlink(missing_ok=True)
    with (
        SimulatorProcess(CAPTURES[name]) as simulator,
        EngineProcess(EngineConfig(upstream=simulator.url, listen="127.0.0.1:0", capture=str(path))) as engine,
    ):
        simulator.connect(engine.listening.url)
        simulator.wait()
    if simulator.exit_status != 0:
        raise SystemExit(f"{name}: {simulator.stderr}")
    return f"{path.name}  {path.stat().st_size // 1024} KiB"


def main() -> None:
    """Record what is named, or everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*CAPTURES, []], metavar="NAME", help=", ".join(CAPTURES))
    names = parser.parse_args().names or list(CAPTURES)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for line in pool.map(record, names):
            print(line, flush=True)  # noqa: T201 - what a person wants to see


if __name__ == "__main__":
    main()
