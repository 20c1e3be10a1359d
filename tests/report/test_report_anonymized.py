"""The report of an anonymized capture is that of the capture, with other names."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ocppscope.capture.anonymity.anonymizer import Anonymizer
from ocppscope.capture.anonymity.known import SHORTEST, protocol_words
from ocppscope.capture.anonymity.shapes import folded
from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Record, encode
from ocppscope.report.diff.compare import compare
from ocppscope.report.diff.side import Side
from ocppscope.report.json import document
from ocppscope.report.reading import Reading

CAPTURES = sorted((Path(__file__).parents[2] / "captures").glob("*.jsonl"))
TRAFFIC = sorted((Path(__file__).parents[3] / "shared" / "traffic").glob("*.jsonl"))

every_recording = pytest.mark.parametrize("path", [*CAPTURES, *TRAFFIC], ids=lambda path: path.stem)


class Recording:
    """Records that are read like a capture."""

    path, format, vantage = "a capture", "native", "proxy"
    skipped, skipped_count = (), 0

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)


def report(records: Sequence[Record]) -> dict[str, Any]:
    reading = Reading()
    reading.read(Recording(records))  # type: ignore[arg-type]
    reading.finish()
    return document(reading)


def anonymized(records: Sequence[Record]) -> tuple[Anonymizer, list[Record]]:
    anonymizer = Anonymizer("pepper")
    anonymizer.learn(records)
    return anonymizer, list(anonymizer.anonymize(records))


def unlike(before: Any, after: Any, anonymizer: Anonymizer, path: str = "$") -> Iterator[str]:
    """Where two reports differ in more than names."""
    if isinstance(before, dict) and isinstance(after, dict):
        assert before.keys() == after.keys(), path
        for key in before:
            yield from unlike(before[key], after[key], anonymizer, f"{path}.{key}")
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        if len(before) != len(after):
            yield f"{path}: {len(before)} and {len(after)}"
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from unlike(one, other, anonymizer, f"{path}[{number}]")
    elif before != after and not _renamed(before, after, anonymizer):
        yield f"{path}: {before!r} and {after!r}"


def _renamed(before: Any, after: Any, anonymizer: Anonymizer) -> bool:
    if not (isinstance(before, str) and isinstance(after, str)):
        return False
    if folded(before) in anonymizer.pseudonyms.known:
        return anonymizer.pseudonyms.again(before) == after
    if anonymizer.texts.repeated(before) == after:
        return True
    # Names too short to be looked for in texts stand in evidence between quotation marks.
    for short in (name for name in anonymizer.pseudonyms.known if len(name) < SHORTEST):
        before = before.replace(f'"{short}"', f'"{anonymizer.pseudonyms.again(short)}"')
    return anonymizer.texts.repeated(before) == after


@every_recording
def test_rules_counts_times_transactions_and_ends_are_the_same(path: Path) -> None:
    records = list(open_capture(path))
    anonymizer, copy = anonymized(records)
    assert list(unlike(report(records), report(copy), anonymizer)) == []


@every_recording
def test_no_value_that_was_replaced_is_left(path: Path) -> None:
    records = list(open_capture(path))
    anonymizer, copy = anonymized(records)
    assert copy != records
    text = b"".join(map(encode, copy)).decode().lower()
    values = [value for value in anonymizer.pseudonyms.known if len(value) >= SHORTEST]
    assert values
    assert [value for value in values if value in text and value not in protocol_words()] == []


@every_recording
def test_the_diff_of_a_capture_and_its_copy_finds_only_names(path: Path) -> None:
    records = list(open_capture(path))
    sides = []
    for each in (records, anonymized(records)[1]):
        side = Side()
        side.read(Recording(each))  # type: ignore[arg-type]
        sides.append(side)
    comparison = compare(*sides)
    assert comparison.names
    assert not comparison.differs, comparison
