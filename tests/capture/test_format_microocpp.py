"""The console of MicroOcpp firmware."""

import pytest
from captured import BOOT, BOOTED, RESET, RESET_DONE, read
from samples import MICROOCPP

from ocppscope.capture.record import Opened

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]


@pytest.mark.parametrize("mark", ["[MO]", "[OCPP]", "[AO]"])
def test_the_console_has_neither_times_nor_a_name(mark: str) -> None:
    found = read(MICROOCPP.replace("[MO]", mark), name="esp32.log")
    assert (found.capture.format, found.capture.vantage) == ("microocpp", "station")
    assert found.said == SAID
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert (opened.station, opened.timed) == ("esp32", False)


def test_the_name_is_what_the_user_says() -> None:
    assert read(MICROOCPP, station="WB01").stations == ["WB01"]


def test_a_terminal_program_may_have_put_times_in_front() -> None:
    found = read(f"2026-11-20 12:00:07.500 [MO] Send: {BOOT}\n")
    assert found.seconds == [7.5]
    assert found.records[1].time == found.messages[0].time


def test_what_a_poster_spoiled_is_kept_as_it_is() -> None:
    spoiled = '[2,"17","Authorize",{"idTag":<removed>}]'
    found = read(MICROOCPP + f"[MO] Send: {spoiled}\n")
    assert found.said[-1] == (">", spoiled)


def test_a_cut_message_ends_at_the_next_line_of_the_firmware() -> None:
    found = read(f"[MO] Send: {BOOT[:33]}\n[MO] info: connection lost\n[MO] Recv: {RESET}\n")
    assert found.said == [(">", BOOT[:33]), ("<", RESET)]
    assert found.skipped == [(1, "the message is cut")]
