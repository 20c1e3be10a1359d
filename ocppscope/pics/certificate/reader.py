"""A certificate's text into everything that it says."""

import re

import msgspec

from ocppscope.pics.certificate.approval import read_approval
from ocppscope.pics.certificate.checks import check_dates, check_names, check_versions
from ocppscope.pics.certificate.configuration import (
    read_configuration,
    read_non_ocpp,
    read_other_limits,
    read_vendor_settings,
)
from ocppscope.pics.certificate.document import MAX_TEXT, CertificateError
from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.first_page import FirstPage, read_first_page
from ocppscope.pics.certificate.hardware import read_connectors, read_hardware_2022
from ocppscope.pics.certificate.headers import Kind
from ocppscope.pics.certificate.id_rows import read_id_rows
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.layout import find_layout
from ocppscope.pics.certificate.lines import read_lines
from ocppscope.pics.certificate.performance import read_performance
from ocppscope.pics.certificate.sections import Sections, sort_lines
from ocppscope.pics.certificate.signatures import Signatures
from ocppscope.pics.certificate.test_report import (
    read_profiles,
    read_test_configuration,
    read_test_report,
    read_tooling,
)
from ocppscope.pics.declaration import Certificate, Declaration, TestReport
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class Reading(msgspec.Struct, frozen=True):
    """All that a certificate says.

    Attributes:
        declaration: what is declared, with warnings; settings of the vendor as printed, addresses and ids included.
        signatures: persons and places.
    """

    declaration: Declaration
    signatures: Signatures


_LEAST_EVIDENCE = 3
"""Signs of a certificate below which a text is none: one word of it may stand in any text."""

_CODES = {"0016": OcppVersion.V16, "0201": OcppVersion.V201, "0210": OcppVersion.V21}


def read_certificate(content: str, name: str) -> Reading:
    """Read a certificate.

    Args:
        content: the whole text.
        name: of the file, for errors.

    Raises:
        CertificateError: the text is no certificate, or does not say of what.
    """
    text, doubts = read_lines(content) if len(content) <= MAX_TEXT else None, Doubts()
    if text is None:
        raise CertificateError(f"{name}: longer than any certificate; give the certificate alone")
    sections = sort_lines(text, doubts)
    if _evidence(sections) < _LEAST_EVIDENCE:
        raise CertificateError(
            f"{name}: is no OCA certificate; give the certificate with its abstract of the test report"
        )
    document = "\n".join("\t".join(line.cells) for line in text.lines)
    page = read_first_page(text, sections, document, doubts)
    report, location, test_location = read_test_report(sections, document, doubts)
    version, dut = _version(page, name), _dut(page, report, name)
    vendor, product = report.vendor_name or page.holder, page.product or report.product_designation
    if not vendor or not product:
        missing = "product designation" if vendor else "certificate holder"
        raise CertificateError(f"{name}: no {missing} found; is a page missing, or the text cut?")
    if text.markup:
        doubts.add("markup_stripped", "certificate", f"{', '.join(text.markup)} removed")
    if text.too_long:
        doubts.add(
            "noise_dropped", "document", f"{len(text.too_long)} overlong lines, the first is line {text.too_long[0]}"
        )
    if text.footers:
        doubts.add("noise_dropped", "page footers", ", ".join(f'"{footer}"' for footer in text.footers))
    cut_at = text.lines[-1].number if text.unfinished else None
    rows = read_id_rows(sections, version, dut, document=document, doubts=doubts, cut_at=cut_at)
    vendor_approval, laboratory_approval = read_approval(sections, doubts)
    signatures = Signatures(page.signatory, vendor_approval, laboratory_approval, location, test_location)
    declaration = Declaration(
        dut=dut,
        ocpp_version=version,
        vendor=vendor,
        product=product,
        software_version=page.software_version or report.software_version,
        certificate=Certificate(
            number=page.number,
            date=page.date,
            layout=find_layout(sections, page, rows, doubts),
            title=page.title,
            holder=page.holder,
            product_type=page.product_type,
            software_label=page.software_label,
            reference=page.reference,
            evidence=page.evidence,
        ),
        test_report=report,
        profiles=read_profiles(sections, doubts),
        features=rows.features,
        hardware_features=rows.hardware_features,
        connectors=read_connectors(sections, doubts),
        additional_questions=rows.additional_questions,
        settings=rows.settings,
        vendor_settings=read_vendor_settings(sections, doubts),
        configuration_keys=read_configuration(sections, doubts, cut_at),
        other_limits=read_other_limits(sections, doubts),
        non_ocpp_configuration=read_non_ocpp(sections, doubts),
        hardware_feature_set_2022=read_hardware_2022(sections, document, doubts),
        test_configuration=read_test_configuration(sections, document, doubts),
        performance=read_performance(sections, document, doubts, cut_at),
        tooling=read_tooling(sections, document, doubts),
    )
    check_dates(page, signatures, doubts)
    check_names(page, report, signatures, doubts)
    check_versions(page, report, doubts)
    return Reading(msgspec.structs.replace(declaration, warnings=doubts.caveats), signatures)


def _evidence(sections: Sections) -> int:
    """How many kinds of things that only certificates have are there."""
    keys = {(part, field.key) for part, fields in sections.fields.items() for field in fields}
    labels = {("holder",), ("number",), ("certification_date",)}
    tables = {kind for kind in Kind if sections.of(kind)}
    return (
        sum((Part.CERTIFICATE, *key) in keys for key in labels)
        + sum(
            (Part.TEST_REPORT, key) in keys for key in ("laboratory", "reference", "vendor_name", "device_under_test")
        )
        + len(tables & {Kind.EVIDENCE, Kind.PROFILES, Kind.ROWS, Kind.PERFORMANCE})
        + any("reference specification" in line.text for line in sections.prose)
    )


def _version(page: FirstPage, name: str) -> OcppVersion:
    code = re.search(r"OCA\.(\d{4})\.", page.number or "")
    version = page.version or _CODES.get(code[1] if code else "")
    if version is None:
        raise CertificateError(
            f"{name}: no OCPP version found, or none of {', '.join(OcppVersion)}; is a page missing?"
        )
    return version


def _dut(page: FirstPage, report: TestReport, name: str) -> Role:
    for printed in (report.device_under_test, page.product_type, (page.number or "").rpartition(".")[2]):
        words = (printed or "").casefold()
        if words == "csms" or "management system" in words or "central system" in words:
            return Role.CSMS
        if words == "cs" or "charging station" in words or "charge point" in words:
            return Role.STATION
    raise CertificateError(f"{name}: does not say whether a charging station or a CSMS was tested; is a page missing?")
