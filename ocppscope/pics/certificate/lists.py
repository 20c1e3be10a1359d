"""Cells that hold lists of names: measurands, cipher suites, file transfer protocols. A name that was split is joined."""

import re
from dataclasses import dataclass, field

from ocppscope.pics.certificate import cells as cell_meaning

_REGISTERS = [
    f"Energy.{kind}.{way}.{what}"
    for kind in ("Active", "Reactive", "Apparent")
    for way in ("Export", "Import")
    for what in ("Register", "Interval")
]
_MEASURANDS = {
    name.casefold(): name
    for name in (
        *_REGISTERS,
        "Current.Export", "Current.Import", "Current.Offered", "Current.Export.Offered", "Current.Export.Minimum",
        "Current.Import.Offered", "Current.Import.Minimum", "Display.BatteryEnergyCapacity", "Display.ChargingComplete",
        "Display.InletHot", "Display.MaximumSOC", "Display.MinimumSOC", "Display.PresentSOC",
        "Display.RemainingTimeToMaximumSOC", "Display.RemainingTimeToMinimumSOC", "Display.RemainingTimeToTargetSOC",
        "Display.TargetSOC", "Energy.Active.Import.CableLoss", "Energy.Active.Import.LocalGeneration.Register",
        "Energy.Active.Net", "Energy.Active.Setpoint.Interval", "Energy.Apparent.Import", "Energy.Apparent.Export",
        "Energy.Apparent.Net", "Energy.Reactive.Net", "EnergyRequest.Bulk", "EnergyRequest.Maximum", "EnergyRequest.Minimum",
        "EnergyRequest.Maximum.V2X", "EnergyRequest.Minimum.V2X", "EnergyRequest.Target", "Frequency", "Power.Active.Export",
        "Power.Active.Import", "Power.Active.Setpoint", "Power.Active.Residual", "Power.Export.Minimum",
        "Power.Export.Offered", "Power.Factor", "Power.Import.Offered", "Power.Import.Minimum", "Power.Offered",
        "Power.Reactive.Export", "Power.Reactive.Import", "RPM", "SoC", "Temperature", "Voltage", "Voltage.Minimum",
        "Voltage.Maximum",
    )
}  # fmt: skip
"""Measurands of OCPP 1.6 to 2.1, by their names in small letters."""

_PHASE = re.compile(r"\.(?:L[123](?:-(?:L[123]|N))?|N)", re.IGNORECASE)
"""What 1.6 configuration adds to a measurand for one phase of it."""

_PROTOCOLS = frozenset({"FTP", "FTPS", "HTTP", "HTTPS", "SFTP"})
_SUITE = re.compile(r"TLS_[A-Z0-9_]*[A-Z0-9]")


@dataclass(slots=True)
class Listed:
    """The names of a list.

    Attributes:
        names: in the order printed, in the spelling of the standard.
        joined: names that were printed in two pieces.
        unknown: names that the standard does not have; they are among the names all the same.
    """

    names: tuple[str, ...] = ()
    joined: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_measurands(cell: str) -> Listed:
    """Measurands, in the case of the standard; two pieces that only together are one are one."""
    words = cell_meaning.words(cell)
    found = Listed()
    names: list[str] = []
    index = 0
    while index < len(words):
        word, after = words[index], words[index + 1 : index + 2]
        name = _measurand(word)
        if name is None and after and (together := _measurand(word + after[0])) is not None:
            found.joined.append(f"{word} {after[0]}")
            names.append(together)
            index += 2
            continue
        if name is None:
            found.unknown.append(word)
        names.append(name or word)
        index += 1
    found.names = tuple(names)
    return found


def read_cipher_suites(cell: str) -> Listed:
    """TLS cipher suites by their IANA names; what does not begin like one is the rest of the one before."""
    found = Listed()
    names: list[str] = []
    for word in cell_meaning.words(cell):
        if names and not word.startswith("TLS_"):
            found.joined.append(f"{names[-1]} {word}")
            names[-1] += word
        else:
            names.append(word)
    found.names = tuple(names)
    found.unknown += [name for name in names if not _SUITE.fullmatch(name)]
    return found


def read_protocols(cell: str) -> Listed:
    """File transfer protocols in capitals."""
    parts = [part for word in cell_meaning.words(cell.upper()) for part in _by_slash(word)]
    return Listed(tuple(parts), unknown=[part for part in parts if part not in _PROTOCOLS])


def _by_slash(word: str) -> list[str]:
    parts = word.split("/")
    return parts if all(part in _PROTOCOLS for part in parts) else [word]


def _measurand(word: str) -> str | None:
    phase = _PHASE.search(word)
    bare = word[: phase.start()] if phase and phase.end() == len(word) else word
    known = _MEASURANDS.get(bare.casefold())
    return known and known + word[len(bare) :]
