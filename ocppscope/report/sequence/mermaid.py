"""A sequence diagram as Mermaid text, which many trackers and wikis draw."""

import re
from collections.abc import Iterator

from ocppscope.capture.record import UNDATED
from ocppscope.model.visible import visible
from ocppscope.protocol.roles import Direction
from ocppscope.report.duration import duration
from ocppscope.report.sequence.ladder import LONG_PAUSE, Ladder, Step

MOST_STEPS = 300

MOST_CHARACTERS = 45_000
"""Mermaid refuses a text of more than 50,000."""

LONGEST_LABEL = 90

_SPECIAL = re.compile(r"[^\w \t.,()/+=%·…×→←✖▲●◷-]")
"""What means something to Mermaid, or could: each becomes an entity, which is drawn as the character."""

_ALIAS_SPECIAL = re.compile(r"[^\w .()/·…-]")


def mermaid(ladder: Ladder, title: str) -> str:
    """The diagram. What finds no place is counted in its last note.

    Args:
        ladder: its steps.
        title: of the diagram, such as the name of the capture.
    """
    lanes = {station: f"S{number}" for number, station in enumerate(ladder.stations or ["station"], 1)}
    lines = ["sequenceDiagram", f"    title {_text(title)}"]
    lines += [f"    participant {lane} as {_alias(station)}" for station, lane in lanes.items()]
    lines.append("    participant C as CSMS")
    room = MOST_CHARACTERS - sum(map(len, lines))
    left_out = ladder.left_out
    across = f"{next(iter(lanes.values()))},C"
    for place, (step, offset, delta) in enumerate(ladder.timed()):
        drawn = list(_step(ladder, step, lanes, across, offset, delta))
        room -= sum(len(line) + 1 for line in drawn)
        if room < 0:
            left_out += len(ladder.steps) - place
            break
        lines += drawn
    if left_out:
        lines.append(f"    Note over {across}: {left_out} more left out")
    return "\n".join(lines) + "\n"


def _step(  # noqa: PLR0917 - a step in its place
    ladder: Ladder, step: Step, lanes: dict[str, str], across: str, offset: float, delta: float
) -> Iterator[str]:
    lane = lanes.get(step.station)
    over = f"{lane},C" if lane is not None else across
    if delta >= LONG_PAUSE:
        yield f"    Note over {over}: … {_text(duration(delta))} …"
    whose = f"{step.station} " if step.direction is None and len(lanes) > 1 else ""
    since = "" if step.quote.time == UNDATED else f"+{offset:.3f} "
    label = _text(f"{since}{whose}{step.words}")
    if step.direction is None or lane is None:
        yield f"    Note over {over}: {label}"
    else:
        arrow = "--x" if step.is_error else "-->>" if step.is_answer else "->>"
        ends = (lane, "C") if step.direction is Direction.TO_CSMS else ("C", lane)
        yield f"    {ends[0]}{arrow}{ends[1]}: {label}"
    for finding in ladder.findings(step):
        yield f"    Note over {over}: {_text(f'{finding.severity.mark} {finding.rule} {finding.evidence}')}"


def _text(text: str) -> str:
    """A label: whatever stands in it is drawn, never obeyed."""
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", visible(text, LONGEST_LABEL))


def _alias(name: str) -> str:
    """The name of a participant, where Mermaid knows no entities."""
    return _ALIAS_SPECIAL.sub("_", visible(name, 40)).strip() or "station"
