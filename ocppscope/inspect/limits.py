"""How long each party may take, by the profiles given."""

from collections.abc import Sequence

from ocppscope.model.connection import Station
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Role

DEFAULT_TIMEOUT = 30.0
"""Seconds after which a CALL counts as unanswered where no profile says otherwise (2.0.1 part 2 §3.2, guidance)."""


class Limits:
    """The declared maxima of the products under test.

    A CSMS profile holds for the one CSMS behind the proxy. A single station profile holds for every station; of several,
    or ``by_identity``, a station gets the one that its BootNotification names, and none before.
    """

    def __init__(self, profiles: Sequence[Profile] = (), *, by_identity: bool = False) -> None:
        self.given = bool(profiles)
        """Whether there is any profile at all."""
        self._csms = next((profile for profile in profiles if profile.dut is Role.CSMS), None)
        self._stations = [profile for profile in profiles if profile.dut is Role.STATION]
        self._holds_for_all = len(self._stations) == 1 and not by_identity
        self._by_name = {profile.name: profile for profile in self._stations}

    def assign(self, station: Station) -> None:
        """Settle which profile holds for a station, again whenever its identity becomes known."""
        if self._holds_for_all:
            station.profile = self._stations[0].name
        elif station.model is not None or station.vendor is not None:
            matching = (profile for profile in self._stations if profile.matches(station.vendor, station.model))
            station.profile = next((profile.name for profile in matching), None)

    def profile(self, station: Station, dut: Role) -> Profile | None:
        """The profile that holds for a station, or for its CSMS."""
        return self._csms if dut is Role.CSMS else self._by_name.get(station.profile or "")

    def limit(self, station: Station, dut: Role, action: str) -> float | None:
        """Seconds that the party may take to answer this action, None where nothing is declared."""
        profile = self.profile(station, dut)
        return profile.limit(action) if profile is not None else None
