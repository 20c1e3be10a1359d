"""RemoteStartTransaction → StartTransaction, and what makes such a pair count.

The certificate counts only what happens *immediately*: without waiting for a driver who still has to plug in. That is
only known where the cable was in before the request: its connector was Preparing, or goes to Charging or SuspendedEV
without a plug event in between. Available → Preparing after the request may be the effect of the request itself.
"""

from typing import Any, ClassVar

from ocppscope.kpi.expected import Afterwards, Answer, Arrival, Asked, Expected
from ocppscope.kpi.facts import DEFAULT_CONNECTION_TIMEOUT, Facts, connector_places, status_told
from ocppscope.kpi.measure import REMOTE_START
from ocppscope.kpi.sample import Excluded, Sample
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.payload import integer_at, text_at

_SECOND = 1_000_000_000
_FLOWING = frozenset({"Charging", "SuspendedEV"})
_MOST_AUTHORIZES = 16
_CABLE_LOCK = "AQ-2"
"""The certificate's question whether a lock keeps the cable out before authorization."""


class RemoteStart(Expected):
    """The transaction that a remote start asks for."""

    function_name: ClassVar[str] = "StartTransaction"

    def __init__(self, asked: Asked, id_token: str, place: int | None) -> None:
        super().__init__(REMOTE_START, self.function_name, lambda _arrival: False, identified=True)
        self.id_token = id_token
        self.place = place
        self._asked_at = asked.time
        self._facts: Facts = asked.facts
        self._states = connector_places(asked.station)
        self._plugged_before = {name for name, status in self._states.items() if self.is_plugged(status)}
        self._plugged_after: set[str] = set()
        self._flowing: set[str] = set()
        self._never_plugged = _has_cable_lock(asked)
        self._authorizes: dict[int, None] = {}
        self._authorize_ns = 0
        self._foreign = False

    @classmethod
    def asked(cls, asked: Asked) -> Expected | None:
        """What a RemoteStartTransaction must cause."""
        id_tag = text_at(asked.payload, "idTag")
        return None if id_tag is None else cls(asked, id_tag.casefold(), integer_at(asked.payload, "connectorId"))

    @staticmethod
    def is_plugged(status: str) -> bool:
        """Whether a connector with this status has a cable in."""
        return status == "Preparing"

    def is_same(self, other: Expected) -> bool:
        """Whether another remote start asks for the same."""
        return isinstance(other, RemoteStart) and (self.id_token, self.place) == (other.id_token, other.place)

    def look(self, arrival: Arrival) -> Answer:
        """A StartTransaction is matched; statuses and Authorize tell what the time was made of."""
        match arrival.action:
            case "StatusNotification":
                self._learn_status(status_told(arrival.payload))
            case "Authorize":
                self._learn_authorize(arrival, text_at(arrival.payload, "idTag"))
            case "StartTransaction":
                return self._started(arrival)
        return False

    def unclaimed(self, arrival: Arrival) -> None:
        """A transaction started that no remote start asked for, where this one might have started one."""
        if arrival.action == "StartTransaction" and self._may_start(arrival):
            self._foreign = True

    def refused(self, exchange: Exchange, *, accepted: bool) -> bool:
        """The time of the CSMS is noted; what it refuses will not start."""
        if exchange.call not in self._authorizes:
            return False
        self._authorize_ns += round((exchange.latency or 0.0) * _SECOND)
        return not accepted

    def window(self, limit: float | None) -> float:
        """A driver has until ConnectionTimeOut to plug in, and the station at least what is declared."""
        return max(self._facts.connection_timeout or DEFAULT_CONNECTION_TIMEOUT, limit or 0.0)

    def given_up(self, *, duplicate: bool, limit: float | None) -> str | None:
        """Nobody may have come to plug in: that nothing started breaks no limit."""
        if self._foreign:
            return Excluded.OTHER_ID_TAG
        return Excluded.DUPLICATE_REQUEST if duplicate else Excluded.TIMED_OUT

    def afterwards(self, sample: Sample) -> Afterwards | None:
        """Note the CSMS's share; where the cable is in doubt, the next status of the connector may prove it."""
        if self._authorizes:
            sample.csms_authorize = self._authorize_ns / _SECOND
        if (
            sample.excluded != Excluded.PLUG_STATE_UNKNOWN
            or self._never_plugged
            or self._connector in self._plugged_after
        ):
            return None
        connector = self._connector

        def confirms(arrival: Arrival) -> bool | None:
            told = status_told(arrival.payload) if arrival.action == "StatusNotification" else None
            return None if told is None or told[0] != connector else told[1] in _FLOWING

        return confirms

    _connector: str = ""
    """That of the matched StartTransaction."""

    def _started(self, arrival: Arrival) -> Answer:
        id_tag = text_at(arrival.payload, "idTag")
        if id_tag is None or id_tag.casefold() != self.id_token or not self._may_start(arrival):
            return False
        self._connector = str(integer_at(arrival.payload, "connectorId"))
        return True if self._cable_was_in(self._connector) else Excluded.PLUG_STATE_UNKNOWN

    def _may_start(self, arrival: Arrival) -> bool:
        place = integer_at(arrival.payload, "connectorId")
        return self.place in (None, place) and not self._facts.predates(arrival.payload, self._asked_at)

    def _cable_was_in(self, connector: str) -> bool:
        if self._never_plugged or connector in self._plugged_after:
            return False
        return connector in self._plugged_before or connector in self._flowing

    def _learn_status(self, told: tuple[str, str] | None) -> None:
        if told is None:
            return
        connector, status = told
        if self.is_plugged(status):
            if not self.is_plugged(self._states.get(connector, "")):
                self._plugged_after.add(connector)
        elif status in _FLOWING and connector not in self._plugged_after:
            self._flowing.add(connector)
        if connector in self._states or len(self._states) < 64:
            self._states[connector] = status

    def _learn_authorize(self, arrival: Arrival, id_token: Any) -> None:
        own = isinstance(id_token, str) and id_token.casefold() == self.id_token
        if own and len(self._authorizes) < _MOST_AUTHORIZES:
            self._authorizes[arrival.exchange.call] = None


def _has_cable_lock(asked: Asked) -> bool:
    row = asked.profile.additional_questions.get(_CABLE_LOCK) if asked.profile is not None else None
    return row is not None and row.value is True
