"""``anonymize``: what comes out, what is said about it, and how it is told what to leave."""

import json
from pathlib import Path

import pytest
from cli_support import ocppscope, recording

CAPTURES = Path(__file__).parents[2] / "captures"


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A card and a serial number, made up."""
    return recording(
        tmp_path / "CP-4711.jsonl",
        (0, ">", [2, "1", "BootNotification", {"chargePointVendor": "Made", "chargePointModel": "Up", "iccid": "89490000000012345678"}]),
        (1, "<", [3, "1", {"status": "Accepted", "interval": 300, "currentTime": "2026-03-01T12:00:00Z"}]),
        (2, ">", [2, "2", "Authorize", {"idTag": "CARD-77"}]),
        (3, "<", [4, "2", "GenericError", "CARD-77 is not known", {}]),
    )  # fmt: skip


def test_a_capture_is_written_without_the_names_and_what_was_replaced_is_counted(capture: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    ran = ocppscope("anonymize", capture, output)
    assert (ran.status, ran.out) == (0, "")
    text = output.read_text()
    assert [name for name in ("CP-4711", "CARD-77", "89490000000012345678") if name in text] == []
    assert "Made" in text
    assert "replaced: 1 stations (1 places), 1 tags (2 places), 1 serials (1 places)" in ran.err
    assert "random salt" in ran.err


def test_with_a_salt_the_pseudonyms_are_the_same_again(capture: Path, tmp_path: Path) -> None:
    outputs = []
    for number, salt in enumerate(("pepper", "pepper", "ginger")):
        ran = ocppscope("anonymize", capture, tmp_path / f"{number}.jsonl", "--salt", salt)
        assert (ran.status, "random" in ran.err) == (0, False)
        outputs.append((tmp_path / f"{number}.jsonl").read_text())
    assert outputs[0] == outputs[1] != outputs[2]


def test_kinds_can_be_kept_and_dropped(capture: Path, tmp_path: Path) -> None:
    ran = ocppscope("anonymize", capture, tmp_path / "o.jsonl", "--keep", "tags,stations", "--drop", "serials")
    assert ran.status == 0
    text = (tmp_path / "o.jsonl").read_text()
    assert text.count("CARD-77") == 2
    assert "CP-4711" in text
    assert "10000000000000000000" in text
    assert "kept: stations, tags" in ran.err


def test_stdin_and_stdout_are_read_and_written_like_files(capture: Path) -> None:
    ran = ocppscope("anonymize", "-", "-", "--to", "native", "--salt", "pepper", stdin=capture.read_bytes())
    assert ran.status == 0
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["kind"] for line in lines] == ["header", "opened", *["message"] * 4]
    assert "CARD-77" not in ran.out, (
        "also in the text that came after it was named, and before the pipe was read to its end"
    )


def test_the_copy_can_be_of_another_format_and_compressed(tmp_path: Path) -> None:
    for name in ("copy.har", "copy.jsonl.zst", "copy.pcapng", "copy.csv"):
        assert ocppscope("anonymize", CAPTURES / "field-faults-1.6.jsonl", tmp_path / name).status == 0
        ran = ocppscope("report", tmp_path / name, "--format", "json")
        assert ran.status == 0
        assert json.loads(ran.out)["counts"]["messages"] > 250


def test_report_of_the_copy_finds_the_same(tmp_path: Path) -> None:
    source, copy = CAPTURES / "field-faults-1.6.jsonl", tmp_path / "copy.jsonl"
    assert ocppscope("anonymize", source, copy).status == 0
    before, after = (json.loads(ocppscope("report", path, "--format", "json").out) for path in (source, copy))
    for key in ("counts", "exchanges", "latency"):
        assert before[key] == after[key]
    assert [(row["rule"], row["count"], row["records"]) for row in before["findings"]] == [
        (row["rule"], row["count"], row["records"]) for row in after["findings"]
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--keep", "names"), "there is no kind 'names'"),
        (("--keep", "tags", "--drop", "tags"), "--keep and --drop of tags"),
        (("--to", "word"), "there is no format 'word' to write"),
    ],
)
def test_a_mistake_is_one_line(capture: Path, tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    ran = ocppscope("anonymize", capture, tmp_path / "o.jsonl", *arguments)
    assert ran.status == 2
    assert complaint in ran.complaint
    assert not (tmp_path / "o.jsonl").exists()


def test_nothing_is_overwritten_without_being_told(capture: Path, tmp_path: Path) -> None:
    before = capture.read_bytes()
    assert ocppscope("anonymize", capture, capture, "--force").status == 2
    (tmp_path / "there.jsonl").write_text("mine")
    assert ocppscope("anonymize", capture, tmp_path / "there.jsonl").status == 2
    assert (tmp_path / "there.jsonl").read_text() == "mine"
    assert capture.read_bytes() == before
    assert ocppscope("anonymize", capture, tmp_path / "there.jsonl", "--force").status == 0


def test_help_names_the_kinds_and_completion_knows_them() -> None:
    shown = ocppscope("anonymize", "--help")
    assert shown.status == 0
    assert "vendor-data" in shown.out
    completed = ocppscope(
        _OCPPSCOPE_COMPLETE="bash_complete", COMP_WORDS="ocppscope anonymize --keep tags,cer", COMP_CWORD="3"
    )
    assert "tags,certificates" in completed.out
