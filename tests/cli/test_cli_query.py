"""``query`` as a user types it."""

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from cli_support import ocppscope

ROOT = Path(__file__).resolve().parents[2]
FAULTS = ROOT / "captures" / "field-faults-1.6.jsonl"
HEALTHY = ROOT / "captures" / "healthy-1.6.jsonl"

P95 = "SELECT action, quantile_cont(latency, .95) FROM exchanges GROUP BY 1"


def test_the_issues_own_example_is_answered() -> None:
    ran = ocppscope("query", FAULTS, P95, "--format", "json")

    assert (ran.status, ran.err) == (0, "")
    rows = {row["action"]: row["quantile_cont(latency, .95)"] for row in json.loads(ran.out)}
    report = json.loads(ocppscope("report", FAULTS, "--format", "json").out)
    known = {row["action"]: row for row in report["latency"] if row["dut"] == "csms"}
    assert set(known) <= set(rows)
    for action, row in known.items():
        assert row["min"] <= rows[action] <= row["max"] + 1e-9


def test_people_get_an_aligned_table() -> None:
    ran = ocppscope(
        "query", HEALTHY, "SELECT 'a' AS name, 12345 AS n, NULL AS z UNION ALL SELECT 'long word', 1, NULL ORDER BY n"
    )

    assert ran.out.splitlines() == [
        "name           n  z",
        "─────────  ─────  ─",
        "long word      1  -",
        "a          12345  -",
    ]


def test_csv_has_a_header_times_in_utc_and_no_formulas() -> None:
    sql = "SELECT '=cmd()' AS f, -5 AS n, '-5' AS t, TIMESTAMP '2026-03-01 12:00:00.25' AS at, 'a,b' AS c, [1, 2] AS l, NULL AS z"
    ran = ocppscope("query", HEALTHY, sql, "--format", "csv")

    assert list(csv.reader(io.StringIO(ran.out))) == [
        ["f", "n", "t", "at", "c", "l", "z"],
        ["'=cmd()", "-5", "-5", "2026-03-01T12:00:00.250000Z", "a,b", "[1,2]", ""],
    ]


def test_json_is_an_array_even_without_rows_and_numbers_columns_of_one_name() -> None:
    assert json.loads(ocppscope("query", HEALTHY, "FROM messages WHERE false", "--format", "json").out) == []
    two = ocppscope("query", HEALTHY, "SELECT 1 AS a, 2 AS a", "--format", "json")
    assert json.loads(two.out) == [{"a": 1, "a_2": 2}]


def test_the_ending_of_the_output_tells_the_form(tmp_path: Path) -> None:
    for name in ("rows.csv", "rows.json", "rows.parquet", "rows.txt"):
        assert ocppscope("query", HEALTHY, "SELECT count(*) AS n FROM messages", "-o", tmp_path / name).out == ""

    assert (tmp_path / "rows.csv").read_text().startswith("n\n")
    assert json.loads((tmp_path / "rows.json").read_text())[0]["n"] > 0
    assert (tmp_path / "rows.parquet").read_bytes()[:4] == b"PAR1"
    assert "─" in (tmp_path / "rows.txt").read_text(encoding="utf-8")


def test_several_captures_are_one_set_of_tables() -> None:
    ran = ocppscope(
        "query", FAULTS, HEALTHY, "SELECT count(*) AS n FROM connections WHERE state <> 'refused'", "--format", "json"
    )

    counted = json.loads(ocppscope("report", FAULTS, HEALTHY, "--format", "json").out)["counts"]["connections"]
    assert json.loads(ran.out) == [{"n": counted}]


def test_profiles_rules_and_filters_hold_as_in_a_report() -> None:
    limited = "SELECT count(*) AS n FROM exchanges WHERE limit_s IS NOT NULL"
    assert json.loads(ocppscope("query", FAULTS, limited, "--format", "json").out) == [{"n": 0}]
    profiled = ocppscope("query", FAULTS, limited, "--format", "json", "--pics", "evon200-40p-2cr")
    assert json.loads(profiled.out)[0]["n"] > 0
    rules = ocppscope(
        "query", FAULTS, "SELECT DISTINCT rule FROM findings", "--format", "json", "--rule", "-all", "--rule", "+TXN"
    )
    assert {row["rule"][:3] for row in json.loads(rules.out)} == {"TXN"}
    only = ocppscope(
        "query", FAULTS, "SELECT DISTINCT action FROM messages", "--format", "json", "--filter", "action:Heartbeat"
    )
    assert json.loads(only.out) == [{"action": "Heartbeat"}]


def test_without_sql_it_lists_tables_and_columns() -> None:
    ran = ocppscope("query", FAULTS)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == ocppscope("query").out
    for word in ("messages:", "exchanges:", "findings:", "connections:", "transactions:", "latency", "DOUBLE, s"):
        assert word in ran.out


def test_a_mistake_in_the_sql_is_one_line_and_is_said_before_anything_is_read(tmp_path: Path) -> None:
    ran = ocppscope("query", tmp_path / "not there.jsonl", "SELECT latenzy FROM exchanges")

    assert ran.status == 2
    assert "SQL at character 8" in ran.complaint
    assert "latency" in ran.complaint


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nowhere.jsonl", "FROM messages"), "no such file"),
        (("nowhere.jsonl",), "no such file"),
        (("FROM messages",), "name a capture"),
        ((FAULTS, "DELETE FROM messages"), "DELETE is not possible"),
        ((FAULTS, "SELECT * FROM read_text('/etc/passwd')"), "disabled"),
        ((FAULTS, "FROM messages", "--filter", "latency>"), "--filter"),
        ((FAULTS, "SELECT now()"), "::TIMESTAMP"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: tuple[str | Path, ...], why: str) -> None:
    ran = ocppscope("query", *arguments)

    assert ran.status == 2
    assert why in ran.complaint


def test_the_capture_itself_is_never_overwritten(tmp_path: Path) -> None:
    capture = tmp_path / "lab.jsonl"
    capture.write_bytes(HEALTHY.read_bytes())

    ran = ocppscope("query", capture, "FROM messages", "-o", capture)

    assert ran.status == 2
    assert capture.read_bytes() == HEALTHY.read_bytes()


def test_a_folder_of_the_query_stays_nowhere(tmp_path: Path) -> None:
    assert ocppscope("query", HEALTHY, "FROM messages", TMPDIR=str(tmp_path)).status == 0
    assert ocppscope("query", HEALTHY, "SELECT text::INTEGER FROM messages", TMPDIR=str(tmp_path)).status == 2
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "duckdb.py").write_text("raise ImportError")
    path = str(tmp_path)

    ran = ocppscope("query", HEALTHY, "FROM messages", PYTHONPATH=path)
    assert ran.status == 2
    assert "pip install 'ocppscope[analytics]'" in ran.complaint
    output = tmp_path / "lab.parquet"
    ran = ocppscope("convert", HEALTHY, output, PYTHONPATH=path)
    assert ran.status == 2
    assert "pip install 'ocppscope[analytics]'" in ran.complaint
    assert not output.exists()
    assert ocppscope("query", HEALTHY, PYTHONPATH=path).status == 0  # the listing needs none


def test_convert_writes_any_table_as_parquet(tmp_path: Path) -> None:
    for table, name in ((None, "lab.parquet"), ("findings", "f.parquet")):
        extra = () if table is None else ("--table", table)
        ran = ocppscope("convert", FAULTS, tmp_path / name, *extra)
        assert ran.status == 0, ran.err

    with duckdb.connect() as other:
        messages = other.execute(
            "SELECT count(*), min(text[:1]) FROM read_parquet($path)", {"path": str(tmp_path / "lab.parquet")}
        )
        assert messages.fetchone() == (282, "[")
        findings = other.execute("SELECT count(*) FROM read_parquet($path)", {"path": str(tmp_path / "f.parquet")})
        assert findings.fetchone() == (20,)


def test_a_table_is_for_parquet_only(tmp_path: Path) -> None:
    ran = ocppscope("convert", FAULTS, tmp_path / "lab.har", "--table", "findings")

    assert ran.status == 2
    assert "--table is for parquet" in ran.complaint


def test_stdin_is_a_capture_too() -> None:
    ran = ocppscope(
        "query", "-", "SELECT count(*) > 0 AS any FROM messages", "--format", "json", stdin=HEALTHY.read_bytes()
    )

    assert json.loads(ran.out) == [{"any": True}]


def test_lines_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    capture = tmp_path / "lab.jsonl"
    capture.write_bytes(HEALTHY.read_bytes() + b"no record\n")

    ran = ocppscope("query", capture, "SELECT 1 AS n")

    assert ran.status == 0
    assert "1 line skipped" in ran.err
