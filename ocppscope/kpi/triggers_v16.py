"""OCPP 1.6: which CALL of the CSMS must cause which message of the station.

What is not in the table causes nothing that is measured: Reset and BootNotification are reboots; GetDiagnostics, GetLog,
UpdateFirmware and SignedUpdateFirmware, and triggers of their status messages, are diagnostics and firmware, which the
certificate's definition excludes; ChangeConfiguration changes an interval, not the moment.
"""

from ocppscope.kpi.expected import Answer, Arrival, Asked, Expected, Trigger
from ocppscope.kpi.facts import connector_places, status_told, transaction_of
from ocppscope.kpi.measure import TRIGGERED
from ocppscope.kpi.remote_start import RemoteStart
from ocppscope.kpi.remote_stop import remote_stop
from ocppscope.protocol.payload import integer_at, text_at

_REQUESTED = {
    "Heartbeat": "Heartbeat",
    "StatusNotification": "StatusNotification",
    "MeterValues": "MeterValues",
    "SignChargePointCertificate": "SignCertificate",
}
"""What TriggerMessage and ExtendedTriggerMessage may ask for and is counted, and the action that it is sent as."""

_CHARGING = frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"})

_AVAILABILITY = {
    "Operative": ("Available", frozenset({"Available", "Preparing", "Finishing"}) | _CHARGING),
    "Inoperative": ("Unavailable", frozenset({"Unavailable"})),
}
"""What ChangeAvailability must bring: its name, and the statuses that tell it; with a cable in, none says Available."""


def _requested_message(asked: Asked) -> Expected | None:
    """TriggerMessage(x) → x, of the connector that was named; without one of any, and the first that comes."""
    function = _REQUESTED.get(text_at(asked.payload, "requestedMessage") or "")
    if function is None:
        return None
    connector = integer_at(asked.payload, "connectorId")

    def matches(arrival: Arrival) -> Answer:
        if arrival.action != function:
            return False
        if connector is None or function not in ("StatusNotification", "MeterValues"):
            return True
        return integer_at(arrival.payload, "connectorId") == connector

    return Expected(TRIGGERED, function, matches)


def _status(name: str, connectors: frozenset[str], wanted: frozenset[str]) -> Expected:
    """The first StatusNotification with one of these statuses, of one of these connectors."""

    def matches(arrival: Arrival) -> Answer:
        if arrival.action != "StatusNotification":
            return False
        told = status_told(arrival.payload)
        return told is not None and told[1] in wanted and told[0] in connectors

    return Expected(TRIGGERED, f"StatusNotification({name})", matches)


def _reserve_now(asked: Asked) -> Expected | None:
    """ReserveNow of a connector → Reserved. A reservation that replaces another changes no status."""
    connector = integer_at(asked.payload, "connectorId")
    reservation = integer_at(asked.payload, "reservationId")
    if not connector or reservation in asked.facts.reserved:
        return None
    if asked.station.connectors.get(str(connector)) == "Reserved":
        return None
    return _status("Reserved", frozenset({str(connector)}), frozenset({"Reserved"}))


def _cancel_reservation(asked: Asked) -> Expected | None:
    """CancelReservation → Available, where a connector was Reserved."""
    known = asked.facts.reserved.get(integer_at(asked.payload, "reservationId") or 0)
    reserved = {name for name, status in asked.station.connectors.items() if status == "Reserved"}
    if known is not None:
        reserved &= {known}
    return _status("Available", frozenset(reserved), frozenset({"Available"})) if reserved else None


def _change_availability(asked: Asked) -> Expected | None:
    """ChangeAvailability → the status asked for, where it is known to differ from the present one; of 0, of any that changes."""
    connector = integer_at(asked.payload, "connectorId")
    asked_for = _AVAILABILITY.get(text_at(asked.payload, "type") or "")
    if connector is None or asked_for is None:
        return None
    name, wanted = asked_for
    states = connector_places(asked.station)
    if connector:
        states = {place: status for place, status in states.items() if place == str(connector)}
    changing = {place for place, status in states.items() if status not in wanted and status != "Faulted"}
    if not changing:
        return None
    return _status(name, frozenset(changing | {str(connector)}), wanted)


def _unlock_connector(asked: Asked) -> Expected | None:
    """UnlockConnector during a transaction → StopTransaction(UnlockCommand)."""
    connector = integer_at(asked.payload, "connectorId")
    running = next((name for name, place in asked.facts.running.items() if place == connector), None)
    if connector is None or (running is None and asked.station.connectors.get(str(connector)) not in _CHARGING):
        return None

    def matches(arrival: Arrival) -> Answer:
        return (
            arrival.action == "StopTransaction"
            and text_at(arrival.payload, "reason") == "UnlockCommand"
            and running in (None, transaction_of(arrival.call))
        )

    return Expected(TRIGGERED, "StopTransaction(UnlockCommand)", matches, identified=running is not None)


TRIGGERS = {
    "TriggerMessage": Trigger(_requested_message),
    "ExtendedTriggerMessage": Trigger(_requested_message),
    "RemoteStartTransaction": Trigger(RemoteStart.asked),
    "RemoteStopTransaction": Trigger(remote_stop),
    "ReserveNow": Trigger(_reserve_now),
    "CancelReservation": Trigger(_cancel_reservation),
    "ChangeAvailability": Trigger(_change_availability),
    "UnlockConnector": Trigger(_unlock_connector, frozenset({"Unlocked"})),
}
"""By the action of the trigger."""
