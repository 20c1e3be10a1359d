"""Profiles for people: the list of all, and the page of one. Both are readable at 80 columns and without colour."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ocppscope.model.visible import visible
from ocppscope.pics.declaration import Caveat, Connector, Kpi, Measurands, Measured, Row, Value
from ocppscope.pics.derive import LIMIT_SOURCES, Derived, ocpp_name
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Role
from ocppscope.report.duration import limit

DUT_NAMES = {Role.STATION: "charging station", Role.CSMS: "CSMS"}

NEAR = 0.8
"""From this share of its limit on a certified measurement is amber."""

_KPI_NAMES = {
    "ocpp_response_timeout": "OCPP response",
    "ocpp_triggered_function_timeout": "Triggered function",
    "remote_start_authorization_time": "Remote start to StartTransaction",
    "remote_stop_authorization_end_time": "Remote stop to StopTransaction",
    "authorize_response_time": "Authorize response",
    "remote_start_response_time": "RemoteStartTransaction response",
}
"""Shorter than the certificate's names, which take a line of their own; another figure goes by the printed name."""

_WIDEST = 1000
"""Columns beyond which even a pipe gets wrapped lines."""

_BOUNDS = {
    "meter_value_sample_interval_min_s": "MeterValueSampleInterval from",
    "meter_value_sample_interval_max_s": "MeterValueSampleInterval up to",
    "heartbeat_interval_min_s": "HeartbeatInterval from",
    "heartbeat_interval_max_s": "HeartbeatInterval up to",
}
"""Limits that bound a configuration key from one side."""


def print_list(profiles: Sequence[Profile], console: Console) -> None:
    """Print a line for each profile, or two where the terminal is too narrow to have its vendor on the same line."""
    table = _list(profiles, stacked=False)
    width = console.measure(table, options=console.options.update(width=_WIDEST)).maximum
    if not console.is_terminal:
        console.width = max(console.width, width)
    elif width > console.width:
        table = _list(profiles, stacked=True)
    console.print(table)


def _list(profiles: Iterable[Profile], *, stacked: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Profile", style="cyan", no_wrap=True)
    table.add_column("Product", overflow="fold")
    if not stacked:
        table.add_column("Vendor", overflow="fold")
    table.add_column("Software", overflow="fold")
    table.add_column("OCPP")
    table.add_column("DUT")
    table.add_column("Limit", justify="right", no_wrap=True)
    for profile in profiles:
        product, vendor = _text(profile.product), _text(profile.vendor, "dim" if stacked else "")
        table.add_row(
            _text(profile.name),
            *([product.append("\n").append(vendor)] if stacked else [product, vendor]),
            _text(profile.software_version or "–"),
            Text(profile.ocpp_version),
            Text(profile.dut),
            Text(_seconds(profile.kpi_limit("ocpp_response_timeout"))),
        )
    return table


def print_profile(profile: Profile, console: Console) -> None:
    """Print everything that a profile declares."""
    for number, (title, content) in enumerate(_sections(profile)):
        if number:
            console.print()
        console.print(Text(title, "bold"))
        console.print(Padding(content, (0, 0, 0, 2)))


def _sections(profile: Profile) -> Iterator[tuple[str, RenderableType]]:
    """Title and content of every section that has something to say."""
    printed = [*profile.hardware_feature_set_2022.values(), *profile.other_limits]
    sections = (
        (visible(f"{profile.vendor} {profile.product}"), _identity(profile)),
        ("Declared maximum and certified measurement", _performance(profile)),
        ("Limits for single CALLs", _pairs((name, limit(s)) for name, s in profile.limits.actions.items())),
        ("Feature profiles", _feature_profiles(profile)),
        ("What the rules check", _pairs(_checked(profile))),
        ("Features", _rows(profile.features)),
        ("Settings", _rows(profile.settings)),
        ("Configuration when tested", _pairs((key.key, _plain(key.value)) for key in profile.configuration_keys)),
        ("Hardware", _hardware(profile)),
        ("Hardware and other settings", _pairs((row.label, _plain(row.value)) for row in printed)),
        ("Questions of the laboratory", _rows(profile.additional_questions)),
        ("Vendor settings", _pairs((row.key, row.value or "(left out)") for row in profile.vendor_settings)),
        ("Doubtful in the certificate", _caveats(profile.warnings + profile.derived.caveats)),
    )
    for title, content in sections:
        if content is not None:
            yield title, content


def _identity(profile: Profile) -> RenderableType | None:
    certificate, report = profile.certificate, profile.test_report
    reference = certificate.reference
    tested: list[str] = [profile.ocpp_version]
    if reference is not None:
        whitepaper = reference.security_whitepaper
        tested += [
            f"edition {reference.edition}" if reference.edition else "",
            f"errata {reference.errata}" if reference.errata else "",
            f"security whitepaper {whitepaper.version}" if whitepaper else "",
        ]
    names = {profile.vendor, certificate.holder, report.vendor_name} - {profile.vendor, None}
    rows = [
        ("Profile", profile.name),
        ("Device under test", DUT_NAMES[profile.dut]),
        ("Software", profile.software_version),
        ("Vendor also written", _joined(sorted(name for name in names if name))),
        ("Further model names", _joined(profile.model_names)),
        ("Certificate", _joined([certificate.number, certificate.date.isoformat() if certificate.date else None])),
        ("OCPP", _joined(tested)),
        ("Laboratory", _joined([report.laboratory, report.reference])),
    ]
    return _pairs((name, text) for name, text in rows if text)


def _performance(profile: Profile) -> RenderableType | None:
    table = _grid("left", "right", "right", "right", "right", "right", "left")
    table.add_row(*(Text(title, "dim") for title in ("", "maximum", "min", "max", "avg", "of max", "")))
    certified = profile.performance.kpis
    for key in dict.fromkeys([*certified, *profile.limits.kpis]):
        kpi = certified.get(key, Kpi())
        maximum = profile.kpi_limit(key)
        worst = kpi.measured.worst if kpi.measured else None
        share = worst / maximum if worst is not None and maximum else None
        style = "" if share is None or share < NEAR else "yellow" if share <= 1 else "red"
        table.add_row(
            _text(_KPI_NAMES.get(key) or kpi.label or key),
            Text(_seconds(maximum), "bold"),
            *(Text(figure) for figure in _measured(kpi.measured)),
            Text("" if share is None else f"{share:.0%}", style),
            Text(_by_hand(profile, key, kpi), "dim"),
        )
    return table if table.row_count > 1 else None


def _measured(measured: Measured | None) -> tuple[str, str, str]:
    if measured is None:
        return ("–", "–", "–")
    if measured.value is not None:
        coarse = measured.resolution_s >= 1
        return ("–", "< 1" if coarse and measured.value == 0 else f"{measured.value:g}", "–")
    low, high, mean = (
        "–" if figure is None else f"{figure:.2f}" for figure in (measured.min, measured.max, measured.avg)
    )
    return low, high, mean


def _by_hand(profile: Profile, key: str, kpi: Kpi) -> str:
    if key not in profile.limits.kpis:
        return ""
    certified = kpi.limit.value if kpi.limit else None
    return "by hand" if certified is None else f"by hand, certificate {limit(certified)}"


def _feature_profiles(profile: Profile) -> RenderableType | None:
    printed = [(result.name, result.result) for result in profile.profiles]
    named = {ocpp_name(result.name) for result in profile.profiles}
    sources = profile.derived.feature_profiles_source
    return _pairs(printed + [(name, source) for name, source in sources.items() if name not in named])


def _rows(rows: dict[str, Row]) -> RenderableType | None:
    """Id, value and label; a list stands under its label."""
    table = _grid("left", "left", "left")
    for id_, row in rows.items():
        value, label, below = _plain(row.value), _text(row.label), ""
        if isinstance(row.value, tuple | Measurands):
            value, below = "", value
        elif row.value is None and row.raw == "":
            label.stylize("dim")  # the heading of the rows below it
        elif row.value is None:
            value = "?"
        if below:
            label.append("\n" if row.label else "").append(_text(below))
        style = "green" if row.value is True else "dim" if row.value is False else ""
        table.add_row(_text(id_), _text(value, style), label)
    return table if rows else None


def _hardware(profile: Profile) -> RenderableType | None:
    parts = [_rows(profile.hardware_features), *(_connector(connector) for connector in profile.connectors)]
    shown = [part for part in parts if part is not None]
    return Group(*shown) if shown else None


def _connector(connector: Connector) -> RenderableType:
    facts = [
        connector.current,
        f"{connector.phases} phases" if connector.phases else None,
        connector.type,
        connector.cable_type,
    ]
    return _text(f"connector {connector.id}: {_joined(facts)}")


def _checked(profile: Profile) -> list[tuple[str, str]]:
    derived: Derived = profile.derived
    known: list[tuple[str, Value]] = [
        ("Security profiles", tuple(str(number) for number in derived.security_profiles) or None),
        ("Cipher suites", derived.cipher_suites),
        ("Firmware updates", derived.firmware_update_kind),
        ("Connectors", derived.connectors),
        ("Current", derived.current_type),
        ("Charging rate units", derived.charging_rate_units),
        ("Reservation of connector 0", derived.reserve_connector_zero),
        ("Local start", derived.local_start),
        ("Local stop", derived.local_stop),
        ("Authorization cache", derived.authorization_cache),
        ("Sampled measurands", derived.measurands_sampled),
        ("Aligned measurands", derived.measurands_aligned),
        ("File transfer", derived.file_transfer_protocols),
    ]
    rows = [(name, _plain(value)) for name, value in known if value is not None]
    for key, value in derived.limits.items():
        if value is not None:
            unit = " s" if key.endswith("_s") else ""
            hand = "  by hand" if key in profile.limits.settings else ""
            rows.append((_limit_name(key), f"{value}{unit}{hand}"))
    return rows


def _caveats(caveats: Iterable[Caveat]) -> RenderableType | None:
    lines = [
        _text(f"{caveat.code.replace('_', ' ')}, {caveat.where}: ", "dim").append(_text(caveat.detail, "not dim"))
        for caveat in caveats
    ]
    return Group(*lines) if lines else None


def _pairs(rows: Iterable[tuple[str, str]]) -> RenderableType | None:
    table = _grid("left", "left")
    table.columns[0].no_wrap = True
    for name, text in rows:
        table.add_row(_text(name, "dim"), _text(text))
    return table if table.row_count else None


def _grid(*justify: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for side in justify:
        table.add_column(justify="right" if side == "right" else "left", overflow="fold")
    return table


def _plain(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(value)
        case Measurands():
            untested = len(set(value.vendor) - set(value.tested))
            return ", ".join(value.vendor) + (f" ({untested} of them not tested)" if untested else "")
    return str(value)


def _limit_name(key: str) -> str:
    """The configuration key that the limit is about."""
    return LIMIT_SOURCES[key][1] or _BOUNDS[key]


def _joined(facts: Sequence[str | None]) -> str:
    return ", ".join(fact for fact in facts if fact)


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else limit(seconds)


def _text(text: str, style: str = "") -> Text:
    """Text of a file, safe to show; only line breaks of our own survive."""
    return Text(visible(text), style)
