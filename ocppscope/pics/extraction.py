"""A profile or a certificate as plain data in the shape that an extracted certificate has.

Every key of that shape is there; what is not held is null, an empty list or an empty object. A profile leaves out, on
purpose, whoever signed, their places, and settings that would identify one station. They are there only where a person
asks for the full extraction of a certificate's file.
"""

from typing import Any

from msgspec import to_builtins

from ocppscope.pics.certificate.signatures import Signatures
from ocppscope.pics.declaration import Caveat, Declaration, Performance, Row
from ocppscope.pics.derive import Derived
from ocppscope.pics.profile import Profile
from ocppscope.protocol.roles import Role

SCHEMA_VERSION = 1


def extraction(
    profile: Profile, signatures: Signatures | None = None, source_file: str | None = None
) -> dict[str, Any]:
    """The profile as JSON-like data; dates are ISO texts.

    ``derived`` holds what the rules use, limits of a person included. Two keys are a profile's own: ``name`` and
    ``limits``, the limits that a person wrote.

    Args:
        profile: what is declared.
        signatures: persons and places of the certificate; without them these keys are null.
        source_file: name of the certificate's file.
    """
    private: dict[str, Any] = to_builtins(signatures) if signatures else {}
    return {
        "schema_version": SCHEMA_VERSION,
        "source_file": source_file,
        "name": profile.name,
        "layout": profile.certificate.layout,
        "dut": "charging_station" if profile.dut is Role.STATION else "csms",
        "certificate": _certificate(profile) | {"signatory": private.get("signatory")},
        "test_report": to_builtins(profile.test_report)
        | {name: private.get(name) for name in ("laboratory_location", "test_location")},
        "profiles": to_builtins(profile.profiles),
        "hardware_features": _rows(profile.hardware_features, grouped=False),
        "connectors": to_builtins(profile.connectors),
        "features": _rows(profile.features),
        "additional_questions": _rows(profile.additional_questions, grouped=False),
        "settings": _rows(profile.settings),
        "vendor_settings": to_builtins(profile.vendor_settings),
        "configuration_keys": [
            to_builtins(key) | {"line_key": key.line_key or key.key} for key in profile.configuration_keys
        ],
        "other_limits": [_row(row, grouped=False) for row in profile.other_limits],
        "non_ocpp_configuration": [{"key": row.key, "value": row.value} for row in profile.non_ocpp_configuration],
        "hardware_feature_set_2022": _rows(profile.hardware_feature_set_2022, grouped=False) or None,
        "test_configuration": to_builtins(profile.test_configuration),
        "performance": _performance(profile.performance),
        "approval": {party: private.get(party) for party in ("vendor", "laboratory")},
        "tooling": to_builtins(profile.tooling),
        "limits": to_builtins(profile.limits),
        "warnings": _warnings(profile.warnings + profile.derived.caveats),
        "derived": _derived(profile.derived),
    }


def summary(profile: Profile) -> dict[str, Any]:
    """The line of a profile in a list."""
    return {
        "name": profile.name,
        "dut": profile.dut.value,
        "ocpp_version": profile.ocpp_version.value,
        "vendor": profile.vendor,
        "product": profile.product,
        "software_version": profile.software_version,
        "certificate": profile.certificate.number,
        "response_limit": profile.kpi_limit("ocpp_response_timeout"),
    }


def number_parts(number: str | None) -> dict[str, str | None]:
    """The parts of a certificate number such as ``OCA.0016.1160.CS``; all None when it has another form."""
    parts = (number or "").split(".")
    known = len(parts) in (4, 5) and "OCA" in parts[:2]
    if not known:
        return dict.fromkeys(("prefix", "protocol", "ocpp_version", "serial", "dut_code"))
    *before, protocol, serial, code = parts
    before.remove("OCA")
    return {
        "prefix": before[0] if before else None,
        "protocol": protocol,
        "ocpp_version": _PROTOCOLS.get(protocol),
        "serial": serial,
        "dut_code": code,
    }


_PROTOCOLS = {"0016": "1.6", "0201": "2.0.1", "0210": "2.1"}
"""The number's code for the OCPP version. Only the first was seen; the others follow its form."""


def _certificate(product: Declaration) -> dict[str, Any]:
    certificate = product.certificate
    reference = to_builtins(certificate.reference)
    return {
        "title": certificate.title,
        "number": certificate.number,
        "number_parts": _number_parts(product),
        "holder": certificate.holder,
        "product_type": certificate.product_type,
        "product_designation": product.product,
        "software_version": {"label": certificate.software_label, "value": product.software_version},
        "certification_date": to_builtins(certificate.date),
        "reference": {"ocpp_version": product.ocpp_version.value} | reference if reference else None,
        "evidence": to_builtins(certificate.evidence),
    }


def _number_parts(product: Declaration) -> dict[str, str | None]:
    """The parts of the number; a code that is not known stands for the version that the certificate is about."""
    parts = number_parts(product.certificate.number)
    return (
        parts if parts["protocol"] is None else parts | {"ocpp_version": parts["ocpp_version"] or product.ocpp_version}
    )


def _rows(rows: dict[str, Row], *, grouped: bool = True) -> dict[str, Any]:
    return {id_: _row(row, grouped=grouped) for id_, row in rows.items()}


def _row(row: Row, *, grouped: bool = True) -> dict[str, Any]:
    plain: dict[str, Any] = to_builtins(row)
    if not grouped:
        del plain["group"]
    return plain


def _performance(performance: Performance) -> dict[str, Any]:
    return {
        "communication_technology": performance.communication_technology,
        "kpis": {key: to_builtins(kpi) for key, kpi in performance.kpis.items()},
    }


def _warnings(caveats: tuple[Caveat, ...]) -> list[dict[str, str]]:
    return [to_builtins(caveat) for caveat in caveats]


def _derived(derived: Derived) -> dict[str, Any]:
    plain: dict[str, Any] = to_builtins(derived)
    del plain["caveats"]  # they stand among the warnings
    return plain
