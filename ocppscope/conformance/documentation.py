"""What a rule's docstring says, taken apart, for whoever shows it."""

import inspect
import re

import msgspec

from ocppscope.conformance.rule import SECTIONS, Rule

_HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):$", re.MULTILINE)


class Section(msgspec.Struct, frozen=True):
    """One heading and the paragraphs below it, each in one line."""

    title: str
    paragraphs: tuple[str, ...]


class Documentation(msgspec.Struct, frozen=True):
    """A rule's docstring: the sentence at its head, and its sections in their order."""

    summary: str
    sections: tuple[Section, ...]


def documentation_of(rule: Rule) -> Documentation:
    """The documentation in a rule's own file."""
    summary, *parts = _HEADING.split(inspect.getdoc(rule) or "")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return Documentation(
        " ".join(summary.split()), tuple(Section(heading, _paragraphs(body)) for heading, body in pairs)
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    """Lines of the source joined to paragraphs."""
    return tuple(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip()))
