"""No secret of a handshake or a message is recorded; everything else is, as it was."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppscope.capture.secrets.handshakes import describe_credentials, redact_headers, redact_url
from ocppscope.capture.secrets.messages import redact_message

SECRET = "0123456789abcdef"


def call(action: str, payload: object) -> str:
    return json.dumps([2, "1", action, payload])


MESSAGES = [
    call("ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET}),
    call("ChangeConfiguration", {"value": SECRET, "key": "AuthorizationKey"}),
    json.dumps([3, "1", {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]}]),
    call(
        "SetVariables",
        {
            "setVariableData": [
                {
                    "attributeValue": SECRET,
                    "component": {"name": "SecurityCtrlr"},
                    "variable": {"name": "BasicAuthPassword"},
                }
            ]
        },
    ),
    call(
        "NotifyReport",
        {
            "reportData": [
                {
                    "component": {"name": "SecurityCtrlr"},
                    "variable": {"name": "BasicAuthPassword"},
                    "variableAttribute": [{"value": SECRET}],
                }
            ]
        },
    ),
    call("SetNetworkProfile", {"connectionData": {"apn": {"apn": "x", "apnPassword": SECRET}}}),
    call(
        "SetNetworkProfile", {"connectionData": {"vpn": {"server": "s", "user": "u", "password": "p", "key": SECRET}}}
    ),
    call("SetNetworkProfile", {"connectionData": {"basicAuthPassword": SECRET}}),
    call("UpdateFirmware", {"location": f"ftp://me:{SECRET}@files.example/fw.bin", "retrieveDate": "x"}),
    call("GetDiagnostics", {"location": f"ftp://me:a@{SECRET}@files.example/"}),
    '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"' + SECRET,
    '[2,"1","ChangeConfiguration",{"key" : "AuthorizationKey" , "value"\n:\t"' + SECRET + '"}]',
]


@pytest.mark.parametrize("text", MESSAGES)
def test_a_secret_in_a_message_becomes_as_many_asterisks(text: str) -> None:
    redacted = redact_message(text)
    assert SECRET not in redacted
    assert "*" * len(SECRET) in redacted
    assert len(redacted) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        '[2,"1","Heartbeat",{}]',
        call("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "300"}),
        call("DataTransfer", {"vendorId": "a@b", "data": "http://host/path?x=@"}),
        "no JSON: AuthorizationKey",
    ],
)
def test_a_message_without_a_secret_is_the_same_text(text: str) -> None:
    assert redact_message(text) == text


def test_other_settings_beside_a_secret_stay_readable() -> None:
    text = call(
        "SetVariables",
        {
            "setVariableData": [
                {"attributeValue": SECRET, "component": {"name": "A"}, "variable": {"name": "BasicAuthPassword"}},
                {"attributeValue": "plain", "component": {"name": "A"}, "variable": {"name": "Interval"}},
            ]
        },
    )
    assert redact_message(text) == text.replace(SECRET, "*" * len(SECRET))


def test_a_giant_message_is_blotted_generously_but_surely() -> None:
    text = call("ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET, "pad": "x" * 300_000})
    redacted = redact_message(text)
    assert SECRET not in redacted
    assert len(redacted) == len(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "value", "password", "variable", "name", "attributeValue", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_redaction_changes_nothing_but_characters_of_strings(value: Any, ascii_only: bool) -> None:
    text = json.dumps(["AuthorizationKey password", value], ensure_ascii=ascii_only)
    redacted = redact_message(text)
    assert len(redacted) == len(text)
    assert _shape(json.loads(redacted)) == _shape(json.loads(text))


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return str if isinstance(value, str) else value


@given(st.text(max_size=300))
def test_any_text_is_redacted_to_the_same_length(text: str) -> None:
    assert len(redact_message(text + "assword")) == len(text) + 7


@pytest.mark.parametrize("text", ['"\\"' * 60_000, '{"value":"' * 25_000, "://a:" * 50_000, '{"key":"' * 30_000])
@pytest.mark.timeout(5)
def test_hostile_text_takes_no_quadratic_time(text: str) -> None:
    redact_message("assword@" + text)
    redact_url(text + "?token" * 10_000 + "=")


def test_credentials_in_headers_are_replaced_and_their_scheme_stays() -> None:
    headers = [
        ("authorization", "Basic abc="),
        ("Proxy-Authorization", "opaque"),
        ("COOKIE", "a=b"),
        ("X-Auth-Token", "t"),
        ("x-api-key", "k"),
        ("Sec-WebSocket-Key", "nonce"),
        ("Referer", "http://me:pw@host/x?token=t&y=1"),
    ]
    assert redact_headers(headers) == [
        ("authorization", "Basic [redacted]"),
        ("Proxy-Authorization", "[redacted]"),
        ("COOKIE", "[redacted]"),
        ("X-Auth-Token", "[redacted]"),
        ("x-api-key", "[redacted]"),
        ("Sec-WebSocket-Key", "nonce"),
        ("Referer", "http://me:[redacted]@host/x?token=[redacted]&y=1"),
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/CP001", "/CP001"),
        ("/CP001?v=1&access_token=x&w", "/CP001?v=1&access_token=[redacted]&w"),
        ("/CP001?key=x&apikey=y&monkey=z&auth=1", "/CP001?key=[redacted]&apikey=[redacted]&monkey=z&auth=[redacted]"),
        ("ws://me:pw@host/CP001", "ws://me:[redacted]@host/CP001"),
    ],
)
def test_secrets_in_urls_are_replaced(target: str, expected: str) -> None:
    assert redact_url(target) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("Basic " + base64.b64encode(b"CP001:sixteen chars 16").decode(), "Basic user=CP001 password=16 bytes"),
        ("basic " + base64.b64encode(b"CP001:a:b:c").decode(), "basic user=CP001 password=5 bytes"),
        (
            "Basic " + base64.b64encode(b"CP001:" + b"3031" * 10).decode(),
            "Basic user=CP001 password=40 bytes, all hex digits",
        ),
        ("Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(), r"Basic user=\xff\xfe password=1 bytes"),
        ("Basic " + base64.b64encode(b"nocolon").decode(), "Basic without a password"),
        ("Basic %%%", "Basic that is no base64, 3 bytes"),
        ("Bearer abcdef", "Bearer credentials=6 bytes"),
        ("", "(empty) credentials=0 bytes"),
    ],
)
def test_credentials_are_described_without_the_secret(header: str | None, expected: str | None) -> None:
    assert describe_credentials(header) == expected


def test_a_password_of_sixteen_characters_is_counted_in_bytes() -> None:
    header = "Basic " + base64.b64encode("CP001:pässwörd".encode()).decode()
    assert describe_credentials(header) == "Basic user=CP001 password=10 bytes"
