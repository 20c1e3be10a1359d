"""The labels of a certificate's two-column parts, and its headings: which part each belongs to and what it introduces."""

import re
from dataclasses import dataclass
from enum import StrEnum

from ocppscope.pics.certificate.spelling import LONGEST_HEADING, distance, normal


class Part(StrEnum):
    """The parts of a certificate that are label and value, one a line."""

    CERTIFICATE = "certificate"
    TEST_REPORT = "test_report"
    TEST_CONFIGURATION = "test_configuration"
    HARDWARE = "hardware_feature_set_2022"
    PERFORMANCE = "performance"
    VENDOR_APPROVAL = "approval.vendor"
    LABORATORY_APPROVAL = "approval.laboratory"
    TOOLING = "tooling"


_SOFTWARE = ("ocpp software version", "software version", "firmware version", "ocpp firmware version")

_APPROVAL = {
    "name": "name", "company": "company", "department": "department", "position": "position", "function": "position",
    "location": "location", "date": "date", "signature": "signature",
}  # fmt: skip

LABELS: dict[Part, dict[str, str]] = {
    Part.CERTIFICATE: {
        "certificate holder": "holder",
        "certificate number": "number",
        "product type": "product_type",
        "product designation": "product_designation",
        "certification date": "certification_date",
    }
    | dict.fromkeys(_SOFTWARE, "software_version"),
    Part.TEST_REPORT: {
        "test laboratory": "laboratory",
        "location": "laboratory_location",
        "test report reference": "reference",
        "test location": "test_location",
        "product designation": "product_designation",
        "vendor name": "vendor_name",
        "device under test": "device_under_test",
        "communication": "communication",
        "config id": "config_id",
    }
    | dict.fromkeys(_SOFTWARE, "software_version"),
    Part.TEST_CONFIGURATION: {
        "vendor": "vendor",
        "dut / sut": "dut",
        "dut": "dut",
        "communication": "communication",
        "type": "type",
        "octt version": "octt_version",
    }
    | dict.fromkeys(_SOFTWARE, "software_version"),
    Part.HARDWARE: {
        "socket(s) / connector(s)": "sockets_connectors",
        "sockets / connectors": "sockets_connectors",
        "fixed cable": "fixed_cable",
        "communication technology": "communication_technology",
        "rfid readers": "rfid_readers",
        "rfid reader": "rfid_readers",
    },
    Part.PERFORMANCE: {"communication technology used during performance measurement": "communication_technology"},
    Part.VENDOR_APPROVAL: _APPROVAL,
    Part.LABORATORY_APPROVAL: _APPROVAL | {"name reviewer": "reviewer", "reviewer": "reviewer"},
    Part.TOOLING: {
        "octt version": "octt_version",
        "octt instance id": "octt_instance_id",
        "firmware image hash": "firmware_image_hash",
    },
}
"""What each label means, by part."""

OPENERS = {
    "certificate holder": Part.CERTIFICATE,
    "certificate number": Part.CERTIFICATE,
    "product type": Part.CERTIFICATE,
    "certification date": Part.CERTIFICATE,
    "test laboratory": Part.TEST_REPORT,
    "test report reference": Part.TEST_REPORT,
    "test location": Part.TEST_REPORT,
    "vendor name": Part.TEST_REPORT,
    "device under test": Part.TEST_REPORT,
    "config id": Part.TEST_REPORT,
    "dut / sut": Part.TEST_CONFIGURATION,
    "socket(s) / connector(s)": Part.HARDWARE,
    "communication technology used during performance measurement": Part.PERFORMANCE,
    "name reviewer": Part.LABORATORY_APPROVAL,
    "octt instance id": Part.TOOLING,
    "firmware image hash": Part.TOOLING,
}
"""Labels that occur in one part only, and so begin it wherever they stand. Rows of tables never have them."""

_BY_LENGTH = sorted({label for labels in LABELS.values() for label in labels}, key=lambda label: -len(label))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, and what is odd about how it is printed.

    Attributes:
        name: in the form of `spelling.normal`.
        part: the part that it begins; None for headings of tables and groups.
        cut: whether letters are missing at its begin or end.
        misread: whether a letter or two are wrong.
    """

    name: str
    part: Part | None = None
    cut: bool = False
    misread: bool = False


_HEADINGS: dict[str, Part | None] = {
    "abstract of test report": Part.TEST_REPORT,
    "abstract of the test report": Part.TEST_REPORT,
    "test result summary": Part.TEST_REPORT,
    "test result summary for the certified functionalities": None,
    "hardware feature set": Part.HARDWARE,
    "feature configuration": Part.HARDWARE,
    "test configuration": Part.TEST_CONFIGURATION,
    "optional features": None,
    "optional functionalities": None,
    "additional questions": None,
    "other relevant settings": None,
    "vendor specific settings": None,
    "performance measurement result": None,
    "performance measurement results": None,
    "statement of approval": Part.VENDOR_APPROVAL,
    "ocpp charging station configuration": None,
    "ocpp charge point configuration": None,
    "ocpp csms configuration": None,
    "ocpp central system configuration": None,
    "non-ocpp charging station configuration": None,
    "non-ocpp charge point configuration": None,
    "non-ocpp csms configuration": None,
    "non-ocpp central system configuration": None,
}
_GROUPS = frozenset({
    "core", "firmware management", "local authorization list management", "local authorisation list management",
    "smart charging", "remote trigger", "reservation", "reservations", "security extension", "advanced security",
    "advanced device management", "advanced user interface", "iso 15118 support", "meter values", "metervalues",
    "cipher suites", "payment", "bidirectional power transfer", "v2x",
})  # fmt: skip
"""Headings above one table of options each."""

_TABLE_ENDS = ("value", "description", "supported / present", "answer", "unit", "cable type", "document evidence")
"""What header rows end in: of an empty table sometimes only a piece of that is left (seen: ``ue``)."""

_TEST_REPORT = re.compile(r"test report ocpp \d(?:\.\d)+(?: \w+){0,3}")
_SUMMARY = re.compile(r"test result summary\b.{0,60}")
_SHORTEST_BEGIN = 8
"""Letters of a heading's begin that name it. Of an end, that misses the begin of its first word, two do."""


def read_heading(text: str) -> Heading | None:
    """The heading that a line is, cut and misread ones included, or None."""
    if len(text) > LONGEST_HEADING:
        return None
    words = normal(text)
    if words in _HEADINGS:
        return Heading(words, _HEADINGS[words])
    if words in _GROUPS:
        return Heading(words)
    if _TEST_REPORT.fullmatch(words):
        return Heading(words, Part.TEST_REPORT)
    if _SUMMARY.fullmatch(words):
        return Heading("test result summary", Part.TEST_REPORT)
    return _cut(text, words) or _misread(words)


def _cut(text: str, words: str) -> Heading | None:
    """A heading of which the begin is missing within its first word, or the end within its last."""
    for whole, part in _HEADINGS.items():
        if len(words) >= len(whole):
            continue
        rest = whole.removesuffix(words)
        if rest != whole and len(words) > 1 and rest[-1].isalpha() and text[:1].islower():
            return Heading(whole, part, cut=True)
        rest = whole.removeprefix(words)
        if rest != whole and len(words) >= _SHORTEST_BEGIN and rest[0].isalpha():
            return Heading(whole, part, cut=True)
    if text[:1].islower() and len(words) > 1:
        for end in _TABLE_ENDS:
            if len(words) < len(end) and end.endswith(words) and end[-len(words) - 1].isalpha():
                return Heading(end, None, cut=True)
    return None


def _misread(words: str) -> Heading | None:
    """A heading of several words in which a letter or two are wrong."""
    if words.count(" ") == 0 or len(words) > _LONGEST_NAME:
        return None
    of_line = set(words.split())
    for whole, part in _HEADINGS.items():
        if " " in whole and of_line & set(whole.split()) and distance(words, whole) <= 2:
            return Heading(whole, part, misread=True)
    return None


_LONGEST_NAME = max(map(len, _HEADINGS)) + 2


def leading_label(text: str) -> tuple[str, str] | None:
    """A known label at the begin of a text that goes on after it, as (normal label, rest as printed)."""
    words = normal(text[:LONGEST_HEADING])
    for label in _BY_LENGTH:
        if words.startswith(f"{label} ") and label.count(" ") > 0:
            match = re.match(r"\s*".join(re.escape(letter) for letter in label if letter != " "), text, re.IGNORECASE)
            if match is not None:
                return label, text[match.end() :].strip(" :")
    return None
