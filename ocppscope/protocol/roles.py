"""Who speaks, and which way a message travels."""

from enum import StrEnum


class Role(StrEnum):
    """One of the two parties (1.6 calls them charge point and central system)."""

    STATION = "station"
    CSMS = "csms"

    @property
    def peer(self) -> "Role":
        """The other party."""
        return Role.CSMS if self is Role.STATION else Role.STATION


class Direction(StrEnum):
    """Which way a frame travels through the proxy."""

    TO_CSMS = "to_csms"
    TO_STATION = "to_station"

    @property
    def opposite(self) -> "Direction":
        """The way an answer takes."""
        return Direction.TO_STATION if self is Direction.TO_CSMS else Direction.TO_CSMS

    @property
    def sender(self) -> Role:
        """The party that sends in this direction."""
        return Role.STATION if self is Direction.TO_CSMS else Role.CSMS

    @property
    def receiver(self) -> Role:
        """The party that receives in this direction."""
        return Role.CSMS if self is Direction.TO_CSMS else Role.STATION
