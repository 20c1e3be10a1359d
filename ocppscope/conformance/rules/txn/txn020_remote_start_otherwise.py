"""TXN-020: a remote start is carried out with another idTag, or elsewhere."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event, TimeUp
from ocppscope.conformance.example_lines import answer, ask, authorize, configure, started
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.memories.remote_starts import RemoteStart, RemoteStarts, Stray, window
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _remote(connector: int | None = 1, message_id: str = "r", tag: str = "A1") -> str:
    place = {} if connector is None else {"connectorId": connector}
    return ask(message_id, "RemoteStartTransaction", idTag=tag, **place) + answer(message_id, status="Accepted")


class RemoteStartOtherwise(Rule):
    """The transaction that follows an accepted RemoteStartTransaction is not the one that was asked for.

    Finds:
        A StartTransaction within ConnectionTimeOut (120 s where it was not seen) after a RemoteStartTransaction.conf
        Accepted: on the connector that was named, with another idTag that nobody presented (no Authorize, no local list,
        no remote start of its own); or with the idTag, on another connector than was named, when nothing came of the
        right one by the end of that time. A driver may start with his own card meanwhile. idTags are compared without
        regard to case; without a connectorId the station chooses.

    Why it matters:
        The CSMS waits for a transaction that never comes, and books the one that did to nobody.

    Usual causes:
        A default idTag of the firmware, an idTag that is cut off, connectors counted from 0.

    What to do:
        Compare idTag and connectorId of the two messages.
    """

    id = "TXN-020"
    name = "Remote start honoured with another idTag or connector"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.11"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, TimeUp)
    actions = frozenset({"StartTransaction"})
    memories = (Authorizations, Charging, LocalList, RemoteStarts)
    examples = (
        Example(
            "with a default tag",
            _remote() + "+3 " + started("1", 17, tag="DEFAULT", at=3),
            finds=1,
            severity=Severity.ERROR,
            line=3,
            path="$.idTag",
        ),
        Example(
            "on the other connector",
            _remote() + "+3 " + started("1", 17, connector=2, at=3) + "+130",
            finds=1,
            line=3,
            path="$.connectorId",
        ),
        Example("as asked, in another case", _remote(tag="a1") + "+3 " + started("1", 17, at=3) + "+130"),
        Example(
            "the station chooses the connector", _remote(None) + "+3 " + started("1", 17, connector=2, at=3) + "+130"
        ),
        Example(
            "a driver starts with his own card on that connector",
            _remote() + "+3 " + authorize("2", "B2") + started("1", 17, tag="B2", at=3) + "+130",
        ),
        Example(
            "the driver shows the same card at the other connector",
            _remote() + "+3 " + authorize("2") + started("1", 17, connector=2, at=3) + "+130",
        ),
        Example(
            "two remote starts, each fulfilled",
            _remote(1, "r", "A1")
            + _remote(2, "q", "B2")
            + "+3 "
            + started("1", 17, connector=2, tag="B2", at=3)
            + started("2", 18, connector=1, tag="A1", at=3)
            + "+130",
        ),
        Example(
            "long after the time to plug in",
            configure("c", "ConnectionTimeOut", "30") + _remote() + "+60 " + started("1", 17, tag="B2", at=60),
        ),
        Example(
            "a start from the offline queue",
            "+60 drop\n+600 connect\n" + _remote() + started("1", 17, tag="B2", at=300),
        ),
    )

    def check(self, event: CallSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Starts that differ."""
        if isinstance(event, TimeUp):
            return _unfulfilled(event)
        stray = event.scene.recall(RemoteStarts).stray(event)
        return () if stray is None else _stray(event, *stray)


def _stray(event: CallSeen, remote: RemoteStart, kind: Stray) -> Iterator[Verdict | AskLater]:
    payload, scene = event.message.payload, event.scene
    if kind is Stray.CONNECTOR:
        left = window(scene) - (scene.at - remote.at) / 1e9
        yield AskLater(left, remote.call, (remote.call, scene.number, integer_at(payload, "connectorId")))
        return
    tag = text_at(payload, "idTag")
    yield Verdict(
        f"the remote start on connector {remote.place} was asked for with idTag {quoted(remote.tag)}, and the transaction "
        f"there starts with {quoted(tag)}, which nobody presented",
        path="$.idTag",
        observed=quoted(tag),
        expected=quoted(remote.tag),
        records=(scene.number, remote.call, remote.conf),
        key="idTag",
    )


def _unfulfilled(event: TimeUp) -> Iterator[Verdict]:
    call, number, connector = event.note
    remote = event.scene.recall(RemoteStarts).get(call)
    if remote is None or remote.fits or remote.repeated:
        return
    yield Verdict(
        f"the remote start was asked for on connector {remote.place}, and the transaction with its idTag starts on "
        f"connector {connector}; no other followed",
        path="$.connectorId",
        observed=str(connector),
        expected=str(remote.place),
        records=(number, remote.call, remote.conf),
        key="connectorId",
    )
