"""Built-in profiles that a station's BootNotification fits: offered, never silently applied."""

from collections.abc import Iterable

from ocppscope.model.connection import Station
from ocppscope.pics import library


def offers(stations: Iterable[Station]) -> dict[str, str]:
    """For each station that is judged by no profile, the name of the first built-in one that fits its identity."""
    unjudged = [station for station in stations if station.profile is None and station.vendor and station.model]
    if not unjudged:
        return {}
    profiles = [library.load(name) for name in library.names()]
    found = {
        station.id: next((one.name for one in profiles if one.matches(station.vendor, station.model)), None)
        for station in unjudged
    }
    return {station: name for station, name in found.items() if name is not None}
