"""Which rules watched a station, and why the others could not: for a report that also says what passed."""

from collections.abc import Iterator
from functools import cache
from itertools import chain

from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import ALL_VERSIONS, Rule
from ocppscope.conformance.switches import Switches, read_switches
from ocppscope.model.connection import Station
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Role
from ocppscope.report.reading import Reading


class Watching:
    """The rules of one reading, station by station."""

    def __init__(self, reading: Reading) -> None:
        self._profiles = {profile.name: profile for profile in reading.profiles}
        self._csms = next((profile for profile in reading.profiles if profile.dut is Role.CSMS), None)
        self._switches = reading.switches or Switches()
        self._timed = _timed(reading)
        self._allowed = cache(self._rules_on)

    def rules(self, station: Station) -> Iterator[tuple[Rule, str | None]]:
        """The rules that are on for a station, each with the reason why it could not judge; None for one that watched."""
        profile = self._profiles.get(station.profile or "")
        for rule in self._allowed(profile.name if profile is not None else None):
            yield rule, self._obstacle(rule, station, profile)

    def _obstacle(self, rule: Rule, station: Station, profile: Profile | None) -> str | None:
        if station.version is None and rule.versions != ALL_VERSIONS:
            return "the station's OCPP version is not known"
        if station.version is not None and station.version not in rule.versions:
            return f"not for OCPP {station.version}"
        if rule.needs_profile and profile is None:
            return "needs the product's profile: --pics"
        if rule.needs_profile and profile is not None and profile.ocpp_version is not station.version:
            return f"the profile is for OCPP {profile.ocpp_version}"
        if not rule.timeless and station.id not in self._timed:
            return "the recording has no times"
        return None

    def _rules_on(self, name: str | None) -> tuple[Rule, ...]:
        """As `ocppscope.conformance.engine` switches them: by the profiles, then as the user said."""
        switches = Switches()
        for profile in (self._profiles.get(name or ""), self._csms):
            if profile is not None:
                switches = switches.then(read_switches(profile.rules, all_rules()))
        switches = switches.then(self._switches)
        return tuple(rule for rule in all_rules() if switches.allowed(rule))


def _timed(reading: Reading) -> frozenset[str]:
    """Stations with a connection whose recording has times."""
    inspector = reading.inspector
    seen = chain(inspector.disconnects, inspector.connections.values())
    return frozenset(connection.station for connection in seen if connection.timed)
