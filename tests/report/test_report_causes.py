"""Findings by cause, vendor cards, ends of connections and clocks: the same facts in text, Markdown and JSON."""

import io
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import encode as line_of
from ocppscope.conformance.example import records_of
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Example
from ocppscope.conformance.switches import read_switches
from ocppscope.report import json as json_report
from ocppscope.report import markdown, text
from ocppscope.report.reading import Reading


def boot(number: int, vendor: str = "Made", firmware: str = "1.0") -> str:
    payload = {"chargePointVendor": vendor, "chargePointModel": "Up", "firmwareVersion": firmware}
    answer = {"status": "Accepted", "currentTime": "2026-01-01T00:00:00Z", "interval": 300}
    return f"> {json.dumps([2, f'b{number}', 'BootNotification', payload])}\n< {json.dumps([3, f'b{number}', answer])}"


def fault(number: int) -> str:
    """A StatusNotification with an errorCode that there is not: the station's fault."""
    payload = {"connectorId": 1, "errorCode": "Error", "status": "Faulted"}
    return f'> {json.dumps([2, f"s{number}", "StatusNotification", payload])}\n< [3,"s{number}",{{}}]'


CSMS_FAULT = '< [2,"c","Reset",{"type":"Warm"}]\n> [4,"c","PropertyConstraintViolation","",{}]'

SITE = "\n".join(
    [
        *(boot(1), fault(1), fault(2), CSMS_FAULT),
        *("as SECOND", boot(2), fault(3)),
        *("as THIRD", boot(3, firmware="2.0"), fault(4)),
        *("as FOURTH", boot(4, vendor="Other")),
    ]
)
"""Two stations of one firmware, one of another, one of another vendor that is clean; and a CSMS that breaks a schema."""


def reading(script: str, tmp_path: Path, *switches: str) -> Reading:
    path = tmp_path / "capture.jsonl"
    path.write_bytes(b"".join(line_of(record) for record in records_of(Example("made up", script))))
    found = Reading(switches=read_switches(switches, all_rules()))
    found.read(open_capture(path))
    found.finish()
    return found


def shown(found: Reading, width: int = 100, only: Collection[str] = ()) -> str:
    file = io.StringIO()
    text.print_report(found, Console(file=file, width=width, highlight=False), only)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def document(found: Reading) -> dict[str, Any]:
    """The JSON report, read again."""
    values: dict[str, Any] = json.loads(json_report.encode(found))
    return values


def test_one_rule_stands_once_with_its_stations_below_and_their_products(tmp_path: Path) -> None:
    told = shown(reading(SITE, tmp_path, "-all", "+RPC-024"), only=["findings"])
    assert told.count("Payload fails the JSON schema") == 1
    heads = [line.strip() for line in told.splitlines() if "Made Up" in line]
    assert heads == [
        "CS-EXAMPLE  Made Up, firmware 1.0",
        "SECOND  Made Up, firmware 1.0",
        "THIRD  Made Up, firmware 2.0",
    ]
    assert "FOURTH" not in told


def test_json_groups_findings_by_rule_and_station_and_points_to_each(tmp_path: Path) -> None:
    values = document(reading(SITE, tmp_path))
    cause = next(cause for cause in values["causes"] if cause["rule"] == "RPC-024")
    assert [(one["id"], one["firmware"]) for one in cause["stations"]] == [
        ("CS-EXAMPLE", "1.0"),
        ("SECOND", "1.0"),
        ("THIRD", "2.0"),
    ]
    for one in cause["stations"]:
        for place in one["findings"]:
            finding = values["findings"][place]
            assert (finding["rule"], finding["station"], finding["firmware"]) == ("RPC-024", one["id"], one["firmware"])
    assert cause["count"] == sum(one["count"] for one in cause["stations"])


def test_every_record_of_a_finding_is_told(tmp_path: Path) -> None:
    script = f'{boot(1)}\n> [2,"x","Heartbeat",{{}}]\n< [3,"x",{{"currentTime":"2026-01-01T00:00:00Z"}}]\n'
    script += (
        '> [2,"x","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n< [3,"x",{}]'
    )
    found = reading(script, tmp_path, "-all", "+RPC-005")
    (finding,) = document(found)["findings"]
    (occurrence,) = finding["occurrences"]
    assert occurrence["records"] == [7, 5], "the second use of the id, and the first"
    assert "record 7 (with 5)" in shown(found)
    assert "record 7 (with 5)" in markdown.encode(found)


def test_a_card_a_product_and_one_for_the_csms_with_each_ones_own_faults(tmp_path: Path) -> None:
    cards = document(reading(SITE, tmp_path, "-all", "+RPC-024"))["vendor_cards"]
    assert [(card["party"], card["vendor"], card["firmware"], card["stations"]) for card in cards] == [
        ("station", "Made", "1.0", ["CS-EXAMPLE", "SECOND"]),
        ("station", "Made", "2.0", ["THIRD"]),
        ("station", "Other", "1.0", ["FOURTH"]),
        ("csms", None, None, ["CS-EXAMPLE", "SECOND", "THIRD", "FOURTH"]),
    ]
    assert [[(cause["rule"], cause["count"]) for cause in card["at_fault"]] for card in cards] == [
        [("RPC-024", 3)],
        [("RPC-024", 1)],
        [],
        [("RPC-024", 1)],
    ]
    assert "Warm" in cards[3]["at_fault"][0]["example"]["evidence"]


@pytest.mark.parametrize("form", ["text", "md"])
def test_a_card_for_a_ticket_names_product_stations_clause_and_example(tmp_path: Path, form: str) -> None:
    found = reading(SITE, tmp_path, "-all", "+RPC-024")
    told = shown(found, 200, ["vendors"]) if form == "text" else markdown.encode(found, ["vendors"])
    for part in (
        "Made Up, firmware 1.0",
        "2 stations (CS-EXAMPLE, SECOND), OCPP 1.6",
        "J16 §4.2.1",
        '$.errorCode is not one of the 16 allowed values: "Error"',
        "the CSMS",
    ):
        assert part in told
    assert "Other Up" not in told, "nothing to complain of"
    assert "Findings\n" not in told, "only what was asked for"


def test_response_times_worth_a_word_stand_on_the_card_of_who_answers(tmp_path: Path) -> None:
    script = (
        f'{boot(1)}\n< [2,"1","ClearCache",{{}}]\n+7 > [3,"1",{{"status":"Accepted"}}]\n> [2,"2","Heartbeat",{{}}]\n'
    )
    script += '< [3,"2",{"currentTime":"2026-01-01T00:00:00Z"}]'
    station, csms = document(reading(script, tmp_path))["vendor_cards"]
    assert [(row["action"], row["n"], row["max"]) for row in station["response_times"]] == [
        ("ClearCache", 1, pytest.approx(7.0))
    ]
    assert csms["response_times"] == [], "a tenth of a second is no complaint"


LIVES = "\n".join(f'connect\n+{number + 1} > [2,"h{number}","Heartbeat",{{}}]\n+60 close < 1001' for number in range(4))


def test_ends_are_told_with_their_pattern_in_all_forms(tmp_path: Path) -> None:
    found = reading(LIVES, tmp_path)
    sentence = "4 of 4 closed by the CSMS with 1001 (going away) 60.0 s ± 0.0 s after the last frame"
    assert sentence in shown(found, 200)
    assert sentence in markdown.encode(found).replace("\\", "")
    values = document(found)
    (pattern,) = values["disconnect_patterns"]
    assert (pattern["cause"], pattern["agreeing"], pattern["total"]) == ("timer", 4, 4)
    for end in values["disconnects"]:
        assert end["suspicion"].startswith(sentence)
        autopsy = end["autopsy"]
        assert (autopsy["code"], autopsy["meaning"]) == (1001, "going away")
        assert autopsy["last_from_station"]["seconds_before"] == pytest.approx(60)
        assert autopsy["last_from_csms"] is None
        assert [call["action"] for call in autopsy["open_calls"]] == ["Heartbeat"]


def test_a_regular_end_alone_is_no_suspicion(tmp_path: Path) -> None:
    lives = "\n".join(
        f"connect\n+{wait} {boot(wait)}\n+{idle} close > 1000" for wait, idle in ((1, 5), (20, 80), (7, 33))
    )
    values = document(reading(lives, tmp_path))
    assert {end["suspicion"] for end in values["disconnects"]} == {None}


def told_at(name: str, connector_status: str, second: int) -> str:
    """A change of state ten seconds later, by a clock that shows this second of the day."""
    stamp = f"2026-01-01T{second // 3600:02}:{second % 3600 // 60:02}:{second % 60:02}Z"
    payload = {"connectorId": 1, "errorCode": "NoError", "status": connector_status, "timestamp": stamp}
    return f'+10 > {json.dumps([2, name, "StatusNotification", payload])}\n< [3,"{name}",{{}}]'


def test_a_clock_that_was_set_is_told_in_all_forms(tmp_path: Path) -> None:
    """Two hours ahead until the answer to the BootNotification tells the time."""
    states = ["Preparing", "Charging", "SuspendedEV", "Charging", "Finishing", "Available"]
    ahead = [told_at(f"a{number}", state, 7210 + 10 * number) for number, state in enumerate(states)]
    after = [told_at(f"z{number}", state, 71 + 10 * number) for number, state in enumerate(states)]
    found = reading("\n".join([*ahead, boot(1), *after]), tmp_path)
    (clock,) = [clock for clock in document(found)["clocks"] if clock["clock_of"] == "station"]
    assert clock["sentence"] == "in time"
    (jump,) = clock["jumps"]
    assert (jump["action"], jump["before"]) == ("BootNotification", pytest.approx(7200, abs=1))
    history = "after BootNotification: 2 h 00 min 00 s ahead before, in time since"
    assert history in shown(found, 120)
    assert history in markdown.encode(found)


def test_switches_are_told(tmp_path: Path) -> None:
    values = document(reading(SITE, tmp_path, "-RPC", "+RPC-024"))
    assert values["rules"]["switches"] == ["-rpc", "+rpc-024"]
    assert values["rules"]["asked"] < values["rules"]["known"]
    assert {finding["rule"] for finding in values["findings"] if finding["rule"].startswith("RPC")} == {"RPC-024"}


def test_nothing_that_a_station_calls_itself_is_obeyed(tmp_path: Path) -> None:
    found = reading("\n".join([boot(1, vendor="[b]x\x1b[31m"), fault(1)]), tmp_path)
    for told in (shown(found), shown(found, only=["vendors"]), markdown.encode(found), json_report.encode(found)):
        assert "\x1b" not in told
    assert "[b]x" in shown(found, only=["vendors"])


def test_it_fits_80_columns(tmp_path: Path) -> None:
    assert max(len(line) for line in shown(reading(f"{SITE}\n{LIVES}", tmp_path), 80).splitlines()[1:]) <= 80
