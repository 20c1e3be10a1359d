"""The stations of the demo. Vendor, models, places and serial numbers are all made up."""

from dataclasses import dataclass
from itertools import count, cycle, islice

from ocppscope.protocol.version import OcppVersion

VENDOR = "Voltaic (made up)"
CONNECTORS = (1, 2)
"""Connectors of a 1.6 station; in 2.x as many EVSEs with one connector each."""

_PLACES = ("HARBOUR", "LIBRARY", "DEPOT", "ORCHARD", "STATION", "MARKET", "MUSEUM", "AIRFIELD")
_MIX = (OcppVersion.V16, OcppVersion.V201, OcppVersion.V16, OcppVersion.V21)


@dataclass(frozen=True, slots=True)
class Model:
    """A product: what its BootNotification says and what its cable can carry."""

    name: str
    direct_current: bool
    watts: int
    volts: int
    phases: int

    @property
    def amperes(self) -> float:
        """The greatest current of one phase."""
        return round(self.watts / self.volts / self.phases, 1)


_WALL = Model("Quay AC 22", direct_current=False, watts=22_080, volts=230, phases=3)
_TOWER = Model("Quay DC 150", direct_current=True, watts=150_000, volts=400, phases=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """One station: who it is and which version it speaks. ``variant`` tells stations of one version apart."""

    id: str
    version: OcppVersion
    variant: int
    model: Model
    serial: str
    firmware: str = "1.4.2"


def fleet(stations: int, version: OcppVersion | None) -> list[Identity]:
    """As many stations as wanted, all of one version or 1.6, 2.0.1 and 2.1 mixed."""
    versions = cycle(_MIX if version is None else (version,))
    variants = {known: count() for known in OcppVersion}
    return [
        Identity(
            id=f"DEMO-{number:02d}-{place}",
            version=spoken,
            variant=next(variants[spoken]),
            model=_TOWER if number % 4 in {3, 0} else _WALL,
            serial=f"MADEUP{number:04d}",
        )
        for number, place, spoken in islice(zip(count(1), cycle(_PLACES), versions, strict=False), stations)
    ]
