"""In which order captures are read: the parts of a run after each other, all else by time."""

from datetime import UTC, datetime

import msgspec

from ocppscope.capture.joining.outline import Outline


def chains(outlines: dict[int, Outline]) -> list[list[int]]:
    """The numbers of captures in the order of reading, those together that are parts of one run.

    Whatever else was recorded meanwhile comes before or after the whole run; what has no times comes at the end.
    """
    after: dict[int, int] = {}
    for number, outline in outlines.items():
        former = _part_before(outline, number, outlines)
        if former is not None and former not in after.values():
            after[number] = former
    following = {former: number for number, former in after.items()}
    found = [[number] for number in outlines if number not in after]
    for chain in found:
        while (number := following.get(chain[-1], -1)) >= 0:
            chain.append(number)
    return sorted(found, key=lambda chain: _when(outlines[chain[0]]))


def joined(outlines: list[Outline]) -> Outline:
    """The outline of a chain, as if it were one capture: its connections are those of the parts, one part after the other."""
    if len(outlines) == 1:
        return outlines[0]
    first = outlines[0]
    whole = msgspec.structs.replace(first, connections=[], sample={}, messages=sum(one.messages for one in outlines))
    whole.threshold = min(one.threshold for one in outlines)
    for one in outlines:
        before = len(whole.connections)
        whole.connections += one.connections
        for value, sampled in one.sample.items():
            if value <= whole.threshold:
                place = before + sampled.connection
                whole.sample.setdefault(value, msgspec.structs.replace(sampled, connection=place))
    return whole


def _part_before(outline: Outline, own: int, outlines: dict[int, Outline]) -> int | None:
    """The latest of the given parts before this one; some may be missing in between."""
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
