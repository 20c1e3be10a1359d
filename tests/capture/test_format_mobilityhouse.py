"""Logs of programs with Python's ``ocpp`` package inside."""

import pytest
from captured import BOOT, BOOTED, DOWN, RESET, RESET_DONE, UP, read
from samples import MOBILITYHOUSE

from ocppscope.capture.record import Close, Opened, Ping, Pong

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]


def test_the_log_of_home_assistant() -> None:
    found = read(MOBILITYHOUSE)
    assert (found.capture.format, found.capture.vantage) == ("mobilityhouse", "csms")
    assert found.said == SAID
    assert found.stations == ["WB01"]
    assert found.seconds == [0, 0.25, 2, 3]
    assert [type(record) for record in found.records if isinstance(record, Ping)] == [Ping]


def test_without_milliseconds_and_without_a_name() -> None:
    found = read(f"2026-11-20 12:00:00 INFO (MainThread) [ocpp] : receive message {BOOT}\n", name="home.log")
    assert found.said == [(">", BOOT)]
    assert found.stations == ["home"]


def test_plain_logging_with_a_time() -> None:
    found = read(
        f"2026-11-20 12:00:04 [INFO] ocpp: WB01: send {RESET}\n2026-11-20 12:00:05 [INFO] ocpp: WB01: receive message {RESET_DONE}\n"
    )
    assert found.said == [("<", RESET), (">", RESET_DONE)]
    assert found.seconds == [4, 5]
    assert found.stations == ["WB01"]


def test_plain_logging_without_any_time_is_not_timed() -> None:
    found = read(f"INFO:ocpp:WB01: receive message {BOOT}\nINFO:ocpp:WB01: send {BOOTED}\n")
    assert found.said == SAID[:2]
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert not opened.timed


def test_a_station_that_logs_sends_what_a_csms_receives() -> None:
    found = read(f"INFO:ocpp:WB01: send {BOOT}\nINFO:ocpp:WB01: receive message {BOOTED}\n")
    assert found.capture.vantage == "station"
    assert found.said == SAID[:2]


def test_lines_of_websockets_are_kept_where_they_are_whole() -> None:
    found = read(
        MOBILITYHOUSE
        + '2026-11-20 12:00:05.000 DEBUG (MainThread) [websockets.server] > TEXT \'[2,"9","Rese...Soft"}]\' [44 bytes]\n'
        + "2026-11-20 12:00:05.000 DEBUG (MainThread) [websockets.server] < PONG '' [0 bytes]\n"
        + "2026-11-20 12:00:06.000 DEBUG (MainThread) [websockets.server] > CLOSE 1000 (OK) [2 bytes]\n"
    )
    assert found.said == SAID
    pong, close = found.records[-2:]
    assert isinstance(pong, Pong)
    assert isinstance(close, Close)
    assert (pong.dir, close.dir, close.code) == (UP, DOWN, 1000)


def test_a_message_that_goes_on_over_lines_and_tracebacks_between() -> None:
    found = read(
        f"2026-11-20 12:00:00.000 INFO (MainThread) [ocpp] WB01: receive message {BOOT[:30]}\n{BOOT[30:]}\n"
        "2026-11-20 12:00:00.100 ERROR (MainThread) [ocpp] Error while handling request '<Call - unique_id=17>'\n"
        "Traceback (most recent call last):\n"
        '  File "made/up.py", line 3, in on_boot\n'
        "    raise ValueError([2, '17', 'BootNotification', {'a': 1}])\n"
        "ValueError: [2, '17', 'BootNotification', {'a': 1}]\n"
        f"2026-11-20 12:00:00.250 INFO (MainThread) [ocpp] WB01: send {BOOTED}\n"
    )
    assert found.said == SAID[:2]
    assert found.skipped == []


def test_a_cut_message_does_not_swallow_the_traceback_after_it() -> None:
    found = read(f"INFO:ocpp:WB01: receive message {BOOT[:40]}\nERROR:root:no JSON\nINFO:ocpp:WB01: send {RESET}\n")
    assert found.said == [(">", BOOT[:40]), ("<", RESET)]
    assert found.skipped == [(1, "the message is cut")]


def test_a_python_list_is_no_message() -> None:
    found = read(MOBILITYHOUSE + "2026-11-20 12:00:09 INFO (MainThread) [ocpp] WB01: send [3, '17', {}]\n")
    assert found.said == SAID
    assert found.skipped == [(6, "a Python list: quotes as sent are not known")]


@pytest.mark.parametrize("colour", ["\x1b[32m", "\x1b[1;31m", "\x1b[0m\x1b[36m"])
def test_colours_are_left_out(colour: str) -> None:
    lines = [f"{colour}{line[:10]}\x1b[0m{line[10:]}" for line in MOBILITYHOUSE.splitlines()]
    assert read("\n".join(lines)).said == SAID


def test_of_two_times_in_a_line_the_programs_own_counts() -> None:
    lines = [f"2026-11-20T13:00:07.123456789Z {line}" for line in MOBILITYHOUSE.splitlines()]
    assert read("\n".join(lines)).seconds == [0, 0.25, 2, 3]
