"""Sequence diagrams as formats that ``convert`` writes, beside those of `ocppscope.capture.formats`."""

from collections.abc import Callable, Iterable
from typing import BinaryIO

import msgspec

from ocppscope.capture.lost import Lost
from ocppscope.capture.record import Record
from ocppscope.filters import Filter
from ocppscope.report.excerpt import Excerpt
from ocppscope.report.sequence import mermaid, page
from ocppscope.report.sequence.ladder import Ladder


class Diagram(msgspec.Struct, frozen=True):
    """One kind of diagram.

    Attributes:
        NAME: the word for it in ``convert --to``.
        ENDINGS: of file names that stand for it.
        most: steps that it can hold.
        text: makes it of its steps, a title, and the filter that chose them.
    """

    NAME: str
    ENDINGS: tuple[str, ...]
    most: int
    text: Callable[[Ladder, str, str | None], str]

    def draw(self, records: Iterable[Record], wanted: Filter | None, title: str, file: BinaryIO, lost: Lost) -> None:
        """Draw the records of one capture. What was read before an interruption is drawn, too.

        Args:
            records: all of them: the rules need the whole conversation.
            wanted: chooses what is drawn; all without one.
            title: such as the name of the capture.
            file: gets the diagram in UTF-8.
            lost: counts what found no place.
        """
        ladder = Ladder(self.most)
        try:
            for seen in Excerpt(records, wanted, ladder.listen).seen():
                ladder.add(seen)
        finally:
            file.write(self.text(ladder, title, None if wanted is None else str(wanted)).encode())
            if ladder.undrawn:
                lost.add("pings and pongs", ladder.undrawn)
            if ladder.left_out:
                lost.add(f"messages beyond the first {self.most:,}", ladder.left_out)


MERMAID = Diagram(
    "mermaid", (".mmd", ".mermaid"), mermaid.MOST_STEPS, lambda ladder, title, _: mermaid.mermaid(ladder, title)
)
HTML = Diagram("html-sequence", (".html", ".htm"), page.MOST_STEPS, page.page)

DIAGRAMS = (MERMAID, HTML)
"""All diagrams."""
