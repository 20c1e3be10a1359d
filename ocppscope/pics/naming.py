"""Names of vendors and models, compared as people would: "BOTARI ENERGY Co.,Ltd." is "Botari Energy"."""

import re
import unicodedata

_LEGAL = frozenset({
    "ab", "ag", "as", "asa", "bv", "co", "corp", "corporation", "company", "gmbh", "inc", "incorporated", "kg", "kk",
    "limited", "llc", "llp", "ltd", "nv", "oy", "plc", "pte", "pty", "pvt", "sa", "sarl", "sas", "se", "spa", "srl",
})  # fmt: skip
"""Words at the end of a name that say what kind of company it is, not which one."""

_SHORTEST_PART = 4
"""A part shorter than this many characters (``ETS``, ``200``) is too little to recognise a name by."""

_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}|\b[^\W\d_](?:\.[^\W\d_])+\b")
"""``B.V.``, ``S.p.A``: letters with full stops, which are one word."""

_LONGEST_NAME = 256
"""Characters of a name that are looked at: vendors and models have at most 50 (2.x §1.21)."""


def same_name(one: str, other: str) -> bool:
    """Whether two names mean the same thing, or one is a part of the other in whole words.

    A part counts from four letters and digits on, so that ``EVon200`` is the ``EVon200-40P-2CR``, and ``200`` is not.
    """
    first, second = _words(one), _words(other)
    if not first or not second:
        return False
    if "".join(first) == "".join(second):
        return True
    short, long = sorted((first, second), key=len)
    if len("".join(short)) < _SHORTEST_PART:
        return False
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name[:_LONGEST_NAME]).casefold()
    words = re.findall(r"[^\W_]+", _INITIALS.sub(lambda match: match[0].replace(".", "") + " ", plain))
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    return words
