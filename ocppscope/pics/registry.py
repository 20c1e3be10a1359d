"""What the ids of certificates mean. The same id means different things per OCPP version and device under test.

The table (``id_registry.json``) has the labels of the printed certificates for OCPP 1.6 stations and of part 5 of the
standard for 2.0.1 and 2.1. For OCPP 1.6 CSMS only ids are known.
"""

import difflib
import importlib.resources
import json
import re
from functools import cache
from typing import Any

from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_SAME_MEANING = 0.6
"""Likeness (0 to 1) from which on two labels may be the same one, differently printed. Labels of one id that mean different
things in different versions reach 0.54; some of different ids reach 0.98, so that the nearest one must be this id's too."""

_DUT = {Role.STATION: "cs", Role.CSMS: "csms"}
_RANGE = re.compile(r"([A-Z]+-)(\d+)\.\.\1(\d+)")


def label(version: OcppVersion, dut: Role, id_: str) -> str | None:
    """The label of an id, empty where only the id is known, None where it is not known at all."""
    return _labels(version, dut).get(id_)


def is_heading(version: OcppVersion, dut: Role, id_: str) -> bool:
    """Whether a row only stands above others, as ``C-06`` does above ``C-06.1``, and has no value of its own."""
    return any(known.startswith(f"{id_}.") for known in _labels(version, dut))


def means_what_it_says(version: OcppVersion, dut: Role, id_: str, printed: str) -> bool:
    """Whether a row's printed label is the one that its id stands for, and no other id's.

    True for an id or label that is not known: it cannot differ.
    """
    known = label(version, dut, id_)
    if not known or not printed:
        return True
    likeness = _likeness(known, printed)
    if likeness == 1:
        return True
    others = _labels(version, dut).values()
    return likeness >= _SAME_MEANING and likeness >= max(_likeness(other, printed) for other in others)


def _likeness(one: str, other: str) -> float:
    """How alike two labels are but for blanks, case and punctuation, from 0 to 1."""
    first, second = (re.sub(r"[\W_]+", "", text[:_LONGEST_LABEL]).casefold() for text in (one, other))
    return 1 if first == second else difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


_LONGEST_LABEL = 300
"""Characters of a label that are compared: the longest of the registry has 132."""


@cache
def _labels(version: OcppVersion, dut: Role) -> dict[str, str]:
    of_version = _table()[version.value]
    code = _DUT[dut]
    known: dict[str, Any] = of_version.get("errata", {}).get(f"{code}_added", {}) | of_version[code]
    only_ids = [id_ for entry in known.pop("ids", ()) for id_ in _spread(entry)]
    return dict.fromkeys(only_ids, "") | known


def _spread(entry: str) -> list[str]:
    """``C-02..C-11`` as the ten ids that it stands for."""
    match = _RANGE.fullmatch(entry)
    if match is None:
        return [entry]
    prefix, first, last = match[1], match[2], match[3]
    return [f"{prefix}{number:0{len(first)}}" for number in range(int(first), int(last) + 1)]


def _table() -> dict[str, Any]:
    text = importlib.resources.files("ocppscope.pics").joinpath("id_registry.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
