"""Charging profiles for the examples of rules: requests as scripts, with what an example is about filled in."""

import json
from typing import Any

BOOT = """
> [2,"boot","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]
< [3,"boot",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
> [2,"s0","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]
< [3,"s0",{}]
> [2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]
< [3,"s1",{}]
"""
"""A 1.6 station that starts, with one connector, free. Six lines."""

BOOT_2X = """
> [2,"boot","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"Made","model":"Up"}}]
< [3,"boot",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]
> [2,"s1","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","evseId":1,"connectorId":1,"connectorStatus":"Available"}]
< [3,"s1",{}]
"""
"""A 2.x station that starts, with one EVSE, free. Four lines."""

START = """
> [2,"p","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]
< [3,"p",{}]
> [2,"t","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]
< [3,"t",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]
> [2,"c","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}]
< [3,"c",{}]
"""
"""Transaction 17 begins on connector 1. Six lines."""

STOP = """
> [2,"e","StopTransaction",{"transactionId":17,"meterStop":5,"timestamp":"2026-01-01T00:00:05Z"}]
< [3,"e",{}]
"""
"""And ends. Two lines."""

START_2X = """
> [2,"o","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","evseId":1,"connectorId":1,"connectorStatus":"Occupied"}]
< [3,"o",{}]
> [2,"t","TransactionEvent",{"eventType":"Started","timestamp":"2026-01-01T00:00:00Z","triggerReason":"CablePluggedIn","seqNo":0,"transactionInfo":{"transactionId":"TX1"},"evse":{"id":1,"connectorId":1}}]
< [3,"t",{}]
"""
"""Transaction TX1 begins on EVSE 1. Four lines."""


def schedule(unit: str = "A", periods: tuple[tuple[int, float], ...] = ((0, 16),), **members: Any) -> dict[str, Any]:
    """A charging schedule; periods are start and limit."""
    return {
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in periods],
    } | members


def profile(
    purpose: str = "TxDefaultProfile",
    number: int = 1,
    level: int = 0,
    *,
    of: dict[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """A charging profile of 1.6, Relative with 16 A where nothing else is said; ``of`` is its schedule."""
    ordinary = {
        "chargingProfileId": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule() if of is None else of,
    }
    return ordinary | members


def profile_2x(
    purpose: str = "TxDefaultProfile",
    number: int = 1,
    level: int = 0,
    *,
    of: dict[str, Any] | None = None,
    **members: Any,
) -> dict[str, Any]:
    """The same of 2.x."""
    ordinary = {
        "id": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": [{"id": 1} | (schedule() if of is None else of)],
    }
    return ordinary | members


def setting(place: int, asked: dict[str, Any], answer: str = "Accepted", id_: str = "set") -> str:
    """A SetChargingProfile and its answer, of the version of the profile. Two lines."""
    if "id" in asked:
        request: dict[str, Any] = {"evseId": place, "chargingProfile": asked}
    else:
        request = {"connectorId": place, "csChargingProfiles": asked}
    call = json.dumps([2, id_, "SetChargingProfile", request])
    return f'< {call}\n> [3,"{id_}",{{"status":"{answer}"}}]\n'


def remote_start(asked: dict[str, Any], answer: str = "Rejected") -> str:
    """A remote start with a profile, and its answer. Two lines."""
    if "id" in asked:
        action = "RequestStartTransaction"
        request = {
            "evseId": 1,
            "remoteStartId": 5,
            "idToken": {"idToken": "A1", "type": "Central"},
            "chargingProfile": asked,
        }
    else:
        action = "RemoteStartTransaction"
        request = {"connectorId": 1, "idTag": "A1", "chargingProfile": asked}
    return f'< {json.dumps([2, "remote", action, request])}\n> [3,"remote",{{"status":"{answer}"}}]\n'
