"""Files that are no certificate, or cannot be read."""

import os
import random
import stat
from pathlib import Path

import certificate_support as made_up
import pytest

from ocppscope.pics import library
from ocppscope.pics.certificate.importing import import_certificate
from ocppscope.pics.profile import ProfileError


def refusal(path: Path) -> str:
    with pytest.raises(ProfileError) as caught:
        import_certificate(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(f"{path}: ")
    return message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"Once upon a time\n" * 1000, "is no OCA certificate"),
        (bytes(range(256)) * 100, "is no text"),
        (b"\x00" * 1000, "is no text"),
        (b"PK\x03\x04" + b"\x00" * 100, "is a zip archive"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "is an old Office document"),
        (b"\x1f\x8b" + b"\x00" * 100, "is gzipped"),
        (b"\xff\xfe" + b"\x00\xd8" * 3, "not a text in UTF-16"),
        (b"{\\rtf1 hello}", "is an RTF document"),
    ],
    ids=["empty", "blank", "story", "bytes", "zeros", "zip", "office", "gzip", "UTF-16", "RTF"],
)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_a_file_of_another_kind_is_named_for_what_it_is(
    tmp_path: Path, suffix: str, content: bytes, reason: str
) -> None:
    path = tmp_path / f"certificate{suffix}"
    path.write_bytes(content)

    assert reason in refusal(path)


def test_ten_megabytes_of_noise_are_refused_unread(tmp_path: Path) -> None:
    words = made_up.STATION_2024.split(" ")
    noise = " ".join(random.Random(16).choices(words, k=60_000))
    path = tmp_path / "noise.txt"
    path.write_text((noise * (10_000_000 // len(noise) + 1))[:10_000_000], encoding="utf-8")

    assert "larger than 2 MB" in refusal(path)


def test_a_certificate_with_a_megabyte_of_noise_behind_it_is_read(tmp_path: Path) -> None:
    words = ["lorem", "ipsum", "dolor", "sit", "amet", "consectetur"]
    generator = random.Random(16)
    noise = "\n".join(" ".join(generator.choices(words, k=20)) for _ in range(8_000))
    path = tmp_path / "noisy.txt"
    path.write_text(f"{made_up.STATION_2024}\n{noise}\n", encoding="utf-8")

    assert library.load(str(path)).derived.limits["get_configuration_max_keys"] == 20


def test_what_is_no_file_is_said_so(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)

    assert "is a directory" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "missing.txt")
    assert "is not a regular file" in refusal(pipe)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(made_up.STATION_2024, encoding="utf-8")
    path.chmod(stat.S_IWUSR)

    assert "cannot be read: Permission denied" in refusal(path)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".TXT"])
def test_a_certificate_is_loaded_like_a_profile(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"certificate{suffix}"
    path.write_text(made_up.STATION_2024, encoding="utf-8")

    profile = library.load(str(path))

    assert profile.name == "ex-60-a"
    assert profile.limit("Reset") == 45
    assert profile.vendor_settings[0].value is None
    assert profile.matches("Example Chargers", "EX-60/A")
