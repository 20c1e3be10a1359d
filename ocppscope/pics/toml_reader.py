"""A profile out of its TOML text.

The least that a person writes::

    [identity]
    dut = "station"                 # or "csms"
    ocpp_version = "1.6"            # "2.0.1", "2.1"
    vendor = "Example Chargers"     # as BootNotification sends it, more or less
    product = "EX-60"
    model_names = ["EX60-EU"]       # optional: other names that it sends as its model

    [limits]                        # seconds, optional like everything below; these beat a certificate's
    ocpp_response_timeout = 30      # and the other keys of `declaration.KPI_KEYS`
    charge_profile_max_stack_level = 5   # and the other keys of `derive.LIMIT_SOURCES`
    [limits.actions]
    GetDiagnostics = 120            # what the product may take to answer this CALL

    [conformance]
    rules = ["-STA-001", "SES-012.warning_s=20"]   # rules off (-) or on (+) by id, family, severity; thresholds

    [features]                      # also [hardware_features], [settings], [additional_questions]
    C-04 = true                     # the rows of a certificate by their ids
    "SC-1.1" = true                 # an id with a full stop stands in quotes

A profile made from a certificate has every row as ``C-04 = { label, value, raw, group }`` with the cell as printed, and
the certificate's other tables: ``[certificate]``, ``[test_report]``, ``[[profiles]]``, ``[[connectors]]``,
``[vendor_settings]``, ``[configuration]``, ``[performance.kpis.…]``, ``[[warnings]]``. A value that is not known is left
out; a maximum whose cell is in doubt is ``limit = { raw = "6O", doubtful = true }``. Whatever is not listed here is refused, with the key that was probably meant.
"""

import tomllib
from typing import Any

from ocppscope.pics import declaration as declared
from ocppscope.pics.derive import LIMIT_SOURCES
from ocppscope.pics.profile import Limits, Profile, ProfileError
from ocppscope.pics.toml_table import MAX_NUMBER, Table
from ocppscope.protocol.actions import CSMS_ACTIONS, STATION_ACTIONS
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def read_toml(text: str, file: str, name: str) -> Profile:
    """The profile in a TOML text.

    Args:
        text: the whole file.
        file: named in errors.
        name: of the profile when the text gives none.

    Raises:
        ProfileError: one line that names the file, the key (or line) and the mend.
    """
    return _profile(Table(_parsed(text, file), file), name)


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise ProfileError(f"{file}: not TOML: nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError is one; so is a number of more than 4300 digits
        raise ProfileError(f"{file}: not TOML: {' '.join(str(error).split())}") from None
    if not content:
        raise ProfileError(
            f"{file}: is empty; a profile needs a table [identity] with dut, ocpp_version, vendor, product"
        )
    return content


def _profile(root: Table, name: str) -> Profile:
    identity = root.table("identity")
    if not root.has("identity"):
        raise root.error(
            "identity", "is missing; begin with [identity] and dut, ocpp_version, vendor, product below it"
        )
    dut = Role(identity.choice("dut", list(Role)))
    version = OcppVersion(identity.choice("ocpp_version", list(OcppVersion)))
    performance = _performance(root.table("performance"))
    profile = Profile(
        name=identity.text("name") or name,
        dut=dut,
        ocpp_version=version,
        vendor=identity.required_text("vendor", "Example Chargers"),
        product=identity.required_text("product", "EX-60"),
        software_version=identity.text("software_version"),
        model_names=identity.texts("model_names"),
        rules=_conformance(root.table("conformance")),
        limits=_limits(root.table("limits"), dut, version, performance),
        certificate=_certificate(root.table("certificate")),
        test_report=_test_report(root.table("test_report")),
        profiles=tuple(_profile_result(table) for table in root.tables("profiles")),
        features=_rows(root.table("features")),
        hardware_features=_rows(root.table("hardware_features")),
        connectors=tuple(_connector(table) for table in root.tables("connectors")),
        additional_questions=_rows(root.table("additional_questions")),
        settings=_rows(root.table("settings")),
        vendor_settings=_key_values(root.table("vendor_settings")),
        configuration_keys=_configuration_keys(root.table("configuration")),
        other_limits=tuple(_row(table) for table in root.tables("other_limits")),
        non_ocpp_configuration=_key_values(root.table("non_ocpp_configuration")),
        hardware_feature_set_2022=_rows(root.table("hardware_feature_set_2022")),
        test_configuration=_test_configuration(root.optional_table("test_configuration")),
        performance=performance,
        tooling=_tooling(root.optional_table("tooling")),
        warnings=tuple(_caveat(table) for table in root.tables("warnings")),
    )
    identity.finish()
    root.finish()
    return profile


def _conformance(table: Table) -> tuple[str, ...]:
    rules = table.texts("rules")
    table.finish()
    return rules


def _limits(table: Table, dut: Role, version: OcppVersion, performance: declared.Performance) -> Limits:
    kpi_keys = [*declared.KPI_KEYS, *(key for key in performance.kpis if key not in declared.KPI_KEYS)]
    kpis = {key: table.seconds(key, above_zero=True) for key in kpi_keys}
    settings = {key: table.whole(key) for key in LIMIT_SOURCES}
    limits = Limits(
        kpis={key: value for key, value in kpis.items() if value is not None},
        settings={key: value for key, value in settings.items() if value is not None},
        actions=_action_limits(table.table("actions"), dut, version),
    )
    table.finish()
    return limits


def _action_limits(table: Table, dut: Role, version: OcppVersion) -> dict[str, float]:
    answered = CSMS_ACTIONS[version] if dut is Role.STATION else STATION_ACTIONS[version]
    limits: dict[str, float] = {}
    for action in table.keys:
        if action not in answered:
            other = CSMS_ACTIONS[version] | STATION_ACTIONS[version]
            if action in other:
                raise table.error(
                    action, f"is answered by the {dut.peer}, and this profile is of a {dut}; delete the line"
                )
            raise table.unknown(action, sorted(answered))
        seconds = table.seconds(action, above_zero=True)
        if seconds is not None:
            limits[action] = seconds
    return limits


def _certificate(table: Table) -> declared.Certificate:
    certificate = declared.Certificate(
        number=table.text("number"),
        date=table.date("date"),
        layout=table.text("layout"),
        title=table.text("title"),
        holder=table.text("holder"),
        product_type=table.text("product_type"),
        software_label=table.text("software_label"),
        reference=_reference(table.optional_table("reference")),
        evidence=tuple(_evidence(row) for row in table.tables("evidence")),
    )
    table.finish()
    return certificate


def _reference(table: Table | None) -> declared.Reference | None:
    if table is None:
        return None
    paper = table.optional_table("security_whitepaper")
    reference = declared.Reference(
        edition=table.whole("edition"),
        specification_date=table.date("specification_date"),
        errata=table.text("errata"),
        errata_date=table.date("errata_date"),
        security_whitepaper=None
        if paper is None
        else declared.SecurityWhitepaper(
            edition=paper.whole("edition"), version=paper.text("version"), date=paper.date("date")
        ),
    )
    if paper is not None:
        paper.finish()
    table.finish()
    return reference


def _evidence(table: Table) -> declared.Evidence:
    evidence = declared.Evidence(
        applied=table.text("applied") or "",
        performed_by=table.text("performed_by"),
        performed_on=table.date("performed_on"),
        document=table.text("document"),
        pics_version=table.text("pics_version"),
    )
    table.finish()
    return evidence


def _test_report(table: Table) -> declared.TestReport:
    names = declared.TestReport.__struct_fields__
    report = declared.TestReport(**{name: table.text(name) for name in names})
    table.finish()
    return report


def _test_configuration(table: Table | None) -> declared.TestConfiguration | None:
    if table is None:
        return None
    names = declared.TestConfiguration.__struct_fields__
    configuration = declared.TestConfiguration(**{name: table.text(name) for name in names})
    table.finish()
    return configuration


def _tooling(table: Table | None) -> declared.Tooling | None:
    if table is None:
        return None
    tooling = declared.Tooling(**{name: table.text(name) for name in declared.Tooling.__struct_fields__})
    table.finish()
    return tooling


def _profile_result(table: Table) -> declared.ProfileResult:
    printed = table.text("result")
    result = declared.ProfileResult(
        name=table.required_text("name", "Core"),
        kind=table.text("kind") or "profile",
        result="Pass" if printed is None else printed,  # an empty cell of a certificate is no pass
        description=table.text("description") or "",
    )
    table.finish()
    return result


def _connector(table: Table) -> declared.Connector:
    number = table.whole("id", minimum=1)
    if number is None:
        raise table.error("id", "is missing; add the number of the connector, id = 1")
    connector = declared.Connector(
        id=number,
        current=table.text("current"),
        phases=table.whole("phases"),
        type=table.text("type"),
        type_raw=table.text("type_raw"),
        cable_type=table.text("cable_type"),
    )
    table.finish()
    return connector


def _rows(table: Table) -> dict[str, declared.Row]:
    """Rows by id: ``C-01 = true`` in short, ``C-01 = { label, value, raw, group }`` in full."""
    rows: dict[str, declared.Row] = {}
    for id_ in table.keys:
        if not isinstance(table.raw(id_), dict):
            rows[id_] = declared.Row(value=_value(table, id_))
            continue
        row = table.table(id_)
        part = next((key for key in row.keys if key.isdigit()), None)
        if part is not None:
            raise row.error(part, f'an id with a full stop needs quotes; write "{id_}.{part}" = …')
        rows[id_] = _row(row)
    return rows


def _row(table: Table) -> declared.Row:
    row = declared.Row(
        label=table.text("label") or "", value=_value(table, "value"), raw=_raw(table), group=table.text("group")
    )
    table.finish()
    return row


def _value(table: Table, key: str) -> declared.Value:
    value = table.raw(key)
    if isinstance(value, dict):
        columns = table.table(key)
        measurands = declared.Measurands(tested=columns.texts("tested"), vendor=columns.texts("vendor"))
        columns.finish()
        return measurands
    if isinstance(value, list):
        return table.texts(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and not 0 <= value <= MAX_NUMBER:
        raise table.wrong(key, "must be 0 or more", "mend it or delete the line")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise table.wrong(key, "must be true, false, a number, a text or a list of texts", "put it in quotes")


def _raw(table: Table) -> str | declared.MeasurandCells | None:
    if not isinstance(table.raw("raw"), dict):
        return table.text("raw")
    columns = table.table("raw")
    cells = declared.MeasurandCells(tested=columns.text("tested") or "", vendor=columns.text("vendor") or "")
    columns.finish()
    return cells


def _key_values(table: Table) -> tuple[declared.VendorSetting, ...]:
    settings = []
    for row in table.tables("rows"):
        settings.append(
            declared.VendorSetting(
                key=row.required_text("key", "CP_MODEL"), value=row.text("value"), description=row.text("description")
            )
        )
        row.finish()
    table.finish()
    return tuple(settings)


def _configuration_keys(table: Table) -> tuple[declared.ConfigurationKey, ...]:
    keys = []
    for row in table.tables("keys"):
        keys.append(
            declared.ConfigurationKey(
                key=row.required_text("key", "HeartbeatInterval"),
                value=_value(row, "value"),
                raw=row.text("raw"),
                line_key=row.text("line_key"),
                corrections=row.texts("corrections"),
            )
        )
        row.finish()
    table.finish()
    return tuple(keys)


def _performance(table: Table) -> declared.Performance:
    kpis = table.table("kpis")
    performance = declared.Performance(
        communication_technology=table.text("communication_technology"),
        kpis={key: _kpi(kpis.table(key)) for key in kpis.keys},
    )
    table.finish()
    return performance


def _kpi(table: Table) -> declared.Kpi:
    kpi = declared.Kpi(
        label=table.text("label") or "",
        description=table.text("description") or "",
        limit=_kpi_limit(table.optional_table("limit")),
        measured=_measured(table.optional_table("measured")),
    )
    table.finish()
    return kpi


def _kpi_limit(table: Table | None) -> declared.KpiLimit | None:
    if table is None:
        return None
    value = table.seconds("value", above_zero=True)
    doubtful = table.raw("doubtful")
    if doubtful not in (None, True):
        raise table.wrong("doubtful", "must be true", "delete it and give the value")
    if doubtful and value is not None:
        raise table.error("doubtful", "contradicts the value; delete one of the two")
    if value is None and not doubtful:
        raise table.error("value", "is missing; add the declared maximum in seconds, value = 30")
    limit = declared.KpiLimit(value=value, unit=_unit(table), raw=table.text("raw"))
    table.finish()
    return limit


def _measured(table: Table | None) -> declared.Measured | None:
    if table is None:
        return None
    resolution = table.seconds("resolution_s", above_zero=True)
    measured = declared.Measured(
        min=table.seconds("min"),
        max=table.seconds("max"),
        avg=table.seconds("avg"),
        value=table.seconds("value"),
        unit=_unit(table),
        resolution_s=0.01 if resolution is None else resolution,
        raw=_measured_raw(table),
    )
    table.finish()
    return measured


def _measured_raw(table: Table) -> str | dict[str, str] | None:
    if not isinstance(table.raw("raw"), dict):
        return table.text("raw")
    cells = table.table("raw")
    texts = {name: cells.text(name) for name in ("min", "max", "avg")}
    cells.finish()
    return {name: text for name, text in texts.items() if text is not None}


def _unit(table: Table) -> str:
    return table.choice("unit", ["seconds"]) if table.has("unit") else "seconds"


def _caveat(table: Table) -> declared.Caveat:
    caveat = declared.Caveat(
        code=table.text("code") or "", where=table.text("where") or "", detail=table.text("detail") or ""
    )
    table.finish()
    return caveat
