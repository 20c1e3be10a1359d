"""SEC-005: an answer about certificates that cannot be right."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.example_certificates import EXPIRED, VALID
from ocppscope.conformance.memories.installed_certificates import (
    CERTIFICATE_ACTIONS,
    InstalledCertificates,
    asked_types,
    listed_serials,
    serials_of,
)
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_ROOT = "CentralSystemRootCertificate"


def _install(certificate: str, answer: str = "Accepted", type_: str = _ROOT) -> str:
    return (
        f'< [2,"i","InstallCertificate",{{"certificateType":"{type_}","certificate":"{certificate}"}}]\n'
        f'> [3,"i",{{"status":"{answer}"}}]\n'
    )


def _hash(serial: str) -> str:
    return f'{{"hashAlgorithm":"SHA256","issuerNameHash":"aa","issuerKeyHash":"bb","serialNumber":"{serial}"}}'


def _list(*serials: str, type_: str = _ROOT) -> str:
    rows = ",".join(_hash(serial) for serial in serials)
    answer = f'{{"status":"Accepted","certificateHashData":[{rows}]}}' if serials else '{"status":"NotFound"}'
    request = f'[2,"l{type_[:3]}","GetInstalledCertificateIds",{{"certificateType":"{type_}"}}]'
    return f'< {request}\n> [3,"l{type_[:3]}",{answer}]\n'


def _delete(serial: str, answer: str = "Accepted") -> str:
    request = f'[2,"d","DeleteCertificate",{{"certificateHashData":{_hash(serial)}}}]'
    return f'< {request}\n> [3,"d",{{"status":"{answer}"}}]\n'


_NOTHING_ELSE = _list(type_="ManufacturerRootCertificate")


class CertificateAnswerDoesNotFit(Rule):
    """A station that says of certificates what cannot be.

    Finds:
        InstallCertificate of a certificate that is none, or has expired, is accepted; DeleteCertificate of one that the
        station neither listed nor got is accepted, once all types were listed; GetInstalledCertificateIds misses the
        certificate of that type which was installed last. Earlier ones are not missed: with AdditionalRootCertificateCheck
        a new root takes the place of the old one.

    Why it matters:
        After the change of a root certificate the station cannot connect any more, and somebody has to go there.

    Usual causes:
        A station that keeps what it gets without looking at it, or answers before it has done anything.

    What to do:
        List the certificates after each change, and change the CSMS's own certificate only then.
    """

    id = "SEC-005"
    name = "Certificate answer does not fit"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "WP M03 to M05; P2 M03 to M05"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = CERTIFICATE_ACTIONS
    memories = (InstalledCertificates,)
    examples = (
        Example(
            "an expired one is accepted",
            _install(EXPIRED),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=2,
        ),
        Example("no certificate at all is accepted", _install("made up"), finds=1),
        Example("an expired one is refused", _install(EXPIRED, "Rejected")),
        Example("a valid one is accepted", _install(VALID)),
        Example("accepted, and the list is empty", _install(VALID) + _list(), finds=1, line=4),
        Example("accepted, and in the list", _install(VALID) + _list("7A69")),
        Example("in the list, the number in decimal", _install(VALID) + _list("31337")),
        Example("a list of another type", _install(VALID) + _NOTHING_ELSE),
        Example("deleted in between", _install(VALID) + _delete("7A69") + _list()),
        Example(
            "an unknown one is deleted",
            _list("7A69") + _NOTHING_ELSE + _delete("1234"),
            finds=1,
            line=6,
        ),
        Example("not all types were listed", _list("7A69") + _delete("1234")),
        Example("a known one is deleted", _list("7A69") + _NOTHING_ELSE + _delete("7A69")),
        Example("an unknown one is not found", _list("7A69") + _NOTHING_ELSE + _delete("1234", "NotFound")),
        Example(
            "on 2.0.1",
            _install(VALID, type_="CSMSRootCertificate")
            + '< [2,"l","GetInstalledCertificateIds",{}]\n> [3,"l",{"status":"NotFound"}]',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "in the list, on 2.0.1",
            _install(VALID, type_="CSMSRootCertificate")
            + '< [2,"l","GetInstalledCertificateIds",{"certificateType":["CSMSRootCertificate"]}]\n'
            '> [3,"l",{"status":"Accepted","certificateHashDataChain":[{"certificateType":"CSMSRootCertificate",'
            f'"certificateHashData":{_hash("7a69")}}}]}}]',
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """The answer to one of the three requests."""
        pending = event.closed.pending
        if pending is None or event.exchange is None or not isinstance(event.message, CallResult):
            return ()
        request, result = pending.call.payload, event.message.payload
        status = text_at(result, "status")
        records = (event.scene.number, event.exchange.call)
        if event.exchange.action == "GetInstalledCertificateIds":
            return self._listed(event, request, result) if status in ("Accepted", "NotFound") else ()
        if status != "Accepted":
            return ()
        installed = event.scene.recall(InstalledCertificates)
        if event.exchange.action == "DeleteCertificate":
            return self._deleted(installed, request, records)
        return self._installed(installed, records)

    def _installed(self, installed: InstalledCertificates, records: tuple[int, int]) -> Iterator[Verdict]:
        asked = installed.asked_by(records[1])
        if asked is not None and asked.flaw is not None:
            yield Verdict(
                f"the station installed a {quoted(asked.type)} that {asked.flaw}",
                observed='"Accepted"',
                expected='"Rejected" or "Failed"',
                records=records,
                key=f"install {asked.type}",
            )

    def _deleted(
        self, installed: InstalledCertificates, request: Payload, records: tuple[int, int]
    ) -> Iterator[Verdict]:
        serial = text_at(request, "certificateHashData", "serialNumber")
        numbers = serials_of(serial)
        if numbers and all(installed.is_unknown(number) for number in numbers):
            yield Verdict(
                f"the station deleted the certificate {quoted(serial)}, which it has neither listed nor got",
                observed='"Accepted"',
                expected='"NotFound"',
                records=records,
                key="delete",
            )

    def _listed(self, event: ResponseSeen, request: Payload, result: Payload) -> Iterator[Verdict]:
        listed = set(listed_serials(result))
        for each in event.scene.recall(InstalledCertificates).latest(asked_types(request)):
            missing = each.serial not in listed if each.serial is not None else not listed
            if missing:
                number = "" if each.serial is None else f" with number {each.serial:X}"
                yield Verdict(
                    f"the list misses the {quoted(each.type)}{number} that the station has installed",
                    observed=f"{len(listed)} certificates" if listed else "no certificate",
                    expected="the certificate installed before",
                    records=(event.scene.number, each.call),
                    key=f"list {each.type}",
                )
