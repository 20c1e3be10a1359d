"""Certificates that were damaged at random: no crash, bounded work, and never a limit that is not printed."""

import json
import re
from collections.abc import Callable
from functools import cache

import certificate_support as made_up
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocppscope.pics.certificate.document import CertificateError, decoded
from ocppscope.pics.certificate.importing import Imported, import_text
from ocppscope.pics.declaration import MeasurandCells, Row
from ocppscope.pics.extraction import extraction
from ocppscope.pics.toml_reader import read_toml
from ocppscope.pics.toml_writer import write_toml

quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.sampled_from(sorted(made_up.ALL))
PLACES = st.integers(min_value=0, max_value=10_000)

Lines = list[str]


def dropped(lines: Lines, at: int, _to: int, count: int) -> Lines:
    at %= len(lines)
    return lines[:at] + lines[at + count :]


def doubled(lines: Lines, at: int, to: int, count: int) -> Lines:
    at, to = at % len(lines), to % len(lines)
    return lines[:to] + lines[at : at + count] + lines[to:]


def swapped(lines: Lines, at: int, to: int, _count: int) -> Lines:
    at, to = at % len(lines), to % len(lines)
    lines[at], lines[to] = lines[to], lines[at]
    return lines


def without_column(lines: Lines, at: int, to: int, count: int) -> Lines:
    """A column is gone from a run of lines, a table's header row included or not."""
    at, column = at % len(lines), to % 5
    return [
        "\t".join(cells[:column] + cells[column + 1 :]) if at <= number < at + 8 * count and len(cells) > 1 else line
        for number, line in enumerate(lines)
        for cells in [line.split("\t")]
    ]


def columns_swapped(lines: Lines, at: int, to: int, count: int) -> Lines:
    at, one, other = at % len(lines), to % 4, to // 4 % 4
    for number in range(at, min(at + 8 * count, len(lines))):
        cells = lines[number].split("\t")
        if len(cells) > max(one, other):
            cells[one], cells[other] = cells[other], cells[one]
            lines[number] = "\t".join(cells)
    return lines


NOISE = (
    "", "x", "0303", "L MAG", "7\t8\t9", "\t5", "\t\t5", "foo\tbar\tbaz", "| a | b |", "Yes", "60", "60s\t60s", "Value", "ID",
    "Name", "ID\tName", "Page 3", "<tr><td>", "\x1b[31m", "\u202e", "Core", "Statement of Approval", "Vendor", "C-99\t\tYes",
)  # fmt: skip


def noisy(lines: Lines, at: int, to: int, count: int) -> Lines:
    at %= len(lines)
    return lines[:at] + [NOISE[(to + number) % len(NOISE)] for number in range(count)] + lines[at:]


def cut(lines: Lines, at: int, to: int, _count: int) -> Lines:
    """Cut at any character."""
    text = "\n".join(lines)
    return text[: (at * 10_001 + to) % (len(text) + 1)].split("\n") or [""]


def reversed_sections(lines: Lines, at: int, _to: int, _count: int) -> Lines:
    at %= len(lines)
    return lines[at:] + lines[:at]


DAMAGE: tuple[Callable[[Lines, int, int, int], Lines], ...] = (
    dropped, doubled, swapped, without_column, columns_swapped, noisy, cut, reversed_sections,
)  # fmt: skip
"""What may happen to lines without any cell of them becoming another one."""

damages = st.lists(
    st.tuples(st.sampled_from(DAMAGE), PLACES, PLACES, st.integers(min_value=1, max_value=5)), min_size=1, max_size=3
)


def damaged(name: str, steps: list[tuple[Callable[[Lines, int, int, int], Lines], int, int, int]]) -> str:
    lines = made_up.ALL[name].split("\n")
    for step, at, to, count in steps:
        lines = step(lines, at, to, count) or [""]
    return "\n".join(lines)


def attempt(text: str) -> Imported | None:
    """What is read, or None after one clear line."""
    try:
        return import_text(text, "made-up.txt")
    except CertificateError as error:
        refused(error)
        return None


def refused(error: CertificateError) -> None:
    """One line, whatever the file holds."""
    assert len(str(error).splitlines()) == 1


@cache
def printed_limits(name: str) -> dict[str, object]:
    return limits(import_text(made_up.ALL[name], "x"))


def limits(imported: Imported) -> dict[str, object]:
    """Every number and answer that a rule may use, by its place."""
    rows: dict[str, Row] = (
        imported.full.features
        | imported.full.hardware_features
        | imported.full.additional_questions
        | imported.full.settings
    )
    found: dict[str, object] = {
        f"row {id_}": row.value for id_, row in rows.items() if isinstance(row.value, bool | int)
    }
    found |= {f"limit {key}": value for key, value in imported.full.derived.limits.items() if value is not None}
    found |= {f"kpi {key}": value for key, value in imported.full.derived.kpi_limits_s.items()}
    return found


@quick
@given(NAMES, damages)
def test_damage_never_makes_another_limit(
    name: str, steps: list[tuple[Callable[[Lines, int, int, int], Lines], int, int, int]]
) -> None:
    imported = attempt(damaged(name, steps))
    if imported is None:
        return

    for place, value in limits(imported).items():
        printed = printed_limits(name).get(place)
        if printed is None and (value == 0 or (place.startswith("kpi ") and place not in KPI_PLACES)):
            continue  # a zero is doubted by its company only; and a figure of a name of its own limits nothing
        if place == "row C-99":
            continue  # the noise says so
        if place in TWICE_PRINTED and value in TWICE_PRINTED[place]:
            continue
        assert value == printed, place


KPI_PLACES = {
    f"kpi {key}" for name in made_up.ALL for key in import_text(made_up.ALL[name], "x").full.derived.kpi_limits_s
}
TWICE_PRINTED = {"limit meter_values_aligned_data_max_length": {10, 0}}


def cells_of(text: str) -> set[str]:
    """All cells of a text, without the markup that the made-up certificates and the noise have."""
    return {
        re.sub(r"[\x00-\x1f\u202e]|<tr>|<td>", "", cell).strip()
        for line in text.split("\n")
        for cell in re.split("[\t|]", line)
    }


@quick
@given(NAMES, damages)
def test_every_value_has_its_raw_cell_in_the_text(
    name: str, steps: list[tuple[Callable[[Lines, int, int, int], Lines], int, int, int]]
) -> None:
    text = damaged(name, steps)
    imported = attempt(text)
    if imported is None:
        return

    cells, words = cells_of(text), set(re.findall(r"[^\s,;]+", text))
    full = imported.full
    for row in [*(full.features | full.hardware_features | full.additional_questions | full.settings).values()]:
        raws = (row.raw.tested, row.raw.vendor) if isinstance(row.raw, MeasurandCells) else (row.raw or "",)
        if isinstance(row.value, bool | int):
            assert row.raw in cells
        elif row.value is not None:
            assert all(word in words for raw in raws for word in re.findall(r"[^\s,;]+", raw))
    for key in full.configuration_keys:
        if isinstance(key.value, bool | int):
            assert key.raw in cells
    for kpi in full.performance.kpis.values():
        if kpi.limit and kpi.limit.value is not None:
            assert kpi.limit.raw in cells
        if kpi.measured and isinstance(kpi.measured.raw, dict):
            assert set(kpi.measured.raw.values()) <= cells


@quick
@given(NAMES, damages)
def test_whatever_is_read_can_be_written_and_read_again(
    name: str, steps: list[tuple[Callable[[Lines, int, int, int], Lines], int, int, int]]
) -> None:
    imported = attempt(damaged(name, steps))
    if imported is None:
        return
    profile = imported.profile

    assert read_toml(write_toml(profile), "made-up.toml", "x") == profile
    assert (
        json.loads(json.dumps(extraction(imported.full, imported.signatures, imported.source)))["schema_version"] == 1
    )


@quick
@given(NAMES, st.lists(st.tuples(PLACES, st.characters(codec="utf-8")), min_size=1, max_size=30))
def test_letters_changed_anywhere_crash_nothing(name: str, changes: list[tuple[int, str]]) -> None:
    letters = list(made_up.ALL[name])
    for at, letter in changes:
        letters[at % len(letters)] = letter

    imported = attempt("".join(letters))

    assert imported is None or read_toml(write_toml(imported.profile), "x", "x") == imported.profile


@quick
@given(
    NAMES,
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "cp949", "shift_jis"]),
    PLACES,
)
def test_bytes_in_any_encoding_and_cut_anywhere_are_read_or_refused(name: str, encoding: str, at: int) -> None:
    content = made_up.ALL[name].encode(encoding, "replace")
    content = content[: at % (len(content) + 1)]
    try:
        text = decoded(content, "made-up.txt")
    except CertificateError as error:
        refused(error)
        return

    attempt(text)


@quick
@given(st.binary(max_size=3000))
def test_any_bytes_are_refused_in_one_line(content: bytes) -> None:
    try:
        text = decoded(content, "noise.txt")
    except CertificateError as error:
        refused(error)
        return

    assert attempt(text) is None


WORDS = re.findall(r"\S+", "\n".join(made_up.ALL.values()))
LINES = [line for text in made_up.ALL.values() for line in text.split("\n")]


@quick
@given(st.lists(st.sampled_from(LINES), max_size=120))
def test_lines_of_all_certificates_in_any_mixture_crash_nothing(lines: Lines) -> None:
    imported = attempt("\n".join(lines))

    assert imported is None or read_toml(write_toml(imported.profile), "x", "x") == imported.profile


@pytest.mark.parametrize(
    "noise",
    ["a", " ", "\t", "*", "|", "<", "<td>", "**a ", "[a](", "\\_", "&amp;", "January 1, ", "C-01\t", "\n\t", "\nC-01\tx\tYes", "\nKey\t1"],
)  # fmt: skip
def test_a_megabyte_of_noise_is_no_work(noise: str) -> None:
    """No quadratic loop hides behind any separator: with one, this takes minutes and the suite's timeout ends it."""
    text = made_up.STATION_2022 + noise * (1_000_000 // len(noise))

    attempt(text)
    attempt(made_up.STATION_2022 + "\n".join([noise.strip("\n") * (900 // len(noise))] * 1000))
