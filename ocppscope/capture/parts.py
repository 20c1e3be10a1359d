"""The parts of a capture that was rotated: what they are called, and how one leads to the next.

The first part has the name that the user gave, ``lab.jsonl``; later ones are ``lab.0002.jsonl``, ``lab.0003.jsonl``, …
A part that is finished may be compressed: ``lab.0002.jsonl.zst``. Its last line, a `Note` with ``next``, names the file
that goes on, and the first line there, a `Header` with ``previous``, names it in turn. Only what is linked in this way is
taken for a part, whatever its name: nothing else is ever read on into, or deleted.

Names in links are those of the plain files. A part that is older than the last one may be gone (``--keep``).
"""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ocppscope.capture.compression import DamagedError, inflater_for
from ocppscope.capture.formats import native
from ocppscope.capture.record import Header
from ocppscope.capture.source import COMPRESSED

_HEAD = 64 * 1024
"""Bytes in which the first line of a part must end."""


class Family(msgspec.Struct, frozen=True):
    """The names of a capture's parts.

    Attributes:
        folder: where they lie.
        stem, ending: ``lab`` and ``.jsonl``.
    """

    folder: Path
    stem: str
    ending: str

    @classmethod
    def of(cls, path: Path) -> "Family":
        """The family whose first part is this file."""
        name = plain_name(path.name)
        stem, dot, ending = name.rpartition(".")
        return cls(path.parent, stem, dot + ending) if stem else cls(path.parent, name, "")

    def name(self, number: int) -> str:
        """The plain name of a part."""
        return f"{self.stem}{self.ending}" if number == 1 else f"{self.stem}.{number:04d}{self.ending}"

    def numbers(self) -> list[int]:
        """The numbers that are taken in the folder, by whatever, in order."""
        pattern = re.compile(re.escape(self.stem) + r"(?:\.([0-9]{4,9}))?" + re.escape(self.ending), re.ASCII)
        try:
            names = os.listdir(self.folder)  # noqa: PTH208 - a folder may hold 100,000 files: names suffice
        except OSError:
            return []
        found = (pattern.fullmatch(plain_name(name)) for name in names)
        return sorted({int(match[1] or 1) for match in found if match})


def plain_name(name: str) -> str:
    """The name without ``.zst``."""
    return name.removesuffix(COMPRESSED)


def where_is(path: Path) -> Path | None:
    """A part as it lies there now, compressed or not, by either name; None when it is gone."""
    plain = path.with_name(plain_name(path.name))
    # In this order: the compressed file is there before the plain one goes away.
    return next((place for place in (path, plain, plain.with_name(plain.name + COMPRESSED)) if place.exists()), None)


def header_of(path: Path) -> Header | None:
    """The first line of a file, if it is a header."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # what is read of a pipe is gone
            return None
        data = os.read(descriptor, _HEAD)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    compressed = inflater_for(data)
    line = bytearray()
    try:
        for piece in [data] if compressed is None else compressed[1].inflate(data):
            line += piece
            if b"\n" in piece:
                break
    except DamagedError:
        return None
    head, newline, _ = bytes(line).partition(b"\n")
    try:
        record = native.decode_line(head)
    except native.LineError:
        return None
    return record if newline and isinstance(record, Header) else None


def next_part(path: Path, name: str) -> Path | None:
    """The part that a part's last line names; None when it is not there, or does not say that it goes on with this one."""
    if not name or Path(name).name != name:
        return None
    found = where_is(path.with_name(name))
    return found if found is not None and _goes_on(found, path) else None


def parts_before(path: Path) -> list[Path]:
    """The parts before this one, as far as they are there, the oldest first."""
    found: list[Path] = []
    seen = {plain_name(path.name)}
    header = header_of(path)
    while header is not None and header.part > 1 and header.previous:
        name = plain_name(header.previous)
        if name in seen or Path(name).name != name:
            break
        seen.add(name)
        place = where_is(path.with_name(name))
        if place is None:
            break
        header = header_of(place)
        if header is None:
            break
        found.append(place)
    return found[::-1]


def parts_from(path: Path) -> list[Path]:
    """A part, as it lies there now, and all that follow it."""
    place = where_is(path)
    if place is None:
        return []
    after: dict[str, Path] = {}
    for part in _later_parts(path):
        header = header_of(part)
        if header is not None and header.previous:
            after.setdefault(plain_name(header.previous), part)
    found = [place]
    while (following := after.pop(plain_name(found[-1].name), None)) is not None:
        found.append(following)
    return found


def first_part(path: Path) -> Path:
    """Where to begin to read: the file itself, or compressed, or the oldest part that is left of it.

    A file of which nothing is there is returned as it is named.
    """
    place = where_is(path)
    if place is not None:
        return place
    return next((part for part in _family(path) if _is_later(part)), path)


def last_part(path: Path) -> Path:
    """Where to write on: the latest part of a capture, or the file itself if it was never rotated."""
    return next((part for part in reversed(list(_family(path))) if _is_later(part)), path)


def in_order(paths: Iterable[Path]) -> list[Path]:
    """Files that a user named, each once; parts of one capture in their order, in the place of the first one named."""
    given = list(dict.fromkeys(paths))
    by_name = {path.with_name(plain_name(path.name)): path for path in given}
    before: dict[Path, Path] = {}
    for path in given:
        header = header_of(path)
        if header is not None and header.previous and Path(header.previous).name == header.previous:
            former = by_name.get(path.with_name(plain_name(header.previous)))
            if former is not None and former is not path:
                before[path] = former
    after = {former: path for path, former in before.items()}
    ordered: dict[Path, None] = {}
    for path in given:
        passed = {path}
        while path in before and before[path] not in passed and before[path] not in ordered:
            path = before[path]  # noqa: PLW2901 - the way back to the first of them
            passed.add(path)
        while path not in ordered:
            ordered[path] = None
            path = after.get(path, path)  # noqa: PLW2901 - and forward again
    return list(ordered)


def _goes_on(part: Path, before: Path) -> bool:
    header = header_of(part)
    return header is not None and header.previous is not None and plain_name(header.previous) == plain_name(before.name)


def _is_later(part: Path) -> bool:
    header = header_of(part)
    return header is not None and header.part > 1


def _family(path: Path) -> Iterable[Path]:
    """What is called like a later part of the capture that begins with this file, in order."""
    family = Family.of(path)
    return _members(family, above=1)


def _later_parts(path: Path) -> Iterable[Path]:
    """What may come after a file: it may be a first part, or by its name a later one."""
    yield from _family(path)
    family = Family.of(path)
    match = re.fullmatch(r"(.+)\.([0-9]{4,9})", family.stem, re.ASCII)
    if match is not None:
        yield from _members(msgspec.structs.replace(family, stem=match[1]), above=int(match[2]))


def _members(family: Family, above: int) -> Iterable[Path]:
    for number in family.numbers():
        place = where_is(family.folder / family.name(number)) if number > above else None
        if place is not None:
            yield place
