"""What rules are asked about: things that happened on one connection, with all that pairing and the schemas know.

Events are made by the inspector and shown to every rule that asks for their type. They are read, never changed. What is
rarely the case (a defect, an invalid payload) is an event of its own, so that ordinary traffic asks few rules.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import msgspec

from ocppscope.capture.record import Ended, MessageRecord, Opened, Refused
from ocppscope.conformance.memory import Memories, Memory
from ocppscope.conformance.meter_values import Sample
from ocppscope.conformance.timestamps import stamped_at
from ocppscope.model.connection import Connection, Station
from ocppscope.model.exchange import Exchange
from ocppscope.pics.profile import Profile
from ocppscope.protocol.correlator import ClosedCall, OpenedCall, Pending
from ocppscope.protocol.message import Call, CallError, CallResult, CallResultError, Message, MessageId, Send
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.schemas import PayloadKind, SchemaViolation

_Kind = TypeVar("_Kind", bound=Memory)


class Scene(msgspec.Struct):
    """Where an event takes place.

    Attributes:
        station, connection: whose; connection.version is None while nothing tells.
        number: record number of the message (of the CALL, for an overdue one).
        time: wall clock of the message; at: the record clock in ns.
        settled: the beginning of this connection was seen, or it has been watched for longer than any response may take:
            only then can a rule claim that something was *never* there.
        profile: what the station was certified for; csms_profile: what its CSMS was. None without a profile.
        memories: what is remembered of the station, and of all stations together.
    """

    station: Station
    connection: Connection
    number: int
    time: datetime
    at: int
    settled: bool
    profile: Profile | None = None
    csms_profile: Profile | None = None
    memories: Memories = msgspec.field(default_factory=Memories)

    def recall(self, kind: type[_Kind]) -> _Kind:
        """What is remembered of the station, or of all: one of the memories that the rule names."""
        memory = self.memories.kinds.get(kind)
        return self.memories.recall(kind) if memory is None else memory  # type: ignore[return-value]  # kept under its class


class CallSeen(msgspec.Struct):
    """A CALL passed."""

    scene: Scene
    direction: Direction
    message: Call
    opened: OpenedCall
    timeout: float
    """Seconds that its receiver may take to answer."""
    record: MessageRecord | None = None
    """As it was recorded: its text, size and frames."""
    samples: tuple[Sample, ...] = ()
    """The meter values that it carries, in base units."""
    _stamp: datetime | None = None
    _stamped: bool = False

    @property
    def stamp(self) -> datetime | None:
        """When what it tells happened, by the clock of its sender; None when it does not say."""
        if not self._stamped:
            self._stamp = stamped_at(self.message)
            self._stamped = True
        return self._stamp


class SendSeen(msgspec.Struct):
    """A SEND passed (2.1)."""

    scene: Scene
    direction: Direction
    message: Send
    record: MessageRecord | None = None


class ResponseSeen(msgspec.Struct):
    """A CALLRESULT or CALLERROR passed."""

    scene: Scene
    direction: Direction
    message: CallResult | CallError
    closed: ClosedCall
    exchange: Exchange | None
    """The exchange that it closed; None for an orphan and for a second answer."""
    timeout: float | None
    """Seconds that were allowed; None without an exchange."""
    own_id: bool
    """For an orphan: its sender used this id in a CALL of its own."""
    candidate: Pending | None
    """For an orphan: the newest CALL that its sender still has to answer, which is likely what it means."""
    record: MessageRecord | None = None


class ResultErrorSeen(msgspec.Struct):
    """A CALLRESULTERROR passed (2.1)."""

    scene: Scene
    direction: Direction
    message: CallResultError


class DefectSeen(msgspec.Struct):
    """Something passed that is no message, or a message whose wrapper has defects; besides the event of its shape."""

    scene: Scene
    direction: Direction
    message: Message
    echo: bool = False
    """It is the response to a CALL that was found: its id is the caller's doing."""
    record: MessageRecord | None = None


class PayloadInvalid(msgspec.Struct):
    """The payload of a request or response breaks its schema; besides the event of the message's shape."""

    scene: Scene
    direction: Direction
    message: Call | CallResult | Send
    action: str
    kind: PayloadKind
    violations: tuple[SchemaViolation, ...]
    call: int | None = None
    """For a response: the record number of its CALL."""


class CallOverdue(msgspec.Struct):
    """A CALL has waited for longer than its receiver may take, and its connection is still open."""

    scene: Scene
    exchange: Exchange
    pending: Pending
    timeout: float


class ConnectionOpened(msgspec.Struct):
    """A connection was established."""

    scene: Scene
    record: Opened


class ConnectionRefused(msgspec.Struct):
    """A connection was tried and not established. The connection of its scene never was: its number is 0."""

    scene: Scene
    record: Refused


class ConnectionEnded(msgspec.Struct):
    """A connection is over."""

    scene: Scene
    record: Ended


class PingSeen(msgspec.Struct):
    """A ping passed."""

    scene: Scene
    direction: Direction


class FunctionLate(msgspec.Struct):
    """What an accepted CALL must cause came later than declared, or not at all.

    Attributes:
        figure: the performance figure, one of `ocppscope.pics.declaration.KPI_KEYS`; dut: whose time it is.
        trigger, trigger_id: action and message id of the CALL; call, conf: record numbers of it and of its response.
        function: what was due; message: the record that brought it, None when it never came.
        seconds: how long it took or was waited for; limit: the declared maximum.
    """

    scene: Scene
    figure: str
    dut: Role
    trigger: str
    trigger_id: MessageId
    call: int
    conf: int | None
    function: str
    message: int | None
    seconds: float
    limit: float


class TimeUp(msgspec.Struct):
    """The time has passed after which a rule wanted to be asked again (`AskLater`). Only that rule is asked.

    The scene is that of the event which made it ask, at the later time; the connection may have ended since.

    Attributes:
        key, note: as the rule gave them.
        action, message_id: of the message that made it ask.
    """

    scene: Scene
    key: Hashable
    note: Any
    action: str | None
    message_id: MessageId | None


Event: TypeAlias = (
    CallSeen
    | SendSeen
    | ResponseSeen
    | ResultErrorSeen
    | DefectSeen
    | PayloadInvalid
    | CallOverdue
    | ConnectionOpened
    | ConnectionRefused
    | ConnectionEnded
    | PingSeen
    | FunctionLate
    | TimeUp
)


def action_of(event: Event) -> str | None:
    """The action that an event is about; None for what is about none."""
    if isinstance(event, ResponseSeen | CallOverdue):
        return None if event.exchange is None else event.exchange.action
    if isinstance(event, PayloadInvalid):
        return event.action
    if isinstance(event, FunctionLate):
        return event.trigger
    return getattr(getattr(event, "message", None), "action", None)


def message_id_of(event: Event) -> MessageId | None:
    """Of the message that the event is about; None for what is no message."""
    match event:
        case CallOverdue():
            return event.exchange.message_id
        case FunctionLate():
            return event.trigger_id
        case TimeUp():
            return event.message_id
        case ConnectionOpened() | ConnectionRefused() | ConnectionEnded() | PingSeen():
            return None
    return event.message.message_id
