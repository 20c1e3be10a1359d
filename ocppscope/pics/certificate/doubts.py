"""What was doubtful on reading a certificate, collected while it is read."""

from ocppscope.pics.declaration import Caveat

_MOST = 200
"""Warnings that are kept. The worst real certificate gives 24; noise gives any number."""

_LONGEST = 300
"""Characters of a warning's text: a page of noise may be one cell."""


class Doubts:
    """A growing list of warnings, each said once."""

    def __init__(self) -> None:
        self._found: dict[Caveat, None] = {}

    def add(self, code: str, where: str, detail: str) -> None:
        """Add a warning unless it is there already, or too many are.

        Args:
            code: one of the codes of ``pics-model.md`` section 6.
            where: the place in the extraction, ``settings.ORS-14``.
            detail: what is doubtful, in one sentence or the cell itself.
        """
        if len(self._found) < _MOST:
            self._found[Caveat(code, _cut(where), _cut(detail))] = None

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """All warnings, in the order in which they came up."""
        return tuple(self._found)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
