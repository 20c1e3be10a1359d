"""The log of evcc, in all the ways in which people paste it."""

from zoneinfo import ZoneInfo

import pytest
from captured import BOOT, BOOTED, RESET, RESET_DONE, read
from samples import EVCC

from ocppscope.capture.record import MessageRecord

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]

OLD = f"""[ocpp  ] TRACE 2023/11/20 12:00:00 received JSON message from WB01: {BOOT}
[ocpp  ] TRACE 2023/11/20 12:00:00 handling incoming CALL {BOOT} from WB01
[ocpp  ] TRACE 2023/11/20 12:00:00 enqueued CALL {RESET} for WB01
[ocpp  ] TRACE 2023/11/20 12:00:00 sent JSON message to WB01: {BOOTED}
"""


def test_messages_of_today() -> None:
    found = read(EVCC)
    assert (found.capture.format, found.capture.vantage) == ("evcc", "csms")
    assert found.said == SAID
    assert found.stations == ["WB01"]
    assert found.seconds == [0, 0, 2, 3]
    assert found.skipped == []
    assert found.notes == ["times name no zone and are taken for UTC; --tz says another"]


def test_the_zone_of_times_is_what_the_user_says() -> None:
    found = read(EVCC, tz=ZoneInfo("Europe/Berlin"))
    assert found.seconds == [-3600, -3600, -3598, -3597]
    assert found.notes == []


def test_older_logs_hold_each_message_several_times_and_it_is_read_once() -> None:
    found = read(OLD)
    assert found.capture.format == "evcc"
    assert found.said == SAID[:2]


@pytest.mark.parametrize(
    "prefix",
    ["evcc  | ", "evcc-1 | ", "Nov 20 12:00:01 host evcc[13827]: ", "2026-11-20T13:00:00+02:00 host evcc[1]: "],
)
def test_what_stands_in_front_of_the_lines_changes_nothing(prefix: str) -> None:
    found = read("".join(prefix + line + "\n" for line in EVCC.splitlines()))
    assert found.capture.format == "evcc"
    assert found.said == SAID
    assert found.seconds == [0, 0, 2, 3]


@pytest.mark.parametrize("prefix", ["", "evcc  | ", "Nov 20 12:00:01 host evcc[13827]: "])
def test_a_message_may_be_pretty_printed(prefix: str) -> None:
    lines = ["[ocpp  ] TRACE 2026/11/20 12:00:00 recv WB01: [", "  2,", '  "17",', '  "Heartbeat",', "  {}", "]"]
    lines.append("[main  ] INFO 2026/11/20 12:00:01 something else")
    found = read("".join(f"{prefix}{line}\n" for line in lines))
    assert found.said == [(">", '[2,"17","Heartbeat",{}]')]
    assert found.skipped == []


def test_a_message_may_be_wrapped_within_a_string() -> None:
    cut = BOOT.index("Made") + 2
    found = read(f"[ocpp  ] TRACE 2026/11/20 12:00:00 recv WB01: {BOOT[:cut]}\n{BOOT[cut:]}\n")
    assert found.said == [(">", BOOT)]


def test_a_message_may_be_wrapped_behind_a_backslash() -> None:
    text = '[2,"18","DataTransfer",{"vendorId":"Made","data":"{\\"a\\":1}"}]'
    cut = text.index("\\") + 1
    found = read(f"[ocpp  ] TRACE 2026/11/20 12:00:00 recv WB01: {text[:cut]}\n{text[cut:]}\n")
    assert found.said == [(">", text)]


def test_a_cut_message_ends_where_the_next_line_of_the_log_begins() -> None:
    found = read(
        f"[ocpp  ] TRACE 2026/11/20 12:00:00 recv WB01: {BOOT[:40]}\n"
        "[site  ] DEBUG 2026/11/20 12:00:00 ----\n"
        f"[ocpp  ] TRACE 2026/11/20 12:00:01 recv WB01: {RESET_DONE}\n"
    )
    assert found.said == [(">", BOOT[:40]), (">", RESET_DONE)]
    assert found.messages[0].truncated
    assert found.skipped == [(1, "the message is cut")]


def test_hidden_and_missing_names_are_kept_as_they_are() -> None:
    hidden = read(EVCC.replace("WB01", "TACW11****"))
    assert hidden.stations == ["TACW11****"]
    nameless = read(EVCC.replace("WB01:", ":"), name="garage.log")
    assert nameless.stations == ["garage"]
    assert nameless.said == SAID


def test_one_log_holds_several_stations() -> None:
    found = read(EVCC + EVCC.replace("WB01", "WB02"))
    assert found.stations == ["WB01", "WB02"]
    assert {record.conn for record in found.records if isinstance(record, MessageRecord)} == {1, 2}


def test_blanks_and_the_other_word_for_sending() -> None:
    found = read(f"[ocpp ] TRACE 2026/11/20 12:00:00 sent WB01 : {RESET}\n")
    assert found.said == [("<", RESET)]
