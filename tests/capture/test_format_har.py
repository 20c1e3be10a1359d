"""HTTP Archives of browsers and proxies."""

import json
from typing import Any

import pytest
from captured import BOOT, BOOTED, NOON, RESET, RESET_DONE, conversation, read, written
from samples import RECORDS

from ocppscope.capture.record import Close, Ended, Opened

SAID = [(">", BOOT), ("<", BOOTED)]


def archive(*entries: dict[str, Any]) -> str:
    """A whole archive, as Chrome indents it."""
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "made up"}, "pages": [], "entries": entries}}, indent=2
    )


def entry(**members: Any) -> dict[str, Any]:
    """A WebSocket as Chrome exports it."""
    return {
        "_initiator": {"type": "script"},
        "_resourceType": "websocket",
        "_webSocketMessages": [
            {"type": "send", "time": NOON.timestamp(), "opcode": 1, "data": BOOT},
            {"type": "receive", "time": NOON.timestamp() + 0.25, "opcode": 1, "data": BOOTED},
        ],
        "request": {
            "method": "GET",
            "url": "wss://csms.invalid/ocpp/WB01",
            "headers": [{"name": "Authorization", "value": "Basic V0IwMTpzZWNyZXQ="}],
        },
        "response": {"status": 101, "headers": [{"name": "Sec-WebSocket-Protocol", "value": "ocpp1.6"}]},
        "startedDateTime": "2026-11-20T11:59:59.000Z",
    } | members


def test_an_archive_of_chrome() -> None:
    found = read(archive({"request": {"url": "https://csms.invalid/"}}, entry()))
    assert found.capture.format == "har"
    assert found.said == SAID
    assert found.seconds == [0, 0.25]
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert (opened.station, opened.subprotocol) == ("WB01", "ocpp1.6")
    assert opened.handshake is not None
    assert opened.handshake.auth == "Basic user=WB01 password=6 bytes"
    assert "V0Iw" not in str(found.records)
    assert found.skipped == []


def test_an_archive_of_http_toolkit_tells_how_it_ended() -> None:
    closed = {"code": 1001, "reason": "going away", "timestamp": NOON.timestamp() + 5}
    found = read(archive(entry(_webSocketClose=closed)))
    close, ended = found.records[-2:]
    assert isinstance(close, Close)
    assert (close.code, close.reason) == (1001, "going away")
    assert isinstance(ended, Ended)
    assert ended.how == "closed"
    aborted = read(archive(entry(_webSocketClose="aborted"))).records[-1]
    assert isinstance(aborted, Ended)
    assert aborted.how == "error"


def test_an_archive_of_mitmproxy_is_in_one_line() -> None:
    found = read(json.dumps({"log": {"version": "1.2", "entries": [entry(_resourceType="webSocket")]}}))
    assert found.said == SAID


def test_binary_messages_keep_their_bytes() -> None:
    messages = [
        {"type": "send", "time": NOON.timestamp(), "opcode": 2, "data": "AP8="},
        {"type": "send", "time": NOON.timestamp(), "opcode": 2, "data": "no base64!"},
    ]
    found = read(archive(entry(_webSocketMessages=messages)))
    (message,) = found.messages
    assert (message.binary, message.data, message.size) == (True, "AP8=", 2)
    assert found.skipped == [(2, "message 2 of an entry is binary and no base64")]


def test_messages_of_another_shape_are_skipped_and_the_others_read() -> None:
    messages = [
        {"type": "receive", "time": NOON.timestamp(), "opcode": 1, "data": BOOTED},
        {"type": "error", "time": NOON.timestamp(), "opcode": -1, "data": "made up"},
        {"type": "send", "opcode": 1, "data": BOOT},
        {"type": "send", "time": 1e300, "opcode": 1, "data": BOOT},
        {"type": "send", "time": "noon", "data": 7},
        {"type": "send", "time": NOON.timestamp(), "data": BOOT},
    ]
    found = read(archive(entry(_webSocketMessages=messages)))
    assert found.said == [("<", BOOTED), (">", BOOT)]
    assert [line for line, _ in found.skipped] == [2, 3, 4, 5]


def test_half_surrogates_are_replaced_because_nothing_else_can_hold_them() -> None:
    text = archive(entry()).replace("Made", "\\\\ud800\\ud800")
    assert "?" in (read(text).messages[0].text or "")


def test_a_cut_archive_gives_what_is_whole() -> None:
    text = archive(entry(), entry(request={"url": "ws://csms.invalid/WB02"}))
    whole = read(text)
    assert whole.stations == ["WB01", "WB02"]
    possible = [
        sorted(first + second) for first in ([], [BOOT], [BOOT, BOOTED]) for second in ([], [BOOT], [BOOT, BOOTED])
    ]
    for end in range(10, len(text) - 1, 7):
        found = read(text[:end], form="har")
        said = [text for _, text in found.said]
        assert sorted(map(str, said)) in possible
        assert "the archive is cut or damaged" in found.skipped[0][1]
    almost = read(text[: text.rindex("request")])
    assert len(almost.messages) == 4


@pytest.mark.parametrize(
    "text",
    ['{"log":{}}', '{"log":[]}', '{"log":{"entries":7}}', '{"log":{"entries":[7,null,[]]}}', '{"log":' + "[" * 100_000],
)
def test_archives_of_any_shape_are_read_as_far_as_they_go(text: str) -> None:
    assert read(text).records == []


def test_what_is_written_is_read_again_with_its_findings_beside() -> None:
    data, lost = written("har", RECORDS, {3: ["error PIC-001: made up"]})
    found = read(data)
    assert found.said == [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]
    assert found.stations == ["WB01"]
    messages = json.loads(data)["log"]["entries"][0]["_webSocketMessages"]
    assert [message.get("_findings") for message in messages] == [None, ["error PIC-001: made up"], None, None]
    assert lost.counts == {"records of the kind ping": 1, "records of the kind pong": 1}


@pytest.mark.parametrize("station", ["WB 01", "Säule/7", "100%", "a?b#c"])
def test_any_name_of_a_station_comes_back(station: str) -> None:
    assert read(written("har", conversation(">" + BOOT, station=station))[0]).stations == [station]


def test_messages_without_an_opened_connection_have_a_name_made_up() -> None:
    assert read(written("har", conversation(">" + BOOT)[1:])[0]).stations == ["connection-1"]


def test_recordings_without_times_stay_without() -> None:
    opened, *_ = read(written("har", read(f"> {BOOT}\n< {BOOTED}\n").records)[0]).records
    assert isinstance(opened, Opened)
    assert not opened.timed
