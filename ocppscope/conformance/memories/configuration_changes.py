"""What a 1.6 station said of its configuration keys, and which changes it accepted since."""

from typing import ClassVar, NamedTuple

from ocppscope.conformance.configuration_rows import (
    AUTHORIZATION_KEY,
    MEASURAND_KEYS,
    TAKEN,
    change_of,
    rows_of,
)
from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.measurands import bare_measurand, listed
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role

_MOST_KEYS = 300
_MOST_CHANGES = 64


class Known(NamedTuple):
    """What a key holds, as the station told or accepted; ``record`` is the number of that answer."""

    value: str | None
    readonly: bool | None
    record: int


class Change(NamedTuple):
    """An accepted change that was not read back yet: values asked for and before, record numbers."""

    value: str
    before: str | None
    call: int
    conf: int


class ConfigurationChanges(Memory):
    """By key in lower case. No secrets."""

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"BootNotification", "ChangeConfiguration", "GetConfiguration"})

    def __init__(self) -> None:
        self._known: Recent[str, Known] = Recent(_MOST_KEYS)
        self._changes: Recent[str, Change] = Recent(_MOST_CHANGES)
        self._refused: Recent[tuple[str, str], int] = Recent(_MOST_CHANGES)

    def known(self, key: str) -> Known | None:
        """What the key holds."""
        return self._known.get(key)

    def change(self, key: str) -> Change | None:
        """The latest accepted change, while it was not read back."""
        return self._changes.get(key)

    def refused(self, key: str, measurand: str) -> int | None:
        """Record number of the answer by which the station refused a list of this measurand alone; None if it did not."""
        return self._refused.get((key, measurand))

    def learn(self, event: ResponseSeen) -> None:
        """Take in an answer."""
        pending = event.closed.pending
        if pending is None or event.exchange is None or not isinstance(event.message, CallResult):
            return
        match pending.call.action:
            case "BootNotification":
                self._changes.pop("heartbeatinterval", None)  # its answer has set it anew
                self._refused.clear()  # another firmware may know more
            case "GetConfiguration" if event.exchange.dut is Role.STATION:
                self._read(event)
            case "ChangeConfiguration" if event.exchange.dut is Role.STATION:
                self._changed(event)

    def _read(self, event: ResponseSeen) -> None:
        if not isinstance(event.message, CallResult):
            return
        for row in rows_of(event.message.payload):
            if row.key != AUTHORIZATION_KEY:
                self._known[row.key] = Known(row.value, row.readonly, event.scene.number)
                self._changes.pop(row.key, None)

    def _changed(self, event: ResponseSeen) -> None:
        pending, record = event.closed.pending, event.scene.number
        change = change_of(pending.call) if pending is not None else None
        if change is None or pending is None or not isinstance(event.message, CallResult):
            return
        key, value = change
        status = text_at(event.message.payload, "status")
        if key == AUTHORIZATION_KEY:
            return
        if status == "Rejected" and key in MEASURAND_KEYS and len(names := listed(value)) == 1:
            self._refused[key, bare_measurand(names[0])] = record
        elif status in TAKEN:
            former = self._known.get(key)
            if status == "Accepted":
                self._changes[key] = Change(value, former.value if former is not None else None, pending.number, record)
            else:
                self._changes.pop(key, None)
            self._known[key] = Known(value, former.readonly if former is not None else None, record)
