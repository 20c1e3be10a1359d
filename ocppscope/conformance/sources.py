"""The documents that rules refer to, and their abbreviations."""

import re

SOURCES = {
    "J16": "OCPP-J 1.6 specification",
    "JE": "OCPP-J 1.6 errata sheet 2025-04",
    "S16": "OCPP 1.6 edition 2",
    "E16": "OCPP 1.6 errata sheet 2025-04",
    "WP": "OCPP 1.6 security whitepaper edition 3",
    "P2": "OCPP 2.0.1 edition 3, part 2",
    "P4": "OCPP 2.0.1 edition 3, part 4",
    "P5": "OCPP 2.0.1 edition 3, part 5",
    "P6": "OCPP 2.0.1 edition 3, part 6",
    "E2": "OCPP 2.0.1 edition 3 errata 2025-09",
    "P21-2": "OCPP 2.1 edition 1, part 2",
    "P21-4": "OCPP 2.1 edition 1, part 4",
    "RFC": "IETF: RFC 6455 is the WebSocket protocol, RFC 7692 its compression",
}
"""Abbreviation to title, in the order in which a reader would look them up."""

_WORD = re.compile(r"[A-Z][A-Z0-9]*(?:-\d)?(?= )")


def sources_of(spec: str) -> dict[str, str]:
    """The documents that a rule's clauses stand in, by their abbreviations.

    Args:
        spec: as in `Rule.spec`, for instance ``J16 §4.1.2; P4 §4.1.2``.
    """
    named = set(_WORD.findall(f"{spec} "))
    return {short: title for short, title in SOURCES.items() if short in named}
