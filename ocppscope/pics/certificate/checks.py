"""What one part of a certificate says against another."""

import datetime as dt
import re
from collections.abc import Iterator

from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.first_page import FirstPage
from ocppscope.pics.certificate.signatures import Signatures
from ocppscope.pics.declaration import TestReport

_DAY = re.compile(r"(?<!\d)(20\d{2}|\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")


def check_dates(page: FirstPage, signatures: Signatures, doubts: Doubts) -> None:
    """Tests come first, then approval, then certification."""
    for index, evidence in enumerate(page.evidence):
        where = f"certificate.evidence[{index}]"
        if evidence.performed_on and page.date and evidence.performed_on > page.date:
            doubts.add(
                "date_order", f"{where}.performed_on", f"performed {evidence.performed_on}, certified {page.date}"
            )
        for printed, day in _days(evidence.document or ""):
            if page.date and day > page.date:
                detail = f"document suffix {printed} is later than the certification date {page.date}"
                doubts.add("date_order", f"{where}.document", detail)
    approved = [date for date in (signatures.vendor.date, signatures.laboratory.date) if date]
    performed = [evidence.performed_on for evidence in page.evidence if evidence.performed_on]
    if approved and performed and min(approved) < max(performed):
        detail = f"approved {min(approved)}, performed {max(performed)}, certified {page.date}"
        doubts.add("date_order", "approval", detail)
    elif approved and page.date and max(approved) > page.date:
        doubts.add("date_order", "approval", f"approved {max(approved)}, certified {page.date}")


def _days(document: str) -> Iterator[tuple[str, dt.date]]:
    """Days in a document's name, ``251202`` or ``20220124``."""
    for match in _DAY.finditer(document):
        year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
        try:
            yield match[0], dt.date(year, int(match[2]), int(match[3]))
        except ValueError:
            continue


def check_names(page: FirstPage, report: TestReport, signatures: Signatures, doubts: Doubts) -> None:
    """The holder is also the vendor of the test report and of the approval."""
    for where, name in (
        ("test_report.vendor_name", report.vendor_name),
        ("approval.vendor.company", signatures.vendor.company),
    ):
        if page.holder and name and name != page.holder:
            doubts.add("holder_spelling_differs", where, f'"{name}" vs "{page.holder}"')
            return


def check_versions(page: FirstPage, report: TestReport, doubts: Doubts) -> None:
    """Product and software of the test report are those of the certificate."""
    for where, printed, tested in (
        ("test_report.software_version", page.software_version, report.software_version),
        ("test_report.product_designation", page.product, report.product_designation),
    ):
        if printed and tested and printed != tested:
            doubts.add("inconsistent", where, f'"{tested}" tested, "{printed}" certified')
