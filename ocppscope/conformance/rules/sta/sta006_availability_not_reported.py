"""STA-006: an accepted change of availability that does not show."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, TimeUp
from ocppscope.conformance.example_exchanges import PLACE, exchange, started_v16, status_v2x, status_v16, stopped_v16
from ocppscope.conformance.example_exchanges import transaction_event as event_of
from ocppscope.conformance.memories.charging import Charge, Charging
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.patience import triggered_limit
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _asked(connector: int, type_: str, status: str = "Accepted", wait: float = 0.1) -> str:
    payload = {"connectorId": connector, "type": type_}
    return exchange("<", f"c{connector}{type_}", "ChangeAvailability", payload, {"status": status}, wait=wait)


def _asked_v2x(evse: int, wanted: str, status: str = "Accepted") -> str:
    payload = {"operationalStatus": wanted, "evse": {"id": evse}}
    return exchange("<", f"c{evse}{wanted}", "ChangeAvailability", payload, {"status": status})


_FREE = status_v16(1, "Available")
_CHARGE = _FREE + started_v16(1, 17, 0) + status_v16(1, "Charging")


class AvailabilityNotReported(Rule):
    """ChangeAvailability is accepted, and no status follows; or accepted where it can only be scheduled.

    Finds:
        An Accepted for a connector, EVSE or the whole station whose state is another one, and no status of any of its
        connectors within the declared time for triggered functions (30 s where none is declared). No message is due
        when the state is the one asked for, or while it is Faulted. As an error: Accepted for Inoperative while a
        transaction runs there, and still runs five seconds later; the answer to that is Scheduled.

    Why it matters:
        The operator believes the connector to be out of service, and drivers go on using it.

    Usual causes:
        The command sets a flag that is read with the next plug-in only; the report is sent for connector 0 alone, or
        not at all.

    What to do:
        Ask for the status with TriggerMessage, and see whether the connector really refuses to charge.
    """

    id = "STA-006"
    name = "ChangeAvailability answered, state not reported"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.2; P2 G03.FR.04, G04.FR.05"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = frozenset({"ChangeAvailability"})
    memories = (Charging, ConnectorStates)
    thresholds = (
        Threshold("report_s", 30, "Seconds for the status where the certificate declares none."),
        Threshold("race_s", 5, "Seconds in which the end of a transaction may cross the answer."),
    )
    examples = (
        Example(
            "nothing follows",
            _FREE + _asked(1, "Inoperative") + "+61",
            finds=1,
            severity=Severity.WARNING,
            line=3,
        ),
        Example("the status follows", _FREE + _asked(1, "Inoperative") + status_v16(1, "Unavailable", 2) + "+61"),
        Example("the station was in that state", _FREE + _asked(1, "Operative") + "+61"),
        Example(
            "it is scheduled for the end of the transaction", _CHARGE + _asked(1, "Inoperative", "Scheduled") + "+61"
        ),
        Example(
            "accepted while a transaction runs",
            _CHARGE + _asked(1, "Inoperative") + status_v16(1, "Unavailable") + "+6",
            finds=1,
            severity=Severity.ERROR,
            line=7,
        ),
        Example(
            "the transaction ended as it was asked",
            _CHARGE + _asked(1, "Inoperative", wait=60) + stopped_v16(17, 60) + status_v16(1, "Unavailable") + "+61",
        ),
        Example(
            "the whole station",
            status_v16(0, "Available")
            + _FREE
            + _asked(0, "Inoperative")
            + status_v16(0, "Unavailable")
            + status_v16(1, "Unavailable")
            + "+61",
        ),
        Example(
            "the whole station, and nothing follows",
            status_v16(0, "Available") + _FREE + _asked(0, "Inoperative") + "+61",
            finds=1,
        ),
        Example(
            "an EVSE of 2.0.1",
            status_v2x("1.1", "Available", 0) + _asked_v2x(1, "Inoperative") + "+61",
            version=OcppVersion.V201,
            finds=1,
        ),
        Example(
            "an EVSE with a transaction, of 2.1",
            status_v2x("1.1", "Occupied", 0)
            + event_of("Started", 0, 0, "Authorized", tag="A1", evse=PLACE)
            + _asked_v2x(1, "Inoperative")
            + "+61",
            version=OcppVersion.V21,
            finds=1,
            severity=Severity.ERROR,
        ),
        Example("its state was never told", _asked(1, "Inoperative") + "+61"),
    )

    def check(self, event: ResponseSeen | TimeUp) -> Iterable[Verdict | AskLater]:
        """What was accepted, and what has become of it."""
        if isinstance(event, TimeUp):
            return self._time_up(event)
        pending, result = event.closed.pending, event.message
        if pending is None or event.exchange is None or not isinstance(result, CallResult):
            return ()
        if text_at(result.payload, "status") != "Accepted":
            return ()
        return self._accepted(event, pending.call.payload, event.exchange)

    def _accepted(self, event: ResponseSeen, asked: Payload, exchange: Exchange) -> Iterator[AskLater]:
        scene, place = event.scene, _place(asked)
        wanted = text_at(asked, "type") or text_at(asked, "operationalStatus")
        if wanted not in ("Inoperative", "Operative"):
            return
        records = (exchange.call, scene.number)
        if wanted == "Inoperative":
            charge = _running(event, place, exchange.since)
            if charge is not None:
                yield AskLater(self.threshold("race_s"), ("charge", place), (records, charge.id))
                return
        names = _names(event, place)
        states = scene.recall(ConnectorStates)
        due = [name for name in names if (state := states.get(name)) and _differs(state.status, wanted)]
        if due:
            limit = triggered_limit(scene, self.threshold("report_s"))
            yield AskLater(limit, ("state", place), (records, due, wanted, exchange.since, limit))

    def _time_up(self, event: TimeUp) -> Iterator[Verdict]:
        scene = event.scene
        if not isinstance(event.key, tuple) or not scene.connection.alive:
            return
        kind, place = event.key
        if kind == "charge":
            records, id_ = event.note
            charge = scene.recall(Charging).get(id_)
            if charge is not None and charge.runs:
                yield Verdict(
                    f"ChangeAvailability to Inoperative {_named(place)} was Accepted while transaction {id_} runs there",
                    Severity.ERROR,
                    path="$.status",
                    observed='"Accepted"',
                    expected='"Scheduled"',
                    records=(*records, charge.start),
                    key=f"scheduled {place}",
                )
            return
        records, due, wanted, since, limit = event.note
        states = scene.recall(ConnectorStates)
        now = [state for name in due if (state := states.get(name))]
        if any(state.at >= since or not _differs(state.status, wanted) for state in now) or not now:
            return
        told = ", ".join(f"{name} {state.status}" for name, state in zip(due[:8], now, strict=False))
        yield Verdict(
            f"ChangeAvailability to {wanted} {_named(place)} was Accepted, and no status followed in {limit:g} s; "
            f"last reported: {told}",
            observed=told,
            expected="Unavailable" if wanted == "Inoperative" else "Available",
            records=(*records, *(state.record for state in now[:8])),
            key=f"{wanted} {place}",
        )


def _differs(status: str, wanted: str) -> bool:
    return status not in ("Unavailable", "Faulted") if wanted == "Inoperative" else status == "Unavailable"


def _place(asked: Payload) -> tuple[int, int | None]:
    """Connector or EVSE, 0 for the whole station; and the connector of an EVSE, if one is named."""
    connector = integer_at(asked, "connectorId")
    if connector is not None:
        return connector, None
    return integer_at(asked, "evse", "id") or 0, integer_at(asked, "evse", "connectorId")


def _named(place: tuple[int, int | None]) -> str:
    number, connector = place
    if number == 0:
        return "for the whole station"
    return f"for {number}" if connector is None else f"for {number}.{connector}"


def _names(event: ResponseSeen, place: tuple[int, int | None]) -> list[str]:
    """The connectors that it is about, as far as they were reported since the boot."""
    number, connector = place
    states = event.scene.recall(ConnectorStates)
    if number == 0:
        found = states.items()
    elif event.scene.connection.version is OcppVersion.V16:
        found = [item for item in states.items() if item[0] == str(number)]
    else:
        found = [item for item in states.of_evse(number) if connector is None or item[0] == f"{number}.{connector}"]
    return [name for name, state in found if state.fresh]


def _running(event: ResponseSeen, place: tuple[int, int | None], since: int) -> Charge | None:
    """A transaction there that had begun when the change was asked for."""
    charging = event.scene.recall(Charging)
    running = charging.running() if place[0] == 0 else [charging.running_at(place[0])]
    return next(
        (
            charge
            for charge in running
            if charge is not None
            and charge.id is not None
            and charge.began_at < since
            and charge.status in (None, "Accepted")
        ),
        None,
    )
