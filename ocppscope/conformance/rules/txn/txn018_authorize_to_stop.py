"""TXN-018: a card is authorized to stop what it started."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import authorize, started, status, stopped
from ocppscope.conformance.memories.authorized_tokens import AuthorizedTokens
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class AuthorizeToStop(Rule):
    """Authorize with the idTag that started the transaction, and then the stop with it.

    Finds:
        An Authorize with the idTag of a running transaction that is followed within 5 s by the StopTransaction with that
        idTag. Left out where another connector is Preparing: the card may have been meant for that one.

    Why it matters:
        The driver waits for an answer that nobody needs; where the CSMS is slow or away, the cable stays locked.

    Usual causes:
        One code path for every card that is presented.

    What to do:
        Let the station compare with the idTag of its own transaction first.
    """

    id = "TXN-018"
    name = "Authorize sent to stop with the idTag that started"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §3.4; P2 C01.FR.03"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StopTransaction"})
    memories = (AuthorizedTokens, Charging)
    thresholds = (Threshold("within_s", 5, "Seconds from the answer to the stop (catalogue)."),)
    examples = (
        Example(
            "Authorize, then the stop",
            started("1", 17) + "+600 " + authorize("2") + "+1 " + stopped("3", 17, at=601, idTag="A1"),
            finds=1,
            severity=Severity.INFO,
            line=5,
        ),
        Example("the stop alone", started("1", 17) + "+600 " + stopped("2", 17, idTag="A1")),
        Example(
            "the card of the group needs one",
            started("1", 17) + "+600 " + authorize("2", "B2") + "+1 " + stopped("3", 17, at=601, idTag="B2"),
        ),
        Example(
            "authorized to start", authorize("0") + started("1", 17) + "+3 " + stopped("2", 17, 1001, 3, idTag="A1")
        ),
        Example(
            "for a second car at the other connector",
            started("1", 17)
            + "+600 "
            + status("2", 2, "Preparing")
            + authorize("3")
            + "+1 "
            + stopped("4", 17, at=601, idTag="A1"),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Stops with an Authorize just before."""
        charge = event.scene.recall(Charging).of(event)
        tag = text_at(event.message.payload, "idTag")
        if charge is None or tag is None or charge.token is None or tag[:64].lower() != charge.token:
            return ()
        return self._asked(event, charge, tag)

    def _asked(self, event: CallSeen, charge: Charge, tag: str) -> Iterator[Verdict]:
        scene = event.scene
        answer = scene.recall(AuthorizedTokens).answer(tag)
        if answer is None or answer.at < charge.began_at or not charge.runs:
            return
        others = (status for name, status in scene.station.connectors.items() if name != str(charge.place))
        if scene.at - answer.at > self.threshold("within_s") * 1e9 or "Preparing" in others:
            return
        yield Verdict(
            f"idTag {quoted(tag)} was authorized {(scene.at - answer.at) / 1e9:.1f} s before it stopped transaction "
            f"{charge.id}, which it had started",
            observed="Authorize, StopTransaction",
            expected="StopTransaction",
            records=(scene.number, answer.call, charge.start),
        )
