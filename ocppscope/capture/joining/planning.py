"""What of several captures is read, in which order, and what is left out because another one has it."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from ocppscope.capture.formats import native
from ocppscope.capture.joining.order import chains, joined
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
    first: dict[object, int] = {}
    planned: dict[int, Planned] = {}
    kept: list[int] = []
    once: list[int] = []
    for number, path in enumerate(paths):
        same = first.setdefault(_identity(path), number)
        planned[number] = Planned(path, [], set())
        if same != number:
            planned[number] = Planned(path, [LeftOut(None, paths[same])], set(), whole=True)
        elif _is_file(path):
            kept.append(number)
        else:
            once.append(number)
    if len(kept) < 2:
        return list(planned.values())
    outlines = dict(zip(kept, look([paths[number] for number in kept]), strict=True))
    _leave_out_copies(outlines, planned)
    runs = chains({number: one for number, one in outlines.items() if not planned[number].whole})
    _leave_out_stations([_Run([(outlines[number], planned[number]) for number in run]) for run in runs])
    order = dict.fromkeys([number for run in runs for number in run] + once)
    return [planned[number] for number in order | dict.fromkeys(planned)]


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


class _Run:
    """The parts of one run, or a capture by itself."""

    def __init__(self, parts: list[tuple[Outline, Planned]]) -> None:
        self._parts = parts
        self.outline = joined([outline for outline, _ in parts])
        self.left_out: set[int] = set()
        """Places of connections, in the outline of the whole run."""

    def leave_out(self, station: str, places: set[int], kept: str, offset: float | None) -> None:
        """Take connections of a station out of every part that has some."""
        self.left_out |= places
        begin = 0
        for outline, planned in self._parts:
            own = {place - begin for place in places if begin <= place < begin + len(outline.connections)}
            begin += len(outline.connections)
            if not own:
                continue
            planned.places |= own
            messages = sum(outline.connections[place].messages for place in own)
            planned.left_out.append(LeftOut(station, kept, messages, offset))
            planned.whole = len(planned.places) == len(outline.connections) and outline.format != native.NAME


class _Pair(NamedTuple):
    """One station in two runs: which to keep, and by how much the other's clock is ahead."""

    keep: tuple[_Run, Seen]
    lose: tuple[_Run, Seen]
    offset: float | None


def _leave_out_stations(runs: list[_Run]) -> None:
    """Of two captures with the same traffic of a station the better is read."""
    pairs = [pair for later, run in enumerate(runs) for former in runs[:later] for pair in _pairs(former, run)]
    # The least first, and never in favour of what is itself left out: so one of each circle stays.
    for pair in sorted(pairs, key=lambda pair: pair.lose[1].messages):
        (better_run, keep), (run, lose) = pair.keep, pair.lose
        if keep.connections.keys() <= better_run.left_out:
            continue
        shift = None if pair.offset is None else -round(pair.offset * 1e9)
        periods = Periods(keep.connections.values())
        places = {
            place
            for place, one in lose.connections.items()
            if shift is None or periods.covered(one.first + shift, one.last + shift) >= MOST_OVERLAP
        }
        if places - run.left_out:
            run.leave_out(lose.station, places - run.left_out, better_run.outline.path, pair.offset)


def _pairs(first: _Run, second: _Run) -> Iterator[_Pair]:
    """The stations whose traffic is in both."""
    one, other = first.outline, second.outline
    both = one.sample.keys() & other.sample.keys()
    if len(both) < ENOUGH:
        return
    sides = {seen.station: seen for seen in stations_of(one)}, {seen.station: seen for seen in stations_of(other)}
    shared = {
        (
            one.connections[one.sample[value].connection].station,
            other.connections[other.sample[value].connection].station,
        )
        for value in both
    }
    for here, there in sorted(shared):
        mine, its = sides[0][here], sides[1][there]
        same = same_traffic(mine, its)
        if same is None:
            continue
        if better(mine, its, same.offset) is mine:
            yield _Pair((first, mine), (second, its), same.offset)
        else:
            yield _Pair((second, its), (first, mine), None if same.offset is None else -same.offset)


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
