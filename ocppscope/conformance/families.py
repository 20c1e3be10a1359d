"""The families of rules: what each is about, in the order of the catalogue."""

import importlib.util
import inspect
import re
from collections.abc import Iterable

import msgspec

from ocppscope.conformance import rules as catalogue
from ocppscope.conformance.rule import Rule

ORDER = ("RPC", "CON", "SES", "CFG", "TXN", "STA", "SCH", "LAL", "AUT", "RES", "FWU", "SEC", "PIC")
"""From the wire upwards; a family that is not named here comes after these."""

_BEGINNING = re.compile(r"(?:[A-Z]{3}:|Rules about )")


class Family(msgspec.Struct, frozen=True):
    """The rules about one subject.

    Attributes:
        key: ``TXN``.
        title: what they are about: ``charging transactions and their meters``.
        rules: by id.
    """

    key: str
    title: str
    rules: tuple[Rule, ...]


def family_of(rule: Rule) -> str:
    """``TXN`` of ``TXN-001``."""
    return rule.id.partition("-")[0]


def families(rules: Iterable[Rule]) -> list[Family]:
    """These rules by family; a family without a rule is left out."""
    members: dict[str, list[Rule]] = {}
    for rule in rules:
        members.setdefault(family_of(rule), []).append(rule)
    keys = sorted(members, key=lambda key: (ORDER.index(key) if key in ORDER else len(ORDER), key))
    return [Family(key, title_of(key), tuple(sorted(members[key], key=lambda rule: rule.id))) for key in keys]


def title_of(key: str) -> str:
    """What a family is about: the docstring of its package, as in ``KEY: title.``; empty for one that there is not."""
    name = f"{catalogue.__name__}.{key.lower()}"
    if not key.isidentifier() or importlib.util.find_spec(name) is None:
        return ""
    first = (inspect.getdoc(importlib.import_module(name)) or "").partition("\n")[0]
    title = _BEGINNING.sub("", first).strip().removesuffix(".")
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
