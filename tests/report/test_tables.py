"""The tables hold what the inspector saw, exactly, and SQL over them sees nothing else."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Ended, MessageRecord, Opened, Record
from ocppscope.filters import parse
from ocppscope.inspect import transactions
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.roles import Direction
from ocppscope.report.tables import listing
from ocppscope.report.tables.database import Database
from ocppscope.report.tables.definitions import TABLES, Table
from ocppscope.report.tables.rows import Rows
from ocppscope.report.tables.sql_errors import QueryError

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = sorted((ROOT / "captures").glob("*.jsonl"))
TRAFFIC = sorted((ROOT.parent / "shared" / "traffic").glob("*.jsonl"))

UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def filled(records: Iterable[Record], wanted: str = "") -> Iterator[tuple[Database, Inspector]]:
    """A database with everything that records mean, and the inspector that saw them."""
    inspector = Inspector()
    with Database() as database:
        rows = Rows(inspector, database.give, database.withdraw, parse(wanted) if wanted else None)
        for record in records:
            rows.add(inspector.observe(record))
        rows.finish()
        database.finish()
        yield database, inspector


def talk(*messages: tuple[float, Direction, str], station: str = "CP001", timed: bool = True) -> list[Record]:
    """A connection with these messages: seconds since its beginning, direction, text."""
    at = [START + timedelta(seconds=seconds) for seconds, _, _ in messages]
    opened = Opened(seq=1, time=START, conn=1, station=station, subprotocol="ocpp1.6", timed=timed)
    said = [
        MessageRecord(seq=place, time=time, conn=1, dir=way, text=text)
        for place, (time, (_, way, text)) in enumerate(zip(at, messages, strict=True), 2)
    ]
    ended = Ended(seq=len(said) + 2, time=at[-1], conn=1, by="station", how="fin")
    return [opened, *said, ended]


def one(database: Database, sql: str) -> Any:
    """The only value of an answer."""
    ((value,),) = list(database.ask(sql))
    return value


HEARTBEAT = '[2,"h1","Heartbeat",{}]'
BEAT = '[3,"h1",{"currentTime":"2026-03-01T12:00:00Z"}]'


@pytest.mark.parametrize("path", [*CAPTURES, *TRAFFIC], ids=lambda path: path.name)
def test_there_is_a_row_for_everything_that_the_inspector_counts(path: Path) -> None:
    with filled(open_capture(path)) as (database, inspector):
        counts = inspector.counts

        assert one(database, "SELECT count(*) FROM messages") == counts.messages
        assert one(database, "SELECT count(*) FROM exchanges") == counts.calls
        assert one(database, "SELECT count(*) FROM exchanges WHERE outcome IN ('result', 'error')") == counts.answered
        assert one(database, "SELECT count(*) FROM exchanges WHERE outcome = 'aborted'") == counts.aborted
        assert one(database, "SELECT count(*) FROM exchanges WHERE outcome = 'unanswered'") == counts.unanswered
        assert one(database, "SELECT count(*) FROM connections WHERE state <> 'refused'") == counts.connections
        assert one(database, "SELECT count(*) FROM connections WHERE state = 'refused'") == counts.refused
        assert one(database, "SELECT count(*) FROM transactions") == len(inspector.transactions.rows())
        found: dict[str, int] = dict(database.ask("SELECT rule || station, count(*) FROM findings GROUP BY ALL"))
        expected: dict[str, int] = {}
        for row in inspector.findings.rows():
            key = row.finding.rule + row.finding.station
            expected[key] = expected.get(key, 0) + row.count
        assert found == expected
        pinned = "SELECT count(*) FROM findings WHERE record IN (SELECT number FROM messages)"
        assert one(database, "SELECT coalesce(sum(findings), 0)::BIGINT FROM messages") == one(database, pinned)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_there_as_defined_and_needs_no_quotes(table: Table) -> None:
    with filled(open_capture(CAPTURES[0])) as (database, _):
        names = [column.name for column in table.columns]
        answer = database.ask(f"SELECT {', '.join(names)} FROM {table.name}")

        assert answer.types == [column.type.value for column in table.columns]
        assert [name.strip('"') for name in answer.columns] == names
        assert all(len(row) == len(names) for row in answer)


def test_the_listing_names_every_column() -> None:
    text = "\n".join(listing.lines())

    for table in TABLES:
        for column in table.columns:
            assert column.name in text
            assert column.what in text


def test_its_examples_can_be_asked() -> None:
    with filled(open_capture(ROOT / "captures" / "field-faults-1.6.jsonl")) as (database, _):
        for example in listing.EXAMPLES:
            database.check(example)
            assert list(database.ask(example)), example


def test_an_exchange_knows_when_it_began_and_how_long_it_took() -> None:
    with filled(talk((1, UP, HEARTBEAT), (1.25, DOWN, BEAT))) as (database, _):
        (row,) = database.ask("SELECT action, dut, direction, call, response, started, latency, outcome FROM exchanges")

    assert row == ("Heartbeat", "csms", "up", 2, 3, datetime(2026, 3, 1, 12, 0, 1), 0.25, "result")  # noqa: DTZ001


def test_an_error_has_its_code() -> None:
    error = '[4,"h1","InternalError","",{}]'
    with filled(talk((1, UP, HEARTBEAT), (2, DOWN, error))) as (database, _):
        assert list(database.ask("SELECT outcome, error_code FROM exchanges")) == [("error", "InternalError")]


def test_what_the_wire_says_is_kept_to_the_letter() -> None:
    text = '[2,"x\\u0000y","Data\u202eTransfer",{"vendorId":"\'; DROP TABLE messages; --","data":"\\u001b[31m"}]'
    with filled(talk((1, UP, text))) as (database, _):
        assert one(database, "SELECT text FROM messages") == text
        assert one(database, "SELECT message_id FROM exchanges") == "x\0y"


def test_what_no_column_can_hold_costs_that_value_only() -> None:
    lone = '[2,"\\ud800","StatusNotification",{"connectorId":1}]'
    big = '[2,"m","MeterValues",{"connectorId":100000000000000000000000000000,"transactionId":7,"meterValue":[]}]'
    with filled(talk((1, UP, HEARTBEAT), (2, UP, lone), (3, UP, big), (4, DOWN, BEAT))) as (database, _):
        assert one(database, "SELECT count(*) FROM messages") == 4
        assert list(database.ask("SELECT id, connector FROM transactions")) == [("7", None)]


def test_a_recording_without_times_has_none() -> None:
    with filled(talk((0, UP, HEARTBEAT), (0, DOWN, BEAT), timed=False)) as (database, _):
        assert one(database, "SELECT count(time) FROM messages") == 0
        assert list(database.ask("SELECT started, latency, outcome FROM exchanges")) == [(None, None, "result")]


def test_a_finding_that_proved_wrong_is_no_row() -> None:
    late = talk((1, UP, HEARTBEAT), (100, UP, '[2,"h2","Heartbeat",{}]'), (101, DOWN, BEAT))
    with filled(late[:3]) as (database, _):
        assert one(database, "SELECT count(*) FROM findings WHERE rule = 'RPC-011'") == 1
        assert one(database, "SELECT findings FROM messages WHERE number = 2") >= 1
    with filled(late[:4]) as (database, inspector):
        assert "RPC-011" not in {row.finding.rule for row in inspector.findings.rows()}
        assert one(database, "SELECT count(*) FROM findings WHERE rule = 'RPC-011'") == 0


def test_a_filter_lets_pass_what_a_report_counts() -> None:
    records = talk(
        (1, UP, HEARTBEAT), (1.5, DOWN, BEAT), (2, DOWN, '[2,"c1","ClearCache",{}]'), (3, UP, '[3,"c1",{"status":"Accepted"}]')
    )  # fmt: skip
    with filled(records, "action:ClearCache type:CALL") as (database, _):
        assert list(database.ask("SELECT action, type FROM messages")) == [("ClearCache", "CALL")]
        assert list(database.ask("SELECT action, outcome FROM exchanges")) == [("ClearCache", "result")]
        assert one(database, "SELECT count(*) FROM connections") == 1
    with filled(records, "action:Reset") as (database, _):
        for table in TABLES:
            assert one(database, f"SELECT count(*) FROM {table.name}") == 0


def test_transactions_that_the_ledger_forgot_are_rows_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "MOST_TRANSACTIONS", 2)
    stops = [
        (place, UP, f'[2,"s{place}","StopTransaction",{{"transactionId":{place},"meterStop":1,"timestamp":"2026-03-01T12:00:00Z"}}]')
        for place in range(1, 6)
    ]  # fmt: skip
    with filled(talk(*stops)) as (database, _):
        assert [row[0] for row in database.ask("SELECT id FROM transactions ORDER BY id")] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("limit", ["BATCH", "BATCH_CHARACTERS"])
def test_more_rows_than_one_batch_arrive_in_order(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(f"ocppscope.report.tables.database.{limit}", 700)
    pairs = [
        part
        for place in range(1500)
        for part in (
            (place, UP, f'[2,"{place}","Heartbeat",{{}}]'),
            (place + 0.5, DOWN, f'[3,"{place}",{{"currentTime":"2026-03-01T12:00:00Z"}}]'),
        )
    ]
    with filled(talk(*pairs)) as (database, _):
        assert one(database, "SELECT count(*) FROM messages") == 3000
        assert one(database, "SELECT list(number) = range(2, 3002) FROM messages") is True


REFUSED = [
    ("SELECT * FROM read_text('/etc/passwd')", "disabled"),
    ("SELECT * FROM read_csv('/etc/passwd')", "disabled"),
    ("SELECT * FROM '/etc/passwd'", "does not exist"),
    ("SELECT * FROM glob('/*')", "disabled"),
    ("SELECT * FROM records", "does not exist"),  # a Python variable of whoever calls
    ("COPY messages TO '/tmp/stolen.csv'", "COPY is not possible"),
    ("ATTACH '/tmp/other.db'", "ATTACH is not possible"),
    ("INSTALL httpfs", "LOAD is not possible"),
    ("SET enable_external_access = true", "SET is not possible"),
    ("DELETE FROM messages", "DELETE is not possible"),
    ("SELECT 1; DROP TABLE messages", "2 statements"),
    ("", "no statements"),
    ("SELECT $1", "Values were not provided"),
    ("SELECT '\ud800'", "Unicode"),
]


@pytest.mark.parametrize(("sql", "why"), REFUSED)
def test_a_query_sees_the_tables_and_nothing_else(sql: str, why: str) -> None:
    records: Sequence[Record] = talk((1, UP, HEARTBEAT))
    with filled(records) as (database, _):
        with pytest.raises(QueryError, match=why):
            database.check(sql)
        with pytest.raises(QueryError, match=why):
            list(database.ask(sql))
        with pytest.raises(QueryError, match=why):
            database.write_parquet(sql, io.BytesIO())


MISTAKES = [
    ("SELEC 1", ["at character 1", '"SELEC"', "tables: messages, exchanges"]),
    ("SELECT 'é', foo FROM exchanges", ["at character 13", '"foo"', "columns of exchanges: station,", "latency"]),
    ("SELECT *\nFROM messages\nWHERE nmber = 1", ["line 3, character 7", '"nmber"', "columns of messages: number,"]),
    ("SELECT * FROM mesages", ["at character 15", "mesages", "tables: messages,"]),
    ("SELECT quantil(latency) FROM exchanges", ["at character 8", "quantil", "quantile"]),
    ("SELECT sum(text) FROM messages", ["at character 8", "sum(VARCHAR)"]),
]


@pytest.mark.parametrize(("sql", "said"), MISTAKES)
def test_a_mistake_is_said_in_one_line_with_its_place_and_what_there_is(sql: str, said: list[str]) -> None:
    with Database() as database, pytest.raises(QueryError) as told:
        database.check(sql)

    assert "\n" not in str(told.value)
    for words in said:
        assert words in str(told.value)


def test_a_mistake_that_only_rows_show_is_said_as_clearly() -> None:
    sql = "SELECT text::INTEGER FROM messages"
    with filled(talk((1, UP, HEARTBEAT))) as (database, _):
        database.check(sql)
        with pytest.raises(QueryError, match="SQL at character 12: Could not convert string"):
            list(database.ask(sql))


def test_the_folder_of_the_tables_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with filled(talk((1, UP, HEARTBEAT))) as (database, _):
        assert list(tmp_path.iterdir())
        database.write_parquet("FROM messages", io.BytesIO())

    assert list(tmp_path.iterdir()) == []


def test_parquet_holds_the_same_rows(tmp_path: Path) -> None:
    file = io.BytesIO()
    with filled(open_capture(CAPTURES[0])) as (database, _):
        count = database.write_parquet("FROM exchanges -- all of them", file)
        rows = list(database.ask("FROM exchanges"))

    assert count == len(rows) > 0
    path = tmp_path / "exchanges.parquet"
    path.write_bytes(file.getvalue())
    with duckdb.connect() as other:
        assert other.execute("FROM read_parquet($path)", {"path": str(path)}).fetchall() == rows
