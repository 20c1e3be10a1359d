"""SES-013: a date-time without time zone, or not in the form of RFC 3339."""

import re
from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, PayloadInvalid
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d)?([.,]\d+)?")


class BadDateTime(Rule):
    """A point in time that the receiver can not place.

    Finds:
        A date-time member without ``Z`` or offset, with a blank instead of ``T``, a comma before the fraction, or an
        impossible date. A warning on 1.6, whose text allows all of ISO 8601; an error on 2.x.

    Why it matters:
        Without a zone the receiver guesses. Transactions end before they begin, or hours late.

    Usual causes:
        The station formats local time without its offset; a CSMS hands on what its database prints.

    What to do:
        Send UTC with ``Z``.
    """

    id = "SES-013"
    name = "Date-time without time zone or not RFC 3339"
    severity = Severity.ERROR
    requirement = Requirement.MUST
    spec = "S16 §3.15; P2 §3.1"
    on: ClassVar[tuple[type[Event], ...]] = (PayloadInvalid,)
    timeless = True
    examples = (
        Example(
            "no zone",
            '> [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"2026-01-01T15:28:07"}]',
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.timestamp",
        ),
        Example(
            "a comma before the fraction",
            '> [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"2026-01-01T00:00:00,5Z"}]',
            finds=1,
        ),
        Example(
            "24 o'clock",
            '> [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"2025-12-31T24:00:00Z"}]',
            finds=1,
        ),
        Example(
            "an offset is as good as Z",
            '> [2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"2026-01-01T15:28:07+09:00"}]',
        ),
        Example(
            "an error on 2.0.1",
            '> [2,"1","StatusNotification",{"timestamp":"2026-01-01 15:28:07Z","connectorStatus":"Available","evseId":1,"connectorId":1}]',
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example(
            "in a response",
            """
            > [2,"1","Heartbeat",{}]
            < [3,"1",{"currentTime":"2026-01-01T00:00:00.123"}]
            """,
            finds=1,
            at_fault=Role.CSMS,
        ),
        Example(
            "a fraction",
            '> [2,"1","SecurityEventNotification",{"type":"StartupOfTheDevice","timestamp":"2026-01-01T00:00:00.123Z"}]',
        ),
    )

    def check(self, event: PayloadInvalid) -> Iterator[Verdict]:
        """Every date-time that its schema's format refuses."""
        sender = event.direction.sender
        for violation in event.violations:
            if violation.keyword != "format" or violation.allowed != "date-time":
                continue
            value = str(violation.value)
            reason = "has no time zone" if _NO_ZONE.fullmatch(value[:40]) else "is no RFC 3339 date-time"
            yield Verdict(
                f"{violation.path} {reason}: {quoted(value)}",
                Severity.WARNING if event.scene.connection.version is OcppVersion.V16 else None,
                sender,
                path=violation.path,
                observed=quoted(value),
                expected="2026-01-01T12:00:00Z",
                key=f"{sender} {violation.path.rpartition('.')[2]}",
            )
