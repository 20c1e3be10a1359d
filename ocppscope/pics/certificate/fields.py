"""Labelled values of one part of a certificate: joined where they were split, first come first served."""

import re
from collections.abc import Iterable

from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.joining import join_cells
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.sections import Field, Sections

_GOES_ON = re.compile(r".*[,/&(\-–]")
_CARRIES_ON = re.compile(r"[a-z/&(,].*")


class Fields:
    """The labelled values of a part.

    Args:
        sections: the whole certificate.
        part: which part of it.
        document: all its text, for joining.
        doubts: gets what was odd.
    """

    def __init__(self, sections: Sections, part: Part, document: str, doubts: Doubts) -> None:
        self._fields = sections.fields.get(part, [])
        self._part = part
        self._document = document
        self._doubts = doubts

    def __bool__(self) -> bool:
        return bool(self._fields)

    def label(self, key: str) -> str | None:
        """The label as printed, None without such a field."""
        return next((field.label for field in self._fields if field.key == key), None)

    def cells(self, key: str) -> Iterable[tuple[str, ...]]:
        """The cells of every field of that meaning."""
        return (field.cells for field in self._fields if field.key == key)

    def text(self, key: str) -> str | None:
        """The value of a field in one text; None when it is absent or empty."""
        texts = [text for field in self._fields if field.key == key and (text := self._joined(field))]
        if len(set(texts)) > 1:
            self._doubts.add(
                "inconsistent", self._where(key), " and ".join(f'"{text}"' for text in dict.fromkeys(texts))
            )
        return texts[0] if texts else None

    def _joined(self, field: Field) -> str:
        joined = join_cells(field.cells, self._document)
        if joined.code is not None:
            self._doubts.add(joined.code, self._where(field.key), joined.detail)
        if field.one_cell and joined.text:
            self._doubts.add("single_cell_row", self._where(field.key), f'"{field.label} {joined.text}" has no tab')
        text = joined.text
        for line in field.below:
            indented = not line.cells[0]
            if text and not indented and not _GOES_ON.fullmatch(text) and not _CARRIES_ON.fullmatch(line.text):
                break
            text = f"{text} {line.text}".strip()
            if len(field.below) > 1 or field.cells:
                self._doubts.add(
                    "split_cell_joined", self._where(field.key), f'goes on in the next line: "{line.text}"'
                )
        return text

    def _where(self, key: str) -> str:
        return f"{self._part.value}.{key}"
