"""Captures without the names: every kind of record, and nothing left of what was replaced."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ocppscope.capture.anonymity.anonymizer import Anonymizer
from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.record import (
    Close,
    Ended,
    Handshake,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Record,
    Refused,
    Stage,
    TlsFacts,
    Undecodable,
    encode,
)
from ocppscope.protocol.identity import station_of
from ocppscope.protocol.message import Malformed, MalformedKind, parse_bytes
from ocppscope.protocol.roles import Direction

AT: dict[str, Any] = {"time": datetime(2026, 3, 1, 12, tzinfo=UTC), "mono": 1}
UP = Direction.TO_CSMS

HEADER = Header(
    seq=1, format="ocppscope capture", version=1, tool="made up", run="1", listen="ws://192.168.4.99:9000",
    upstream="wss://user:pass1@csms.made-up.net/acme/CentralSystemService", options={"note": ["for STATION-17"]}, **AT,
)  # fmt: skip
OPENED = Opened(
    seq=2, conn=1, station="STATION-17", peer="203.0.113.44:50123", upstream="csms.made-up.net:443",
    handshake=Handshake(
        target="/ocpp/acme/STATION%2D17?token=%5Bredacted%5D&site=garage9",
        request=[("Host", "csms.made-up.net"), ("Origin", "https://csms.made-up.net"), ("X-Forwarded-For", "203.0.113.44, 198.51.100.9"), ("X-Serial", "SN-778899"), ("Authorization", "Basic U1RBVElPTi0xNw==")],
        status=101,
        auth="Basic user=STATION-17 password=20 bytes, all hex digits",
    ),
    station_tls=TlsFacts(version="TLSv1.3", server_name="csms.made-up.net", peer_subject="CN=STATION-17,O=Acme Parking"),
    **AT,
)  # fmt: skip
BOOT = MessageRecord(seq=3, conn=1, dir=UP, text='[2,"1","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up","chargePointSerialNumber":"SN-778899"}]', **AT)  # fmt: skip
RECORDS: tuple[Record, ...] = (
    HEADER,
    OPENED,
    BOOT,
    MessageRecord(seq=4, conn=1, dir=UP, data=base64.b64encode(b'[2,"2","Authorize",{"idTag":"CARD-77\xff"}]').decode(), **AT),
    Ping(seq=5, conn=1, dir=UP, payload=base64.b64encode(b"STATION-17").decode(), **AT),
    Undecodable(seq=6, conn=1, dir=UP, reason="bad frame of STATION-17", data=base64.b64encode(b"CARD-77").decode(), **AT),
    Close(seq=7, conn=1, dir=UP, code=1000, reason="bye from STATION-17", **AT),
    Ended(seq=8, conn=1, by="station", how="error", error="csms.made-up.net went away", **AT),
    Refused(seq=9, conn=2, station="STATION-17", peer="[2001:db8:77::9]:5000", stage=Stage.DNS, reason="no address for csms.made-up.net", **AT),
    Note(seq=10, text="ask j.doe@made-up.net about STATION-17", **AT),
)  # fmt: skip
ORIGINALS = ("STATION-17", "SN-778899", "CARD-77", "made-up", "acme", "203.0.113.44", "198.51.100.9", "192.168.4.99", "garage9", "j.doe", "2001:db8:77", "pass1", "U1RBVElPTi0xNw")  # fmt: skip


def anonymized(records: Sequence[Record], kept: tuple[Kind, ...] = ()) -> list[Record]:
    anonymizer = Anonymizer("pepper", kept)
    anonymizer.learn(records)
    return list(anonymizer.anonymize(records))


def test_nothing_of_the_originals_remains_anywhere() -> None:
    lines = b"".join(map(encode, anonymized(RECORDS))).decode()
    hidden = [base64.b64encode(text.encode()).decode().rstrip("=")[:-1] for text in ("STATION-17", "CARD-77")]
    assert [text for text in (*ORIGINALS, *hidden) if text.lower() in lines.lower()] == []


def test_the_identity_is_the_same_in_the_url_the_user_the_name_and_in_texts() -> None:
    after = anonymized(RECORDS)
    opened, ping, close = after[1], after[4], after[6]
    assert isinstance(opened, Opened)
    assert isinstance(ping, Ping)
    assert isinstance(close, Close)
    handshake = opened.handshake
    assert handshake is not None
    assert station_of(handshake.target) == opened.station != "STATION-17"
    assert "%2D" in handshake.target, "what was percent-encoded and stays is encoded as before"
    assert handshake.auth == f"Basic user={opened.station} password=20 bytes, all hex digits"
    assert base64.b64decode(ping.payload).decode() == opened.station
    assert close.reason == f"bye from {opened.station}"
    assert opened.station_tls is not None
    assert (opened.station_tls.peer_subject or "").startswith(f"CN={opened.station},O=")


def test_numbers_times_directions_codes_and_scheme_stay() -> None:
    for before, after in zip(RECORDS, anonymized(RECORDS), strict=True):
        for name in ("seq", "time", "mono", "conn", "dir", "code", "how", "by", "stage", "run", "tool"):
            assert getattr(before, name, None) == getattr(after, name, None)
    header = anonymized(RECORDS)[0]
    assert isinstance(header, Header)
    assert (header.listen or "").startswith("ws://192.168.")
    assert (header.upstream or "").endswith("/CentralSystemService")


def test_bytes_that_are_no_utf_8_are_so_in_the_same_place() -> None:
    record = anonymized(RECORDS)[3]
    assert isinstance(record, MessageRecord)
    data = base64.b64decode(record.data or "")
    before, after = (parse_bytes(each) for each in (base64.b64decode(RECORDS[3].data or ""), data))  # type: ignore[union-attr]
    assert isinstance(before, Malformed)
    assert isinstance(after, Malformed)
    assert (after.kind, after.position) == (MalformedKind.NOT_UTF8, before.position)


@pytest.mark.parametrize("kind", list(Kind))
def test_keeping_a_kind_keeps_no_other(kind: Kind) -> None:
    lines = b"".join(map(encode, anonymized(RECORDS, (kind,)))).decode()
    assert ("STATION-17" in lines) == (kind is Kind.STATIONS)
    assert ("SN-778899" in lines) == (kind is Kind.SERIALS)
    assert ("csms.made-up.net" in lines) == (kind is Kind.ADDRESSES)


def test_what_was_replaced_is_counted_by_kind() -> None:
    anonymizer = Anonymizer("pepper")
    anonymizer.learn(RECORDS)
    list(anonymizer.anonymize(RECORDS))
    pseudonyms = anonymizer.pseudonyms
    assert pseudonyms.distinct(Kind.STATIONS) == 1
    assert pseudonyms.distinct(Kind.SERIALS) == 1
    assert pseudonyms.replaced[Kind.SERIALS] == 2, "in the BootNotification and in a header"
