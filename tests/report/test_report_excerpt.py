"""What a filter lets through: exchanges whole, in the order of the capture, with the connections of their stations."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import MessageRecord, Record
from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import Example
from ocppscope.filters import parse
from ocppscope.report import excerpt
from ocppscope.report.excerpt import Excerpt

BEAT = '> [2,"h","Heartbeat",{}]\n+3 < [3,"h",{"currentTime":"2026-01-01T00:00:00Z"}]'
CACHE = '< [2,"c","ClearCache",{}]\n> [3,"c",{"status":"Accepted"}]'


def told(script: str, expression: str | None) -> list[str]:
    """What passes: the ids of messages, the kinds of other records with their stations."""
    wanted = None if expression is None else parse(expression)
    return [_word(record) for record in Excerpt(records_of(Example("made up", script)), wanted)]


def _word(record: Record) -> str:
    if isinstance(record, MessageRecord):
        message = json.loads(record.text or "")
        return f"{message[0]}:{message[1]}"
    station = getattr(record, "station", None)
    return type(record).__name__ + (f" {station}" if station else "")


def test_an_exchange_passes_whole_when_its_call_matches() -> None:
    assert told(f"{BEAT}\n{CACHE}", "action:ClearCache type:CALL") == ["Header", "Opened CS-EXAMPLE", "2:c", "3:c"]


def test_an_exchange_passes_whole_when_its_answer_matches() -> None:
    assert told(f"{CACHE}\n{BEAT}", "latency>2s") == ["Header", "Opened CS-EXAMPLE", "2:h", "3:h"]


def test_order_is_that_of_the_capture() -> None:
    script = f'> [2,"h","Heartbeat",{{}}]\n{CACHE}\n+3 < [3,"h",{{"currentTime":"2026-01-01T00:00:00Z"}}]'
    assert told(script, "latency>2s | action:ClearCache")[2:] == ["2:h", "2:c", "3:c", "3:h"]


def test_connections_of_stations_without_a_match_stay_away() -> None:
    script = f"{BEAT}\nas SECOND\n{CACHE}\nclose > 1000\nas CS-EXAMPLE\nclose > 1000"
    passed = told(script, "action:ClearCache")
    assert "Opened SECOND" in passed
    assert passed[-2:] == ["Close", "Ended"]
    assert "Opened CS-EXAMPLE" not in passed
    assert len([word for word in passed if word == "Ended"]) == 1


def test_nothing_matches() -> None:
    assert told(f"{BEAT}\n{CACHE}", "action:Reset") == ["Header"]


def test_without_a_filter_everything_passes() -> None:
    everything = list(records_of(Example("made up", f"{BEAT}\n{CACHE}\nping")))
    assert list(Excerpt(everything, None)) == everything


def test_what_waits_too_long_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpt, "MOST_WAITING", 3)
    beats = "\n".join(f'> [2,"b{number}","Heartbeat",{{}}]' for number in range(10))
    late = '+5 < [3,"b0",{"currentTime":"2026-01-01T00:00:00Z"}]'
    passed = told(f"{beats}\n{late}\n{CACHE}", "latency>2s | action:ClearCache")
    assert passed == ["Header", "Opened CS-EXAMPLE", "3:b0", "2:c", "3:c"], (
        "the CALL was too long ago, the opening is there"
    )


def test_little_is_held_back_of_a_capture_that_matches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpt, "MOST_WAITING", 50)
    held = Excerpt(_beats(2_000), parse("action:Reset"))
    assert len(list(held)) == 1
    assert len(held._queue) <= 51
    assert len(held._calls) <= 51


def _beats(count: int) -> Iterator[Record]:
    return records_of(Example("made up", "\n".join(f'> [2,"{number}","Heartbeat",{{}}]' for number in range(count))))


def test_remarks_are_those_of_the_record_at_hand() -> None:
    made = Excerpt(records_of(Example("made up", f'{CACHE}\n> [3,"nobody",{{}}]')), parse("dir:up"))
    remarks = {_word(record): made.remarks(record) for record in made}
    assert remarks["3:c"] == []
    assert any("RPC-008" in remark for remark in remarks["3:nobody"])
    assert made.remarks(next(_beats(1))) == []


def test_real_recordings_pass_unchanged_when_everything_matches() -> None:
    folder = Path(__file__).parents[2] / "captures"
    capture = open_capture(folder / "field-faults-1.6.jsonl")
    messages = [record for record in capture if isinstance(record, MessageRecord)]
    passed = Excerpt(capture, parse("station:*"))
    assert [record for record in passed if isinstance(record, MessageRecord)] == messages
