"""The message log of libocpp and EVerest, as text and as a page."""

import json
from html import escape

from captured import BOOT, BOOTED, NOON, read
from samples import LIBOCPP

PAGE = """<html><head><title>EVerest OCPP log session</title><style>.ChargePoint{background-color: lightgray;}</style></head>
<body><table class="log">
"""


def _row(time: str, way: str, action: str, text: str) -> str:
    pretty = escape(json.dumps(json.loads(text), indent=2))
    return (
        f'<tr class="ChargePoint"> <td>{time}</td> <td>{escape(way)}</td> <td></td> <td><b>{action}</b></td>'
        f' <td><pre lang="json">{pretty}</pre></td> </tr>\n'
    )


def test_the_text() -> None:
    found = read(LIBOCPP, name="everest.log")
    assert (found.capture.format, found.capture.vantage) == ("libocpp", "station")
    assert [(way, json.loads(text or "")) for way, text in found.said] == [
        (">", json.loads(BOOT)),
        ("<", json.loads(BOOTED)),
    ]
    assert found.seconds == [0, 0.25]
    assert found.stations == ["everest"]
    assert found.notes == []
    assert found.skipped == []


def test_the_page_says_the_same() -> None:
    page = PAGE + _row("2026-11-20T12:00:00.000Z", "ChargePoint>CentralSystem", "BootNotification", BOOT)
    page += _row("2026-11-20T12:00:00.250Z", "CentralSystem>ChargePoint", "BootNotification.conf", BOOTED)
    found = read(page)
    assert found.capture.format == "libocpp"
    assert [(way, json.loads(text or "")) for way, text in found.said] == [
        (">", json.loads(BOOT)),
        ("<", json.loads(BOOTED)),
    ]
    assert found.seconds == [0, 0.25]


def test_characters_that_the_page_escapes_come_back() -> None:
    text = '[2,"1","DataTransfer",{"vendorId":"Made <Up> & \\"Co\\"","data":"&lt;"}]'
    found = read(PAGE + _row("2026-11-20T12:00:00Z", "ChargePoint>CentralSystem", "DataTransfer", text))
    assert json.loads(found.said[0][1] or "") == json.loads(text)


def test_an_unknown_action_and_an_error() -> None:
    found = read('2026-11-20T12:00:09Z: ChargePoint>CentralSystem Unknown\n[4,"9","NotImplemented","",{}]\n\n')
    assert found.said == [(">", '[4,"9","NotImplemented","",{}]')]


def test_the_words_of_2_0_1() -> None:
    found = read(LIBOCPP.replace("ChargePoint>CentralSystem", "ChargingStation>CSMS"))
    assert [way for way, _ in found.said] == [">", "<"]


def test_a_cut_message_ends_where_the_next_one_is_announced() -> None:
    lines = LIBOCPP.splitlines()
    found = read("\n".join([*lines[:5], *lines[11:]]))
    assert [way for way, _ in found.said] == [">", "<"]
    assert found.messages[0].truncated
    assert found.messages[0].text == '[2,"17","BootNotification",'
    assert json.loads(found.said[1][1] or "") == json.loads(BOOTED)
    assert found.skipped == [(2, "the message is cut")]


def test_entities_of_hostile_numbers_are_no_reason_to_fail() -> None:
    found = read(f"&#{'9' * 5000};\n{LIBOCPP}&gt; &#x{'f' * 5000};\n")
    assert len(found.said) == 2
    assert found.messages[0].time == NOON
