"""What of several captures is read, in which order, and what is left out because another one has it."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from ocppscope.capture.joining.outline import Outline
from ocppscope.capture.joining.sameness import ENOUGH, Periods, Seen, better, same_traffic, stations_of
from ocppscope.capture.source import STDIN

MOST_OVERLAP = 0.5
"""A connection is left out when the better capture was watching for so much of its time."""


class LeftOut(msgspec.Struct, frozen=True):
    """What of a capture is not read, because another capture has it.

    Attributes:
        station: whose traffic, as this capture calls it; None for all of the capture.
        kept: path of the capture that has it.
        messages: how many; 0 where nobody counted.
        offset: seconds by which this capture's clock is ahead of the other one's; None where that is not known.
    """

    station: str | None
    kept: str
    messages: int = 0
    offset: float | None = None

    @property
    def sentence(self) -> str:
        """For people; paths and identities in it are raw."""
        if self.station is None:
            return f"left out: the same capture as {self.kept}"
        clocks = "" if self.offset is None else f"; {_clock_words(self.offset)}"
        what = f"{self.messages:,} message{'' if self.messages == 1 else 's'} of {self.station}"
        return f"left out: {what}, the same traffic as in {self.kept}{clocks}"


class Planned(msgspec.Struct):
    """One capture of several.

    Attributes:
        path: as given.
        left_out: what of it is not read.
        places: the connections that this means (see `ocppscope.capture.joining.outline.Places`).
        whole: nothing of it is read.
    """

    path: str
    left_out: list[LeftOut] = []
    places: set[int] = set()
    whole: bool = False


def plan(paths: Sequence[str], look: Callable[[Sequence[str]], Iterable[Outline]]) -> list[Planned]:
    """Decide.

    Args:
        paths: as the user gave them; one that can be read only once is left as it is, after the others.
        look: outlines captures, in the order given. Asked only when there are several to compare.

    Returns:
        One entry for each path, in the order of reading.
    """
    first: dict[object, str] = {}
    planned: dict[int, Planned] = {}
    kept: list[int] = []
    once: list[int] = []
    for number, path in enumerate(paths):
        same = first.setdefault(_identity(path), path)
        planned[number] = Planned(path, [], set())
        if same is not path:
            planned[number] = Planned(path, [LeftOut(None, same)], set(), whole=True)
        elif _is_file(path):
            kept.append(number)
        else:
            once.append(number)
    if len(kept) < 2:
        return list(planned.values())
    outlines = dict(zip(kept, look([paths[number] for number in kept]), strict=True))
    _leave_out_copies(outlines, planned)
    _leave_out_stations({number: one for number, one in outlines.items() if not planned[number].whole}, planned)
    order = _in_order(outlines) + once
    return [planned[number] for number in (*order, *(number for number in planned if number not in set(order)))]


def _leave_out_copies(outlines: dict[int, Outline], planned: dict[int, Planned]) -> None:
    """Of captures with the same messages at the same times, also compressed or in another format, the best is read."""
    known: dict[tuple[bytes, datetime | None, datetime | None], int] = {}
    for number, outline in sorted(outlines.items(), key=lambda item: (item[1].format != "native", item[0])):
        if not outline.messages:
            continue
        original = known.setdefault((outline.digest, outline.first, outline.last), number)
        if original != number and _may_be_one(outlines[original], outline):
            planned[number].left_out.append(LeftOut(None, planned[original].path, outline.messages))
            planned[number].whole = True


def _may_be_one(one: Outline, other: Outline) -> bool:
    """Whether no two identities contradict it."""
    named = [{of.station for of in outline.connections if of.named} for outline in (one, other)]
    return not named[0] or not named[1] or named[0] == named[1]


def _leave_out_stations(outlines: dict[int, Outline], planned: dict[int, Planned]) -> None:
    """Of two captures with the same traffic of a station the better is read."""
    pairs: list[_Pair] = []
    for later, number in enumerate(numbers := list(outlines)):
        for former in numbers[:later]:
            pairs += _pairs(former, outlines[former], number, outlines[number])
    # The least first, and never in favour of what is itself left out: so one of each circle stays.
    for pair in sorted(pairs, key=lambda pair: pair.lose[1].messages):
        if not pair.keep[1].connections.keys() <= planned[pair.keep[0]].places:
            _leave_out(planned[pair.lose[0]], pair.keep[1], pair.lose[1], pair.offset)


class _Pair(NamedTuple):
    """One station in two captures, each with its number: which to keep, and by how much the other's clock is ahead."""

    keep: tuple[int, Seen]
    lose: tuple[int, Seen]
    offset: float | None


def _pairs(first: int, one: Outline, second: int, other: Outline) -> Iterator[_Pair]:
    """The stations whose traffic is in both captures."""
    if len(one.sample.keys() & other.sample.keys()) < ENOUGH:
        return
    sides = {seen.station: seen for seen in stations_of(one)}, {seen.station: seen for seen in stations_of(other)}
    shared = {
        (
            one.connections[one.sample[value].connection].station,
            other.connections[other.sample[value].connection].station,
        )
        for value in one.sample.keys() & other.sample.keys()
    }
    for here, there in sorted(shared):
        mine, its = sides[0][here], sides[1][there]
        same = same_traffic(mine, its)
        if same is None:
            continue
        ours, theirs = (first, mine), (second, its)
        if better(mine, its, same.offset) is mine:
            yield _Pair(ours, theirs, same.offset)
        else:
            yield _Pair(theirs, ours, None if same.offset is None else -same.offset)


def _leave_out(planned: Planned, keep: Seen, lose: Seen, offset: float | None) -> None:
    shift = None if offset is None else -round(offset * 1e9)
    periods = Periods(keep.connections.values())
    places = {
        place
        for place, one in lose.connections.items()
        if place not in planned.places
        and (shift is None or periods.covered(one.first + shift, one.last + shift) >= MOST_OVERLAP)
    }
    if not places:
        return
    planned.places |= places
    messages = sum(lose.connections[place].messages for place in places)
    planned.left_out.append(LeftOut(lose.station, keep.outline.path, messages, offset))
    planned.whole = len(planned.places) == len(lose.outline.connections) and lose.outline.format != "native"


def _in_order(outlines: dict[int, Outline]) -> list[int]:
    """Parts of one run after each other, whatever else was recorded meanwhile; all else by time, what has none at the end."""
    after = {
        number: former
        for number, outline in outlines.items()
        if (former := _part_before(outline, number, outlines)) is not None
    }
    chains: dict[int, list[int]] = {number: [number] for number in outlines if number not in after}
    following = {former: number for number, former in after.items()}
    for chain in chains.values():
        while (number := following.get(chain[-1], -1)) >= 0:
            chain.append(number)
    ordered = sorted(chains.values(), key=lambda chain: _when(outlines[chain[0]]))
    return [number for chain in ordered for number in chain]


def _part_before(outline: Outline, own: int, outlines: dict[int, Outline]) -> int | None:
    if outline.begins is None or outline.begins[1] < 2:
        return None
    run, part = outline.begins
    earlier = [
        (one.ends[1], number)
        for number, one in outlines.items()
        if number != own and one.ends is not None and one.ends[0] == run and one.ends[1] < part
    ]
    return max(earlier)[1] if earlier else None


def _when(outline: Outline) -> tuple[bool, datetime]:
    timed = outline.first is not None and all(connection.timed for connection in outline.connections)
    return not timed, outline.first if timed and outline.first is not None else datetime.max.replace(tzinfo=UTC)


def _identity(path: str) -> object:
    """The same for two names of one file."""
    if path == STDIN:
        return path
    try:
        facts = os.stat(path)  # noqa: PTH116 - a name with a NUL raises ValueError in both
    except (OSError, ValueError):
        return path
    return facts.st_dev, facts.st_ino


def _is_file(path: str) -> bool:
    try:
        return path != STDIN and os.path.isfile(path)  # noqa: PTH113
    except ValueError:
        return False


def _clock_words(offset: float) -> str:
    if abs(offset) < 0.0005:
        return "both clocks agree"
    size = abs(offset)
    amount = f"{size:.3f} s" if size < 120 else f"{size / 3600:.2f} h" if size >= 7200 else f"{size / 60:.1f} min"
    return f"its clock is {amount} {'ahead' if offset > 0 else 'behind'}"
