"""Connections that break, and one that is refused."""

import contextlib

from websockets.exceptions import InvalidHandshake

from ocppscope.simulator.acts import SHORT, leave
from ocppscope.simulator.faults.fault import charging, plants
from ocppscope.simulator.stage import Stage


@plants("CON-013")
async def idle_drop(stage: Stage) -> None:
    """A quiet while, then the connection is gone without a close frame (lbbrhzn #1679)."""
    await stage.pause(8.0)
    await stage.drop()
    await stage.pause(2.0)
    await stage.connect()
    await stage.station.report_all()
    await stage.pause(0.5)


@plants("CON-013")
async def lost_while_charging(stage: Stage) -> None:
    """The mobile network drops a connection in mid-charge; the queue comes after it is back."""
    station, connector = stage.station, await charging(stage)
    await station.sample(connector.number)
    await stage.drop()
    for _ in range(2):
        await stage.charge(connector.number)
        await station.sample(connector.number)
    await stage.connect()
    await stage.pause(0.3)
    await station.flush()
    await stage.charge(connector.number, SHORT)
    await station.sample(connector.number)
    await leave(stage, connector.number, "Local")


@plants("CON-001")
async def no_subprotocol(stage: Stage) -> None:
    """A station that forgets to say which OCPP it speaks, and is refused (SteVe #1109)."""
    await stage.hang_up(1001, "new settings")
    await stage.pause(0.5)
    with contextlib.suppress(InvalidHandshake, OSError, TimeoutError):
        refused = await stage.dial([])
        await refused.close()
    await stage.pause(2.0)
    await stage.connect()
    await stage.station.report_all()
    await stage.pause(0.5)
