"""The ends of a station's connections, worked out when somebody looks, and again only when one was added."""

from collections.abc import Iterable

from ocppscope.inspect.autopsy import Autopsy, autopsies
from ocppscope.model.connection import Connection


class Endings:
    """Autopsies of one station at a time, kept until another one of its connections ends."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._found: list[Autopsy] = []

    def of(self, station: str, ended: Iterable[Connection]) -> list[Autopsy]:
        """The ends of a station's connections, the latest last."""
        own = [connection for connection in ended if connection.station == station]
        state = (station, len(own), own[-1].number if own else 0, id(own[-1]) if own else 0)
        if state != self._of:
            self._of, self._found = state, autopsies(own)
        return self._found
