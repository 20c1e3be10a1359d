"""AUT-003: an idTag with blanks around it, or written in another way than before."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import exchange, started_v16
from ocppscope.conformance.memories.tag_forms import TAG_ACTIONS, TagForms
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.version import OcppVersion


def _asked(tag: str) -> str:
    return exchange(">", "a", "Authorize", {"idTag": tag}, {"idTagInfo": {"status": "Accepted"}})


class FormOfTag(Rule):
    """An idTag that may be taken for another one by whoever compares texts.

    Finds:
        An idTag with blanks at its ends or characters that can not be seen. As an info, one that was sent before with
        other capital letters: tags are to be compared without regard to case, so that breaks nothing by itself. Tags
        that are too long are found by the schema (RPC-024).

    Why it matters:
        Databases and local lists that compare exactly refuse the driver, or bill the charge to nobody.

    Usual causes:
        Reader and back end write the UID of a card differently; a tag typed by hand; padding up to 20 characters.

    What to do:
        Write tags in one way on both sides, without blanks, and compare them without regard to case.
    """

    id = "AUT-003"
    name = "idTag of odd form"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    requirement = Requirement.MUST
    spec = "S16 §3.9, §7.15, §7.28: CiString20"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = TAG_ACTIONS
    memories = (TagForms,)
    examples = (
        Example(
            "in small letters, then in capitals",
            _asked("04a1b2") + started_v16(1, 17, 1, "04A1B2"),
            finds=1,
            severity=Severity.INFO,
            path="$.idTag",
            line=3,
        ),
        Example("with a blank", _asked("04a1b2 "), finds=1, severity=Severity.WARNING, line=1),
        Example("always the same", _asked("04a1b2") + started_v16(1, 17, 1, "04a1b2")),
        Example("two cards", _asked("04a1b2") + started_v16(1, 17, 1, "04A1B3")),
        Example("too long is the schema's matter", _asked("A" * 21), beside=("RPC-022", "RPC-024")),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Every idTag, as it is and as it was before."""
        tag = text_at(event.message.payload, "idTag")
        if tag is None:
            return ()
        first = event.scene.recall(TagForms).first(tag)
        same = first is None or first.text == tag[:64]
        if same and tag.isprintable() and tag == tag.strip():
            return ()
        return self._odd(event, tag)

    def _odd(self, event: CallSeen, tag: str) -> Iterator[Verdict]:
        sender = event.direction.sender
        if not tag.isprintable() or tag != tag.strip():
            yield Verdict(
                f"the idTag {quoted(tag)} has blanks at its ends or characters that can not be seen",
                at_fault=sender,
                path="$.idTag",
                observed=quoted(tag),
                expected=quoted(tag.strip()),
                key=f"{sender} blanks",
            )
        first = event.scene.recall(TagForms).first(tag)
        if first is not None and first.text != tag[:64]:
            yield Verdict(
                f"the idTag {quoted(tag)} was sent as {quoted(first.text)} before, by the {first.sender} (message "
                f"{first.record})",
                Severity.INFO,
                at_fault=sender,
                path="$.idTag",
                observed=quoted(tag),
                expected=quoted(first.text),
                records=(event.scene.number, first.record),
                key=f"{sender} case",
            )
