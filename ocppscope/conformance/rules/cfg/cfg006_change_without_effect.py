"""CFG-006: a change that is accepted and does not show."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.configuration_rows import TAKEN, change_of, rows_of, same_value
from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memories.configuration_changes import ConfigurationChanges
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion


def _read(value: str, number: int, readonly: str = "false") -> str:
    return (
        f'< [2,"g{number}","GetConfiguration",{{"key":["HeartbeatInterval"]}}]\n'
        f'> [3,"g{number}",{{"configurationKey":[{{"key":"HeartbeatInterval","readonly":{readonly},"value":"{value}"}}]}}]\n'
    )


def _change(value: str, status: str = "Accepted") -> str:
    return (
        f'< [2,"c","ChangeConfiguration",{{"key":"heartbeatInterval","value":"{value}"}}]\n'
        f'> [3,"c",{{"status":"{status}"}}]\n'
    )


_BOOT = (
    '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
)


class ChangeWithoutEffect(Rule):
    """ChangeConfiguration is accepted, and the key holds what it held before.

    Finds:
        The old value in the next answer to GetConfiguration after a change was Accepted; and a change of a key that the
        station has called read-only, Accepted. A value that is neither old nor new was limited by the station, and
        RebootRequired keeps the old one until the next start: both are allowed.

    Why it matters:
        The CSMS believes in a setting that does not hold.

    Usual causes:
        The handler accepts every key; the value is written to storage, and the answer comes from memory.

    What to do:
        Answer Rejected, NotSupported or RebootRequired where a change does not take effect.
    """

    id = "CFG-006"
    name = "ChangeConfiguration result contradicts the read-back"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.3"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"ChangeConfiguration", "GetConfiguration"})
    memories = (ConfigurationChanges,)
    timeless = True
    examples = (
        Example(
            "30 accepted, 60 as before",
            _read("60", 1) + _change("30") + _read("60", 2),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.configurationKey[0].value",
            line=6,
        ),
        Example("a read-only key", _read("60", 1, "true") + _change("30"), finds=1, path="$.status"),
        Example("it shows", _read("60", 1) + _change("30") + _read("030", 2)),
        Example("after the next start", _read("60", 1) + _change("30", "RebootRequired") + _read("60", 2)),
        Example("refused", _read("60", 1) + _change("30", "Rejected") + _read("60", 2)),
        Example("limited by the station", _read("60", 1) + _change("5") + _read("10", 2)),
        Example("the boot has set it anew", _read("60", 1) + _change("30") + "reconnect\n" + _BOOT + _read("60", 2)),
        Example("nobody knows what it was", _change("30") + _read("60", 2)),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Answers to changes of read-only keys, and to reads of changed keys."""
        pending, exchange, scene = event.closed.pending, event.exchange, event.scene
        if pending is None or exchange is None or event.direction is not Direction.TO_CSMS:
            return
        if not isinstance(event.message, CallResult):
            return
        changes = scene.recall(ConfigurationChanges)
        if exchange.action == "ChangeConfiguration":
            wanted = change_of(pending.call)
            known = changes.known(wanted[0]) if wanted is not None else None
            if known is not None and known.readonly and text_at(event.message.payload, "status") in TAKEN:
                yield Verdict(
                    f"the station accepted a change of {text_at(pending.call.payload, 'key')}, which it has called "
                    "read-only",
                    path="$.status",
                    observed=text_at(event.message.payload, "status"),
                    expected="Rejected",
                    records=(scene.number, exchange.call, known.record),
                    key=f"read-only {wanted[0][:50] if wanted is not None else ''}",
                )
            return
        for row in rows_of(event.message.payload):
            change = changes.change(row.key)
            if change is None or change.before is None or row.value is None or pending.number < change.conf:
                continue
            if same_value(row.value, change.before) and not same_value(change.value, change.before):
                yield Verdict(
                    f"{row.name} still holds {quoted(row.value)} although the station accepted {quoted(change.value)}",
                    path=row.path,
                    observed=quoted(row.value),
                    expected=quoted(change.value),
                    records=(scene.number, exchange.call, change.conf, change.call),
                    key=row.key[:50],
                )
