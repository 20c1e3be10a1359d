"""What deviates, party by party: a card for each product, for a ticket to its vendor, and one for the CSMS.

What is the station's fault stands on its product's card, what is the CSMS's on the CSMS's, and what the traffic cannot
tell on both, apart.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ocppscope.inspect.causes import Cause, Product, causes, product_of
from ocppscope.inspect.ledger import FindingRow
from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.figures import NEAR
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.model.connection import Station
from ocppscope.protocol.roles import Role

SLOW_SECONDS = 5.0
"""An answer that takes longer is worth a word where no limit is declared: people wait for it."""

TimesOf = Callable[[str], Sequence[ResponseTime]]
"""Response times of one station."""


class Card(msgspec.Struct, frozen=True):
    """One party's deviations.

    Attributes:
        party: whose card it is.
        product: of a station; empty for the CSMS.
        stations: whose traffic it is about.
        messages: of them in all.
        own: what is this party's fault.
        shared: what may be either's.
        times: response times that were late, near their limit, slow or refused, of all these stations together.
    """

    party: Role
    product: Product
    stations: tuple[Station, ...]
    messages: int
    own: tuple[Cause, ...]
    shared: tuple[Cause, ...]
    times: tuple[ResponseTime, ...]

    @property
    def title(self) -> str:
        """``Made Up, firmware 1.2``, ``unknown product``, ``the CSMS``."""
        return "the CSMS" if self.party is Role.CSMS else self.product.words or "unknown product"

    @property
    def versions(self) -> list[str]:
        """The versions of OCPP that were spoken."""
        return sorted({station.shown_version for station in self.stations})

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to complain of."""
        return not (self.own or self.shared or self.times)


def cards(rows: Iterable[FindingRow], stations: Sequence[Station], times_of: TimesOf) -> list[Card]:
    """The cards of all products, in the order of their first station, then that of the CSMS.

    Args:
        rows: findings.
        stations: those that are reported.
        times_of: response times of a station.
    """
    by_station: dict[str, list[FindingRow]] = {}
    for row in rows:
        by_station.setdefault(row.finding.station, []).append(row)
    products: dict[Product, list[Station]] = {}
    for station in stations:
        products.setdefault(product_of(station), []).append(station)
    made = [_card(Role.STATION, product, members, by_station, times_of) for product, members in products.items()]
    return [*made, _card(Role.CSMS, Product(), stations, by_station, times_of)] if stations else []


def _card(
    party: Role,
    product: Product,
    stations: Sequence[Station],
    rows: Mapping[str, Sequence[FindingRow]],
    times_of: TimesOf,
) -> Card:
    known = {station.id: station for station in stations}
    own = [row for station in stations for row in rows.get(station.id, ())]
    return Card(
        party,
        product,
        tuple(stations),
        sum(station.messages for station in stations),
        tuple(causes([row for row in own if row.finding.at_fault is party], known)),
        tuple(causes([row for row in own if row.finding.at_fault is None], known)),
        tuple(row for row in _together(party, stations, times_of) if _is_worth_saying(row)),
    )


def _together(party: Role, stations: Iterable[Station], times_of: TimesOf) -> list[ResponseTime]:
    """The response times of several stations as one."""
    found: dict[str, ResponseTime] = {}
    for station in stations:
        for row in times_of(station.id):
            if row.dut is not party:
                continue
            total = found.setdefault(row.action, ResponseTime(row.dut, row.action, Distribution()))
            total.distribution.absorb(row.distribution)
            total.limit = row.limit if total.limit is None else total.limit
            total.over_limit += row.over_limit
            total.errors += row.errors
            total.timeouts += row.timeouts
    return sorted(found.values(), key=lambda row: (-row.worst_share, -(row.distribution.max or 0.0)))


def _is_worth_saying(row: ResponseTime) -> bool:
    if row.over_limit or row.timeouts or row.errors or row.worst_share >= NEAR:
        return True
    return row.limit is None and (row.distribution.max or 0.0) > SLOW_SECONDS
