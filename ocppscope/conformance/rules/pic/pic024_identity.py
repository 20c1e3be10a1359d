"""PIC-024: the station names itself otherwise than its certificate does."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.pics.identity import differences
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import text_at, value_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_PROFILE = """
[identity]
dut = "station"
ocpp_version = "1.6"
vendor = "Example Chargers Co., Ltd."
product = "EX-60"
software_version = "EX_V1.0.0"
"""


def _boot(vendor: str, model: str, firmware: str = "1.0.0") -> str:
    return (
        f'> [2,"1","BootNotification",{{"chargePointVendor":"{vendor}","chargePointModel":"{model}",'
        f'"firmwareVersion":"{firmware}"}}]'
    )


class Identity(Rule):
    """The station is not what the certificate is about, as far as its BootNotification tells.

    Finds:
        A vendor, model or firmware version that differs from the certificate. Names are compared without case, blanks,
        punctuation and legal suffixes, and one may be a part of the other; of a firmware version the figures count.
        Told once for each boot.

    Why it matters:
        A certificate holds for one product and one firmware. Outside of them its limits are a good guess, and the
        other findings of this family may only say that this is another product.

    Usual causes:
        The firmware was updated after certification, which is ordinary; a marketing name; a profile chosen for the wrong
        station.

    What to do:
        Where only the firmware differs, ask the vendor for the new certificate. Where the product differs, choose
        another profile, or add its name to model_names.
    """

    id = "PIC-024"
    name = "BootNotification identity differs from the certificate"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "Certificate: vendor, product, software version"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification"})
    needs_profile = True
    examples = (
        Example("another firmware", _boot("Example Chargers", "EX-60", "1.4.2"), profile=_PROFILE, finds=1, line=1),
        Example("the same, spelled otherwise", _boot("EXAMPLE CHARGERS", "EX60", "v1.0.0"), profile=_PROFILE),
        Example("one of several parts", _boot("Example Chargers", "EX-60", "main 1.0.0; meter 2.3"), profile=_PROFILE),
        Example("another product", _boot("Other Works", "Post 7"), profile=_PROFILE, finds=1),
        Example(
            "no firmware told",
            '> [2,"1","BootNotification",{"chargePointVendor":"Example Chargers","chargePointModel":"EX-60"}]',
            profile=_PROFILE,
        ),
        Example(
            "on 2.0.1",
            '> [2,"1","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"Example Chargers",'
            '"model":"EX-60","firmwareVersion":"2.0"}}]',
            version=OcppVersion.V201,
            profile=_PROFILE.replace("1.6", "2.0.1"),
            finds=1,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """What differs, in one finding."""
        profile = event.scene.profile
        if profile is None:
            return
        differing = list(differences(profile, *_told(event.message.payload)))
        if differing:
            named = ", ".join(f"{what} {quoted(told)}" for what, told, _ in differing)
            certified = ", ".join(f"{what} {quoted(right)}" for what, _, right in differing)
            yield Verdict(
                f"the station says {named}; outside what was certified: {certified}",
                observed=named,
                expected=certified,
                key=named[:200],
            )


def _told(boot: Payload) -> tuple[str | None, str | None, str | None]:
    """Vendor, model and firmware of a BootNotification."""
    station = value_at(boot, "chargingStation")
    if station is not None:
        return text_at(station, "vendorName"), text_at(station, "model"), text_at(station, "firmwareVersion")
    return text_at(boot, "chargePointVendor"), text_at(boot, "chargePointModel"), text_at(boot, "firmwareVersion")
