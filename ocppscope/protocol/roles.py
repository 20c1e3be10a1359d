"""Who speaks, and which way a message travels."""

from enum import StrEnum


class Role(StrEnum):
    """One of the two parties (1.6 calls them charge point and central system)."""

    STATION = "station"
    CSMS = "csms"

    __hash__ = str.__hash__  # that of Enum is written in Python, and these are keys on the way of every message

    @property
    def peer(self) -> "Role":
        """The other party."""
        return Role.CSMS if self is Role.STATION else Role.STATION


class Direction(StrEnum):
    """Which way a frame travels through the proxy.

    Attributes:
        opposite: the way an answer takes.
        sender, receiver: the party that sends, and receives, in this direction.
    """

    opposite: "Direction"
    sender: Role
    receiver: Role

    TO_CSMS = "to_csms"
    TO_STATION = "to_station"

    __hash__ = str.__hash__


Direction.TO_CSMS.opposite, Direction.TO_STATION.opposite = Direction.TO_STATION, Direction.TO_CSMS
Direction.TO_CSMS.sender = Direction.TO_STATION.receiver = Role.STATION
Direction.TO_CSMS.receiver = Direction.TO_STATION.sender = Role.CSMS
