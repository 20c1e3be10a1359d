"""Plays a scenario with the whole fleet: the CSMS first, then each station on a stage of its own."""

import asyncio
from collections.abc import Iterator

from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.acts import Act, come_back
from ocppscope.simulator.clock import Clock, Finished
from ocppscope.simulator.csms import Csms, Opening
from ocppscope.simulator.csms_v2x import SessionV21, SessionV201
from ocppscope.simulator.csms_v16 import SessionV16
from ocppscope.simulator.fleet import Identity, fleet
from ocppscope.simulator.options import Options
from ocppscope.simulator.peer import Lost, Witness
from ocppscope.simulator.scenarios import SCENARIOS, Scenario
from ocppscope.simulator.stage import Stage
from ocppscope.simulator.station_v2x import StationV201
from ocppscope.simulator.station_v16 import StationV16
from ocppscope.simulator.station_v21 import StationV21

_STATIONS = {OcppVersion.V16: StationV16, OcppVersion.V201: StationV201, OcppVersion.V21: StationV21}
_SESSIONS = {OcppVersion.V16: SessionV16, OcppVersion.V201: SessionV201, OcppVersion.V21: SessionV21}

_BETWEEN_STATIONS = 0.3
"""Seconds from one station's first connection to the next one's."""

_FIRST_RETRY, _LAST_RETRY = 1.0, 30.0
"""Written seconds before the first try to connect again, doubled each time up to the last."""

_GRACE = 1.5
"""Real seconds for exchanges that are under way when the end is ordered."""


class Simulation:
    """A CSMS and its stations.

    Args:
        options: what to play.
        witness: told of every text that arrives, for tests.
        scenario: one that has no name, instead of the one that the options name.
    """

    def __init__(self, options: Options, witness: Witness | None = None, scenario: Scenario | None = None) -> None:
        self._options = options
        self._scenario = scenario or SCENARIOS[options.scenario]
        self._witness = witness
        self._seed = f"ocppscope {options.seed}"
        self._clock = Clock(options.speed)
        self._csms = Csms({version: self._session(version) for version in OcppVersion})

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Start the CSMS. Returns its URL, without a station's identity."""
        return await self._csms.start(host, port)

    async def play(self, url: str) -> None:
        """Connect the stations to a URL and play until everyone is done, the time is up, or `finish` is called.

        Ends properly: exchanges under way are completed, connections closed. Plays once.
        """
        alarm = None
        if self._options.duration is not None:
            alarm = asyncio.get_running_loop().call_later(self._options.duration, self.finish)
        lives = asyncio.ensure_future(self._lives(url))
        ordered = asyncio.ensure_future(self._clock.ended())
        try:
            await asyncio.wait([lives, ordered], return_when=asyncio.FIRST_COMPLETED)
            if not lives.done():
                await asyncio.wait([lives], timeout=_GRACE)
        finally:
            if alarm is not None:
                alarm.cancel()
            for task in (lives, ordered):
                task.cancel()
            await asyncio.gather(lives, ordered, return_exceptions=True)
            await self.close()
        if not lives.cancelled():
            lives.result()

    def finish(self) -> None:
        """Order the end."""
        self._clock.finish()

    async def close(self) -> None:
        """Listen no more. `play` does so at its end."""
        await self._csms.stop()

    async def _lives(self, url: str) -> None:
        async with asyncio.TaskGroup() as lives:
            for number, identity in enumerate(fleet(self._options.stations, self._options.version)):
                lives.create_task(self._live(number, identity, url), name=identity.id)

    def _session(self, version: OcppVersion) -> Opening:
        return lambda station_id: _SESSIONS[version](station_id, self._seed, self._clock, self._witness)

    async def _live(self, number: int, identity: Identity, url: str) -> None:
        station = _STATIONS[identity.version](identity, self._seed, self._clock, self._witness)
        stage = Stage(station, self._csms, url, self._clock, self._seed)
        try:
            await stage.pause(number * _BETWEEN_STATIONS)
            await self._connect(stage)
            for act in self._program(stage, identity):
                try:
                    await act(stage)
                except Lost:
                    await self._return(stage)
        except Finished:
            pass
        finally:
            await stage.hang_up(1000, "end of the demo")

    def _program(self, stage: Stage, identity: Identity) -> Iterator[Act]:
        if self._options.once:
            return iter(self._scenario.opening(identity.version, identity.variant))
        return self._scenario.program(identity.version, identity.variant, stage.random)

    async def _connect(self, stage: Stage) -> None:
        wait = _FIRST_RETRY
        while True:
            try:
                await stage.connect()
            except Lost:
                # Doubled with a random share, so that a fleet does not come back in one burst (2.0.1 part 4 §5.3).
                await stage.pause(wait * stage.random.uniform(1.0, 1.3))
                wait = min(wait * 2, _LAST_RETRY)
            else:
                return

    async def _return(self, stage: Stage) -> None:
        while True:
            await stage.hang_up()
            await self._connect(stage)
            try:
                await come_back(stage)
            except Lost:
                continue
            return
