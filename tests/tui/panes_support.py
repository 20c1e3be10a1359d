"""A run over a small capture, as tabs and panes see it: the real feed and inspector, verbs noted instead of done."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from ocppscope.capture.record import Handshake, Header, MessageRecord, Opened, Record, encode
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Direction
from ocppscope.tui.context import Recalled, Shown
from ocppscope.tui.feed import Feed
from ocppscope.tui.rows import MessageRows
from ocppscope.tui.source import source_of
from ocppscope.tui.theme import THEMES, variables_for

if TYPE_CHECKING:
    from ocppscope.pics.profile import Profile

BEGIN = datetime(2025, 3, 14, 9, 41, 2, 118_000, UTC)
MONO = 5_000_000_000_000


class Script:
    """Writes records one after the other; every one is made up."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._seconds = 0.0
        self._ids = 0
        self.add(Header, format="ocppscope capture", version=1, tool="ocppscope test", run="1")

    def add(self, kind: type[Any], after: float = 0.1, **facts: Any) -> int:
        """A record, so many seconds after the one before. Returns its number."""
        self._seconds += after
        time = BEGIN + timedelta(seconds=self._seconds)
        mono = MONO + round(self._seconds * 1e9)
        number = len(self.records) + 1
        self.records.append(kind(seq=number, time=time, mono=mono, **facts))
        return number

    def open(self, station: str = "CS-LYON-0042", conn: int = 1, subprotocol: str | None = "ocpp2.0.1") -> int:
        """A connection."""
        shake = Handshake(target="/ocpp", status=101)
        return self.add(Opened, conn=conn, station=station, subprotocol=subprotocol, peer="192.0.2.7", handshake=shake)

    def text(self, way: str, text: str, after: float = 0.1, conn: int = 1) -> int:
        """A text message, ``>`` to the CSMS or ``<`` to the station."""
        direction = Direction.TO_CSMS if way == ">" else Direction.TO_STATION
        return self.add(MessageRecord, after, conn=conn, dir=direction, text=text)

    def call(self, way: str, action: str, payload: Any, after: float = 0.1, conn: int = 1) -> tuple[int, str]:
        """A CALL; returns its number and message id."""
        self._ids += 1
        identifier = f"b1fee08f-0000-4000-8000-{self._ids:012}"
        return self.text(way, _json([2, identifier, action, payload]), after, conn), identifier

    def exchange(  # noqa: PLR0917 - reads like the wire
        self, way: str, action: str, payload: Any, answer: Any, latency: float = 0.05, after: float = 0.1, conn: int = 1
    ) -> tuple[int, int]:
        """A CALL and its CALLRESULT (a list is sent as CALLERROR); returns both numbers."""
        number, identifier = self.call(way, action, payload, after, conn)
        back = "<" if way == ">" else ">"
        response = [4, identifier, *answer] if isinstance(answer, list) else [3, identifier, answer]
        return number, self.text(back, _json(response), latency, conn)

    def scope(self, folder: Path, profiles: Sequence["Profile"] = ()) -> "RunScope":
        """The run over what was written so far."""
        path = folder / "capture.jsonl"
        path.write_bytes(b"".join(encode(record) for record in self.records))
        return RunScope(path, profiles)


class RunScope:
    """A `Scope` over a finished capture. What it is asked to do is in `asked`."""

    def __init__(self, path: Path, profiles: Sequence["Profile"] = ()) -> None:
        self.feed = Feed(source_of([path], grows=False), lambda: Inspector(profiles))
        self.profiles = profiles
        self.station: str | None = None
        self.live = False
        self.asked: list[tuple[str, object]] = []
        self.clock: int | None = None
        while not self.feed.finished:
            self.feed.work(1)

    @property
    def inspector(self) -> Inspector:
        return self.feed.inspector

    @property
    def rows(self) -> MessageRows:
        return self.feed.rows

    def now(self) -> int:
        return self.feed.now() if self.clock is None else self.clock

    def read(self, number: int) -> Recalled | None:
        position = self.rows.position(number)
        return None if position is None else self.feed.recall(position)

    def shown(self, number: int) -> Shown | None:
        return self.feed.shown(number)

    def show(self, number: int | None) -> None:
        self.asked.append(("show", number))

    def jump(self, number: int) -> None:
        self.asked.append(("jump", number))

    def filter(self, text: str) -> None:
        self.asked.append(("filter", text))

    def mute(self, rule: str, *, muted: bool) -> None:
        self.feed.mute(rule, muted=muted)

    def close(self) -> None:
        self.feed.close()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def screen_text(app: App[Any]) -> str:
    """Every cell of the screen as text, one line a row: what is really drawn, whatever the widgets believe."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def controls(text: str) -> set[str]:
    """Characters in drawn text that a terminal would obey instead of show."""
    return {character for character in text if character != "\n" and visible(character) != character}


class PaneApp(App[None]):
    """Widgets under test in our theme, and nothing else."""

    CSS = "Screen { background: $background; } ExchangeDetail, RecordTab { height: 1fr; }"

    def __init__(self, *widgets: Widget, theme: str = "ocppscope-dark") -> None:
        super().__init__()
        for known in THEMES:
            self.register_theme(known)
        self._widgets = widgets
        self._wanted = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables_for(self.current_theme)

    def compose(self) -> ComposeResult:
        yield from self._widgets

    def on_mount(self) -> None:
        self.theme = self._wanted


async def until(pilot: Pilot[Any], what: Callable[[], bool]) -> None:
    """Let the app go on until something is so; bounded by the test's own time limit."""
    while not what():
        await pilot.pause(0.02)
