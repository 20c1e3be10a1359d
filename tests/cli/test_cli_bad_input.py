"""What is wrong is said in one line with the right exit status, and nothing from the wire is obeyed by the terminal."""

import json
import socket
import subprocess
from pathlib import Path

import pytest
from cli_support import command_line, ocppscope, recording

UNUSABLE, UNREACHABLE = 2, 3

READERS = [["report"], ["report", "--format", "json"], ["view", "--plain"]]
by_reader = pytest.mark.parametrize("reader", READERS, ids=" ".join)

HOSTILE = "\x1b]52;c;cm0gLXJmIC8=\x07 \x9b31m \u202e [/b] [red]x"
"""A clipboard write, a C1 control sequence, a direction override, and markup that Rich and Textual would obey or choke on."""


@by_reader
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "it is empty"),
        (b"Dear diary,\nnothing happened.\n", "not recognised"),
        (b"\x7fELF\x02\x01\x01" + bytes(4096), "it is a binary file"),
        (b"[" * 100_000, "not recognised"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 64, "cannot read"),
    ],
    ids=["empty", "prose", "binary", "100,000 brackets", "broken zstd"],
)
def test_a_file_that_is_no_capture(tmp_path: Path, reader: list[str], content: bytes, complaint: str) -> None:
    path = tmp_path / "it.jsonl"
    path.write_bytes(content)

    ran = ocppscope(*reader, path)

    assert ran.status == UNUSABLE
    assert complaint in ran.complaint
    assert str(path) in ran.complaint


@by_reader
def test_a_capture_that_is_not_there_or_is_a_directory(tmp_path: Path, reader: list[str]) -> None:
    missing, folder = ocppscope(*reader, tmp_path / "missing.jsonl"), ocppscope(*reader, tmp_path)

    assert (missing.status, folder.status) == (UNUSABLE, UNUSABLE)
    assert "missing.jsonl" in missing.complaint
    assert "directory" in folder.complaint


def test_an_empty_stdin() -> None:
    ran = ocppscope("report", "-")

    assert ran.status == UNUSABLE
    assert "empty" in ran.complaint


@pytest.mark.parametrize(
    "upstream",
    [
        "csms.example",
        "http://csms.example/",
        "ws://",
        "ws://h:99999/",
        "ws://[::1/",
        "ws://h/a b",
        "ws://user:secret@h/",
        "",
    ],
)
def test_an_upstream_that_is_no_usable_url(upstream: str) -> None:
    ran = ocppscope("proxy", upstream, "--headless")

    assert ran.status == UNUSABLE
    assert "upstream" in ran.complaint
    assert "secret" not in ran.err


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:http", "127.0.0.1:70000", "::1:9000"])
def test_an_address_to_listen_on_that_is_none(address: str) -> None:
    ran = ocppscope("proxy", "ws://127.0.0.1:9/", "--headless", "--listen", address)

    assert ran.status == UNUSABLE
    assert address in ran.complaint


def test_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = ocppscope("proxy", "ws://127.0.0.1:9/", "--headless", "--no-capture", "--listen", f"127.0.0.1:{port}")

    assert ran.status == UNREACHABLE
    assert f"127.0.0.1:{port}" in ran.complaint
    assert "in use" in ran.complaint


@pytest.mark.parametrize("command", [["report", "x"], ["view", "x"], ["proxy", "ws://127.0.0.1:9/"], ["pics", "show"]])
def test_an_unknown_profile(command: list[str]) -> None:
    ran = ocppscope(*command, *([] if command[0] == "pics" else ["--pics"]), "evon200")

    assert ran.status == UNUSABLE
    assert "evon200" in ran.complaint
    assert "evon200-40p-2cr" in ran.complaint


def test_a_profile_file_that_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[identity\n")

    ran = ocppscope("report", "x", "--pics", path)

    assert ran.status == UNUSABLE
    assert "mine.toml" in ran.complaint


def test_a_capture_option_that_names_another_kind_of_file(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear diary\n")

    ran = ocppscope("proxy", "ws://127.0.0.1:9/", "--headless", "--listen", "127.0.0.1:0", "--capture", path)

    assert ran.status == UNUSABLE
    assert "letter.txt" in ran.complaint
    assert path.read_text() == "Dear diary\n"


def test_certificate_options_that_do_not_fit_together(tmp_path: Path) -> None:
    key_alone = ocppscope("proxy", "ws://127.0.0.1:9/", "--headless", "--key", tmp_path / "k.pem")
    missing = ocppscope(
        "proxy", "ws://127.0.0.1:9/", "--headless", "--cert", tmp_path / "no.pem", "--key", tmp_path / "k.pem"
    )

    assert (key_alone.status, missing.status) == (UNUSABLE, UNUSABLE)
    assert "--cert" in key_alone.complaint
    assert "no.pem" in missing.complaint


def test_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    capture = recording(tmp_path / "a.jsonl", (0, ">", [2, "1", "Heartbeat", {}]))

    ran = ocppscope("report", capture, "-o", tmp_path / "no" / "such" / "folder.txt")

    assert ran.status == UNUSABLE
    assert "folder.txt" in ran.complaint


def test_a_report_never_overwrites_its_capture(tmp_path: Path) -> None:
    capture = recording(tmp_path / "a.jsonl", (0, ">", [2, "1", "Heartbeat", {}]))
    before = capture.read_bytes()
    (tmp_path / "link").symlink_to(capture)

    ran = ocppscope("report", capture, "-o", tmp_path / "link")

    assert ran.status == UNUSABLE
    assert "is one of the captures" in ran.complaint
    assert capture.read_bytes() == before


@by_reader
def test_a_full_disk_behind_stdout(tmp_path: Path, reader: list[str]) -> None:
    capture = recording(tmp_path / "a.jsonl", (0, ">", [2, "1", "Heartbeat", {}]))
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            command_line(*reader, capture), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert ran.returncode == UNUSABLE
    assert ran.stderr == "ocppscope: the output cannot be written: No space left on device\n"


@by_reader
def test_a_closed_stdout_is_no_fault(tmp_path: Path, reader: list[str]) -> None:
    capture = recording(tmp_path / "a.jsonl", (0, ">", [2, "1", "Heartbeat", {}]))
    shell = ["sh", "-c", '"$@" >&-', "sh", *command_line(*reader, capture)]

    ran = subprocess.run(shell, stderr=subprocess.PIPE, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


@by_reader
def test_a_line_of_100_mb_costs_that_line_only(tmp_path: Path, reader: list[str]) -> None:
    path = recording(tmp_path / "a.jsonl", (0, ">", [2, "1", "Heartbeat", {}]))
    before = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"ts":"2026-03-01T12:00:01Z","dir":"cs>csms","data":"')
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n')
        file.write(before.replace(b'\\"1\\"', b'\\"2\\"'))

    ran = ocppscope(*reader, path)

    assert ran.status == 0
    assert "Heartbeat" in ran.out
    assert "Traceback" not in ran.err
    said = ran.out + ran.err
    assert "line 2" in said or '"line": 2' in said
    assert len(ran.out) < 10_000


@by_reader
def test_deep_nesting_is_a_finding_and_no_crash(tmp_path: Path, reader: list[str]) -> None:
    deep = '[2,"2","Heartbeat",' + "[" * 100_000 + "]" * 100_000 + "]"
    path = recording(
        tmp_path / "a.jsonl",
        (0, ">", [2, "1", "Heartbeat", {}]),
        (1, ">", deep),
        (2, ">", "[" * 100_000),
        (3, ">", [2, "3", "Heartbeat", {}]),
    )

    ran = ocppscope(*reader, path)

    assert (ran.status, ran.err) == (0, "")
    assert "RPC-001" in ran.out
    assert len(ran.out) < 20_000


@by_reader
def test_nothing_from_the_wire_is_obeyed_by_the_terminal(tmp_path: Path, reader: list[str]) -> None:
    boot = {"chargePointVendor": HOSTILE[:20], "chargePointModel": "[/b]", "firmwareVersion": HOSTILE}
    path = recording(
        tmp_path / "a.jsonl",
        (0, ">", [2, HOSTILE, "BootNotification", boot]),
        (1, "<", [4, HOSTILE, HOSTILE, HOSTILE, {}]),
        (2, ">", [2, "2", HOSTILE, {}]),
        (3, ">", [3, HOSTILE, {}]),
        (4, ">", "\x1b[31mno json at all"),
    )

    ran = ocppscope(*reader, path, FORCE_COLOR="")

    assert (ran.status, ran.err) == (0, "")
    assert "[/b]" in ran.out
    for character in HOSTILE + "\x1b":
        assert character.isprintable() or character not in ran.out


def test_a_hostile_file_name_is_not_obeyed_either(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m[red].jsonl"
    ran = ocppscope("report", path)
    assert (ran.status, "\x1b" in ran.err) == (2, False)

    recording(path, (0, ">", [2, "1", "Heartbeat", {}]))
    text = ocppscope("report", path)
    assert (text.status, "\x1b" in text.out) == (0, False)
    assert json.loads(ocppscope("report", path, "--format", "json").out)["captures"][0]["path"] == str(path)


def test_a_fault_of_our_own_is_one_line_and_its_traceback_is_kept(tmp_path: Path) -> None:
    capture = recording(tmp_path / "a.jsonl", (0, ">", [2, "1", "Heartbeat", {}]))
    saboteur = tmp_path / "sitecustomize.py"
    saboteur.write_text(
        "import ocppscope.report.reading as r\ndef boom(*_): raise ZeroDivisionError('made up')\nr.Reading.read = boom\n"
    )

    ran = ocppscope("report", capture, PYTHONPATH=str(tmp_path))

    assert ran.status == 70
    (line,) = ran.err.splitlines()
    assert "internal error" in line
    assert "made up" in line
    kept = Path(line.rpartition(" with ")[2])
    assert "Traceback" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
