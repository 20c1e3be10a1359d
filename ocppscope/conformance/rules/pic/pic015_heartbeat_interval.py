"""PIC-015: a heartbeat interval outside the declared range."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import declared_limit, outside
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_RANGE = "settings.ORS-6 = 10\nsettings.ORS-7 = 60"
_BOOT = (
    '> [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"1",{"status":"STATUS","currentTime":"2026-01-01T00:00:00Z","interval":INTERVAL}]'
)


class HeartbeatInterval(Rule):
    """A heartbeat interval that the station was not certified for.

    Finds:
        The interval in the answer to an accepted BootNotification, or in ChangeConfiguration of HeartbeatInterval, is
        below the declared minimum or above the declared maximum. The interval of a boot that is not accepted is the
        time until the next try and is not judged.

    Why it matters:
        The station may clamp the value: then the CSMS takes it for offline too early, or waits too long.

    Usual causes:
        The CSMS gives every product the same interval, often 300 s; some certificates declare 60 s as the maximum.

    What to do:
        Give an interval within the range, or do not count on heartbeats coming at the interval that was asked for.
    """

    id = "PIC-015"
    name = "Heartbeat interval outside the declared range"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-6, ORS-7"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"BootNotification", "ChangeConfiguration"})
    needs_profile = True
    examples = (
        Example(
            "300 s where at most 60 are declared",
            _BOOT.replace("STATUS", "Accepted").replace("INTERVAL", "300"),
            profile=_RANGE,
            finds=1,
            path="$.interval",
            line=2,
        ),
        Example("60 s", _BOOT.replace("STATUS", "Accepted").replace("INTERVAL", "60"), profile=_RANGE),
        Example(
            "the time until the next try",
            _BOOT.replace("STATUS", "Pending").replace("INTERVAL", "300"),
            profile=_RANGE,
        ),
        Example(
            "changed to 5 s",
            '< [2,"1","ChangeConfiguration",{"key":"heartbeatInterval","value":"5"}]',
            profile=_RANGE,
            finds=1,
            path="$.value",
        ),
        Example(
            "a range that makes no sense",
            _BOOT.replace("STATUS", "Accepted").replace("INTERVAL", "300"),
            profile="settings.ORS-6 = 60\nsettings.ORS-7 = 10",
        ),
    )

    def check(self, event: CallSeen | ResponseSeen) -> Iterator[Verdict]:
        """Intervals below the minimum or above the maximum."""
        asked = _asked(event)
        if asked is None:
            return
        path, seconds = asked
        lowest = declared_limit(event.scene, "heartbeat_interval_min_s")
        highest = declared_limit(event.scene, "heartbeat_interval_max_s")
        found = outside(f"the heartbeat interval of {seconds:g} s", seconds, lowest, highest)
        if found is not None:
            evidence, expected = found
            yield Verdict(
                f"{evidence}; the station may clamp it",
                path=path,
                observed=f"{seconds:g}",
                expected=expected,
                key=f"{path} {seconds:g}",
            )


def _asked(event: CallSeen | ResponseSeen) -> tuple[str, float] | None:
    if isinstance(event, ResponseSeen):
        result = event.message
        if not isinstance(result, CallResult) or text_at(result.payload, "status") != "Accepted":
            return None
        path, seconds = "$.interval", number_at(result.payload, "interval")
    else:
        payload = event.message.payload
        if (text_at(payload, "key") or "").lower() != "heartbeatinterval":
            return None
        path, seconds = "$.value", number_at(payload, "value")
    return None if seconds is None else (path, seconds)
