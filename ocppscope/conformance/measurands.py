"""Names of measurands, as configuration lists and meter values have them."""

DEFAULT_MEASURAND = "Energy.Active.Import.Register"
"""Of a sampled value that names none (S16 §7.43; 2.x SampledValueType)."""

_PHASES = frozenset({"L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"})


def bare_measurand(name: str) -> str:
    """The measurand without the phase that configuration lists may append: ``Voltage.L1-N`` is Voltage."""
    stem, dot, last = name.rpartition(".")
    return stem if dot and last in _PHASES else name


def listed(value: str) -> list[str]:
    """The entries of a comma-separated list, blanks and empty entries left out."""
    return [entry for part in value.split(",") if (entry := part.strip())]
