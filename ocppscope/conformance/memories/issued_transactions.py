"""Which station each transaction belongs to, of all stations of a CSMS together."""

from typing import ClassVar, TypeAlias

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, Scene
from ocppscope.conformance.memories.charging import start_of
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.payload import integer_at, text_at

MOST_ISSUED = 20_000
"""Remembered of all stations: weeks of a large site, about 6 MB."""

_Name: TypeAlias = tuple[str | None, str]
"""The address of the CSMS, and the id: ids are unique in a CSMS, not behind a proxy that serves several."""


class Issued(msgspec.Struct):
    """A transaction and its owner.

    Attributes:
        station: identity.
        start: what its StartTransaction said (1.6), None in 2.x: the same for every retry.
        token: idTag in lower case (1.6).
        number: record number of the answer (1.6) or event (2.x) that told the id.
        runs: its end was not seen.
    """

    station: str
    start: int | None
    token: str | None
    number: int
    runs: bool = True

    def is_start_of(self, station: str, call: Call) -> bool:
        """Whether this StartTransaction of that station is the one that began it, or a retry of that."""
        return self.station == station and self.start == hash(start_of(call))


class IssuedTransactions(Memory):
    """By CSMS and id, the latest owner of each; in 1.6 of starts that were accepted."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"StartTransaction", "StopTransaction", "TransactionEvent"})
    of_all_stations = True

    def __init__(self) -> None:
        self._issued: Recent[_Name, Issued] = Recent(MOST_ISSUED)

    def get(self, scene: Scene, id_: object) -> Issued | None:
        """Whose transaction the CSMS of this connection knows under this id."""
        return self._issued.get(_name(scene, id_)) if isinstance(id_, int | str) else None

    def charges_elsewhere(self, scene: Scene, token: str | None) -> bool:
        """Whether a driver has a running transaction at another station. Looks at all: for rare questions."""
        folded = None if token is None else token[:64].lower()
        return any(
            issued.runs and issued.token == folded and issued.station != scene.station.id
            for issued in self._issued.values()
        )

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a beginning or an end."""
        if isinstance(event, ResponseSeen):
            self._answered(event)
        elif event.message.action == "TransactionEvent":
            self._event(event)
        elif event.message.action == "StopTransaction":
            self._end(event.scene, event.message.payload.get("transactionId"))

    def _answered(self, event: ResponseSeen) -> None:
        pending, scene = event.closed.pending, event.scene
        if pending is None or pending.call.action != "StartTransaction" or not isinstance(event.message, CallResult):
            return
        result, call = event.message.payload, pending.call
        issued = integer_at(result, "transactionId")
        if issued is None or text_at(result, "idTagInfo", "status") != "Accepted":
            return
        known = self.get(scene, issued)
        if known is None or not known.is_start_of(scene.station.id, call):
            token = text_at(call.payload, "idTag")
            folded = None if token is None else token[:64].lower()
            self._issued[_name(scene, issued)] = Issued(scene.station.id, hash(start_of(call)), folded, scene.number)

    def _event(self, event: CallSeen) -> None:
        id_, kind = (
            text_at(event.message.payload, "transactionInfo", "transactionId"),
            event.message.payload.get("eventType"),
        )
        if id_ is None or kind == "Updated":
            return
        if kind == "Started" and self.get(event.scene, id_) is None:
            self._issued[_name(event.scene, id_)] = Issued(event.scene.station.id, None, None, event.scene.number)
        elif kind == "Ended":
            self._end(event.scene, id_)

    def _end(self, scene: Scene, id_: object) -> None:
        known = self.get(scene, id_)
        if known is not None and known.station == scene.station.id:
            known.runs = False


def _name(scene: Scene, id_: object) -> _Name:
    return scene.connection.upstream, str(id_)[:64]
