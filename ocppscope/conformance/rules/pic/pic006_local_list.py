"""PIC-006: a local authorization list longer than declared."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.declared import declared_limit, too_many
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.local_list import LocalList
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import objects_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _send(number: int, kind: str, *tags: str) -> str:
    entries = ",".join(f'{{"idTag":"{tag}","idTagInfo":{{"status":"Accepted"}}}}' for tag in tags)
    return (
        f'< [2,"{number}","SendLocalList",{{"listVersion":{number},"updateType":"{kind}",'
        f'"localAuthorizationList":[{entries}]}}]\n> [3,"{number}",{{"status":"Accepted"}}]\n'
    )


class LocalListTooLong(Rule):
    """A local list, or an update of it, beyond what the station can keep.

    Finds:
        A SendLocalList with more entries than SendLocalListMaxLength, and one that makes the list longer than
        LocalAuthListMaxLength. The length of the whole list is known once a full update was seen.

    Why it matters:
        The station answers Failed and keeps the old list, or keeps a part: some cards then fail while it is offline.

    Usual causes:
        All customers of a CSMS are sent to every station; a list that only grows.

    What to do:
        Send in portions (Full, then Differential), and only the cards that use this site.
    """

    id = "PIC-006"
    name = "Local authorization list longer than declared"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.CSMS
    requirement = Requirement.CLAIM
    spec = "PICS ORS-12, ORS-13; S16 §9.2"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SendLocalList"})
    needs_profile = True
    memories = (LocalList,)
    examples = (
        Example(
            "three entries at once where two are declared",
            _send(1, "Full", "A1", "A2", "A3"),
            profile="settings.ORS-13 = 2",
            finds=1,
            path="$.localAuthorizationList",
        ),
        Example("as many as declared", _send(1, "Full", "A1", "A2"), profile="settings.ORS-13 = 2"),
        Example(
            "the whole list grows too long",
            _send(1, "Full", "A1", "A2") + _send(2, "Differential", "A3"),
            profile="settings.ORS-12 = 2",
            finds=1,
            line=3,
        ),
        Example(
            "the same card again is no further entry",
            _send(1, "Full", "A1", "A2") + _send(2, "Differential", "a2"),
            profile="settings.ORS-12 = 2",
        ),
        Example(
            "how long the list was before is not known",
            _send(2, "Differential", "A1", "A2", "A3"),
            profile="settings.ORS-12 = 2",
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """Too many entries, in the message or in the list."""
        path = "$.localAuthorizationList"
        most = declared_limit(event.scene, "send_local_list_max_length")
        count = len(objects_at(event.message.payload, "localAuthorizationList"))
        if most is not None and count > most.value:
            yield too_many(f"{count} entries in one SendLocalList exceed", count, most, path, key="entries")
        longest = declared_limit(event.scene, "local_auth_list_max_length")
        length = event.scene.recall(LocalList).length_with(event.message) if longest is not None else None
        if longest is not None and length is not None and length > longest.value:
            phrase = f"the list of then {length} entries exceeds"
            yield too_many(phrase, length, longest, path, key="length")
