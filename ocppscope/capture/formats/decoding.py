"""Why a line of JSON could not be decoded, in words for a person."""

import msgspec

DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises for bytes that are not what they should be."""


def why_undecodable(error: Exception) -> str:
    """One clause, without the line's own text."""
    match error:
        case RecursionError():
            return "the JSON is nested too deeply"
        case UnicodeDecodeError():
            return f"not UTF-8 at byte {error.start} of the text"
        case msgspec.ValidationError():
            return f"JSON of another shape: {error}"
    return f"no JSON: {error}"
