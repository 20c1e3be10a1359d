"""One connection while it is watched: its facts, its pairing, and what its version may be."""

from collections import OrderedDict

from ocppscope.conformance.memory import Memories
from ocppscope.inspect.clocks import Timekeeper
from ocppscope.inspect.last_words import LastWords
from ocppscope.model.connection import Connection, Station, VersionSource
from ocppscope.protocol.actions import ACTIONS, SEND_ACTIONS, bare_action
from ocppscope.protocol.correlator import Correlator
from ocppscope.protocol.message import Call, CallResultError, Message, Payload, Send
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.schemas import PayloadKind, is_valid, violations
from ocppscope.protocol.version import OcppVersion, first_version

_MOST_PINGS = 16
"""Pings remembered while they wait for their pong."""


class Watched:
    """A connection and what the inspector needs to go on reading it."""

    __slots__ = ("_candidates", "_pings", "connection", "correlator", "last_words", "memories", "station", "timekeeper")

    def __init__(self, connection: Connection, station: Station, former: Correlator | None, memories: Memories) -> None:
        self.connection = connection
        self.station = station
        self.memories = memories
        self.timekeeper = Timekeeper()
        self.correlator = Correlator(former)
        self.last_words = LastWords()
        self._candidates = frozenset(OcppVersion)
        self._pings: OrderedDict[str, int] = OrderedDict()

    def infer_version(self, message: Message) -> None:
        """Narrow down what an unnamed version can be, by what only some versions have or allow.

        Of several that remain the oldest counts: a message that is the same in all of them is judged the same.
        """
        if len(self._candidates) == 1:
            return  # settled: a message of another version does not change what the connection is
        self._narrow(_versions_of(message))

    def infer_from_result(self, action: str, result: Payload) -> None:
        """The same by the answer to a CALL that may be of several versions: GetLocalListVersion asks nothing in all."""
        if len(self._candidates) > 1:
            self._narrow(_of_result(self._candidates, bare_action(action), result))

    def _narrow(self, fitting: frozenset[OcppVersion]) -> None:
        possible = self._candidates & fitting
        if possible:
            self._candidates = possible
            self.connection.version = first_version(possible)
            self.connection.version_source = VersionSource.INFERRED

    def ping(self, payload: str, sent: int) -> None:
        """The CSMS's ping was handed to the station."""
        self._pings[payload] = sent
        if len(self._pings) > _MOST_PINGS:
            self._pings.popitem(last=False)

    def pong(self, payload: str, at: int) -> None:
        """The station's pong arrived."""
        sent = self._pings.pop(payload, None)
        if sent is not None:
            self.station.rtt = max(at - sent, 0) / 1e9


def _of_result(versions: frozenset[OcppVersion], action: str, result: Payload) -> frozenset[OcppVersion]:
    named = (version for version in versions if action in ACTIONS[version])
    return frozenset(version for version in named if is_valid(version, action, PayloadKind.RESPONSE, result))


def _versions_of(message: Message) -> frozenset[OcppVersion]:
    """The versions that know the action, and of those the ones whose schema the payload fits, or breaks least.

    A BootNotification of 2.0.1 that lacks its reason is still none of 1.6.
    """
    match message:
        case Call(action=action, payload=payload):
            bare = bare_action(action)
            named = [version for version in OcppVersion if bare in ACTIONS[version]]
            fitting = [version for version in named if is_valid(version, bare, PayloadKind.REQUEST, payload)]
            if fitting or not named:
                return frozenset(fitting)
            faults = {version: len(violations(version, bare, PayloadKind.REQUEST, payload)) for version in named}
            return frozenset(version for version in named if faults[version] == min(faults.values()))
        case Send(action=action):
            return frozenset(version for version in OcppVersion if action in SEND_ACTIONS[version])
        case CallResultError():
            return frozenset({OcppVersion.V21})
    return frozenset()


def note_frame(connection: Connection, at: int, direction: Direction, *, message: bool = False) -> None:
    """A frame passed: the connection is not idle."""
    connection.last_at = at
    if direction is Direction.TO_CSMS:
        connection.last_up_at = at
        if message:
            connection.last_message_up_at = at
    else:
        connection.last_down_at = at
    if message:
        connection.messages[direction] += 1
