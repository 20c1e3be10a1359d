"""The local authorization list of a station, as far as the CSMS was seen to send it."""

from datetime import datetime
from itertools import islice
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.payload import objects_at, text_at

MOST_ENTRIES = 20_000
"""Tracked for a station, about 1.5 MB; a longer list is not tracked at all."""

_MOST_ASKED = 2

_BARRED = frozenset({"Blocked", "Expired", "Invalid"})


class Barred(msgspec.Struct, frozen=True):
    """A tag that the list keeps out: its status there, and the record number and time of the update that says so."""

    status: str
    update: int
    since: datetime


class _Update:
    """A SendLocalList in short: tags are kept as hashes."""

    __slots__ = ("added", "barred", "full", "removed")

    def __init__(self, call: Call) -> None:
        self.full = text_at(call.payload, "updateType") == "Full"
        self.added: set[int] = set()
        self.removed: set[int] = set()
        self.barred: dict[int, str] = {}
        for entry in objects_at(call.payload, "localAuthorizationList"):
            tag = text_at(entry, "idTag") or text_at(entry, "idToken", "idToken")
            if tag is not None:
                given = "idTagInfo" in entry or "idTokenInfo" in entry
                (self.added if given else self.removed).add(_hashed(tag))
                status = text_at(entry, "idTagInfo", "status") or text_at(entry, "idTokenInfo", "status")
                if status in _BARRED:
                    self.barred[_hashed(tag)] = status


class LocalList(Memory):
    """The tags on the list. Unknown until a full update is accepted while we watch."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"SendLocalList"})

    def __init__(self) -> None:
        self._tags: set[int] | None = None
        self._barred: dict[int, Barred] = {}
        self._asked: Recent[int, _Update] = Recent(_MOST_ASKED)

    def holds(self, tag: str) -> bool | None:
        """Whether the tag is on the list, None while the list is unknown."""
        return None if self._tags is None else _hashed(tag) in self._tags

    def barred(self, tag: str) -> Barred | None:
        """What keeps the tag out, as far as any accepted update says so; also while the rest of the list is unknown."""
        return self._barred.get(_hashed(tag))

    @property
    def is_empty(self) -> bool | None:
        """Whether no tag is on the list, None while the list is unknown."""
        return None if self._tags is None else not self._tags

    def length_with(self, call: Call) -> int | None:
        """How many entries the list will have once this SendLocalList is accepted; None while it is unknown."""
        tags = self._after(_Update(call))
        return None if tags is None else len(tags)

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in an update when it is accepted."""
        if isinstance(event, CallSeen):
            self._asked[event.scene.number] = _Update(event.message)  # a large payload is not kept until its answer
        elif event.exchange is not None:
            update = self._asked.pop(event.exchange.call, None)
            accepted = isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted"
            if update is not None and accepted:
                tags = self._after(update)
                self._tags = tags if tags is not None and len(tags) <= MOST_ENTRIES else None
                self._bar(update, event)

    def _bar(self, update: _Update, event: ResponseSeen) -> None:
        if update.full:
            self._barred.clear()
        for tag in update.added | update.removed:
            self._barred.pop(tag, None)
        number = event.scene.number if event.exchange is None else event.exchange.call
        for tag, status in islice(update.barred.items(), max(MOST_ENTRIES - len(self._barred), 0)):
            self._barred[tag] = Barred(status, number, event.scene.time)

    def _after(self, update: _Update) -> set[int] | None:
        if update.full:
            return update.added
        return None if self._tags is None else (self._tags | update.added) - update.removed


def _hashed(tag: str) -> int:
    return hash(tag.lower())  # idTags are case-insensitive (CiString)
