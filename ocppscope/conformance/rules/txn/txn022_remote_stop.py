"""TXN-022: a remote stop is answered wrongly, or nothing comes of it."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.begun_before import BEGUN_BEFORE, may_have_begun_before
from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_lines import answer, ask, boot, started, status, stopped
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_FIGURE = "remote_stop_authorization_end_time"
_BUSY = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})


def _stop(transaction: int = 17, verdict: str = "Accepted") -> str:
    return ask("r", "RemoteStopTransaction", transactionId=transaction) + answer("r", status=verdict)


_BEGUN = started("1", 17) + status("s", 1, "Charging") + "+60 "


class RemoteStopNotDone(Rule):
    """RemoteStopTransaction: Rejected though it runs, Accepted though it does not, or Accepted and not done.

    Finds:
        Rejected for a transaction that runs and still charges 10 s later; Accepted for one that was over before the
        request, or that was never issued to this station (not where it may have begun before anyone watched); Accepted,
        and no StopTransaction within the declared remote stop time, or 60 s. What crosses on the wire is left out, and so
        is a connection that is lost.

    Why it matters:
        The app says "stopped", and the car goes on; or the CSMS waits for a stop that cannot come.

    Usual causes:
        The station compares with another id than it was issued, answers Accepted to everything, waits for the car, or
        drops the request while something else is under way.

    What to do:
        Look at the transaction in the ledger: which id was issued, and whether its end was delivered at all.
    """

    id = "TXN-022"
    name = "Remote stop answered wrongly or not carried out"
    severity = Severity.ERROR
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.12"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"RemoteStopTransaction"})
    memories = BEGUN_BEFORE
    yields_to = ("TXN-028",)
    thresholds = (
        Threshold("stop_s", 60, "Seconds for the StopTransaction where the certificate declares none (catalogue)."),
        Threshold("crossing_s", 10, "Seconds in which a stop may come that was under way already (judgement)."),
    )
    examples = (
        Example("accepted, and 60 s nothing", _BEGUN + _stop() + "+70", finds=1, severity=Severity.ERROR, line=6),
        Example("rejected, and it goes on", _BEGUN + _stop(verdict="Rejected") + "+20", finds=1, line=6),
        Example("accepted for one that is over", _BEGUN + stopped("2", 17, at=60) + _stop(), finds=1, line=8),
        Example("accepted for one that was never issued", _BEGUN + _stop(99) + "+70", finds=1, line=6),
        Example("done", _BEGUN + _stop() + "+2 " + stopped("2", 17, at=62, reason="Remote") + "+70"),
        Example("rejected for one that was never issued", _BEGUN + _stop(99, "Rejected") + "+70"),
        Example(
            "the stop is on the wire already",
            _BEGUN
            + ask("r", "RemoteStopTransaction", transactionId=17)
            + stopped("2", 17, at=60)
            + answer("r", status="Rejected")
            + "+70",
        ),
        Example(
            "the stop is under way inside the station",
            _BEGUN + _stop(verdict="Rejected") + "+1 " + stopped("2", 17, at=60) + "+70",
        ),
        Example("the connection is lost", _BEGUN + _stop() + "+5 drop\n+70"),
        Example("begun before anyone watched", _stop(9) + "+70"),
        Example(
            "begun before anyone watched, on the other connector",
            boot("b") + status("q", 2, "Charging") + _BEGUN + _stop(9) + "+70",
        ),
        Example(
            "more time is declared",
            _BEGUN + _stop() + "+70 " + stopped("2", 17, at=130, reason="Remote"),
            profile="limits.remote_stop_authorization_end_time = 90",
        ),
        Example(
            "the right one of two connectors",
            _BEGUN
            + started("3", 18, connector=2, tag="B2", at=60)
            + status("t", 2, "Charging")
            + _stop(18)
            + "+2 "
            + stopped("2", 18, at=62, reason="Remote")
            + "+70",
        ),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Answers, and what came of them."""
        if isinstance(event, TimeUp):
            return _still_runs(event)
        pending, exchange = event.closed.pending, event.exchange
        if pending is None or exchange is None or not isinstance(event.message, CallResult):
            return ()
        transaction = integer_at(pending.call.payload, "transactionId")
        verdict = text_at(event.message.payload, "status")
        if transaction is None or verdict not in ("Accepted", "Rejected"):
            return ()
        return self._answered(event.scene, transaction, exchange.call, accepted=verdict == "Accepted")

    def _answered(self, scene: Scene, transaction: int, call: int, *, accepted: bool) -> Iterator[Verdict | AskLater]:
        charge = scene.recall(Charging).get(transaction)
        if charge is not None and charge.runs:
            if accepted:
                profile = scene.profile
                declared = profile.kpi_limit(_FIGURE) if profile is not None else None
                seconds = self.threshold("stop_s") if declared is None else declared
            else:
                seconds = self.threshold("crossing_s")
            yield AskLater(seconds, transaction, (transaction, call, scene.number, accepted, seconds))
        elif accepted and charge is not None and charge.stop is not None and charge.stop < call:
            yield _accepted(
                f"which was over since message {charge.stop}", transaction, (scene.number, call, charge.stop)
            )
        elif accepted and charge is None and not may_have_begun_before(scene, None):
            yield _accepted("which was never issued to this station", transaction, (scene.number, call))


def _accepted(why: str, transaction: int, records: tuple[int, ...]) -> Verdict:
    return Verdict(
        f"the station accepts to stop transaction {transaction}, {why}",
        path="$.status",
        observed='"Accepted"',
        expected='"Rejected"',
        records=records,
        key="accepted",
    )


def _still_runs(event: TimeUp) -> Iterator[Verdict]:
    transaction, call, conf, accepted, seconds = event.note
    scene = event.scene
    charge = scene.recall(Charging).get(transaction)
    if charge is None or not charge.runs or not scene.connection.alive:
        return
    if accepted:
        yield Verdict(
            f"the station accepted to stop transaction {transaction}, and {seconds:g} s later no StopTransaction came",
            observed="nothing",
            expected=f"StopTransaction within {seconds:g} s",
            records=(conf, call, charge.start),
            key="not done",
        )
    elif _is_busy(scene, charge):
        yield Verdict(
            f"the station refuses to stop transaction {transaction}, which runs on connector {charge.place}",
            path="$.status",
            observed='"Rejected"',
            expected='"Accepted"',
            records=(conf, call, charge.start),
            key="rejected",
        )


def _is_busy(scene: Scene, charge: Charge) -> bool:
    """Whether it runs beyond doubt: not one whose end waits in a queue."""
    told = scene.station.connectors.get(str(charge.place))
    return charge.whole and charge.status == "Accepted" and told in _BUSY
