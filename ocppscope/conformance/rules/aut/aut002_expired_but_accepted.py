"""AUT-002: an idTag that is accepted although it has expired."""

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.example_exchanges import exchange
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at, time_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _answered(status: str, expiry: str) -> str:
    return exchange(">", "a", "Authorize", {"idTag": "A1"}, {"idTagInfo": {"status": status, "expiryDate": expiry}})


class ExpiredButAccepted(Rule):
    """The CSMS accepts an idTag and gives an expiry date that is over.

    Finds:
        An idTagInfo with the status Accepted whose expiryDate lies more than five minutes in the past, by the proxy's
        clock and by the time that the CSMS tells.

    Why it matters:
        The station removes the tag from its cache at once, and refuses the driver the next time that it is offline.

    Usual causes:
        The date of an old contract is kept after it was renewed; the status is decided by other means than the date.

    What to do:
        Leave expiryDate out, or answer Expired.
    """

    id = "AUT-002"
    name = "expiryDate in the past with Accepted"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.JUDGEMENT
    spec = "S16 §7.27"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"Authorize", "StartTransaction", "StopTransaction"})
    thresholds = (Threshold("tolerance_s", 300, "Seconds by which clocks may differ."),)
    examples = (
        Example(
            "expired in 2019",
            _answered("Accepted", "2019-01-01T00:00:00Z"),
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.CSMS,
            path="$.idTagInfo.expiryDate",
            line=2,
        ),
        Example("still valid", _answered("Accepted", "2027-01-01T00:00:00Z")),
        Example("refused because of it", _answered("Expired", "2019-01-01T00:00:00Z")),
        Example("a minute ago, by a clock that may differ", _answered("Accepted", "2025-12-31T23:59:00Z")),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """The dates of accepted tags."""
        info = event.message.payload.get("idTagInfo") if isinstance(event.message, CallResult) else None
        if not isinstance(info, dict) or "expiryDate" not in info or info.get("status") != "Accepted":
            return ()
        expiry, now = time_at(info, "expiryDate"), event.scene.time
        skew = event.scene.station.csms_clock.skew or 0.0
        late = self.threshold("tolerance_s") + max(-skew, 0.0)
        if expiry is None or (now - expiry).total_seconds() <= late:
            return ()
        pending = event.closed.pending
        ago = timedelta(seconds=round((now - expiry).total_seconds()))
        told = quoted(text_at(info, "expiryDate"))
        return (
            Verdict(
                f"idTagInfo says Accepted, and the expiryDate {told} was {ago} ago",
                path="$.idTagInfo.expiryDate",
                observed=told,
                expected="a date to come, or the status Expired",
                records=(event.scene.number,) if pending is None else (event.scene.number, pending.number),
            ),
        )
