"""Secrets inside OCPP messages, blotted out before they are recorded.

Three kinds travel in clear: the station's password when it is set or read (1.6 ``AuthorizationKey``, 2.x
``BasicAuthPassword``), passwords and shared keys of network profiles, and passwords inside URLs (a firmware location may be
``ftp://user:password@host/``). Each character of a secret becomes an asterisk, so that lengths and everything else stay as
sent. The text is scanned, not parsed: what is not quite JSON is treated as well as it can be, in linear time.
"""

import re

_NAME = re.compile(r"(?i)authorizationkey|passw|secret")
_VALUES = {"value", "attributeValue"}

# A string (with a colon behind it a member's name), or an end of an object. An unfinished string reaches to the end of the
# text instead of being tried again from each of its own quotes, which would be quadratic.
_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(\s*+:)?|\\?\Z)|[{}]', re.DOTALL)
_URL_PASSWORD = re.compile(r"(?<=://)([^/?#@:\s\"]*+:)([^/?#\s\"]*)(?=@)")

_MAX_SCAN = (
    1024 * 1024
)  # characters: 50 ms of the engine's time. Beyond, a regular expression blots out more than it must
_ANY_VALUE = re.compile(
    r'("(?:value|attributeValue|key|[^"\\]*(?:assword|uthorizationKey)[^"\\]*)"\s*+:\s*+")([^"\\]*+(?:\\.[^"\\]*+)*+)',
    re.DOTALL,
)


def redact_message(text: str) -> str:
    """The message with its secrets as asterisks; the very same object where there is no sign of one."""
    # Each of these searches costs every message 0.05 to 0.15 us, so they are few and their words long.
    if "uthorizationKey" in text or "assword" in text:
        text = _ANY_VALUE.sub(_blot, text) if len(text) > _MAX_SCAN else _redact_values(text)
    if "@" in text and "://" in text:
        text = _URL_PASSWORD.sub(_blot, text)
    return text


def _blot(found: re.Match[str]) -> str:
    return found[1] + "*" * len(found[2])


class _Object:
    """A JSON object while it is being scanned."""

    __slots__ = ("key", "member", "parent_member", "password", "secret", "values")

    def __init__(self, parent_member: str) -> None:
        self.parent_member = parent_member
        self.member = ""  # name of the latest member
        self.secret = False  # its values are secrets, because of the setting that they belong to
        self.password = False  # it holds a password, so its member "key" is one too
        self.key: tuple[int, int] | None = None
        self.values: list[tuple[int, int]] = []  # where values stand, its own and those of objects inside it


def _redact_values(text: str) -> str:
    spans: list[tuple[int, int]] = []
    stack = [_Object("")]
    for token in _TOKEN.finditer(text):
        content = token[1]
        if content is not None:
            if token[2] is not None:
                stack[-1].member = content
            else:
                _string(stack[-1], content, token.span(1), spans)
        elif token[0] == "{":
            stack.append(_Object(stack[-1].member))
        elif len(stack) > 1:
            _close(stack.pop(), stack[-1], spans)
    while len(stack) > 1:  # a message that was cut
        _close(stack.pop(), stack[-1], spans)
    if not spans:
        return text
    pieces: list[str] = []
    position = 0
    for start, stop in sorted(spans):
        pieces += text[position:start], "*" * (stop - start)
        position = stop
    return "".join([*pieces, text[position:]])


def _string(inside: _Object, content: str, span: tuple[int, int], spans: list[tuple[int, int]]) -> None:
    member = inside.member
    if _NAME.search(member):
        inside.password = True
        spans.append(span)
    elif member in _VALUES:
        inside.values.append(span)
    elif member == "key":  # 1.6: the setting's name; in a network profile a shared secret
        inside.key = span
        inside.secret = inside.secret or _NAME.search(content) is not None
    elif member == "name" and inside.parent_member == "variable":  # 2.x: the setting's name, one object further in
        inside.secret = _NAME.search(content) is not None


def _close(done: _Object, parent: _Object, spans: list[tuple[int, int]]) -> None:
    if done.password and done.key is not None:
        spans.append(done.key)
    if done.parent_member == "variable":
        parent.secret = parent.secret or done.secret
    elif done.secret:
        spans += done.values
    else:
        # The shorter list into the longer: a hundred thousand nested objects must not copy theirs at each level.
        short, long = sorted((parent.values, done.values), key=len)
        long += short
        parent.values = long
