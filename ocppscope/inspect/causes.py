"""Findings grouped by what is behind them: the rule, then the station with its vendor, model and firmware."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import msgspec

from ocppscope.inspect.ledger import FindingRow
from ocppscope.model.connection import Station
from ocppscope.model.finding import Finding, Severity


class Product(msgspec.Struct, frozen=True):
    """What a station is by its latest BootNotification; None where it did not say, or was not heard to boot."""

    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None

    @property
    def name(self) -> str:
        """``Made Up``; empty while nothing is known."""
        return " ".join(part for part in (self.vendor, self.model) if part)

    @property
    def words(self) -> str:
        """``Made Up, firmware 1.2``; empty while nothing is known."""
        firmware = f"firmware {self.firmware}" if self.firmware else ""
        return ", ".join(part for part in (self.name, firmware) if part)


class Afflicted(msgspec.Struct, frozen=True):
    """One station and what a rule found of it; ``rows`` holds one or more."""

    station: str
    product: Product
    rows: tuple[FindingRow, ...]

    @property
    def count(self) -> int:
        """Occurrences in all."""
        return sum(row.count for row in self.rows)


class Cause(msgspec.Struct, frozen=True):
    """What one rule found with one severity, station by station.

    Attributes:
        rule: its id.
        stations: those with the same product stand together; there is one at least.
    """

    rule: str
    severity: Severity
    stations: tuple[Afflicted, ...]

    @property
    def count(self) -> int:
        """Occurrences in all."""
        return sum(one.count for one in self.stations)

    @property
    def rows(self) -> list[FindingRow]:
        """All of its rows."""
        return [row for one in self.stations for row in one.rows]

    @property
    def example(self) -> Finding:
        """The first occurrence of the first row."""
        return self.stations[0].rows[0].finding


def product_of(station: Station | None) -> Product:
    """The product that a station says it is."""
    return Product() if station is None else Product(station.vendor, station.model, station.firmware)


def causes(rows: Iterable[FindingRow], stations: Mapping[str, Station]) -> list[Cause]:
    """The rows of a ledger by cause, the worst severity first, then by rule.

    Args:
        rows: in any order; those of one station keep theirs.
        stations: known ones by identity.
    """
    by_rule = sorted(rows, key=lambda row: (-row.finding.severity.rank, row.finding.rule))
    found = []
    for (severity, rule), members in groupby(by_rule, key=lambda row: (row.finding.severity, row.finding.rule)):
        by_station: dict[str, list[FindingRow]] = {}
        for row in members:
            by_station.setdefault(row.finding.station, []).append(row)
        afflicted = [
            Afflicted(station, product_of(stations.get(station)), tuple(own)) for station, own in by_station.items()
        ]
        by_product: dict[Product, list[Afflicted]] = {}
        for one in afflicted:
            by_product.setdefault(one.product, []).append(one)
        found.append(Cause(rule, severity, tuple(one for same in by_product.values() for one in same)))
    return found
