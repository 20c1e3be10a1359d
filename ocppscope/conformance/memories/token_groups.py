"""Which driver belongs to which group, as far as the CSMS told."""

from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.memory import Memory, Recent
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at

_MOST = 500


class TokenGroups(Memory):
    """The parentIdTag (1.6) or groupIdToken (2.x) of each token, in lower case: both are case-insensitive."""

    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"Authorize", "StartTransaction", "StopTransaction", "TransactionEvent"})

    def __init__(self) -> None:
        self._groups: Recent[str, str | None] = Recent(_MOST)

    def group_of(self, token: str) -> str | None:
        """Its group; None when it has none, or nobody asked."""
        return self._groups.get(token[:64].lower())

    def is_known(self, token: str) -> bool:
        """Whether the CSMS said anything of this token, so that one without a group is known to have none."""
        return token[:64].lower() in self._groups

    def learn(self, event: ResponseSeen) -> None:
        """Take in what the CSMS says of a token."""
        if event.closed.pending is None or not isinstance(event.message, CallResult):
            return
        asked, told = event.closed.pending.call.payload, event.message.payload
        if "idTag" in asked:
            token, info = text_at(asked, "idTag"), told.get("idTagInfo")
            parent = text_at(info, "parentIdTag")
        elif "idToken" in asked:
            token, info = text_at(asked, "idToken", "idToken"), told.get("idTokenInfo")
            parent = text_at(info, "groupIdToken", "idToken")
        else:
            return
        if token is not None and info is not None:
            self._groups[token[:64].lower()] = None if parent is None else parent[:64].lower()
