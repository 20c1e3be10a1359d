"""What sets a message apart from ordinary ones.

Most rules are about something rare. The engine looks for the traits once for each message, and asks those rules about the
few that have them: a quarter of all calls remains.
"""

from enum import IntFlag
from typing import TYPE_CHECKING

from ocppscope.capture.record import MessageRecord
from ocppscope.protocol.actions import CSMS_ACTIONS, STATION_ACTIONS
from ocppscope.protocol.message import CallError
from ocppscope.protocol.roles import Direction

if TYPE_CHECKING:
    from ocppscope.conformance.event import CallSeen, ResponseSeen

LONG = 4096
"""Characters of a text that is not ordinary any more."""

_ACCEPTED = "Accepted"


class Trait(IntFlag):
    """Something that a CALL or a response may have."""

    NONE = 0
    UNACCEPTED = 1
    """The CSMS's latest word to the station is not that it is accepted."""
    ODD_TEXT = 2
    """Its text is long, not plain ASCII, has an escape in it, or was not recorded as it is."""
    FIRST = 4
    """It is the station's first CALL of the connection, or the answer to that."""
    FOREIGN_ACTION = 8
    """A CALL whose action the version does not have, or not for this sender, as it is spelt."""
    USED_ID = 16
    """A CALL whose id its sender has used before."""
    IN_FLIGHT = 32
    """A CALL while another one of its sender waits for its answer."""
    REFUSAL = 64
    """A CALLERROR."""
    STRAY = 128
    """A response that no open CALL waits for."""
    LATE = 256
    """A response after more time than is allowed."""
    ECHO = 512
    """A CALLRESULT that repeats the payload of its CALL, which is not empty."""


# Plain numbers: an operation on members of an enum takes ten times as long.
_UNACCEPTED, _ODD_TEXT, _FIRST = Trait.UNACCEPTED.value, Trait.ODD_TEXT.value, Trait.FIRST.value
_FOREIGN_ACTION, _USED_ID, _IN_FLIGHT = Trait.FOREIGN_ACTION.value, Trait.USED_ID.value, Trait.IN_FLIGHT.value
_REFUSAL, _STRAY, _LATE, _ECHO = Trait.REFUSAL.value, Trait.STRAY.value, Trait.LATE.value, Trait.ECHO.value


def traits_of_call(event: "CallSeen") -> int:
    """The traits of a CALL; 0 for an ordinary one."""
    scene, opened = event.scene, event.opened
    connection = scene.connection
    traits = 0 if scene.station.registration == _ACCEPTED else _UNACCEPTED
    if _is_odd(event.record):
        traits |= _ODD_TEXT
    if connection.first_call == scene.number:
        traits |= _FIRST
    version = connection.version
    if version is not None:
        known = STATION_ACTIONS if event.direction is Direction.TO_CSMS else CSMS_ACTIONS
        if event.message.action not in known[version]:
            traits |= _FOREIGN_ACTION
    if opened.earlier is not None:
        traits |= _USED_ID
    if opened.outstanding is not None:
        traits |= _IN_FLIGHT
    return traits


def traits_of_response(event: "ResponseSeen") -> int:
    """The traits of a CALLRESULT or CALLERROR; 0 for an ordinary one."""
    scene, exchange, message, pending = event.scene, event.exchange, event.message, event.closed.pending
    traits = 0 if scene.station.registration == _ACCEPTED else _UNACCEPTED
    if _is_odd(event.record):
        traits |= _ODD_TEXT
    if type(message) is CallError:
        traits |= _REFUSAL
    elif pending is not None and message.payload and message.payload == pending.call.payload:  # type: ignore[union-attr]  # a CallResult
        traits |= _ECHO
    if exchange is None:
        return traits | _STRAY
    if exchange.call == scene.connection.first_call:
        traits |= _FIRST
    if exchange.latency is not None and event.timeout is not None and exchange.latency > event.timeout:
        traits |= _LATE
    return traits


def _is_odd(record: MessageRecord | None) -> bool:
    if record is None:
        return False
    text = record.text
    if text is None or len(text) > LONG or record.size is not None:
        return True
    return not text.isascii() or "\\" in text
