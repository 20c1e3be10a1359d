"""SES-015: a date-time with more than three digits behind the point."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, SendSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallError
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_SIGN = re.compile(r"T\d\d:\d\d:\d\d\.\d{4}").search
"""In the raw text: looks at each T only, and so costs most messages 0.1 us."""

_LONG = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{4,30}(?:Z|[+-]\d\d:\d\d)?")

_FREE = frozenset({"customData", "data"})
"""Members whose content is a vendor's own."""

_MOST_PATHS = 8

_HEARTBEAT = '> [2,"1","Heartbeat",{}]\n'


class FractionTooLong(Rule):
    """A point in time with more than milliseconds.

    Finds:
        A date-time with four or more digits after the decimal point, in any member but a vendor's own.

    Why it matters:
        Small devices parse a fixed number of digits; some refuse the message, some read a wrong time.

    Usual causes:
        ``isoformat()`` of Python, which writes microseconds; nanoseconds of Go or Java printed as they are.

    What to do:
        Format with milliseconds, or without a fraction.
    """

    id = "SES-015"
    name = "More than three fractional digits in a date-time"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    requirement = Requirement.MUST
    spec = "P2 §3.1"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, SendSeen)
    timeless = True
    examples = (
        Example(
            "microseconds of a CSMS",
            _HEARTBEAT + '< [3,"1",{"currentTime":"2026-01-01T00:00:00.123456Z"}]',
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.CSMS,
            path="$.currentTime",
            line=2,
        ),
        Example(
            "nested, of a station",
            '> [2,"1","MeterValues",{"evseId":1,"meterValue":[{"timestamp":"2026-01-01T00:00:00.0000001+00:00",'
            '"sampledValue":[{"value":20,"measurand":"Voltage"}]}]}]\n< [3,"1",{}]',
            version=OcppVersion.V21,
            finds=1,
            at_fault=Role.STATION,
            path="$.meterValue[0].timestamp",
        ),
        Example(
            "milliseconds",
            _HEARTBEAT + '< [3,"1",{"currentTime":"2026-01-01T00:00:00.123Z"}]',
            version=OcppVersion.V201,
        ),
        Example(
            "a vendor's own text may be anything",
            '> [2,"1","DataTransfer",{"vendorId":"made.up","data":"2026-01-01T00:00:00.123456Z"}]\n'
            '< [3,"1",{"status":"Accepted"}]',
            version=OcppVersion.V201,
        ),
        Example("1.6 does not say", _HEARTBEAT + '< [3,"1",{"currentTime":"2026-01-01T00:00:00.123456Z"}]'),
    )

    def check(self, event: CallSeen | ResponseSeen | SendSeen) -> Iterable[Verdict]:
        """Every message that has a sign of one in its text."""
        text = event.record.text if event.record is not None else None
        if text is None or _SIGN(text) is None or isinstance(event.message, CallError):
            return ()
        return self._found(event, event.message.payload)

    def _found(self, event: CallSeen | ResponseSeen | SendSeen, payload: Any) -> Iterable[Verdict]:
        sender = event.direction.sender
        named = set()
        for path, value in _long_times(payload, "$"):
            name = path.rpartition(".")[2]
            if name in named:
                continue
            named.add(name)
            digits = len(re.split(r"[Z+-]", value.partition(".")[2])[0])
            yield Verdict(
                f"{path} has {digits} digits after the decimal point: {quoted(value)}",
                at_fault=sender,
                path=path,
                observed=quoted(value),
                expected="at most three",
                key=f"{sender} {name[:40]}",
            )
            if len(named) == _MOST_PATHS:
                return


def _long_times(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and text of each such date-time. What is parsed is at most `MAX_DEPTH` levels deep."""
    if isinstance(value, str):
        if 24 <= len(value) <= 60 and _LONG.fullmatch(value):
            yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            if name not in _FREE:
                yield from _long_times(member, f"{path}.{name[:40]}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _long_times(item, f"{path}[{index}]")
