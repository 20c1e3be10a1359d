"""A certificate's text as lines of cells, without markup and page furniture.

Cells are separated by tabs, by the bars of a markdown table, or by two blanks and more, whatever the line has.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_LINES = 10_000
"""Lines of a certificate. Real ones have 100 to 200."""

LONGEST_LINE = 10_000
"""Characters of a line; a longer one is dropped. The longest paragraph of a certificate has 600."""

_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0e-\x1f\x7f-\x9f]")

_FORMATTING = "tr|b|i|u|em|strong|span|font|p|div|sup|sub|small|center|code|a|thead|tbody|table|html|body|h[1-6]"
_TAG = re.compile(rf"</?(?:{_FORMATTING})(?:\s[^<>]{{0,200}})?/?>", re.IGNORECASE)
_LINE_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NEXT_ROW = re.compile(r"</tr>\s{0,9}(?:</?t(?:head|body|foot)>\s{0,9}){0,2}<tr(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_ROW_TAG = re.compile(r"<tr(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]>\s*<t[dh](?:\s[^<>]{0,200})?>", re.IGNORECASE)
_CELL_TAG = re.compile(r"</?t[dh](?:\s[^<>]{0,200})?>", re.IGNORECASE)
_BOLD = re.compile(r"\*\*(?=\S)(.{1,400}?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.{1,400}?)(?<=\S)__(?!\w)")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,300}\)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>&~])")
_RULE = re.compile(r":?-{2,}:?|:-+:?|-+:|={3,}|_{3,}|\*{3,}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos|nbsp|ndash|mdash);", re.IGNORECASE)

_FOOTER = re.compile(
    r"(?:page|seite)?\s*[*_]*\d{1,3}[*_]*\s*(?:from|of|von|/)\s*[*_]*\d{1,3}[*_]*|page\s+[*_]*\d{1,3}[*_]*",
    re.IGNORECASE,
)
_VERIFIED_AT = re.compile(r"authenticity of this certificate can be verified\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line with something on it.

    Attributes:
        number: in the file, from 1.
        cells: trimmed, without markup; trailing empty ones are dropped. At least one.
        new_page: whether a page number, a footer or a form feed stands between this line and the one before.
        gap: whether an empty line does.
    """

    number: int
    cells: tuple[str, ...]
    new_page: bool = False
    gap: bool = False

    @property
    def text(self) -> str:
        """All cells in one."""
        return " ".join(cell for cell in self.cells if cell)


@dataclass(slots=True)
class Text:
    """A certificate's lines, and what was taken away from them.

    Attributes:
        lines: those with something on them.
        footers: page numbers, as printed.
        markup: kinds of markup that were removed: ``bold``, ``headings``, ``links``, ``tags``, ``escapes``.
        unfinished: whether the file ends within a line: it may have been cut there.
        too_long: numbers of lines that were dropped for their length.
    """

    lines: list[Line] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    markup: dict[str, None] = field(default_factory=dict)
    unfinished: bool = False
    too_long: list[int] = field(default_factory=list)


def read_lines(text: str) -> Text | None:
    """Split a text into lines of cells; None when it has more lines than any certificate."""
    if "<tr" in text.casefold():
        text = _ROW_TAG.sub("\n", _NEXT_ROW.sub("\n", text))
    printed_lines = re.split(r"\r\n|[\n\r\v\x85]", text)
    if len(printed_lines) > MAX_LINES:
        return None
    found = Text(unfinished=bool(printed_lines[-1].strip()))
    new_page = gap = False
    for number, printed in _parts(printed_lines):
        if printed == "\f":
            new_page = gap = True
            continue
        if len(printed) > LONGEST_LINE:
            found.too_long.append(number)
            continue
        bare = printed.strip(" \t|*_")
        if _FOOTER.fullmatch(bare) and not bare.isdecimal():
            found.footers.append(printed.strip())
            new_page = True
            continue
        cells = _cells(printed, found)
        if not cells:
            gap = True
        elif all(not cell or _RULE.fullmatch(cell) for cell in cells):
            continue  # what separates the head of a markdown table from its rows, or paragraphs from each other
        elif _VERIFIED_AT.fullmatch(" ".join(cells)):
            new_page = True
        else:
            found.lines.append(Line(number, cells, new_page, gap))
            new_page = gap = False
    if found.lines and found.lines[-1].number != len(printed_lines):
        found.unfinished = False  # it ends in something that is no line of the certificate
    return found


def _parts(printed_lines: list[str]) -> Iterator[tuple[int, str]]:
    """Numbered lines; a form feed comes as a line of its own."""
    for number, line in enumerate(printed_lines, 1):
        for part in re.split("(\f)", line):
            if part or part == line:
                yield number, part


def _cells(printed: str, found: Text) -> tuple[str, ...]:
    line = _BLANKS.sub(" ", _INVISIBLE.sub("", printed))
    if heading := _HEADING.fullmatch(line):
        found.markup["headings"] = None
        line = heading[1]
    line = _CELL_TAG.sub("", _CELL_END.sub("\t", line))
    cells = [_plain(cell, found) for cell in _split(line)]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _split(line: str) -> list[str]:
    if "\t" in line:
        return line.split("\t")
    bare = line.strip()
    if bare.startswith("|") and bare.count("|") > 1:
        bare = bare[1:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare[1:]
        return re.split(r"(?<!\\)\|", bare)
    if " | " in bare and "  " not in bare:
        return re.split(r"(?<!\\)\|", bare)
    return re.split(r" {2,}", line.rstrip())


def _plain(cell: str, found: Text) -> str:
    """The cell without markup."""
    plain = cell
    for kind, pattern, replacement in (
        ("tags", _LINE_TAG, " "),
        ("tags", _TAG, ""),
        ("links", _LINK, r"\1"),
        ("bold", _BOLD, r"\1\2"),
        ("escapes", _ESCAPED, r"\1"),
    ):
        if pattern is _ESCAPED and "\\" not in plain:
            continue
        after = pattern.sub(replacement, plain)
        if after != plain:
            found.markup[kind] = None
            plain = after
    if "&" in plain and _ENTITY.search(plain):
        found.markup["entities"] = None
        plain = _ENTITY.sub(lambda match: html.unescape(match[0]).replace("\u00a0", " "), plain)
    return plain.strip()
