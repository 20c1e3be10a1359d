"""TXN-024: a local stop does not say who stopped."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import answer, ask, authorize, started, status, stopped
from ocppscope.conformance.memories.authorizations import Authorizations
from ocppscope.conformance.memories.authorized_tokens import AuthorizedTokens
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class StopWithoutTag(Rule):
    """StopTransaction with the reason Local, or none, and without idTag.

    Finds:
        A local stop without idTag of a transaction that was started with a card (an Authorize was seen). A warning where a
        card was authorized up to 10 s before the stop, so that the station knew it. Else an info: a stop button, and a
        charge that the car ends, have no idTag.

    Why it matters:
        Nobody can tell afterwards who ended the charge; a CSMS that checks it refuses the stop.

    Usual causes:
        The idTag is only kept for the start; the reason is Local in place of EVDisconnected or Other.

    What to do:
        Send the idTag whenever a card was presented.
    """

    id = "TXN-024"
    name = "idTag missing in a locally stopped transaction"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §6.49"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StopTransaction"})
    memories = (Authorizations, AuthorizedTokens, Charging)
    thresholds = (Threshold("within_s", 10, "Seconds from the answer to an Authorize to the stop (judgement)."),)
    examples = (
        Example(
            "a card was shown to stop",
            authorize("0") + started("1", 17) + "+600 " + authorize("2", "B2") + "+1 " + stopped("3", 17, at=601),
            finds=1,
            severity=Severity.WARNING,
            line=7,
            path="$.idTag",
        ),
        Example(
            "perhaps a stop button",
            authorize("0") + started("1", 17) + "+600 " + stopped("2", 17),
            finds=1,
            severity=Severity.INFO,
        ),
        Example("with the idTag", authorize("0") + started("1", 17) + "+600 " + stopped("2", 17, idTag="A1")),
        Example(
            "the car was unplugged",
            authorize("0") + started("1", 17) + "+600 " + stopped("2", 17, reason="EVDisconnected"),
        ),
        Example(
            "started from afar",
            ask("r", "RemoteStartTransaction", idTag="A1", connectorId=1)
            + answer("r", status="Accepted")
            + started("1", 17)
            + "+600 "
            + stopped("2", 17),
        ),
        Example(
            "the card was for the other connector",
            authorize("0")
            + started("1", 17)
            + "+600 "
            + status("s", 2, "Preparing")
            + authorize("2", "B2")
            + "+1 "
            + stopped("3", 17, at=601),
            finds=1,
            severity=Severity.INFO,
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Local stops without idTag."""
        payload = event.message.payload
        if "idTag" in payload or text_at(payload, "reason") not in (None, "Local"):
            return ()
        charge = event.scene.recall(Charging).of(event)
        return () if charge is None or not charge.runs else self._nameless(event, charge)

    def _nameless(self, event: CallSeen, charge: Charge) -> Iterator[Verdict]:
        scene, known = event.scene, event.scene.recall(Authorizations)
        if charge.token is None or not known.asked(charge.token, charge.began_at, 10):
            return
        if known.started_remotely(charge.token, charge.began_at, 10):
            return
        others = (state for name, state in scene.station.connectors.items() if name != str(charge.place))
        shown = scene.recall(AuthorizedTokens).any_within(scene.at, self.threshold("within_s"))
        shown = shown and "Preparing" not in others and scene.at - charge.began_at > self.threshold("within_s") * 1e9
        cause = "a card was authorized just before" if shown else "there may have been no card: a button, or the car"
        yield Verdict(
            f"transaction {charge.id}, started with a card, is stopped locally without idTag; {cause}",
            None if shown else Severity.INFO,
            path="$.idTag",
            observed="nothing",
            expected="idTag",
            records=(scene.number, charge.start),
            key="card" if shown else "none",
        )
