"""Rows in columns: what is kept of a message, and how it is found again."""

from pathlib import Path

import pytest
from panes_support import Script

from ocppscope.capture.record import Ended, Gap, Refused, Stage
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion
from ocppscope.tui import rows as rows_module
from ocppscope.tui.rows import Kind, MessageRows


def rows_of(script: Script) -> MessageRows:
    inspector, rows = Inspector(), MessageRows()
    for offset, record in enumerate(script.records):
        seen = inspector.observe(record)
        rows.add(offset, seen)
        if seen.exchange is not None and seen.exchange.response is not None:
            rows.answer(seen.exchange)
        for finding in seen.findings:
            rows.pin(finding.records[0], finding.severity)
        for exchange in seen.aborted:
            rows.answer(exchange)
    return rows


def test_a_row_tells_what_the_record_was() -> None:
    script = Script()
    script.open("CP1", 1, "ocpp1.6")
    call, answer = script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"}, 0.25)
    rows = rows_of(script)
    assert [rows.kind(position) for position in range(len(rows))] == [Kind.OPENED, Kind.CALL, Kind.CALLRESULT]
    reply = rows.row(2)
    assert (reply.number, reply.partner, reply.action, reply.station) == (answer, call, "Heartbeat", "CP1")
    assert reply.direction is Direction.TO_STATION
    assert reply.version is OcppVersion.V16
    assert reply.latency == pytest.approx(0.25)
    assert not rows.row(1).pending
    assert rows.partner(1) == answer


def test_a_call_stays_pending_until_it_is_answered_or_its_connection_ends() -> None:
    script = Script()
    script.open()
    script.call("<", "Reset", {"type": "Immediate"})
    assert rows_of(script).row(1).pending
    script.add(Ended, conn=1, by="network", how="rst")
    row = rows_of(script).row(1)
    assert (row.pending, row.aborted) == (False, True)


def test_findings_are_counted_where_they_are_pinned() -> None:
    script = Script()
    script.open()
    number = script.text(">", "[2,")
    rows = rows_of(script)
    position = rows.position(number)
    assert position is not None
    assert rows.severity(position) is Severity.ERROR
    assert rows.row(position).errors >= 1
    assert rows.severity(0) is None


def test_what_is_no_message_has_a_row_of_its_kind_and_the_first_header_has_none() -> None:
    script = Script()
    script.add(Refused, conn=1, stage=Stage.CONNECT, reason="connection refused", station="CP9")
    script.add(Gap, lost=7, reason="no space left on device")
    rows = rows_of(script)
    assert [rows.kind(position) for position in range(len(rows))] == [Kind.REFUSED, Kind.GAP]
    assert rows.row(0).station == "CP9"
    assert rows.messages == 0


def test_numbers_without_a_row_have_no_position() -> None:
    rows = rows_of(Script())
    assert rows.position(1) is None
    assert rows.position(10**9) is None


def test_beyond_the_most_rows_the_oldest_quarter_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_ROWS", 40)
    script = Script()
    script.open()
    for _ in range(60):
        script.exchange(">", "Heartbeat", {}, {})
    rows = rows_of(script)
    assert len(rows) <= 40
    assert rows.dropped % 10 == 0
    assert rows.dropped + len(rows) == 121
    last = rows.row(len(rows) - 1)
    assert last.number == len(script.records)
    assert last.partner is not None
    assert rows.position(last.partner) == len(rows) - 2


def test_words_beyond_the_bound_are_left_to_the_capture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rows_module, "MOST_WORDS", 5)
    script = Script()
    script.open()
    for number in range(20):
        script.call(">", f"Invented{number}", {})
    scope = script.scope(tmp_path)
    assert scope.rows.row(1).action == "Invented0"
    assert scope.rows.row(15).action == ""
    recalled = scope.feed.recall(15)
    assert recalled is not None
    assert recalled.action == "Invented14"
