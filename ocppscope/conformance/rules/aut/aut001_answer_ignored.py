"""AUT-001: a transaction of somebody whom the CSMS has just refused."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import exchange, id_token, started_v16, transaction_event
from ocppscope.conformance.memories.authorized_tokens import Answer, AuthorizedTokens
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import number_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BEGINS = frozenset({"Authorized", "RemoteStart"})


def _asked(tag: str, status: str, id_: str = "a") -> str:
    return exchange(">", id_, "Authorize", {"idTag": tag}, {"idTagInfo": {"status": status}})


def _asked_v2x(tag: str, status: str) -> str:
    return exchange(">", "a", "Authorize", {"idToken": id_token(tag)}, {"idTokenInfo": {"status": status}})


_LIMITED = exchange(
    "<", "c", "ChangeConfiguration", {"key": "MaxEnergyOnInvalidId", "value": "500"}, {"status": "Accepted"}
)


class AnswerIgnored(Rule):
    """A charge begins although the CSMS answered that the token is not accepted.

    Finds:
        Within a minute of an Authorize that was not answered with Accepted: a StartTransaction with that idTag; in 2.x
        a TransactionEvent with that token that says that it was authorized by it. A later answer and a start from afar
        count in place of the first. An info where the station may give a little energy to those who are not accepted
        (MaxEnergyOnInvalidId). Queued messages are not judged.

    Why it matters:
        Blocked drivers charge, and nobody pays.

    Usual causes:
        The start does not wait for the answer; any answer counts as a yes; the local list or cache is asked instead.

    What to do:
        See which status the CSMS gave, and whether the tag stands in the local list with another one.
    """

    id = "AUT-001"
    name = "Authorize answer ignored"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.1; P2 C01.FR.01"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StartTransaction", "TransactionEvent"})
    memories = (AuthorizedTokens, Charging)
    thresholds = (Threshold("within_s", 60, "Seconds after the answer in which a start goes against it."),)
    examples = (
        Example(
            "blocked, and started",
            _asked("A1", "Blocked") + started_v16(1, 17, 1),
            finds=1,
            severity=Severity.WARNING,
            path="$.idTag",
            line=3,
        ),
        Example(
            "blocked, and charging all the same in 2.0.1",
            _asked_v2x("A1", "Blocked") + transaction_event("Started", 0, 1, "Authorized", tag="a1"),
            version=OcppVersion.V201,
            finds=1,
            path="$.idToken.idToken",
        ),
        Example(
            "another card",
            _asked("A1", "Blocked") + _asked("B1", "Accepted", "b") + started_v16(1, 17, 1, "B1"),
        ),
        Example(
            "accepted at the second try",
            _asked("A1", "Invalid") + _asked("A1", "Accepted", "b") + started_v16(1, 17, 1),
        ),
        Example(
            "a little energy is allowed",
            _LIMITED + _asked("A1", "Blocked") + started_v16(1, 17, 1),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "begun by the cable, in 2.1",
            _asked_v2x("A1", "Blocked") + transaction_event("Started", 0, 1, "CablePluggedIn"),
            version=OcppVersion.V21,
        ),
        Example("much later", _asked("A1", "Blocked") + started_v16(1, 17, 120, wait=120)),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Starts, and what was said of their token."""
        payload = event.message.payload
        if event.message.action == "StartTransaction":
            token, path = text_at(payload, "idTag"), "$.idTag"
        elif "idToken" in payload and payload.get("offline") is not True:
            token, path = text_at(payload, "idToken", "idToken"), "$.idToken.idToken"
            if text_at(payload, "triggerReason") not in _BEGINS or payload.get("eventType") == "Ended":
                return ()
        else:
            return ()
        answer = event.scene.recall(AuthorizedTokens).answer(token)
        if answer is None or answer.status == "Accepted" or token is None:
            return ()
        return self._refused(event, token, path, answer)

    def _refused(self, event: CallSeen, token: str, path: str, answer: Answer) -> Iterator[Verdict]:
        scene = event.scene
        seconds = (scene.at - answer.at) / 1e9
        if seconds > self.threshold("within_s") or is_queued(event):
            return
        if scene.recall(Charging).started_by(event.message) is not None:
            return
        configuration = scene.station.configuration
        energy = number_at(configuration, "maxenergyoninvalidid") or number_at(
            configuration, "txctrlr.maxenergyoninvalidid"
        )
        allowed = energy is not None and energy > 0
        evidence = f"{event.message.action} with {quoted(token)}, {seconds:.0f} s after the CSMS answered {quoted(answer.status)}"
        yield Verdict(
            evidence + (f"; the station may give {energy:g} Wh to such tokens" if allowed else ""),
            Severity.INFO if allowed else None,
            path=path,
            observed=quoted(answer.status),
            expected='"Accepted"',
            records=(scene.number, answer.call, answer.conf),
            key=answer.status,
        )
