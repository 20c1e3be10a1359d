"""OCPP versions and the WebSocket subprotocols that name them."""

from collections.abc import Iterable
from enum import StrEnum


class OcppVersion(StrEnum):
    """A version of OCPP with a JSON transport. The value is what people write."""

    V16 = "1.6"
    V201 = "2.0.1"
    V21 = "2.1"

    __hash__ = str.__hash__  # see `ocppscope.protocol.roles`

    @property
    def subprotocol(self) -> str:
        """The registered WebSocket subprotocol, ``ocpp1.6`` and so on (OCPP-J 1.6 §3.1.2, 2.0.1 part 4 §3.1.2)."""
        return f"ocpp{self.value}"


BY_SUBPROTOCOL = {version.subprotocol: version for version in OcppVersion}


def negotiated_version(subprotocol: str | None) -> OcppVersion | None:
    """The version that a selected subprotocol names, or None for none, ``ocpp1.5``, ``ocpp2.0`` and foreign names."""
    return BY_SUBPROTOCOL.get((subprotocol or "").strip().lower())


def first_version(candidates: Iterable[OcppVersion]) -> OcppVersion | None:
    """The oldest of several possible versions: what is in all of them is judged by the one that came first."""
    return min(candidates, key=list(OcppVersion).index, default=None)
