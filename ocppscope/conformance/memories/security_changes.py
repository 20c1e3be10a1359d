"""What a CSMS changed of how a station must connect, and whether it did so since."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from ocppscope.conformance.event import ConnectionOpened, ConnectionRefused, Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at, objects_at, text_at
from ocppscope.protocol.roles import Role

CHANGE_ACTIONS = frozenset({"ChangeConfiguration", "SetVariables"})
UNAUTHORIZED = frozenset({401, 403})

_KEYS = {"authorizationkey": "AuthorizationKey", "securityprofile": "SecurityProfile"}


class Change(msgspec.Struct):
    """One change that the station took.

    Attributes:
        key: AuthorizationKey, SecurityProfile or BasicAuthPassword.
        value: of a SecurityProfile; None otherwise, for the others are secret.
        status: Accepted or RebootRequired.
        call, conf: record numbers of the request and of its answer; at: when that passed (record clock, ns).
        connected: how many connections were established since; refused: how many were refused for their credentials.
    """

    key: str
    value: int | None
    status: str
    call: int
    conf: int
    at: int
    connected: int = 0
    refused: int = 0


class SecurityChanges(Memory):
    """The latest change of each kind."""

    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened, ConnectionRefused, ResponseSeen)
    actions = CHANGE_ACTIONS

    def __init__(self) -> None:
        self._changes: Recent[str, Change] = Recent(4)

    def get(self, key: str) -> Change | None:
        """The latest change of this key."""
        return self._changes.get(key)

    def open_changes(self) -> list[Change]:
        """Those since which no connection was established."""
        return [change for change in self._changes.values() if not change.connected]

    def learn(self, event: ConnectionOpened | ConnectionRefused | ResponseSeen) -> None:
        """Take in a change or an attempt to connect."""
        if isinstance(event, ResponseSeen):
            for change in changes_in(event):
                self._changes[change.key] = change
        elif isinstance(event, ConnectionOpened):
            for change in self._changes.values():
                change.connected += 1
        elif event.record.status in UNAUTHORIZED:
            for change in self._changes.values():
                change.refused += 1


def changes_in(event: ResponseSeen) -> Iterator[Change]:
    """The changes that this answer of a station takes."""
    pending, exchange = event.closed.pending, event.exchange
    if pending is None or exchange is None or exchange.dut is not Role.STATION:
        return
    if not isinstance(event.message, CallResult):
        return
    request, result = pending.call.payload, event.message.payload
    rows: list[tuple[str | None, int | None, str | None]] = []
    if exchange.action == "ChangeConfiguration":
        value = number_at(request, "value")
        key = _KEYS.get((text_at(request, "key") or "")[:40].lower())
        rows.append((key, None if value is None else int(value), text_at(result, "status")))
    else:
        answers = objects_at(result, "setVariableResult")
        for asked, answer in zip(objects_at(request, "setVariableData"), answers, strict=False):
            variable = (text_at(asked, "variable", "name") or "")[:40].lower()
            component = (text_at(asked, "component", "name") or "")[:40].lower()
            if (component, variable) == ("securityctrlr", "basicauthpassword"):
                rows.append(("BasicAuthPassword", None, text_at(answer, "attributeStatus")))
    for name, number, status in rows:
        if name is not None and status in ("Accepted", "RebootRequired"):
            profile = number if name == "SecurityProfile" else None
            yield Change(name, profile, status, exchange.call, event.scene.number, event.scene.at)


def demanded_profile(configuration: dict[str, str]) -> int | None:
    """The SecurityProfile that a station reports or was set to; None when that was not seen."""
    for key in ("securityprofile", "securityctrlr.securityprofile"):
        value = configuration.get(key, "").strip()
        if value in ("0", "1", "2", "3"):
            return int(value)
    return None
