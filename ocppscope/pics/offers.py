"""Built-in profiles that a station's BootNotification fits: offered, never silently applied."""

from collections.abc import Iterable
from functools import cache, lru_cache

from ocppscope.model.connection import Station
from ocppscope.pics import library
from ocppscope.pics.profile import Profile

_MOST_REMEMBERED = 4096
"""Pairs of vendor and model whose answer is kept. They come from the wire."""


def offers(stations: Iterable[Station]) -> dict[str, str]:
    """For each station that is judged by no profile, the name of the first built-in one that fits its identity.

    Cheap enough to be asked twice a second: the answer for a vendor and model is remembered.
    """
    found = {
        station.id: fitting(station.vendor, station.model)
        for station in stations
        if station.profile is None and station.vendor and station.model
    }
    return {station: name for station, name in found.items() if name is not None}


@lru_cache(_MOST_REMEMBERED)
def fitting(vendor: str, model: str) -> str | None:
    """The name of the first built-in profile that fits this identity, None when none does."""
    return next((one.name for one in _built_in() if one.matches(vendor, model)), None)


@cache
def _built_in() -> tuple[Profile, ...]:
    return tuple(library.load(name) for name in library.names())
