"""What happens to an OCPP 1.6 station, one function each, and whole days of it."""

from collections.abc import Callable
from typing import Any

from clean_management_v16 import (
    ACCEPTED,
    availability,
    certificates,
    configuration,
    firmware_update,
    local_list,
    logs,
    reservation,
    signed_update,
    small_things,
    smart_charging,
    triggers,
)
from clean_talk import Payload
from clean_v16 import BLOCKED_CARD, OTHER_CARD, Life16, Meter

from ocppscope.protocol.roles import Role


def boot(life: Life16) -> None:
    """Registered at once."""
    life.boot()
    life.wait(10)


def boot_pending(life: Life16) -> None:
    """Registered at the third try."""
    life.boot(pending=2)
    life.wait(10)


def idle(life: Life16) -> None:
    """Heartbeats only."""
    life.wait(2_500)


def local_charge(life: Life16) -> None:
    """With a card, and stopped with it, without asking again."""
    transaction = life.charge()
    life.wait(400)
    life.status(1, "SuspendedEV")
    life.meters[1].draw(0.0, life.now)
    life.wait(130)
    life.meters[1].draw(16.0, life.now)
    life.status(1, "Charging")
    life.wait(200)
    life.finish(transaction)


def two_at_once(life: Life16) -> None:
    """Both connectors charge, the first one ends later."""
    first = life.charge(1)
    life.wait(95)
    second = life.charge(2, OTHER_CARD)
    life.wait(245)
    life.finish(second, tag=OTHER_CARD)
    life.wait(130)
    life.finish(first)


def refused_card(life: Life16) -> None:
    """A card that is blocked starts nothing."""
    life.status(1, "Preparing")
    life.authorize(BLOCKED_CARD, "Blocked")
    life.wait(15)
    life.status(1, "Available")


def ev_leaves(life: Life16) -> None:
    """The driver pulls the plug at the EV."""
    transaction = life.charge()
    life.wait(150)
    life.finish(transaction, "EVDisconnected", tag=None)


def remote_charge(life: Life16) -> None:
    """Started and stopped by the CSMS."""
    life.status(2, "Preparing")
    life.ask("RemoteStartTransaction", {"idTag": OTHER_CARD, "connectorId": 2}, ACCEPTED)
    transaction = life.start(2, OTHER_CARD)
    life.wait(190)
    life.ask("RemoteStopTransaction", {"transactionId": transaction.id}, ACCEPTED)
    life.finish(transaction, "Remote", tag=None)


def remote_start_in_vain(life: Life16) -> None:
    """Accepted, but nobody plugs in before ConnectionTimeOut."""
    life.ask("RemoteStartTransaction", {"idTag": OTHER_CARD, "connectorId": 1}, ACCEPTED)
    life.status(1, "Preparing")
    life.wait(90)
    life.status(1, "Available")


def fault(life: Life16) -> None:
    """A connector fails while it charges, and recovers."""
    transaction = life.charge()
    life.wait(70)
    life.status(1, "Faulted", "GroundFailure")
    life.stop(transaction, "Other", tag=None)
    life.wait(60)
    life.status(1, "Finishing")
    life.wait(20)
    life.status(1, "Available")


def unlocked_while_charging(life: Life16) -> None:
    """The CSMS frees a cable, which ends the transaction."""
    transaction = life.charge()
    life.wait(70)
    life.ask("UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"})
    life.finish(transaction, "UnlockCommand", tag=None)


def soft_reset(life: Life16) -> None:
    """What runs is stopped first."""
    transaction = life.charge()
    life.wait(70)
    life.ask("Reset", {"type": "Soft"}, ACCEPTED)
    life.stop(transaction, "SoftReset")
    life.states[1] = "Finishing"
    life.reboot(code=1000)
    life.wait(30)
    life.status(1, "Available")


def hard_reset(life: Life16) -> None:
    """What ran is told after the reboot."""
    transaction = life.charge()
    life.wait(70)
    life.ask("Reset", {"type": "Hard"}, ACCEPTED)
    life.lose()
    life.stop(transaction, "HardReset")
    life.interval = None
    life.states[1] = "Finishing"
    life.wait(45)
    life.connect()
    life.boot()
    life.wait(30)
    life.status(1, "Available")


def csms_restarts(life: Life16) -> None:
    """The connection goes and comes back; nobody boots."""
    life.close(Role.CSMS, 1001, "going away")
    life.wait(6)
    life.connect()
    life.wait(60)


def network_fails(life: Life16) -> None:
    """A short loss while charging: some samples come late, in order."""
    transaction = life.charge()
    life.wait(130)
    life.lose()
    life.wait(150)
    life.connect()
    life.deliver()
    life.wait(130)
    life.finish(transaction)


def long_outage(life: Life16) -> None:
    """A transaction ends and the next one begins and ends while the station is alone; all is told afterwards."""
    transaction = life.charge()
    life.wait(130)
    life.lose()
    life.wait(320)
    life.finish(transaction)
    life.wait(100)
    second = life.charge(1, OTHER_CARD)
    life.wait(150)
    life.connect()
    life.wait(1)
    life.status(1, "Charging")
    life.deliver()
    life.wait(200)
    life.finish(second, tag=OTHER_CARD)


def unknown_card_offline(life: Life16) -> None:
    """Started offline with a card that the CSMS then refuses: stopped at once."""
    life.wait(30)
    life.lose()
    life.wait(60)
    life.status(2, "Preparing")
    transaction = life.start(2, BLOCKED_CARD, status="Blocked")
    life.wait(90)
    life.connect()
    life.deliver()
    life.status(2, "Charging")
    life.finish(transaction, "DeAuthorized", tag=None)


def aligned_values(life: Life16) -> None:
    """Each quarter of an hour, of the main meter and of both connectors, with and without a transaction."""
    life.configure("ClockAlignedDataInterval", "900")
    transaction = life.charge()
    for _ in range(2):
        boundary = 900.0 * (life.now // 900 + 1)
        life.wait(boundary - life.now)
        values = {connector: life.sampled(connector, "Sample.Clock")[:1] for connector in (1, 2)}
        main = _sum(life.meters, boundary)
        stamp = life.time(boundary)
        life.call("MeterValues", {"connectorId": 0, "meterValue": [{"timestamp": stamp, "sampledValue": main}]})
        for connector, sampled in values.items():
            of = {"transactionId": transaction.id} if connector == 1 else {}
            payload = {"connectorId": connector, **of, "meterValue": [{"timestamp": stamp, "sampledValue": sampled}]}
            life.call("MeterValues", payload)
    life.finish(transaction)
    life.configure("ClockAlignedDataInterval", "0")


def _sum(meters: dict[int, Meter], second: float) -> list[Payload]:
    total = sum(meter.at(second) for meter in meters.values())
    return [
        {"value": f"{total:.1f}", "context": "Sample.Clock", "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
    ]


def played(*episodes: Callable[[Life16], None], life: Life16 | None = None) -> Life16:
    """A station to which these things happened, one after the other."""
    life = life or Life16()
    for episode in episodes:
        episode(life)
        life.wait(30)
    return life


QUIET = (boot, idle, local_charge, csms_restarts, two_at_once, network_fails, remote_charge, availability)
BUSY = (
    boot_pending, configuration, triggers, reservation, smart_charging, local_list, refused_card, small_things,
    ev_leaves, remote_start_in_vain, soft_reset, logs, fault, hard_reset, unlocked_while_charging, firmware_update,
)  # fmt: skip
FAR_AWAY = (boot, long_outage, unknown_card_offline, network_fails, aligned_values, idle, long_outage, csms_restarts)
SECURE = (boot, certificates, signed_update, local_charge, soft_reset, idle, logs, two_at_once)


def day(**options: Any) -> list[Life16]:
    """Four stations of one CSMS, some hours of each; in the end they leave; ``options`` are those of `Talk`."""
    stations = [
        played(*QUIET, *QUIET[1:], life=Life16("CS-1", first_transaction=1001, **options)),
        played(*BUSY, life=Life16("CS-2", first_transaction=2001, begins=37.0, **options)),
        played(*FAR_AWAY, life=Life16("CS-3", first_transaction=3001, begins=11.0, security=2, **options)),
        played(*SECURE, life=Life16("CS-4", first_transaction=4001, begins=83.0, security=3, **options)),
    ]
    for life in stations:
        life.close(Role.STATION, 1000)
    return stations
