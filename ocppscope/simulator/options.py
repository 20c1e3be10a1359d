"""What may be chosen about a simulation. Imports nothing heavy: the command line reads the names from here."""

from dataclasses import dataclass

from ocppscope.protocol.version import OcppVersion

DEFAULT_SEED = 1
DEFAULT_SCENARIO = "field"
DEFAULT_STATIONS = 4
MOST_STATIONS = 200
"""Each station costs a connection and a few messages a second in one Python process."""

SCENARIOS = {
    "field": "complete lives with the faults that people debug in the field planted into them",
    "healthy": "complete lives without any fault: nothing to report",
    "offline": "connections come and go: idle drops, refused handshakes, queues delivered late",
    "deaf": "stations that talk but answer nothing, and a CSMS that does the same now and then",
    "slow": "answers beyond the declared limits on both sides",
    "malformed": "broken JSON, wrong wrappers, wrong ids, payloads that break the schema",
}
"""Name and one line for each scenario; `scenarios` says what is played."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to simulate.

    Attributes:
        stations: how many, 1 to `MOST_STATIONS`.
        version: the version that all of them speak; None mixes 1.6, 2.0.1 and 2.1.
        scenario: a name of `SCENARIOS`.
        seed: the same seed gives the same messages in the same order, ids included; only time stamps differ.
        speed: how many times faster than real life the pauses pass.
        duration: seconds after which everything ends properly; None goes on until it is told to stop.
        once: play each station's opening once and end, instead of going on with everyday life.
    """

    stations: int = DEFAULT_STATIONS
    version: OcppVersion | None = None
    scenario: str = DEFAULT_SCENARIO
    seed: int = DEFAULT_SEED
    speed: float = 1.0
    duration: float | None = None
    once: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.stations <= MOST_STATIONS:
            raise ValueError(f"{self.stations} stations: 1 to {MOST_STATIONS} can be simulated")
        if self.scenario not in SCENARIOS:
            raise ValueError(f"no scenario '{self.scenario}'; there are {', '.join(SCENARIOS)}")
        if not 0.01 <= self.speed <= 1000:
            raise ValueError(f"speed {self.speed:g}: 0.01 to 1000 is possible")
        if self.duration is not None and self.duration <= 0:
            raise ValueError(f"duration {self.duration:g} s: more than 0 is due")
