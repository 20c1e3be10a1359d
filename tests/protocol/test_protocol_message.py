"""Text to message: every shape, every flaw with its place, and nothing that a peer can send makes the parser raise."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocppscope.protocol.message import (
    MAX_DEPTH,
    TYPE_NAMES,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Defect,
    DefectKind,
    Malformed,
    MalformedKind,
    Message,
    Send,
    parse,
    parse_bytes,
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[2,"1","Reset",{"type":"Soft"}]', Call("1", "Reset", {"type": "Soft"})),
        ('[3,"1",{}]', CallResult("1", {})),
        ('[4,"1","NotImplemented","no",{"a":1}]', CallError("1", "NotImplemented", "no", {"a": 1})),
        ('[5,"1","FormatViolation","",{}]', CallResultError("1", "FormatViolation", "", {})),
        ('[6,"1","NotifyPeriodicEventStream",{"id":1}]', Send("1", "NotifyPeriodicEventStream", {"id": 1})),
        (' [ 2 , "1" , "Reset" , { } ]\r\n', Call("1", "Reset", {})),
        ('[2,"\\u00fc\\ud83d\\ude00","Reset",{}]', Call("ü😀", "Reset", {})),
    ],
)
def test_reads_the_six_shapes(text: str, message: Message) -> None:
    assert parse(text) == message


def test_an_id_of_36_characters_is_no_defect() -> None:
    assert parse(f'[2,"{"x" * 36}","Reset",{{}}]') == Call("x" * 36, "Reset", {})


@pytest.mark.parametrize(
    ("text", "kind", "element", "reason"),
    [
        ('[2,"1","Reset"]', DefectKind.COUNT, 3, "CALL has 3 elements, 4 are due"),
        ('[2,"1","Reset",{},{}]', DefectKind.COUNT, 5, "CALL has 5 elements, 4 are due"),
        ('[3,"1"]', DefectKind.COUNT, 2, "CALLRESULT has 2 elements, 3 are due"),
        ('[3,"1",{},{}]', DefectKind.COUNT, 4, "CALLRESULT has 4 elements, 3 are due"),
        ('[4,"1","GenericError",""]', DefectKind.COUNT, 4, "CALLERROR has 4 elements, 5 are due"),
        ('[4,"1"]', DefectKind.COUNT, 2, "CALLERROR has 2 elements, 5 are due"),
        ('[5,"1","GenericError",""]', DefectKind.COUNT, 4, "CALLRESULTERROR has 4 elements, 5 are due"),
        ('[6,"1","A"]', DefectKind.COUNT, 3, "SEND has 3 elements, 4 are due"),
        ('[2,"1","Reset",null]', DefectKind.NULL_PAYLOAD, 3, "the payload is null, {} is due"),
        ('[3,"1",null]', DefectKind.NULL_PAYLOAD, 2, "the payload is null, {} is due"),
        ('[4,"1","GenericError","",null]', DefectKind.NULL_PAYLOAD, 4, "the error details is null, {} is due"),
        ('[2,"1","Reset",[]]', DefectKind.TYPE, 3, "the payload is an array, not an object"),
        ('[3,"1","{}"]', DefectKind.TYPE, 2, "the payload is a string, not an object"),
        ('[4,"1",5,"",{}]', DefectKind.TYPE, 2, "the error code is a number, not a string"),
        ('[4,"1","GenericError",true,{}]', DefectKind.TYPE, 3, "the error description is a boolean, not a string"),
        ('[2,17,"Reset",{}]', DefectKind.MESSAGE_ID, 1, "the message id is a number, not a string"),
        ('[2,1.5,"Reset",{}]', DefectKind.MESSAGE_ID, 1, "the message id is a number, not a string"),
        ('[2,"","Reset",{}]', DefectKind.MESSAGE_ID, 1, "the message id is empty"),
        (
            f'[3,"{"x" * 37}",{{}}]',
            DefectKind.MESSAGE_ID,
            1,
            "the message id has 37 characters, at most 36 are allowed",
        ),
        ('\ufeff[3,"1",{}]', DefectKind.BYTE_ORDER_MARK, 0, "a byte order mark stands before the array"),
    ],
)
def test_keeps_the_meaning_and_lists_the_flaws_of_the_wrapper(
    text: str, kind: DefectKind, element: int, reason: str
) -> None:
    message = parse(text)
    assert not isinstance(message, Malformed)
    assert message.defects == (Defect(kind, element, reason),)


def test_several_flaws_are_all_listed() -> None:
    message = parse("\ufeff[4,17,null]")
    assert isinstance(message, CallError)
    assert (message.message_id, message.error_code, message.error_description, message.error_details) == (
        17,
        "",
        "",
        {},
    )
    assert [(defect.kind, defect.element) for defect in message.defects] == [
        (DefectKind.BYTE_ORDER_MARK, 0),
        (DefectKind.COUNT, 3),
        (DefectKind.MESSAGE_ID, 1),
        (DefectKind.TYPE, 2),
    ]


def test_numeric_ids_keep_their_json_type() -> None:
    message = parse('[2,17,"Reset",{}]')
    assert isinstance(message, Call)
    assert message.message_id == 17
    assert type(message.message_id) is int


@pytest.mark.parametrize(
    ("text", "kind", "reason", "position"),
    [
        ("", MalformedKind.NOT_JSON, "empty message", 0),
        (" \n", MalformedKind.NOT_JSON, "empty message", 0),
        ("[", MalformedKind.NOT_JSON, "the JSON text ends too early", 1),
        ('[2,"ü', MalformedKind.NOT_JSON, "the JSON text ends too early", 5),
        ('[2,"1","Reset",{}]x', MalformedKind.NOT_JSON, "trailing characters at character 18", 18),
        ("[]\n é", MalformedKind.NOT_JSON, "trailing characters at character 4", 4),
        ('["é\\q"]', MalformedKind.NOT_JSON, "invalid escape character in string at character 4", 4),
        ('["\\u12g4"]', MalformedKind.NOT_JSON, "invalid character in unicode escape at character 6", 6),
        ('["\\ud800\\u0041"]', MalformedKind.NOT_JSON, "invalid utf-16 surrogate pair at character 13", 13),
        ("[1 2]", MalformedKind.NOT_JSON, "expected ',' or ']' at character 3", 3),
        ('[2,"ü","Reset",{a:1}]', MalformedKind.NOT_JSON, "object keys must be strings at character 16", 16),
        ('[2,"1","Reset",{"a":NaN}]', MalformedKind.NOT_JSON, "invalid character at character 20", 20),
        ("\ufeff[2,x]", MalformedKind.NOT_JSON, "invalid character at character 4", 4),
        ('[3,"1",{"a":"\\ud800"}]', MalformedKind.NOT_JSON, "half of an escaped surrogate pair at character 13", 13),
        ('[3,"1",{"a":"\\ud83d', MalformedKind.NOT_JSON, "the JSON text ends too early", 19),
        ('[3,"1",{"a":"\\ud83d\\ude', MalformedKind.NOT_JSON, "the JSON text ends too early", 23),
        ('[3,"1",{"a":1e400}]', MalformedKind.NOT_JSON, "a number too large to be read, at $[2][...]", None),
        ("1" * 5000, MalformedKind.NOT_JSON, "a number too large to be read, at $", None),
        ('[2,"\ud800"]', MalformedKind.NOT_UTF8, "a lone surrogate is no character", 4),
        ("{}", MalformedKind.NOT_ARRAY, "an object where an array is due", 0),
        ('"[]"', MalformedKind.NOT_ARRAY, "a string where an array is due", 0),
        ("null", MalformedKind.NOT_ARRAY, "null where an array is due", 0),
        ("1", MalformedKind.NOT_ARRAY, "a number where an array is due", 0),
        ("true", MalformedKind.NOT_ARRAY, "a boolean where an array is due", 0),
        ('[1,"1"]', MalformedKind.UNKNOWN_TYPE, "message type 1 does not exist", None),
        ('[7,"1",{}]', MalformedKind.UNKNOWN_TYPE, "message type 7 does not exist", None),
        ("[]", MalformedKind.WRAPPER, "an empty array", None),
        ("[[]]", MalformedKind.WRAPPER, "the message type is an array ([]), not an integer", None),
        ('["2","1","Reset",{}]', MalformedKind.WRAPPER, 'the message type is a string ("2"), not an integer', None),
        ('[2.0,"1","Reset",{}]', MalformedKind.WRAPPER, "the message type is a number (2.0), not an integer", None),
        ('[true,"1",{}]', MalformedKind.WRAPPER, "the message type is a boolean (true), not an integer", None),
        ("[2]", MalformedKind.WRAPPER, "CALL without a message id", None),
        ("[3]", MalformedKind.WRAPPER, "CALLRESULT without a message id", None),
        ('[2,null,"Reset",{}]', MalformedKind.WRAPPER, "the message id is null", None),
        ('[2,true,"Reset",{}]', MalformedKind.WRAPPER, "the message id is a boolean", None),
        ("[3,{},{}]", MalformedKind.WRAPPER, "the message id is an object", None),
        ('[2,"1"]', MalformedKind.WRAPPER, "the action is missing", None),
        ('[2,"1",5,{}]', MalformedKind.WRAPPER, "the action is a number, not a string", None),
    ],
)
def test_says_why_and_where_a_text_is_no_message(
    text: str, kind: MalformedKind, reason: str, position: int | None
) -> None:
    message = parse(text)
    assert isinstance(message, Malformed)
    assert (message.kind, message.reason, message.position) == (kind, reason, position)
    assert message.text == text


def test_keeps_what_can_still_be_made_out_of_a_broken_wrapper() -> None:
    unknown = parse('[9,"abc",{}]')
    assert isinstance(unknown, Malformed)
    assert (unknown.message_type, unknown.message_id) == (9, "abc")
    no_action = parse("[2,17,null,{},1]")
    assert isinstance(no_action, Malformed)
    assert (no_action.message_type, no_action.message_id) == (2, 17)
    assert [defect.kind for defect in no_action.defects] == [DefectKind.COUNT, DefectKind.MESSAGE_ID]


def test_a_long_message_type_is_not_repeated_in_full() -> None:
    message = parse(json.dumps(["x" * 10_000]))
    assert isinstance(message, Malformed)
    assert len(message.reason) < 120


def _nested(levels: int) -> str:
    """A CALL whose deepest array is so many levels deep; the message and its payload are the first two."""
    return '[2,"1","Reset",{"a":' + "[" * (levels - 2) + "]" * (levels - 2) + "}]"


def test_nesting_is_read_to_a_bound() -> None:
    assert isinstance(parse(_nested(MAX_DEPTH)), Call)
    message = parse(_nested(MAX_DEPTH + 1))
    assert isinstance(message, Malformed)
    assert message.kind is MalformedKind.TOO_DEEP
    assert message.position == len('[2,"1","Reset",{"a":') + MAX_DEPTH - 2


@pytest.mark.parametrize("opening", ["[", '{"a":', '[2,"1","Reset",{"a":['])
def test_a_hundred_thousand_brackets_are_only_too_deep(opening: str) -> None:
    message = parse(opening * 100_000)
    assert isinstance(message, Malformed)
    assert message.kind in (MalformedKind.TOO_DEEP, MalformedKind.NOT_JSON)
    assert message.text == opening * 100_000


def test_many_brackets_that_are_not_deep_are_no_problem() -> None:
    payload = {"text": "[" * 500, "flat": [[], {}] * 500}
    assert parse(json.dumps([2, "1", "Reset", payload])) == Call("1", "Reset", payload)


@pytest.mark.parametrize(
    ("data", "position", "reason"),
    [
        (b'[2,"\xff"]', 4, "byte 0xff is not UTF-8"),
        ('[2,"ü'.encode() + b"\xc3(", 5, "byte 0xc3 is not UTF-8"),
        (b"\xed\xa0\x80", 0, "byte 0xed is not UTF-8"),
    ],
)
def test_bytes_that_are_not_utf8_are_shown_with_the_place(data: bytes, position: int, reason: str) -> None:
    message = parse_bytes(data)
    assert isinstance(message, Malformed)
    assert (message.kind, message.position, message.reason) == (MalformedKind.NOT_UTF8, position, reason)
    assert message.text[position] == "\ufffd"


def test_bytes_that_are_utf8_are_read_as_text() -> None:
    assert parse_bytes('[3,"ü",{}]'.encode()) == CallResult("ü", {})


def test_every_shape_has_the_standard_s_word() -> None:
    assert set(TYPE_NAMES) == {Call, CallResult, CallError, CallResultError, Send, Malformed}


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
PAYLOADS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), JSON_VALUES, max_size=4)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=36)
MESSAGES = st.one_of(
    st.builds(Call, IDS, WORDS, PAYLOADS),
    st.builds(CallResult, IDS, PAYLOADS),
    st.builds(CallError, IDS, WORDS, WORDS, PAYLOADS),
    st.builds(CallResultError, IDS, WORDS, WORDS, PAYLOADS),
    st.builds(Send, IDS, WORDS, PAYLOADS),
)
_TYPES: dict[type, int] = {Call: 2, CallResult: 3, CallError: 4, CallResultError: 5, Send: 6}


def _array(message: Any) -> list[Any]:
    return [_TYPES[type(message)], *msgspec.structs.astuple(message)[:-1]]


@given(MESSAGES, st.booleans())
def test_every_valid_message_comes_back_as_it_was(message: Message, ascii_only: bool) -> None:
    assert parse(json.dumps(_array(message), ensure_ascii=ascii_only)) == message


@given(JSON_VALUES)
@example([2, "1", "Reset", {}, []])
def test_any_json_text_is_a_message_or_says_why_not(value: Any) -> None:
    message = parse(json.dumps(value))
    if isinstance(message, Malformed):
        assert message.kind in (MalformedKind.NOT_ARRAY, MalformedKind.UNKNOWN_TYPE, MalformedKind.WRAPPER)
    else:
        assert isinstance(value, list)


@given(st.lists(JSON_VALUES, max_size=5), st.integers(0, 8))
def test_any_array_with_a_message_type_is_read_or_says_why_not(rest: list[Any], kind: int) -> None:
    message = parse(json.dumps([kind, *rest]))
    if not isinstance(message, Malformed):
        assert message.message_id == rest[0]
        assert kind in range(2, 7)


@given(st.text(max_size=80))
def test_any_text_at_all_is_read_without_an_exception(text: str) -> None:
    _check_malformed(text)


@given(MESSAGES, st.data())
def test_a_message_cut_or_garbled_anywhere_is_read_without_an_exception(message: Message, data: st.DataObject) -> None:
    text = json.dumps(_array(message))
    cut = data.draw(st.integers(0, len(text)))
    garbage = data.draw(st.text(max_size=3))
    _check_malformed(text[:cut] + garbage)
    _check_malformed(text[:cut] + garbage + text[cut:])


def _check_malformed(text: str) -> None:
    message = parse(text)
    if isinstance(message, Malformed):
        assert message.text == text
        assert message.position is None or 0 <= message.position <= len(text)
        assert message.reason


@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_read_without_an_exception(data: bytes) -> None:
    message = parse_bytes(data)
    if isinstance(message, Malformed):
        assert message.position is None or 0 <= message.position <= len(message.text)
