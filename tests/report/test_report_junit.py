"""The report for CI: a suite a station, a test case a rule that watched it, failures where something is wrong."""

import json
import re
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import encode as line_of
from ocppscope.conformance.example import records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Example
from ocppscope.conformance.switches import read_switches
from ocppscope.pics import library
from ocppscope.report import junit
from ocppscope.report.reading import Reading

BOOT = (
    '> [2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
)
FAULT = '> [2,"2","StatusNotification",{"connectorId":1,"errorCode":"Error","status":"Faulted"}]\n< [3,"2",{}]\n'
DOUBTFUL = '> [2,"3","Heartbeat",{"more":1}]\n< [3,"3",{"currentTime":"2026-01-01T00:00:00Z"}]\n'

CASES = {"name", "classname", "time"}
SUITE = {"name", "timestamp", "hostname", "package", "id", "tests", "failures", "errors", "skipped", "time"}
"""The attributes that the schemas of Jenkins and Surefire know, of those that they know."""


def suites(
    script: str, tmp_path: Path, *switches: str, pics: str | None = None, warnings_fail: bool = False
) -> Element:
    path = tmp_path / "capture.jsonl"
    path.write_bytes(b"".join(line_of(record) for record in records_of(Example("made up", script))))
    reading = Reading([library.load(pics)] if pics else [], switches=read_switches(switches, all_rules()))
    reading.read(open_capture(path))
    reading.finish()
    root = fromstring(junit.encode(reading, warnings_fail=warnings_fail))
    check(root)
    return root


def check(root: Element) -> None:
    """What the schemas ask of every such file."""
    assert root.tag == "testsuites"
    assert set(root.attrib) == {"name", "tests", "failures", "errors", "time"}
    for suite in root:
        assert set(suite.attrib) == SUITE
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        cases = suite.findall("testcase")
        assert [child.tag for child in suite] == ["properties"] + ["testcase"] * len(cases)
        assert all(set(one.attrib) == {"name", "value"} for one in suite.iterfind("properties/property"))
        for case in cases:
            assert set(case.attrib) == CASES
            assert float(case.get("time", "")) >= 0
            assert [child.tag for child in case] in ([], ["skipped"], ["failure"], ["system-out"])
        assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases), "no case twice"
        assert int(suite.get("tests", "")) == len(cases)
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
    assert int(root.get("tests", "")) == len(root.findall("testsuite/testcase"))
    assert int(root.get("failures", "")) == len(root.findall("testsuite/testcase/failure"))


def case(root: Element, start: str, suite: str = "CS-EXAMPLE") -> Element:
    (found,) = (
        one for one in root.iterfind(f"testsuite[@name='{suite}']/testcase") if one.get("name", "").startswith(start)
    )
    return found


def test_an_error_fails_its_case_and_says_what_with_its_records(tmp_path: Path) -> None:
    failure = case(suites(BOOT + FAULT, tmp_path), "RPC-024 ").find("failure")
    assert failure is not None
    assert failure.get("type") == "error"
    assert failure.get("message") == '$.errorCode is not one of the 16 allowed values: "Error"'
    for part in ("at: $.errorCode", "record 5", "MUST, ", "What to do: "):
        assert part in (failure.text or "")


def test_a_rule_that_found_nothing_passes(tmp_path: Path) -> None:
    assert list(case(suites(BOOT, tmp_path), "RPC-024 ")) == []


def test_a_warning_is_told_and_fails_only_when_asked_to(tmp_path: Path) -> None:
    script = '> [2,"1","Heartbeat",{}]\n> [2,"2","Heartbeat",{}]\n'
    told = case(suites(script, tmp_path), "RPC-007 ").find("system-out")
    assert told is not None
    assert (told.text or "").startswith("▲ ")
    assert case(suites(script, tmp_path, warnings_fail=True), "RPC-007 ").find("failure") is not None


def test_what_could_not_be_judged_is_skipped_with_its_reason(tmp_path: Path) -> None:
    root = suites(BOOT, tmp_path)
    reasons = {one.get("message") for one in root.iterfind("testsuite/testcase/skipped")}
    assert reasons == {"not for OCPP 1.6", "needs the product's profile: --pics"}
    judged = suites(BOOT, tmp_path, pics="ets-mc-200")
    assert {one.get("message") for one in judged.iterfind("testsuite[@name='CS-EXAMPLE']/testcase/skipped")} == {
        "not for OCPP 1.6"
    }


def test_without_times_the_rules_that_need_them_are_skipped(tmp_path: Path) -> None:
    script = f'connect {{"timed":false}}\n{BOOT}'
    skipped = case(suites(script, tmp_path), "RPC-011 ").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "the recording has no times"


def test_a_rule_that_is_off_has_no_case(tmp_path: Path) -> None:
    root = suites(BOOT + FAULT, tmp_path, "-all", "+RPC-024")
    assert [one.get("name", "")[:7] for one in root.iterfind("testsuite/testcase")] == ["RPC-024"]


def test_limits_have_a_suite_of_their_own(tmp_path: Path) -> None:
    slow = '< [2,"a","Reset",{"type":"Soft"}]\n+61 > [3,"a",{"status":"Accepted"}]\n'
    root = suites(BOOT + slow, tmp_path, pics="ets-mc-200")
    failure = case(root, "answers to Reset", junit.LIMITS).find("failure")
    assert failure is not None
    assert "the slowest took 61.0 s, the limit is 60 s, 1 late" in (failure.text or "")
    figure = case(root, "OCPP response timeout", junit.LIMITS)
    assert figure.get("time") == "61.000"
    assert figure.find("failure") is not None
    unseen = case(root, "Transaction authorization time by RemoteStartTransaction", junit.LIMITS).find("skipped")
    assert unseen is not None
    assert unseen.get("message") == "not seen"
    assert suites(BOOT, tmp_path).find(f"testsuite[@name='{junit.LIMITS}']") is None


@pytest.mark.parametrize("name", ["<testsuite/>", "]]>", "a&b", "\u0001\u0008\uffff", "\x1b[31m", '"'])
def test_no_name_from_the_wire_breaks_the_file(name: str, tmp_path: Path) -> None:
    payload = {"chargePointVendor": name, "chargePointModel": name}
    root = suites(f"> {json.dumps([2, '1', 'BootNotification', payload])}\n" + FAULT, tmp_path)
    (vendor,) = (one.get("value", "") for one in root.iterfind("testsuite/properties/property[@name='vendor']"))
    assert "\x1b" not in vendor
    assert not name.isprintable() or vendor == name


def test_beyond_a_number_only_what_was_found_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MOST_CASES", 300)
    root = suites(f"{BOOT}as SECOND\n{BOOT}{FAULT}", tmp_path)
    names = [one.get("name", "") for one in root.iterfind("testsuite[@name='SECOND']/testcase")]
    assert names[0].startswith("all other rules (left out")
    assert any(name.startswith("RPC-024 ") for name in names)
    assert len(names) < 10
