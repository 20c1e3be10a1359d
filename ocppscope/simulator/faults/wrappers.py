"""Messages whose wrapper, id or order is wrong."""

from ocppscope.protocol.message import Call
from ocppscope.simulator.faults.fault import IMPATIENT, plants
from ocppscope.simulator.peer import text_of
from ocppscope.simulator.stage import Stage


@plants("RPC-001")
async def truncated(stage: Stage) -> None:
    """Half a message: a buffer too small (lbbrhzn #176). The CSMS cannot read it; the station says it again."""
    station, connector = stage.station, stage.connector()
    reading = station.reading_call(connector, "Other")
    text = text_of(station.frame(reading))
    await station.say_text(text[: len(text) * 2 // 3])
    await stage.pause(1.0)
    await station.request(reading)
    await stage.pause(0.5)


@plants("RPC-003")
async def short_call_error(stage: Stage) -> None:
    """A CALLERROR without its details: four elements instead of five."""
    station, csms = stage.station, stage.csms

    async def misanswer(call: Call) -> bool:
        await station.say([4, call.message_id, "NotSupported", ""])
        return True

    station.plant("UnlockConnector", misanswer)
    await csms.request(csms.unlock_call(stage.connector().number))
    await stage.pause(0.5)


@plants("RPC-005")
async def reused_id(stage: Stage) -> None:
    """A message id that was used for something else already: a counter that starts again."""
    station = stage.station
    first = station.frame(station.heartbeat_call())
    connector = stage.connector()
    second = station.frame(station.status_call(connector.number, connector.state), first[1])
    for frame in (first, second):
        await station.say(frame)
        await station.reply(frame)
        await stage.pause(0.4)


@plants("RPC-007")
async def second_call(stage: Stage) -> None:
    """Two CALLs at once: the second before the first is answered."""
    station = stage.station
    frames = [station.frame(station.status_call(known.number, known.state)) for known in station.connectors.values()]
    for frame in frames:
        await station.say(frame)
    for frame in frames:
        await station.reply(frame)
    await stage.pause(0.5)


@plants("RPC-008")
async def orphan_response(stage: Stage) -> None:
    """SetChargingProfile answered under another id (mobilityhouse #297): an answer to nothing, and a CALL without one."""
    station, csms, connector = stage.station, stage.csms, stage.connector()

    async def misanswer(_call: Call) -> bool:
        await station.say([3, station.new_uuid(), {"status": "Accepted"}])
        return True

    station.plant("SetChargingProfile", misanswer)
    limit = station.allowed(connector, station.unit)
    await csms.request(csms.profile_call(connector.number, limit, station.unit), IMPATIENT)
    await stage.pause(0.5)
