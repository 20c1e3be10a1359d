"""TXN-015: transaction messages are not retried as configured."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_lines import configure, started, stop, stopped
from ocppscope.conformance.memories.refused_messages import RETRIED, Refused, RefusedMessages
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import number_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_ATTEMPTS, _INTERVAL = "TransactionMessageAttempts", "TransactionMessageRetryInterval"
_SET = configure("c", _ATTEMPTS, "3") + configure("d", _INTERVAL, "10") + started("1", 17) + "+600 "
_NO = '< [4,"{}","InternalError","",{{}}]\n'
_FIRST = stop("2", 17) + _NO.format(2)
_BESIDE = ("TXN-016",)


class RetryPolicyNotFollowed(Rule):
    """A transaction message that failed is sent again too soon, or too often.

    Finds:
        A StartTransaction, StopTransaction or MeterValues with the same content as one that got a CALLERROR, or no answer
        in time, on the same connection: sooner than TransactionMessageRetryInterval times the number of transmissions
        before (less 20 %), or more often than TransactionMessageAttempts. Only where the keys were seen.

    Why it matters:
        A CSMS that has a problem gets more load from it; a message that is never given up blocks the queue behind it.

    Usual causes:
        A fixed delay in place of one that grows, keys that are stored and not used, attempts counted anew.

    What to do:
        First see why the CSMS refuses the message: TXN-016.
    """

    id = "TXN-015"
    name = "Retry policy of transaction messages not followed"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.SHOULD
    spec = "S16 §3.7.1"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = RETRIED
    memories = (RefusedMessages,)
    thresholds = (Threshold("early_percent", 20, "Percent by which a wait may be too short (catalogue)."),)
    examples = (
        Example(
            "after a second, where 10 are configured",
            _SET + _FIRST + "+1 " + stopped("3", 17),
            finds=1,
            severity=Severity.INFO,
            line=9,
            beside=_BESIDE,
        ),
        Example(
            "a fourth time, where three are configured",
            _SET
            + _FIRST
            + "+10 "
            + stop("3", 17)
            + _NO.format(3)
            + "+20 "
            + stop("4", 17)
            + _NO.format(4)
            + "+30 "
            + stopped("5", 17),
            finds=1,
            beside=_BESIDE,
        ),
        Example(
            "as configured",
            _SET + _FIRST + "+10 " + stop("3", 17) + _NO.format(3) + "+20 " + stopped("4", 17),
            beside=_BESIDE,
        ),
        Example(
            "nothing is known of the keys",
            started("1", 17) + "+600 " + _FIRST + "+1 " + stopped("3", 17),
            beside=_BESIDE,
        ),
        Example(
            "a reconnect in between: the counting begins anew",
            _SET + _FIRST + "+1 reconnect\n" + stopped("3", 17),
            beside=_BESIDE,
        ),
        Example("lost with the connection, not refused", _SET + stop("2", 17) + "+1 reconnect\n" + stopped("3", 17)),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """What failed before."""
        refused = event.scene.recall(RefusedMessages).get(event.message)
        if refused is None or event.direction is not Direction.TO_CSMS:
            return ()
        return self._retried(event, refused)

    def _retried(self, event: CallSeen, refused: Refused) -> Iterator[Verdict]:
        configuration = event.scene.station.configuration
        attempts = number_at(configuration, _ATTEMPTS.lower())
        interval = number_at(configuration, _INTERVAL.lower())
        action, records = event.message.action, (event.scene.number, refused.failure, refused.number)
        if attempts is not None and attempts >= 1 and refused.sent >= attempts:
            yield Verdict(
                f"{action} is sent for the {refused.sent + 1}. time, where {_ATTEMPTS} is {attempts:g}",
                observed=f"{refused.sent + 1} transmissions",
                expected=f"<= {attempts:g}",
                records=records,
                key=f"{action} attempts",
            )
            return
        waited = (event.scene.at - refused.failed_at) / 1e9
        wait = (interval or 0) * refused.sent
        if waited < wait * (1 - self.threshold("early_percent") / 100):
            yield Verdict(
                f"{action} is sent again {waited:.1f} s after it failed, where {_INTERVAL} {interval:g} s times "
                f"{refused.sent} transmissions are due",
                observed=f"{waited:.1f} s",
                expected=f">= {wait:g} s",
                records=records,
                key=f"{action} interval",
            )
