"""The charging profiles in a CALL, whatever the version calls them."""

from typing import NamedTuple

from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.payload import value_at

PROFILE_ACTIONS = frozenset({"SetChargingProfile", "RemoteStartTransaction", "RequestStartTransaction"})
"""Actions of a CSMS that carry a charging profile."""


class Place(NamedTuple):
    """An object of a payload, and its JSON path."""

    path: str
    value: Payload


def charging_profile(call: Call) -> Place | None:
    """The charging profile of such a CALL; None when it carries none."""
    for name in ("csChargingProfiles", "chargingProfile"):
        found = value_at(call.payload, name)
        if isinstance(found, dict):
            return Place(f"$.{name}", found)
    return None


def schedules(profile: Place) -> list[Place]:
    """Its schedules: one in 1.6, up to three in 2.x."""
    path = f"{profile.path}.chargingSchedule"
    found = profile.value.get("chargingSchedule")
    if isinstance(found, dict):
        return [Place(path, found)]
    if isinstance(found, list):
        return [Place(f"{path}[{index}]", item) for index, item in enumerate(found) if isinstance(item, dict)]
    return []
