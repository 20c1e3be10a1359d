"""The certificate's own "Performance Measurement Result" again, with what was seen in the field beside it.

First what the vendor declares as valid maximum values, each with a verdict; then what the laboratory measured, and below
each row what was observed. A maximum that is exceeded is a finding about the claim, not about a standard.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ocppscope.kpi.figures import Figure, Verdict, certified_text
from ocppscope.kpi.measure import MEASURES
from ocppscope.model.visible import visible
from ocppscope.pics.declaration import KPI_KEYS, Measured
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Role
from ocppscope.report.kpi_json import figure_json, sample_json
from ocppscope.report.kpi_table import STYLES, WORDS, remarks, seconds, slowest
from ocppscope.report.markdown_cells import cell
from ocppscope.report.markdown_cells import row as row_of
from ocppscope.report.reading import Reading

LABELS = dict(
    zip(
        KPI_KEYS,
        (
            "OCPP response timeout",
            "OCPP triggered function timeout",
            "Transaction authorization time by RemoteStartTransaction",
            "Transaction authorization end time by RemoteStopTransaction",
            "Response time Authorize",
            "Response time RemoteStartTransaction",
        ),
        strict=True,
    )
)
"""The names that certificates print, for a profile that was written by hand."""

_DUT = {Role.STATION: "charging station", Role.CSMS: "CSMS"}
_UNKNOWN = "not measured by ocppscope"


class Line(msgspec.Struct, frozen=True):
    """One row of the certificate.

    Attributes:
        key, label: the figure and its printed name.
        maximum: declared, in seconds; None where none is.
        certified: what the laboratory measured.
        figure: what was observed; None for a figure that is not known here.
    """

    key: str
    label: str
    maximum: float | None
    certified: Measured | None
    figure: Figure | None

    @property
    def verdict(self) -> Verdict | None:
        """None for a figure that is not known here."""
        return self.figure.verdict if self.figure is not None else None


class Check(msgspec.Struct, frozen=True):
    """One product and the stations (or the CSMS) that it was held against.

    ``strangers`` are stations whose own BootNotification names another product.
    """

    profile: Profile
    stations: tuple[str, ...]
    strangers: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def exceeded(self) -> bool:
        """Whether any declared maximum was exceeded."""
        return any(line.verdict is Verdict.EXCEEDED for line in self.lines)


def checks(reading: Reading) -> list[Check]:
    """Every profile of the reading, held against its stations, or against the one CSMS."""
    return [_check(reading, profile) for profile in reading.profiles]


def _check(reading: Reading, profile: Profile) -> Check:
    stations = [
        station
        for station in reading.inspector.stations.values()
        if profile.dut is Role.CSMS or station.profile == profile.name
    ]
    names = tuple(station.id for station in stations)
    declared = profile.performance.kpis
    known = {measure.key: measure for measure in MEASURES if measure.dut is profile.dut}
    figures = {key: reading.inspector.kpis.figure(measure, names) for key, measure in known.items()}
    seen = [key for key, figure in figures.items() if figure.n]
    lines = []
    for key in dict.fromkeys([*declared, *profile.limits.kpis, *seen]):
        kpi = declared.get(key)
        label = (kpi.label.strip().removesuffix(":") if kpi is not None else "") or LABELS.get(key, key)
        lines.append(Line(key, label, profile.kpi_limit(key), kpi.measured if kpi else None, figures.get(key)))
    strangers = tuple(
        station.id
        for station in stations
        if profile.dut is Role.STATION and station.model and not profile.matches(station.vendor, station.model)
    )
    return Check(profile, names, strangers, tuple(lines))


def document(reading: Reading) -> dict[str, Any]:
    """The checks as JSON values."""
    return {"schema": 1, "checks": [_document(reading, check) for check in checks(reading)]}


def _document(reading: Reading, check: Check) -> dict[str, Any]:
    profile = check.profile
    return {
        "pics": profile.name,
        "dut": profile.dut,
        "vendor": profile.vendor,
        "product": profile.product,
        "software_version": profile.software_version,
        "stations": list(check.stations),
        "other_products": list(check.strangers),
        "exceeded": check.exceeded,
        "kpis": [_line_json(reading, check, line) for line in check.lines],
    }


def _line_json(reading: Reading, check: Check, line: Line) -> dict[str, Any]:
    row: dict[str, Any] = {"label": line.label, "key": line.key, "limit": line.maximum, "verdict": None}
    if line.figure is not None:
        row |= figure_json(line.figure)
        kept = reading.inspector.kpis.samples(line.figure.measure, check.stations)
        row["samples"] = [sample_json(sample) for sample in kept]
    return row


def print_check(reading: Reading, console: Console) -> None:
    """Print the tables of every product."""
    for number, check in enumerate(checks(reading)):
        if number:
            console.print()
        console.print(_page(check))


def _page(check: Check) -> RenderableType:
    return Group(
        Text.assemble(
            (visible(f"{check.profile.vendor} {check.profile.product}"), "bold"), f"  {visible(_subject(check))}"
        ),
        *(Text(line, "yellow") for line in _warnings(check)),
        Text(),
        Text("Performance Measurement Result", "bold"),
        Padding(_declared(check), (0, 0, 1, 2)),
        Padding(_measured(check), (0, 0, 1, 2)),
        *(Text(f"{line.label}: {note}", style) for line in check.lines for note, style in _notes(line)),
        *(Text(line, "dim") for line in _footer(check)),
    )


def _declared(check: Check) -> Table:
    table = _table()
    table.add_column("Name", overflow="fold")
    for name in ("Max value", "Observed max", "Margin"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Unit", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for line in check.lines:
        figure = line.figure
        table.add_row(
            visible(line.label, 80),
            "–" if line.maximum is None else f"{line.maximum:g}",
            "–" if figure is None else slowest(figure),
            "–" if figure is None else seconds(figure.margin),
            "seconds",
            Text(_UNKNOWN, "dim") if figure is None else Text(WORDS[figure.verdict], STYLES[figure.verdict]),
        )
    return table


def _measured(check: Check) -> Table:
    table = _table()
    table.add_column("Name", overflow="fold")
    table.add_column("", no_wrap=True)
    for name in ("Min", "Max", "Average", "p95", "n"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Unit", no_wrap=True)
    for line in check.lines:
        table.add_row(visible(line.label, 80), Text("certified", "dim"), *_certified(line.certified), "", "", "seconds")
        table.add_row("", "observed", *_observed(line.figure), "seconds")
    return table


def _certified(measured: Measured | None) -> tuple[str, str, str]:
    """Minimum, maximum, average as printed; a certificate of 2022 has one figure, in whole seconds."""
    if measured is None:
        return "–", "–", "–"
    if measured.value is not None and measured.max is None:
        return "–", certified_text(measured), "–"
    return seconds(measured.min), seconds(measured.max), seconds(measured.avg)


def _observed(figure: Figure | None) -> tuple[str, str, str, str, str]:
    if figure is None:
        return "–", "–", "–", "–", "–"
    return seconds(figure.min), slowest(figure), seconds(figure.avg), seconds(figure.p95), str(figure.n)


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")


def _notes(line: Line) -> Iterator[tuple[str, str]]:
    if line.figure is None:
        return
    compared = line.verdict is Verdict.EXCEEDED
    if compared:
        yield line.figure.remark, STYLES[Verdict.EXCEEDED]
    if aside := remarks(line.figure, compared=compared):
        yield aside, "dim"


def _subject(check: Check) -> str:
    profile = check.profile
    software = f", software {profile.software_version}" if profile.software_version else ""
    about = ", ".join(check.stations[:5]) + (", …" if len(check.stations) > 5 else "")
    whom = f"held against {about}" if check.stations else "no station of this product was seen"
    return f"{_DUT[profile.dut]}, OCPP {profile.ocpp_version}{software}; {whom}"


def _warnings(check: Check) -> Iterator[str]:
    for station in check.strangers:
        yield f"▲ {visible(station, 40)} says in its BootNotification that it is another product"


def _footer(check: Check) -> Iterator[str]:
    technology = check.profile.performance.communication_technology
    lab = f" ({visible(technology, 60)})" if technology else ""
    yield (
        f"Times are those of the {_DUT[check.profile.dut]}'s own leg, its network included; the certified ones include the "
        f"laboratory's network{lab}. The proxy's own share is in none of them."
    )
    shares = [line.figure for line in check.lines if line.figure is not None and line.figure.proxy_max is not None]
    if shares:
        longest = max(figure.proxy_max or 0.0 for figure in shares) * 1000
        yield f"The proxy's own share was {longest:.1f} ms at most."


def markdown(reading: Reading) -> str:
    """The tables as Markdown, without a newline at the end."""
    return "\n\n".join("\n".join(_markdown(check)) for check in checks(reading))


def _markdown(check: Check) -> Iterator[str]:
    yield f"## {cell(f'{check.profile.vendor} {check.profile.product}')}"
    yield ""
    yield cell(_subject(check))
    for line in _warnings(check):
        yield ""
        yield cell(line)
    yield ""
    yield "### Performance Measurement Result"
    yield ""
    yield "| Name | Max Value | Observed Max | Margin | Unit | Verdict |"
    yield "| --- | ---: | ---: | ---: | --- | --- |"
    for row in check.lines:
        figure = row.figure
        cells = [
            row.label,
            "–" if row.maximum is None else f"{row.maximum:g}",
            "–" if figure is None else slowest(figure),
            "–" if figure is None else seconds(figure.margin),
            "seconds",
            _UNKNOWN if figure is None else WORDS[figure.verdict],
        ]
        yield row_of(cells)
    yield ""
    yield "| Name | | Min Value | Max Value | Average Value | p95 | n | Unit |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for row in check.lines:
        yield row_of([row.label, "certified", *_certified(row.certified), "", "", "seconds"])
        yield row_of(["", "observed", *_observed(row.figure), "seconds"])
    yield ""
    for row in check.lines:
        for note, _style in _notes(row):
            yield f"* {cell(row.label)}: {cell(note)}"
    yield ""
    for line in _footer(check):
        yield cell(line)
