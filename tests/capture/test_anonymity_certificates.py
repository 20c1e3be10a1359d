"""Certificates that name nobody, and hold as long as before."""

import json

from ocppscope.capture.anonymity.certificates import pem_replaced, serial_number
from ocppscope.capture.anonymity.pseudonyms import Pseudonyms
from ocppscope.conformance.certificate_validity import is_signing_request, read_certificate
from ocppscope.conformance.example_certificates import EXPIRED, SIGNING_REQUEST, VALID


def replaced(text: str) -> str:
    pseudonyms = Pseudonyms("pepper")
    pseudonyms.learning = False
    return pem_replaced(text, pseudonyms)


def test_validity_stays_and_everything_that_names_somebody_goes() -> None:
    for text in (json.loads(f'"{pem}"') for pem in (VALID, EXPIRED)):
        other = replaced(text)
        before, after = read_certificate(text), read_certificate(other)
        assert before is not None
        assert after is not None
        assert (after.not_before, after.not_after) == (before.not_before, before.not_after)
        assert len(other) == len(text)
        assert [len(line) for line in other.splitlines()] == [len(line) for line in text.splitlines()]
        assert "DAdNYWRlIHVw" not in other, "the subject 'Made up' in base64"
        assert other != text


def test_line_ends_that_were_escaped_twice_stay_where_they_are() -> None:
    other = replaced(VALID)
    assert other.count("\\n") == VALID.count("\\n")
    assert read_certificate(other) is not None


def test_a_signing_request_stays_one() -> None:
    other = replaced(json.loads(f'"{SIGNING_REQUEST}"'))
    assert is_signing_request(other)
    assert other != json.loads(f'"{SIGNING_REQUEST}"')


def test_a_block_that_holds_no_der_keeps_its_length() -> None:
    for body in ("", "AAAA", "not base64 at all!", "QUJD\nREVG"):
        text = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----"
        assert len(replaced(text)) == len(text)


def test_a_number_in_hexadecimal_stays_one_and_is_the_same_with_colons_and_zeros() -> None:
    pseudonyms = Pseudonyms("pepper")
    pseudonyms.learning = False
    plain = serial_number("3A1F00C2D4", pseudonyms)
    assert plain != "3A1F00C2D4"
    assert int(plain, 16).bit_length() <= 39, "a leading digit below 8 stays below 8, or it would need a byte more"
    assert serial_number("3A:1F:00:C2:D4", pseudonyms) == ":".join(plain[at : at + 2] for at in range(0, 10, 2))
    assert serial_number("003a1f00c2d4", pseudonyms) == "00" + plain.lower()
    assert serial_number("2020", pseudonyms) == "2020", "so small a number says nothing, and stays in certificates, too"


def test_it_is_the_number_of_the_certificate() -> None:
    pseudonyms = Pseudonyms("pepper")
    pseudonyms.learning = False
    text = "-----BEGIN CERTIFICATE-----\n" + _with_long_serial() + "\n-----END CERTIFICATE-----"
    before, after = read_certificate(text), read_certificate(pem_replaced(text, pseudonyms))
    assert before is not None
    assert after is not None
    assert after.serial != before.serial
    assert after.serial == int(serial_number(f"{before.serial:X}", pseudonyms), 16)


def _with_long_serial() -> str:
    """The outline of a certificate as DER in base64: version, serial number, and so on up to the validity."""
    import base64  # noqa: PLC0415

    def element(tag: int, content: bytes) -> bytes:
        return bytes([tag, len(content)]) + content

    name = element(0x30, element(0x31, element(0x30, element(0x06, b"\x55\x04\x03") + element(0x0C, b"Made up"))))
    validity = element(0x30, element(0x17, b"250101000000Z") + element(0x17, b"300101000000Z"))
    algorithm = element(0x30, element(0x06, b"\x2a\x86\x48\xce\x3d\x04\x03\x02"))
    serial = element(0x02, bytes.fromhex("5A3B1C009F77"))
    return base64.b64encode(element(0x30, element(0x30, serial + algorithm + name + validity + name))).decode()
