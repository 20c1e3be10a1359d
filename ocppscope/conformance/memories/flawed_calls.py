"""What was wrong with the payloads of the latest CALLs, so that their answers can be judged."""

from typing import ClassVar

import msgspec

from ocppscope.conformance.event import Event, PayloadInvalid
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.schemas import PayloadKind

_MOST = 1000
_LONGEST = 200


class Flaw(msgspec.Struct, frozen=True):
    """The first place of a payload that breaks its schema: its path, and one phrase about it."""

    path: str
    reason: str


class FlawedCalls(Memory):
    """By record number. Formats such as that of a date-time are no flaw here: many receivers do not check them."""

    on: ClassVar[tuple[type[Event], ...]] = (PayloadInvalid,)

    def __init__(self) -> None:
        self._flaws: Recent[int, Flaw] = Recent(_MOST)

    def flaw_of(self, call: int) -> Flaw | None:
        """What was wrong with the CALL of this record; None when nothing was, or nothing is remembered of it."""
        return self._flaws.get(call)

    def learn(self, event: PayloadInvalid) -> None:
        """Take in an invalid payload."""
        broken = next((violation for violation in event.violations if violation.keyword != "format"), None)
        if event.kind is PayloadKind.REQUEST and broken is not None:
            self._flaws[event.scene.number] = Flaw(broken.path[:_LONGEST], broken.reason[:_LONGEST])
