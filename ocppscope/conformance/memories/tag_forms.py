"""How each idTag was written first (1.6)."""

from typing import ClassVar, NamedTuple

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role

_MOST = 1000

TAG_ACTIONS = frozenset({"Authorize", "RemoteStartTransaction", "ReserveNow", "StartTransaction", "StopTransaction"})
"""CALLs with an idTag of their own."""


class Form(NamedTuple):
    """An idTag as it was sent, by whom, and in which record."""

    text: str
    sender: Role
    record: int


class TagForms(Memory):
    """By idTag in lower case."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = TAG_ACTIONS

    def __init__(self) -> None:
        self._forms: Recent[str, Form] = Recent(_MOST)

    def first(self, tag: str) -> Form | None:
        """How it was sent first."""
        return self._forms.get(tag[:64].lower())

    def learn(self, event: CallSeen) -> None:
        """Take in the first form of a tag."""
        tag = text_at(event.message.payload, "idTag")
        if tag is not None and tag[:64].lower() not in self._forms:
            self._forms[tag[:64].lower()] = Form(tag[:64], event.direction.sender, event.scene.number)
