"""The first line: what this is, what it listens to, what it writes."""

from dataclasses import dataclass

from textual.reactive import reactive

from ocppscope.tui.widgets.line import SegmentLine
from ocppscope.tui.widgets.record_table import Cell


@dataclass(frozen=True, slots=True)
class Status:
    """What the top bar says.

    Attributes:
        mode: "proxy", "demo", "tail", "file".
        listening: URL or address that stations connect to, "" without an engine.
        upstream: URL of the CSMS, "" without one.
        capture: name of the file.
        size: bytes of the file, of all its parts.
        parts: how many files those are.
        recording: whether it grows by our own engine.
        rate: messages a second, None in a file.
        paused: the view is frozen.
        loading: share of the file that was read, None when all was.
        missing: records that the engine could not write.
        skipped: lines that could not be read.
    """

    mode: str = "file"
    listening: str = ""
    upstream: str = ""
    capture: str = ""
    size: int = 0
    parts: int = 1
    recording: bool = False
    rate: float | None = None
    paused: bool = False
    loading: float | None = None
    missing: int = 0
    skipped: int = 0


class TopBar(SegmentLine):
    """Product, mode and addresses on the left; recording on the right."""

    DEFAULT_CSS = """
    TopBar { height: 1; background: $surface; color: $foreground; padding: 0 1; }
    """

    status: reactive[Status] = reactive(Status())

    def lines(self) -> list[tuple[Cell, Cell]]:
        """The one line."""
        status = self.status
        left: list[tuple[str, str]] = [("↯ ocppscope", "accent bold"), ("   ", ""), (status.mode + " ", "muted")]
        if status.listening:
            left += [(without_scheme(status.listening), "text"), (" ⇄ ", "muted"), (status.upstream, "text")]
        else:
            left += [(status.capture, "text")]
        return [(left, self._right(status, self.size.width))]

    @staticmethod
    def _right(status: Status, width: int) -> Cell:
        parts: list[tuple[str, str]] = []
        if status.paused:
            parts += [("⏸ PAUSED", "warn bold"), ("  ", "")]
        if status.missing:
            parts += [(f"✖ {status.missing:,} records lost", "error bold"), ("  ", "")]
        if status.skipped:
            parts += [(f"▲ {status.skipped:,} lines unreadable", "warn"), ("  ", "")]
        if status.loading is not None:
            parts += [(f"reading {status.loading:.0%}", "accent"), ("  ", "")]
        if status.recording:
            parts += [("● REC", "error bold"), (" ", "")]
            if width >= 100:
                parts += [(status.capture + "  ", "muted")]
        if width >= 100 or not status.recording:
            files = f" in {status.parts} parts" if status.parts > 1 else ""
            parts += [(format_size(status.size) + files, "muted")]
        if status.rate is not None and width >= 100:
            parts += [(f"{status.rate:6.1f} msg/s", "muted")]
        return parts


def without_scheme(url: str) -> str:
    """The address that people read; the scheme of a listener says little."""
    return url.removeprefix("ws://")


def format_size(size: int) -> str:
    """``812 B``, ``1.2 MB``."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit in ("B", "kB") else f"{value:.1f} {unit}"
        value /= 1000
    return ""
