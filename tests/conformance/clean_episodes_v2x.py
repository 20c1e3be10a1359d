"""What happens to an OCPP 2.0.1 or 2.1 station, one function each, and whole days of it."""

from collections.abc import Callable
from typing import Any

from clean_management_v2x import (
    ACCEPTED,
    availability,
    certificates,
    device_model,
    event_stream,
    firmware_update,
    local_list,
    logs,
    reservation,
    small_things,
    smart_charging,
    triggers,
)
from clean_v2x import BLOCKED_CARD, CARD, OTHER_CARD, Life2x

from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def boot(life: Life2x) -> None:
    """Registered at once."""
    life.boot()
    life.wait(10)


def boot_pending(life: Life2x) -> None:
    """Registered at the third try."""
    life.boot(pending=2)
    life.wait(10)


def idle(life: Life2x) -> None:
    """Heartbeats only."""
    life.wait(2_500)


def local_charge(life: Life2x) -> None:
    """With a card, and stopped with it, without asking again."""
    transaction = life.charge()
    life.wait(400)
    life.meters[1].draw(0.0, life.now)
    life.event(transaction, "Updated", "ChargingStateChanged", "SuspendedEV")
    life.wait(130)
    life.meters[1].draw(16.0, life.now)
    life.event(transaction, "Updated", "ChargingStateChanged", "Charging")
    life.wait(200)
    life.finish(transaction)


def card_first(life: Life2x) -> None:
    """The card is shown before the cable goes in."""
    life.authorize()
    life.wait(8)
    transaction = life.plug(2, idToken=CARD)
    life.draw(transaction)
    life.wait(150)
    life.finish(transaction)


def two_at_once(life: Life2x) -> None:
    """Both EVSEs charge, the first one ends later."""
    first = life.charge(1)
    life.wait(95)
    second = life.charge(2, OTHER_CARD)
    life.wait(245)
    life.finish(second, idToken=OTHER_CARD)
    life.wait(130)
    life.finish(first)


def refused_card(life: Life2x) -> None:
    """A card that is blocked gets no energy."""
    transaction = life.plug()
    life.authorize(BLOCKED_CARD, "Blocked")
    life.wait(15)
    life.end(transaction, "EVCommunicationLost", "EVDisconnected", "Idle")
    life.status(1, "Available")


def ev_leaves(life: Life2x) -> None:
    """The driver pulls the plug at the EV."""
    transaction = life.charge()
    life.wait(150)
    life.end(transaction, "EVCommunicationLost", "EVDisconnected", "Idle")
    life.status(1, "Available")


def remote_charge(life: Life2x) -> None:
    """Started and stopped by the CSMS, first with the cable in, then before."""
    transaction = life.plug(2)
    life.wait(5)
    life.ask(
        "RequestStartTransaction",
        {"idToken": OTHER_CARD, "remoteStartId": 31, "evseId": 2},
        {"status": "Accepted", "transactionId": transaction.id},
    )
    life.event(transaction, "Updated", "RemoteStart", "EVConnected", idToken=OTHER_CARD, remoteStartId=31)
    life.draw(transaction)
    life.wait(130)
    life.ask("RequestStopTransaction", {"transactionId": transaction.id}, ACCEPTED)
    life.finish(transaction, "RemoteStop", "Remote")
    life.wait(30)
    life.ask("RequestStartTransaction", {"idToken": OTHER_CARD, "remoteStartId": 32, "evseId": 1}, ACCEPTED)
    life.wait(12)
    transaction = life.plug(1, "RemoteStart", idToken=OTHER_CARD, remoteStartId=32)
    life.draw(transaction)
    life.wait(70)
    life.ask("RequestStopTransaction", {"transactionId": transaction.id}, ACCEPTED)
    life.finish(transaction, "RemoteStop", "Remote")


def immediate_reset(life: Life2x) -> None:
    """What runs is ended first."""
    transaction = life.charge()
    life.wait(70)
    life.ask("Reset", {"type": "Immediate"}, ACCEPTED)
    life.end(transaction, "ResetCommand", "ImmediateReset")
    life.reboot("RemoteReset")
    life.wait(30)
    life.status(1, "Available")


def reset_on_idle(life: Life2x) -> None:
    """Not before the transaction is over."""
    transaction = life.charge()
    life.wait(70)
    life.ask("Reset", {"type": "OnIdle"}, {"status": "Scheduled"})
    life.wait(130)
    life.finish(transaction)
    life.wait(3)
    life.reboot("ScheduledReset")


def csms_restarts(life: Life2x) -> None:
    """The connection goes and comes back; nobody boots."""
    life.close(Role.CSMS, 1001, "going away")
    life.wait(6)
    life.connect()
    life.wait(60)


def network_fails(life: Life2x) -> None:
    """A short loss while charging: some samples come late, in order, and say so."""
    transaction = life.charge()
    life.wait(130)
    life.lose()
    life.wait(150)
    life.connect()
    life.deliver()
    life.wait(130)
    life.finish(transaction)


def long_outage(life: Life2x) -> None:
    """A transaction ends and the next one begins while the station is alone; all is told afterwards."""
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
    life.status(1, "Occupied")
    life.deliver()
    life.wait(200)
    life.finish(second, idToken=OTHER_CARD)


def played(*episodes: Callable[[Life2x], None], life: Life2x | None = None) -> Life2x:
    """A station to which these things happened, one after the other."""
    life = life or Life2x()
    for episode in episodes:
        episode(life)
        life.wait(30)
    return life


QUIET = (boot, idle, local_charge, csms_restarts, two_at_once, network_fails, remote_charge, availability, card_first)
BUSY = (
    boot_pending, device_model, triggers, reservation, smart_charging, local_list, refused_card, small_things, ev_leaves,
    immediate_reset, logs, firmware_update, reset_on_idle,
)  # fmt: skip
FAR_AWAY = (boot, long_outage, network_fails, idle, device_model, long_outage, csms_restarts, certificates)


def day(version: OcppVersion, **options: Any) -> list[Life2x]:
    """Three stations of one CSMS, some hours of each; in the end they leave; ``options`` are those of `Talk`."""
    busy = BUSY if version is OcppVersion.V201 else (*BUSY, event_stream)
    stations = [
        played(*QUIET, *QUIET[1:], life=Life2x(version, "CS-1", **options)),
        played(*busy, life=Life2x(version, "CS-2", begins=37.0, **options)),
        played(*FAR_AWAY, life=Life2x(version, "CS-3", begins=11.0, security=3, continuous=True, **options)),
    ]
    for life in stations:
        life.close(Role.STATION, 1000)
    return stations
