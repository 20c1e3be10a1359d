"""Whether a station is the product that a profile is about, as far as its BootNotification tells."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ocppscope.pics.profile import Profile

_FIGURES = re.compile(r"\d+(?:\.\d+)+")


class Difference(NamedTuple):
    """Something that differs: "vendor", "model" or "firmware", as the station says it and as it was certified."""

    what: str
    told: str
    certified: str


def differences(profile: Profile, vendor: str | None, model: str | None, firmware: str | None) -> Iterator[Difference]:
    """What a station says of itself and its certificate says otherwise. What either is silent about does not differ."""
    if vendor and not profile.is_vendor(vendor):
        yield Difference("vendor", vendor, profile.vendor)
    if model and not profile.is_model(model):
        yield Difference("model", model, profile.product)
    certified = profile.software_version
    if firmware and certified and not _same_version(firmware, certified):
        yield Difference("firmware", firmware, certified)


def _same_version(firmware: str, certified: str) -> bool:
    """Whether the certified version is named: ``E-TESS_V1.0`` is ``1.0``, and one of ``main 1.0; meter 2.3``."""
    told, wanted = ([*_FIGURES.findall(version[:100])] for version in (firmware, certified))
    if told and wanted:
        return set(wanted) <= set(told)
    one, other = (re.sub(r"[\W_]+", "", version[:100]).casefold() for version in (firmware, certified))
    return one == other
