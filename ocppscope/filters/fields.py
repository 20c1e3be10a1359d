"""The fields of the filter language, one line each. The help page and the completion read the same table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from ocppscope.protocol.message import TYPE_NAMES


@dataclass(frozen=True, slots=True)
class TextField:
    """A field that is compared with words: ``action:Boot*``.

    Attributes:
        name: as typed, before the colon.
        attribute: of `Subject`.
        example: a value for messages and help.
        meaning: one line for the help page.
        choices: every value that the field can have; empty where that is not known beforehand.
    """

    name: str
    attribute: str
    example: str
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AmountField:
    """A field that is compared with an amount: ``latency>2s``.

    Attributes:
        name: as typed, before the comparison.
        attribute: of `Subject`.
        example: a value for messages and help.
        meaning: one line for the help page.
        wanted: what a value must be, for error messages.
        units: factor from each unit to the attribute's own; exact, so that 350ms is the float 0.35.
    """

    name: str
    attribute: str
    example: str
    meaning: str
    wanted: str
    units: Mapping[str, Fraction] = field(hash=False)


TEXT_FIELDS: Mapping[str, TextField] = MappingProxyType(
    {
        one.name: one
        for one in (
            TextField("action", "action", "Boot*", "the action; of a response that of its CALL"),
            TextField("type", "type", "CALLERROR", "the message type; ? is malformed", tuple(TYPE_NAMES.values())),
            TextField("dir", "dir", "up", "up to the CSMS, down to the station", ("up", "down")),
            TextField("station", "station", "CP001", "the station's identity"),
            TextField("id", "message_id", "9f3c*", "the message id"),
            TextField("tx", "transaction", "17", "the transaction id"),
            TextField("evse", "evse", "1", "the EVSE, in 1.6 the connector"),
            TextField("rule", "rules", "RPC-*", "a rule that has something to say about it"),
            TextField("sev", "severity", "error", "the worst of its findings", ("error", "warning", "info")),
        )
    }
)

AMOUNT_FIELDS: Mapping[str, AmountField] = MappingProxyType(
    {
        one.name: one
        for one in (
            AmountField(
                "latency",
                "latency",
                "2s",
                "how long the answer took",
                "a time such as 2s or 350ms",
                MappingProxyType({"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60)}),
            ),
            AmountField(
                "limit",
                "limit_share",
                "80%",
                "how much of its allowed time the answer took",
                "a percentage such as 80%",
                MappingProxyType({"%": Fraction(1, 100)}),
            ),
        )
    }
)

FLAGS: Mapping[str, str] = MappingProxyType({"findings": "has_findings", "held": "held", "marked": "marked"})
"""Words that stand for a yes or no, and the attribute of `Subject` that answers."""

FIELD_NAMES: tuple[str, ...] = (*TEXT_FIELDS, *AMOUNT_FIELDS)
"""Every word that is followed by a colon or a comparison."""
