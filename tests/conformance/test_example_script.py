"""The small language in which rules write their examples."""

import json
from datetime import UTC, datetime

import pytest

from ocppscope.capture.record import (
    Close,
    Ended,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    TlsFacts,
)
from ocppscope.conformance.example import profiles_of, record_number, records_of
from ocppscope.conformance.rule import Example
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion

CALL = '> [2,"1","Heartbeat",{}]'


def records(script: str, **facts: object) -> list[Record]:
    """Without the header."""
    header, *rest = records_of(Example("made up", script, **facts))  # type: ignore[arg-type]
    assert isinstance(header, Header)
    return rest


def kinds(script: str) -> list[str]:
    return [type(record).__name__ for record in records(script)]


def test_a_connection_is_open_before_the_first_line() -> None:
    opened, message = records(CALL, version=OcppVersion.V201)

    assert isinstance(opened, Opened)
    assert (opened.station, opened.subprotocol) == ("CS-EXAMPLE", "ocpp2.0.1")
    assert opened.handshake is not None
    assert isinstance(message, MessageRecord)
    assert (message.dir, message.text) == (Direction.TO_CSMS, '[2,"1","Heartbeat",{}]')


def test_the_clock_starts_with_the_year_and_goes_a_tenth_of_a_second_a_line() -> None:
    script = f"{CALL}\n+5.5 {CALL}\n+60\n{CALL}"
    opened, first, second, passing, last = records(script)

    assert opened.time == datetime(2026, 1, 1, tzinfo=UTC)
    assert [record.mono for record in (opened, first, second, passing, last)] == [
        0, 100_000_000, 5_600_000_000, 65_600_000_000, 65_700_000_000,
    ]  # fmt: skip
    assert isinstance(passing, Note)
    assert [record.seq for record in records_of(Example("", script))] == [1, 2, 3, 4, 5, 6]


def test_a_reconnect_cuts_and_opens_and_an_outage_lies_between_drop_and_connect() -> None:
    assert kinds(f"{CALL}\nreconnect\n{CALL}") == ["Opened", "MessageRecord", "Ended", "Opened", "MessageRecord"]
    ended, opened = records("drop\n+60\nconnect")[1], records("drop\n+60\nconnect")[3]
    assert isinstance(ended, Ended)
    assert isinstance(opened, Opened)
    assert (ended.by, ended.how, ended.conn, opened.conn) == ("network", "rst", 1, 2)
    assert (opened.mono or 0) - (ended.mono or 0) == 60_100_000_000


def test_a_connection_may_have_other_facts() -> None:
    facts = {"subprotocol": None, "peer": "203.0.113.5:1", "handshake": {"request": [["Host", "a"]]}}
    (opened,) = records(f"connect {json.dumps(facts)}")

    assert isinstance(opened, Opened)
    assert (opened.subprotocol, opened.peer) == (None, "203.0.113.5:1")
    assert opened.handshake is not None
    assert (opened.handshake.request, opened.handshake.status) == ([("Host", "a")], 101)


def test_tls_and_credentials_are_those_of_every_connection() -> None:
    tls = TlsFacts(version="TLSv1.2", cipher="X")
    for opened in records("connect\nreconnect", tls=tls, auth="Basic user=a password=20 bytes")[::2]:
        assert isinstance(opened, Opened)
        assert opened.station_tls == tls
        assert opened.handshake is not None
        assert opened.handshake.auth == "Basic user=a password=20 bytes"


def test_a_connection_may_be_refused() -> None:
    first, second, opened = records('refuse\nrefuse {"status":401,"stage":"http"}\nconnect')

    assert isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert isinstance(opened, Opened)
    assert (first.station, first.status, first.reason) == ("CS-EXAMPLE", 404, "HTTP 404")
    assert (second.status, second.reason) == (401, "HTTP 401")
    assert second.handshake is not None
    assert second.handshake.status == 401
    assert [first.conn, second.conn, opened.conn] == [1, 2, 3]


@pytest.mark.parametrize(
    ("line", "way", "code", "reason", "by"),
    [
        ("close > 1000 bye bye", Direction.TO_CSMS, 1000, "bye bye", "station"),
        ("close < 1001", Direction.TO_STATION, 1001, "", "csms"),
        ("close >", Direction.TO_CSMS, None, "", "station"),
    ],
)
def test_a_close_has_a_side_perhaps_a_code_and_ends_the_connection(
    line: str, way: Direction, code: int | None, reason: str, by: str
) -> None:
    _, close, ended = records(line)

    assert isinstance(close, Close)
    assert (close.dir, close.code, close.reason) == (way, code, reason)
    assert isinstance(ended, Ended)
    assert (ended.by, ended.how) == (by, "closed")


def test_a_connection_may_end_in_another_way() -> None:
    _, ended = records('end {"by":"csms","how":"error","error":"made up"}')

    assert isinstance(ended, Ended)
    assert (ended.by, ended.how, ended.error) == ("csms", "error", "made up")


def test_pings_and_pongs_are_of_the_station_unless_an_arrow_says_otherwise() -> None:
    found = records("ping\npong <\nping <\npong >")[1:]

    assert [type(record) for record in found] == [Ping, Pong, Ping, Pong]
    ways = [record.dir for record in found if isinstance(record, Ping | Pong)]
    assert ways == [Direction.TO_CSMS, Direction.TO_STATION, Direction.TO_STATION, Direction.TO_CSMS]


def test_what_follows_may_be_of_another_station() -> None:
    found = records(f"{CALL}\nas CS-B\n{CALL}\nas CS-EXAMPLE\n{CALL}\nas CS-B\n{CALL}")

    stations = {record.conn: record.station for record in found if isinstance(record, Opened)}
    assert stations == {1: "CS-EXAMPLE", 2: "CS-B"}
    assert [record.conn for record in found if isinstance(record, MessageRecord)] == [1, 2, 1, 2]


def test_lines_are_counted_by_their_messages() -> None:
    example = Example("", f"{CALL}\n+3\nping\n{CALL}")

    # header, opening, message, note, ping, message
    assert (record_number(example, 1), record_number(example, 2)) == (3, 6)


@pytest.mark.parametrize("line", ["shout", "> ", "+soon", "- [3]", "close 1000", "drop\n> []"])
def test_any_other_line_is_refused_with_the_title(line: str) -> None:
    with pytest.raises(ValueError, match="example 'made up': "):
        records(line)


def test_a_profile_needs_no_identity() -> None:
    assert profiles_of(Example("", "")) == ()
    (profile,) = profiles_of(Example("", "", OcppVersion.V201, profile="features.C-04 = true"))

    assert (profile.vendor, profile.product, profile.ocpp_version) == ("Made", "Up", OcppVersion.V201)
