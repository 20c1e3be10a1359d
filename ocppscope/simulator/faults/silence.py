"""Answers that come late or never."""

import asyncio

from ocppscope.simulator.faults.fault import IMPATIENT, late, never, plants
from ocppscope.simulator.stage import Stage

LATE_STATION = 4.9
"""Seconds of a late answer of the station: beyond the 4 s of ``demo-station.toml``."""

NEARLY_LATE = 3.4
"""Seconds of an answer that is just in time: more than 80 % of the same 4 s."""

LATE_CSMS = 2.7
"""The same of the CSMS: beyond the 2 s of ``demo-csms.toml``."""


@plants("limit")
async def slow_station(stage: Stage) -> None:
    """The station needs longer to answer than its maker declares, and once more nearly so."""
    station, csms, connector = stage.station, stage.csms, stage.connector()
    station.plant("SetChargingProfile", late(station, LATE_STATION))
    limit = round(station.allowed(connector, station.unit) * 0.8, 1)
    await csms.request(csms.profile_call(connector.number, limit, station.unit))
    await stage.pause(0.4)
    station.plant("ClearChargingProfile", late(station, NEARLY_LATE))
    await csms.request(csms.clear_profile_call())
    await stage.pause(0.5)


@plants("limit")
async def slow_csms(stage: Stage) -> None:
    """A driver waits for the CSMS to look up a card."""
    station, csms, connector = stage.station, stage.csms, stage.connector()
    csms.plant("Authorize", late(csms, LATE_CSMS))
    await station.report(connector.number, "Preparing")
    await stage.pause(0.3)
    await station.authorize(stage.token())
    await stage.pause(0.3)
    await station.report(connector.number, "Available")
    await stage.pause(0.3)


@plants("RPC-011")
async def unanswered(stage: Stage) -> None:
    """One CALL of the CSMS that the station forgets."""
    station, csms = stage.station, stage.csms
    station.plant("ClearCache", never)
    await csms.request(csms.clear_cache_call(), IMPATIENT)
    await stage.pause(0.5)


@plants("RPC-011")
async def silent_csms(stage: Stage) -> None:
    """One CALL of the station that the CSMS forgets."""
    stage.csms.plant("DataTransfer", never)
    await stage.station.request(stage.station.data_call("temperature", "cabinet 61.5 C"), IMPATIENT)
    await stage.pause(0.5)


@plants("RPC-011")
async def deaf(stage: Stage) -> None:
    """The station talks but answers nothing (mobilityhouse #350): heartbeats come, CALLs of the CSMS die away."""
    station, csms = stage.station, stage.csms
    station.deaf = True
    try:
        for call in (csms.settings_call(), csms.trigger_call("StatusNotification", 1)):
            await asyncio.gather(csms.request(call, IMPATIENT), _heartbeats(stage))
    finally:
        station.deaf = False
    await stage.pause(0.5)


@plants("SES-019")
async def trigger_ignored(stage: Stage) -> None:
    """A TriggerMessage accepted, and nothing comes."""
    csms = stage.csms
    await csms.request(csms.trigger_call("MeterValues", stage.connector().number))
    await stage.idle(6.0)


async def _heartbeats(stage: Stage) -> None:
    for _ in range(2):
        await stage.pause(2.0)
        await stage.station.heartbeat()
