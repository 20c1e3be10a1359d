"""TXN-006: meterStop is lower than meterStart."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import started, stopped
from ocppscope.conformance.fallen_register import rolled_over
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import number_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class StopBelowStart(Rule):
    """The transaction ends with less energy on the meter than it began with.

    Finds:
        A StopTransaction whose meterStop is lower than the meterStart of the same transaction. Both are whole Wh of a
        register that only grows; a car that feeds back (V2G) counts in the export register and leaves this one alone.

    Why it matters:
        The energy is negative: nothing can be billed, and some CSMSs refuse the stop, which the station then sends for
        ever.

    Usual causes:
        A meterStop of 0 because the meter was not read again after a restart; kWh in place of Wh; the register of
        another connector. A meter that rolled over (at 2^32 Wh, or at 10^8) gives one huge negative difference.

    What to do:
        Compare with the meter values of the transaction: they tell which of the two ends is wrong.
    """

    id = "TXN-006"
    name = "meterStop is lower than meterStart"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.16, §7.31"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StopTransaction"})
    memories = (Charging,)
    examples = (
        Example(
            "meterStop 0",
            started("1", 17, meter=123456) + "+600 " + stopped("2", 17, 0),
            finds=1,
            line=3,
            path="$.meterStop",
        ),
        Example(
            "the register of the other connector",
            started("1", 17, meter=5000)
            + started("2", 18, connector=2, tag="B2", meter=100)
            + "+600 "
            + stopped("3", 18, 1100)
            + stopped("4", 17, 1100),
            finds=1,
            line=7,
        ),
        Example("more than at the start", started("1", 17) + "+600 " + stopped("2", 17, 1001)),
        Example("nothing was charged", started("1", 17) + "+600 " + stopped("2", 17, 1000)),
        Example(
            "decimals, which the schema forbids, are read with a tolerance of less than 1 Wh",
            started("1", 17, meter=1000) + "+600 " + stopped("2", 17, 999.6),
            beside=("RPC-022", "RPC-024"),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Stops below the start."""
        charge = event.scene.recall(Charging).of(event)
        stop = number_at(event.message.payload, "meterStop")
        if charge is None or charge.meter_start is None or stop is None or charge.meter_start - stop < 1:
            return ()
        return _below(event, charge.start, charge.meter_start, stop)


def _below(event: CallSeen, start_number: int, start: float, stop: float) -> Iterator[Verdict]:
    note = ""
    if stop == 0:
        note = "; a meterStop of 0 is often that of a meter that was not read after a restart"
    elif rolled_over(start, stop):
        note = "; the register may have rolled over"
    elif 900 < start / stop < 1100:
        note = "; a factor of 1000 looks like kWh in place of Wh"
    yield Verdict(
        f"meterStop {stop:.10g} Wh is lower than meterStart {start:.10g} Wh{note}",
        path="$.meterStop",
        observed=f"{stop:.10g}",
        expected=f">= {start:.10g}",
        records=(event.scene.number, start_number),
        key="0" if stop == 0 else "lower",
    )
