"""Starts that the CSMS asked for (1.6), and the transactions that came of them."""

from enum import Enum, auto
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import CallSeen, Event, ResponseSeen, Scene
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.payload import integer_at, number_at, text_at
from ocppscope.protocol.roles import Direction

DEFAULT_TIMEOUT = 120.0
"""Seconds that a driver has to plug in where ConnectionTimeOut was not seen [K]."""

_LONGEST = 86_400.0
"""Seconds; the value comes from the wire, and may be anything."""

_MOST = 32
_EVER = 60 * 24 * 365


class Stray(Enum):
    """How a transaction differs from the remote start that it seems to come of."""

    TAG = auto()
    CONNECTOR = auto()


class RemoteStart(msgspec.Struct):
    """A RemoteStartTransaction.

    Attributes:
        tag: in lower case; place: connector, None for any.
        call, conf: record numbers; conf is 0 while it has no answer.
        at: when it was accepted (record clock, ns), before that when it was asked.
        connection: on which it was asked.
        plugged: the connectors that were Preparing when it was asked: their cable was in.
        start: record number of the StartTransaction that it brought; fits: that is as asked.
        refused: the CSMS itself did not authorize the tag afterwards; repeated: it was asked for again.
    """

    tag: str
    place: int | None
    call: int
    at: int
    connection: int
    plugged: frozenset[str]
    conf: int = 0
    start: int | None = None
    fits: bool = False
    refused: bool = False
    repeated: bool = False


class RemoteStarts(Memory):
    """The latest ones that were not refused by the station."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset({"Authorize", "RemoteStartTransaction", "StartTransaction"})

    def __init__(self) -> None:
        self._starts: Recent[int, RemoteStart] = Recent(_MOST)

    def get(self, call: int) -> RemoteStart | None:
        """By the record number of the request."""
        return self._starts.get(call)

    def asked_for(self, call: Call) -> RemoteStart | None:
        """The request that this StartTransaction fulfils; None when nobody asked for it from afar."""
        tag, place = _tag(call), integer_at(call.payload, "connectorId")
        return next(
            (start for start in self._open() if start.tag == tag and start.place in (None, place)),
            None,
        )

    def stray(self, event: CallSeen) -> tuple[RemoteStart, Stray] | None:
        """The request that a StartTransaction seems to come of, though with another idTag or at another connector.

        Not where a driver may have started there himself: with a card that was asked about, or is on the local list.
        """
        if not self._starts or is_queued(event) or self.asked_for(event.message) is not None:
            return None
        scene, call = event.scene, event.message
        if scene.recall(Charging).started_by(call) is not None:
            return None
        tag, place = _tag(call), integer_at(call.payload, "connectorId")
        for start in self._open():
            if not start.conf or start.refused or start.connection != scene.connection.number:
                continue
            if scene.at - start.at > window(scene) * 1e9:
                continue
            if start.tag != tag and start.place == place and place is not None and not _may_be_local(scene, tag):
                return start, Stray.TAG
            if start.tag == tag and start.place != place and not _was_presented(scene, start):
                return start, Stray.CONNECTOR
        return None

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in a request, its answer, or what came of it."""
        if isinstance(event, ResponseSeen):
            self._answered(event)
        elif event.message.action == "RemoteStartTransaction":
            self._asked(event)
        elif event.message.action == "StartTransaction" and self._starts:
            found, fits = self.asked_for(event.message), True
            if found is None:
                stray, fits = self.stray(event), False
                found = stray[0] if stray is not None else None
            if found is not None:
                found.start, found.fits = event.scene.number, fits

    def _open(self) -> list[RemoteStart]:
        """Those that nothing right came of so far, the newest first."""
        return [start for start in reversed(self._starts.values()) if not start.fits and not start.repeated]

    def _asked(self, event: CallSeen) -> None:
        scene, tag = event.scene, _tag(event.message)
        if event.direction is not Direction.TO_STATION or tag is None:
            return
        plugged = frozenset(name for name, status in scene.station.connectors.items() if status == "Preparing")
        place = integer_at(event.message.payload, "connectorId")
        self._starts[scene.number] = RemoteStart(tag, place, scene.number, scene.at, scene.connection.number, plugged)

    def _answered(self, event: ResponseSeen) -> None:
        exchange, pending = event.exchange, event.closed.pending
        if exchange is None or pending is None:
            return
        result = event.message.payload if isinstance(event.message, CallResult) else {}
        if exchange.action == "Authorize":
            if text_at(result, "idTagInfo", "status") not in (None, "Accepted"):
                tag = _tag(pending.call)
                for start in self._open():
                    start.refused = start.refused or start.tag == tag
        elif exchange.action == "RemoteStartTransaction":
            accepted = self._starts.get(exchange.call)
            if accepted is None:
                return
            if text_at(result, "status") != "Accepted":
                del self._starts[exchange.call]
                return
            accepted.conf, accepted.at = event.scene.number, event.scene.at
            for start in self._open():
                if start is not accepted and (start.tag, start.place) == (accepted.tag, accepted.place):
                    start.repeated = True


def window(scene: Scene) -> float:
    """Seconds that a driver has to plug in after a start from afar: ConnectionTimeOut where it was seen."""
    told = number_at(scene.station.configuration, "connectiontimeout")
    return min(told, _LONGEST) if told is not None and told > 0 else DEFAULT_TIMEOUT


def _tag(call: Call) -> str | None:
    tag = text_at(call.payload, "idTag")
    return None if tag is None else tag[:64].lower()


def _may_be_local(scene: Scene, tag: str | None) -> bool:
    if tag is None or scene.station.configuration.get("localpreauthorize", "").strip().lower() == "true":
        return True
    known = scene.recall(Authorizations)
    return (
        known.asked(tag, scene.at, _EVER)
        or known.started_remotely(tag, scene.at)
        or scene.recall(LocalList).holds(tag) is True
    )


def _was_presented(scene: Scene, start: RemoteStart) -> bool:
    """Whether the driver showed the card himself since; a station that authorizes remote starts asks all the same."""
    if scene.station.configuration.get("authorizeremotetxrequests", "").strip().lower() == "true":
        return False
    return scene.recall(Authorizations).asked_since(start.tag, start.at)
