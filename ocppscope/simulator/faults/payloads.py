"""Payloads that break their schema or say the impossible."""

from ocppscope.protocol.message import Call
from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.acts import leave
from ocppscope.simulator.clock import stamp
from ocppscope.simulator.faults.fault import V16, charging, plants, spoiled_status
from ocppscope.simulator.stage import Stage
from ocppscope.simulator.station_v16 import StationV16

_LONGEST_TOKEN = {OcppVersion.V16: 20, OcppVersion.V201: 36, OcppVersion.V21: 255}
"""Characters that the schema of each version allows in a card number."""


@plants("SES-013")
async def zoneless_time(stage: Stage) -> None:
    """A time stamp that does not say in which zone (evcc #10399)."""
    await spoiled_status(stage, "timestamp", stamp().removesuffix("Z").partition(".")[0])


@plants("SES-012")
async def wrong_clock(stage: Stage) -> None:
    """A station whose clock is two hours ahead: local time sent as UTC (SteVe #136)."""
    await spoiled_status(stage, "timestamp", stamp(7200))


@plants("RPC-024")
async def schema_violation(stage: Stage) -> None:
    """A word that the version does not have: errorCode "Error" in 1.6, a 1.6 status in 2.x."""
    if isinstance(stage.station, StationV16):
        await spoiled_status(stage, "errorCode", "Error")
    else:
        await spoiled_status(stage, "connectorStatus", "Charging")


@plants("RPC-024")
async def long_token(stage: Stage) -> None:
    """A card number one character longer than the standard allows."""
    station = stage.station
    token = "made-up-card-".ljust(_LONGEST_TOKEN[station.version] + 1, "0")
    frame = station.frame(station.authorize_call(token))
    await station.say(frame)
    await station.reply(frame)
    await stage.pause(0.5)


@plants("RPC-024", V16)
async def fractional_meter_stop(stage: Stage) -> None:
    """A meterStop with decimals where an integer is due: the CSMS refuses it and the transaction cannot end."""
    station, connector = stage.station, await charging(stage)
    assert isinstance(station, StationV16)  # noqa: S101 - see the versions above
    assert connector.charge is not None  # noqa: S101 - it was just begun
    frame = station.frame(station.stop_call(connector, connector.charge, "Local"))
    frame[3]["meterStop"] += 0.5
    await station.say(frame)
    await station.reply(frame)
    await stage.pause(1.5)
    await leave(stage, connector.number, "Local")


@plants("RPC-024")
async def empty_sample(stage: Stage) -> None:
    """Meter values without a value."""
    station, connector = stage.station, await charging(stage)
    frame = station.frame(station.reading_call(connector, "Sample.Periodic"))
    frame[3]["meterValue"][0]["sampledValue"] = []
    await station.say(frame)
    await station.reply(frame)
    await leave(stage, connector.number, "Local")


@plants("RPC-021")
async def bad_response(stage: Stage) -> None:
    """A Heartbeat answered without the time. In 2.1 the station can say so: CALLRESULTERROR (type 5)."""
    station, csms = stage.station, stage.csms

    async def misanswer(call: Call) -> bool:
        await csms.say([3, call.message_id, {}])
        return True

    csms.plant("Heartbeat", misanswer)
    frame = station.frame(station.heartbeat_call())
    await station.say(frame)
    await station.reply(frame)
    if station.version is OcppVersion.V21:
        await station.say([5, frame[1], "OccurrenceConstraintViolation", "currentTime is missing", {}])
    await stage.pause(0.5)
