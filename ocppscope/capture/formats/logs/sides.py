"""Which way a message went, where a log does not say it in so many words.

Who may send an action is laid down by the standard, and a response goes the way back of its CALL. The same facts tell whose
log it is: in that of a station a BootNotification was sent, in that of a CSMS it was received.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable

from ocppscope.capture.formats.logs.entry import Side
from ocppscope.capture.record import Vantage
from ocppscope.protocol.actions import CSMS_ACTIONS, STATION_ACTIONS, bare_action
from ocppscope.protocol.message import Call, CallError, CallResult, CallResultError, Malformed, Message, MessageId, Send
from ocppscope.protocol.roles import Direction

_FROM_STATION = frozenset[str]().union(*STATION_ACTIONS.values())
_FROM_CSMS = frozenset[str]().union(*CSMS_ACTIONS.values())

_CALL = re.compile(r'\[\s*"?2"?\s*,\s*(?:"[^"]{0,100}"|-?\d{1,20})\s*,\s*"(\w{1,50})"')

_MOST_OPEN = 10_000

_ENOUGH = 20
"""Votes after which it is settled whose log it is."""


def way_of_action(action: str) -> Direction | None:
    """The direction of a CALL by its action; None for one that both may send, or nobody."""
    bare = bare_action(action)
    from_station, from_csms = bare in _FROM_STATION, bare in _FROM_CSMS
    if from_station == from_csms:
        return None
    return Direction.TO_CSMS if from_station else Direction.TO_STATION


class Guess:
    """Guesses directions of one station's messages, in their order."""

    def __init__(self) -> None:
        self._open: OrderedDict[MessageId, Direction] = OrderedDict()

    def way(self, message: Message) -> Direction | None:
        """The direction, None when nothing tells."""
        match message:
            case Call() | Send():
                return way_of_action(message.action)
            case CallResult() | CallError():
                asked = self._open.get(message.message_id)
                return None if asked is None else asked.opposite
            case CallResultError():
                return self._open.get(message.message_id)
            case Malformed(text=text) if (found := _CALL.match(text)) is not None:  # cut, but its action is there
                return way_of_action(found[1])
        return None

    @property
    def asked(self) -> Collection[MessageId]:
        """The ids of the CALLs that were seen."""
        return self._open.keys()

    def learn(self, message: Message, way: Direction) -> None:
        """Remember which way a CALL went."""
        if isinstance(message, Call):
            self._open[message.message_id] = way
            if len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)


def vantage_of(sided: Iterable[tuple[Side, str]]) -> Vantage:
    """Whose log it is, by how the CALLs begin that its program sent and received; unknown when nothing tells."""
    votes = Counter[Vantage]()
    for side, text in sided:
        found = _CALL.match(text)
        way = way_of_action(found[1]) if found is not None else None
        if way is not None:
            votes[Vantage.STATION if (way is Direction.TO_CSMS) == (side is Side.SENT) else Vantage.CSMS] += 1
        if votes.total() >= _ENOUGH:
            break
    if votes[Vantage.STATION] == votes[Vantage.CSMS]:
        return Vantage.UNKNOWN
    return votes.most_common(1)[0][0]


def way_of_side(side: Side, vantage: Vantage) -> Direction | None:
    """The direction of what a program sent or received; None while it is not known whose log it is."""
    if vantage not in (Vantage.STATION, Vantage.CSMS):
        return None
    up = (side is Side.SENT) == (vantage is Vantage.STATION)
    return Direction.TO_CSMS if up else Direction.TO_STATION
