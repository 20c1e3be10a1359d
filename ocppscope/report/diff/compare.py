"""Two captures held against each other."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.conformance.registry import all_rules
from ocppscope.model.connection import Station
from ocppscope.model.finding import Severity
from ocppscope.report.diff.comparison import Comparison, Fact, Latency, Ruling, StationPair
from ocppscope.report.diff.exchanges import compare_exchanges
from ocppscope.report.diff.names import Names
from ocppscope.report.diff.side import Side, Talk
from ocppscope.report.diff.significance import shift_between, significant

_IDENTITY = (("vendor", "vendor"), ("model", "model"), ("firmware", "firmware"), ("OCPP version", "version"))


def compare(a: Side, b: Side) -> Comparison:
    """Everything that differs, station by station."""
    stations_a, stations_b = (side.reading.inspector.stations for side in (a, b))
    paired = _paired(stations_a, stations_b)
    names = Names()
    for one, other in paired:
        names.pair(Kind.STATIONS, one, other)
    pairs = [StationPair(one, other) for one, other in paired]
    whole = a.whole and b.whole
    changes = [
        compare_exchanges(pair, a.talks.get(pair.a, Talk()), b.talks.get(pair.b, Talk()), names, whole=whole)
        for pair in pairs
    ]
    names.drop_common(a.says, b.says)
    for pair, changed in zip(pairs, changes, strict=True):
        changed.tell(pair)
        _outcome(pair, a, b, names)
    own, theirs = {one for one, _ in paired}, {other for _, other in paired}
    refused = [side.reading.inspector.counts.refused for side in (a, b)]
    return Comparison(
        a.reading.captures[0],
        b.reading.captures[0],
        pairs,
        [name for name in stations_a if name not in own],
        [name for name in stations_b if name not in theirs],
        names.listed(),
        _facts({"connections refused": refused[0]}, {"connections refused": refused[1]}),
    )


def _paired(a: dict[str, Station], b: dict[str, Station]) -> list[tuple[str, str]]:
    """Stations of the same identity; of the others those of the same product, in order, where there are as many; a last one each."""
    paired = {name: name for name in a if name in b}
    rest_a, rest_b = ([name for name in one if name not in other] for one, other in ((a, b), (b, a)))
    for product in dict.fromkeys(_product(a[name]) for name in rest_a):
        own = [name for name in rest_a if _product(a[name]) == product]
        theirs = [name for name in rest_b if _product(b[name]) == product]
        if len(own) == len(theirs):
            paired |= zip(own, theirs, strict=True)
    rest_a = [name for name in rest_a if name not in paired]
    rest_b = [name for name in rest_b if name not in paired.values()]
    if len(rest_a) == len(rest_b) == 1:
        paired[rest_a[0]] = rest_b[0]
    return [(name, paired[name]) for name in a if name in paired]


def _product(station: Station) -> tuple[str | None, ...]:
    return station.vendor, station.model, station.version


def _outcome(pair: StationPair, a: Side, b: Side, names: Names) -> None:
    """Fill in what came of it."""
    stations = a.reading.inspector.stations[pair.a], b.reading.inspector.stations[pair.b]
    pair.identity = [
        Fact(what, *(_text(getattr(station, field)) for station in stations))
        for what, field in _IDENTITY
        if getattr(stations[0], field) != getattr(stations[1], field)
    ]
    pair.configuration = [
        fact
        for fact in _facts(stations[0].configuration, stations[1].configuration)
        if not (fact.a is not None and fact.b is not None and names.explain(fact.a, fact.b))
    ]
    pair.findings = _findings(a, b, pair)
    pair.latency = _latency(a.talks.get(pair.a, Talk()), b.talks.get(pair.b, Talk()))
    pair.transactions = _facts(_transactions(a, pair.a), _transactions(b, pair.b))
    pair.disconnects = _facts(_disconnects(a, pair.a), _disconnects(b, pair.b))


def _facts(
    a: dict[str, str] | dict[str, int] | Counter[str], b: dict[str, str] | dict[str, int] | Counter[str]
) -> list[Fact]:
    """What is not the same in both."""
    keys: Iterable[str] = sorted({*a, *b})
    return [Fact(key, _text(a.get(key)), _text(b.get(key))) for key in keys if a.get(key) != b.get(key)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _findings(a: Side, b: Side, pair: StationPair) -> list[Ruling]:
    counts: list[Counter[str]] = [Counter(), Counter()]
    severities: dict[str, Severity] = {}
    for side, station, count in ((a, pair.a, counts[0]), (b, pair.b, counts[1])):
        for row in side.reading.selection.findings.rows(station):
            finding = row.finding
            count[finding.rule] += row.count
            severities[finding.rule] = max(
                finding.severity, severities.get(finding.rule, Severity.INFO), key=lambda severity: severity.rank
            )
    names = {rule.id: rule.name for rule in all_rules()}
    changed = [
        Ruling(rule, names.get(rule, ""), severity, counts[0][rule], counts[1][rule])
        for rule, severity in severities.items()
        if counts[0][rule] != counts[1][rule]
    ]
    order = ("gained", "lost", "more", "fewer")
    return sorted(changed, key=lambda row: (order.index(row.change), -severities[row.rule].rank, row.rule))


def _latency(a: Talk, b: Talk) -> list[Latency]:
    keys = sorted({*a.times, *b.times})
    shifts = [shift_between(a.times.get(key, ()), b.times.get(key, ())) for key in keys]
    judged: Sequence[bool] = significant(shifts)
    rows = [Latency(*key, shift, real) for key, shift, real in zip(keys, shifts, judged, strict=True)]
    return sorted(rows, key=lambda row: (not row.significant, -(row.shift.n_a + row.shift.n_b)))


def _transactions(side: Side, station: str) -> Counter[str]:
    return Counter(
        f"{row.state}, {row.reason}" if row.reason else row.state.value
        for row in side.reading.selection.transactions
        if row.station == station
    )


def _disconnects(side: Side, station: str) -> Counter[str]:
    return Counter(
        f"by the {one.closed_by}: {one.how}" + ("" if one.close_code is None else f", {one.close_code}")
        for one in side.reading.selection.disconnects
        if one.station == station
    )
