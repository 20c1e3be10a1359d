"""TXN-023: the reason of a stop is not its cause."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocppscope.conformance.event import CallSeen, Event, Scene
from ocppscope.conformance.example_lines import answer, ask, configure, issued, start, started, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.offline_queue import is_queued
from ocppscope.conformance.memories.resets import Resets
from ocppscope.conformance.memories.stop_requests import StopRequests
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_WINS = frozenset({"EVDisconnected", "EmergencyStop", "PowerLoss"})
"""What may happen at the same moment, and comes first."""

_RESETS = frozenset({"HardReset", "SoftReset"})


def _after(request: str, reason: str | None, wait: float = 1) -> str:
    """A request of the CSMS in the middle of a transaction, and the stop."""
    told: dict[str, Any] = {} if reason is None else {"reason": reason}
    return started("1", 17) + "+60 " + request + f"+{wait:g} " + stopped("2", 17, at=60 + wait, **told)


_STOP = ask("r", "RemoteStopTransaction", transactionId=17) + answer("r", status="Accepted")
_RESET = ask("r", "Reset", type="Soft") + answer("r", status="Accepted")
_UNLOCK = ask("r", "UnlockConnector", connectorId=1) + answer("r", status="Unlocked")


class ReasonNotCause(Rule):
    """A StopTransaction whose reason is another than what just happened.

    Finds:
        Within 60 s after the station accepted it: a remote stop of the transaction and a reason other than Remote, a
        reset and none of SoftReset and HardReset, an unlocked connector and not UnlockCommand; and within 10 s of a start
        that the CSMS did not accept, not DeAuthorized. A reason that is left out means Local. EVDisconnected,
        EmergencyStop and PowerLoss may win the race, and of several causes each will do.

    Why it matters:
        Support tells drivers that they stopped themselves; statistics of failed charges are wrong.

    Usual causes:
        The reason is left out, or always Local; an internal stop that does not know who asked.

    What to do:
        Set the reason where the decision is made, and carry it to the StopTransaction.
    """

    id = "TXN-023"
    name = "StopTransaction reason does not match the cause"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §7.36, §4.10"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StopTransaction"})
    memories = (Charging, Resets, StopRequests)
    thresholds = (
        Threshold("within_s", 60, "Seconds after the request in which the stop is its effect (judgement)."),
        Threshold(
            "refused_s", 10, "Seconds after a start that was not accepted in which the stop is its effect (judgement)."
        ),
    )
    examples = (
        Example(
            "Local after a remote stop",
            _after(_STOP, "Local"),
            finds=1,
            severity=Severity.WARNING,
            line=5,
            path="$.reason",
        ),
        Example("left out after a remote stop", _after(_STOP, None), finds=1, path="$.reason"),
        Example("Other after a reset", _after(_RESET, "Other"), finds=1),
        Example("Local after an unlock", _after(_UNLOCK, "Local"), finds=1),
        Example(
            "Other after a refused start",
            start("1") + issued("1", 17, "Blocked") + "+2 " + stopped("2", 17, 1000, 2, reason="Other"),
            finds=1,
        ),
        Example("Remote after a remote stop", _after(_STOP, "Remote")),
        Example("HardReset after a reset", _after(_RESET, "HardReset")),
        Example("the car was quicker", _after(_STOP, "EVDisconnected")),
        Example("Local, with nothing before", started("1", 17) + "+60 " + stopped("2", 17, at=60, reason="Local")),
        Example("long after the connector was unlocked", _after(_UNLOCK, "Local", 300)),
        Example(
            "a remote stop of the other connector",
            started("1", 17)
            + started("3", 18, connector=2, tag="B2")
            + "+60 "
            + ask("r", "RemoteStopTransaction", transactionId=18)
            + answer("r", status="Accepted")
            + "+1 "
            + stopped("2", 17, at=61, reason="Local")
            + stopped("4", 18, at=61, reason="Remote"),
        ),
        Example(
            "it had stopped before it was asked to",
            started("1", 17) + "+60 " + _STOP + "+1 " + stopped("2", 17, at=55, reason="Local"),
        ),
        Example(
            "a refused driver is only suspended, and stops by himself",
            configure("c", "StopTransactionOnInvalidId", "false")
            + start("1")
            + issued("1", 17, "Blocked")
            + "+5 "
            + stopped("2", 17, 1000, 5, reason="Local"),
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Stops with a known cause."""
        charge = event.scene.recall(Charging).of(event)
        reason = text_at(event.message.payload, "reason")
        if charge is None or not charge.runs or reason in _WINS or is_queued(event):
            return ()
        return self._caused(event, charge, reason)

    def _caused(self, event: CallSeen, charge: Charge, reason: str | None) -> Iterator[Verdict]:
        causes = list(self._causes(event, charge))
        if not causes or any((reason or "Local") in allowed for allowed, _, _ in causes):
            return
        allowed, words, records = causes[0]
        told = "is left out, which means Local," if reason is None else f"is {quoted(reason)}"
        yield Verdict(
            f"the reason of the stop of transaction {charge.id} {told} although {words}",
            path="$.reason",
            observed="nothing" if reason is None else quoted(reason),
            expected=" or ".join(sorted(allowed)),
            records=(event.scene.number, *records),
            key=" ".join(sorted(allowed)),
        )

    def _causes(self, event: CallSeen, charge: Charge) -> Iterator[tuple[frozenset[str], str, tuple[int, ...]]]:
        """What ended it, as far as it was asked for: the reasons that fit, the words, and the records."""
        scene, requests = event.scene, event.scene.recall(StopRequests)
        stop = requests.remote(integer_at(event.message.payload, "transactionId"))
        if stop is not None and self._is_effect(event, charge, stop.at):
            yield frozenset({"Remote"}), "the CSMS had it stopped", (stop.call, stop.conf)
        reset = scene.recall(Resets).waiting
        if reset is not None and self._is_effect(event, charge, reset.at):
            yield _RESETS, "the station was being reset", (reset.call, reset.conf)
        unlock = requests.unlocked(charge.place)
        if unlock is not None and self._is_effect(event, charge, unlock.at):
            yield frozenset({"UnlockCommand"}), "the CSMS had the connector unlocked", (unlock.call, unlock.conf)
        if self._was_refused(scene, charge):
            words = f"the CSMS answered the start with {quoted(charge.status)}"
            yield (
                frozenset({"DeAuthorized"}),
                words,
                (charge.start,) if charge.conf is None else (charge.conf, charge.start),
            )

    def _is_effect(self, event: CallSeen, charge: Charge, at: int) -> bool:
        """Whether the stop came soon after the request, and tells of a moment after it."""
        since = (event.scene.at - at) / 1e9
        if at < charge.began_at or since > self.threshold("within_s"):
            return False
        return event.stamp is None or (event.scene.time - event.stamp).total_seconds() <= since + 1

    def _was_refused(self, scene: Scene, charge: Charge) -> bool:
        if charge.status in (None, "Accepted", "ConcurrentTx") or charge.conf_at is None:
            return False
        suspends = scene.station.configuration.get("stoptransactiononinvalidid", "").strip().lower() == "false"
        return not suspends and scene.at - charge.conf_at <= self.threshold("refused_s") * 1e9
