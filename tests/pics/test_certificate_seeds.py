"""The importer on real certificates: against the built-in profiles, and scored against extractions made by hand.

They lie beside the repository where they are at hand; what must hold without them is tested on made-up ones.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ocppscope.pics import library
from ocppscope.pics.certificate.importing import Imported, import_certificate
from ocppscope.pics.extraction import extraction
from ocppscope.pics.toml_writer import write_toml

NAMES = ("evon200-40p-2cr", "botaricsms1-0", "jc-9932-100-cu07", "ets-mc-200", "ac-cpt-ocpp")
BY_HAND = ("000", "004")


def imported(shared: Path, number: str) -> Imported:
    (path,) = (shared / "certificates").glob(f"{number}_*.txt")
    return import_certificate(path)


@pytest.mark.parametrize(("number", "name"), [(f"{number:03}", name) for number, name in enumerate(NAMES)])
def test_a_built_in_profile_is_what_the_importer_makes_of_its_certificate(shared: Path, number: str, name: str) -> None:
    profile = imported(shared, number).profile

    assert profile == library.load(name)
    assert write_toml(profile) == library.built_in(name)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path; lists count their items too."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        yield f"{path}.length", len(value)
        for number, item in enumerate(value):
            yield from leaves(item, f"{path}[{number}]")
    else:
        yield path, value


@pytest.mark.parametrize("number", BY_HAND)
def test_the_full_extraction_is_exactly_the_one_made_by_hand(shared: Path, number: str) -> None:
    (path,) = (shared / "certificates" / "expected").glob(f"{number}_*.json")
    expected = json.loads(path.read_text(encoding="utf-8"))
    codes = Counter(warning["code"] for warning in expected.pop("warnings"))
    read = imported(shared, number)

    found = json.loads(json.dumps(extraction(read.full, read.signatures, read.source)))

    held = dict(leaves(found))
    assert {
        path: (held.get(path, "absent"), fact) for path, fact in leaves(expected) if held.get(path, "absent") != fact
    } == {}
    assert Counter(warning["code"] for warning in found["warnings"]) == codes


def test_warnings_of_the_certificates_without_an_extraction_are_those_of_their_known_oddities(shared: Path) -> None:
    codes = {
        number: Counter(caveat.code for caveat in imported(shared, number).warnings) for number in ("001", "002", "003")
    }

    assert codes == {
        "001": Counter(
            truncated_heading=2, split_cell_joined=1, split_cell_overlap=1, noise_dropped=1, coarse_resolution=1,
            holder_spelling_differs=1,
        ),
        "002": Counter(
            missing_title=1, markup_stripped=1, ocr_suspect_token=2, page_break_in_table=1, mixed_list_separators=2
        ),
        "003": Counter(missing_title=1, ocr_suspect_token=1, placeholder_value=1),
    }  # fmt: skip


def test_addresses_and_station_ids_stay_in_the_full_reading_only(shared: Path) -> None:
    read = imported(shared, "003")

    full = {row.key: row.value or "" for row in read.full.vendor_settings}
    kept = {row.key: row.value or "" for row in read.profile.vendor_settings}
    assert {key for key in full if full[key] != kept[key]} == {"SERVER_ADDRESS", "SERVER_CPID"}
    assert all(full[key] not in write_toml(read.profile) for key in ("SERVER_ADDRESS", "SERVER_CPID"))


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
@pytest.mark.parametrize("change", ["\r\n", "  ", "\u00a0", "\ufeff"])
def test_other_line_ends_and_blanks_change_nothing(shared: Path, number: str, change: str, tmp_path: Path) -> None:
    (source,) = (shared / "certificates").glob(f"{number}_*.txt")
    text = source.read_text(encoding="utf-8")
    changed = {
        "\r\n": text.replace("\n", "\r\n"),
        "  ": text.replace("\t", "  "),
        "\u00a0": text.replace(" ", "\u00a0").rstrip("\n"),
        "\ufeff": f"\ufeff{text}",
    }
    path = tmp_path / source.name
    path.write_text(changed[change], encoding="utf-8", newline="")

    read, plain = import_certificate(path), imported(shared, number)

    assert msgspec.structs.replace(read.full, warnings=()) == msgspec.structs.replace(plain.full, warnings=())
    assert read.signatures == plain.signatures
