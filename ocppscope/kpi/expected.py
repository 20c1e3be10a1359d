"""What a trigger must cause, and how its coming is recognised."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeAlias

from ocppscope.kpi.facts import Facts
from ocppscope.kpi.measure import Measure
from ocppscope.kpi.sample import Excluded, Sample
from ocppscope.model.connection import Station
from ocppscope.model.exchange import Exchange
from ocppscope.pics.profile import Profile
from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

Answer: TypeAlias = bool | str
"""Of a message: it is not what is expected (False), it is (True), or it is but does not count, and why."""

NO_LIMIT = 60.0
"""Seconds in which a function is expected where nothing is declared: what most certificates declare."""

PATIENCE = 2
"""So many times its limit a function is still waited for, because one that comes late is worth more than none."""


class Arrival(NamedTuple):
    """A CALL that may be what was expected.

    ``at`` is when it was read from its sender, on the record clock in ns; ``time`` the wall clock of that.
    """

    exchange: Exchange
    call: Call
    at: int
    time: datetime

    @property
    def proxy_share(self) -> float | None:
        """Seconds that the proxy had it, None when that is not known."""
        return (self.exchange.since - self.at) / 1e9 if self.exchange.since > self.at else None

    @property
    def action(self) -> str:
        """Its action."""
        return self.exchange.action

    @property
    def payload(self) -> Payload:
        """Its payload."""
        return self.call.payload


class Asked(NamedTuple):
    """A trigger, and what was known at that moment.

    ``station`` has the state of every connector before the trigger, ``facts`` what else its messages told. ``version`` is
    that of the connection, None where nothing tells.
    """

    version: OcppVersion | None
    station: Station
    facts: Facts
    payload: Payload
    time: datetime
    profile: Profile | None


Afterwards: TypeAlias = Callable[[Arrival], bool | None]
"""Of a later message: it proves that an excluded sample counts after all (True), there is nothing more to learn (False),
or this was not it (None)."""


class Expected:
    """One function that is due once its trigger was accepted.

    Args:
        measure: the figure that it belongs to.
        function: the action that is due, as it is shown to people.
        matches: says of a CALL of ``sender`` whether it is the one.
        identified: it can be told from any other message, so it may also come on a later connection.
        sender: who sends it.
    """

    def __init__(
        self,
        measure: Measure,
        function: str,
        matches: Callable[[Arrival], Answer],
        *,
        identified: bool = False,
        sender: Role = Role.STATION,
    ) -> None:
        self.measure = measure
        self.function = function
        self.identified = identified
        self.sender = sender
        self._matches = matches

    def look(self, arrival: Arrival) -> Answer:
        """Whether a CALL is what is expected; everything that its sender says passes here until then."""
        return self._matches(arrival)

    def unclaimed(self, arrival: Arrival) -> None:
        """A CALL was not what is expected, and nobody else expected it either."""

    def refused(self, exchange: Exchange, *, accepted: bool) -> bool:
        """The CSMS answered an Authorize: whether the function is no longer due because of that."""
        return False

    def window(self, limit: float | None) -> float:
        """Seconds that it is waited for."""
        return PATIENCE * (limit if limit is not None else NO_LIMIT)

    def given_up(self, *, duplicate: bool, limit: float | None) -> str | None:
        """Why it does not count that nothing came in all this time; None when the limit is what was broken."""
        return None if limit is not None else Excluded.TIMED_OUT

    def afterwards(self, sample: Sample) -> Afterwards | None:
        """Complete a sample, and say what its station's later messages can still tell about it, if anything."""
        return None


Plan: TypeAlias = Callable[[Asked], Expected | None]
"""Of a trigger: what it must cause if it is accepted, None for nothing that is measured."""


class Trigger(NamedTuple):
    """One row of a table: what a CALL must cause, and the statuses of its response that promise it.

    A response without a status promises it, too.
    """

    plan: Plan
    accepted: frozenset[str] = frozenset({"Accepted"})
