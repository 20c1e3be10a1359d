"""Messages with pseudonyms in them: only values change, everything else stays as it was sent."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.capture.anonymity.anonymizer import Anonymizer
from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.record import MessageRecord
from ocppscope.protocol.roles import Direction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def message(text: str) -> MessageRecord:
    return MessageRecord(seq=1, time=NOON, conn=1, dir=Direction.TO_CSMS, text=text)


def anonymized(
    *texts: str, salt: str = "pepper", kept: tuple[Kind, ...] = (), dropped: tuple[Kind, ...] = ()
) -> list[str]:
    anonymizer = Anonymizer(salt, kept, dropped)
    records = [message(text) for text in texts]
    anonymizer.learn(records)
    return [record.text or "" for record in anonymizer.anonymize(records) if isinstance(record, MessageRecord)]


def one(text: str, **options: Any) -> str:
    return anonymized(text, **options)[0]


def payload(text: str, at: int = 3) -> Any:
    return json.loads(text)[at]


def call(action: str, body: dict[str, Any]) -> str:
    return json.dumps([2, "id-1", action, body], ensure_ascii=False)


def test_a_tag_has_the_same_pseudonym_in_every_message_and_field() -> None:
    texts = anonymized(
        call("Authorize", {"idTag": "ABC123"}),
        json.dumps([3, "id-1", {"idTagInfo": {"status": "Accepted", "parentIdTag": "ABC123"}}]),
        call("TransactionEvent", {"idToken": {"idToken": "ABC123", "type": "ISO14443"}}),
        call("SendLocalList", {"localAuthorizationList": [{"idTag": "ABC123"}, {"idTag": "XYZ789"}]}),
    )
    tag = payload(texts[0])["idTag"]
    assert tag != "ABC123"
    assert payload(texts[1], 2)["idTagInfo"] == {"status": "Accepted", "parentIdTag": tag}
    assert payload(texts[2])["idToken"] == {"idToken": tag, "type": "ISO14443"}
    first, second = payload(texts[3])["localAuthorizationList"]
    assert first["idTag"] == tag != second["idTag"]


@pytest.mark.parametrize("tag", ["ABCDEF", "a" * 21, "04:A2:3F:11", "1234567890123456", "Ab-12 x", "äöü€12"])
def test_a_pseudonym_has_the_length_the_size_and_the_signs_of_its_value(tag: str) -> None:
    other = payload(one(call("Authorize", {"idTag": tag})))["idTag"]
    assert other != tag
    assert len(other) == len(tag)
    assert len(other.encode()) == len(tag.encode())
    for before, after in zip(tag, other, strict=True):
        assert before.isdigit() == after.isdigit()
        assert before.isupper() == after.isupper()
        assert before.isascii() == after.isascii()
        assert before.isalnum() or before == after


def test_tags_that_differ_in_case_only_still_do() -> None:
    texts = anonymized(*(call("Authorize", {"idTag": tag}) for tag in ("AbCd12", "aBcD12", "ABCD12")))
    tags = [payload(text)["idTag"] for text in texts]
    assert len(set(tags)) == 3
    assert len({tag.lower() for tag in tags}) == 1


def test_different_values_keep_different_pseudonyms_even_where_there_are_few() -> None:
    tags = [f"{number:02d}" for number in range(10, 100)]
    texts = anonymized(*(call("Authorize", {"idTag": tag}) for tag in tags))
    assert len({payload(text)["idTag"] for text in texts}) == len(tags)


def test_blanks_order_numbers_and_escapes_of_everything_else_stay_as_sent() -> None:
    text = '[ 2 ,"a\\u0062", "StartTransaction",{"meterStart" : 1.50e1,"idTag":"AB\\u0043123", "x":"\\/\\n\\u00fc" ,"connectorId":1} ]'
    other = one(text)
    begin = text.index('"AB')
    end = text.index('", "x"')
    assert (other[:begin], other[end:], len(other)) == (text[:begin], text[end:], len(text))
    assert "ABC123" not in json.loads(other)[3]["idTag"]
    assert "\\u00" in other[begin:end], "an escape stays an escape"


def test_a_value_is_found_in_texts_before_it_was_named_and_in_message_ids() -> None:
    texts = anonymized(
        '[4,"CARD-77-1","GenericError","CARD-77 is unknown to us",{"detail":"(card-77)"}]',
        call("Authorize", {"idTag": "CARD-77"}),
    )
    tag = payload(texts[1])["idTag"]
    kind, message_id, code, description, details = json.loads(texts[0])
    assert (kind, code) == (4, "GenericError")
    assert message_id == f"{tag}-1"
    assert description == f"{tag} is unknown to us"
    assert details == {"detail": f"({tag.lower()})"}


def test_a_word_of_the_protocol_that_is_somebodys_tag_is_replaced_as_a_tag_only() -> None:
    texts = anonymized(call("Authorize", {"idTag": "Accepted"}), '[3,"id-1",{"idTagInfo":{"status":"Accepted"}}]')
    assert payload(texts[0])["idTag"] != "Accepted"
    assert payload(texts[1], 2) == {"idTagInfo": {"status": "Accepted"}}


def test_ids_of_messages_transactions_and_reservations_times_readings_and_products_stay() -> None:
    body: dict[str, Any] = {
        "transactionId": 4711,
        "reservationId": 12,
        "timestamp": "2026-03-01T12:00:00Z",
        "meterStop": 1234567,
        "transactionData": [
            {"timestamp": "2026-03-01T12:00:00Z", "sampledValue": [{"value": "1234567.8", "location": "Outlet"}]}
        ],
    }
    boot = {"chargePointVendor": "Made", "chargePointModel": "Up 1.2.3.4", "firmwareVersion": "10.0.0.17"}
    for each in (call("StopTransaction", body), call("BootNotification", boot)):
        assert one(each) == each


def test_a_number_stays_a_number() -> None:
    other = payload(one(call("Authorize", {"idTag": 123456})))["idTag"]
    assert isinstance(other, int)
    assert (other != 123456, len(str(other))) == (True, 6)


@pytest.mark.parametrize(
    ("text", "pieces", "stays"),
    [
        ("ftp://joe:secret9@files.made-up.net:2121/diag/CARD77.zip?key=abcd12#x1", ("joe", "secret9", "made-up", "CARD77", "abcd12"), ("ftp://", ":2121/", ".zip?key=")),
        ("https://198.51.100.77/ocpp/firmware/fw-777.bin", ("198.51.100.77", "fw-777"), ("https://", "/ocpp/firmware/", ".bin")),
        ("http://127.0.0.1:8899/diag/", (), ("http://127.0.0.1:8899/",)),
    ],
)  # fmt: skip
def test_of_a_location_the_scheme_the_port_and_well_known_words_stay(
    text: str, pieces: tuple[str, ...], stays: tuple[str, ...]
) -> None:
    other = payload(one(call("GetDiagnostics", {"location": text})))["location"]
    assert len(other) == len(text)
    assert not [piece for piece in pieces if piece in other]
    assert not [part for part in stays if part not in other]


def test_a_private_address_stays_private_and_a_public_one_public() -> None:
    texts = anonymized(
        call("StatusNotification", {"info": "gateway 192.168.7.23 via 203.0.113.77"}),
        call("StatusNotification", {"info": "lost 203.0.113.77"}),
    )
    first, second = (payload(text)["info"] for text in texts)
    private, public = first.removeprefix("gateway ").split(" via ")
    assert private.startswith("192.168.")
    assert private != "192.168.7.23"
    assert not public.startswith(("10.", "127.", "192.168.", "203.0.113.77"))
    assert second == f"lost {public}"


def test_settings_are_known_by_their_names() -> None:
    rows = [
        {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
        {"key": "WifiSSID", "readonly": False, "value": "Backyard"},
        {"key": "CentralSystemUrl", "readonly": False, "value": "wss://made-up.net/ocpp/CARD77"},
        {"key": "WifiEnabled", "readonly": False, "value": "true"},
        {"key": "AuthorizationKey", "readonly": False, "value": "************"},
        {"key": "MeterValuesSampledData", "readonly": False, "value": "Energy.Active.Import.Register,Voltage"},
    ]
    other = payload(one(json.dumps([3, "id-1", {"configurationKey": rows}])), 2)["configurationKey"]
    changed = [row["key"] for row, new in zip(rows, other, strict=True) if row != new]
    assert changed == ["WifiSSID", "CentralSystemUrl"]
    assert other[2]["value"].startswith("wss://")
    report = {"reportData": [{"variableAttribute": [{"value": "SN-4711"}], "component": {"name": "ChargingStation"}, "variable": {"name": "SerialNumber"}}]}  # fmt: skip
    row = payload(one(call("NotifyReport", report)))["reportData"][0]
    assert row["variable"] == {"name": "SerialNumber"}
    assert row["variableAttribute"] != report["reportData"][0]["variableAttribute"]


def test_vendor_data_is_replaced_whole_but_a_tag_in_it_keeps_its_pseudonym() -> None:
    texts = anonymized(
        call("Authorize", {"idTag": "CARD-77"}),
        call("DataTransfer", {"vendorId": "made.up", "messageId": "Cable", "data": '{"card":"CARD-77","load":42}'}),
        '[3,"id-1",{"status":"Accepted","data":"Thursday"}]',
        call("Heartbeat", {"customData": {"vendorId": "made.up", "mood": "fine", "n": [17, True, None]}}),
    )
    tag = payload(texts[0])["idTag"]
    data = payload(texts[1])
    assert (data["vendorId"], data["messageId"]) == ("made.up", "Cable")
    assert f'":"{tag}","' in data["data"]
    assert "load" not in data["data"]
    assert "Thursday" not in texts[2]
    custom = payload(texts[3])["customData"]
    assert custom["vendorId"] == "made.up"
    assert custom["mood"] != "fine"
    assert custom["n"][0] != 17
    assert custom["n"][1:] == [True, None]


def test_what_is_kept_stays_and_what_is_dropped_leaves_its_shape() -> None:
    text = call("BootNotification", {"iccid": "89490000000012345678", "meterSerialNumber": "Ab-12"})
    assert one(text, kept=(Kind.SERIALS,)) == text
    dropped = payload(one(text, dropped=(Kind.SERIALS,)))
    assert dropped == {"iccid": "10000000000000000000", "meterSerialNumber": "Xx-00"}


def test_the_salt_makes_the_pseudonyms() -> None:
    text = call("Authorize", {"idTag": "CARD-77-88-99"})
    assert one(text, salt="a") == one(text, salt="a") != one(text, salt="b")


@pytest.mark.parametrize(
    "text",
    [
        '[2,"1","Authorize",{"idTag":"CARD-77"',
        '[2,"1","Authorize",{"idTag":"CARD-77',
        '[2,"1","Authorize",{idTag:CARD-77}]',
        '[2,"1","Authorize",{"idTag":"CARD-77",}]]]}',
        "CARD-77 hello",
        '{"idTag":["CARD-77",{"CARD-77":1}]}',
        '"CARD-77',
    ],
)
def test_broken_messages_are_searched_as_well_as_they_can_be(text: str) -> None:
    broken, _ = anonymized(text, call("Authorize", {"idTag": "CARD-77"}))
    assert "CARD-77" not in broken
    assert len(broken) == len(text)
    assert broken.replace('"', "").count("[") == text.count("[")


NAMES = st.sampled_from(
    ["idTag", "idToken", "data", "value", "key", "location", "customData", "info", "serialNumber", "certificate", "x"]
)
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["CARD-77", "http://a.b/c?d=e", "10.0.0.1", "-----BEGIN X-----\nAAAA\n-----END X-----"]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=20,
)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return [(len(name), shape(inner)) for name, inner in value.items()]
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return (type(value), len(value)) if isinstance(value, str) else type(value)


@given(VALUES, st.booleans(), st.sampled_from(["Authorize", "DataTransfer", "BootNotification"]))
def test_any_json_keeps_its_structure_and_its_length(value: Any, ascii_only: bool, action: str) -> None:
    text = json.dumps([2, "1", action, value], ensure_ascii=ascii_only)
    other = one(text)
    assert len(other.encode("utf-8", "surrogatepass")) == len(text.encode("utf-8", "surrogatepass"))
    assert shape(json.loads(other)) == shape(json.loads(text))


@given(st.text(alphabet='[]{}",:\\u0041 \n12ax-', max_size=60))
def test_no_text_is_too_broken(text: str) -> None:
    assert len(one(text)) == len(text)


def test_a_very_deep_message_with_very_many_values_takes_time_in_proportion() -> None:
    deep = 60_000
    text = '[2,"1","Authorize",' + '{"idTag":[' * deep + "1," * deep
    assert len(one(text)) == len(text)
