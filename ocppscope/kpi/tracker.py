"""Everything about the certificate's performance figures, in one object: messages in, samples and figures out.

Pure like the inspector that feeds it: time comes from the messages and from `KpiTracker.advance`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from ocppscope.kpi.expected import Arrival, Asked
from ocppscope.kpi.facts import Facts, evse_of, transaction_of
from ocppscope.kpi.figures import Figure, Waiting, figure_of
from ocppscope.kpi.followed import Running
from ocppscope.kpi.functions import TRIGGERS, Functions
from ocppscope.kpi.ledger import Ledger
from ocppscope.kpi.measure import MEASURES, OTHER_MEASURES, RESPONSE_OF_CSMS, RESPONSE_OF_STATION, Measure
from ocppscope.kpi.responses import ProfileOf, Responses
from ocppscope.kpi.sample import Ending, Sample
from ocppscope.kpi.settings import TELLING, Setting, settings_reported, settings_told
from ocppscope.model.connection import Connection, Station
from ocppscope.model.exchange import Exchange
from ocppscope.pics.profile import Profile
from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.message import Call, CallError, CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at, value_at
from ocppscope.protocol.roles import Direction, Role

OpenExchanges = Callable[[], Iterable[Exchange]]

_ANSWERS = frozenset({"Authorize", "StartTransaction", "Heartbeat"}) | TELLING
"""Actions whose answer tells something."""


_TELLING = TRIGGERS | _ANSWERS


class KpiTracker:
    """The performance figures of all stations and their CSMS.

    Args:
        stations: every station known, by identity.
        profiles: product profiles in force.
        profile_of: which of them holds for a station's own answers, or for those of its CSMS.
        open_exchanges: the CALLs that wait for their response.
        excluded_actions: actions that the reader does not want in the OCPP response timeout.
    """

    def __init__(
        self,
        stations: dict[str, Station],
        profiles: Sequence[Profile],
        profile_of: ProfileOf,
        open_exchanges: OpenExchanges,
        excluded_actions: Collection[str] = (),
    ) -> None:
        self.now = 0
        """Time on the record clock in ns, of the latest record or `advance`."""
        self._stations = stations
        self._profiles = tuple(profiles)
        self._profile_of = profile_of
        self._open_exchanges = open_exchanges
        self._ledger = Ledger()
        self._responses = Responses(self._ledger, profile_of, excluded_actions, judges=bool(profiles))
        self._functions = Functions(self._ledger)
        self.late = self._functions.late
        """Functions that came later than declared, or not at all, since the reader emptied this list.

        Each is told once, when all is known of it: as it comes, too late; or when it is given up, after twice its limit,
        with ``function_record`` None. Until then `running` has it, and `figure` counts it among the timeouts.
        """
        self._facts: dict[str, Facts] = {}
        self._settings: dict[str, dict[Setting, float]] = {}

    # -- what comes out -------------------------------------------------------------------------------------------------

    def figures(self, stations: Collection[str] | None = None) -> list[Figure]:
        """The certificate's figures, in its order, of all stations together or of some; those without samples, too."""
        return [self.figure(measure, stations) for measure in MEASURES]

    def other_figures(self, stations: Collection[str] | None = None) -> list[Figure]:
        """Figures that no certificate has; only those that were seen."""
        figures = (self.figure(measure, stations) for measure in OTHER_MEASURES)
        return [figure for figure in figures if figure.n or figure.excluded or figure.censored]

    def figure(self, measure: Measure, stations: Collection[str] | None = None) -> Figure:
        """One figure.

        Args:
            measure: which.
            stations: of these together; None for all. The limit and the certified figures are those of the one product
                that they all are, and absent when they are several.
        """
        self._responses.settle()
        return figure_of(
            measure,
            self._ledger.tally(measure, stations),
            self._profile(measure.dut, stations),
            self._waiting(measure, stations),
            coarse=self._responses.is_coarse(RESPONSE_OF_STATION) and self._responses.is_coarse(RESPONSE_OF_CSMS),
        )

    def samples(self, measure: Measure, stations: Collection[str] | None = None) -> list[Sample]:
        """The samples kept of a measure, those that do not count included: the slowest of earlier times, then the latest."""
        kept = chain(self._responses.samples(measure), self._ledger.samples(measure))
        return [sample for sample in kept if stations is None or sample.station in stations]

    def running(self, station: str | None = None) -> list[Running]:
        """Functions that are due and have not come yet, the oldest first."""
        return self._functions.running(station)

    def settings(self, station: str) -> dict[Setting, float]:
        """Timers that the station's configuration was seen to have, in seconds (or attempts)."""
        return self._settings.get(station, {})

    # -- what goes in ---------------------------------------------------------------------------------------------------

    def called(
        self, station: Station, connection: Connection, exchange: Exchange, call: Call, *, time: datetime, at: int
    ) -> None:
        """A CALL passed: it was read at ``at`` (record clock, ns; wall clock ``time``) and opens ``exchange``."""
        action = call.action.removesuffix("-Signed")
        functions = self._functions
        if exchange.direction is Direction.TO_CSMS:
            if action in _SPOKEN or station.id in functions.open or station.id in functions.afterwards:
                self._station_called(station, connection, Arrival(exchange, call, at, time))
            return
        self._responses.called(station, exchange)
        facts = self._facts.get(station.id)
        if facts is not None and facts.booting:
            self._responses.exempt(exchange)
        elif not connection.messages[Direction.TO_CSMS]:
            self._facts_of(station.id).unanswered.append(exchange)
        if action in TRIGGERS:
            profile = self._profile_of(station, Role.STATION)
            self._functions.asked(
                exchange,
                action,
                Asked(connection.version, station, self._facts_of(station.id), call.payload, time, profile),
            )
        elif action == "CertificateSigned":
            self._functions.arrived(Arrival(exchange, call, at, time))

    def answered(
        self,
        station: Station,
        exchange: Exchange,
        call: Call,
        response: CallResult | CallError,
        *,
        times: tuple[datetime, datetime],
    ) -> None:
        """A CALL has its response, and ``exchange`` is complete; ``times`` are the wall clock of both messages."""
        self._responses.answered(station, exchange, *times)
        action = call.action.removesuffix("-Signed")
        if action not in _TELLING:
            return
        if action in TRIGGERS:
            payload = response.payload if isinstance(response, CallResult) else None
            promised = self._functions.responded(exchange, payload)
            if isinstance(response, CallResult):
                self._learn_reservation(station.id, action, call, accepted=promised)
                if action == "ChangeAvailability":
                    self._learn_availability(station.id, call.payload, response.payload)
        if action in _ANSWERS:
            if isinstance(response, CallResult):
                self._learn_answer(exchange, action, call.payload, response.payload, times[1])
            elif action == "BootNotification":
                self._facts_of(station.id).booting = False

    def dropped(
        self, station: Station, exchange: Exchange, started: datetime, ending: Ending, *, repeated: bool
    ) -> None:
        """An open CALL will not be answered: its connection or the capture is over, or a repetition took its place."""
        self._responses.given_up(station, exchange, started, self.now, ending, repeated=repeated)
        if repeated:
            self._functions.repeated(exchange.connection, exchange.call)

    def disconnected(self, connection: Connection, at: int) -> None:
        """A connection ended."""
        self._functions.disconnected(connection.station, connection.number, at)
        facts = self._facts.get(connection.station)
        if facts is not None:
            facts.booting = False
            facts.unanswered.clear()

    def end_run(self) -> None:
        """The capture is over, and what is still due will never be seen."""
        self._functions.finish(self.now)
        self.now = 0

    def advance(self, now: int) -> None:
        """Time has come to ``now`` (record clock, ns)."""
        self.now = now
        due = self._functions.due
        if due and due[0][0] <= now:
            self._functions.advance(now)

    def forget(self, station: str) -> None:
        """Drop what is known of one station; the figures of all together keep what it contributed."""
        self._responses.settle()
        self._ledger.forget(station)
        self._functions.forget(station)
        self._facts.pop(station, None)
        self._settings.pop(station, None)

    # -- details --------------------------------------------------------------------------------------------------------

    def _station_called(self, station: Station, connection: Connection, arrival: Arrival) -> None:
        facts, call = self._facts_of(station.id), arrival.call
        action = bare_action(call.action)
        if action == "BootNotification":
            self._booting(connection, facts)
        if station.id in self._functions.open or station.id in self._functions.afterwards:
            self._functions.arrived(arrival)
        match action:
            case "StatusNotification":
                facts.stamped(call.payload, arrival.time)
            case "StopTransaction":
                transaction = transaction_of(call)
                if transaction is not None:
                    facts.ended(transaction)
            case "TransactionEvent":
                self._learn_event(facts, call)
            case "NotifyReport":
                self._learn_settings(station.id, settings_reported(call.payload))
            case "SignCertificate":
                profile = self._profile_of(station, Role.CSMS)
                asked = Asked(connection.version, station, facts, call.payload, arrival.time, profile)
                self._functions.asked(arrival.exchange, action, asked)

    def _booting(self, connection: Connection, facts: Facts) -> None:
        """CALLs before the BootNotification with which a station opens a connection need not be answered."""
        facts.booting = True
        if connection.messages[Direction.TO_CSMS] <= 1:
            for exchange in facts.unanswered:
                self._responses.exempt(exchange)
        facts.unanswered.clear()

    def _learn_event(self, facts: Facts, call: Call) -> None:
        transaction = transaction_of(call)
        if transaction is None:
            return
        if text_at(call.payload, "eventType") == "Ended":
            facts.ended(transaction)
        elif transaction not in facts.running or evse_of(call.payload) is not None:
            facts.started(transaction, evse_of(call.payload))

    def _learn_reservation(self, station: str, action: str, call: Call, *, accepted: bool) -> None:
        if action == "ReserveNow" and accepted:
            reservation = integer_at(call.payload, "reservationId")
            place = integer_at(call.payload, "connectorId")
            if reservation is None:  # 2.x
                reservation, place = integer_at(call.payload, "id"), integer_at(call.payload, "evseId")
            if reservation is not None:
                self._facts_of(station).has_reserved(reservation, None if place is None else str(place))
        elif action == "CancelReservation" and accepted:
            self._facts_of(station).reserved.pop(integer_at(call.payload, "reservationId") or 0, None)

    def _learn_availability(self, station: str, request: Payload, result: Payload) -> None:
        """2.x; 1.6 has one level only, and statuses tell it."""
        wanted = text_at(request, "operationalStatus")
        if wanted is not None and text_at(result, "status") in ("Accepted", "Scheduled"):
            place = (evse_of(request), integer_at(request, "evse", "connectorId"))
            self._facts_of(station).set_operative(place, operative=wanted == "Operative")

    def _learn_answer(
        self, exchange: Exchange, action: str, request: Payload, result: Payload, ended: datetime
    ) -> None:
        station = exchange.station
        facts = self._facts_of(station)
        if action in TELLING:
            self._learn_settings(station, settings_told(action, request, result))
        match action:
            case "Heartbeat":
                facts.csms_said_time(result, ended)
            case "BootNotification":
                facts.booting = False
                facts.csms_said_time(result, ended)
            case "StartTransaction":
                transaction = integer_at(result, "transactionId")
                if transaction is not None:
                    facts.started(str(transaction), integer_at(request, "connectorId"))
            case "Authorize":
                if station in self._functions.open:
                    info = value_at(result, "idTagInfo") or value_at(result, "idTokenInfo")
                    accepted = text_at(info, "status") == "Accepted"
                    self._functions.authorised(exchange, accepted=accepted, ended=ended)

    def _learn_settings(self, station: str, told: Iterator[tuple[Setting, float]]) -> None:
        for setting, value in told:
            self._settings.setdefault(station, {})[setting] = value
            if setting is Setting.CONNECTION_TIMEOUT and value > 0:
                self._facts_of(station).configured(value)

    def _facts_of(self, station: str) -> Facts:
        facts = self._facts.get(station)
        if facts is None:
            facts = self._facts[station] = Facts()
        return facts

    def _profile(self, dut: Role, stations: Collection[str] | None) -> Profile | None:
        """The profile of the one product that these stations (or their CSMS) are; None when they are several."""
        declared = [profile for profile in self._profiles if profile.dut is dut]
        if dut is Role.CSMS:
            return declared[0] if len(declared) == 1 else None
        if stations is None:
            # One profile may hold for some stations only, and times of all together can be held against it no more.
            others = (
                any(station.profile != declared[0].name for station in self._stations.values()) if declared else True
            )
            return declared[0] if len(declared) == 1 and not others else None
        names = {found.profile for name in stations if (found := self._stations.get(name)) is not None}
        found_profiles = [profile for profile in declared if profile.name in names]
        return found_profiles[0] if len(found_profiles) == 1 and len(names) == 1 else None

    def _waiting(self, measure: Measure, stations: Collection[str] | None) -> Waiting:
        followed = self._functions.waiting(measure, stations, self.now)
        opened = (
            (exchange, self._limit(measure, exchange))
            for exchange in self._open_exchanges()
            if stations is None or exchange.station in stations
        )
        asked = self._responses.waiting(measure, opened, self.now)
        longest = max(followed.longest, asked.longest)
        return Waiting(followed.late + asked.late, followed.in_time + asked.in_time, longest)

    def _limit(self, measure: Measure, exchange: Exchange) -> float | None:
        station = self._stations.get(exchange.station)
        profile = self._profile_of(station, measure.dut) if station is not None else None
        return profile.kpi_limit(measure.key) if profile is not None else None


_SPOKEN = frozenset(
    {
        "BootNotification",
        "NotifyReport",
        "SignCertificate",
        "StatusNotification",
        "StopTransaction",
        "TransactionEvent",
    }
)
"""Actions of a station that tell something even when nothing is waited for."""
