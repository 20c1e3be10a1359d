"""What a section of the page is, and what sections are made of in common."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from ocppscope.capture.record import UNDATED
from ocppscope.model.finding import Severity
from ocppscope.model.visible import visible
from ocppscope.report.gathering import Gathering
from ocppscope.report.html.markup import Child, Html, fragment, tag
from ocppscope.report.reading import Reading

NONE = "–"


class Report(msgspec.Struct, frozen=True):
    """What the page is made from."""

    reading: Reading
    gathered: Gathering


class Section(msgspec.Struct, frozen=True):
    """A section.

    Attributes:
        name: its anchor.
        title: its heading.
        content: what stands below it.
        badge: a word for the navigation, such as how many there are.
        lead: a line below the heading.
        link: what the navigation calls it, where the heading is too long.
    """

    name: str
    title: str
    content: Html
    badge: Child = None
    lead: str = ""
    link: str | None = None

    @property
    def markup(self) -> Html:
        """With its heading."""
        head = tag("h2", self.title)
        return tag(
            "section", head, tag("p", self.lead, class_="lead") if self.lead else None, self.content, id=self.name
        )


class Column(msgspec.Struct, frozen=True):
    """A column of a table: its heading, and how its cells are set (``number``, ``name``, ``keep``)."""

    title: str
    kind: str | None = None


def table(columns: Sequence[Column], rows: Iterable[Sequence[Child]]) -> Html:
    """A table that scrolls sideways where it does not fit."""
    head = tag("tr", [tag("th", column.title, class_=column.kind, scope="col") for column in columns])
    body = [
        tag("tr", [tag("td", cell, class_=column.kind) for column, cell in zip(columns, row, strict=True)])
        for row in rows
    ]
    return tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="scroll")


def left_out(count: int, what: str) -> Html | None:
    """A line that says that a list goes on, None where it does not."""
    if count <= 0:
        return None
    return tag("p", f"and {many(count, f'more {what}')}: left out here, --format json has all", class_="left-out")


def pill(text: str, tone: str) -> Html:
    """A word in a coloured capsule; tones are the classes ``error``, ``warning``, ``info``, ``ok``, ``quiet``."""
    return tag("span", text, class_=f"pill {tone}")


def tone(text: str, name: str) -> Html:
    """A coloured word; tones as for `pill`."""
    return tag("span", text, class_=f"tone {name}")


def mark(severity: Severity) -> Html:
    """The glyph of a severity."""
    return tag("span", severity.mark, class_=f"tone {severity.value}")


def marks(counts: dict[str, int]) -> Child:
    """``✖3 ▲1``; None without any."""
    found = [
        tag("span", f"{severity.mark}{counts[severity.value]}", class_=f"tone {severity.value}")
        for severity in Severity
        if counts[severity.value]
    ]
    return fragment(*([one, " "] for one in found)) if found else None


def many(count: int, noun: str) -> str:
    """``1 station``, ``2,500 stations``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def known(value: object, limit: int = 80) -> str:
    """A value from the wire, a dash where there is none."""
    return NONE if value is None or value == "" else visible(str(value), limit)


def moment(time: datetime | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A time in UTC."""
    return NONE if time is None or time == UNDATED else f"{time.astimezone(UTC):{form}}"
