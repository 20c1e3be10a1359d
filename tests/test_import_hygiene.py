"""What may import what, and what a start loads. The contracts in pyproject.toml see names, these tests see a run."""

import subprocess
import sys
from pathlib import Path

import pytest

from ocppscope.cli.group import COMMANDS

ROOT = Path(__file__).resolve().parents[1]

HEAVY = ("asyncio", "jsonschema_rs", "msgspec", "ocpp", "platformdirs", "rich", "textual", "websockets", "zstandard")
"""None of these is needed to say how a command is called; the contract names textual, ocpp and websockets."""


def loaded(*arguments: str) -> set[str]:
    """The top-level modules that a run of the program has loaded when it ends."""
    script = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('LOADED', *sorted(sys.modules), file=sys.stderr))\n"
        f"sys.argv = ['ocppscope', *{arguments!r}]\n"
        "from ocppscope.cli import main\n"
        "main()\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("LOADED")]
    return {name.partition(".")[0] for name in line.split()[1:]}


def test_rooms_import_downwards_only() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("-h",),
        ("--version",),
        *((command, "--help") for command in COMMANDS),
        ("rules", "list", "-h"),
        ("rules", "show", "-h"),
        ("pics", "list", "-h"),
        ("pics", "show", "-h"),
    ],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments).isdisjoint(HEAVY)


def test_a_report_loads_neither_screen_nor_sockets() -> None:
    capture = ROOT / "tests" / "report" / "one-exchange.jsonl"

    assert loaded("report", str(capture)).isdisjoint({"textual", "websockets", "asyncio"})


def test_the_engine_process_loads_nothing_that_people_look_at() -> None:
    script = "import sys, ocppscope.proxy.engine\nprint(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert {name.partition(".")[0] for name in run.stdout.split()}.isdisjoint(
        {"textual", "rich", "click", "ocpp", "jsonschema_rs"}
    )
