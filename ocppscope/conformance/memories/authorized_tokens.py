"""What the CSMS said of the tokens that a station asked about."""

from typing import ClassVar, NamedTuple

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction

_MOST = 200
_SECOND = 1_000_000_000


class Answer(NamedTuple):
    """The answer to one Authorize: its status, when it came (record clock, ns), and the record numbers of both."""

    status: str
    at: int
    call: int
    conf: int


class AuthorizedTokens(Memory):
    """By token in lower case, of 1.6 and 2.x. A remote start with a token takes the place of an earlier answer."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"Authorize", "RemoteStartTransaction", "RequestStartTransaction"})

    def __init__(self) -> None:
        self._answers: Recent[str, Answer] = Recent(_MOST)
        self._accepted_at: int | None = None

    def answer(self, token: str | None) -> Answer | None:
        """The latest answer about this token."""
        return self._answers.get(token[:64].lower()) if token is not None else None

    def any_within(self, at: int, seconds: float) -> bool:
        """Whether any token was accepted so short a while ago."""
        return self._accepted_at is not None and at - self._accepted_at <= seconds * _SECOND

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in an answer, or a start from afar."""
        if isinstance(event, CallSeen):
            token = _token(event.message.payload)
            if event.direction is Direction.TO_STATION and token is not None:
                self._answers.pop(token[:64].lower(), None)
            return
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or pending.call.action != "Authorize":
            return
        token = _token(pending.call.payload)
        if token is None or not isinstance(event.message, CallResult):
            return
        result = event.message.payload
        status = text_at(result, "idTagInfo", "status") or text_at(result, "idTokenInfo", "status")
        if status is not None:
            self._answers[token[:64].lower()] = Answer(status[:40], event.scene.at, exchange.call, event.scene.number)
            if status == "Accepted":
                self._accepted_at = event.scene.at


def _token(payload: object) -> str | None:
    return text_at(payload, "idTag") or text_at(payload, "idToken", "idToken")
