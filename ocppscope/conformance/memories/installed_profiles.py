"""The charging profiles that a station has accepted and still has."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, TypeAlias

import msgspec

from ocppscope.conformance.charging_limits import Course, Limit, course_of
from ocppscope.conformance.charging_profiles import charging_profile
from ocppscope.conformance.event import CallSeen, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import Call, CallResult, Payload
from ocppscope.protocol.payload import integer_at, text_at, time_at, value_at
from ocppscope.protocol.roles import Direction

MOST_PROFILES = 500
"""Kept for a station. The certificates seen declare up to 24."""

_MOST_ASKED = 16

Slot: TypeAlias = tuple[int, str, int]
"""Connector (1.6) or EVSE (2.x), purpose, stack level: a new profile takes the place of the one with the same three."""


_MAX_PURPOSES = frozenset({"ChargePointMaxProfile", "ChargingStationMaxProfile"})
_DEFAULT, _TX = "TxDefaultProfile", "TxProfile"

_JUDGED = _MAX_PURPOSES | {_DEFAULT, _TX, "ChargingStationExternalConstraints"}
"""Purposes whose part in the limit is known. Those that 2.1 adds may also raise it."""

_MOST_LEVELS = 16
"""Profiles of one purpose and place that are looked through for a limit; with more it is unknown."""

REMOTE_START_S = 600
"""A profile in a remote start is forgotten when no transaction has begun by then."""


class Installed(msgspec.Struct, frozen=True):
    """One profile.

    Attributes:
        slot: its place; id: its id; transaction: the one that it is bound to.
        valid_from, valid_to: when it holds; None for without bound.
        course: its limits over time, None where they cannot be told.
        call, conf: record numbers of the request and of its answer.
        since: when it was accepted, by the wall clock of the capture.
    """

    slot: Slot
    id: int
    transaction: str | None
    valid_to: datetime | None
    valid_from: datetime | None = None
    course: Course | None = None
    call: int = 0
    conf: int = 0
    since: datetime | None = None

    @property
    def bound(self) -> bool:
        """Whether it goes with its transaction."""
        return self.slot[1] == _TX

    def overlaps(self, other: "Installed") -> bool:
        """Whether there is a time at which both hold."""
        return not _ends_before(self, other) and not _ends_before(other, self)


class Ceiling(NamedTuple):
    """The limit that installed profiles set: nothing may be above it. And the profile that says so."""

    limit: Limit
    profile: Installed


class _Remote(NamedTuple):
    """A profile in an accepted remote start that waits for its transaction: with the idTag of 1.6 or remoteStartId."""

    profile: Installed
    token: str | int | None
    at: int


class InstalledProfiles(Memory):
    """What SetChargingProfile brought and ClearChargingProfile, the end of a transaction or a restart took.

    Profiles from before the capture are unknown: the true number may be larger.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset(
        {
            "BootNotification",
            "ClearChargingProfile",
            "RemoteStartTransaction",
            "RequestStartTransaction",
            "SetChargingProfile",
            "StartTransaction",
            "StopTransaction",
            "TransactionEvent",
        }
    )

    def __init__(self) -> None:
        self._installed: Recent[Slot, Installed] = Recent(MOST_PROFILES)
        self._asked: Recent[int, Installed] = Recent(_MOST_ASKED)
        self._connectors: Recent[str, int] = Recent(64)
        self._remotes: Recent[int, _Remote] = Recent(_MOST_ASKED)
        self._started: Recent[int, _Remote] = Recent(_MOST_ASKED)

    def __len__(self) -> int:
        """How many are installed, expired ones included."""
        return len(self._installed)

    def asked_by(self, call: int) -> Installed | None:
        """What the SetChargingProfile with this record number is to install, until it is answered."""
        return self._asked.get(call)

    def replaced_by(self, asked: Installed) -> list[Installed]:
        """Those that give way to a profile: with the same id, or in the same slot."""
        return [each for each in self._installed.values() if each.id == asked.id or each.slot == asked.slot]

    def conflicts_with(self, call: Call, now: datetime) -> list[Installed]:
        """Those that this SetChargingProfile would contradict, were it accepted (2.x).

        They have another id, the same level and purpose at the same place or for the same transaction, and hold at the
        same time.
        """
        asked = _installed(call)
        if asked is None:
            return []
        return [
            each
            for each in self._installed.values()
            if each.id != asked.id
            and (each.valid_to is None or each.valid_to > now)
            and each.overlaps(asked)
            and each.slot[1:] == asked.slot[1:]
            and (each.transaction == asked.transaction if asked.bound else each.slot == asked.slot)
        ]

    def ceiling(self, place: int, unit: str, time: datetime, *, charging: bool) -> Ceiling | None:
        """The limit at a connector or EVSE, in A or W; None where no profile sets one in this unit, or none is known.

        Args:
            place: 0 for the whole station.
            unit: A or W; limits in the other one are not converted.
            time: a point in time by the station's clock.
            charging: a transaction runs there, so the profiles for transactions hold.
        """
        if any(each.slot[1] not in _JUDGED for each in self._installed.values()):
            return None
        of_station = self._leading(((0, purpose) for purpose in _MAX_PURPOSES), unit, time)
        found = [of_station] if isinstance(of_station, Ceiling) else []
        if charging and place > 0:
            own = self._leading(((place, _TX),), unit, time)
            if own is None:
                # Which default counts where there is one for the station and one for the connector, stations see
                # differently: the higher one.
                defaults = [self._leading(((where, _DEFAULT),), unit, time) for where in (0, place)]
                known = [each for each in defaults if isinstance(each, Ceiling)]
                own = max(known, key=lambda each: each.limit.value) if known and False not in defaults else None
            if isinstance(own, Ceiling):
                found.append(own)
        return min(found, key=lambda each: each.limit.value) if found else None

    def _leading(self, places: Iterable[tuple[int, str]], unit: str, time: datetime) -> "Ceiling | bool | None":
        """The profile of the highest level that sets a limit then; None when none does, False when that is unknown."""
        wanted = set(places)
        held = [
            each
            for each in self._installed.values()
            if each.slot[:2] in wanted
            and (each.valid_from is None or each.valid_from <= time)
            and (each.valid_to is None or each.valid_to > time)
        ]
        if len(held) > _MOST_LEVELS:
            return False
        for each in sorted(held, key=lambda each: -each.slot[2]):
            if each.course is None or each.course.unit != unit:
                return False
            limit = each.course.at(time)
            if limit is not None:
                return Ceiling(limit, each)
        return None

    def with_profile(self, call: Call, now: datetime) -> list[Installed]:
        """What would be installed at ``now`` once the station accepts this SetChargingProfile, the new one last."""
        asked = _installed(call)
        kept = [
            profile
            for profile in self._installed.values()
            if (profile.valid_to is None or profile.valid_to > now)
            and (asked is None or (profile.slot != asked.slot and profile.id != asked.id))
        ]
        return [*kept, asked] if asked is not None else kept

    def learn(self, event: CallSeen | ResponseSeen) -> None:
        """Take in what was asked, and what of it was accepted."""
        if isinstance(event, CallSeen):
            self._asked_for(event)
        elif event.exchange is not None and event.closed.pending is not None and isinstance(event.message, CallResult):
            self._answered(event, event.exchange.call, event.closed.pending.call)

    def _asked_for(self, event: CallSeen) -> None:
        call = event.message
        match call.action:
            case "SetChargingProfile":
                asked = _installed(call)
                if asked is not None:  # the payload of a large CALL is not kept until its answer
                    self._asked[event.scene.number] = msgspec.structs.replace(asked, call=event.scene.number)
            case "RemoteStartTransaction" | "RequestStartTransaction":
                self._start_asked_for(event)
            case "StartTransaction" if self._remotes:
                self._started_with(event)
            case "BootNotification" if event.direction is Direction.TO_CSMS:
                self._drop(lambda profile: profile.bound)
            case "StopTransaction":
                self._ended(str(integer_at(call.payload, "transactionId")))
            case "TransactionEvent":
                if self._remotes:
                    self._event_with(event)
                if text_at(call.payload, "eventType") == "Ended":
                    self._ended(str(text_at(call.payload, "transactionInfo", "transactionId")))

    def _answered(self, event: ResponseSeen, number: int, call: Call) -> None:
        result = event.message.payload if isinstance(event.message, CallResult) else {}
        status = text_at(result, "status")
        match call.action:
            case "SetChargingProfile":
                asked = self._asked.pop(number, None)
                if asked is not None and status == "Accepted":
                    self._install(msgspec.structs.replace(asked, conf=event.scene.number, since=event.scene.time))
            case "RemoteStartTransaction" | "RequestStartTransaction":
                remote = self._remotes.get(number)
                if remote is not None and status == "Accepted":
                    accepted = msgspec.structs.replace(remote.profile, conf=event.scene.number, since=event.scene.time)
                    self._remotes[number] = remote._replace(profile=accepted)
                else:
                    self._remotes.pop(number, None)
            case "ClearChargingProfile" if status == "Accepted":
                wanted = _criteria(call.payload)
                self._drop(lambda profile: _fits(profile, wanted))
            case "StartTransaction":
                issued, connector = integer_at(result, "transactionId"), integer_at(call.payload, "connectorId")
                if issued is not None and connector is not None:
                    self._connectors[str(issued)] = connector
                    started = self._started.pop(number, None)
                    if started is not None:
                        self._install(_for(started.profile, connector, str(issued)))

    def _install(self, profile: Installed) -> None:
        self._drop(lambda each: each.id == profile.id)
        self._installed[profile.slot] = profile

    def _start_asked_for(self, event: CallSeen) -> None:
        payload = event.message.payload
        asked = _installed(event.message, anywhere=True)
        if asked is not None and asked.bound and event.direction is Direction.TO_STATION:
            token = text_at(payload, "idTag")
            folded = token[:64].lower() if token is not None else integer_at(payload, "remoteStartId")
            profile = msgspec.structs.replace(asked, call=event.scene.number)
            self._remotes[event.scene.number] = _Remote(profile, folded, event.scene.at)

    def _started_with(self, event: CallSeen) -> None:
        """The transaction for which a remote start brought a profile begins, if this is it."""
        connector, tag = integer_at(event.message.payload, "connectorId"), text_at(event.message.payload, "idTag")
        for number, remote in self._accepted_remotes(event):
            if remote.profile.slot[0] in (-1, connector) and tag is not None and remote.token == tag[:64].lower():
                self._started[event.scene.number] = self._remotes.pop(number)
                return

    def _event_with(self, event: CallSeen) -> None:
        payload = event.message.payload
        begun = integer_at(payload, "transactionInfo", "remoteStartId")
        transaction = text_at(payload, "transactionInfo", "transactionId")
        for number, remote in self._accepted_remotes(event):
            place = integer_at(payload, "evse", "id")
            place = remote.profile.slot[0] if place is None else place
            if begun is not None and remote.token == begun and transaction is not None and place > 0:
                self._install(_for(remote.profile, place, transaction[:64]))
                del self._remotes[number]
                return

    def _accepted_remotes(self, event: CallSeen) -> list[tuple[int, _Remote]]:
        oldest = event.scene.at - REMOTE_START_S * 10**9
        return [(n, each) for n, each in self._remotes.items() if each.profile.conf and each.at >= oldest]

    def _ended(self, transaction: str) -> None:
        connector = self._connectors.pop(transaction, None)
        self._drop(
            lambda profile: (
                profile.bound
                and (
                    profile.transaction == transaction or (profile.transaction is None and profile.slot[0] == connector)
                )
            )
        )

    def _drop(self, goes: Any) -> None:
        for slot in [slot for slot, profile in self._installed.items() if goes(profile)]:
            del self._installed[slot]


def _for(profile: Installed, place: int, transaction: str) -> Installed:
    """The profile of a remote start, once its transaction has begun."""
    return msgspec.structs.replace(profile, slot=(place, *profile.slot[1:]), transaction=transaction)


def _ends_before(one: Installed, other: Installed) -> bool:
    return one.valid_to is not None and other.valid_from is not None and one.valid_to <= other.valid_from


def _installed(call: Call, *, anywhere: bool = False) -> Installed | None:
    """The profile of a CALL; with ``anywhere`` its place may be left out, and is -1 then."""
    found = charging_profile(call)
    if found is None:
        return None
    profile = found.value
    place = integer_at(call.payload, "connectorId")
    if place is None:
        place = integer_at(call.payload, "evseId")
    if place is None and anywhere:
        place = -1
    purpose = text_at(profile, "chargingProfilePurpose")
    level = integer_at(profile, "stackLevel")
    id_ = integer_at(profile, "chargingProfileId")
    if id_ is None:
        id_ = integer_at(profile, "id")
    if place is None or purpose is None or level is None or id_ is None:
        return None
    transaction = value_at(profile, "transactionId")
    bound_to = str(transaction)[:64] if isinstance(transaction, int | str) else None
    slot = (place, purpose[:40], level)
    course = course_of(profile)
    return Installed(slot, id_, bound_to, time_at(profile, "validTo"), time_at(profile, "validFrom"), course)


def _criteria(payload: Payload) -> tuple[int | None, int | None, str | None, int | None]:
    """Id, place, purpose and stack level of a ClearChargingProfile; those left out are None and fit all."""
    nested = value_at(payload, "chargingProfileCriteria")
    criteria = nested if isinstance(nested, dict) else payload
    id_ = integer_at(payload, "id")
    place = integer_at(criteria, "connectorId")
    return (
        integer_at(payload, "chargingProfileId") if id_ is None else id_,
        integer_at(criteria, "evseId") if place is None else place,
        text_at(criteria, "chargingProfilePurpose"),
        integer_at(criteria, "stackLevel"),
    )


def _fits(profile: Installed, wanted: tuple[int | None, int | None, str | None, int | None]) -> bool:
    id_, *slot = wanted
    if id_ is not None:
        return profile.id == id_
    return all(want is None or want == have for want, have in zip(slot, profile.slot, strict=True))
