"""Transactions that do not add up."""

from ocppscope.simulator.acts import SHORT, leave
from ocppscope.simulator.csms import TOKENS
from ocppscope.simulator.faults.fault import V2X, V16, charging, plants
from ocppscope.simulator.stage import Stage
from ocppscope.simulator.station_v16 import StationV16


@plants("TXN-001", V16)
async def unknown_transaction(stage: Stage) -> None:
    """Meter values for a transaction that the CSMS never issued: a stale id from before the last reboot."""
    station, connector = stage.station, await charging(stage)
    frame = station.frame(station.reading_call(connector, "Sample.Periodic"))
    frame[3]["transactionId"] -= 407
    await station.say(frame)
    await station.reply(frame)
    await leave(stage, connector.number, "Local")


@plants("TXN-004", V16)
async def double_start(stage: Stage) -> None:
    """A second StartTransaction on a connector where one runs already."""
    station, connector = stage.station, await charging(stage)
    assert isinstance(station, StationV16)  # noqa: S101 - see the versions above
    first = connector.charge
    assert first is not None  # noqa: S101 - it was just begun
    again = station.start_call(connector, first)
    again.id_tag = next(card for card in TOKENS if card != first.token)
    await station.request(again)
    await stage.charge(connector.number, SHORT)
    await leave(stage, connector.number, "Local")


@plants("TXN-007")
async def meter_fell(stage: Stage) -> None:
    """An energy register that falls back to nothing in the middle of a charge."""
    station, connector = stage.station, await charging(stage)
    before = connector.meter.register
    connector.meter.register = 0.0
    await stage.charge(connector.number, SHORT)
    await station.sample(connector.number)
    await leave(stage, connector.number, "Local")
    connector.meter.register += before


@plants("TXN-202", V2X)
async def seq_gap(stage: Stage) -> None:
    """A TransactionEvent is missing: its number was used, but it never came."""
    station, connector = stage.station, await charging(stage)
    assert connector.charge is not None  # noqa: S101 - it was just begun
    connector.charge.seq_no += 1
    await stage.charge(connector.number, SHORT)
    await station.sample(connector.number)
    await leave(stage, connector.number, "Local")


@plants("STA-001", V16)
async def odd_status(stage: Stage) -> None:
    """From Charging back to Preparing, which the table of transitions does not know."""
    station, connector = stage.station, await charging(stage)
    await station.report(connector.number, "Preparing")
    await stage.pause(0.6)
    await station.report(connector.number, "Charging")
    await stage.charge(connector.number, SHORT)
    await leave(stage, connector.number, "Local")
