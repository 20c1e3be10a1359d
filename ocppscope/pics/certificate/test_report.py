"""The abstract of the test report: who tested what, with which result."""

import re

from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.fields import Fields
from ocppscope.pics.certificate.headers import Header, Kind
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.lines import Line
from ocppscope.pics.certificate.sections import Sections, Table
from ocppscope.pics.certificate.spelling import distance, normal
from ocppscope.pics.declaration import ProfileResult, TestConfiguration, TestReport, Tooling

_OPTIONAL = re.compile(r"optional (?:functionalities|features)")
_HEADER_REST = re.compile(r"(?:ocpp \d[\d.]*)?\s*(?:certification)?\s*(?:test results?)?\s*(?:description)?")
"""What goes on of a header row in the lines below it."""

_NAMES = (
    "Core", "Firmware Management", "Local Authorization List Management", "Smart Charging", "Remote Trigger",
    "Reservation", "Security extension", "Advanced Security", "Advanced Device Management", "Advanced User Interface",
    "ISO 15118 Support",
)  # fmt: skip
_NORMAL_NAMES = frozenset(map(normal, _NAMES))

_SHORTEST_CUT_NAME = 8
"""Letters from which on a name that was cut off can be completed."""

_RESULTS = ("pass", "passed", "not tested", "fail", "failed", "not applicable", "n/a", "inconclusive", "not supported")

_SUSPECT = re.compile(r"(?=[^\W_]*\d)(?=[^\W_]*[OIl])[\dOIl]+")
"""Digits with letters among them that look like digits."""


def read_test_report(sections: Sections, document: str, doubts: Doubts) -> tuple[TestReport, str | None, str | None]:
    """The head of the report; apart from it the laboratory's and the test's places."""
    fields = Fields(sections, Part.TEST_REPORT, document, doubts)
    reference = fields.text("reference")
    for part in re.split(r"[-_./ ]", reference or ""):
        if _SUSPECT.fullmatch(part):
            doubts.add(
                "ocr_suspect_token", "test_report.reference", f"'{part}' has letters that look like digits among digits"
            )
    report = TestReport(
        laboratory=fields.text("laboratory"),
        reference=reference,
        product_designation=fields.text("product_designation"),
        vendor_name=fields.text("vendor_name"),
        device_under_test=fields.text("device_under_test"),
        communication=fields.text("communication"),
        software_version=fields.text("software_version"),
        config_id=fields.text("config_id"),
    )
    return report, fields.text("laboratory_location"), fields.text("test_location")


def read_test_configuration(sections: Sections, document: str, doubts: Doubts) -> TestConfiguration | None:
    """The test configuration that certificates of 2022 print."""
    fields = Fields(sections, Part.TEST_CONFIGURATION, document, doubts)
    if not fields:
        return None
    found = TestConfiguration(**{name: fields.text(name) for name in TestConfiguration.__struct_fields__})
    return None if found == TestConfiguration() else found


def read_tooling(sections: Sections, document: str, doubts: Doubts) -> Tooling | None:
    """The test tool, from the certificate's end or from its test configuration."""
    fields = Fields(sections, Part.TOOLING, document, doubts)
    configured = Fields(sections, Part.TEST_CONFIGURATION, document, Doubts())
    found = Tooling(
        octt_version=fields.text("octt_version") or configured.text("octt_version"),
        octt_instance_id=fields.text("octt_instance_id"),
        firmware_image_hash=fields.text("firmware_image_hash"),
    )
    for name, digest in (
        ("octt_instance_id", found.octt_instance_id),
        ("firmware_image_hash", found.firmware_image_hash),
    ):
        if digest is not None and (wrong := re.sub("[0-9a-fA-F-]", "", digest)):
            doubts.add(
                "ocr_suspect_token",
                f"tooling.{name}",
                f"{len(digest)} characters, hexadecimal digits but for '{wrong[:20]}'",
            )
    return None if found == Tooling() else found


def read_profiles(sections: Sections, doubts: Doubts) -> tuple[ProfileResult, ...]:
    """The test results of the certified profiles, in order."""
    found: list[ProfileResult] = []
    for table in sections.of(Kind.PROFILES):
        _read_table(table, found, doubts)
    return tuple(found)


def _read_table(table: Table, found: list[ProfileResult], doubts: Doubts) -> None:
    header = table.header
    kind = "extension" if "extension" in header.title else "core" if "functionalities" in header.title else "profile"
    below_first = False
    for line in table.rows:
        if _OPTIONAL.fullmatch(normal(line.text)):
            kind = "optional"
            continue
        cells = _by_column(header, line)
        if below_first and _goes_on(found[-1], cells):
            found[-1] = _renamed(found[-1], cells)
        elif cells["name"] and (cells["result"] or len(line.cells) > 1):
            found.append(_profile(cells, kind, len(found), doubts))
            below_first = True
        elif below_first:
            found[-1] = _continued(found[-1], line)
        elif not _HEADER_REST.fullmatch(normal(line.text)):
            doubts.add("noise_dropped", "profiles", f'"{line.text}"')


def _by_column(header: Header, line: Line) -> dict[str, str]:
    cells = dict.fromkeys(("name", "result", "description"), "")
    cells |= {column: cell for column, cell in zip(header.columns, line.cells, strict=False) if column}
    if len(line.cells) > len(header.columns) and "description" in header.columns[-1:]:
        cells["description"] = " ".join(filter(None, line.cells[len(header.columns) - 1 :]))
    return cells


def _profile(cells: dict[str, str], kind: str, number: int, doubts: Doubts) -> ProfileResult:
    name, result = _whole_name(cells["name"]), cells["result"]
    if name != cells["name"]:
        doubts.add("truncated_name", f"profiles[{number}].name", f"'{cells['name']}'")
    if normal(result) not in _RESULTS:
        doubts.add("ocr_suspect_token", f"profiles[{number}].result", f"'{result}' is no test result")
    return ProfileResult(name, kind, result, cells["description"])


def _whole_name(printed: str) -> str:
    """The name of a profile, completed where it was cut off within a word."""
    words = normal(printed)
    if len(words) < _SHORTEST_CUT_NAME:
        return printed
    whole = [
        name for name in _NAMES if normal(name).removeprefix(words)[:1].isalpha() and normal(name).startswith(words)
    ]
    near = [name for name in _NAMES if distance(words, normal(name), 1) <= 1]
    return whole[0] if len(whole) == 1 and not near else printed


def _goes_on(profile: ProfileResult, cells: dict[str, str]) -> bool:
    """Whether a row has no result because its name is the rest of the name above."""
    name = cells["name"]
    return bool(name) and not cells["result"] and normal(f"{profile.name} {name}") in _NORMAL_NAMES


def _renamed(profile: ProfileResult, rest: dict[str, str]) -> ProfileResult:
    """A row that goes on with the name of the row above."""
    description = f"{profile.description} {rest['description']}".strip()
    return ProfileResult(f"{profile.name} {rest['name']}", profile.kind, profile.result, description)


def _continued(profile: ProfileResult, line: Line) -> ProfileResult:
    """A row without name or result goes on with the description of the row above."""
    rest = line.text
    return ProfileResult(profile.name, profile.kind, profile.result, f"{profile.description} {rest}".strip())
