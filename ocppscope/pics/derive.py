"""From rows of a certificate to what the live rules ask for: feature profiles, units, measurands, limits.

A contradiction or a figure that cannot be right gives None, which switches the rule off, and a caveat that says why:
never a guess. Ids mean different things in each version and for each device under test, so a row is only read where its
meaning is known, and where its printed label says the same. Feature profiles and performance limits have names and are
read for every product.
"""

import re
from collections.abc import Callable, Iterable

import msgspec

from ocppscope.pics import registry
from ocppscope.pics.declaration import Caveat, Declaration, Measurands, Row, Value
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

FEATURE_PROFILES = (
    "Core",
    "FirmwareManagement",
    "LocalAuthListManagement",
    "Reservation",
    "SmartCharging",
    "RemoteTrigger",
)
"""The feature profiles of OCPP 1.6 (chapter 3.3), in the order in which they are listed here and in reports."""

_PRINTED_NAMES = {
    "localauthorizationlistmanagement": "LocalAuthListManagement",
    "localauthorisationlistmanagement": "LocalAuthListManagement",
    "localauthlistmanagement": "LocalAuthListManagement",
} | {name.casefold(): name for name in FEATURE_PROFILES}

_OWN_ROWS = {"LA-0": "LocalAuthListManagement", "RT-0": "RemoteTrigger", "R-0": "Reservation"}
"""From PICS 3.x on these profiles are rows of the option tables."""


class _Ids(msgspec.Struct, frozen=True):
    """The rows that tell what rules ask for. Where several are listed, the first that says something counts."""

    cipher_suites: tuple[str, ...] = ()
    ampere: str | None = None
    watt: str | None = None
    reserve_connector_zero: str | None = None
    local_start: str | None = None
    local_stop: str | None = None
    authorization_cache: str | None = None
    connectors: str | None = None
    sampled: tuple[str, ...] = ()
    aligned: tuple[str, ...] = ()
    file_transfer: str | None = None


_IDS_1_6 = _Ids(
    cipher_suites=("C-12", "SEC-4"),
    ampere="SC-1.1",
    watt="SC-1.2",
    reserve_connector_zero="R-1",
    local_start="C-07",
    local_stop="C-08",
    authorization_cache="C-04",
    connectors="HFS-8",
    sampled=("C-09.1",),
    aligned=("C-09.2",),
    file_transfer="ORS-16",
)
_IDS_2 = _Ids(
    cipher_suites=("C-41",),
    ampere="SC-2.1",
    watt="SC-2.2",
    reserve_connector_zero="R-2",
    authorization_cache="C-49",
    sampled=("C-40.1", "C-40.2", "C-40.3"),
    aligned=("C-40.4", "C-40.5"),
)
"""2.0.1 and 2.1 part 5. HFS-8 counts EVSEs there, and what starts a transaction locally is no single row."""

_STATION_IDS = {OcppVersion.V16: _IDS_1_6, OcppVersion.V201: _IDS_2, OcppVersion.V21: _IDS_2}

_SECURITY_ROW = re.compile(r"(?:support for )?security profile ([123])\b", re.IGNORECASE)

_SHORTEST_CUT_NAME = 12
"""A printed name that was cut off is completed from this many letters on (seen: 31 of 35)."""

LIMIT_SOURCES: dict[str, tuple[str, str | None]] = {
    "get_configuration_max_keys": ("ORS-1", "GetConfigurationMaxKeys"),
    "meter_values_aligned_data_max_length": ("ORS-2", "MeterValuesAlignedDataMaxLength"),
    "meter_values_sampled_data_max_length": ("ORS-3", "MeterValuesSampledDataMaxLength"),
    "meter_value_sample_interval_min_s": ("ORS-4", None),
    "meter_value_sample_interval_max_s": ("ORS-5", None),
    "heartbeat_interval_min_s": ("ORS-6", None),
    "heartbeat_interval_max_s": ("ORS-7", None),
    "stop_transaction_max_meter_values": ("ORS-8", "StopTransactionMaxMeterValues"),
    "stop_txn_aligned_data_max_length": ("ORS-9", "StopTxnAlignedDataMaxLength"),
    "stop_txn_sampled_data_max_length": ("ORS-10", "StopTxnSampledDataMaxLength"),
    "web_socket_ping_interval_s": ("ORS-11", "WebSocketPingInterval"),
    "local_auth_list_max_length": ("ORS-12", "LocalAuthListMaxLength"),
    "send_local_list_max_length": ("ORS-13", "SendLocalListMaxLength"),
    "charge_profile_max_stack_level": ("ORS-14", "ChargeProfileMaxStackLevel"),
    "charging_schedule_max_periods": ("ORS-15", "ChargingScheduleMaxPeriods"),
    "max_charging_profiles_installed": ("ORS-19", "MaxChargingProfilesInstalled"),
}
"""The limits that rules check, with the row and the 1.6 configuration key that each is declared by."""


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """What the live rules ask for. None means that nothing (reliable) is declared: the rule is off.

    Attributes:
        feature_profiles: certified feature profiles by their OCPP names.
        feature_profiles_source: where each was found.
        security_profiles: security profiles declared, of 1 to 3; empty when nothing is declared.
        cipher_suites: IANA names of the TLS cipher suites.
        firmware_update_kind: ``signed`` or ``unsigned``.
        connectors: number of connectors.
        current_type: ``AC`` and/or ``DC``.
        charging_rate_units: ``A`` and/or ``W``.
        reserve_connector_zero, local_start, local_stop, authorization_cache: whether supported.
        measurands_sampled, measurands_aligned: supported according to the vendor, sorted.
        file_transfer_protocols: in upper case.
        limits: every key of `LIMIT_SOURCES`; names that end in ``_s`` are seconds.
        kpi_limits_s: declared maxima of the performance figures in seconds.
        caveats: why something was not derived.
    """

    feature_profiles: tuple[str, ...] = ()
    feature_profiles_source: dict[str, str] = {}
    security_profiles: tuple[int, ...] = ()
    cipher_suites: tuple[str, ...] | None = None
    firmware_update_kind: str | None = None
    connectors: int | None = None
    current_type: tuple[str, ...] | None = None
    charging_rate_units: tuple[str, ...] | None = None
    reserve_connector_zero: bool | None = None
    local_start: bool | None = None
    local_stop: bool | None = None
    authorization_cache: bool | None = None
    measurands_sampled: tuple[str, ...] | None = None
    measurands_aligned: tuple[str, ...] | None = None
    file_transfer_protocols: tuple[str, ...] | None = None
    limits: dict[str, int | None] = {}
    kpi_limits_s: dict[str, float] = {}
    caveats: tuple[Caveat, ...] = ()


def derive(product: Declaration) -> Derived:
    """What follows from a declaration by the rules above."""
    sources = _feature_profiles(product)
    named = Derived(
        feature_profiles=(
            *(name for name in FEATURE_PROFILES if name in sources),
            *(name for name in sources if name not in FEATURE_PROFILES),
        ),
        feature_profiles_source=sources,
        firmware_update_kind=_firmware_update_kind(product) if product.ocpp_version is OcppVersion.V16 else None,
        limits=dict.fromkeys(LIMIT_SOURCES),
        kpi_limits_s={
            key: kpi.limit.value
            for key, kpi in product.performance.kpis.items()
            if kpi.limit is not None and kpi.limit.value is not None
        },
    )
    named = msgspec.structs.replace(named, security_profiles=_security_profiles(product))
    if product.dut is not Role.STATION:
        return named
    ids = _STATION_IDS[product.ocpp_version]
    caveats: list[Caveat] = []
    return msgspec.structs.replace(
        named,
        cipher_suites=next(filter(None, (_texts(_feature(product, id_)) for id_ in ids.cipher_suites)), None),
        connectors=_connectors(product, ids, caveats),
        current_type=_chosen({"AC": _hardware(product, "HFS-3"), "DC": _hardware(product, "HFS-4")}),
        charging_rate_units=_charging_rate_units(product, ids),
        reserve_connector_zero=_flag(
            _feature(product, ids.reserve_connector_zero), _configured(product, "ReserveConnectorZeroSupported")
        ),
        local_start=_flag(_feature(product, ids.local_start)),
        local_stop=_flag(_feature(product, ids.local_stop)),
        authorization_cache=_flag(
            _feature(product, ids.authorization_cache), _configured(product, "AuthorizationCacheEnabled")
        ),
        measurands_sampled=_claimed(product, ids.sampled),
        measurands_aligned=_claimed(product, ids.aligned),
        file_transfer_protocols=_texts(_setting(product, ids.file_transfer))
        or _texts(_configured(product, "SupportedFileTransferProtocols")),
        limits=_limits(product, sources, caveats) if product.ocpp_version is OcppVersion.V16 else named.limits,
        caveats=tuple(caveats),
    )


def ocpp_name(printed: str) -> str:
    """The OCPP name of a feature profile that is printed with blanks, or cut off."""
    squeezed = "".join(printed.split())
    known = _PRINTED_NAMES.get(squeezed.casefold())
    if known is not None:
        return known
    if len(squeezed) >= _SHORTEST_CUT_NAME:
        for name, meant in _PRINTED_NAMES.items():
            if name.startswith(squeezed.casefold()):
                return meant
    return squeezed


def meant(product: Declaration, rows: dict[str, Row], id_: str | None) -> Value:
    """The value of a row, None when its label says that it means something else."""
    row = rows.get(id_) if id_ is not None else None
    if row is None or id_ is None or row.value is None:
        return None
    known = registry.means_what_it_says(product.ocpp_version, product.dut, id_, row.label)
    return row.value if known else None


def _feature_profiles(product: Declaration) -> dict[str, str]:
    found = {
        ocpp_name(result.name): "profiles"
        for result in product.profiles
        if result.passed and result.kind != "extension" and "security" not in result.name.casefold()
    }
    for id_, name in _OWN_ROWS.items():
        if _feature(product, id_) is True:
            found.setdefault(name, id_)
    if product.ocpp_version is OcppVersion.V16 and _core_says(product, "secure firmware updates"):
        found.setdefault("FirmwareManagement", "implied by Core under PICS 3.x")
    return found


def _core_says(product: Declaration, words: str) -> bool:
    return any(
        result.passed and result.name.casefold() == "core" and words in result.description.casefold()
        for result in product.profiles
    )


def _security_profiles(product: Declaration) -> tuple[int, ...]:
    declared = {number for number in (1, 2, 3) if _feature(product, f"SEC-{number}") is True}
    if product.dut is Role.STATION and _feature(product, _PROFILE_1_ROWS[product.ocpp_version]) is True:
        declared.add(1)
    for row in product.features.values():
        if (match := _SECURITY_ROW.match(row.label)) and row.value is True:
            declared.add(int(match[1]))
    if _core_says(product, "security profile 2"):
        declared.add(2)
    if any(result.passed and result.name.casefold() == "advanced security" for result in product.profiles):
        declared.add(3)
    if product.ocpp_version is not OcppVersion.V16 and 2 not in declared:
        return ()  # Core includes profile 2 whether or not it says so; without it the list would be wrong
    return tuple(sorted(declared))


_PROFILE_1_ROWS = {OcppVersion.V16: "C-11", OcppVersion.V201: "C-61", OcppVersion.V21: "C-61"}


def _firmware_update_kind(product: Declaration) -> str | None:
    secure = _feature(product, "F-1")
    if secure is True or _core_says(product, "secure firmware updates"):
        return "signed"
    if secure is False or product.certificate.layout == "2022":
        return "unsigned"
    return None


def _connectors(product: Declaration, ids: _Ids, caveats: list[Caveat]) -> int | None:
    declared = _whole(_hardware(product, ids.connectors))
    if declared is not None:
        if product.connectors and len(product.connectors) != declared:
            caveats.append(
                Caveat(
                    "inconsistent",
                    "derived.connectors",
                    f"HFS-8={declared} but {len(product.connectors)} rows in the connector table",
                )
            )
            return None
        return declared
    configured = _whole(_configured(product, "NumberOfConnectors"))
    printed = product.hardware_feature_set_2022.get("sockets_connectors")
    word = str(printed.value).casefold() if printed else ""
    if configured is not None and ((word == "multiple" and configured < 2) or (word == "single" and configured != 1)):
        caveats.append(
            Caveat(
                "inconsistent",
                "derived.connectors",
                f"NumberOfConnectors={configured} but Socket(s)/connector(s)={word.capitalize()}",
            )
        )
        return None
    return 1 if configured is None and word == "single" else configured


def _charging_rate_units(product: Declaration, ids: _Ids) -> tuple[str, ...] | None:
    declared = _chosen({"A": _feature(product, ids.ampere), "W": _feature(product, ids.watt)})
    if declared is not None:
        return declared
    configured = _texts(_configured(product, "ChargingScheduleAllowedChargingRateUnit")) or ()
    return _chosen({"A": "Current" in configured or "Ampere" in configured, "W": "Power" in configured})


_Evidence = Callable[[Declaration, dict[str, str]], bool]


def _meter_values(id_: str, *keys: str) -> _Evidence:
    """Whether the product says that it sends such meter values."""

    def told(product: Declaration, _profiles: dict[str, str]) -> bool:
        return bool(_claimed(product, (id_,))) or any(_texts(_configured(product, key)) for key in keys)

    return told


def _certified(name: str) -> _Evidence:
    return lambda _product, profiles: name in profiles


_ZERO_IS_DOUBTED: dict[str, _Evidence] = {
    "get_configuration_max_keys": _certified("Core"),
    "meter_values_aligned_data_max_length": _meter_values("C-09.2", "MeterValuesAlignedData"),
    "meter_values_sampled_data_max_length": _meter_values("C-09.1", "MeterValuesSampledData"),
    "stop_transaction_max_meter_values": _meter_values("C-09.1", "StopTxnAlignedData", "StopTxnSampledData"),
    "stop_txn_aligned_data_max_length": _meter_values("C-09.2", "StopTxnAlignedData"),
    "stop_txn_sampled_data_max_length": _meter_values("C-09.1", "StopTxnSampledData"),
    "local_auth_list_max_length": _certified("LocalAuthListManagement"),
    "send_local_list_max_length": _certified("LocalAuthListManagement"),
    "charging_schedule_max_periods": _certified("SmartCharging"),
    "max_charging_profiles_installed": _certified("SmartCharging"),
}
"""Where "at most 0" contradicts what the same certificate says elsewhere. Intervals and stack levels may be 0."""


def _limits(product: Declaration, profiles: dict[str, str], caveats: list[Caveat]) -> dict[str, int | None]:
    limits: dict[str, int | None] = dict.fromkeys(LIMIT_SOURCES)
    doubted: list[str] = []
    for name, (id_, key) in LIMIT_SOURCES.items():
        declared: Iterable[Value] = (
            [_setting(product, id_)]
            if id_ in product.settings
            else [line.value for line in product.configuration_keys if line.key == key]
        )
        figures = [figure for figure in map(_whole, declared) if figure is not None]
        evidence = _ZERO_IS_DOUBTED.get(name)
        if 0 in figures and evidence is not None and evidence(product, profiles):
            figures = [figure for figure in figures if figure]
            if not figures:
                doubted.append(id_ if id_ in product.settings else str(key))
        limits[name] = figures[0] if figures else None
    if doubted:
        where = "settings" if product.settings else "configuration_keys"
        caveats.append(
            Caveat(
                "implausible_zero",
                where,
                f"{', '.join(sorted(doubted))}: 0 although the matching feature is certified or configured",
            )
        )
    return limits


def _feature(product: Declaration, id_: str | None) -> Value:
    return meant(product, product.features, id_)


def _hardware(product: Declaration, id_: str | None) -> Value:
    return meant(product, product.hardware_features, id_)


def _setting(product: Declaration, id_: str | None) -> Value:
    return meant(product, product.settings, id_)


def _configured(product: Declaration, key: str) -> Value:
    """The first value of a configuration key."""
    return next((line.value for line in product.configuration_keys if line.key == key), None)


def _flag(*values: Value) -> bool | None:
    return next((value for value in values if isinstance(value, bool)), None)


def _whole(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: Value) -> tuple[str, ...] | None:
    return value or None if isinstance(value, tuple) else None


def _claimed(product: Declaration, ids: Iterable[str]) -> tuple[str, ...] | None:
    """The measurands that the vendor claims in any of several rows, sorted."""
    values = [_feature(product, id_) for id_ in ids]
    return tuple(sorted({name for value in values if isinstance(value, Measurands) for name in value.vendor})) or None


def _chosen(options: dict[str, Value]) -> tuple[str, ...] | None:
    """The options that are declared; None when none is, because a product has one of them at least."""
    return tuple(name for name, value in options.items() if value is True) or None
