"""``ocppscope demo``: a simulated CSMS and simulated stations that talk through the real proxy."""

import os
import signal
import threading
from typing import TYPE_CHECKING

import click

from ocppscope.cli import failures
from ocppscope.cli.rotation_options import rotation_options
from ocppscope.cli.rule_option import RuleSwitching, read_rules, rule_option
from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.options import DEFAULT_SCENARIO, DEFAULT_SEED, DEFAULT_STATIONS, MOST_STATIONS, SCENARIOS

if TYPE_CHECKING:
    from ocppscope.capture.retention import Rotation
    from ocppscope.simulator.process import SimulatorProcess


@click.command(
    name="demo",
    cls=RuleSwitching,
    epilog="""\b
Examples:
  ocppscope demo
  ocppscope demo --ocpp 2.0.1 --stations 2 --scenario healthy
  ocppscope demo --rule -all --rule +TXN
  ocppscope demo --plain --duration 10 --capture demo.jsonl

\b
Scenarios:
"""
    + "\n".join(f"  {name:<10} {says}" for name, says in SCENARIOS.items()),
)
@click.option("--plain", is_flag=True, help="One line a message on stdout instead of the terminal UI.")
@click.option("--duration", metavar="S", type=click.FloatRange(min=0, min_open=True), help="End after so many seconds.")
@click.option(
    "--ocpp",
    type=click.Choice([version.value for version in OcppVersion]),
    help="All stations speak it; otherwise mixed.",
)
@click.option(
    "--stations",
    metavar="N",
    type=click.IntRange(1, MOST_STATIONS),
    default=DEFAULT_STATIONS,
    show_default=True,
    help="How many.",
)
@click.option("--capture", metavar="FILE", type=click.Path(), help="Keep the records there.")
@rotation_options
@click.option(
    "--scenario",
    type=click.Choice(list(SCENARIOS)),
    default=DEFAULT_SCENARIO,
    show_default=True,
    help="What is played.",
)
@click.option(
    "--seed", metavar="N", type=int, default=DEFAULT_SEED, show_default=True, help="The same seed plays the same."
)
@rule_option
def command(
    *,
    switched: tuple[str, ...],
    plain: bool,
    duration: float | None,
    ocpp: str | None,
    stations: int,
    capture: str | None,
    rotation: "Rotation | None",
    scenario: str,
    seed: int,
) -> int:
    """See what ocppscope is for: simulated stations and a simulated CSMS, the real proxy between them.

    Everything is made up and stays on this machine. The faults are those that people meet in the field.
    """
    if rotation is not None and capture is None:
        raise click.UsageError("there is nothing to rotate without --capture FILE")
    from ocppscope.cli.options import load_profiles
    from ocppscope.cli.serving import Face, Serving, capture_path, face
    from ocppscope.proxy.config import EngineConfig
    from ocppscope.simulator.options import Options
    from ocppscope.simulator.process import SimulatorProcess, demo_profiles

    shown, switches = face(plain=plain), read_rules(switched)
    version = OcppVersion(ocpp) if ocpp else None
    simulator = SimulatorProcess(
        Options(stations=stations, version=version, scenario=scenario, seed=seed, duration=duration)
    )
    with capture_path(capture, keep=capture is not None, needed=True) as path, simulator:
        serving = Serving(
            EngineConfig(
                upstream=simulator.url,
                listen="127.0.0.1:0",
                capture=path,
                rotation=rotation,
                options={"demo": scenario},
            ),
            shown,
            kept=capture is not None,
            profiles=load_profiles(demo_profiles()),
            switches=switches,
            title="demo",
            on_listening=simulator.connect,
            on_ending=simulator.stop,
            over=lambda: not simulator.alive,
        )
        if shown is Face.SCREEN and duration is not None:
            _leave_screen_after(simulator)
        return serving.run() or _ended(simulator)


def _leave_screen_after(simulator: "SimulatorProcess") -> None:
    """End the screen, which has the main thread, as SIGTERM does."""

    def leave() -> None:
        simulator.wait()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=leave, name="duration", daemon=True).start()


def _ended(simulator: "SimulatorProcess") -> int:
    if simulator.exit_status in {0, None}:
        return failures.DONE
    last = simulator.stderr.rpartition("\n")[2] or "without a word"
    failures.say(f"the simulation ended by itself (exit status {simulator.exit_status}): {last}")
    return failures.INTERNAL
