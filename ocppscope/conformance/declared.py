"""What a product declares, ready to be compared with: its limits, and the live value that beats them.

A station that reports its configuration knows itself better than its certificate does: where both are known and differ,
the reported value is the yardstick and the evidence names both. Where the certificate says nothing, so does every
function here, whatever the station reports.
"""

import msgspec

from ocppscope.conformance.event import Scene
from ocppscope.conformance.rule import Verdict
from ocppscope.pics.derive import LIMIT_SOURCES
from ocppscope.protocol.payload import number_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_VARIABLES = {
    "charge_profile_max_stack_level": "SmartChargingCtrlr.ProfileStackLevel",
    "charging_schedule_max_periods": "SmartChargingCtrlr.PeriodsPerSchedule",
    "max_charging_profiles_installed": "SmartChargingCtrlr.Entries.ChargingProfiles",
    "web_socket_ping_interval_s": "OCPPCommCtrlr.WebSocketPingInterval",
}
"""Where a 2.x station reports the same limit (2.0.1 part 2 §2.12)."""


class Declared(msgspec.Struct, frozen=True):
    """A limit in force.

    Attributes:
        value: the number to compare with.
        source: where it is declared: ``ORS-14``, a configuration key, or the profile.
        unit: ``" s"`` for a time, else "".
        reported_as: the key under which the station reports another value than it declares; ``certified`` is then the
            declared one.
    """

    value: int
    source: str
    unit: str = ""
    reported_as: str | None = None
    certified: int | None = None

    def words(self, noun: str) -> str:
        """For evidence: ``the declared maximum 5 (ORS-14)``, or the reported value with the declared one beside it."""
        if self.reported_as is None:
            return f"the declared {noun} {self.value}{self.unit} ({self.source})"
        declared = f"declared: {self.certified}{self.unit}, {self.source}"
        return f"the {noun} {self.value}{self.unit} that the station reports ({self.reported_as}; {declared})"


def declared_limit(scene: Scene, name: str) -> Declared | None:
    """The limit of this name (see `LIMIT_SOURCES`), None where nothing reliable is declared."""
    profile = scene.profile
    certified = profile.derived.limits.get(name) if profile is not None else None
    if profile is None or certified is None:
        return None
    row, key = LIMIT_SOURCES[name]
    unit = " s" if name.endswith("_s") else ""
    if name in profile.limits.settings:
        source = f"{name} in the profile"
    else:
        source = row if row in profile.settings else key or row
    if scene.connection.version is not OcppVersion.V16:
        key = _VARIABLES.get(name)
    live = number_at(scene.station.configuration, key.lower()) if key is not None else None
    if live is None or not live.is_integer() or live == certified:
        return Declared(certified, source, unit)
    return Declared(int(live), source, unit, key, certified)


def too_many(
    phrase: str, observed: int, limit: Declared, path: str, *, key: str = "", at_fault: Role = Role.CSMS
) -> Verdict:
    """The verdict on a number above its maximum; ``phrase`` ends in the verb: ``stackLevel 8 exceeds``."""
    return Verdict(
        f"{phrase} {limit.words('maximum')}",
        at_fault=at_fault,
        path=path,
        observed=str(observed),
        expected=f"<= {limit.value}",
        key=key or path,
    )


def outside(phrase: str, value: float, lowest: Declared | None, highest: Declared | None) -> tuple[str, str] | None:
    """Evidence and expectation for a value outside a declared range, None when it is inside or the range makes no sense."""
    if lowest is not None and highest is not None and lowest.value > highest.value:
        return None
    if lowest is not None and value < lowest.value:
        return f"{phrase} is below {lowest.words('minimum')}", f">= {lowest.value}"
    if highest is not None and value > highest.value:
        return f"{phrase} is above {highest.words('maximum')}", f"<= {highest.value}"
    return None


def reported_flag(scene: Scene, key: str) -> bool | None:
    """A boolean that the station reports under a 1.6 configuration key, None when it was not seen."""
    return {"true": True, "false": False}.get(scene.station.configuration.get(key.lower(), "").strip().lower())


def claim(scene: Scene, id_: str) -> bool | None:
    """What the certificate answers to a yes-or-no row, None where it says nothing reliable."""
    value = scene.profile.claims.get(id_) if scene.profile is not None else None
    return value if isinstance(value, bool) else None
