"""The installed command in a real terminal: tmux draws it, keys go in, text comes out."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CAPTURE = Path(__file__).resolve().parents[2] / "captures" / "field-faults-1.6.jsonl"
PATIENCE = 40.0
"""Seconds to wait for a text: ten times what a busy machine needs."""


class Terminal:
    """One tmux server of our own with one window."""

    def __init__(self, folder: Path, command: str) -> None:
        self._socket = str(folder / "tmux")
        # Not the size that the environment claims, but the terminal's own.
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36", command, environment=environment)

    def _tmux(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=environment,
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        """Keys, in tmux's names."""
        self._tmux("send-keys", *keys)

    def resize(self, width: int, height: int) -> None:
        """Another size of the window."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    @property
    def text(self) -> str:
        """What stands there now."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, wanted: str | Callable[[str], bool]) -> str:
        """The screen as soon as it shows what is wanted."""
        seen = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.text
            if seen(text):
                return text
            time.sleep(0.05)  # between two looks, not for luck
        pytest.fail(f"never seen: {wanted}\n{self.text}")

    def close(self) -> None:
        """End the server and all in it."""
        self._tmux("kill-server")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    command = f"{sys.executable} -m ocppscope view {CAPTURE}; echo left with status $?; exec cat"
    terminal = Terminal(tmp_path, command)
    try:
        yield terminal
    finally:
        terminal.close()


def test_an_engineer_looks_filters_finds_reads_the_exchange_and_leaves(terminal: Terminal) -> None:
    first = terminal.wait_for(lambda text: "BootNotification" in text and "Findings ✖" in text)
    assert "field-faults-1.6.jsonl" in first
    terminal.press("e")
    terminal.wait_for(lambda text: "▌" in text and "✖" in text.splitlines()[22])
    terminal.press("/")
    terminal.press("type:CALLERROR")
    terminal.press("Enter")
    filtered = terminal.wait_for(lambda text: "/ type:CALLERROR" in text and "CALLRESULT " not in text)
    assert "BootNotification" not in filtered
    terminal.press("Enter")
    terminal.wait_for("errorDescription")
    terminal.press("Escape")
    terminal.press("Escape")
    terminal.wait_for("CALLRESULT ")
    terminal.press("3")
    terminal.wait_for("p95")
    terminal.resize(80, 24)
    terminal.wait_for(lambda text: "Sessions ─" not in text)
    terminal.press("1")
    terminal.press("q")
    terminal.wait_for("left with status 0")
