"""The charging profiles that a station has accepted and still has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Installed:
    """One profile: its place, its id, the transaction that it is bound to, and when it expires."""

    slot: Slot
    id: int
    transaction: str | None
    valid_to: datetime | None

    @property
    def bound(self) -> bool:
        """Whether it goes with its transaction."""
        return self.slot[1] == "TxProfile"


class InstalledProfiles(Memory):
    """What SetChargingProfile brought and ClearChargingProfile, the end of a transaction or a restart took.

    Profiles from before the capture are unknown: the true number may be larger.
    """

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen, ResponseSeen)
    actions = frozenset(
        {
            "BootNotification",
            "ClearChargingProfile",
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
            self._answered(event.exchange.call, event.closed.pending.call, event.message.payload)

    def _asked_for(self, event: CallSeen) -> None:
        call = event.message
        match call.action:
            case "SetChargingProfile":
                asked = _installed(call)
                if asked is not None:  # the payload of a large CALL is not kept until its answer
                    self._asked[event.scene.number] = asked
            case "BootNotification" if event.direction is Direction.TO_CSMS:
                self._drop(lambda profile: profile.bound)
            case "StopTransaction":
                self._ended(str(integer_at(call.payload, "transactionId")))
            case "TransactionEvent" if text_at(call.payload, "eventType") == "Ended":
                self._ended(str(text_at(call.payload, "transactionInfo", "transactionId")))

    def _answered(self, number: int, call: Call, result: Payload) -> None:
        status = text_at(result, "status")
        match call.action:
            case "SetChargingProfile":
                asked = self._asked.pop(number, None)
                if asked is not None and status == "Accepted":
                    self._drop(lambda profile: profile.id == asked.id)
                    self._installed[asked.slot] = asked
            case "ClearChargingProfile" if status == "Accepted":
                wanted = _criteria(call.payload)
                self._drop(lambda profile: _fits(profile, wanted))
            case "StartTransaction":
                issued, connector = integer_at(result, "transactionId"), integer_at(call.payload, "connectorId")
                if issued is not None and connector is not None:
                    self._connectors[str(issued)] = connector

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


def _installed(call: Call) -> Installed | None:
    found = charging_profile(call)
    if found is None:
        return None
    profile = found.value
    place = integer_at(call.payload, "connectorId")
    if place is None:
        place = integer_at(call.payload, "evseId")
    purpose = text_at(profile, "chargingProfilePurpose")
    level = integer_at(profile, "stackLevel")
    id_ = integer_at(profile, "chargingProfileId")
    if id_ is None:
        id_ = integer_at(profile, "id")
    if place is None or purpose is None or level is None or id_ is None:
        return None
    transaction = value_at(profile, "transactionId")
    bound_to = str(transaction)[:64] if isinstance(transaction, int | str) else None
    return Installed((place, purpose[:40], level), id_, bound_to, time_at(profile, "validTo"))


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
