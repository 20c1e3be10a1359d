"""A message's text with pseudonyms in it."""

import re

import msgspec

from ocppscope.capture.anonymity import fields
from ocppscope.capture.anonymity.certificates import PEM, pem_replaced, serial_number
from ocppscope.capture.anonymity.json_text import Place, Scanned, Value, decoded, edited
from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.known import protocol_words
from ocppscope.capture.anonymity.texts import Texts

_NUMBER = re.compile(r"(-?)([0-9]+(?:\.[0-9]+)?)([eE][+-]?[0-9]+)?")
_LITERALS = frozenset({"true", "false", "null"})
_CALLS = frozenset({"2", "6"})
_SWITCH = re.compile(r"(?i)true|false|yes|no|on|off|none|\d{1,5}(?:\.\d+)?|\*+")
"""Values of a setting that tell nothing about anybody, whatever the setting is called."""

_READINGS = frozenset({"sampledValue", "sampledvalue"})


class Messages:
    """Edits the text of messages in place: only values change, everything else stays as it was sent."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._pseudonyms = texts.pseudonyms
        self._action = ""
        self._is_call = False
        self._is_result = False

    def edit(self, text: str) -> str:
        """The text, as long as before, with pseudonyms."""
        scanned = Scanned(text)
        self._read_wrapper(text, scanned.values)
        changes: list[tuple[int, int, str]] = []
        for start, stop in scanned.names:
            name = text[start:stop]
            other = edited(name, self._texts.repeated)
            if other != name:
                changes.append((start, stop, other))
        for value in scanned.values:
            sent = text[value.start : value.stop]
            other = self._edited(value, sent)
            if other != sent:
                changes.append((value.start, value.stop, other))
        result = _with_changes(text, changes)
        if not self._pseudonyms.learning and not _is_json(text):
            result = self._texts.repeated(result)  # what the scan took for several words may be one value
        return result

    def _read_wrapper(self, text: str, values: list[Value]) -> None:
        """Type and action, where they stand in front."""
        first, third = (values[at] if len(values) > at else None for at in (0, 2))
        kind = "" if first is None else text[first.start : first.stop]
        self._is_call = kind in _CALLS
        self._is_result = kind == "3"
        self._action = ""
        if self._is_call and third is not None and third.is_text and third.index == 2:
            self._action = decoded(text[third.start : third.stop])

    def _edited(self, value: Value, sent: str) -> str:
        if value.is_text:
            return edited(sent, lambda text: self._text(value, text))
        if sent in _LITERALS:
            return sent
        found = _NUMBER.fullmatch(sent)
        if found is None:
            return self._texts.free(sent)
        kind = self._kind_of_number(value)
        if kind is None:
            return sent
        other = self._pseudonyms.of(kind, found[2], searched=kind is not Kind.VENDOR_DATA)
        return f"{found[1]}{other}{found[3] or ''}"

    def _kind_of_number(self, value: Value) -> Kind | None:
        if self._is_vendors(value):
            return None if value.name == "vendorId" else Kind.VENDOR_DATA
        return fields.PLAIN.get(value.name.lower())

    def _text(self, value: Value, text: str) -> str:
        texts = self._texts
        if not value.name:  # in the wrapper itself: the id, the action or an error's code and description
            return text if self._is_call and value.index == 2 else texts.free(text)
        name = value.name.lower()
        if self._is_vendors(value):
            # The vendor and the kind of message stay: they say whose extension it is.
            return texts.free(text) if name in ("vendorid", "messageid") else texts.opaque(Kind.VENDOR_DATA, text)
        if name in fields.UNTOUCHED or value.place.name in ("variable", "component"):
            if name in fields.PRODUCTS:
                self._pseudonyms.publish(text)
            return text
        if value.place.name in _READINGS:
            return self._reading(value, name, text)
        if name in ("value", "attributevalue", "actualvalue"):
            return self._value(value, text)
        return self._member(value, name, text)

    def _member(self, value: Value, name: str, text: str) -> str:
        texts, pseudonyms, signs = self._texts, self._pseudonyms, value.place.signs
        if name in fields.HASHES or (name == "serialnumber" and "issuernamehash" in signs):
            return serial_number(text, pseudonyms)
        if (kind := fields.PLAIN.get(name)) is not None:
            return texts.opaque(kind, text) if kind is Kind.TEXTS else self._replaced(kind, text)
        if name in fields.PEM:
            return self._certificate(text)
        if name in fields.LOCATIONS:
            return texts.url(text)
        if name in fields.FILES:
            return texts.file_name(text)
        if name in fields.HOSTS:
            return texts.host(text)
        if name == "key" and signs.keys() & {"user", "password", "server"}:  # the shared secret of a VPN
            return self._replaced(Kind.CREDENTIALS, text)
        if name == "name" and signs.keys() & {"address1", "city"}:
            return texts.opaque(Kind.TEXTS, text)
        if name == "data" and self._action == "NotifyCustomerInformation":
            return texts.opaque(Kind.TEXTS, text)
        return texts.free(text)

    def _reading(self, value: Value, name: str, text: str) -> str:
        """A member of a sampled value: what is signed is a text of the meter's, with its number and the driver's tag."""
        signed = name == "value" and value.place.signs.get("format") == "SignedData"
        return self._replaced(Kind.CERTIFICATES, text) if signed else text

    def _value(self, value: Value, text: str) -> str:
        """The value of a setting."""
        name = _setting_of(value.place)
        meaning = fields.setting(name) if name else ""
        if _SWITCH.fullmatch(text):
            return text
        if not meaning or text.lower() in protocol_words():
            return self._texts.free(text)
        if meaning == "location":
            return self._texts.url(text)
        if meaning == "host":
            return self._texts.host(text)
        if meaning is Kind.CERTIFICATES:
            return self._certificate(text)
        return self._replaced(Kind(meaning), text)

    def _certificate(self, text: str) -> str:
        if PEM.search(text):
            return pem_replaced(text, self._pseudonyms)
        return self._replaced(Kind.CERTIFICATES, text)

    def _replaced(self, kind: Kind, text: str) -> str:
        return self._texts.free(text) if kind in self._pseudonyms.kept else self._pseudonyms.of(kind, text)

    def _is_vendors(self, value: Value) -> bool:
        """Whether it belongs to what a vendor may fill in freely."""
        place = value.place
        if place.in_custom_data or value.name == "customData":
            return True
        in_data = place.in_data or (value.name == "data" and place.is_payload)
        # The only answer with such a member is that to a DataTransfer.
        return in_data and (self._is_result or self._action == "DataTransfer")


def _setting_of(place: Place) -> str:
    """The name of the setting that a value in this place belongs to; "" for none."""
    above: Place | None = place
    for _ in range(4):
        if above is None:
            return ""
        if above.variable:
            return above.variable
        if "key" in above.signs:
            return above.signs["key"]
        above = above.above
    return ""


def _with_changes(text: str, changes: list[tuple[int, int, str]]) -> str:
    if not changes:
        return text
    pieces: list[str] = []
    at = 0
    for start, stop, other in sorted(changes):
        pieces += text[at:start], other
        at = stop
    return "".join([*pieces, text[at:]])


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return False
    return True
