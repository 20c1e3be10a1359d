"""The Info column: what a message says, in one line.

One hand-written summary a (version, action, request or response). `v16` and `v2x` (with `device_model` and `v21`) are tables
of them; most are templates (`line`), the rest small functions. The texts hold raw wire text, at most `MAX_LENGTH` characters
of it: whoever draws them applies `ocppscope.model.visible.visible`.

Every summary takes a payload of any shape: what is missing is left out, what has the wrong type is shown as it is, and the
work is bounded by what fits the line. Passwords in URLs and in configuration keys are never shown.
"""

from ocppscope.inspect.summaries.dispatch import MAX_LENGTH, summarise

__all__ = ["MAX_LENGTH", "summarise"]
