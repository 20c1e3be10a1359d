"""With which security profile a station connected."""

from typing import ClassVar, NamedTuple

from ocppscope.conformance.connection_security import security_profile
from ocppscope.conformance.event import ConnectionOpened, Event
from ocppscope.conformance.memory import Memory, Recent


class Shown(NamedTuple):
    """The security profile that a connection showed (0 to 3), and the record number of its beginning."""

    profile: int
    record: int


class ConnectionProfiles(Memory):
    """By connection, as far as it can be told."""

    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened,)

    def __init__(self) -> None:
        self._shown: Recent[int, Shown] = Recent(16)

    def of(self, connection: int) -> Shown | None:
        """What the connection with this number showed; None where that is unknown."""
        return self._shown.get(connection)

    @property
    def latest(self) -> Shown | None:
        """What the latest connection showed of which it could be told."""
        return next(reversed(self._shown.values()), None)

    def learn(self, event: ConnectionOpened) -> None:
        """Take in a connection."""
        profile = security_profile(event.record)
        if profile is not None:
            self._shown[event.scene.connection.number] = Shown(profile, event.scene.number)
