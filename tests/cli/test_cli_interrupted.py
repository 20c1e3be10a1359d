"""Ctrl+C in long work: a report of what was read so far, a conversion of it, and no file left that nobody named."""

import json
import signal
import subprocess
from pathlib import Path

import duckdb
import pytest
from cli_support import TIMEOUT, command_line

LINE = '{{"ts": "2026-03-01T12:00:00Z", "dir": "cs>csms", "data": "[2,\\"{}\\",\\"Heartbeat\\",{{}}]"}}\n'
MANY = "".join(LINE.format(number) for number in range(20_000)).encode()
"""Far more than a pipe holds: whoever has taken all but the last of it is busy reading."""


def interrupted(*arguments: str | Path, number: signal.Signals = signal.SIGINT, tmp: Path) -> tuple[int, str, str]:
    """Run the program on a pipe, and send it a signal while it reads; its status and what it said."""
    with subprocess.Popen(
        command_line(*arguments),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={"TMPDIR": str(tmp), "PATH": "/usr/bin:/bin", "HOME": str(tmp)},
    ) as run:  # fmt: skip
        assert run.stdin is not None
        run.stdin.write(MANY)
        run.stdin.flush()
        run.send_signal(number)
        try:
            out, err = run.communicate(MANY, timeout=TIMEOUT)
        finally:
            run.kill()
        return run.returncode, out.decode(), err.decode()


def test_a_report_is_of_what_was_read_and_says_so(tmp_path: Path) -> None:
    status, out, err = interrupted("report", "-", "--format", "json", tmp=tmp_path)

    assert status == 130
    assert err == "interrupted: the report is of what was read so far\n"
    report = json.loads(out)
    assert report["captures"][0]["cut_short"] is True
    assert 0 < report["counts"]["messages"] < 40_000


def test_the_text_says_it_where_it_lists_what_was_read(tmp_path: Path) -> None:
    status, out, _ = interrupted("report", "-", "--fail-on", "error", tmp=tmp_path)

    assert status == 130
    assert "interrupted: nothing after this was read" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_query_that_is_interrupted_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    status, out, err = interrupted("query", "-", "FROM messages", number=number, tmp=tmp_path)

    assert (status, out, err.strip()) == (130, "", "ocppscope: interrupted")
    assert list(tmp_path.glob("ocppscope*")) == []


def test_what_was_converted_to_parquet_stays_and_can_be_read(tmp_path: Path) -> None:
    output = tmp_path / "lab.parquet"
    status, _, _ = interrupted("convert", "-", output, "--table", "messages", tmp=tmp_path)

    assert status == 130
    with duckdb.connect() as other:
        rows = other.execute("SELECT count(*), count(DISTINCT number) FROM read_parquet($path)", {"path": str(output)})
        count, distinct = rows.fetchone() or (0, 0)
    assert 0 < count == distinct < 40_000
    assert list(tmp_path.glob("ocppscope-query*")) == []


def test_what_was_converted_to_another_format_stays_and_can_be_read(tmp_path: Path) -> None:
    output = tmp_path / "lab.jsonl.zst"
    status, _, _ = interrupted("convert", "-", output, tmp=tmp_path)

    assert status == 130
    listed = subprocess.run(
        command_line("report", output, "--format", "json"), capture_output=True, check=True, timeout=TIMEOUT
    )
    assert json.loads(listed.stdout)["counts"]["messages"] > 0
