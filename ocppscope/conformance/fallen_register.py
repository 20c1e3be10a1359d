"""What is said of an energy register that shows less than before."""

from ocppscope.conformance.memories.registers import Change
from ocppscope.conformance.rule import Verdict
from ocppscope.model.finding import Severity

ROLL_OVERS = (2.0**32, 1e8, 1e9)
"""Wh at which registers of meters begin anew: a 32-bit counter, and displays of eight and nine digits [K]."""


def rolled_over(before: float, after: float) -> bool:
    """Whether a register may have begun anew: it was near its end, and is near its beginning."""
    return any(0.9 * end < before <= end and after < 0.1 * end for end in ROLL_OVERS)


def fallen(fall: Change, note: str = "", *, severity: Severity | None = None, more: int = 0) -> Verdict:
    """The verdict on two readings.

    Args:
        fall: the readings.
        note: what else is known of it.
        severity: when it differs from the rule's own.
        more: how many other registers fall in the same message.
    """
    before, after = fall.before, fall.after
    words = [
        f"{fall.name} falls from {before.value:.10g} ({before.time:%H:%M:%S}) to {after.value:.10g} ({after.time:%H:%M:%S})"
    ]
    if fall.sources:
        words[0] += f", between {fall.sources}"
    if fall.is_slip:
        words.append("a factor of 1000 looks like Wh and kWh mixed up")
    elif rolled_over(before.value, after.value):
        words.append("the register may have rolled over")
    if note:
        words.append(note)
    if more:
        words.append(f"{more} more in the same message")
    return Verdict(
        "; ".join(words),
        severity,
        path=after.path if after.counter else f"{after.path}.value",
        observed=f"{after.value:.10g}",
        expected=f">= {before.value:.10g}",
        records=(after.number, before.number),
        key=fall.name if severity is None else f"{fall.name} {severity}",
    )
