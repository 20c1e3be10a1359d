"""Settings that certificates print as key and value: OCPP configuration keys, limits, settings of the vendor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ocppscope.pics.certificate import cells as cell_meaning
from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.headers import Header, Kind
from ocppscope.pics.certificate.lines import Line
from ocppscope.pics.certificate.sections import Sections, Table
from ocppscope.pics.certificate.spelling import distance, latin
from ocppscope.pics.configuration_keys import KINDS
from ocppscope.pics.declaration import ConfigurationKey, Row, Value, VendorSetting
from ocppscope.pics.derive import FEATURE_PROFILES

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_UNITS = {
    "ampere": "Current",
    "amperes": "Current",
    "amps": "Current",
    "a": "Current",
    "watt": "Power",
    "watts": "Power",
    "w": "Power",
}
_SHORTEST_MENDED = 8
"""Letters of a key from which on two wrong ones do not make it another word."""


@dataclass(slots=True)
class _Entry:
    """A key with the cells that its value is made of."""

    key: str
    cells: list[str] = field(default_factory=list)
    before: int = 0
    after: int = 0
    number: int = 0


def read_configuration(sections: Sections, doubts: Doubts, cut_at: int | None) -> tuple[ConfigurationKey, ...]:
    """The OCPP configuration that a certificate of 2022 prints: order and duplicates are kept."""
    entries = [
        entry for table in sections.of(Kind.CONFIGURATION) if not _is_foreign(table) for entry in _entries(table)
    ]
    read = [_Reading(entry, doubts, cut=entry.number == cut_at).key() for entry in entries]
    return tuple(_compared(read, doubts))


def _is_foreign(table: Table) -> bool:
    return "non-ocpp" in table.heading


def _entries(table: Table) -> Iterator[_Entry]:
    """Keys with their values; a value may stand before or below the key's own line."""
    header = table.header
    key_at = header.column("key")
    last: _Entry | None = None
    waiting: list[str] = []
    last_key = max((index for index, line in enumerate(table.rows) if _cell(line, key_at)), default=-1)
    for index, line in enumerate(table.rows):
        key = _cell(line, key_at)
        value = _values(line, header)
        if key:
            if last is not None:
                yield last
            last = _Entry(key, [*waiting, *value], before=len(waiting), number=line.number)
            waiting = []
        elif last is not None and not last.cells:
            last.cells += value
            last.after += 1
            last.number = line.number
        elif index < last_key:
            waiting += value
        elif last is not None:
            last.cells += value
            last.after += 1
            last.number = line.number
    if last is not None:
        yield last


def _cell(line: Line, position: int | None) -> str:
    return line.cells[position] if position is not None and position < len(line.cells) else ""


def _values(line: Line, header: Header) -> list[str]:
    """The value cell; where no column stands right of it, what was split off it too."""
    value_at = header.column("value")
    if value_at is None:
        return []
    end = value_at + 1 if len(header.columns) > value_at + 1 else len(line.cells)
    return [cell for cell in line.cells[value_at:end] if cell]


class _Reading:
    """What one line of the configuration means."""

    def __init__(self, entry: _Entry, doubts: Doubts, *, cut: bool) -> None:
        self._printed = entry.key
        self._entry = entry
        self._doubts = doubts
        self._cut = cut
        self._corrections: list[str] = []

    def key(self) -> ConfigurationKey:
        key = self._known_key()
        where = f"configuration_keys.{key}"
        entry = self._entry
        if entry.after and entry.cells:
            self._doubts.add("continuation_after_key", where, "value on the next line")
            self._corrections.append("value taken from the continuation line after the key")
        if entry.before:
            lines = _NUMBERS[entry.before] if entry.before < len(_NUMBERS) else str(entry.before)
            plural = "s" if entry.before > 1 else ""
            self._doubts.add("continuation_before_key", where, f"{lines} value line{plural} before the key line")
            self._corrections.append(f"value split over {lines} continuation line{plural} BEFORE the key line")
        if len(entry.cells) > 1 and len(set(entry.cells)) == 1:
            self._doubts.add("duplicate_cell", where, "value repeated in the next cell")
            del entry.cells[1:]
        raw = "".join(entry.cells)
        value = self._value(key, raw, where)
        doubt = "may be cut off" if self._cut else "was put together" if len(entry.cells) > 1 else ""
        if (doubt and isinstance(value, bool | int)) or (self._cut and value is not None):
            self._doubts.add("ocr_suspect_token", where, f"'{raw}' {doubt}")
            value = None
        printed = self._printed if self._printed != key else None
        return ConfigurationKey(key, value, raw, printed, tuple(self._corrections))

    def _known_key(self) -> str:
        plain = re.sub(r"\s", "", latin(self._printed))
        if plain in KINDS:
            return plain
        same = [key for key in KINDS if key.casefold() == plain.casefold()]
        if same:
            return same[0]
        near = [key for key in KINDS if len(plain) >= _SHORTEST_MENDED and distance(plain, key) <= 2]
        if len(near) != 1:
            return self._printed
        self._corrections.append(f"key OCR '{self._printed}'")
        return near[0]

    def _value(self, key: str, raw: str, where: str) -> Value:
        if not raw:
            return None
        if cell_meaning.is_tagged(raw):
            self._doubts.add("markup_stripped", where, raw)
        match KINDS.get(key):
            case "flag":
                value: Value = cell_meaning.flag(raw)
            case "whole":
                value = cell_meaning.whole(raw)
            case "list":
                return self._list(key, raw, where) or None
            case _:
                answer, number = cell_meaning.flag(raw), cell_meaning.whole(raw)
                return answer if answer is not None else number if number is not None else raw
        if value is None and not self._corrections:
            self._doubts.add("ocr_suspect_token", where, f"'{raw}' cannot be read")
        return value

    def _list(self, key: str, raw: str, where: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in re.split("[,;]", raw) if part.strip())
        if len(parts) == 1 and key != "SupportedFeatureProfiles":
            parts = cell_meaning.words(raw)
        match key:
            case "SupportedFileTransferProtocols":
                if cell_meaning.has_mixed_separators(re.sub(r",\s+", ",", raw)):
                    self._doubts.add("mixed_list_separators", where, f"'{raw}' is separated by blanks and commas")
                return tuple(part.upper() for part in cell_meaning.words(raw))
            case "SupportedFeatureProfiles":
                return tuple(self._profile(part) for part in parts)
            case "ChargingScheduleAllowedChargingRateUnit":
                return tuple(self._unit(part, where) for part in parts)
        return parts

    def _profile(self, printed: str) -> str:
        squeezed = re.sub(r"\s", "", printed).casefold()
        known = next((name for name in FEATURE_PROFILES if name.casefold() == squeezed), None)
        if known is None or known == printed:
            return printed
        self._corrections.append(f"'{printed}' normalised to '{known}'")
        return known

    def _unit(self, printed: str, where: str) -> str:
        if printed in ("Current", "Power"):
            return printed
        self._doubts.add("nonstandard_value", where, f"'{printed}'")
        self._corrections.append(f"'{printed}' is not an allowed value; spec values are 'Current' and 'Power'")
        return _UNITS.get(printed.casefold(), printed)


def _compared(keys: list[ConfigurationKey], doubts: Doubts) -> Iterator[ConfigurationKey]:
    """The keys with what follows from their standing there twice."""
    first: dict[str, ConfigurationKey] = {}
    last = {key.key: index for index, key in enumerate(keys)}
    for index, key in enumerate(keys):
        where = f"configuration_keys.{key.key}"
        if any("key OCR" in correction for correction in key.corrections):
            later = keys[index + 1 :] if last[key.key] > index else []
            yield _misread(key, later, where, doubts)
            continue
        before = first.setdefault(key.key, key)
        if before.value == key.value:
            yield key
            continue
        doubts.add("duplicate_key_conflict", where, f"{before.raw} then {key.raw}")
        corrections = (*key.corrections, "duplicate key with a different value")
        yield ConfigurationKey(key.key, key.value, key.raw, key.line_key, corrections)


def _misread(key: ConfigurationKey, later: list[ConfigurationKey], where: str, doubts: Doubts) -> ConfigurationKey:
    """A key that was mended: its value is mended too where the right key follows and agrees."""
    twin = next((each for each in later if each.key == key.key), None)
    if twin is None:
        doubts.add("ocr_suspect_token", where, f"the key is printed '{key.line_key}'")
        if key.value is None and key.raw:
            doubts.add("ocr_suspect_token", where, f"'{key.raw}' cannot be read")
        return key
    doubts.add(
        "duplicate_key_ocr", where, f"'{key.line_key}'='{key.raw}' then '{twin.line_key or twin.key}'='{twin.raw}'"
    )
    corrections, value = list(key.corrections), key.value
    if value is None and isinstance(twin.value, bool) and cell_meaning.nearly_flag(key.raw or "") is twin.value:
        value = twin.value
        corrections.append(f"value OCR '{key.raw}'")
    corrections.append("duplicate of the next row" if twin is later[0] else "duplicate of a later row")
    return ConfigurationKey(key.key, value, key.raw, key.line_key, tuple(corrections))


def read_other_limits(sections: Sections, doubts: Doubts) -> tuple[Row, ...]:
    """Limits and settings by their label, from tables without ids."""
    rows: list[Row] = []
    for table in sections.of(Kind.OTHER_LIMITS):
        for label, raw, _ in _pairs(table, "label"):
            if not label or _is_placeholder(label, raw, "other_limits", doubts):
                continue
            answer, number = cell_meaning.flag(raw), cell_meaning.whole(raw)
            value: Value = answer if answer is not None else number if number is not None else raw or None
            rows.append(Row(label, value, raw))
    return tuple(rows)


def read_non_ocpp(sections: Sections, doubts: Doubts) -> tuple[VendorSetting, ...]:
    """Configuration that is not OCPP's."""
    return tuple(
        VendorSetting(key, value or None)
        for table in sections.of(Kind.CONFIGURATION)
        if _is_foreign(table)
        for key, value, _ in _pairs(table, "key")
        if key and not _is_placeholder(key, value, "non_ocpp_configuration", doubts)
    )


def read_vendor_settings(sections: Sections, doubts: Doubts) -> tuple[VendorSetting, ...]:
    """Settings of the vendor's own, as printed."""
    rows: list[VendorSetting] = []
    for table in sections.of(Kind.VENDOR_SETTINGS):
        for key, value, description in _pairs(table, "key"):
            if not key:
                if rows and description and not value:
                    last = rows.pop()
                    rows.append(VendorSetting(last.key, last.value, f"{last.description or ''} {description}".strip()))
                continue
            if value and cell_meaning.is_placeholder(value):
                doubts.add("placeholder_value", f"vendor_settings.{key}", f"'{value}' means empty")
            rows.append(VendorSetting(key, value or None, description or None))
    return tuple(rows)


def _pairs(table: Table, first: str) -> Iterator[tuple[str, str, str]]:
    """Key, value and description of every row."""
    header = table.header
    positions = [header.column(first), header.column("value"), header.column("description")]
    for line in table.rows:
        key, value, description = (_cell(line, position) for position in positions)
        yield key, value, description


def _is_placeholder(key: str, value: str, where: str, doubts: Doubts) -> bool:
    if not all(cell_meaning.is_placeholder(cell) for cell in (key, value) if cell):
        return False
    doubts.add("placeholder_value", where, f"'{key}' means empty")
    return True
