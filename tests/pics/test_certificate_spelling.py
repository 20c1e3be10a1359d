"""The same certificate in other clothes: line ends, blanks, encodings, markup, order of sections."""

import re
from collections.abc import Callable

import certificate_support as made_up
import msgspec
import pytest

from ocppscope.pics.certificate.document import decoded
from ocppscope.pics.certificate.importing import Imported, import_text
from ocppscope.pics.certificate.joining import join_cells
from ocppscope.pics.certificate.spelling import distance, normal


def markdown(text: str) -> str:
    """Bold labels, headings with hashes, tables with bars."""
    lines: list[str] = []
    for line in text.split("\n"):
        cells = line.split("\t")
        if len(cells) > 1:
            above = lines[-1] if lines else ""
            lines.append(f"| {' | '.join(cells)} |")
            if not above.startswith("|"):
                lines.append("|" + " --- |" * len(cells))
        elif re.fullmatch(r"(Abstract|Test Report|Hardware|Optional|Other|Statement).*", line):
            lines.append(f"## {line}")
        else:
            lines.append(re.sub(r"^(Certificate \w+|Product \w+):", r"**\1:**", line).replace("_", r"\_"))
    return "  \n".join(lines)


def html_tables(text: str) -> str:
    rows = [
        f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" if len(cells := line.split("\t")) > 1 else f"<b>{line}</b>" if line else ""
        for line in text.split("\n")
    ]  # fmt: skip
    return "\n".join(rows)


def header_lines_with_blanks(text: str) -> str:
    return re.sub(r"^(?:ID|Name|Connector|Certif|Applied|Config|Product|Limit|Functional).*$",
                  lambda match: match[0].replace("\t", "   "), text, flags=re.MULTILINE)  # fmt: skip


CLOTHES: dict[str, Callable[[str], str]] = {
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "old Mac line ends": lambda text: text.replace("\n", "\r"),
    "byte order mark": lambda text: f"\ufeff{text}",
    "non-breaking blanks": lambda text: text.replace(" ", "\u00a0"),
    "zero-width blanks": lambda text: text.replace("Value", "Val\u200bue"),
    "no final newline": lambda text: text.rstrip("\n"),
    "two blanks for a tab": lambda text: text.replace("\t", "  "),
    "four blanks for a tab": lambda text: text.replace("\t", "    "),
    "blanks in header lines": header_lines_with_blanks,
    "trailing tabs": lambda text: re.sub(r"(\t.*)$", r"\1\t\t", text, flags=re.MULTILINE),
    "form feeds": lambda text: text.replace("\n\n", "\n\f\n"),
    "Windows Latin-1": lambda text: decoded(text.encode("cp1252"), "x"),
    "UTF-16": lambda text: decoded(text.encode("utf-16"), "x"),
    "markdown": markdown,
    "HTML tables": html_tables,
    "labels in capitals": lambda text: re.sub(r"^(?:Certificate|Product|Test) \w+:", lambda m: m[0].upper(), text, flags=re.MULTILINE),
    "labels without colons": lambda text: re.sub(r"^([A-Z][\w ]{3,30}):\t", r"\1\t", text, flags=re.MULTILINE),
}  # fmt: skip


def facts(imported: Imported) -> object:
    """Everything but warnings, and the spelling of the software label, which is kept as printed."""
    return msgspec.structs.replace(imported.full, warnings=()), imported.signatures


@pytest.mark.parametrize("clothes", CLOTHES)
@pytest.mark.parametrize("name", made_up.ALL)
def test_clothes_do_not_change_what_is_read(name: str, clothes: str) -> None:
    text = made_up.ALL[name]

    assert facts(import_text(CLOTHES[clothes](text), "x")) == facts(import_text(text, "x"))


@pytest.mark.parametrize("name", made_up.ALL)
def test_removed_markup_is_said(name: str) -> None:
    imported = import_text(markdown(made_up.ALL[name]), "x")

    assert ("markup_stripped", "certificate") in [(caveat.code, caveat.where) for caveat in imported.warnings]


SECTIONS = re.compile(
    r"\n(?=(?:Abstract of|Test Result Summary for|Hardware Feature Set|Optional Features|Additional Questions"
    r"|Other Relevant Settings|Vendor Specific|Performance|Test Configuration|Statement of Approval|OCTT Version)\b)"
)


@pytest.mark.parametrize("turn", range(1, 6))
@pytest.mark.parametrize("name", ["station 2024", "csms 2025", "station 2.0.1"])
def test_sections_may_come_in_any_order(name: str, turn: int) -> None:
    text = made_up.ALL[name]
    first, *rest = SECTIONS.split(text)
    assert len(rest) >= 3
    turned = rest[turn % len(rest) :] + rest[: turn % len(rest)]

    read = import_text("\n".join([first, *(f"\n{section}" for section in turned), ""]), "x")

    assert facts(read) == facts(import_text(text, "x"))


@pytest.mark.parametrize(
    ("cells", "elsewhere", "text", "code"),
    [
        (("one",), "", "one", None),
        (("one", "", ""), "", "one", None),
        ((), "", "", None),
        (("same", "same"), "", "same", "duplicate_cell"),
        (("Charging Stat", "ion"), "", "Charging Station", "split_cell_joined"),
        (("Example", "Test House"), "", "Example Test House", "split_cell_joined"),
        (("ETH-1.", "6-006"), "", "ETH-1.6-006", "split_cell_joined"),
        (("ETH-1", "6-006"), "", "ETH-16-006", "split_cell_joined"),
        (("Room 7", "House"), "", "Room 7 House", "split_cell_joined"),
        (("EXAMPLE ENER", "RGY Ltd"), "", "EXAMPLE ENERGY Ltd", "split_cell_overlap"),
        (("EXAMPLE ENER", "ERGY Ltd"), "EXAMPLE ENERGY Ltd is there", "EXAMPLE ENERGY Ltd", "split_cell_overlap"),
        (("Blue", "electric"), "the Blue electric thing", "Blue electric", "split_cell_joined"),
        (("Inn", "ovation"), "our Innovation", "Innovation", "split_cell_joined"),
        (("a", "b", "C"), "", "ab C", "split_cell_joined"),
    ],
)  # fmt: skip
def test_split_cells_are_joined_by_rule(cells: tuple[str, ...], elsewhere: str, text: str, code: str | None) -> None:
    joined = join_cells(cells, elsewhere)

    assert (joined.text, joined.code) == (text, code)


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("same", "same", 0), ("Summury", "Summary", 1), ("Epobled", "Enabled", 2), ("TDUE", "TRUE", 1), ("", "ab", 2), ("abc", "xyz", 3), ("abcdef", "a", 3)],
)  # fmt: skip
def test_words_are_as_far_apart_as_letters_must_change(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


def test_labels_are_compared_without_case_blanks_and_look_alike_letters() -> None:
    assert normal("  Test   LABORATORY : ") == "test laboratory"
    assert normal("Limit/Setting") == "limit / setting"
    assert normal("Ту\u0440\u0435") == "type"
