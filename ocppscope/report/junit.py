"""The report as JUnit XML, for CI: a suite for each station, a test case for each rule that watched it, and one for limits.

What is written keeps to what Jenkins and Surefire read: times in seconds, time stamps without zone, counts at each suite.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import ocppscope
from ocppscope.conformance.documentation import documentation_of
from ocppscope.conformance.rule import Rule
from ocppscope.inspect.causes import product_of
from ocppscope.inspect.ledger import FindingRow
from ocppscope.kpi.figures import Figure, Verdict
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.model.connection import Station
from ocppscope.model.finding import Severity
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Role
from ocppscope.report.duration import duration, limit
from ocppscope.report.finding_words import records_words
from ocppscope.report.kpi_table import remarks
from ocppscope.report.kpis import figures
from ocppscope.report.pics_check import LABELS
from ocppscope.report.reading import MOST_LEFT_OUT, Reading
from ocppscope.report.text_findings import rules_by_id
from ocppscope.report.watching import Watching

MOST_CASES = 60_000
"""Test cases written in full: some 300 stations. Of stations beyond, only what was found of them is."""

MOST_ROWS = 20
"""Findings told in one test case."""

LIMITS = "declared limits"
"""The suite of what is held against declared maximums."""

_SIDES = {Role.STATION: "charging station", Role.CSMS: "CSMS"}

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 §2.2 has no place for, not even as a reference."""


def encode(reading: Reading, *, warnings_fail: bool = False) -> str:
    """The report as XML text with its declaration, without a newline at the end.

    Args:
        reading: finished.
        warnings_fail: also a warning fails its test case; otherwise it is told, and the case passes.
    """
    root = Element("testsuites", name="ocppscope")
    writer = _Writer(reading, warnings_fail=warnings_fail)
    for number, suite in enumerate(writer.suites()):
        suite.set("id", str(number))
        _count(suite)
        root.append(suite)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", "0")
    indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}'


class _Writer:
    """Writes the suites of one reading."""

    def __init__(self, reading: Reading, *, warnings_fail: bool) -> None:
        self._reading = reading
        self._fails = {Severity.ERROR, Severity.WARNING} if warnings_fail else {Severity.ERROR}
        self._watching = Watching(reading)
        self._rules = rules_by_id()
        firsts = [facts.first for facts in reading.captures if facts.first is not None]
        self._time = min(firsts, default=None)
        self._room = MOST_CASES
        self._found: dict[str, dict[str, list[FindingRow]]] = {}
        for row in reading.selection.findings.rows():
            self._found.setdefault(row.finding.station, {}).setdefault(row.finding.rule, []).append(row)

    def suites(self) -> Iterator[Element]:
        """That of the limits first, then those of the stations, and of identities that never connected but were judged."""
        if (limits := self._limits()) is not None:
            yield limits
        stations = self._reading.selection.stations
        for station in stations:
            yield self._station(station)
        for identity in sorted(self._found.keys() - {station.id for station in stations}):
            yield self._station(Station(identity))

    def _suite(self, name: str, properties: Iterable[tuple[str, str | None]] = ()) -> Element:
        suite = Element("testsuite", name=_line(name, 200), hostname="localhost", package="ocppscope")
        if self._time is not None:
            suite.set("timestamp", f"{self._time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
        listed = SubElement(suite, "properties")
        tool = ("tool", f"ocppscope {ocppscope.__version__}")
        captures = (("capture", facts.path) for facts in self._reading.captures[:20])
        not_read = (
            ("left out", f"{facts.path}: {one.sentence}")
            for facts in self._reading.captures[:20]
            for one in facts.left_out[:MOST_LEFT_OUT]
        )
        cut = ("interrupted", "only the beginning was read" if self._reading.cut_short else None)
        for key, value in (
            tool,
            *captures,
            *not_read,
            cut,
            ("filter", self._reading.selection.expression),
            *properties,
        ):
            if value:
                SubElement(listed, "property", name=key, value=_line(value, 300))
        return suite

    def _station(self, station: Station) -> Element:
        product = product_of(station)
        facts = (
            ("ocpp_version", station.version), ("vendor", product.vendor), ("model", product.model),
            ("firmware", product.firmware), ("pics", station.profile), ("messages", str(station.messages)),
        )  # fmt: skip
        suite = self._suite(station.id, facts)
        found = self._found.get(station.id, {})
        asked = {rule.id: obstacle for rule, obstacle in self._watching.rules(station)}
        asked |= dict.fromkeys(found)  # what was violated was watched, whatever the station's latest version is
        if self._room >= len(asked):
            self._room -= len(asked)
        else:
            asked = dict.fromkeys(found)
            _case(suite, station.id, "all other rules (left out: too many stations)")
        for rule_id, obstacle in sorted(asked.items()):
            self._rule(suite, station, self._rules[rule_id], obstacle, found.get(rule_id, []))
        return suite

    def _rule(self, suite: Element, station: Station, rule: Rule, obstacle: str | None, rows: list[FindingRow]) -> None:
        case = _case(suite, station.id, f"{rule.id} {rule.name}")
        if not rows:
            if obstacle is not None:
                SubElement(case, "skipped", message=obstacle)
            return
        severity = max((row.finding.severity for row in rows), key=lambda one: one.rank)
        text = "\n".join(_told(rule, rows))
        if severity in self._fails:
            _fail(case, rows[0].finding.evidence, severity.value, text)
        else:
            SubElement(case, "system-out").text = _text(text)

    def _limits(self) -> Element | None:
        """What a profile declares; None without a limit."""
        suite = self._suite(LIMITS, [("pics", profile.name) for profile in self._reading.profiles])
        for figure in figures(self._reading):
            if figure.limit is not None:
                _figure(suite, figure)
        for row in self._reading.selection.response_times.rows():
            if row.limit is not None:
                _response_time(suite, row)
        return suite if suite.find("testcase") is not None else None


def _figure(suite: Element, figure: Figure) -> None:
    side = _SIDES[figure.measure.dut]
    label = LABELS.get(figure.measure.key, figure.measure.key)
    case = _case(suite, f"{LIMITS}.{side}", label, figure.max)
    if figure.verdict is Verdict.NO_SAMPLES:
        SubElement(case, "skipped", message="not seen")
    elif figure.verdict is Verdict.EXCEEDED:
        _fail(case, figure.remark, "limit", "\n".join(filter(None, (figure.remark, remarks(figure, compared=True)))))
    else:
        SubElement(case, "system-out").text = _text(figure.remark)


def _response_time(suite: Element, row: ResponseTime) -> None:
    slowest = row.distribution.max
    case = _case(suite, f"{LIMITS}.{_SIDES[row.dut]}", f"answers to {row.action}", slowest)
    count = row.distribution.n
    told = [f"{count} answer{'' if count == 1 else 's'}"]
    if slowest is not None:
        told.append(f"the slowest took {duration(slowest)}")
    if row.limit is not None:
        told.append(f"the limit is {limit(row.limit)}")
    told += [f"{cases} {what}" for cases, what in ((row.over_limit, "late"), (row.timeouts, "never came")) if cases]
    words = ", ".join(told)
    if row.over_limit or row.timeouts:
        _fail(case, words, "limit", words)
    else:
        SubElement(case, "system-out").text = words


def _told(rule: Rule, rows: list[FindingRow]) -> Iterator[str]:
    """What was found, with its records, and what to do about it."""
    for row in rows[:MOST_ROWS]:
        finding = row.finding
        times = f" ({row.count} times)" if row.count > 1 else ""
        yield f"{finding.severity.mark} {visible(finding.evidence, 600)}{times}"
        for name, value in (("at", finding.path), ("observed", finding.observed), ("expected", finding.expected)):
            if value:
                yield f"  {name}: {visible(value, 300)}"
        yield f"  {records_words(row)}; first at {row.first.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}Z"
    if len(rows) > MOST_ROWS:
        yield f"and {len(rows) - MOST_ROWS} more cases"
    yield f"{rule.requirement.value}, {rule.spec}" if rule.spec else rule.requirement.value
    for section in documentation_of(rule).sections:
        if section.title == "What to do":
            yield "What to do: " + " ".join(section.paragraphs).replace("``", "")


def _case(suite: Element, about: str, name: str, seconds: float | None = None) -> Element:
    attributes = {"classname": _line(about, 200), "name": _line(name, 200), "time": f"{seconds or 0:.3f}"}
    return SubElement(suite, "testcase", attributes)


def _fail(case: Element, message: str, kind: str, text: str) -> None:
    SubElement(case, "failure", message=_line(message, 400), type=kind).text = _text(text)


def _count(suite: Element) -> None:
    """The counts that a suite carries at its head."""
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("time", "0")


def _line(text: str, longest: int) -> str:
    """Text for an attribute, on one line."""
    return _FORBIDDEN.sub("�", visible(text, longest))


def _text(text: str) -> str:
    """Text of several lines, of which each was made visible already."""
    return _FORBIDDEN.sub("�", text)
