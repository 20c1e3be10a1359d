"""The WebSocketLogger of SteVe."""

from captured import BOOT, BOOTED, RESET, RESET_DONE, read
from samples import STEVE

from ocppscope.capture.record import Opened

SAID = [(">", BOOT), ("<", BOOTED), ("<", RESET), (">", RESET_DONE)]


def test_the_log_of_steve() -> None:
    found = read(STEVE)
    assert (found.capture.format, found.capture.vantage) == ("steve", "csms")
    assert found.said == SAID
    assert found.stations == ["WB01"]
    assert found.seconds == [0, 0.25, 2, 3]


def test_blanks_behind_the_commas_stay() -> None:
    found = read(STEVE.replace(RESET, '[2, "r1", "Reset", {"type": "Soft"}]'))
    assert found.said[2] == ("<", '[2, "r1", "Reset", {"type": "Soft"}]')


def test_pasted_without_what_stands_in_front_it_has_no_times() -> None:
    found = read(f"Received: {BOOT}\nSending: {BOOTED}\n", name="paste.txt")
    assert found.said == SAID[:2]
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert (opened.station, opened.timed) == ("paste", False)


def test_what_a_spreadsheet_did_to_a_message_is_reported_and_not_repaired() -> None:
    spoiled = '[2\t"17"\t"Authorize"\t{"idTag":"made\tup"}]'
    found = read(f"{STEVE}Received: {spoiled}\n")
    assert found.said[-1] == (">", spoiled)


def test_other_lines_of_the_log_end_a_cut_message() -> None:
    found = read(
        STEVE.replace(BOOTED, '[3,"17",{"configurationKey":[]')
        + "[ERROR] 2026-11-20 12:00:04,000 de.rwth.idsg.steve.Made (qtp650-24) - nothing\n\tat de.made.Up(Up.java:3)\n"
    )
    assert [text for _, text in found.said] == [BOOT, '[3,"17",{"configurationKey":[]', RESET, RESET_DONE]
    assert found.skipped == [(2, "the message is cut")]


def test_session_facts_without_a_session() -> None:
    found = read(STEVE.replace(", sessionId=3f0a", ""))
    assert found.stations == ["WB01"]
    assert found.said == SAID
