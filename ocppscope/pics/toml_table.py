"""A TOML table, read with care: every key is asked for by its type, and what nobody asked for is an error.

Each error is one line that names the file, the key and the mend, because the reader is a person with an editor open.
"""

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from ocppscope.pics.profile import ProfileError

MAX_NUMBER = 2**63 - 1
"""The largest number of TOML; Python would read on, and infinity is no limit."""

_SHOWN = 60
"""Characters of a wrong value that an error repeats."""


class Table:
    """One table of a profile file.

    Args:
        content: as ``tomllib`` gives it.
        file: named in every error.
        path: where the table stands, ``limits.actions``; empty for the whole file.
    """

    def __init__(self, content: Mapping[str, Any], file: str, path: str = "") -> None:
        self._content = content
        self._file = file
        self._path = path
        self._asked: list[str] = []

    @property
    def keys(self) -> list[str]:
        """The keys that are there, in the order of the file."""
        return list(self._content)

    def has(self, key: str) -> bool:
        """Whether a key is there. Does not count as asking for it."""
        return key in self._content

    def raw(self, key: str) -> Any:
        """The value as TOML gives it, None when absent; the caller judges it."""
        self._asked.append(key)
        return self._content.get(key)

    def text(self, key: str) -> str | None:
        """A text, None when absent."""
        value = self.raw(key)
        if value is None or isinstance(value, str):
            return value
        raise self.wrong(key, "must be a text", f'write it in quotes: "{_shown(value)}"')

    def required_text(self, key: str, example: str) -> str:
        """A text that must be there and not be blank."""
        value = self.text(key)
        if value is None:
            raise self.error(key, f'is missing; add a line like {key} = "{example}"')
        if not value.strip():
            raise self.error(key, f'is empty; write something like {key} = "{example}"')
        return value

    def choice(self, key: str, choices: Iterable[str]) -> str:
        """One of several words; must be there."""
        allowed = list(choices)
        value = self.raw(key)
        if value in allowed:
            return str(value)
        mend = " or ".join(f'"{word}"' for word in allowed)
        if value is None:
            raise self.error(key, f"is missing; add {key} = {mend}")
        raise self.wrong(key, "is not known", f"write {mend}")

    def whole(self, key: str, minimum: int = 0) -> int | None:
        """A whole number, None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(key, "must be a whole number", _unquoted(value))
        if not minimum <= value <= MAX_NUMBER:
            raise self.wrong(key, f"must be a whole number from {minimum} on", "mend it or delete the line")
        return value

    def seconds(self, key: str, *, above_zero: bool = False) -> float | None:
        """A number of seconds, None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, "must be a number of seconds", _unquoted(value))
        if not 0 <= value <= MAX_NUMBER or (above_zero and value == 0):
            wanted = "above 0" if above_zero else "of 0 or more"
            raise self.wrong(key, f"must be a number of seconds {wanted}", "mend it or delete the line")
        return float(value)

    def date(self, key: str) -> dt.date | None:
        """A date, None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
            raise self.wrong(key, "must be a date", f"write it without quotes and time: {key} = 2025-11-26")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        value = self.raw(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.wrong(key, "must be a list of texts", f'write {key} = ["one", "two"]')

    def table(self, key: str) -> "Table":
        """A table, empty when absent."""
        value = self.raw(key)
        if value is not None and not isinstance(value, dict):
            raise self.wrong(key, "must be a table", f"write it as [{self._below(key)}] with its keys below")
        return Table(value or {}, self._file, self._below(key))

    def optional_table(self, key: str) -> "Table | None":
        """A table, None when absent."""
        return self.table(key) if self.has(key) else None

    def tables(self, key: str) -> list["Table"]:
        """A list of tables, empty when absent."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, "must be a list of tables", f"write each as [[{self._below(key)}]]")
        return [Table(item, self._file, f"{self._below(key)}[{number}]") for number, item in enumerate(value, 1)]

    def finish(self) -> None:
        """Refuse what was not asked for.

        Raises:
            ProfileError: names the first unknown key and what was probably meant.
        """
        for key in self._content:
            if key not in self._asked:
                raise self.unknown(key, self._asked)

    def unknown(self, key: str, known: Iterable[str]) -> ProfileError:
        """The error for a key that means nothing here."""
        names = list(dict.fromkeys(known))
        close = difflib.get_close_matches(key, names, n=1)
        if close:
            return self.error(key, f"unknown key; did you mean {close[0]}?")
        return self.error(key, f"unknown key; known here: {', '.join(names) or 'none'}")

    def wrong(self, key: str, problem: str, mend: str) -> ProfileError:
        """The error for a value of the wrong kind."""
        return self.error(key, f"{problem}, not {_literal(self._content.get(key))}; {mend}")

    def error(self, key: str, problem: str) -> ProfileError:
        """An error about a key, in the form of all of them."""
        return ProfileError(f"{self._file}: {self._below(key)}: {problem}")

    def _below(self, key: str) -> str:
        name = key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else f'"{key}"'
        return f"{self._path}.{name}" if self._path else name


def _unquoted(value: object) -> str:
    return "write it without quotes" if isinstance(value, str) else "mend it or delete the line"


def _literal(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{_shown(value)}"' if isinstance(value, str) else _shown(value)


def _shown(value: object) -> str:
    try:
        text = str(value)
    except ValueError:  # an integer of more than 4300 digits, which hexadecimal notation gets past the parser
        return "a huge number"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
