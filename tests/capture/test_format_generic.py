"""Any other log in which messages stand."""

from zoneinfo import ZoneInfo

import pytest
from captured import BOOT, BOOTED, RESET, RESET_DONE, read
from samples import GENERIC

from ocppscope.capture.record import Opened, Ping, Pong

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]

CONSOLES = {
    "a charger's console": (GENERIC, [0, 0.25, 2, 3]),
    "emoji arrows": (
        (
            f"2026-11-20 12:00:00 info: Sending message ➡️  {BOOT}\n2026-11-20 12:00:01 info: Receive message ⬅️  {BOOTED}\n"
            f"2026-11-20 12:00:02 info: Receive message ⬅️  {RESET}\n2026-11-20 12:00:03 info: Responding with ➡️  {RESET_DONE}\n"
        ),
        [0, 1, 2, 3],
    ),
    "RX and TX": (
        (
            f"[  COM  ] - [2026-11-20T12:00:00] - ChargePoint.cpp:987 - TX : {BOOT}\n"
            f"[  COM  ] - [2026-11-20T12:00:01] - ChargePoint.cpp:987 - RX : {BOOTED}\n"
            f"[  COM  ] - [2026-11-20T12:00:02] - ChargePoint.cpp:987 - RX : {RESET}\n"
            f"[  COM  ] - [2026-11-20T12:00:03] - ChargePoint.cpp:987 - TX : {RESET_DONE}\n"
        ),
        [0, 1, 2, 3],
    ),
    "node-red": (
        (
            f"11/20/2026, 12:00:00 PM node: CSMS type: request data: {BOOT}\n"
            f"11/20/2026, 12:00:01 PM node: CSMS type: response data: {BOOTED}\n"
            f"11/20/2026, 12:00:02 PM node: CP type: request data: {RESET}\n"
            f"11/20/2026, 12:00:03 PM node: CP type: response data: {RESET_DONE}\n"
        ),
        [0, 1, 2, 3],
    ),
    "day first": (
        "".join(
            f"20.11.2026 12:00:0{second} {'TX' if way == '>' else 'RX'}: {text}\n"
            for second, (way, text) in enumerate(SAID)
        ),
        [0, 1, 2, 3],
    ),
}


@pytest.mark.parametrize("console", CONSOLES)
def test_consoles_of_all_kinds(console: str) -> None:
    text, seconds = CONSOLES[console]
    found = read(text, name="WB01.log")
    assert found.capture.format == "generic"
    assert found.said == SAID
    assert found.seconds == seconds
    assert found.stations == ["WB01"]
    assert found.skipped == []


@pytest.mark.parametrize(
    ("up", "down"), [("> ", "< "), ("-> ", "<- "), ("=> ", "<= "), (">> ", "<< "), ("", ""), ("sent: ", "received: ")]
)
def test_bare_frames_with_and_without_arrows(up: str, down: str) -> None:
    text = "".join((up if way == ">" else down) + message + "\n" for way, message in SAID)
    found = read(text)
    assert found.capture.format == "generic"
    assert found.said == SAID
    opened = next(record for record in found.records if isinstance(record, Opened))
    assert not opened.timed
    assert found.notes == ([] if up else ["directions are concluded from who may send an action"])


def test_a_log_of_a_csms_turns_the_arrows() -> None:
    found = read(f"<- {BOOT}\n-> {BOOTED}\n-> {RESET}\n<- {RESET_DONE}\n")
    assert found.capture.vantage == "csms"
    assert found.said == SAID


def test_pings_and_pongs() -> None:
    found = read(GENERIC + "[2026-11-20T12:00:04.000Z] link >> PING\n[2026-11-20T12:00:05.000Z] link << PONG\n")
    assert [type(record) for record in found.records[-2:]] == [Ping, Pong]


def test_lines_wrapped_with_their_prefix_repeated() -> None:
    prefix = "2026-11-20T12:00:00Z:COM:ocpp_rpc.c:681:-> "
    text = '[2,"17","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-11-20T12:00:00Z","sampledValue":[{"value":"1"}]}]}]'
    lines = [prefix + text[start : start + 37] for start in range(0, len(text), 37)]
    found = read("\n".join(lines) + '\n2026-11-20T12:00:01Z:COM:ocpp_rpc.c:702:<- [3,"17",{}]\n')
    assert found.said == [(">", text), ("<", '[3,"17",{}]')]
    assert found.skipped == []


def test_words_of_a_syslog_tell_the_direction() -> None:
    found = read(
        f"Nov 20 12:00:00 wb01 ocppd[77]: lws_write() 90 bytes, content {BOOT}\n"
        f"Nov 20 12:00:00 wb01 ocppd[77]: received content {BOOTED}\n"
    )
    assert found.said == SAID[:2]


def test_objects_instead_of_arrays() -> None:
    found = read(
        '2026-11-20T12:00:00Z {"CallType":2,"UUID":"17","Action":"Heartbeat","Payload":{}}\n'
        '2026-11-20T12:00:01Z {"CallType":3,"UUID":"17","Payload":{"currentTime":"2026-11-20T12:00:00Z"}}\n'
        '2026-11-20T12:00:02Z {"CallType":"4","UUID":"18","ErrorCode":"GenericError"}\n'
    )
    assert found.said == [
        (">", '[2,"17","Heartbeat",{}]'),
        ("<", '[3,"17",{"currentTime":"2026-11-20T12:00:00Z"}]'),
    ]
    assert found.skipped[0][0] == 3


def test_a_message_that_is_logged_again_while_it_is_handled_is_taken_once_and_a_retry_twice() -> None:
    found = read(
        f"2026-11-20T12:00:00.000Z TX {BOOT}\n2026-11-20T12:00:00.020Z handling CALL {BOOT}\n2026-11-20T12:00:30.000Z TX {BOOT}\n"
    )
    assert found.said == [(">", BOOT), (">", BOOT)]
    assert found.seconds == [0, 30]


def test_numbers_beyond_doubles_stay_exact() -> None:
    text = '[3,"17",{"transactionId":9223372036854766666,"idTagInfo":{"status":"Accepted"}}]'
    found = read(f'> [2,"17","StartTransaction",{{}}]\n< {text}\n')
    assert found.said[1] == ("<", text)


@pytest.mark.parametrize(
    "text",
    [
        '[2,"","Heartbeat",{}]',
        '[2,17,"Heartbeat",{}]',
        '["2","17","Heartbeat",{}]',
        '[2,"17","Authorize",{"idTag":"made\\\\"}]',
        '[2,"17","MeterValues",{"meterValue":[{"sampledValue":[,{"value":"1"}]}]}]',
        '[2,"17","Authorize",{"idTag":"a\0b"}]',
        '[2,"17","StatusNotification",{"info":"null","connectorId":"1"}]',
    ],
)
def test_odd_messages_are_kept_to_the_letter(text: str) -> None:
    assert read(f"2026-11-20T12:00:00Z TX {text}\n2026-11-20T12:00:01Z TX {BOOT}\n").said == [(">", text), (">", BOOT)]


def test_a_cut_message_is_said_to_be_cut_and_the_next_one_is_whole() -> None:
    cut = '[3,"17",{"configurationKey":[]'
    found = read(
        f"2026-11-20T12:00:00Z TX {cut}\n2026-11-20T12:00:01Z something else\n2026-11-20T12:00:02Z TX {BOOT}\n"
    )
    assert found.said == [(">", cut), (">", BOOT)]
    assert found.skipped == [(1, "the message is cut")]


def test_a_station_is_announced_although_its_first_message_tells_no_direction() -> None:
    found = read(f'2026-11-20T12:00:00Z [3,"99",{{}}]\n2026-11-20T12:00:01Z {BOOT}\n')
    assert [type(record) for record in found.records if isinstance(record, Opened)] == [Opened]
    assert found.said == [(">", BOOT)]
    assert found.skipped[0][0] == 1


@pytest.mark.parametrize("text", ["array [2, 3] and [2,3,4]\n", '["2", "3"]\n', "[2026-11-20] [3, 17]\n"])
def test_other_arrays_are_no_messages(text: str) -> None:
    assert read(GENERIC + text).said == SAID


def test_local_times_and_their_zone() -> None:
    text = f"2026-07-20 12:00:00 TX {BOOT}\n"
    assert "--tz says another" in read(text).notes[0]
    found = read(text, tz=ZoneInfo("Europe/Berlin"))
    assert found.notes == []
    assert found.messages[0].time.hour == 10


def test_secrets_are_blotted_out() -> None:
    text = '[2,"17","ChangeConfiguration",{"key":"AuthorizationKey","value":"6d61646520757021"}]'
    assert "6d61" not in str(read(f"2026-11-20T12:00:00Z RX {text}\n").records)
