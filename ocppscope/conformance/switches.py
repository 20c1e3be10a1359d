"""Which rules are asked, and with which thresholds: what a user switches on the command line and in profiles.

A switch is a sign and a word: ``-STA-001`` turns a rule off, ``+TXN`` a family on. Words are rule ids, families,
severities (of the finding: ``-info``), requirements (``-judgement``) and ``all``; letter case does not matter. All rules are
on at first; switches hold in their order, the last one that fits decides. ``SES-012.warning_s=20`` sets a threshold.
"""

import difflib
import math
from collections.abc import Iterable, Mapping

import msgspec

from ocppscope.conformance.rule import Requirement, Rule
from ocppscope.model.finding import Severity

ALL = "all"

ALL_SEVERITIES = frozenset(Severity)


class SwitchError(Exception):
    """A switch that fits nothing. Its text is one line: what, and what was probably meant."""


class Switches(msgspec.Struct, frozen=True):
    """Switches in their order, as pairs of (on or off, word in lower case), and thresholds by ``rule id.name``."""

    switched: tuple[tuple[bool, str], ...] = ()
    thresholds: Mapping[str, float] = {}

    def then(self, later: "Switches") -> "Switches":
        """These, and after them the later ones, which win."""
        return Switches(self.switched + later.switched, {**self.thresholds, **later.thresholds})

    def allowed(self, rule: Rule) -> frozenset[Severity]:
        """The severities that findings of the rule may have; none at all when it is off."""
        if not self.switched:
            return ALL_SEVERITIES
        return frozenset(severity for severity in Severity if self._is_on(rule, severity))

    def changed(self, rule: Rule) -> dict[str, float]:
        """The thresholds of the rule that are not the defaults, by name."""
        if not self.thresholds:
            return {}
        names = {threshold.name for threshold in rule.thresholds}
        return {name: value for name in names if (value := self.thresholds.get(f"{rule.id}.{name}")) is not None}

    def _is_on(self, rule: Rule, severity: Severity) -> bool:
        words = {
            ALL,
            rule.id.lower(),
            rule.id.partition("-")[0].lower(),
            rule.requirement.value.lower(),
            severity.value,
        }
        return next((on for on, word in reversed(self.switched) if word in words), True)


def read_switches(texts: Iterable[str], rules: Iterable[Rule], where: str = "") -> Switches:
    """The switches in these texts.

    Args:
        texts: ``-STA-001``, ``+TXN``, ``SES-012.warning_s=20``, in their order.
        rules: the catalogue.
        where: they stand, for the error.

    Raises:
        SwitchError: one of them fits nothing.
    """
    catalogue = {rule.id: rule for rule in rules}
    switched: list[tuple[bool, str]] = []
    thresholds: dict[str, float] = {}
    for text in texts:
        if "=" in text:
            name, value = _threshold(text, catalogue, where)
            thresholds[name] = value
        else:
            switched.append(_switch(text, catalogue, where))
    return Switches(tuple(switched), thresholds)


def _switch(text: str, catalogue: Mapping[str, Rule], where: str) -> tuple[bool, str]:
    sign, word = text[:1], text[1:].strip().lower()
    if sign not in ("+", "-"):
        raise SwitchError(f"{where}{text!r} is no switch: begin it with - to turn rules off or + to turn them on")
    words = _words(catalogue.values())
    if word not in words:
        raise SwitchError(
            f"{where}{text!r} names no rule, family, severity or requirement{_meant(word.upper(), words)}; "
            "'ocppscope rules list' lists all"
        )
    return sign == "+", word


def _threshold(text: str, catalogue: Mapping[str, Rule], where: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    rule_id, _, threshold = name.strip().partition(".")
    rule = catalogue.get(rule_id.upper())
    if rule is None:
        raise SwitchError(f"{where}{text!r}: there is no rule {rule_id!r}{_meant(rule_id.upper(), catalogue)}")
    names = [known.name for known in rule.thresholds]
    if threshold not in names:
        has = f"has {', '.join(names)}" if names else "has no thresholds"
        raise SwitchError(f"{where}{text!r}: {rule.id} {has}")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise SwitchError(f"{where}{text!r}: {value.strip()!r} is not a number of 0 or more")
    return f"{rule.id}.{threshold}", number


def _words(rules: Iterable[Rule]) -> set[str]:
    words = {ALL, *(severity.value for severity in Severity), *(one.value.lower() for one in Requirement)}
    for rule in rules:
        words |= {rule.id.lower(), rule.id.partition("-")[0].lower()}
    return words


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, [name.upper() for name in known], 1)
    return f" (did you mean {close[0]}?)" if close else ""
