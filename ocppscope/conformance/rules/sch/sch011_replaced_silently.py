"""SCH-011: a profile that takes the place of another one."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.example_profiles import profile, setting
from ocppscope.conformance.memories.installed_profiles import InstalledProfiles
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


class ProfileReplacedSilently(Rule):
    """A charging profile that was accepted in place of an installed one.

    Finds:
        A profile was accepted with the id of an installed one, or with the purpose and stack level of one on the same
        connector. That is allowed; a default on connector 0 and one on another connector exist side by side.

    Why it matters:
        The earlier limit is gone without a word. Who set it may still rely on it.

    Usual causes:
        Several functions of a CSMS that use level 0, or id 1, each for itself.

    What to do:
        Give each function ids and levels of its own, if both limits are to hold.
    """

    id = "SCH-011"
    name = "Charging profile replaced silently"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    requirement = Requirement.SHOULD
    spec = "S16 §3.13.2, §5.16.3"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"SetChargingProfile"})
    memories = (InstalledProfiles,)
    examples = (
        Example(
            "profile 100 on level 0, then 101",
            setting(1, profile(number=100)) + setting(1, profile(number=101), id_="b"),
            finds=1,
            severity=Severity.INFO,
            line=4,
        ),
        Example(
            "the same id on another level",
            setting(1, profile(number=100)) + setting(1, profile(number=100, level=1), id_="b"),
            finds=1,
        ),
        Example(
            "defaults on 0 and on 1 exist side by side",
            setting(0, profile(number=100)) + setting(1, profile(number=101), id_="b"),
        ),
        Example(
            "on another level",
            setting(1, profile(number=100)) + setting(1, profile(number=101, level=1), id_="b"),
        ),
        Example(
            "what was refused replaces nothing",
            setting(1, profile(number=100)) + setting(1, profile(number=101), "Rejected", id_="b"),
        ),
    )

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """What an accepted profile takes the place of."""
        if event.exchange is None or not isinstance(event.message, CallResult):
            return
        installed = event.scene.recall(InstalledProfiles)
        asked = installed.asked_by(event.exchange.call)
        if asked is None or text_at(event.message.payload, "status") != "Accepted":
            return
        gone = installed.replaced_by(asked)
        if gone:
            place, purpose, level = asked.slot
            names = ", ".join(str(each.id)[:20] for each in gone[:8])
            yield Verdict(
                f"profile {str(asked.id)[:20]} ({purpose}, level {str(level)[:20]}, connector {str(place)[:20]}) takes the "
                f"place of profile {names}",
                at_fault=Role.CSMS,
                observed=f"profile {str(asked.id)[:20]}",
                expected=f"profile {names} cleared first, if both are meant to hold",
                records=(event.scene.number, event.exchange.call, *(each.call for each in gone[:8] if each.call)),
                key=f"{place} {purpose} {level}"[:100],
            )
