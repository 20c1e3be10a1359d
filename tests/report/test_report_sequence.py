"""Sequence diagrams: the steps with times and findings, as Mermaid text and as a page, harmless and bounded."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_checks import HOSTILE, checked, hostile_script

from ocppscope.capture.lost import Lost
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Record
from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import Example
from ocppscope.filters import parse
from ocppscope.report.sequence import mermaid, page
from ocppscope.report.sequence.formats import DIAGRAMS, HTML, MERMAID, Diagram
from ocppscope.report.sequence.ladder import Ladder

CHARGE = """\
> [2,"s","StartTransaction",{"connectorId":1,"idTag":"CARD","meterStart":100,"timestamp":"2026-01-01T00:00:00Z"}]
+0.25 < [3,"s",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]
+30 < [2,"c","ClearCache",{}]
+0.5 > [4,"c","NotSupported","",{}]
+1 > [2,"m","StatusNotification",{"connectorId":1,"errorCode":"Error","status":"Faulted"}]
< [3,"m",{}]
ping
close > 1000 done"""


def drawn(diagram: Diagram, script: str, expression: str | None = None, title: str = "lab") -> tuple[str, Lost]:
    file, lost = io.BytesIO(), Lost()
    wanted = None if expression is None else parse(expression)
    diagram.draw(records_of(Example("made up", script)), wanted, title, file, lost)
    return file.getvalue().decode(), lost


def test_mermaid_draws_messages_with_offsets_latencies_and_findings() -> None:
    text, lost = drawn(MERMAID, CHARGE)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[:4] == ["sequenceDiagram", "title lab", "participant S1 as CS-EXAMPLE", "participant C as CSMS"]
    assert "C-->>S1: +0.350 StartTransaction  250 ms  Accepted · tx 17" in lines
    assert "Note over S1,C: … 30.0 s …" in lines
    assert "S1--xC: +30.850 CALLERROR ClearCache  500 ms  NotSupported" in lines
    place = next(number for number, line in enumerate(lines) if line.startswith("S1->>C: +31.850 StatusNotification"))
    assert lines[place + 1].startswith("Note over S1,C: ✖ RPC-024 ")
    assert str(lost) == "1 pings and pongs"


def test_the_page_draws_the_same_and_unfolds_to_what_was_sent() -> None:
    text, _ = drawn(HTML, CHARGE)
    parsed = checked(text)
    for part in (
        "CS-EXAMPLE",
        "CSMS",
        "+0.350 s",
        "250 ms",
        "30.0 s later",
        "RPC-024",
        "connection opened",
        '"idTag": "CARD"',
    ):
        assert part in parsed.text
    assert len([1 for name, _ in parsed.elements if name == "summary"]) == 6


def test_a_filter_chooses_what_is_drawn_and_the_rules_saw_all() -> None:
    text, _ = drawn(MERMAID, CHARGE, "action:StatusNotification")
    assert "StartTransaction" not in text
    assert "RPC-024" in text
    assert "only action:StatusNotification" in checked(drawn(HTML, CHARGE, "action:StatusNotification")[0]).text


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda diagram: diagram.NAME)
def test_nothing_to_draw_is_a_diagram_too(diagram: Diagram) -> None:
    text, _ = drawn(diagram, "+1", "action:Reset")
    assert "CSMS" in text


LINE = re.compile(
    r"sequenceDiagram|    (?:title [^#;\n]*(?:#\d+;[^#;\n]*)*"
    r"|participant (?:S\d+|C) as [\w .()/·…-]+"
    r"|(?:Note over S\d+,C|S\d+(?:->>|-->>|--x)C|C(?:->>|-->>|--x)S\d+): [\w \t.,()/+=%·…×→←✖▲●◷-]*(?:#\d+;[\w \t.,()/+=%·…×→←✖▲●◷-]*)*)"
)
"""Every line that Mermaid may find: nothing in a text that could begin another statement, a directive, an entity of its own."""


@pytest.mark.parametrize("text", [HOSTILE, "end;\n%%{init: {}}%%\nparticipant X as Y #9829; <br/> ->> wrap:"])
def test_nothing_that_was_captured_is_obeyed_by_mermaid(text: str) -> None:
    made, _ = drawn(MERMAID, hostile_script(text.replace("\n", " ")), title=text)
    assert len(made.splitlines()) > 15
    for line in made.splitlines():
        assert LINE.fullmatch(line), line


def test_nothing_that_was_captured_becomes_markup() -> None:
    text, _ = drawn(HTML, hostile_script(HOSTILE), title=HOSTILE)
    parsed = checked(text)
    assert 'onerror="alert(1)"' in parsed.text
    assert text.count("<script>") == text.count("</script>") == 1


def beats(count: int) -> str:
    return "\n".join(
        f'> [2,"{number}","Heartbeat",{{}}]\n< [3,"{number}",{{"currentTime":"2026-01-01T00:00:00Z"}}]'
        for number in range(count)
    )


def test_a_diagram_is_bounded_and_says_what_it_leaves_out() -> None:
    text, lost = drawn(MERMAID, beats(400))
    assert len(text) < 50_000, "more is refused by Mermaid"
    assert "left out" in text.splitlines()[-1]
    assert "messages beyond the first 300" in str(lost)
    text, lost = drawn(HTML, beats(1_100))
    assert "and 201 more steps: left out here" in text
    assert lost.counts[f"messages beyond the first {page.MOST_STEPS:,}"] == 201


def test_long_texts_fill_a_mermaid_diagram_no_further_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mermaid, "MOST_CHARACTERS", 2_000)
    text, _ = drawn(MERMAID, beats(100))
    assert len(text) < 2_200
    assert text.splitlines()[-1].endswith("more left out")


def test_what_was_read_before_an_interruption_is_drawn() -> None:
    def interrupted() -> Iterator[Record]:
        yield from records_of(Example("made up", CHARGE))
        raise KeyboardInterrupt

    for diagram in DIAGRAMS:
        file = io.BytesIO()
        with pytest.raises(KeyboardInterrupt):
            diagram.draw(interrupted(), None, "lab", file, Lost())
        assert "StartTransaction" in file.getvalue().decode()


def test_stations_have_lanes_and_many_of_them_share_the_last() -> None:
    script = "\n".join(f"as CP{number:02}\n> {json.dumps([2, str(number), 'Heartbeat', {}])}" for number in range(12))
    parsed = checked(drawn(HTML, script)[0])
    assert "CP07 and 4 more" in parsed.text
    lanes = {attributes.get("class") for _, attributes in parsed.elements if "from-" in (attributes.get("class") or "")}
    assert lanes == {f"label from-{place}" for place in range(page.MOST_LANES)}
    text, _ = drawn(MERMAID, script)
    assert text.count("participant S") == 12


def test_a_finding_that_is_withdrawn_is_not_drawn() -> None:
    script = '> [2,"1","Heartbeat",{}]\n+40 ping\n+5 < [3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]'
    text, _ = drawn(MERMAID, script)
    assert "RPC-011" not in text


def test_steps_keep_their_times() -> None:
    ladder = Ladder(10)
    assert list(ladder.timed()) == []
    assert ladder.start is None


def test_the_recordings_of_the_repository_can_be_drawn() -> None:
    for path in sorted((Path(__file__).parents[2] / "captures").glob("*.jsonl")):
        for diagram in DIAGRAMS:
            file = io.BytesIO()
            diagram.draw(open_capture(path), None, path.name, file, Lost())
            if diagram is HTML:
                checked(file.getvalue().decode())
