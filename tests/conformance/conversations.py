"""Clean conversations that mutations begin with: one station, some of what can happen to it."""

from collections.abc import Callable, Sequence
from functools import cache

import clean_episodes_v2x
import clean_episodes_v16
from clean_talk import capture_of
from clean_v2x import Life2x
from clean_v16 import Life16
from mutation import Conversation

from ocppscope.capture.record import Record
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


@cache
def of_16(
    *episodes: Callable[[Life16], None], security: int = 0, pending: bool = False, stays: bool = False
) -> Conversation:
    """An OCPP 1.6 station that boots, to which these things happen, and that leaves in the end unless it ``stays``.

    Its registration is at first ``pending`` where that is said.
    """
    beginning = clean_episodes_v16.boot_pending if pending else clean_episodes_v16.boot

    @cache
    def records() -> Sequence[Record]:
        life = clean_episodes_v16.played(beginning, *episodes, life=Life16(security=security))
        if not stays:
            life.close(Role.STATION, 1000)
        return tuple(capture_of([life]))

    return Conversation(records, OcppVersion.V16, after=0 if stays else 3_600)


@cache
def of_2x(
    *episodes: Callable[[Life2x], None],
    version: OcppVersion = OcppVersion.V201,
    security: int = 2,
    pending: bool = False,
    stays: bool = False,
) -> Conversation:
    """The same of an OCPP 2.0.1 or 2.1 station."""
    beginning = clean_episodes_v2x.boot_pending if pending else clean_episodes_v2x.boot

    @cache
    def records() -> Sequence[Record]:
        life = clean_episodes_v2x.played(beginning, *episodes, life=Life2x(version, security=security))
        if not stays:
            life.close(Role.STATION, 1000)
        return tuple(capture_of([life]))

    return Conversation(records, version, after=0 if stays else 3_600)


@cache
def two_stations() -> Conversation:
    """Two stations of one CSMS charge at the same time (1.6)."""

    @cache
    def records() -> Sequence[Record]:
        lives = [
            clean_episodes_v16.played(
                clean_episodes_v16.boot,
                clean_episodes_v16.local_charge,
                life=Life16(station, first_transaction=first, begins=begins),
            )
            for station, first, begins in (("CS-1", 1001, 0.0), ("CS-2", 2001, 23.0))
        ]
        for life in lives:
            life.close(Role.STATION, 1000)
        return tuple(capture_of(lives))

    return Conversation(records)


def of_21(*episodes: Callable[[Life2x], None]) -> Conversation:
    """Of an OCPP 2.1 station."""
    return of_2x(*episodes, version=OcppVersion.V21)
