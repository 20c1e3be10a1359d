"""PIC-023: a power loss reported otherwise than declared."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import claim
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.running_transactions import PATIENCE, Running, RunningTransactions
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_GOES_ON = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})
"""States in which the transaction was not cut after all: some stations boot at every reconnect."""

_START = (
    '> [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]\n'
    '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
)
_REBOOT = """
+60 reconnect
> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:01:00Z","interval":3600}]
"""
_STOP = (
    '> [2,"2","StopTransaction",{"transactionId":17,"reason":"PowerLoss","meterStop":5,'
    '"timestamp":"2026-01-01T00:01:00Z"}]\n< [3,"2",{}]\n'
)
_LATER = '+601 > [2,"h","Heartbeat",{}]\n< [3,"h",{"currentTime":"2026-01-01T00:11:00Z"}]\n'
_AFTER = 'additional_questions."AQ-7.1" = false\nadditional_questions."AQ-7.2" = true'
_BEFORE = 'additional_questions."AQ-7.1" = true\nadditional_questions."AQ-7.2" = false'


class PowerLoss(Rule):
    """After a power loss the station says something else, or nothing, where the certificate says what it will.

    Finds:
        A StopTransaction with the reason PowerLoss before the station goes down, or after it is back, where the
        certificate declares that it does not do so; and a transaction cut by a restart that nobody asked for, of which
        the station says nothing in ten minutes or before the next start on that connector, where it declares to stop
        such transactions once it is back. A connector that says Charging or Suspended goes on.

    Why it matters:
        The transaction stays open in the CSMS, and the connector is busy for everyone.

    Usual causes:
        The energy for the last message is missing, the open transaction is not kept in flash memory, or the restart
        had another cause than power.

    What to do:
        Stop the transaction in the CSMS; try a power cut with a transaction running.
    """

    id = "PIC-023"
    name = "Power-loss behaviour contradicts the declaration"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS AQ-7.1, AQ-7.2"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"Heartbeat", "StartTransaction", "StopTransaction"})
    needs_profile = True
    memories = (RunningTransactions,)
    examples = (
        Example(
            "back and stopped, as declared",
            _START + _REBOOT + _STOP + _LATER,
            profile=_AFTER,
            beside=("SES-008", "SES-020"),
        ),
        Example("stopped before, though declared for after", _START + _STOP, profile=_AFTER, finds=1, line=3),
        Example(
            "stopped after, though declared for before", _START + _REBOOT + _STOP, profile=_BEFORE, finds=1, line=5
        ),
        Example(
            "never stopped",
            _START + _REBOOT + _LATER,
            profile=_AFTER,
            finds=1,
            line=5,
            beside=("SES-008", "SES-020"),
        ),
        Example(
            "the charge goes on after the restart",
            _START + _REBOOT + '> [2,"m","MeterValues",{"connectorId":1,"transactionId":17,"meterValue":[{"timestamp":'
            '"2026-01-01T00:02:00Z","sampledValue":[{"value":"9"}]}]}]\n< [3,"m",{}]\n' + _LATER,
            profile=_AFTER,
            beside=("SES-008",),
        ),
        Example(
            "the connector still charges",
            _START
            + _REBOOT
            + '> [2,"m","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}]\n< [3,"m",{}]\n'
            + _LATER,
            profile=_AFTER,
        ),
        Example(
            "a boot that was asked for",
            _START
            + "reconnect\n"
            + '< [2,"t","TriggerMessage",{"requestedMessage":"BootNotification"}]\n> [3,"t",{"status":"Accepted"}]\n'
            + _REBOOT.replace("+60 reconnect\n", "")
            + _LATER,
            profile=_AFTER,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Stops at the wrong time, and stops that never come."""
        transactions = event.scene.recall(RunningTransactions)
        if event.message.action == "StopTransaction":
            running = transactions.get(integer_at(event.message.payload, "transactionId"))
            if running is not None and event.message.payload.get("reason") == "PowerLoss":
                yield from _stopped(event, running)
        elif claim(event.scene, "AQ-7.2") is True and claim(event.scene, "AQ-7.1") is not True:
            for running in transactions.forsaken(event):
                if event.scene.station.connectors.get(str(running.connector)) in _GOES_ON:
                    continue
                minutes = (event.scene.at - (running.cut_at or 0)) / 60e9
                waited = f"in {PATIENCE / 60e9:.0f} min" if minutes * 60e9 > PATIENCE else "before the next start"
                yield Verdict(
                    f"transaction {running.id} was cut by a restart, and nothing more was said of it {waited}, "
                    "although AQ-7.2 declares a StopTransaction after a power loss",
                    records=(event.scene.number, running.boot, running.record),
                    expected="StopTransaction",
                    key="never",
                )


def _stopped(event: CallSeen, running: Running) -> Iterator[Verdict]:
    if running.cut_at is not None:
        when, id_ = "after the station was back", "AQ-7.2"
    elif running.connection == event.scene.connection.number:
        when, id_ = "before the station went down", "AQ-7.1"
    else:
        return
    if claim(event.scene, id_) is False:
        yield Verdict(
            f"transaction {running.id} was stopped for a power loss {when}, although {id_} declares that it is not",
            path="$.reason",
            observed='"PowerLoss"',
            records=(event.scene.number, running.record),
            key=id_,
        )
