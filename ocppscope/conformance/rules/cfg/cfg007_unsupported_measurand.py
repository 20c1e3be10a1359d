"""CFG-007: a list of measurands is accepted with one that the station does not have."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.configuration_rows import MEASURAND_KEYS, TAKEN, change_of
from ocppscope.conformance.event import Event, ResponseSeen, Scene
from ocppscope.conformance.measurands import bare_measurand, listed
from ocppscope.conformance.memories.configuration_changes import ConfigurationChanges
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_CERTIFIED = 'features."C-09.1" = { value = { tested = [], vendor = ["Voltage"] } }'


def _change(value: str, status: str, number: int = 1) -> str:
    return (
        f'< [2,"{number}","ChangeConfiguration",{{"key":"MeterValuesSampledData","value":"{value}"}}]\n'
        f'> [3,"{number}",{{"status":"{status}"}}]\n'
    )


class UnsupportedMeasurandAccepted(Rule):
    """The station takes a list of measurands of which it does not have one.

    Finds:
        A change of one of the four lists that is accepted with a measurand which the certificate does not list, or which
        the station has refused by itself before.

    Why it matters:
        The values that the CSMS waits for never come, and it has no reason to ask why.

    Usual causes:
        Unknown entries are left out without a word; the list is stored as text.

    What to do:
        Reject the whole list. In the CSMS, read the list back and see what comes.
    """

    id = "CFG-007"
    name = "Unsupported measurand accepted"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.16.4"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"ChangeConfiguration"})
    memories = (ConfigurationChanges,)
    timeless = True
    examples = (
        Example(
            "refused alone, accepted in a list",
            _change("Frequency", "Rejected") + _change("Voltage,Frequency", "Accepted", 2),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.STATION,
            path="$.status",
            line=4,
        ),
        Example("not in the certificate", _change("Voltage.L1,Frequency", "Accepted"), profile=_CERTIFIED, finds=1),
        Example("in the certificate", _change("Voltage.L1", "Accepted"), profile=_CERTIFIED),
        Example("rejected", _change("Voltage,Frequency", "Rejected"), profile=_CERTIFIED),
        Example("nothing says that it is not supported", _change("Voltage,Frequency", "Accepted")),
        Example("it has learned since", _change("Frequency", "Rejected") + _change("Frequency", "Accepted", 2)),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """Accepted lists."""
        pending, exchange, scene = event.closed.pending, event.exchange, event.scene
        change = change_of(pending.call) if pending is not None else None
        if change is None or exchange is None or event.direction is not Direction.TO_CSMS:
            return
        key, value = change
        if key not in MEASURAND_KEYS or not isinstance(event.message, CallResult):
            return
        if text_at(event.message.payload, "status") not in TAKEN:
            return
        names = listed(value)
        foreign, refusal = _foreign(scene, key, names)
        if foreign:
            why = "which the certificate does not list" if refusal is None else "which it had refused by itself"
            yield Verdict(
                f"the station accepted {quoted(', '.join(foreign[:5]))} in {key}, {why}",
                path="$.status",
                observed=text_at(event.message.payload, "status"),
                expected="Rejected",
                records=(scene.number, exchange.call, *(() if refusal is None else (refusal,))),
                key=f"{key} {','.join(foreign)[:80]}",
            )


def _foreign(scene: Scene, key: str, names: list[str]) -> tuple[list[str], int | None]:
    """The measurands that the station does not have, and the record in which it said so itself."""
    changes = scene.recall(ConfigurationChanges)
    if len(names) > 1:
        for name in names:
            refusal = changes.refused(key, bare_measurand(name))
            if refusal is not None:
                return [name], refusal
    if scene.profile is None:
        return [], None
    derived = scene.profile.derived
    certified = derived.measurands_sampled if "sampled" in key else derived.measurands_aligned
    return [name for name in names if certified is not None and bare_measurand(name) not in certified], None
