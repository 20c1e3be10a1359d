"""TXN-007: an energy register runs backwards."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import EVSE, evented, metered, sampled, started, stopped, token
from ocppscope.conformance.fallen_register import fallen
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.registers import Change, Registers
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_KWH: dict[str, Any] = {"unit": "kWh"}
_BOTH: dict[str, Any] = {"measurand": "Energy.Active.Export.Register"}


class RegisterDecreases(Rule):
    """A later reading of an energy register is lower than an earlier one.

    Finds:
        A value of an Energy.*.Register measurand, a meterStop or a meterStart that is lower than the reading before it of
        the same connector or EVSE, measurand, phase and location, in the order of the time stamps and within one
        transaction, or outside of any. Units and multipliers are evened out first; what is told with fewer digits may
        be one step lower. A register that begins anew with the next transaction is TXN-008. A car that feeds back (V2G)
        counts in the export register; the import register grows or stays all the same.

    Why it matters:
        Registers are what is billed. A CSMS that takes the difference of two readings gets a negative amount, or throws
        the transaction away.

    Usual causes:
        Wh and kWh mixed up (a factor of 1000), samples that count from 0 with each transaction while meterStart shows the
        meter, a meter that was not read and gives 0, a counter that was lost in a restart, a register that rolled over.

    What to do:
        Compare both messages; see whether the factor is 1000, and whether the lower value is near 0.
    """

    id = "TXN-007"
    name = "Energy register decreases"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §7.31; P2 J02.FR.16"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent"})
    memories = (Charging, Registers)
    yields_to = ("TXN-006",)
    examples = (
        Example(
            "12.40 kWh, then 12380 Wh",
            started("1", 17, meter=12000)
            + "+60 "
            + metered("2", "12.40", 60, **_KWH)
            + "+60 "
            + metered("3", "12380", 120),
            finds=1,
            severity=Severity.ERROR,
            line=5,
            path="$.meterValue[0].sampledValue[0].value",
        ),
        Example(
            "samples count from 0, meterStart does not",
            started("1", 17, meter=123456) + "+60 " + metered("2", "150", 60) + "+60 " + metered("3", "300", 120),
            finds=1,
            line=3,
        ),
        Example(
            "meterStop is lower than the last sample",
            started("1", 17) + "+60 " + metered("2", "1500", 60) + "+540 " + stopped("3", 17, 1400),
            finds=1,
            path="$.meterStop",
        ),
        Example(
            "in a TransactionEvent, with multiplier",
            evented("1", "Started", 0, 0, {"value": 12.4, "unitOfMeasure": {"unit": "Wh", "multiplier": 3}}, evse=EVSE)
            + "+60 "
            + evented("2", "Updated", 1, 60, {"value": 12000}, trigger="MeterValuePeriodic"),
            version=OcppVersion.V201,
            finds=1,
            path="$.meterValue[0].sampledValue[0].value",
        ),
        Example(
            "grows, in changing units",
            started("1", 17, meter=12000)
            + "+60 "
            + metered("2", "12.40", 60, **_KWH)
            + "+60 "
            + metered("3", "12400", 120)
            + "+480 "
            + stopped("4", 17, 12450),
        ),
        Example(
            "12.4 kWh may have been 12437 Wh",
            started("1", 17, meter=12000)
            + "+60 "
            + metered("2", "12437", 60)
            + "+60 "
            + metered("3", "12.4", 120, **_KWH),
        ),
        Example(
            "meterStop is cut off to whole Wh",
            started("1", 17) + "+60 " + metered("2", "1500.9", 60) + "+540 " + stopped("3", 17, 1500),
        ),
        Example(
            "queued values come late, with their own time stamps",
            started("1", 17)
            + "+60 drop\n+120 connect\n"
            + metered("2", "1900", 180)
            + metered("3", "1400", 100)
            + metered("4", "1500", 130),
            beside=("TXN-012", "TXN-014"),
        ),
        Example(
            "two connectors, interleaved",
            started("1", 17, meter=9000)
            + started("2", 18, connector=2, tag="B2", meter=100)
            + "+60 "
            + metered("3", "9100", 60)
            + metered("4", "200", 60, 18, 2)
            + "+60 "
            + metered("5", "9200", 120)
            + metered("6", "300", 120, 18, 2),
        ),
        Example(
            "phases, measurands and intervals are other values",
            started("1", 17)
            + "+60 "
            + metered("2", "1500", 60)
            + metered("3", "500", 61, phase="L1")
            + metered("4", "10", 62, measurand="Energy.Active.Import.Interval")
            + metered("5", "5", 63, **_BOTH),
        ),
        Example(
            "the stop repeats what was sent before",
            started("1", 17)
            + "+60 "
            + metered("2", "1500", 60)
            + "+540 "
            + stopped(
                "3",
                17,
                2000,
                transactionData=[
                    sampled(60, {"value": "1500"}),
                    sampled(
                        600,
                        {"value": "1000", "context": "Transaction.Begin"},
                        {"value": "2000", "context": "Transaction.End"},
                    ),
                ],
            ),
        ),
        Example(
            "a car that feeds back",
            evented("1", "Started", 0, 0, {"value": 5000}, {"value": 100, **_BOTH}, evse=EVSE, idToken=token())
            + "+60 "
            + evented("2", "Updated", 1, 60, {"value": 5000}, {"value": 300, **_BOTH}, trigger="MeterValuePeriodic"),
            version=OcppVersion.V21,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Falls inside a transaction, or outside of any."""
        falls = event.scene.recall(Registers).falls(event)
        return _backwards(falls) if falls else ()


def _backwards(falls: list[Change]) -> Iterator[Verdict]:
    inside = [fall for fall in falls if not fall.between_transactions]
    if inside:
        yield fallen(inside[0], more=len(inside) - 1)
