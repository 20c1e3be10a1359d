"""The grammar: what parses, how it is written, and what is wrong with the rest."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocppscope.filters import FilterError, member_expression, parse
from ocppscope.filters.parser import MAX_DEPTH, MAX_LENGTH
from ocppscope.filters.subject import COST

ALPHABET = "ab1 :|!()\"'$.[]*?=<>~\\%\u00e9\u202e\ud800\t"
PIECES = st.sampled_from(
    [
        "action:", "type:", "dir:", "sev:", "latency", "limit", "findings", "held", "$", "$.a", "[0]", "[*]", '["x y"]', ".*",
        ">", "<=", "=", "!=", "~", "2s", "350ms", "80%", "up", "down", "CALL", "?", "*", "error", "Boot*", "meter", '"a b"',
        "'c'", "|", " | ", "!", "(", ")", " ", "17", "statoin:",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("   ", ""),
        ("meter", "meter"),
        ("  meter   dir:up ", "meter dir:up"),
        ("action:Boot*|Meter*", "action:Boot*|Meter*"),
        ("ACTION:Boot*", "action:Boot*"),
        ("action=Boot*", "action:Boot*"),
        ("action!=Boot*|Heart*", "!action:Boot*|Heart*"),
        ("boot|meter", "boot | meter"),
        ("boot | meter findings", "boot | meter findings"),
        ("(boot|meter) findings", "boot | meter findings"),
        ("boot|(meter findings)", "boot | (meter findings)"),
        ("action:Boot*|type:SEND", "action:Boot* | type:SEND"),
        ("action:Boot* | meter", "action:Boot* | meter"),
        ("!(a b)", "!(a b)"),
        ("!(a|b)", "!(a | b)"),
        ("!!a", "!!a"),
        ("((a))", "a"),
        ("(a b) c", "a b c"),
        ("Findings", "findings"),
        ('"findings"', '"findings"'),
        ("latency>2s", "latency>2s"),
        ("Latency>=1.50S", "latency>=1.50s"),
        ("latency=2s|350ms", "latency=2s|350ms"),
        ("limit>80%", "limit>80%"),
        ("type:malformed", "type:?"),
        ("station:'CP 1'", 'station:"CP 1"'),
        (r'station:"a\"b\\c"', r'station:"a\"b\\c"'),
        ("$.status=Accepted|Rejected", "$.status=Accepted|Rejected"),
        ('$["a b"][0].*[*][-1]', '$["a b"][0].*.*[-1]'),
        ("$['a'].b~x", "$.a.b~x"),
        ("$.a[0].b>3", "$.a[0].b>3"),
        ("$.meterValue", "$.meterValue"),
        ("$~04a2", "$~04a2"),
        ("09:41", "09:41"),
        ("a!b", "a!b"),
    ],
)
def test_is_written_in_one_way_that_parses_to_itself(text: str, written: str) -> None:
    filter_ = parse(text)
    assert str(filter_) == written
    assert parse(written) == filter_


def test_only_the_empty_filter_is_empty() -> None:
    assert parse(" ").is_empty
    assert not parse("*").is_empty


def test_an_or_binds_more_tightly_than_standing_together() -> None:
    assert parse("a b|c") == parse("a (b|c)")
    assert parse("a b|c") != parse("(a b)|c")


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ("meter statoin:CP1", "unknown field 'statoin', did you mean station?", 6),
        ("foo:1", "unknown field 'foo'; a text that holds a colon or comparison is written in quotes", 0),
        ("wattage>3", "unknown field 'wattage'; a text that holds a colon or comparison is written in quotes", 0),
        ("latency>2", "latency needs a time such as 2s or 350ms", 8),
        ("latency>", "latency needs a time such as 2s or 350ms", 8),
        ("latency>fast", "latency needs a time such as 2s or 350ms", 8),
        ("latency>2h", "latency needs a time such as 2s or 350ms", 8),
        ("latency>-2s", "latency needs a time such as 2s or 350ms", 8),
        ("latency>２s", "latency needs a time such as 2s or 350ms", 8),
        ("latency:2s", "latency needs a comparison such as latency>2s", 7),
        ("latency=2s|", "nothing behind '|'", 10),
        ("limit>80", "limit needs a percentage such as 80%", 6),
        ("limit>0.8s", "limit needs a percentage such as 80%", 6),
        ("tx>5", "tx is no amount, write tx:17", 2),
        ("action:", "action needs a value such as action:Boot*", 7),
        ("action: Boot", "action needs a value such as action:Boot*", 7),
        ("action:|a", "action needs a value such as action:Boot*", 7),
        ("action:a|", "nothing behind '|'", 8),
        ("action:a||b", "nothing behind '|'", 8),
        ("action:!a", "the '!' stands before the field: !action:…", 7),
        ("action:(a|b)", "parentheses group words, alternatives of a field are written a|b", 7),
        ("dir:left", "dir is one of up, down", 4),
        ("dir:up|x", "dir is one of up, down", 7),
        ("type:REPLY", "type is one of CALL, CALLRESULT, CALLERROR, CALLRESULTERROR, SEND, ?", 5),
        ("type:CALL?", "type is one of CALL, CALLRESULT, CALLERROR, CALLRESULTERROR, SEND, ?", 5),
        ("sev:fatal", "sev is one of error, warning, info", 4),
        ("a | ", "nothing behind '|'", 2),
        ("a||b", "nothing behind '|'", 1),
        ("|a", "nothing before '|'", 0),
        ("(|a)", "nothing before '|'", 1),
        ("(a|)", "nothing behind '|'", 2),
        ("(a", "a '(' without ')'", 0),
        ("(", "a '(' without ')'", 0),
        ("a (b (c)", "a '(' without ')'", 2),
        ("a)", "a ')' without '('", 1),
        (")", "a ')' without '('", 0),
        ("()", "nothing between the parentheses", 0),
        ("!", "nothing behind '!'", 0),
        ("! a", "nothing behind '!'", 0),
        ("a !|b", "nothing behind '!'", 2),
        ('a "b', "the quote is not closed", 2),
        ("station:'b", "the quote is not closed", 8),
        ('a"b"', "quotes stand around a whole word", 1),
        ('"a"b', "a blank is missing behind the quotes", 3),
        ('""', "nothing between the quotes", 0),
        ("$.", "a name is missing behind '.'", 2),
        ("$.a..b", "a name is missing behind '.'", 4),
        ("$x", "a path goes on with .name, [0] or a comparison: $.a.b[0]=value", 1),
        ("$.a=", "a value is missing behind $.a=", 4),
        ("$.a=!b", "the '!' stands before the field: !$.a=…", 4),
        ("$[x]", 'brackets hold an index, * or a quoted name: [0] [*] ["a b"]', 1),
        ("$[1", 'brackets hold an index, * or a quoted name: [0] [*] ["a b"]', 1),
        ('$["a"', 'brackets hold an index, * or a quoted name: [0] [*] ["a b"]', 1),
        ('$["a', "the quote is not closed", 2),
        ("$[1234567890]", 'brackets hold an index, * or a quoted name: [0] [*] ["a b"]', 1),
    ],
)
def test_says_what_is_wrong_and_where(text: str, reason: str, position: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert (caught.value.reason, caught.value.position) == (reason, position)


def test_a_long_unknown_field_is_not_repeated_in_full() -> None:
    with pytest.raises(FilterError) as caught:
        parse("x" * 3000 + ":1")
    assert len(caught.value.reason) < 150


def test_length_and_nesting_are_bounded() -> None:
    parse("a" * MAX_LENGTH)
    with pytest.raises(FilterError, match="at most 4096 characters") as too_long:
        parse("a" * (MAX_LENGTH + 1))
    assert too_long.value.position == MAX_LENGTH
    parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH)
    for deep in ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), "!" * 4000 + "a", "(!" * 2000):
        with pytest.raises(FilterError, match="nested more than 32 deep"):
            parse(deep)
    many = parse("a|b " * 1000)
    assert parse(str(parse("!a " * 1000))) == parse("!a " * 1000)
    assert many.needs == {"action", "message_id", "info"}


def test_groups_side_by_side_are_not_nested() -> None:
    parse(" ".join(["(a|!b)"] * 200))


def _error(text: str) -> FilterError | None:
    try:
        parse(text)
    except FilterError as error:
        return error
    return None


def _parses_or_says_where(text: str) -> None:
    error = _error(text)
    if error is not None:
        assert 0 <= error.position <= len(text)
        assert error.reason
        return
    filter_ = parse(text)
    assert parse(str(filter_)) == filter_
    assert filter_.needs <= COST.keys()


@given(st.text(max_size=60))
def test_any_string_parses_or_says_where_it_is_wrong(text: str) -> None:
    _parses_or_says_where(text)


@given(st.text(alphabet=ALPHABET, max_size=30))
def test_any_string_of_the_language_s_own_characters_parses_or_says_where(text: str) -> None:
    _parses_or_says_where(text)


@given(st.lists(PIECES, max_size=14).map("".join))
@example('$["x y"]=a|b | !(findings action:Boot*|meter)')
def test_any_string_of_the_language_s_own_words_parses_or_says_where(text: str) -> None:
    _parses_or_says_where(text)


@pytest.mark.parametrize(
    ("path", "value", "expression"),
    [
        ("$.connectorId", 1, "$.connectorId=1"),
        ("$.idTag", "04 A2", '$.idTag="04 A2"'),
        ("$.a", True, "$.a=true"),
        ("$.a", None, "$.a=null"),
        ("$.limit", 6.1, "$.limit=6.1"),
        ("$.meterValue[0]", {"a": 1}, "$.meterValue[0]"),
        ('$["a b"]', 'say "hi"\\', r'$["a b"]="say \"hi\"\\"'),
    ],
)
def test_the_expression_for_a_json_value_parses(path: str, value: object, expression: str) -> None:
    assert member_expression(path, value) == expression
    assert str(parse(expression)) == expression
