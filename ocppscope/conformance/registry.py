"""Finds the rules: every module below ``rules/`` that is not a package holds exactly one."""

import importlib
import pkgutil
from functools import cache

from ocppscope.conformance import rules
from ocppscope.conformance.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """One instance of each rule, by id. Imports the whole catalogue: call it where rules are used, not before."""
    modules = pkgutil.walk_packages(rules.__path__, f"{rules.__name__}.")
    found = [_rule_in(module.name)() for module in modules if not module.ispkg]
    return tuple(sorted(found, key=lambda rule: rule.id))


def rule(rule_id: str) -> Rule | None:
    """The rule with this id, in any letter case."""
    return next((rule for rule in all_rules() if rule.id == rule_id.upper()), None)


def _rule_in(name: str) -> type[Rule]:
    module = importlib.import_module(name)
    own = [
        value
        for value in vars(module).values()
        # In this order: whether a class is a Rule is a slow question (an ABC asks all its subclasses), and most are imported.
        if isinstance(value, type) and value.__module__ == name and issubclass(value, Rule)
    ]
    if len(own) != 1:
        raise TypeError(f"{name} holds {len(own)} rules; one file holds one rule")
    return own[0]
