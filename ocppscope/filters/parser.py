r"""Text to filter.

The grammar. Blanks separate; everything is matched without regard to case.

    filter  = [ all ]                             the empty filter matches everything
    all     = either { either }                   words that stand together must all match
    either  = one { "|" one }                     one of them must; binds more tightly than standing together
    one     = "!" one | "(" all ")" | term        everything but; grouping
    term    = flag                                findings, held, marked
            | field ":" values                    action type dir station id tx evse rule sev; the whole value must match
            | quantity compare amounts            latency>2s, limit>=80%; compare is > < >= <= = !=
            | path [ compare values ]             $.a.b[0] exists; compare also ~ (contains)
            | value                               found in the action, the id or the info
    values  = value { "|" value }                 glued, without blanks: alternatives of the same field
    amounts = amount { "|" amount }
    value   = bare | quoted                       bare: no blank, | ( ) or "; * is any text, ? any character
    quoted  = '"' … '"' | "'" … "'"               with \" and \\; * and ? are themselves
    path    = "$" { "." name | "[" index "]" | "[" quoted "]" | ".*" | "[*]" }

A bare word glued behind a ``|`` takes the field of the word before it: ``action:Boot*|Meter*`` is one field with two values,
``action:Boot*|type:SEND`` and ``action:Boot* | meter`` are two terms. Text fields may be written with ``=`` and ``!=`` as
well. Nothing is recursive beyond `MAX_DEPTH` and no text longer than `MAX_LENGTH` is looked at.
"""

import difflib
import json
import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from ocppscope.filters.comparison import Comparison
from ocppscope.filters.errors import FilterError
from ocppscope.filters.fields import AMOUNT_FIELDS, FIELD_NAMES, FLAGS, TEXT_FIELDS, AmountField, TextField
from ocppscope.filters.matching import Filter
from ocppscope.filters.path import JsonPath, Star, Step, bare_name_at
from ocppscope.filters.pattern import Pattern
from ocppscope.filters.terms import All, Amount, AnyOf, Flag, Member, Not, Quantity, Term, Text, Word

MAX_LENGTH = 4096
"""Characters. Longer than anything that a person types, short enough that a pasted megabyte costs nothing."""

MAX_DEPTH = 32
"""Parentheses and exclamation marks inside one another."""

_FIELD = re.compile(r"([A-Za-z][A-Za-z_]*)(:|!=|>=|<=|=|>|<)")
_COMPARE = re.compile(r"!=|>=|<=|=|>|<|~")
_BARE = re.compile(r'[^\s()|"]+')
_INDEX = re.compile(r"\[(-?\d{1,9}|\*)\]", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(\D*)", re.ASCII)
_QUOTES = "\"'"

_Value = TypeVar("_Value")


def parse(text: str) -> Filter:
    """Read a filter.

    Raises:
        FilterError: with the reason and the position.
    """
    if len(text) > MAX_LENGTH:
        raise FilterError(f"a filter has at most {MAX_LENGTH} characters", MAX_LENGTH)
    return Filter(_Parser(text).whole())


def member_expression(path: str, value: object) -> str:
    """The filter for one JSON value, as ``f`` on a payload node makes it.

    Args:
        path: as `ocppscope.protocol.schemas.json_path` writes it: ``$.connectorId``.
        value: what stands there. Of an object or an array only the presence is asked.
    """
    if isinstance(value, dict | list):
        return path
    if isinstance(value, str):
        return f"{path}={Pattern(value, quoted=True)}"
    return f"{path}={json.dumps(value)}"


class _Parser:
    """One pass over the text. ``at`` is the position of the next character."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> Term:
        self._skip_blanks()
        if self._at == len(self._text):
            return All()
        term = self._all()
        if self._at < len(self._text):
            self._fail("a ')' without '('", self._at)
        return term

    def _all(self) -> Term:
        terms: list[Term] = []
        while True:
            terms.append(self._either())
            self._skip_blanks()
            if self._peek() in ("", ")"):
                return _joined(All, terms)

    def _either(self) -> Term:
        terms = [self._one()]
        while True:
            before = self._at
            self._skip_blanks()
            if self._peek() != "|":
                self._at = before
                return _joined(AnyOf, terms)
            bar = self._at
            self._at += 1
            self._skip_blanks()
            if self._peek() in ("", "|", ")"):
                self._fail("nothing behind '|'", bar)
            terms.append(self._one())

    def _one(self) -> Term:
        start = self._at
        match self._peek():
            case "!":
                self._enter()
                self._at += 1
                if self._peek().isspace() or self._peek() in ("", ")", "|"):
                    self._fail("nothing behind '!'", start)
                term: Term = Not(self._one())
                self._depth -= 1
            case "(":
                self._enter()
                self._at += 1
                self._skip_blanks()
                if self._peek() == ")":
                    self._fail("nothing between the parentheses", start)
                if not self._peek():
                    self._fail("a '(' without ')'", start)
                term = self._all()
                if self._peek() != ")":
                    self._fail("a '(' without ')'", start)
                self._at += 1
                self._depth -= 1
            case "|":
                self._fail("nothing before '|'", start)
            case ")":
                self._fail("a ')' without '('", start)
            case "$":
                term = self._member()
            case _:
                term = self._field() or self._word()
        return term

    def _field(self) -> Term | None:
        start = self._at
        found = _FIELD.match(self._text, start)
        if found is None:
            return None
        name, sign = found[1].lower(), found[2]
        self._at = found.end()
        if name in TEXT_FIELDS:
            field = TEXT_FIELDS[name]
            if sign not in (":", "=", "!="):
                self._fail(f"{name} is no amount, write {name}:{field.example}", found.start(2))
            text = Text(field, self._alternatives(lambda: self._text_value(field)))
            return Not(text) if sign == "!=" else text
        if name in AMOUNT_FIELDS:
            amount_field = AMOUNT_FIELDS[name]
            if sign == ":":
                self._fail(f"{name} needs a comparison such as {name}>{amount_field.example}", found.start(2))
            return Quantity(amount_field, Comparison(sign), self._alternatives(lambda: self._amount(amount_field)))
        return self._fail(_unknown_field(found[1]), start)

    def _word(self) -> Term:
        start = self._at
        pattern = self._value()
        if not pattern.quoted and pattern.text.lower() in FLAGS:
            name = pattern.text.lower()
            return Flag(name, FLAGS[name])
        if not pattern.text:
            self._fail("nothing between the quotes", start)
        return Word(pattern)

    def _text_value(self, field: TextField) -> Pattern:
        start = self._at
        self._refuse_operators(f"{field.name} needs a value such as {field.name}:{field.example}", f"!{field.name}:…")
        pattern = self._value()
        if field.name == "type" and pattern.text.lower() == "malformed":
            pattern = Pattern("?")
        if field.choices and not any(map(pattern.whole(), field.choices)):
            self._fail(f"{field.name} is one of {', '.join(field.choices)}", start)
        return pattern

    def _amount(self, field: AmountField) -> Amount:
        start = self._at
        bare = _BARE.match(self._text, start)
        found = _AMOUNT.fullmatch(bare[0]) if bare else None
        if bare is None or found is None or found[2].lower() not in field.units:
            return self._fail(f"{field.name} needs {field.wanted}", start)
        self._at = bare.end()
        return Amount(found[1], found[2].lower())

    def _member(self) -> Term:
        start = self._at
        path = self._path()
        found = _COMPARE.match(self._text, self._at)
        if found is None:
            if self._peek() not in ("", "|", "(", ")") and not self._peek().isspace():
                self._fail("a path goes on with .name, [0] or a comparison: $.a.b[0]=value", self._at)
            return Member(path)
        self._at = found.end()
        shown = f"{self._text[start : found.end()]}"
        return Member(path, Comparison(found[0]), self._alternatives(lambda: self._member_value(shown)))

    def _member_value(self, shown: str) -> Pattern:
        self._refuse_operators(f"a value is missing behind {shown}", f"!{shown}…")
        return self._value()

    def _path(self) -> JsonPath:
        self._at += 1
        steps: list[Step] = []
        while True:
            step = self._step()
            if step is None:
                return JsonPath(tuple(steps))
            steps.append(step)

    def _step(self) -> Step | None:
        if self._peek() == ".":
            self._at += 1
            if self._peek() == "*":
                self._at += 1
                return Star()
            name = bare_name_at(self._text, self._at)
            if not name:
                self._fail("a name is missing behind '.'", self._at)
            self._at += len(name)
            return name
        if self._peek() != "[":
            return None
        start = self._at
        found = _INDEX.match(self._text, start)
        if found is not None:
            self._at = found.end()
            return Star() if found[1] == "*" else int(found[1])
        self._at += 1
        if self._peek() and self._peek() in _QUOTES:
            name = self._quoted()
            if self._peek() == "]":
                self._at += 1
                return name
        return self._fail('brackets hold an index, * or a quoted name: [0] [*] ["a b"]', start)

    def _alternatives(self, value: Callable[[], _Value]) -> tuple[_Value, ...]:
        """Values glued together by ``|``. What brings its own field, path or sign ends them and is a term of its own."""
        values = [value()]
        while self._peek() == "|":
            behind = self._text[self._at + 1 : self._at + 2]
            if not behind or behind.isspace() or behind in "|()!$" or _FIELD.match(self._text, self._at + 1):
                break
            self._at += 1
            values.append(value())
        return tuple(values)

    def _value(self) -> Pattern:
        if self._peek() and self._peek() in _QUOTES:
            text = self._quoted()
            if self._peek() and not self._peek().isspace() and self._peek() not in "|)":
                self._fail("a blank is missing behind the quotes", self._at)
            return Pattern(text, quoted=True)
        found = _BARE.match(self._text, self._at)
        if found is None:
            return self._fail("a word is missing here", self._at)
        self._at = found.end()
        if self._peek() == '"':
            self._fail("quotes stand around a whole word", self._at)
        return Pattern(found[0])

    def _quoted(self) -> str:
        start = self._at
        quote = self._peek()
        characters: list[str] = []
        self._at += 1
        while self._peek() != quote:
            if self._peek() == "\\" and self._text[self._at + 1 : self._at + 2] in ("\\", quote):
                self._at += 1
            if not self._peek():
                self._fail("the quote is not closed", start)
            characters.append(self._peek())
            self._at += 1
        self._at += 1
        return "".join(characters)

    def _peek(self) -> str:
        """The next character, "" at the end."""
        return self._text[self._at : self._at + 1]

    def _skip_blanks(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _refuse_operators(self, missing: str, negated: str) -> None:
        if self._peek() in ("", "|", ")") or self._peek().isspace():
            self._fail(missing, self._at)
        if self._peek() == "!":
            self._fail(f"the '!' stands before the field: {negated}", self._at)
        if self._peek() == "(":
            self._fail("parentheses group words, alternatives of a field are written a|b", self._at)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"nested more than {MAX_DEPTH} deep", self._at)

    def _fail(self, reason: str, position: int) -> NoReturn:
        raise FilterError(reason, position)


def _joined(kind: type[All] | type[AnyOf], terms: list[Term]) -> Term:
    """One term as it is, several as one, without a group of the same kind inside."""
    if len(terms) == 1:
        return terms[0]
    flat: list[Term] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, kind) else (term,))
    return kind(tuple(flat))


def _unknown_field(name: str) -> str:
    close: list[Any] = difflib.get_close_matches(name.lower(), FIELD_NAMES, n=1)
    if close:
        return f"unknown field '{name[:40]}', did you mean {close[0]}?"
    return f"unknown field '{name[:40]}'; a text that holds a colon or comparison is written in quotes"
