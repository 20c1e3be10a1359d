"""RES-001: a reservation that is over when it is made."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import reserved_v2x, reserved_v16
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at, time_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$", re.IGNORECASE)


class ExpiryInThePast(Rule):
    """ReserveNow with an expiry that has passed.

    Finds:
        An expiryDate (1.6) or expiryDateTime (2.x) more than 30 s before the CALL, by the proxy's clock and by the time
        that the CSMS tells. A time without a zone is not judged: nobody knows when it is.

    Why it matters:
        The driver believes to have a place, and the station forgets it at once.

    Usual causes:
        Local time sent as UTC; the reservation waited in the back end while the station was offline.

    What to do:
        Compare the expiry with the time of the CALL: a whole number of hours is a time zone.
    """

    id = "RES-001"
    name = "ReserveNow with an expiry in the past"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.JUDGEMENT
    spec = "S16 §5.13"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"ReserveNow"})
    thresholds = (Threshold("tolerance_s", 30, "Seconds by which clocks may differ."),)
    examples = (
        Example(
            "an hour ago",
            reserved_v16(1, 7, -3600, status="Rejected"),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.expiryDate",
            line=1,
        ),
        Example(
            "an hour ago, of 2.0.1",
            reserved_v2x(1, 7, -3600, status="Rejected"),
            version=OcppVersion.V201,
            finds=1,
            path="$.expiryDateTime",
        ),
        Example("in an hour", reserved_v16(1, 7, 3600, status="Rejected")),
        Example(
            "in an hour, in another time zone",
            reserved_v16(1, 7, 3600, status="Rejected").replace("T01:00:00Z", "T00:00:00-01:00"),
        ),
        Example(
            "without a time zone",
            reserved_v16(1, 7, -3600, status="Rejected").replace('23:00:00Z"', '23:00:00"'),
            beside=("SES-013", "RPC-024"),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The expiry of each reservation."""
        if event.direction is not Direction.TO_STATION:
            return ()
        payload = event.message.payload
        name = "expiryDate" if "expiryDate" in payload else "expiryDateTime"
        text, expiry = text_at(payload, name), time_at(payload, name)
        if text is None or expiry is None or _ZONE.search(text) is None:
            return ()
        seconds = (event.scene.time - expiry).total_seconds()
        skew = event.scene.station.csms_clock.skew or 0.0
        if seconds <= self.threshold("tolerance_s") + max(-skew, 0.0):
            return ()
        return (
            Verdict(
                f"ReserveNow until {quoted(text)}, which was {timedelta(seconds=round(seconds))} ago",
                path=f"$.{name}",
                observed=quoted(text),
                expected=f"later than {event.scene.time:%Y-%m-%dT%H:%M:%SZ}",
                key=name,
            ),
        )
