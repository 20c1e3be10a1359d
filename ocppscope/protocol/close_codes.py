"""WebSocket close codes in words."""

CLOSE_CODES = {
    1000: "normal",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1005: "no code",
    1006: "abnormal",
    1007: "invalid data",
    1008: "policy violation",
    1009: "message too big",
    1010: "extension missing",
    1011: "internal error",
    1012: "service restart",
    1013: "try again later",
    1014: "bad gateway",
    1015: "TLS failure",
}
"""Close codes of RFC 6455 and the IANA registry in a word or two."""

NO_CODE = 1005
"""RFC 6455 §7.4.1: what a close frame without a code counts as."""
NO_CLOSE_FRAME = 1006
"""RFC 6455 §7.4.1: what an end without a close frame counts as."""


def close_meaning(code: int | None) -> str:
    """What a close code means in a word or two; None stands for a close frame without one."""
    code = NO_CODE if code is None else code
    if code in CLOSE_CODES:
        return CLOSE_CODES[code]
    if 3000 <= code < 4000:
        return "registered by a library"
    return "private use" if 4000 <= code < 5000 else "undefined"
