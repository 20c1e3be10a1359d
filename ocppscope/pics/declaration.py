"""What a certificate declares and what the laboratory measured, as frozen facts.

The shapes are those of an OCA certificate with its abstract of the test report, all layouts from 2022 on. Every value
keeps the raw cell that it was read from, so that a reader can always go back to what is printed. Persons who signed are
no part of it.
"""

import datetime as dt
from typing import TypeAlias

import msgspec

from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class Measurands(msgspec.Struct, frozen=True):
    """The measurands of one kind of meter values.

    Attributes:
        tested: used in the certification tests, in the order printed.
        vendor: supported according to the vendor, sorted. Rules use this one: it is the claim.
    """

    tested: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()


class MeasurandCells(msgspec.Struct, frozen=True):
    """The two raw cells of a measurand row."""

    tested: str = ""
    vendor: str = ""


Value: TypeAlias = bool | int | float | str | tuple[str, ...] | Measurands | None
"""What a cell means. None: the cell is empty, or not to be trusted, and no rule may use it."""


class Row(msgspec.Struct, frozen=True):
    """One row of a certificate's tables.

    Attributes:
        label: as printed; empty when written by hand.
        value: what the cell means.
        raw: the cell as printed; None when written by hand.
        group: which table it stands in, where the certificate has several of a kind.
    """

    label: str = ""
    value: Value = None
    raw: str | MeasurandCells | None = None
    group: str | None = None


class ProfileResult(msgspec.Struct, frozen=True):
    """The test result of one certification profile.

    Attributes:
        name: as printed, ``Local Authorization List Management``.
        kind: ``core``, ``optional``, ``profile`` or ``extension``.
        result: as printed; only ``Pass`` counts as certified.
        description: as printed.
    """

    name: str
    kind: str = "profile"
    result: str = "Pass"
    description: str = ""

    @property
    def passed(self) -> bool:
        """Whether the product is certified for it."""
        return self.result.casefold() == "pass"


class Connector(msgspec.Struct, frozen=True):
    """A row of the connector table. ``type`` is the OCPP name, ``type_raw`` what is printed."""

    id: int
    current: str | None = None
    phases: int | None = None
    type: str | None = None
    type_raw: str | None = None
    cable_type: str | None = None


class VendorSetting(msgspec.Struct, frozen=True):
    """A vendor-specific setting. ``value`` is None where it was left out of the profile (addresses, station ids)."""

    key: str
    value: str | None = None
    description: str | None = None


class ConfigurationKey(msgspec.Struct, frozen=True):
    """A line of the configuration that a 2022 certificate prints; order and duplicates are kept.

    Attributes:
        key: the OCPP configuration key.
        value: what the cell means.
        raw: the cell as printed.
        line_key: the key as printed, which differs where the text was misread.
        corrections: what was mended on reading, one sentence each.
    """

    key: str
    value: Value
    raw: str | None = None
    line_key: str | None = None
    corrections: tuple[str, ...] = ()


class KpiLimit(msgspec.Struct, frozen=True):
    """The maximum that the vendor declares for one performance figure, in seconds; None when the cell is doubtful."""

    value: float | None
    unit: str = "seconds"
    raw: str | None = None


class Measured(msgspec.Struct, frozen=True):
    """What the laboratory measured, in seconds.

    Attributes:
        min, max, avg: as printed from 2024 on.
        value: the only figure of a 2022 certificate.
        resolution_s: step of the printed figures; with 1, 0 means less than a second.
        raw: the printed cell, or the three of them by name.
    """

    min: float | None = None
    max: float | None = None
    avg: float | None = None
    value: float | None = None
    unit: str = "seconds"
    resolution_s: float = 0.01
    raw: str | dict[str, str] | None = None

    @property
    def worst(self) -> float | None:
        """The slowest time measured: the maximum, or the only figure."""
        return self.max if self.max is not None else self.value


class Kpi(msgspec.Struct, frozen=True):
    """One performance figure: the declared maximum and the certified measurement."""

    label: str = ""
    description: str = ""
    limit: KpiLimit | None = None
    measured: Measured | None = None


class Performance(msgspec.Struct, frozen=True):
    """The certificate's performance tables, by KPI key (see `KPI_KEYS`)."""

    communication_technology: str | None = None
    kpis: dict[str, Kpi] = {}


class SecurityWhitepaper(msgspec.Struct, frozen=True):
    """The edition of "Improved security for OCPP 1.6-J" that was tested against."""

    edition: int | None = None
    version: str | None = None
    date: dt.date | None = None


class Reference(msgspec.Struct, frozen=True):
    """The specification that was tested against."""

    edition: int | None = None
    specification_date: dt.date | None = None
    errata: str | None = None
    errata_date: dt.date | None = None
    security_whitepaper: SecurityWhitepaper | None = None


class Evidence(msgspec.Struct, frozen=True):
    """A test that was applied, the laboratory, and the document that proves it."""

    applied: str
    performed_by: str | None = None
    performed_on: dt.date | None = None
    document: str | None = None
    pics_version: str | None = None


class Certificate(msgspec.Struct, frozen=True):
    """The certificate's first page. ``layout`` is ``2022``, ``2024`` or ``2025``."""

    number: str | None = None
    date: dt.date | None = None
    layout: str | None = None
    title: str | None = None
    holder: str | None = None
    product_type: str | None = None
    software_label: str | None = None
    reference: Reference | None = None
    evidence: tuple[Evidence, ...] = ()


class TestReport(msgspec.Struct, frozen=True):
    """The head of the abstract of the test report."""

    __test__ = False  # pytest takes every Test… for a test

    laboratory: str | None = None
    reference: str | None = None
    product_designation: str | None = None
    vendor_name: str | None = None
    device_under_test: str | None = None
    communication: str | None = None
    software_version: str | None = None
    config_id: str | None = None


class TestConfiguration(msgspec.Struct, frozen=True):
    """The test configuration that a 2022 certificate prints."""

    __test__ = False

    vendor: str | None = None
    dut: str | None = None
    communication: str | None = None
    type: str | None = None
    software_version: str | None = None
    octt_version: str | None = None


class Tooling(msgspec.Struct, frozen=True):
    """The test tool that was used, and the hash of the firmware that was tested."""

    octt_version: str | None = None
    octt_instance_id: str | None = None
    firmware_image_hash: str | None = None


class Caveat(msgspec.Struct, frozen=True):
    """Something doubtful in the certificate: a code, the place, and what was made of it."""

    code: str
    where: str
    detail: str


class Declaration(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything that is known of a product from its certificate or from the person who wrote its profile.

    Attributes:
        dut: which party the product is.
        ocpp_version: ids mean different things in different versions.
        vendor: as the test report spells it.
        product: product designation.
        software_version: the version that was certified; the certificate holds for no other.
        profiles: certified feature profiles with their results.
        features: option rows by id: C-, LA-, RT-, R-, SC-, F-, SEC-.
        hardware_features: HFS- rows by id.
        additional_questions: AQ- rows by id.
        settings: ORS- rows by id.
        configuration_keys: configuration printed by a 2022 certificate.
        other_limits, non_ocpp_configuration, hardware_feature_set_2022: its further tables.
        warnings: what was doubtful on reading.
    """

    dut: Role
    ocpp_version: OcppVersion
    vendor: str
    product: str
    software_version: str | None = None
    certificate: Certificate = Certificate()
    test_report: TestReport = TestReport()
    profiles: tuple[ProfileResult, ...] = ()
    features: dict[str, Row] = {}
    hardware_features: dict[str, Row] = {}
    connectors: tuple[Connector, ...] = ()
    additional_questions: dict[str, Row] = {}
    settings: dict[str, Row] = {}
    vendor_settings: tuple[VendorSetting, ...] = ()
    configuration_keys: tuple[ConfigurationKey, ...] = ()
    other_limits: tuple[Row, ...] = ()
    non_ocpp_configuration: tuple[VendorSetting, ...] = ()
    hardware_feature_set_2022: dict[str, Row] = {}
    test_configuration: TestConfiguration | None = None
    performance: Performance = Performance()
    tooling: Tooling | None = None
    warnings: tuple[Caveat, ...] = ()


KPI_KEYS = (
    "ocpp_response_timeout",
    "ocpp_triggered_function_timeout",
    "remote_start_authorization_time",
    "remote_stop_authorization_end_time",
    "authorize_response_time",
    "remote_start_response_time",
)
"""The performance figures of the certificates; one that is printed under another name is kept in snake_case."""
