"""Pieces of a healthy life, each a short script for both ends. They leave all connectors free and start so."""

from collections.abc import Awaitable, Callable

from ocppscope.simulator.clock import stamp
from ocppscope.simulator.stage import Stage
from ocppscope.simulator.station_v2x import StationV2x
from ocppscope.simulator.station_v21 import StationV21

Act = Callable[[Stage], Awaitable[None]]

SHORT = 2.0
"""Seconds between two meter values where a charge is told in brief."""


async def power_up(stage: Stage) -> None:
    """Register, and tell the state of every connector."""
    await stage.station.boot()
    await stage.station.report_all()
    await stage.pause(0.5)


async def set_up(stage: Stage) -> None:
    """The CSMS reads all settings and sets the rhythm of meter values."""
    await stage.csms.read_settings()
    if isinstance(stage.station, StationV2x):
        await stage.station.send_report()
    await stage.pause(0.4)
    await stage.csms.change_settings()
    await stage.pause(0.5)


async def charge_by_card(stage: Stage) -> None:
    """A driver plugs in, shows a card, charges, shows it again and leaves."""
    station, connector, token = stage.station, stage.connector(), stage.token()
    await station.report(connector.number, "Preparing")
    await stage.pause(0.8)
    await station.authorize(token)
    await stage.pause(0.3)
    await station.begin(connector.number, token)
    for _ in range(stage.random.randint(2, 4)):
        await stage.charge(connector.number)
        await station.sample(connector.number)
    if stage.random.random() < 0.5:
        await stage.pause(1.0)
        await station.suspend(connector.number)
        await stage.pause(1.5)
    await leave(stage, connector.number, "Local")


async def charge_by_app(stage: Stage) -> None:
    """A driver plugs in, and starts and stops with an app: the CSMS does it from afar, and limits the power meanwhile."""
    station, csms, connector, token = stage.station, stage.csms, stage.connector(), stage.token()
    number = connector.number
    await station.report(number, "Preparing")
    await stage.pause(1.0)
    remote_id = await csms.remote_start(number, token)
    await stage.pause(0.4)
    await station.begin(number, token, remote_id)
    await stage.charge(number)
    await station.sample(number)
    limit = station.allowed(connector, station.unit) * 0.5
    await csms.request(csms.profile_call(number, round(limit, 1), station.unit, transaction=True))
    await stage.pause(0.3)
    await csms.request(csms.schedule_call(number, station.unit))
    for _ in range(stage.random.randint(1, 3)):
        await stage.charge(number)
        await station.sample(number)
    await csms.remote_stop(number)
    await stage.pause(0.5)
    await leave(stage, number, "Remote")


async def leave(stage: Stage, number: int, reason: str) -> None:
    """End a charge; a limit of the transaction goes with it. Then the driver drives off."""
    station = stage.station
    station.limit(station.connectors[number], 200 + number, None, station.unit)
    await station.end(number, reason)
    await stage.pause(1.0)
    await station.report(number, "Available")
    await stage.pause(0.5)


async def trigger(stage: Stage) -> None:
    """The CSMS asks for messages that it wants to see now."""
    station, csms, number = stage.station, stage.csms, stage.connector().number
    await csms.request(csms.trigger_call("StatusNotification", number))
    await station.request(station.status_call(number, station.connectors[number].state))
    await stage.pause(0.4)
    await csms.request(csms.trigger_call("MeterValues", number))
    await station.read_meter(number)
    await stage.pause(0.4)
    await csms.request(csms.trigger_call("Heartbeat"))
    await station.heartbeat()
    await stage.pause(0.5)


async def limit_power(stage: Stage) -> None:
    """The CSMS sets a default limit, asks what counts, and takes it back."""
    station, csms, connector = stage.station, stage.csms, stage.connector()
    limit = round(station.allowed(connector, station.unit) * 0.6, 1)
    await csms.request(csms.profile_call(connector.number, limit, station.unit))
    await stage.pause(0.3)
    await csms.request(csms.schedule_call(connector.number, station.unit))
    await stage.pause(0.6)
    await csms.request(csms.clear_profile_call())
    await stage.pause(0.5)


async def reserve(stage: Stage) -> None:
    """A driver reserves a connector and changes their mind."""
    station, csms, number = stage.station, stage.csms, stage.connector().number
    reservation = csms.number()
    await csms.request(csms.reserve_call(number, stage.token(), reservation, stamp(600)))
    await station.report(number, "Reserved")
    await stage.pause(1.5)
    await csms.request(csms.cancel_call(reservation))
    await station.report(number, "Available")
    await stage.pause(0.5)


async def renew_list(stage: Stage) -> None:
    """The CSMS sends the cards that may charge while the station is offline, and has the cache emptied."""
    await stage.csms.renew_list()
    await stage.pause(0.3)
    await stage.csms.request(stage.csms.clear_cache_call())
    await stage.pause(0.5)


async def inspect(stage: Stage) -> None:
    """Somebody looks after the station: out of order, cable unlocked, back in order, settings read."""
    station, csms, number = stage.station, stage.csms, stage.connector().number
    await csms.request(csms.availability_call(number, operative=False))
    await station.report(number, "Unavailable")
    await stage.pause(0.8)
    await csms.request(csms.unlock_call(number))
    await stage.pause(0.8)
    await csms.request(csms.availability_call(number, operative=True))
    await station.report(number, "Available")
    await csms.request(csms.settings_call())
    await stage.pause(0.5)


async def upload_log(stage: Stage) -> None:
    """The CSMS wants the log, and the station uploads it."""
    await stage.csms.request(stage.csms.log_call())
    await stage.station.upload_log()
    await stage.pause(0.5)


async def update_firmware(stage: Stage) -> None:
    """New firmware: download, install, reboot, done."""
    await stage.csms.request(stage.csms.firmware_call())
    await stage.station.install_firmware()
    await reboot(stage, "FirmwareUpdate")
    await stage.station.firmware_installed()
    await stage.pause(0.5)


async def reset(stage: Stage) -> None:
    """The CSMS has the station rebooted."""
    await stage.csms.request(stage.csms.reset_call())
    await reboot(stage, "RemoteReset")


async def reboot(stage: Stage, reason: str) -> None:
    """Close, come back, register, tell all states."""
    await stage.pause(0.3)
    await stage.hang_up(1001, "rebooting")
    await stage.pause(2.0)
    await stage.connect()
    await stage.station.boot(reason)
    await stage.station.report_all()
    await stage.pause(0.5)


async def transfer_data(stage: Stage) -> None:
    """Something of the vendor's own, both ways."""
    await stage.station.transfer("temperature", f"cabinet {stage.random.randint(180, 320) / 10} C")
    await stage.pause(0.3)
    await stage.csms.request(stage.csms.data_call("tariff", "0.49 EUR per kWh"))
    await stage.pause(0.5)


async def charge_offline(stage: Stage) -> None:
    """The connection is closed in the middle of a charge; what happened meanwhile is delivered afterwards."""
    station, connector, token = stage.station, stage.connector(), stage.token()
    number = connector.number
    await station.report(number, "Preparing")
    await stage.pause(0.5)
    await station.authorize(token)
    await station.begin(number, token)
    await stage.charge(number)
    await station.sample(number)
    await stage.hang_up(1001, "network change")
    for _ in range(2):
        await stage.charge(number)
        await station.sample(number)
    await stage.pause(0.5)
    await station.end(number, "Local")
    await stage.pause(1.0)
    await station.report(number, "Available")
    await stage.connect()
    await stage.pause(0.3)
    await station.flush()
    await station.report_all()
    await stage.pause(0.5)


async def rest(stage: Stage) -> None:
    """Nothing but heartbeats."""
    await stage.idle(10.0 + stage.random.randint(0, 4))


async def stream_values(stage: Stage) -> None:
    """2.1: a stream of values that nobody answers. Other versions send a data transfer instead."""
    if not isinstance(stage.station, StationV21):
        await transfer_data(stage)
        return
    await stage.station.open_stream()
    for _ in range(3):
        await stage.pause(1.2)
        await stage.station.stream([stage.random.uniform(228, 232) for _ in range(3)])
    await stage.pause(0.4)
    await stage.station.close_stream()
    await stage.pause(0.5)


async def come_back(stage: Stage) -> None:
    """After a connection was lost where no script expected it: end what ran, deliver what waits, tell all states."""
    station = stage.station
    if not station.booted:
        await station.boot()
    await station.flush()
    for connector in station.connectors.values():
        if connector.charge is not None:
            await station.end(connector.number, "EVDisconnected")
        connector.reservation = None
        connector.state = "Available"
    station.clear_limits(None)
    await station.report_all()
