"""RequestStartTransaction → the TransactionEvent with its remoteStartId (F01.FR.25), Started or Updated.

The id alone decides; whether the pair counts hangs on the cable as in 1.6, only that 2.x says more: the transaction may
exist before the request because it starts with the cable (TxStartPoint), and an event names the plug as its reason.
"""

from ocppscope.kpi.expected import Afterwards, Answer, Arrival, Asked, Expected
from ocppscope.kpi.facts import evse_of, transaction_of
from ocppscope.kpi.remote_start import RemoteStart
from ocppscope.kpi.sample import Excluded, Sample
from ocppscope.protocol.availability import states_told
from ocppscope.protocol.payload import integer_at, text_at

_FLOWING = frozenset({"Charging", "SuspendedEV"})


class RemoteStartV2x(RemoteStart):
    """The TransactionEvent that a RequestStartTransaction asks for."""

    function_name = "TransactionEvent"

    def __init__(self, asked: Asked, id_token: str, place: int | None, remote_start: int) -> None:
        super().__init__(asked, id_token, place)
        self.remote_start = remote_start
        self._running = dict(asked.facts.running)
        self._transaction: str | None = None

    @classmethod
    def asked(cls, asked: Asked) -> Expected | None:
        """What a RequestStartTransaction must cause."""
        remote_start = integer_at(asked.payload, "remoteStartId")
        if remote_start is None:
            return None
        id_token = (text_at(asked.payload, "idToken", "idToken") or "").casefold()
        return cls(asked, id_token, integer_at(asked.payload, "evseId"), remote_start)

    @staticmethod
    def is_plugged(status: str) -> bool:
        """2.x has one word for a connector that is in use in any way."""
        return status == "Occupied"

    def is_same(self, other: Expected) -> bool:
        """Whether another remote start has the same id."""
        return isinstance(other, RemoteStartV2x) and self.remote_start == other.remote_start

    def look(self, arrival: Arrival) -> Answer:
        """The TransactionEvent is matched; statuses and Authorize tell what the time was made of."""
        match arrival.action:
            case "StatusNotification" | "NotifyEvent":
                for state in states_told(arrival.action, arrival.payload):
                    if state.key is not None:
                        self._learn_status((state.key, state.status))
            case "Authorize":
                self._learn_authorize(arrival, text_at(arrival.payload, "idToken", "idToken"))
            case "TransactionEvent":
                return self._event(arrival)
        return False

    def afterwards(self, sample: Sample) -> Afterwards | None:
        """As in 1.6; here the events of the transaction tell."""
        super().afterwards(sample)
        if sample.excluded != Excluded.PLUG_STATE_UNKNOWN or self._never_plugged or self._plugged_after:
            return None
        transaction = self._transaction

        def confirms(arrival: Arrival) -> bool | None:
            if arrival.action != "TransactionEvent" or transaction_of(arrival.call) != transaction:
                return None
            if text_at(arrival.payload, "triggerReason") == "CablePluggedIn":
                return False
            if text_at(arrival.payload, "transactionInfo", "chargingState") in _FLOWING:
                return True
            return False if text_at(arrival.payload, "eventType") == "Ended" else None

        return confirms

    def _event(self, arrival: Arrival) -> Answer:
        payload = arrival.payload
        if integer_at(payload, "transactionInfo", "remoteStartId") != self.remote_start:
            return False
        if text_at(payload, "triggerReason") == "CablePluggedIn":
            return Excluded.WAITED_FOR_CABLE
        self._transaction = transaction_of(arrival.call)
        evse = evse_of(payload) or self._running.get(self._transaction or "") or self.place
        if self._never_plugged:
            return Excluded.PLUG_STATE_UNKNOWN
        if self._transaction in self._running:
            return True  # it began with the cable
        places = {name for name in self._plugged_before | self._plugged_after if name.startswith(f"{evse}.")}
        if places & self._plugged_after:
            return Excluded.PLUG_STATE_UNKNOWN
        flowing = text_at(payload, "transactionInfo", "chargingState") in _FLOWING
        return True if places or flowing else Excluded.PLUG_STATE_UNKNOWN
