"""SEC-008: a station that is refused again and again."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import ConnectionRefused, Event
from ocppscope.conformance.memories.refused_attempts import RefusedAttempts, attempt_of
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role


def _refusals(*seconds: int, status: int = 401, hosts: tuple[str, ...] = ("198.51.100.7",)) -> str:
    return "\n".join(
        f'+{wait} refuse {{"status":{status},"peer":"{hosts[index % len(hosts)]}:4{index:04}"}}'
        for index, wait in enumerate(seconds)
    )


class RefusedAgainAndAgain(Rule):
    """Attempts to connect that the CSMS refuses for their credentials.

    Finds:
        Five or more connections of one identity within ten minutes that were answered with 401 or 403, or such answers
        to several addresses. Behind NAT many devices share an address, and mobile stations change theirs.

    Why it matters:
        Either a station cannot work, or somebody tries out the password of one.

    Usual causes:
        A password that was changed on one side only, an identity that was copied to a second station, an attack.

    What to do:
        Set the password anew at the station. Look for the address in the CSMS's log.
    """

    id = "SEC-008"
    name = "Authentication attempts repeat"
    severity = Severity.INFO
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "WP A00"
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionRefused,)
    memories = (RefusedAttempts,)
    thresholds = (
        Threshold("attempts", 5, "From so many within the window on (judgement)."),
        Threshold("window_s", 600, "Attempts are counted for so long (judgement)."),
    )
    examples = (
        Example(
            "five in a minute",
            _refusals(1, 5, 10, 20, 40),
            finds=1,
            severity=Severity.INFO,
            at_fault=Role.STATION,
        ),
        Example("four", _refusals(1, 5, 10, 20)),
        Example("spread over an hour", _refusals(1, 600, 600, 600, 600)),
        Example("refused for other reasons", _refusals(1, 5, 10, 20, 40, status=503)),
        Example("from two addresses", _refusals(1, 5, hosts=("198.51.100.7", "203.0.113.9")), finds=1),
    )

    def check(self, event: ConnectionRefused) -> Iterable[Verdict]:
        """The attempts of the window, this one included."""
        attempt = attempt_of(event)
        if attempt is None:
            return
        window = self.threshold("window_s")
        attempts = [*event.scene.recall(RefusedAttempts).since(attempt.at - round(window * 1e9)), attempt]
        hosts = {each.host for each in attempts if each.host is not None}
        if len(attempts) < self.threshold("attempts") and len(hosts) < 2:
            return
        several = f", from {len(hosts)} addresses" if len(hosts) > 1 else ""
        yield Verdict(
            f"{len(attempts)} connections were refused with 401 or 403 within {window / 60:g} min{several}",
            observed=f"{len(attempts)} refusals",
            expected="credentials that the CSMS knows",
            records=tuple(each.record for each in reversed(attempts)),
            key="addresses" if len(hosts) > 1 else "attempts",
        )
