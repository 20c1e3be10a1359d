"""TXN-017: a driver is refused, and charges all the same."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.declared import claim
from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.example_lines import configure, issued, start, started, status, stopped
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.patience import triggered_limit
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_BLOCKED = start("1") + issued("1", 17, "Blocked")


class NotAcceptedGoesOn(Rule):
    """StartTransaction is answered with another status than Accepted, and the connector goes on charging.

    Finds:
        The connector still reports Charging, in that very transaction, so many seconds after an idTagInfo.status other
        than Accepted: the certificate's limit for triggered functions, or 60 s. A stop ends it as well as SuspendedEVSE
        (StopTransactionOnInvalidId false). Nothing is said where MaxEnergyOnInvalidId is above 0, or the certificate
        declares it (C-03): then some energy is allowed; nor of ConcurrentTx for a retry, which is TXN-005.

    Why it matters:
        Energy flows that nobody pays for.

    Usual causes:
        The station only looks at the answer to Authorize, or its cache knows better than the CSMS.

    What to do:
        Read StopTransactionOnInvalidId and MaxEnergyOnInvalidId; stop the transaction from the CSMS.
    """

    id = "TXN-017"
    name = "StartTransaction not accepted, but charging goes on"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.8; E16 §3.17"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"StartTransaction"})
    memories = (Charging,)
    thresholds = (
        Threshold("charging_s", 60, "Seconds that it may go on where the certificate declares none (judgement)."),
    )
    examples = (
        Example(
            "Blocked, and Charging for ten minutes",
            _BLOCKED + status("2", 1, "Charging") + "+600",
            finds=1,
            severity=Severity.WARNING,
            line=2,
            beside=("STA-004",),
        ),
        Example(
            "stopped",
            _BLOCKED + status("2", 1, "Charging") + "+5 " + stopped("3", 17, 1001, 5, reason="DeAuthorized") + "+600",
            beside=("STA-004",),
        ),
        Example(
            "suspended",
            _BLOCKED + status("2", 1, "Charging") + status("3", 1, "SuspendedEVSE") + "+600",
            beside=("STA-004",),
        ),
        Example(
            "some energy is allowed",
            configure("c", "MaxEnergyOnInvalidId", "500") + _BLOCKED + status("2", 1, "Charging") + "+600",
            beside=("STA-004",),
        ),
        Example("accepted", started("1", 17) + status("2", 1, "Charging") + "+600"),
        Example(
            "the other connector charges",
            started("1", 17)
            + status("2", 1, "Charging")
            + start("3", 2, "B2")
            + issued("3", 18, "Blocked")
            + status("4", 2, "SuspendedEVSE")
            + "+600",
            beside=("STA-004",),
        ),
        Example("the connection went", _BLOCKED + status("2", 1, "Charging") + "+5 drop\n+600", beside=("STA-004",)),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """Refused drivers, now and after a while."""
        if isinstance(event, TimeUp):
            return _goes_on(event)
        pending = event.closed.pending
        if pending is None or not isinstance(event.message, CallResult):
            return ()
        verdict = text_at(event.message.payload, "idTagInfo", "status")
        charge = event.scene.recall(Charging).asked_for(pending.number)
        if verdict in (None, "Accepted") or charge is None or (verdict == "ConcurrentTx" and charge.copies > 1):
            return ()
        if _may_go_on(event.scene):
            return ()
        seconds = triggered_limit(event.scene, self.threshold("charging_s"))
        return (AskLater(seconds, charge.start, (charge.start, charge.place, event.scene.number, verdict, seconds)),)


def _may_go_on(scene: Scene) -> bool:
    told = number_at(scene.station.configuration, "maxenergyoninvalidid")
    return told > 0 if told is not None else claim(scene, "C-03") is True


def _goes_on(event: TimeUp) -> Iterator[Verdict]:
    started, place, conf, verdict, seconds = event.note
    scene = event.scene
    charge = scene.recall(Charging).running_at(place)
    if charge is None or charge.start != started or not scene.connection.alive:
        return
    if scene.station.connectors.get(str(place)) != "Charging":
        return
    yield Verdict(
        f"the CSMS answered the start on connector {place} with {quoted(verdict)}, and {seconds:g} s later it still "
        "reports Charging",
        observed="Charging",
        expected="StopTransaction, or SuspendedEVSE",
        records=(conf, started),
        key=f"{place}",
    )
