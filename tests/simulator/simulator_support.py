"""Plays simulations over real sockets and listens in, without a proxy."""

import asyncio
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ocppscope.protocol.message import Call, CallError, CallResult, Message, parse
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.options import Options
from ocppscope.simulator.scenarios import Scenario
from ocppscope.simulator.simulation import Simulation

FAST = 150
"""Times faster than life: a minute and a half of healthy life in about two seconds."""


@dataclass(frozen=True)
class Line:
    station: str
    direction: Direction
    text: str

    @property
    def message(self) -> Message:
        return parse(self.text)


@dataclass
class Conversation:
    """All texts in the order in which they arrived at their receivers."""

    lines: list[Line] = field(default_factory=list)

    def of(self, station: str) -> "Conversation":
        """What one station and its CSMS said."""
        return Conversation([line for line in self.lines if line.station == station])

    def calls(self, direction: Direction) -> list[Call]:
        return [line.message for line in self.lines if line.direction is direction and isinstance(line.message, Call)]

    def stations(self) -> list[str]:
        return sorted({line.station for line in self.lines})

    def pairs(self) -> list[tuple[Line, Call, CallResult | CallError | None]]:
        """Each CALL with the first response that carries its id, the other way."""
        open_calls: dict[Any, int] = {}
        pairs: list[tuple[Line, Call, CallResult | CallError | None]] = []
        for line in self.lines:
            match line.message:
                case Call() as call:
                    open_calls[line.station, line.direction, call.message_id] = len(pairs)
                    pairs.append((line, call, None))
                case CallResult() | CallError() as response:
                    index = open_calls.pop((line.station, line.direction.opposite, response.message_id), None)
                    if index is not None:
                        pairs[index] = (*pairs[index][:2], response)
        return pairs


def play(scripted: Scenario | None = None, **options: Any) -> Conversation:
    """Play what the options say, straight between stations and CSMS, until it is over."""

    async def played() -> Conversation:
        conversation = Conversation()
        simulation = Simulation(
            Options(**options),
            lambda station, direction, text: conversation.lines.append(Line(station, direction, text)),
            scripted,
        )
        await simulation.play(await simulation.start())
        return conversation

    return asyncio.run(played())


@cache
def healthy(version: OcppVersion) -> Conversation:
    """The healthy life of two stations of a version, played once for all tests of a file."""
    return play(stations=2, version=version, scenario="healthy", speed=FAST, once=True)
