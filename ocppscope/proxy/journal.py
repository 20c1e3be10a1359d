"""Where inspection happens: after the bytes have gone out, in one go for each turn of the event loop.

Legs put what they read and have already written into a queue. Once a turn the queue is decoded and recorded, and the
capture is flushed. Doing it after the turn's writes keeps the decoder out of the path of the bytes, and one flush serves
all connections that had something to say.
"""

import asyncio
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ocppscope.capture.record import Note, Record

if TYPE_CHECKING:
    from ocppscope.capture.tap import Tap

MAX_QUEUED = 8 * 1024 * 1024
"""Bytes that may wait for the end of the turn. Beyond it they are inspected at once, so that a thousand stations that all
send 256 kB in one turn do not fill the memory."""

_RETRY = 1.0  # seconds between attempts to write to a failing disk while there is no traffic

_Any = TypeVar("_Any", bound=Record)


class Recorder(Protocol):
    """What takes the records: a `CaptureWriter`, a `RotatingWriter`, or nothing."""

    @property
    def next_seq(self) -> int: ...  # noqa: D102
    @property
    def failing(self) -> str | None: ...  # noqa: D102
    def append(self, record: Record) -> bool: ...  # noqa: D102
    def flush(self) -> bool: ...  # noqa: D102
    def close(self) -> Any: ...  # noqa: D102


class NoCapture:
    """Takes records and keeps none."""

    next_seq = 1
    failing = None

    def append(self, record: Record) -> bool:
        """Forget it."""
        return True

    def flush(self) -> bool:
        """There is nothing to flush."""
        return True

    def close(self) -> None:
        """There is nothing to close."""


class Journal:
    """Takes copies of the traffic and events of connections; makes records in the order of time.

    Args:
        recorder: takes the records.
        loop: whose turns count.
        writes_late: the loop's transports write at the end of the turn (uvloop) and not at once, so that the stamp of
            forwarding is taken there too.
        on_recovery: called when the recorder's disk takes everything again after it did not.
    """

    def __init__(
        self,
        recorder: Recorder,
        loop: asyncio.AbstractEventLoop,
        *,
        writes_late: bool = False,
        on_recovery: Callable[[], None] = lambda: None,
    ) -> None:
        self.recorder = recorder
        self.writes_late = writes_late
        self._on_recovery = on_recovery
        self._call_soon = loop.call_soon
        self._call_later = loop.call_later
        self._queue: list[tuple[Tap, bytes, int, float, int]] = []
        self._queued = 0
        self._retrying = False
        self._failing = False

    def passed(self, tap: "Tap", data: bytes, mono: int, wall: float, sent: int) -> None:
        """Bytes were read (``mono`` ns, ``wall`` s) and handed to the other side (``sent`` ns)."""
        queue = self._queue
        if not queue:
            self._call_soon(self.drain)
        queue.append((tap, data, mono, wall, sent))
        self._queued += len(data)
        if self._queued > MAX_QUEUED:
            self.drain()

    def drain(self) -> None:
        """Inspect what is queued, record it and flush."""
        queue = self._queue
        if queue:
            self._queue = []
            self._queued = 0
            turn_end = time.monotonic_ns() if self.writes_late else 0
            for tap, data, mono, wall, sent in queue:
                try:
                    tap.inspect(data, mono, wall, turn_end or sent)
                except Exception as error:  # noqa: BLE001 - the one place: no fault of the inspection may cost a session
                    tap.stop()
                    if tap.other is not None:
                        tap.other.stop()
                    self.note(f"the inspection of connection {tap.conn} failed and stopped: {_fault(error)}", tap.conn)
        self.flush()

    def event(self, kind: Callable[..., _Any], **facts: Any) -> None:
        """Record something that is no traffic, stamped now, behind all traffic that came before it."""
        if self._queue:
            self.drain()
        recorder = self.recorder
        recorder.append(kind(seq=recorder.next_seq, time=datetime.now(UTC), mono=time.monotonic_ns(), **facts))
        self._call_soon(self.flush)

    def note(self, text: str, conn: int | None = None) -> None:
        """Record a remark."""
        self.event(Note, text=text, conn=conn)

    def flush(self) -> None:
        """Hand the records to the system; while its disk takes none, try again every second."""
        if self.recorder.flush():
            if self._failing:
                self._failing = False
                self._on_recovery()
            return
        self._failing = True
        if not self._retrying:
            self._retrying = True
            self._call_later(_RETRY, self._retry)

    def _retry(self) -> None:
        self._retrying = False
        self.flush()


def _fault(error: Exception) -> str:
    """What went wrong and where in our code, without the data that it went wrong on."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:200]}{where}"
