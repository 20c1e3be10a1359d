"""TXN-008: an energy register begins anew with the next transaction."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import EVSE, boot, evented, metered, start, started, status, stopped
from ocppscope.conformance.fallen_register import fallen
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.registers import Change, Registers
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FIRST = started("1", 17) + "+600 " + stopped("2", 17, 15500)


class RegisterRebased(Rule):
    """A register shows less than in the transaction before.

    Finds:
        A meterStart, or another reading of an energy register, that is lower than the last one of the same connector or
        EVSE, where another transaction was under way then, or none is now. From the third transaction in a row that
        begins at 0 it is an info: the station counts for each transaction, as some do on purpose. A station that boots
        with other serial numbers is another one.

    Why it matters:
        A CSMS that keeps the register of the connector books a negative amount between the transactions, and nobody can
        tell energy that was not accounted for.

    Usual causes:
        A station that counts for each transaction, a counter in software that is lost in a restart, a meter that was
        changed.

    What to do:
        Read the register on the meter's own display; report the meter's total, not the energy of the transaction.
    """

    id = "TXN-008"
    name = "Register re-based between transactions"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §7.31; P2 J02.FR.17"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent"})
    memories = (Charging, Registers)
    examples = (
        Example(
            "15500 at the stop, 0 at the next start",
            _FIRST + "+60 " + start("3", meter=0, at=660),
            finds=1,
            severity=Severity.WARNING,
            line=5,
            path="$.meterStart",
        ),
        Example(
            "Transaction.Begin of a TransactionEvent",
            evented("1", "Started", 0, 0, {"value": 0, "context": "Transaction.Begin"}, evse=EVSE)
            + "+600 "
            + evented("2", "Ended", 1, 600, {"value": 900, "context": "Transaction.End"})
            + "+60 "
            + evented(
                "3", "Started", 0, 660, {"value": 0, "context": "Transaction.Begin"}, transaction="tx-2", evse=EVSE
            ),
            version=OcppVersion.V201,
            finds=1,
            severity=Severity.WARNING,
            line=5,
        ),
        Example(
            "the third in a row that begins at 0: it counts for each transaction",
            started("1", 17, meter=0)
            + "+60 "
            + stopped("2", 17, 100, 60)
            + started("3", 18, meter=0, at=61)
            + "+60 "
            + stopped("4", 18, 50, 120)
            + "+60 "
            + started("5", 19, meter=0, at=180),
            finds=2,
            severity=Severity.WARNING,
        ),
        Example("it goes on", _FIRST + "+60 " + start("3", meter=15500, at=660)),
        Example("another connector has another meter", _FIRST + "+60 " + start("3", connector=2, meter=0, at=660)),
        Example(
            "another station under the same identity",
            boot("b", chargePointSerialNumber="S1")
            + status("r", 1, "Available")
            + started("1", 17)
            + status("s", 1, "Charging")
            + "+600 "
            + stopped("2", 17, 15500)
            + status("t", 1, "Available")
            + "+60 reconnect\n"
            + boot("c", 661, chargePointSerialNumber="S2")
            + status("u", 1, "Available")
            + start("3", meter=0, at=660),
        ),
        Example("a retry of the start", started("1", 17) + "+5 reconnect\n" + started("2", 17)),
        Example(
            "after an outage, in the order of the time stamps",
            started("1", 17)
            + "+60 drop\n+600 connect\n"
            + stopped("2", 17, 1500, 300)
            + started("3", 18, meter=1500, at=400)
            + metered("4", "1900", 660, 18),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Falls from one transaction to the next."""
        registers = event.scene.recall(Registers)
        falls = registers.falls(event)
        return _rebased(registers, falls) if falls else ()


def _rebased(registers: Registers, falls: list[Change]) -> Iterator[Verdict]:
    between = [fall for fall in falls if fall.between_transactions]
    if not between:
        return
    fall = between[0]
    if fall.after.counter and fall.after.value == 0 and registers.zero_starts(fall.place) >= 2:
        note, severity = "every transaction begins at 0: the station counts for each", Severity.INFO
    else:
        note, severity = "another transaction began or ended in between", None
    yield fallen(fall, note, severity=severity, more=len(between) - 1)
