"""The report as an HTML page: self-contained, well-formed, bounded, complete, and harmless whatever was captured."""

import json
import re
from pathlib import Path

import pytest
from page_checks import HOSTILE, Parsed, capture_of, checked, hostile_script, said

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import encode as line_of
from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import Example
from ocppscope.filters import parse
from ocppscope.pics import library
from ocppscope.report import quotes
from ocppscope.report.gathering import Gathering
from ocppscope.report.html import findings as findings_section
from ocppscope.report.html import page
from ocppscope.report.html.json_text import json_text
from ocppscope.report.html.markup import raw, tag
from ocppscope.report.reading import Reading


def html(*paths: Path, pics: str | None = None, expression: str | None = None) -> str:
    reading = Reading([library.load(pics)] if pics else [], None if expression is None else parse(expression))
    gathered = Gathering(reading)
    for path in paths:
        reading.read(open_capture(path))
    reading.finish()
    for facts in gathered.lacking():
        gathered.look_up(open_capture(facts.path))
    return page.encode(reading, gathered)


BOOT = "\n".join(
    [
        said(">", [2, "1", "BootNotification", {"chargePointVendor": "Made", "chargePointModel": "Up", "firmwareVersion": "1.0"}]),
        said("<", [3, "1", {"status": "Accepted", "currentTime": "2026-01-01T00:00:00Z", "interval": 300}]),
    ]
)  # fmt: skip
FAULT = said(">", [2, "2", "StatusNotification", {"connectorId": 1, "errorCode": "Error", "status": "Faulted"}])
ANSWER = said("<", [3, "2", {}])
CHARGE = "\n".join(
    [
        said(">", [2, "s", "StartTransaction", {"connectorId": 1, "idTag": "CARD", "meterStart": 100, "timestamp": "2026-01-01T00:00:01Z"}]),
        said("<", [3, "s", {"transactionId": 17, "idTagInfo": {"status": "Accepted"}}]),
        *(
            f"+10 {said('>', [2, f'm{number}', 'MeterValues', {'connectorId': 1, 'transactionId': 17, 'meterValue': [{'timestamp': f'2026-01-01T00:00:{number}0Z', 'sampledValue': [{'value': str(1000 * number), 'measurand': 'Power.Active.Import', 'unit': 'W'}]}]}])}\n{said('<', [3, f'm{number}', {}])}"
            for number in range(1, 4)
        ),
        "+7 " + said(">", [2, "e", "StopTransaction", {"transactionId": 17, "meterStop": 2600, "timestamp": "2026-01-01T00:00:40Z", "reason": "Local"}]),
        said("<", [3, "e", {}]),
        "close < 1001 bye",
    ]
)  # fmt: skip


def test_it_tells_findings_with_their_messages_word_for_word_and_marks_the_value(tmp_path: Path) -> None:
    parsed = checked(html(capture_of(f"{BOOT}\n{FAULT}\n{ANSWER}", tmp_path / "lab.jsonl")))
    assert '$.errorCode is not one of the 16 allowed values: "Error"' in parsed.text
    assert "CALL StatusNotification" in parsed.text
    assert '"errorCode": "Error"' in parsed.text
    assert any(name == "mark" for name, _ in parsed.elements)
    assert "What to do" in parsed.text
    assert "lab.jsonl" in parsed.text


def test_without_findings_it_says_how_many_rules_watched(tmp_path: Path) -> None:
    parsed = checked(html(capture_of(BOOT, tmp_path / "lab.jsonl")))
    assert "rules watched 2 messages. Nothing to report." in parsed.text


def test_transactions_disconnects_timeline_and_figures_stand_in_it(tmp_path: Path) -> None:
    parsed = checked(html(capture_of(f"{BOOT}\n{CHARGE}", tmp_path / "lab.jsonl"), pics="ets-mc-200"))
    sections = {attributes.get("id") for name, attributes in parsed.elements if name == "section"}
    assert sections >= {
        "summary",
        "timeline",
        "findings",
        "figures",
        "times",
        "transactions",
        "disconnects",
        "stations",
    }
    assert "2.50 kWh" in parsed.text
    assert "closed by the CSMS with 1001 (going away)" in parsed.text
    assert "Response time Authorize" not in parsed.text, "that is the CSMS's certificate"
    assert any(name == "polyline" for name, _ in parsed.elements), "the power over time"


def test_every_link_of_the_page_leads_somewhere(tmp_path: Path) -> None:
    parsed = checked(
        html(capture_of(f"{BOOT}\n{FAULT}\n{ANSWER}\n{CHARGE}", tmp_path / "lab.jsonl"), pics="ets-mc-200")
    )
    anchors = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    links = {(attributes.get("href") or "")[1:] for name, attributes in parsed.elements if name == "a"}
    assert links <= anchors
    assert len(anchors) == len([1 for _, attributes in parsed.elements if "id" in attributes]), "no anchor twice"


def test_nothing_that_was_captured_becomes_markup_or_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "<b>").mkdir()
    path = capture_of(hostile_script(HOSTILE), tmp_path / "<b>" / "&quot;'<i>.jsonl", HOSTILE)
    text = html(path, expression='"<img src=x>" | dir:up | dir:down')
    parsed = checked(text)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert 'onerror="alert(1)"' in parsed.text, "it is shown"
    assert "␛[31m" in parsed.text
    assert "\\u202e" in parsed.text
    assert text.count("<script>") == text.count("</script>") == 1
    assert {name for name, _ in parsed.elements} <= {name for name, _ in checked(html(path)).elements}


def test_the_station_of_a_refused_connection_is_harmless_too(tmp_path: Path) -> None:
    refused = json.dumps({"stage": "http", "reason": HOSTILE, "status": 400})
    script = f"refuse {refused}\nconnect\n{BOOT}"
    assert "1 refused" in checked(html(capture_of(script, tmp_path / "lab.jsonl", HOSTILE))).text


def test_secrets_are_blotted_out_of_quoted_messages(tmp_path: Path) -> None:
    change = said("<", [2, "c", "ChangeConfiguration", {"key": "AuthorizationKey", "value": "s3cr3t-s3cr3t"}])
    path = capture_of(f"{BOOT}\n{change}\n{said('>', [3, 'c', {'status': 'Warm'}])}", tmp_path / "lab.jsonl")
    assert "s3cr3t" in path.read_text(), "the capture of another tool holds it"
    text = html(path)
    assert "ChangeConfiguration" in text
    assert "s3cr3t" not in text


def test_a_message_that_had_passed_long_before_is_looked_up_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotes, "MOST_PASSING", 2)
    beats = "\n".join(
        f"+1 {said('>', [2, f'h{number}', 'Heartbeat', {}])}\n{said('<', [3, f'h{number}', {'currentTime': '2026-01-01T00:00:00Z'}])}"
        for number in range(60)
    )
    path = capture_of(f"{BOOT}\n{said('<', [2, 'far-back', 'ClearCache', {}])}\n{beats}", tmp_path / "lab.jsonl")
    reading = Reading()
    gathered = Gathering(reading)
    reading.read(open_capture(path))
    reading.finish()
    (facts,) = gathered.lacking()
    assert "far-back" not in json_of(page.encode(reading, gathered))
    gathered.look_up(open_capture(facts.path))
    assert "far-back" in json_of(page.encode(reading, gathered))
    assert gathered.lacking() == []


def json_of(text: str) -> str:
    """What the quoted messages say."""
    return " ".join(re.sub("<[^>]*>", "", block) for block in re.findall("<pre>(.*?)</pre>", text, re.DOTALL))


def test_the_second_of_two_captures_is_looked_up_by_its_own_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotes, "MOST_PASSING", 1)
    first = capture_of(BOOT, tmp_path / "first.jsonl")
    wait = "\n".join(f"+20 {said('>', [2, f'h{number}', 'Heartbeat', {}])}" for number in range(4))
    second = capture_of(f"{BOOT}\n{said('<', [2, 'in-second', 'ClearCache', {}])}\n{wait}", tmp_path / "second.jsonl")
    assert "in-second" in json_of(html(first, second))


def test_what_is_too_much_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings_section, "MOST_STATIONS", 2)
    monkeypatch.setattr(findings_section, "MOST_ROWS", 1)
    script = "\n".join(f"as CP{number}\n{BOOT}\n{FAULT}\n{ANSWER}" for number in range(5))
    parsed = checked(html(capture_of(script, tmp_path / "lab.jsonl")))
    assert "and 3 more stations: left out here" in parsed.text
    assert re.search(r"The messages of \d cases? are left out here", parsed.text)


def test_long_messages_are_cut_and_said_to_be(tmp_path: Path) -> None:
    long = said(
        ">",
        [
            2,
            "2",
            "StatusNotification",
            {"connectorId": 1, "errorCode": "Error", "status": "Faulted", "info": "x" * 9000},
        ],
    )
    text = html(capture_of(f"{BOOT}\n{long}\n{ANSWER}", tmp_path / "lab.jsonl"))
    assert "the first 4,000 of 9," in text
    assert len(text) < 150_000


def test_a_filter_restricts_what_is_told_and_is_named(tmp_path: Path) -> None:
    path = capture_of(f"{BOOT}\n{FAULT}\n{ANSWER}", tmp_path / "lab.jsonl")
    parsed = checked(html(path, expression="action:Boot*"))
    assert "action:Boot*" in parsed.text
    assert "RPC-024" not in parsed.text


def test_a_capture_without_a_station_makes_a_page(tmp_path: Path) -> None:
    path = tmp_path / "lab.jsonl"
    path.write_bytes(next(line_of(record) for record in records_of(Example("made up", BOOT))))
    assert "Nothing to report" in checked(html(path)).text


@pytest.mark.parametrize(
    "text",
    [
        '[2,"1","A",{"a":1,"a":1.0e3,"b":[{"c":null},[]],"d":{}}]',
        '[3,"1",{"s":"a \\" b","t":"\\u001b"}]',
        '[2,"1","A",{"cut":"in the mid',
        "[[[[[[[[[[",
        "]]]}}}",
        "no json",
        "",
    ],
)  # fmt: skip
def test_json_is_laid_out_without_changing_a_token(text: str) -> None:
    shown = Parsed(json_text(text, "$.b[0].c")).text
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", text)


def test_a_path_marks_the_name_and_the_value() -> None:
    marked = re.findall("<mark>.*?</mark>", json_text('[2,"1","A",{"a":{"c":1},"b":[{"c":2},{"c":3}]}]', "$.b[1].c"))
    assert [Parsed(one).text for one in marked] == ['"c"', "3"]
    assert [Parsed(one).text for one in re.findall("<mark>.*?</mark>", json_text('[3,"id",{}]', "$[1]"))] == ['"id"']


def test_markup_escapes_text_and_attributes_and_nothing_else() -> None:
    made = tag(
        "a", "<b>", raw("<i></i>"), None, ["&", tag("br")], class_='"x"', hidden=True, id=None, stroke_width=1.50
    )
    assert made == '<a class="&quot;x&quot;" hidden stroke-width="1.5">&lt;b&gt;<i></i>&amp;<br></a>'
