"""What a certificate says that identifies persons, places or one station, and is therefore no part of a profile."""

import ipaddress
import re

import msgspec

from ocppscope.pics.certificate.signatures import Signatures
from ocppscope.pics.declaration import Caveat, ConfigurationKey, Declaration, Row, VendorSetting

_PRIVATE_KEY = re.compile(
    r"^name$|reviewer|cpid|cp_?id\b|chargepointid|charge_?box_?id|charger_?id|station_?id|evse_?id|identity|serial|imei|imsi|iccid"
    r"|msisdn|phone|mail|contact|person|owner|operator_?name|(?:^|_)user(?:_?name)?$|latitude|longitude|gps|street|address",
    re.IGNORECASE,
)
_SECRET_KEY = re.compile(
    r"authorizationkey|password|passwd|passphrase|secret|token|api_?key|private_?key|(?:^|_)pin$|psk", re.IGNORECASE
)
_PRIVATE_VALUE = re.compile(
    r"\w{1,20}://\S|[\w.+-]{1,64}@[\w-]{1,63}\.\w|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}"
    r"|(?<![\w.])(?:[a-z0-9-]{1,63}\.){1,6}(?:com|net|org|io|kr|de|nl|eu|uk|cn|jp|fr|it|es|be|at|ch|us|in|cloud|local)(?![\w.])",
    re.IGNORECASE,
)
_PERSONAL = ("approval", "certificate.signatory", "test_report.laboratory_location", "test_report.test_location")
"""Places of the extraction whose warnings may quote a name."""


def without_private(declared: Declaration, signatures: Signatures) -> Declaration:
    """The declaration as a profile may hold it: addresses, ids of one station and secrets are None, keys stay.

    Args:
        declared: everything.
        signatures: the persons whose names no warning may quote.
    """
    names = [name for name in _names(signatures) if name]
    return msgspec.structs.replace(
        declared,
        vendor_settings=tuple(map(_setting, declared.vendor_settings)),
        non_ocpp_configuration=tuple(map(_setting, declared.non_ocpp_configuration)),
        configuration_keys=tuple(map(_key, declared.configuration_keys)),
        other_limits=tuple(_row(row) for row in declared.other_limits),
        warnings=tuple(caveat for caveat in declared.warnings if not _is_personal(caveat, names)),
    )


def is_secret(key: str) -> bool:
    """Whether a setting of this name is a secret, which is shown to nobody."""
    return _SECRET_KEY.search(key) is not None


def _is_private(key: str, value: object) -> bool:
    if is_secret(key):
        return True
    text = value if isinstance(value, str) else ""
    return bool(text) and bool(_PRIVATE_KEY.search(key) or _PRIVATE_VALUE.search(text) or _is_address(text))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _setting(setting: VendorSetting) -> VendorSetting:
    if not _is_private(setting.key, setting.value):
        return setting
    return VendorSetting(setting.key, None, setting.description)


def _key(line: ConfigurationKey) -> ConfigurationKey:
    if not _is_private(line.key, line.raw):
        return line
    return ConfigurationKey(line.key, None, None, line.line_key)


def _row(row: Row) -> Row:
    return Row(row.label) if _is_private(row.label, row.raw) else row


def _names(signatures: Signatures) -> tuple[str | None, ...]:
    return (
        signatures.signatory.name,
        signatures.vendor.name,
        signatures.laboratory.name,
        signatures.laboratory.reviewer,
    )


def _is_personal(caveat: Caveat, names: list[str]) -> bool:
    if caveat.where.startswith(_PERSONAL) or _PRIVATE_VALUE.search(caveat.detail):
        return True
    return any(name in caveat.detail for name in names)
