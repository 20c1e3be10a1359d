"""PIC-026: a firmware download during a transaction where that is declared as impossible."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import claim
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.running_transactions import RunningTransactions
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_START = (
    '> [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]\n'
    '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
)
_STOP = (
    '> [2,"2","StopTransaction",{"transactionId":17,"meterStop":5,"timestamp":"2026-01-01T00:00:01Z"}]\n< [3,"2",{}]\n'
)
_DOWNLOADING = '> [2,"3","FirmwareStatusNotification",{"status":"Downloading"}]\n< [3,"3",{}]\n'


class Download(Rule):
    """A download beside a running charge, which the station is certified not to do.

    Finds:
        A firmware status Downloading while a transaction runs, where the certificate says that the station does not
        download then.

    Why it matters:
        It may well work. But it was not tested, and a restart for the installation would end the charge.

    Usual causes:
        A later firmware learned it; the transaction was forgotten by the station and only the CSMS still has it.

    What to do:
        See in the Transactions tab whether the transaction is really running.
    """

    id = "PIC-026"
    name = "Firmware download during a transaction although declared as impossible"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS AQ-4"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"FirmwareStatusNotification", "SignedFirmwareStatusNotification"})
    needs_profile = True
    memories = (RunningTransactions,)
    examples = (
        Example(
            "while 17 runs",
            _START + _DOWNLOADING,
            profile="additional_questions.AQ-4 = false",
            finds=1,
            line=3,
        ),
        Example("after its end", _START + _STOP + _DOWNLOADING, profile="additional_questions.AQ-4 = false"),
        Example("declared", _START + _DOWNLOADING, profile="additional_questions.AQ-4 = true"),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Downloads beside transactions."""
        if claim(event.scene, "AQ-4") is not False or event.message.payload.get("status") != "Downloading":
            return
        running = event.scene.recall(RunningTransactions).running()
        if running:
            ids = ", ".join(str(one.id) for one in running)
            yield Verdict(
                f"the station downloads firmware while {ids} runs, although AQ-4 declares that it does not",
                path="$.status",
                observed='"Downloading"',
                records=(event.scene.number, *(one.record for one in running)),
                key="download",
            )
