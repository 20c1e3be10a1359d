"""The root certificates that a station has, as far as the CSMS was seen to install and list them."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from ocppscope.conformance.certificate_validity import flaw_of, read_certificate
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult, Payload
from ocppscope.protocol.payload import objects_at, text_at, value_at

CERTIFICATE_ACTIONS = frozenset({"DeleteCertificate", "GetInstalledCertificateIds", "InstallCertificate"})

_TYPES_16 = frozenset({"CentralSystemRootCertificate", "ManufacturerRootCertificate"})
_MOST = 16
_MOST_SERIALS = 256


class Installation(msgspec.Struct, frozen=True):
    """One InstallCertificate.

    Attributes:
        type: the certificateType.
        serial: of the certificate; None when it cannot be read.
        flaw: why it must not be taken, for evidence; None for nothing.
        call: record number of the request.
    """

    type: str
    serial: int | None
    flaw: str | None
    call: int


class InstalledCertificates(Memory):
    """The latest certificate of each type that was installed, and the numbers that the station has listed."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = CERTIFICATE_ACTIONS

    def __init__(self) -> None:
        self._asked: Recent[int, Installation] = Recent(_MOST)
        self._latest: Recent[str, Installation] = Recent(_MOST)
        self._listed: Recent[str, frozenset[int]] = Recent(_MOST)
        self._added: Recent[int, None] = Recent(_MOST_SERIALS)

    def asked_by(self, call: int) -> Installation | None:
        """What the request with this record number is to install, until it is answered."""
        return self._asked.get(call)

    def latest(self, types: frozenset[str] | None) -> list[Installation]:
        """The latest of each of these types, or of all; earlier ones may have been replaced (AdditionalRootCertificateCheck)."""
        return [each for each in self._latest.values() if types is None or each.type in types]

    def is_unknown(self, serial: int) -> bool:
        """Whether the station has listed all that it has, and neither listed nor got one with this number."""
        complete = "" in self._listed or self._listed.keys() >= _TYPES_16
        return complete and serial not in self._added and not any(serial in each for each in self._listed.values())

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in what was asked, and what of it was done."""
        if isinstance(event, CallSeen):
            if event.message.action == "InstallCertificate":
                self._asked[event.scene.number] = _installation(event)
        elif event.exchange is not None and event.closed.pending is not None and isinstance(event.message, CallResult):
            self._answered(event.exchange.call, event.closed.pending.call, event.message.payload)

    def _answered(self, number: int, call: Call, result: Payload) -> None:
        status = text_at(result, "status")
        match call.action:
            case "InstallCertificate":
                asked = self._asked.pop(number, None)
                if asked is not None and status == "Accepted":
                    self._latest[asked.type] = asked
                    if asked.serial is not None:
                        self._added[asked.serial] = None
            case "DeleteCertificate" if status == "Accepted":
                gone = serials_of(text_at(call.payload, "certificateHashData", "serialNumber"))
                for each in [each for each in self._latest.values() if each.serial is None or each.serial in gone]:
                    del self._latest[each.type]
            case "GetInstalledCertificateIds" if status in ("Accepted", "NotFound"):
                types = asked_types(call.payload)
                listed = frozenset(listed_serials(result))
                for type_ in types if types is not None else ("",):
                    self._listed[type_[:60]] = listed


def asked_types(request: Payload) -> frozenset[str] | None:
    """The types that a GetInstalledCertificateIds asks for; None for all."""
    asked = value_at(request, "certificateType")
    if isinstance(asked, str):
        return frozenset({asked})
    return frozenset(each for each in asked if isinstance(each, str)) if isinstance(asked, list) and asked else None


def listed_serials(result: Payload) -> Iterator[int]:
    """All serial numbers in the answer to it, at most some hundreds."""
    rows = objects_at(result, "certificateHashData")[:_MOST_SERIALS]
    for chain in objects_at(result, "certificateHashDataChain")[:_MOST_SERIALS]:
        own = value_at(chain, "certificateHashData")
        rows += [own] if isinstance(own, dict) else []
        rows += objects_at(chain, "childCertificateHashData")[:8]
    for row in rows:
        yield from serials_of(text_at(row, "serialNumber"))


def serials_of(text: str | None) -> frozenset[int]:
    """The numbers that a serialNumber may stand for: hexadecimal by the standard, decimal from some senders."""
    digits = (text or "")[:80].replace(":", "")
    found = set()
    for base in (16, 10):
        try:
            found.add(int(digits, base))
        except ValueError:
            continue
    return frozenset(found)


def _installation(event: CallSeen) -> Installation:
    payload = event.message.payload
    text = text_at(payload, "certificate")
    certificate = read_certificate(text) if text is not None else None
    serial = certificate.serial if certificate is not None else None
    type_ = (text_at(payload, "certificateType") or "")[:60]
    return Installation(type_, serial, flaw_of(text, event.scene.time), event.scene.number)
