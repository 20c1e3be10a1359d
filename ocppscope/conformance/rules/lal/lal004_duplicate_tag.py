"""LAL-004: a card that stands twice in one list."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lists import entry, entry_2x, send
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import Payload
from ocppscope.protocol.payload import text_at, value_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class DuplicateTag(Rule):
    """A local list in which a card stands more than once.

    Finds:
        A SendLocalList with the same idTag twice, whatever the letter case. On 2.x a token is the same when its type is,
        too. Also a deletion and an addition of the same card in one Differential update.

    Why it matters:
        Which of the two counts is the station's choice: a blocked card may charge.

    Usual causes:
        Cards of several customers or contracts are joined without removing doubles; letter case is taken for a
        difference.

    What to do:
        Fold the letter case and join by card before sending.
    """

    id = "LAL-004"
    name = "Duplicate idTag in one local list"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §5.15; P2 D01.FR.06"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"SendLocalList"})
    examples = (
        Example(
            "the same card in two spellings",
            send(1, "Full", entry("A1"), entry("a1")),
            finds=1,
            severity=Severity.ERROR,
            path="$.localAuthorizationList[1].idTag",
            line=1,
        ),
        Example("two cards", send(1, "Full", entry("A1"), entry("A2"))),
        Example("deleted and added at once", send(2, "Differential", entry("A1", None), entry("A1")), finds=1),
        Example(
            "2.0.1",
            send(1, "Full", entry_2x("A1"), entry_2x("A1"), key="versionNumber"),
            version=OcppVersion.V201,
            finds=1,
            path="$.localAuthorizationList[1].idToken",
        ),
        Example(
            "another type is another token",
            send(1, "Full", entry_2x("A1"), entry_2x("A1", kind="Central"), key="versionNumber"),
            version=OcppVersion.V201,
        ),
    )

    def check(self, event: CallSeen) -> Iterator[Verdict]:
        """All cards of the list; the first double, and how many there are."""
        entries = value_at(event.message.payload, "localAuthorizationList")
        seen: set[tuple[str, str]] = set()
        first: tuple[int, str, str] | None = None
        doubles = 0
        for index, listed in enumerate(entries if isinstance(entries, list) else ()):
            card = _card(listed)
            if card is None:
                continue
            name, tag, kind = card
            token = tag.lower(), kind
            if token in seen:
                doubles += 1
                first = first or (index, name, tag)
            seen.add(token)
        if first is not None:
            index, name, tag = first
            more = f", and {doubles - 1} more" if doubles > 1 else ""
            yield Verdict(
                f"{quoted(tag)} stands more than once in the list{more}",
                path=f"$.localAuthorizationList[{index}].{name}",
                observed=quoted(tag),
                expected="each card once",
                key=tag[:40].lower(),
            )


def _card(listed: Payload) -> tuple[str, str, str] | None:
    """The member that holds the card, the card, and its type (2.x)."""
    tag = text_at(listed, "idTag")
    if tag is not None:
        return "idTag", tag, ""
    token = text_at(listed, "idToken", "idToken")
    return None if token is None else ("idToken", token, text_at(listed, "idToken", "type") or "")
