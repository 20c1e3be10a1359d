"""Certificates as PDF, laid out as word processors, typewriters and office suites do it. Needs fpdf2."""

from collections.abc import Iterator

from fpdf import FPDF, XPos, YPos


def ruled(text: str) -> bytes:
    """Tables with rules, as office suites print them: cells wrap, pages break within tables."""
    pdf = _new("Helvetica", 9)
    for block in _blocks(text):
        if isinstance(block, str):
            _paragraph(pdf, block)
            continue
        width = max(map(len, block))
        with pdf.table(first_row_as_headings=False) as table:
            for cells in block:
                row = table.row()
                for cell in [*cells, *[""] * (width - len(cells))]:
                    row.cell(cell)
    return bytes(pdf.output())


def columns(text: str) -> bytes:
    """Columns without rules; what does not fit goes on below in the same column."""
    pdf = _new("Helvetica", 8, landscape=True)
    for block in _blocks(text):
        if isinstance(block, str):
            _paragraph(pdf, block)
            continue
        width = pdf.epw / max(map(len, block))
        for cells in block:
            lines = [_wrapped(pdf, cell, width - 3) for cell in cells]
            for number in range(max(map(len, lines))):
                if pdf.will_page_break(4):
                    pdf.add_page()
                top = pdf.get_y()
                for column, cell in enumerate(lines):
                    if number < len(cell):
                        pdf.set_xy(pdf.l_margin + column * width, top)
                        pdf.cell(width - 3, 4, cell[number])
                pdf.set_xy(pdf.l_margin, top + 4)
    return bytes(pdf.output())


def typed(text: str) -> bytes:
    """A typewriter's lines, four blanks where a tab was."""
    pdf = FPDF(orientation="L", format=(420, 594))
    pdf.set_font("Courier", size=6)
    pdf.add_page()
    for line in _latin(text).split("\n"):
        if line.strip():
            pdf.cell(0, 4, line.replace("\t", "    "), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        else:
            pdf.ln(4)
    return bytes(pdf.output())


def encrypted(text: str) -> bytes:
    """A PDF that asks for a password."""
    pdf = _new("Helvetica", 9)
    pdf.set_encryption(owner_password="owner", user_password="user")
    _paragraph(pdf, _latin(text))
    return bytes(pdf.output())


def scanned() -> bytes:
    """Pages with lines and boxes on them, and no text at all."""
    pdf = _new("Helvetica", 9)
    pdf.rect(20, 20, 100, 100)
    pdf.line(20, 20, 120, 120)
    pdf.add_page()
    return bytes(pdf.output())


def _new(font: str, size: int, *, landscape: bool = False) -> FPDF:
    pdf = FPDF(orientation="L" if landscape else "P")
    pdf.set_font(font, size=size)
    pdf.add_page()
    return pdf


def _paragraph(pdf: FPDF, text: str) -> None:
    if text.strip():
        pdf.multi_cell(0, 5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    else:
        pdf.ln(4)


def _wrapped(pdf: FPDF, cell: str, width: float) -> list[str]:
    """The lines that a cell takes."""
    lines = pdf.multi_cell(width, 4, cell, dry_run=True, output="LINES") if cell else []
    assert isinstance(lines, list)
    return lines


def _blocks(text: str) -> Iterator[str | list[list[str]]]:
    """Paragraphs, and tables as rows of cells."""
    rows: list[list[str]] = []
    for line in _latin(text).split("\n"):
        if "\t" in line:
            rows.append(line.rstrip("\t").split("\t"))
            continue
        if rows:
            yield rows
            rows = []
        yield line
    if rows:
        yield rows


def _latin(text: str) -> str:
    """The fonts that every PDF has know Latin-1 only."""
    return text.replace("–", "-").encode("latin-1", "replace").decode("latin-1")
