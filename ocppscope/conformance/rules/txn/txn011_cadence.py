"""TXN-011: periodic meter values do not come at their interval."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import EVSE, answer, ask, configure, evented, metered, started
from ocppscope.conformance.memories.cadence import Beat, Cadence, interval_name, periodic_time, sample_interval
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import objects_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_KEY = "MeterValueSampleInterval"
_PERIODIC: dict[str, Any] = {"context": "Sample.Periodic"}
_SET_201 = ask(
    "i",
    "SetVariables",
    setVariableData=[
        {
            "component": {"name": "SampledDataCtrlr"},
            "variable": {"name": "TxUpdatedInterval"},
            "attributeValue": "60",
        }
    ],
) + answer(
    "i",
    setVariableResult=[
        {
            "component": {"name": "SampledDataCtrlr"},
            "variable": {"name": "TxUpdatedInterval"},
            "attributeStatus": "Accepted",
        }
    ],
)


class CadenceNotKept(Rule):
    """Periodic meter values come too rarely, or although they are switched off.

    Finds:
        Two periodic values of one transaction, one after the other, that are more than twice the interval and 5 s apart,
        by their time stamps and by their arrival; and, where the interval is 0, periodic values all the same. Only where
        MeterValueSampleInterval (2.x: SampledDataCtrlr.TxUpdatedInterval) was seen to be read or set, and not changed
        during the transaction. A gap with an outage in it is left out: what is missing may still come.

    Why it matters:
        The driver's app stands still, load balancing works with old values, and calibration law may ask for them all.

    Usual causes:
        A busy station, an interval that is only taken over after a restart, values that are not sent while the car
        pauses, clock-aligned values sent with the context of periodic ones.

    What to do:
        Read the interval again; see what else the station sent in the gap.
    """

    id = "TXN-011"
    name = "MeterValues cadence not kept"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "E16 §3.15; P2 J02.FR.11"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "TransactionEvent"})
    memories = (Cadence, Charging)
    thresholds = (
        Threshold("intervals", 2, "Times the interval that a gap may last (catalogue)."),
        Threshold("slack_s", 5, "Seconds that it may last beyond (catalogue)."),
    )
    examples = (
        Example(
            "at 0, 60 and 300 s",
            configure("c", _KEY, "60")
            + started("1", 17)
            + metered("2", "1000", 0)
            + "+60 "
            + metered("3", "1010", 60)
            + "+240 "
            + metered("4", "1100", 300),
            finds=1,
            severity=Severity.WARNING,
            line=9,
        ),
        Example(
            "switched off",
            configure("c", _KEY, "0")
            + started("1", 17)
            + "+60 "
            + metered("2", "1010", 60, **_PERIODIC)
            + "+60 "
            + metered("3", "1020", 120, **_PERIODIC),
            finds=1,
            line=7,
        ),
        Example(
            "in TransactionEvents",
            _SET_201
            + evented("1", "Started", 0, 0, evse=EVSE)
            + "+60 "
            + evented("2", "Updated", 1, 60, {"value": 10}, trigger="MeterValuePeriodic")
            + "+240 "
            + evented("3", "Updated", 2, 300, {"value": 20}, trigger="MeterValuePeriodic"),
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "each minute",
            configure("c", _KEY, "60")
            + started("1", 17)
            + "+60 "
            + metered("2", "1010", 60)
            + "+60 "
            + metered("3", "1020", 120),
        ),
        Example(
            "the interval was not seen",
            started("1", 17) + "+60 " + metered("2", "1010", 60) + "+600 " + metered("3", "1020", 660),
        ),
        Example(
            "an outage in between",
            configure("c", _KEY, "60")
            + started("1", 17)
            + "+60 "
            + metered("2", "1010", 60)
            + "+10 drop\n+600 connect\n"
            + metered("3", "1100", 670),
        ),
        Example(
            "late, but taken in time",
            configure("c", _KEY, "60")
            + started("1", 17)
            + "+60 "
            + metered("2", "1010", 60)
            + "+240 "
            + metered("3", "1020", 120)
            + metered("4", "1030", 180)
            + metered("5", "1040", 240)
            + metered("6", "1050", 300),
        ),
        Example(
            "the interval was changed on the way",
            configure("c", _KEY, "300")
            + started("1", 17)
            + metered("2", "1000", 0)
            + "+100 "
            + configure("d", _KEY, "60")
            + "+200 "
            + metered("3", "1010", 300),
        ),
        Example(
            "two connectors, interleaved",
            configure("c", _KEY, "60")
            + started("1", 17)
            + started("2", 18, connector=2, tag="B2")
            + "".join(
                "+60 " + metered(f"a{at}", str(1000 + at), at) + metered(f"b{at}", str(1000 + at), at, 18, 2)
                for at in (60, 120, 180)
            ),
        ),
        Example(
            "clock-aligned values without a context, while periodic ones are off",
            configure("c", _KEY, "0")
            + started("1", 17)
            + "+60 "
            + metered("2", "1010", 60)
            + "+900 "
            + metered("3", "1020", 960),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Gaps between periodic values."""
        beat = event.scene.recall(Cadence).before(event)
        if beat is None or beat.interval is None or beat.connection != event.scene.connection.number:
            return ()
        if event.scene.at - beat.at <= (self.threshold("intervals") * beat.interval + self.threshold("slack_s")) * 1e9:
            return ()
        return self._gap(event, beat, beat.interval)

    def _gap(self, event: CallSeen, beat: Beat, interval: float) -> Iterator[Verdict]:
        key, time = interval_name(event.scene), periodic_time(event)
        if time is None or sample_interval(event.scene) != interval or is_queued(event):
            return
        apart = min((time - beat.time).total_seconds(), (event.scene.at - beat.at) / 1e9)
        slack = self.threshold("slack_s")
        if interval <= 0:
            if apart > slack and _says_periodic(event):
                yield _verdict(event, beat, f"periodic values are sent although {key} is 0", "periodic values", "none")
        elif apart > self.threshold("intervals") * interval + slack:
            evidence = f"{apart:.0f} s without a periodic value, where {key} is {interval:g} s"
            yield _verdict(event, beat, evidence, f"{apart:.0f} s", f"{interval:g} s")


def _says_periodic(event: CallSeen) -> bool:
    """Whether the context is there: left out, it may have been forgotten."""
    values = objects_at(event.message.payload, "meterValue")
    samples = (sample for value in values for sample in objects_at(value, "sampledValue"))
    return event.message.action == "TransactionEvent" or any(s.get("context") == "Sample.Periodic" for s in samples)


def _verdict(event: CallSeen, beat: Beat, evidence: str, observed: str, expected: str) -> Verdict:
    charge = event.scene.recall(Charging).of(event)
    place = charge.place if charge is not None else None
    return Verdict(
        f"transaction {charge.id if charge is not None else ''}: {evidence}",
        observed=observed,
        expected=expected,
        records=(event.scene.number, beat.number),
        key=f"{place} {'off' if expected == 'none' else 'gap'}",
    )
