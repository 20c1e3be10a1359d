"""RPC-025: a very large message."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from ocppscope.capture.record import MessageRecord
from ocppscope.conformance.event import CallSeen, DefectSeen, Event, ResponseSeen, SendSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.conformance.trait import LONG, Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Malformed
from ocppscope.protocol.roles import Role

_KIB = 1024

_MOST_FOR_A_CHARACTER = 4
"""Bytes of a character in UTF-8."""


class VeryLarge(Rule):
    """A message of more than 64 KiB.

    Finds:
        A message larger than the threshold. Logs in a DataTransfer, chains of certificates and the answer to a
        GetConfiguration for all keys are large with good reason.

    Why it matters:
        Stations have buffers of some kilobytes, and many servers close the connection at 64 KiB or 1 MiB with close code
        1009. 99% of all OCPP messages fit into 2 kB.

    Usual causes:
        All keys, all variables, or a whole local list in one message; a file in a DataTransfer.

    What to do:
        Ask for less at once. On OCPP 2.x read ItemsPerMessage and BytesPerMessage of the station, and keep to them.
    """

    id = "RPC-025"
    name = "Very large message"
    severity = Severity.INFO
    requirement = Requirement.JUDGEMENT
    spec = "P2 BytesPerMessage; E2 §4.9"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen, SendSeen, DefectSeen)
    only = Trait.ODD_TEXT
    thresholds = (Threshold("message_bytes", 64 * _KIB, "A message of more bytes is told; the number is a judgement."),)
    examples = (
        Example(
            "65 kB of vendor data",
            f"""
            > [2,"1","DataTransfer",{{"vendorId":"made.up","data":"{"made up, " * 7400}"}}]
            < [3,"1",{{"status":"Accepted"}}]
            """,
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.STATION,
            line=1,
        ),
        Example(
            "a short message",
            """
            > [2,"1","DataTransfer",{"vendorId":"made.up","data":"made up"}]
            < [3,"1",{"status":"Accepted"}]
            """,
        ),
    )

    def __init__(self, changed: Mapping[str, float] | None = None) -> None:
        super().__init__(changed)
        self._most = self.threshold("message_bytes")
        self._harmless = self._most / _MOST_FOR_A_CHARACTER
        if self._harmless < LONG:
            self.only = Trait.NONE

    def check(self, event: CallSeen | ResponseSeen | SendSeen | DefectSeen) -> Iterable[Verdict]:
        """Messages above the threshold."""
        record = event.record
        if record is None or (record.text is not None and len(record.text) <= self._harmless and record.size is None):
            return ()
        if isinstance(event, DefectSeen) and not isinstance(event.message, Malformed):
            return ()  # it is shown as a message, too
        return self._found(event, record) if record.octets > self._most else ()

    def _found(
        self, event: CallSeen | ResponseSeen | SendSeen | DefectSeen, record: MessageRecord
    ) -> Iterator[Verdict]:
        sender = event.direction.sender
        records: tuple[int, ...] = (event.scene.number,)
        what = "message"
        if isinstance(event, CallSeen | SendSeen):
            what = event.message.action[:40]
        elif isinstance(event, ResponseSeen) and event.exchange is not None:
            what = f"answer to {event.exchange.action[:40]}"
            records += (event.exchange.call,)
        in_frames = f" in {record.frames} frames" if record.frames > 1 else ""
        yield Verdict(
            f"the {sender} sends a {what} of {record.octets / _KIB:.0f} KiB{in_frames}",
            at_fault=sender,
            observed=f"{record.octets} bytes",
            expected=f"<= {self._most:g} bytes",
            records=records,
            key=f"{sender} {what}",
        )
