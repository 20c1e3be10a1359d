"""When a station was cut off."""

from collections import deque
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from ocppscope.conformance.event import ConnectionEnded, ConnectionOpened, Event
from ocppscope.conformance.memory import Memory

_MARGIN = timedelta(seconds=5)
"""A station's clock may differ from the proxy's, and the proxy may see the end of a connection late."""


_MOST = 16


class Outage(NamedTuple):
    """From the end of one connection to the beginning of the next, by the wall clock of the capture."""

    began: datetime
    ended: datetime


class LastOutage(Memory):
    """The time between the end of the last connection and the connection after it, by the wall clock of the capture."""

    on: ClassVar[tuple[type[Event], ...]] = (ConnectionEnded, ConnectionOpened)

    def __init__(self) -> None:
        self.began: datetime | None = None
        self.ended: datetime | None = None
        self.began_at = 0
        """Its beginning on the record clock in ns."""
        self.recent: deque[Outage] = deque(maxlen=_MOST)
        """The latest ones that are over, the last of all included."""

    def covers(self, time: datetime) -> bool:
        """Whether a time stamp of the station lies well inside."""
        if self.began is None or self.ended is None:
            return False
        return self.began + _MARGIN < time < self.ended - _MARGIN

    def covering(self, time: datetime) -> Outage | None:
        """The one of the latest outages in which a time stamp of the station lies well inside."""
        for outage in reversed(self.recent):
            if outage.began + _MARGIN < time < outage.ended - _MARGIN:
                return outage
        return None

    def learn(self, event: ConnectionEnded | ConnectionOpened) -> None:
        """Take in an end or a beginning."""
        if isinstance(event, ConnectionEnded):
            if event.scene.station.live == 0:
                self.began, self.ended, self.began_at = event.scene.time, None, event.scene.at
        elif self.began is not None and self.ended is None:
            self.ended = event.scene.time
            self.recent.append(Outage(self.began, self.ended))
