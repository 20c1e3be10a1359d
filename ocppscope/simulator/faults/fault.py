"""What a fault is, the table of all of them, and what their scripts have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ocppscope.protocol.message import Call
from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.acts import SHORT, Act
from ocppscope.simulator.peer import Peer
from ocppscope.simulator.stage import Stage
from ocppscope.simulator.station import Connector

IMPATIENT = 6.0
"""Seconds that a party waits for an answer which will not come, before it goes on."""

V16 = frozenset({OcppVersion.V16})
V2X = frozenset({OcppVersion.V201, OcppVersion.V21})


@dataclass(frozen=True, slots=True)
class Fault:
    """What a script plants.

    Attributes:
        name: as shown.
        rule: id of the rule in the catalogue that it breaks; "limit" for an answer beyond the declared time.
        play: the script.
        versions: where it occurs.
    """

    name: str
    rule: str
    play: Act
    versions: frozenset[OcppVersion]


FAULTS: dict[str, Fault] = {}
"""All of them by name."""


def plants(rule: str, versions: frozenset[OcppVersion] = frozenset(OcppVersion)) -> Callable[[Act], Act]:
    """Enter a script into the table of faults."""

    def enter(play: Act) -> Act:
        name = play.__name__.replace("_", "-")
        FAULTS[name] = Fault(name, rule, play, versions)
        return play

    return enter


async def spoiled_status(stage: Stage, member: str, value: str) -> None:
    """Report a state with one member set to something wrong."""
    station, connector = stage.station, stage.connector()
    frame = station.frame(station.status_call(connector.number, connector.state))
    frame[3][member] = value
    await station.say(frame)
    await station.reply(frame)
    await stage.pause(0.5)


async def charging(stage: Stage) -> Connector:
    """Begin a charge and let it run for a moment."""
    station, connector, token = stage.station, stage.connector(), stage.token()
    await station.report(connector.number, "Preparing")
    await stage.pause(0.4)
    await station.authorize(token)
    await station.begin(connector.number, token)
    await stage.charge(connector.number, SHORT)
    return connector


def late(peer: Peer, seconds: float) -> Callable[[Call], Awaitable[bool]]:
    """For `Peer.plant`: answer properly, but only after a while."""

    async def misanswer(_call: Call) -> bool:
        await peer.clock.sleep(seconds)
        return False

    return misanswer


async def never(_call: Call) -> bool:
    """For `Peer.plant`: do not answer at all."""
    return True
