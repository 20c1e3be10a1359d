"""What the detail says of an exchange, decided without a widget: one or two panes, each with title, facts and body."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, TypeAlias

from ocppscope.inspect.limits import DEFAULT_TIMEOUT
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding
from ocppscope.model.visible import visible
from ocppscope.protocol.message import (
    TYPE_NAMES,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Malformed,
    Message,
    MessageId,
    Send,
)
from ocppscope.protocol.roles import Direction
from ocppscope.tui.context import Recalled, Shown
from ocppscope.tui.findings.words import TOKENS
from ocppscope.tui.widgets.gauge import format_limit, format_seconds, gauge, limit_token
from ocppscope.tui.widgets.payload_outline import Pins, value_text
from ocppscope.tui.widgets.record_table import Cell

_PARTY = {"station": "station", "csms": "CSMS"}
_SHORT_ID = 20
_UUID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class TreeBody:
    """A payload. ``notes`` are flaws of the message around it."""

    payload: dict[str, Any]
    pins: Pins
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawBody:
    """A text that could not be read, with the place where reading failed."""

    text: str
    reason: str
    position: int | None = None
    data: bytes | None = None
    """The bytes, where the message was not text."""


@dataclass(frozen=True, slots=True)
class WaitBody:
    """A CALL that waits for its response."""

    exchange: Exchange


@dataclass(frozen=True, slots=True)
class FactsBody:
    """Lines of segments, shown as they are."""

    lines: tuple[Cell, ...]


Body: TypeAlias = TreeBody | RawBody | WaitBody | FactsBody


@dataclass(frozen=True, slots=True)
class Pane:
    """One frame of the detail.

    Attributes:
        title, subtitle: segments in the upper and in the lower edge of the frame.
        body: what is in it.
        alarm: the frame is red: a CALLERROR, a malformed message, a refused connection.
        weight: characters that the body needs, roughly: the bigger pane gets more room.
    """

    title: Cell
    subtitle: Cell
    body: Body
    alarm: bool = False
    weight: int = 0


def panes(shown: Shown) -> list[Pane]:
    """The panes of an exchange: request and response, or one for what is never answered."""
    request, response = shown.request, shown.response
    if request is not None and not isinstance(request.message, Call):
        return [_message_pane(request, shown.findings, None)]
    if request is None:
        alone = [_message_pane(response, shown.findings, shown.exchange)] if response is not None else []
        return [_no_request(response), *alone] if _answers_a_call(response) else alone
    asked = _message_pane(request, shown.findings, None)
    if response is None:
        return [asked, _no_response(shown.exchange)]
    return [asked, _message_pane(response, shown.findings, shown.exchange)]


def bigger(shown: Sequence[Pane]) -> int | None:
    """Which of two panes deserves three fifths of the room; None when they are about equal."""
    if len(shown) != 2:
        return None
    first, second = shown[0].weight, shown[1].weight
    if abs(first - second) <= 20 or max(first, second) < min(first, second) * 3 // 2:
        return None
    return 0 if first > second else 1


def waiting(exchange: Exchange, now: int, *, cells: int = 20, plain: bool = False) -> list[Cell]:
    """How long a CALL has waited, of what it may: a sentence and a gauge.

    Args:
        exchange: the pending exchange.
        now: ns of the record clock.
        cells: width of the gauge.
        plain: ASCII only.
    """
    age = max(now - exchange.since, 0) / 1e9
    limit = exchange.limit or DEFAULT_TIMEOUT
    tone = limit_token(age / limit)
    source = "declared limit" if exchange.limit else "no declared limit: guidance"
    lines: list[Cell] = [
        (("waiting ", "muted"), (format_seconds(age), f"{tone} bold"), (f" of {format_limit(limit)}", "muted")),
        ((gauge(age / limit, cells, plain=plain), f"{tone} on track"),),
        ((source, "muted"),),
    ]
    if age > limit:
        lines.append((("✖ ", "error"), (f"{_party(exchange.dut.value)} has not answered in time", "error")))
    return lines


def short_id(message_id: MessageId) -> str:
    """A message id for a frame: of a UUID the first eight characters, of other long ids both ends."""
    text = visible(str(message_id), 4 * _UUID_LENGTH)
    if len(text) == _UUID_LENGTH and text.count("-") == 4:
        return text[:8]
    return text if len(text) <= _SHORT_ID else f"{text[:11]}…{text[-8:]}"


def way(direction: Direction) -> Cell:
    """``CSMS → station`` in the colour of the direction."""
    tone = "up" if direction is Direction.TO_CSMS else "down"
    return ((f"{_party(direction.sender.value)} → {_party(direction.receiver.value)}", tone),)


def folded(lines: Sequence[Cell], width: int) -> list[Cell]:
    """Lines with those that are too long broken at blanks; what follows a label stays below itself."""
    made: list[Cell] = []
    for line in lines:
        length = sum(len(text) for text, _ in line)
        if length <= width or not line:
            made.append(line)
            continue
        *head, (text, tone) = line
        start = sum(len(piece) for piece, _ in head)
        if start > width // 2:
            made.append(line)  # no room beside the label: it wraps as it comes
            continue
        indent = start if head and head[0][1] == "muted" else 0
        first, *rest = wrap(text, width - indent, initial_indent="·" * (start - indent)) or [""]
        made.append((*head, (first[start - indent :], tone)))
        made += [((" " * indent, ""), (more, tone)) for more in rest]
    return made


def _party(role: str) -> str:
    return _PARTY[role]


def _answers_a_call(recalled: Recalled | None) -> bool:
    return recalled is not None and isinstance(recalled.message, CallResult | CallError)


def _message_pane(recalled: Recalled, findings: Sequence[Finding], exchange: Exchange | None) -> Pane:
    message = recalled.message
    own = [finding for finding in findings if finding.records[:1] == (recalled.number,)]
    body = _body(recalled, own)
    alarm = isinstance(message, CallError | CallResultError | Malformed)
    word = "not an OCPP message" if isinstance(message, Malformed) else TYPE_NAMES[type(message)]
    title: Cell = ((word, "error" if alarm else ""),)
    if isinstance(message, Call | Send | CallResultError) and recalled.action:
        title = (*title, (" · ", "muted"), (visible(recalled.action, 60), ""), *_at_element(2, own))
    identity: Cell = ()
    if message.message_id is not None:
        identity = ((short_id(message.message_id), "muted"), *_at_element(1, own), (" · ", "muted"))
    subtitle: Cell = (*identity, *way(recalled.record.dir))
    if exchange is not None and exchange.latency is not None:
        subtitle = _took(exchange)
    return Pane(title, subtitle, body, alarm, _weight(body))


def _took(exchange: Exchange) -> Cell:
    latency = format_seconds(exchange.latency or 0.0)
    if not exchange.limit:
        return ((latency, "text"),)
    tone = limit_token(exchange.share_of_limit)
    return ((latency, "text" if tone == "ok" else tone), (f" of {format_limit(exchange.limit)}", "muted"))


def _at_element(index: int, findings: Sequence[Finding]) -> Cell:
    """Labels of findings at an element of the message itself: 1 is its id, 2 its action. Payload paths never look so."""
    found = {finding.rule: finding for finding in findings if finding.path == f"$[{index}]"}
    return tuple((f"  {pin.severity.mark} {pin.rule}", TOKENS[pin.severity.value]) for pin in list(found.values())[:2])


def _body(recalled: Recalled, findings: Sequence[Finding]) -> Body:
    message = recalled.message
    if isinstance(message, Malformed):
        record = recalled.record
        data = None
        if record.text is None and record.data is not None and not message.text:
            data = _bytes(record.data)
        return RawBody(message.text, message.reason, message.position, data)
    pins: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.path is not None and not finding.path[2:3].isdigit():
            pins.setdefault(finding.path, []).append(finding)
    return TreeBody(_payload(message), pins, tuple(defect.reason for defect in message.defects))


def _bytes(data: str) -> bytes | None:
    import base64  # noqa: PLC0415 - binary messages are rare
    import binascii  # noqa: PLC0415

    try:
        return base64.b64decode(data[:65_536], validate=True)
    except binascii.Error:
        return None


def _payload(message: Message) -> dict[str, Any]:
    match message:
        case CallError() | CallResultError():
            return {
                "errorCode": message.error_code,
                "errorDescription": message.error_description,
                "errorDetails": message.error_details,
            }
        case Malformed():
            return {}
    return message.payload


def _weight(body: Body) -> int:
    """Characters of the first values, each counted to at most sixty: a glance, not a measure."""
    if isinstance(body, RawBody):
        return min(len(body.text), 400)
    if not isinstance(body, TreeBody):
        return 0
    total, queue = 0, [body.payload]
    while queue and total < 1_000:
        for name, value in list(queue.pop(0).items())[:20]:
            total += min(len(name) + len(value_text(value)[1]), 60)
            members = value[0] if isinstance(value, list) and value else value
            if isinstance(members, dict):
                queue.append(members)
    return total


def _no_response(exchange: Exchange | None) -> Pane:
    title: Cell = (("no response", "muted"),)
    if exchange is None:
        return Pane(title, (), FactsBody(((("The capture holds no response.", "muted"),),)))
    if exchange.outcome is Outcome.PENDING:
        return Pane(title, (), WaitBody(exchange))
    return Pane(title, (), FactsBody(((("The connection ended before an answer came.", "muted"),),)))


def _no_request(response: Recalled | None) -> Pane:
    sender = _party(response.record.dir.receiver.value) if response is not None else "the other side"
    lines: tuple[Cell, ...] = (
        (("Answers nothing: ", "warn"), (f"no open CALL of the {sender} has this id.", "text")),
        (("The CALL may lie before the beginning of the capture.", "muted"),),
    )
    return Pane((("no request", "muted"),), (), FactsBody(lines))
