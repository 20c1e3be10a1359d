"""The device under test, worked out of the run: who it says it is, whether that is what was certified, and its limits."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ocppscope.inspect.clock_words import IN_TIME_S, clock_words, is_in_time
from ocppscope.model.clock import AGREEING, Clock
from ocppscope.model.connection import Station
from ocppscope.pics.identity import differences
from ocppscope.pics.offers import offers
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Role
from ocppscope.tui.run import Run
from ocppscope.tui.widgets.device import Check, Device, Life, Product

_LIMITS = {
    "ocpp_response_timeout": "answers within",
    "ocpp_triggered_function_timeout": "acts within",
    "remote_start_authorization_time": "starts within",
    "remote_stop_authorization_end_time": "stops within",
    "authorize_response_time": "authorizes in",
    "remote_start_response_time": "start answered in",
}
"""What a declared maximum means, in seventeen cells."""


class Offer(NamedTuple):
    """A built-in profile, and the stations that it fits and that have none."""

    profile: str
    stations: tuple[str, ...]


def offer_of(run: Run) -> Offer | None:
    """The profile that fits the chosen station; with all stations in sight the one that fits the most."""
    chosen = run.inspector.stations.values()
    found = offers(one for one in chosen if run.station is None or one.id == run.station)
    by_profile: dict[str, list[str]] = {}
    for station, name in found.items():
        by_profile.setdefault(name, []).append(station)
    if not by_profile:
        return None
    name, stations = max(by_profile.items(), key=lambda entry: len(entry[1]))
    return Offer(name, tuple(stations))


def device_of(run: Run, totals: tuple[int, int], offer: Offer | None) -> Device:
    """The device under test: the chosen station, the only one, or all of them.

    Args:
        run: where it was seen.
        totals: distinct errors and warnings about it.
        offer: see `offer_of`.
    """
    inspector = run.inspector
    found = chosen_stations(run)
    station = found[0] if len(found) == 1 else None
    csms = next((profile for profile in run.profiles if profile.dut is Role.CSMS), None)
    held = [profile for profile in run.profiles if profile.dut is Role.STATION]
    if found:
        names = {one.profile for one in found}
        held = [profile for profile in held if profile.name in names]
    return Device(
        identity=_identity(station) if station else f"{len(found)} stations" if found else "",
        firmware=(station.firmware or "") if station else "",
        product=_product(held),
        csms=_product([csms] if csms is not None else []),
        check=_check(found, held),
        offer=offer.profile if offer is not None else "",
        judging=run.feed.judging_again,
        rules=len(inspector.rules),
        errors=totals[0],
        warnings=totals[1],
        life=_life(run, station) if station is not None else None,
    )


def deserves_a_look(clock: Clock) -> bool:
    """Whether it is off, was set, or runs wild; too few measurements say nothing."""
    told = clock.steady or clock.measured >= AGREEING
    return clock.skew is not None and told and not is_in_time(clock)


def wanders(clock: Clock) -> bool:
    """Whether its history is worth a picture."""
    skews = [skew for _, skew in clock.points]
    return bool(skews) and max(skews) - min(skews) > IN_TIME_S


def _life(run: Run, station: Station) -> Life:
    """Clock and disconnects of one station."""
    clock = station.clock
    skews = tuple(skew for _, skew in clock.points)
    ends = run.endings_of(station.id)
    patterns = dict.fromkeys(one.pattern.sentence for one in ends if one.pattern is not None)
    return Life(
        clock=clock_words(clock) or "",
        off=deserves_a_look(clock),
        skews=skews if wanders(clock) else (),
        ends=len(ends),
        pattern=next(iter(patterns), ""),
    )


def chosen_stations(run: Run) -> list[Station]:
    """The station that everything is narrowed to, or all of them."""
    stations = run.inspector.stations
    station = stations.get(run.station or "")
    return [station] if station is not None else list(stations.values())


def _identity(station: Station) -> str:
    return " ".join(part for part in (station.vendor, station.model) if part) or station.id


def _product(profiles: Sequence[Profile]) -> Product | None:
    if not profiles:
        return None
    if len(profiles) > 1:
        return Product(f"{profiles[0].name} +{len(profiles) - 1}")
    limits = ((words, profiles[0].kpi_limit(key)) for key, words in _LIMITS.items())
    return Product(profiles[0].name, tuple((words, limit) for words, limit in limits if limit is not None))


def _check(stations: Sequence[Station], profiles: Iterable[Profile]) -> Check | None:
    """What the BootNotifications say against what was certified; None without a profile that holds for a station."""
    by_name = {profile.name: profile for profile in profiles}
    judged = [(station, by_name[station.profile]) for station in stations if station.profile in by_name]
    if not judged:
        return None
    told = [(station, profile) for station, profile in judged if station.vendor or station.model]
    differing = [
        found
        for station, profile in told
        if (found := tuple(differences(profile, station.vendor, station.model, station.firmware)))
    ]
    return Check(
        stations=len(stations),
        judged=len(judged),
        told=len(told),
        differing=len(differing),
        details=tuple((one.what, one.certified) for one in differing[0]) if len(set(differing)) == 1 else (),
    )
