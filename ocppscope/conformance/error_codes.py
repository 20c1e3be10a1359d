"""The codes of a CALLERROR: those of each version, and those that mean the same in another (J16 §4.2.3, P4 §4.3).

1.6 spells two of them with slips of the pen that later versions mended; libraries of either kind use both.
"""

from ocppscope.protocol.version import OcppVersion

_COMMON = frozenset(
    {
        "GenericError",
        "InternalError",
        "NotImplemented",
        "NotSupported",
        "PropertyConstraintViolation",
        "ProtocolError",
        "SecurityError",
        "TypeConstraintViolation",
    }
)
_V2X = _COMMON | {"FormatViolation", "MessageTypeNotSupported", "OccurrenceConstraintViolation", "RpcFrameworkError"}

ERROR_CODES = {
    OcppVersion.V16: _COMMON | {"FormationViolation", "OccurenceConstraintViolation"},
    OcppVersion.V201: _V2X,
    OcppVersion.V21: _V2X,
}
"""The table of each version."""

KNOWN_CODES = frozenset[str]().union(*ERROR_CODES.values())

TWINS = {
    "FormationViolation": "FormatViolation",
    "FormatViolation": "FormationViolation",
    "OccurenceConstraintViolation": "OccurrenceConstraintViolation",
    "OccurrenceConstraintViolation": "OccurenceConstraintViolation",
}
"""The other spelling. MessageTypeNotSupported and RpcFrameworkError of 2.x have none in 1.6."""
