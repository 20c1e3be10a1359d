"""CON-013: a connection that did not end as it should."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionEnded, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_MEANING = {
    1002: "protocol error",
    1003: "unsupported data",
    1007: "invalid payload data",
    1009: "message too big",
    1011: "internal error",
}
"""Close codes that complain (RFC 6455 §7.4.1)."""

_WAYS = {
    "fin": "with a FIN",
    "rst": "with a RST",
    "timeout": "by a timeout",
    "error": "by an error",
}

_PARTIES = {role.value: role for role in Role}
"""Whose end it was; the network and the proxy are nobody's fault."""


class AbnormalClose(Rule):
    """A connection that was cut, or closed with a complaint.

    Finds:
        A connection that ended without a close frame (1006), or with close code 1002, 1003, 1007, 1009 or 1011. Who ended
        it is who went first. That ocppscope itself was stopped is no finding.

    Why it matters:
        Cuts cost open CALLs and send transactions into the offline queue; a complaint names the reason why a side could
        not go on.

    Usual causes:
        Mobile network, power or router; an idle timer of a load balancer (look at the idle time); a message above the
        receiver's limit (1009); an exception in the handler (1011).

    What to do:
        Look at the last frames of each side, and at the pattern over all ends of the station's connections.
    """

    id = "CON-013"
    name = "Abnormal close"
    severity = Severity.INFO
    requirement = Requirement.JUDGEMENT
    spec = "RFC 6455 §7"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionEnded,)
    examples = (
        Example("message too big", "close < 1009 too big", finds=1, severity=Severity.INFO),
        Example("an internal error", "close < 1011", finds=1, at_fault=Role.CSMS),
        Example("the station's side is reset", 'end {"by":"station","how":"rst"}', finds=1, at_fault=Role.STATION),
        Example("a FIN without a close frame", 'end {"by":"csms","how":"fin"}', finds=1, at_fault=Role.CSMS),
        Example("the network is to blame", 'end {"by":"network","how":"timeout"}', finds=1),
        Example("a regular close", "close > 1000 bye"),
        Example("a close frame without a code", "close >"),
        Example("going away", "close < 1001"),
        Example("the proxy was stopped", 'end {"by":"proxy","how":"shutdown"}'),
    )

    def check(self, event: ConnectionEnded) -> Iterator[Verdict]:
        """The close code, or that there was none."""
        connection, record = event.scene.connection, event.record
        code, by = connection.close_code, connection.closed_by or record.by
        if code in _MEANING:
            reason = f" {quoted(connection.close_reason)}" if connection.close_reason else ""
            said = f"{by} closed the connection with {code}, {_MEANING[code]}{reason}"
            fault = _PARTIES.get(by) if code == 1011 else None
            observed, expected = str(code), "1000 or 1001"
        elif code is None and record.how in _WAYS:
            said = f"{by} ended the connection without a close frame, {_WAYS[record.how]}"
            fault = _PARTIES.get(by)
            observed, expected = "1006", "a close frame"
        else:
            return
        error = f" ({record.error})" if record.error else ""
        idle = "" if connection.idle_seconds is None else f"; {connection.idle_seconds:.0f} s after the last frame"
        yield Verdict(
            f"the {said}{error}{idle}",
            at_fault=fault,
            observed=observed,
            expected=expected,
            key=f"{by} {observed if code is not None else record.how}",
        )
