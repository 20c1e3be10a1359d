"""OCPP 2.0.1 and 2.1: which CALL of the CSMS must cause which message of the station.

What is not in the table causes nothing that is measured: Reset, GetLog, UpdateFirmware and PublishFirmware for the reasons
of 1.6, SetVariableMonitoring and its like because their events come when they come.
"""

from collections.abc import Callable, Collection

from ocppscope.kpi.expected import Afterwards, Answer, Arrival, Asked, Expected, Plan, Trigger
from ocppscope.kpi.facts import evse_of
from ocppscope.kpi.measure import TRIGGERED
from ocppscope.kpi.remote_start_v2x import RemoteStartV2x
from ocppscope.kpi.remote_stop import request_stop
from ocppscope.kpi.sample import Sample
from ocppscope.protocol.availability import State, states_told
from ocppscope.protocol.payload import integer_at, text_at, value_at

_SECOND = 1_000_000_000

_CERTIFICATES = {
    "SignChargingStationCertificate": "ChargingStationCertificate",
    "SignV2GCertificate": "V2GCertificate",
    "SignV2G20Certificate": "V2G20Certificate",
    "SignCombinedCertificate": None,
}
"""What TriggerMessage may ask to be signed, and the certificateType of the SignCertificate; None for any."""


def _requested_message(asked: Asked) -> Expected | None:
    """TriggerMessage(x) → x. CustomTrigger may be anything; reboot, firmware and log are not counted."""
    requested = text_at(asked.payload, "requestedMessage") or ""
    if requested in _CERTIFICATES:
        return Expected(TRIGGERED, "SignCertificate", _sign_certificate(_CERTIFICATES[requested]))
    evse, connector = evse_of(asked.payload), integer_at(asked.payload, "evse", "connectorId")
    matches: Callable[[Arrival], Answer]
    match requested:
        case "Heartbeat":

            def matches(arrival: Arrival) -> Answer:
                return arrival.action == requested

        case "TransactionEvent":

            def matches(arrival: Arrival) -> Answer:
                return (
                    arrival.action == requested
                    and text_at(arrival.payload, "triggerReason") == "Trigger"
                    and (evse is None or evse_of(arrival.payload) in (None, evse))
                )

        case "StatusNotification" | "MeterValues":

            def matches(arrival: Arrival) -> Answer:
                return (
                    arrival.action == requested
                    and evse in (None, integer_at(arrival.payload, "evseId"))
                    and (requested == "MeterValues" or connector in (None, integer_at(arrival.payload, "connectorId")))
                )

        case _:
            return None
    return Expected(TRIGGERED, requested, matches)


def _sign_certificate(kind: str | None) -> Callable[[Arrival], Answer]:
    def matches(arrival: Arrival) -> Answer:
        return arrival.action == "SignCertificate" and (
            kind is None or text_at(arrival.payload, "certificateType") in (None, kind)
        )

    return matches


def _never(_arrival: Arrival) -> Answer:
    return False


class Report(Expected):
    """A report in parts that carry the request's id: the first part is what counts, and the last one is noted."""

    def __init__(self, function: str, request: int) -> None:
        super().__init__(TRIGGERED, function, _never, identified=True)
        self.request = request
        self._complete = False

    def look(self, arrival: Arrival) -> Answer:
        """Any part will do."""
        return self._is_part(arrival)

    def afterwards(self, sample: Sample) -> Afterwards | None:
        """Note when the last part came."""
        if self._complete:
            sample.complete = sample.seconds
            return None

        def completes(arrival: Arrival) -> bool | None:
            if not self._is_part(arrival) or not self._complete:
                return None
            sample.complete = max(arrival.at - sample.start, 0) / _SECOND
            return False

        return completes

    def _is_part(self, arrival: Arrival) -> bool:
        if arrival.action != self.function or integer_at(arrival.payload, "requestId") != self.request:
            return False
        self._complete = value_at(arrival.payload, "tbc") is not True
        return True


def _report(function: str) -> Plan:
    """A request for a report → its first part."""

    def plan(asked: Asked) -> Expected | None:
        request = integer_at(asked.payload, "requestId")
        return None if request is None else Report(function, request)

    return plan


def _availability(names: Collection[str], told: str, wanted: Callable[[str], bool]) -> Expected:
    """The first message that tells a wanted state of one of these connectors (``EVSE.connector``)."""

    def matches(arrival: Arrival) -> Answer:
        return any(
            wanted(state.status) and _is_in(state, names) for state in states_told(arrival.action, arrival.payload)
        )

    return Expected(TRIGGERED, f"StatusNotification({told})", matches)


def _is_in(state: State, names: Collection[str]) -> bool:
    """Whether a state is that of one of these connectors, of an EVSE with one of them, or of the whole station."""
    if state.key is not None:
        return state.key in names
    return state.evse is None or any(name.startswith(f"{state.evse}.") for name in names)


def _connectors(asked: Asked, evse: int | None, connector: int | None) -> dict[str, str]:
    """The present states of the connectors that are meant."""
    wanted = "" if evse is None else f"{evse}." if connector is None else f"{evse}.{connector}"
    names = asked.station.connectors.items()
    return {
        name: status for name, status in names if (name.startswith(wanted) if connector is None else name == wanted)
    }


def _levels(name: str) -> set[tuple[int | None, int | None]]:
    """The places whose state a connector depends on: itself, its EVSE, the station."""
    evse, _, connector = name.partition(".")
    if not (evse.isdecimal() and connector.isdecimal()):
        return {(None, None)}
    return {(None, None), (int(evse), None), (int(evse), int(connector))}


def _reserve_now(asked: Asked) -> Expected | None:
    """ReserveNow of an EVSE → Reserved. Without an EVSE no connector need change."""
    evse = integer_at(asked.payload, "evseId")
    if evse is None or integer_at(asked.payload, "id") in asked.facts.reserved:
        return None
    if "Reserved" in _connectors(asked, evse, None).values():
        return None
    return Expected(TRIGGERED, "StatusNotification(Reserved)", _becomes(evse, "Reserved"))


def _cancel_reservation(asked: Asked) -> Expected | None:
    """CancelReservation → Available, where a connector was Reserved."""
    known = asked.facts.reserved.get(integer_at(asked.payload, "reservationId") or 0)
    evse = int(known) if known is not None else None
    if "Reserved" not in _connectors(asked, evse, None).values():
        return None
    return Expected(TRIGGERED, "StatusNotification(Available)", _becomes(evse, "Available"))


def _becomes(evse: int | None, wanted: str) -> Callable[[Arrival], Answer]:
    """The first message that tells this state of the EVSE, or (None) of any."""

    def matches(arrival: Arrival) -> Answer:
        told = states_told(arrival.action, arrival.payload)
        return any(state.status == wanted and evse in (None, state.evse) for state in told)

    return matches


def _change_availability(asked: Asked) -> Expected | None:
    """ChangeAvailability → the state asked for, of a connector whose state is known to change by it.

    Station, EVSE and connector each keep a state of their own, and a connector is only operative where all three are. So
    Operative changes nothing where another level is inoperative; and the whole station was not known to be inoperative
    unless it was made so before our eyes. Operative is told as Available, or as Occupied where a cable is in.
    """
    operative = {"Operative": True, "Inoperative": False}.get(text_at(asked.payload, "operationalStatus") or "")
    if operative is None:
        return None
    evse, connector = evse_of(asked.payload), integer_at(asked.payload, "evse", "connectorId")
    changing = {
        name
        for name, status in _connectors(asked, evse, connector).items()
        if status != "Faulted" and (status == "Unavailable") == operative
    }
    if operative:
        inoperative = asked.facts.inoperative.keys()
        if evse is None and (None, None) not in inoperative:
            return None
        changing = {name for name in changing if not inoperative & (_levels(name) - {(evse, connector)})}
    if not changing:
        return None
    if operative:
        return _availability(changing, "Available", lambda status: status not in ("Unavailable", "Faulted"))
    return _availability(changing, "Unavailable", lambda status: status == "Unavailable")


TRIGGERS = {
    "TriggerMessage": Trigger(_requested_message),
    "RequestStartTransaction": Trigger(RemoteStartV2x.asked),
    "RequestStopTransaction": Trigger(request_stop),
    "GetBaseReport": Trigger(_report("NotifyReport")),
    "GetReport": Trigger(_report("NotifyReport")),
    "GetMonitoringReport": Trigger(_report("NotifyMonitoringReport")),
    "GetDisplayMessages": Trigger(_report("NotifyDisplayMessages")),
    "CustomerInformation": Trigger(_report("NotifyCustomerInformation")),
    "GetChargingProfiles": Trigger(_report("ReportChargingProfiles")),
    "ReserveNow": Trigger(_reserve_now),
    "CancelReservation": Trigger(_cancel_reservation),
    "ChangeAvailability": Trigger(_change_availability),
}
"""By the action of the trigger."""
