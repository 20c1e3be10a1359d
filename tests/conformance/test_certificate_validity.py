"""Certificates and signing requests, read by shape: against ones that a real library makes, and against junk."""

import base64
from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.conformance.certificate_validity import LONGEST, is_signing_request, read_certificate

KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CS-EXAMPLE")])


def certificate(not_before: datetime, not_after: datetime, serial: int = 7) -> str:
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(KEY.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def signing_request() -> str:
    made = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(KEY, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (datetime(2019, 5, 6, 7, 8, 9, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)),
        (datetime(1999, 12, 31, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(2049, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)),  # the second as GeneralizedTime
    ],
)
def test_validity_and_serial_are_those_that_the_library_wrote(begins: datetime, ends: datetime) -> None:
    read = read_certificate(certificate(begins, ends, serial=2**150 + 5))
    assert read is not None
    assert (read.serial, read.not_before, read.not_after) == (2**150 + 5, begins, ends)


def test_of_a_chain_the_first_certificate_counts() -> None:
    early, late = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    chain = certificate(early, late, serial=1) + certificate(early, late, serial=2)
    read = read_certificate(chain)
    assert read is not None
    assert read.serial == 1


def test_a_certificate_of_another_maker_is_read() -> None:
    pem = trustme.CA().cert_pem.bytes().decode()
    theirs = x509.load_pem_x509_certificate(pem.encode())
    read = read_certificate(pem)
    assert read is not None
    assert read.serial == theirs.serial_number
    assert read.not_after == theirs.not_valid_after_utc


def test_line_ends_that_were_escaped_twice_do_no_harm() -> None:
    pem = certificate(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert read_certificate(pem.replace("\n", "\\n")) == read_certificate(pem)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MIIB",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIIBkTCB+wIUMockRootCertificate=\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMP////8=\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIA=\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nÄÖÜ\n-----END CERTIFICATE-----",
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_no_certificate_reads_as_none(text: str) -> None:
    assert read_certificate(text) is None


def test_a_request_is_told_from_everything_else() -> None:
    pem = certificate(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert is_signing_request(signing_request())
    assert is_signing_request(signing_request().replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"))
    assert not is_signing_request(pem)
    assert not is_signing_request(pem.replace("CERTIFICATE", "CERTIFICATE REQUEST"))
    assert not is_signing_request("adsad")
    assert read_certificate(signing_request()) is None
    assert is_signing_request("x" * (LONGEST + 1))


VALID = certificate(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
REQUEST = signing_request()


@given(st.integers(0, len(VALID) - 1), st.characters(codec="utf-8"))
def test_no_changed_character_breaks_the_reading(place: int, character: str) -> None:
    for text in (VALID, REQUEST):
        changed = text[:place] + character + text[place + 1 :]
        read_certificate(changed)
        is_signing_request(changed)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    body = base64.b64encode(data).decode()
    read_certificate(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----")
    is_signing_request(f"-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----")


@given(st.integers(0, 60), st.integers(0, 255))
def test_no_changed_byte_breaks_the_reading(place: int, value: int) -> None:
    data = bytearray(x509.load_pem_x509_certificate(VALID.encode()).public_bytes(serialization.Encoding.DER))
    data[place] = value
    body = base64.b64encode(bytes(data)).decode()
    read = read_certificate(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----")
    assert read is None or read.serial >= 0
