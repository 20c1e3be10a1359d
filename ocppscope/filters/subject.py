"""What a filter looks at: one row of a list, one line of a capture."""

from typing import Any, Protocol


class Subject(Protocol):
    """One message (or connection event) as the filter language sees it.

    The attributes of `COST` 0 are facts that a list keeps beside each row; the others may have to decode the message, so
    implement them as properties that do so when asked. A filter reads only what `Filter.needs` names, the cheap ones
    first. What is not known is "" or None and matches no field.
    """

    @property
    def action(self) -> str:
        """The action, of a response that of its CALL; "" where nothing tells."""

    @property
    def type(self) -> str:
        """``CALL``, ``CALLRESULT``, ``CALLERROR``, ``CALLRESULTERROR``, ``SEND``, ``?`` for a malformed message, "" for none."""

    @property
    def dir(self) -> str:
        """``up`` from the station to the CSMS, ``down`` from the CSMS to the station, "" for neither."""

    @property
    def station(self) -> str:
        """Station identity."""

    @property
    def message_id(self) -> str:
        """The message id as text."""

    @property
    def transaction(self) -> str | None:
        """The transaction id as text."""

    @property
    def evse(self) -> str | None:
        """The EVSE (2.x) or connector (1.6) number as text."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that have something to say about it."""

    @property
    def severity(self) -> str | None:
        """The worst of its findings: ``error``, ``warning``, ``info``; None without findings."""

    @property
    def latency(self) -> float | None:
        """Seconds that the answer took; None for a CALL."""

    @property
    def limit_share(self) -> float | None:
        """Latency divided by the limit, 1.0 is just at it; None without a limit."""

    @property
    def has_findings(self) -> bool:
        """Whether any rule has something to say about it."""

    @property
    def held(self) -> bool:
        """Whether an intervention holds it back now."""

    @property
    def marked(self) -> bool:
        """Whether the user marked it."""

    @property
    def info(self) -> str:
        """The text of the Info column."""

    @property
    def payload(self) -> Any:
        """The parsed JSON payload; None for what has none."""


COST = {
    "dir": 0,
    "type": 0,
    "action": 0,
    "station": 0,
    "has_findings": 0,
    "held": 0,
    "marked": 0,
    "latency": 0,
    "limit_share": 0,
    "rules": 0,
    "severity": 0,
    "message_id": 1,
    "transaction": 2,
    "evse": 2,
    "payload": 2,
    "info": 3,
}
"""How dear an attribute is: 0 stands in a column, 1 and 2 need the message parsed, 3 a summary made of it besides."""
