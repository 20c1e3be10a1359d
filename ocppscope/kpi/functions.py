"""Follows what triggers must cause, from the trigger to its end: the sample.

A trigger is *asked*, then *responded* to; only an accepted one makes its function due. The function may overtake the
response. It ends when the function comes, when it was waited for long enough, when its connection ends (unless the
function can be told from any other, and so still be recognised on the next one), or when the capture ends.
"""

from collections import deque
from collections.abc import Collection, Iterator
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count

from ocppscope.kpi.expected import Afterwards, Answer, Arrival, Asked
from ocppscope.kpi.figures import Waiting
from ocppscope.kpi.followed import SECOND, Followed, Running, running_of
from ocppscope.kpi.ledger import Ledger
from ocppscope.kpi.measure import Measure
from ocppscope.kpi.remote_start import RemoteStart
from ocppscope.kpi.sample import Ending, Excluded, Sample
from ocppscope.kpi.signing import TRIGGERS as SIGNING
from ocppscope.kpi.triggers_v2x import TRIGGERS as V2X
from ocppscope.kpi.triggers_v16 import TRIGGERS as V16
from ocppscope.model.exchange import Exchange
from ocppscope.protocol.message import Call, Payload
from ocppscope.protocol.payload import value_at
from ocppscope.protocol.version import OcppVersion

MOST_FOLLOWED = 64
"""Triggers followed at a time for one station; beyond, the oldest is given up."""

_MOST_AFTERWARDS = 16
_MOST_LATE = 1000

_V16 = V16 | SIGNING
_V2X = V2X | SIGNING

TRIGGERS = frozenset(_V16) | frozenset(_V2X)
"""Actions that may cause a function, in any version."""


class Functions:
    """All triggers that are followed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.open: dict[str, list[Followed]] = {}
        """What is followed, by station: any message of these may end or explain something."""
        self._asked: dict[tuple[int, int], Followed] = {}
        self.afterwards: dict[str, deque[tuple[Sample, Afterwards]]] = {}
        """Complete samples that a later message of these stations may still tell something about."""
        self.due: list[tuple[int, int, Followed]] = []
        """A heap of what is to be given up, and when; nothing need be asked of `advance` before its first."""
        self._number = count()
        self._count = 0
        self.late: list[Sample] = []
        """What came too late or was given up; whoever reads it clears it."""
        """Samples that came later than declared, or not at all, since the reader emptied this list."""

    def asked(self, exchange: Exchange, action: str, asked: Asked) -> None:
        """A CALL was handed over that may be a trigger."""
        version, profile = asked.version, asked.profile
        if version is None:
            return
        trigger = (_V16 if version is OcppVersion.V16 else _V2X).get(action)
        if trigger is None:
            return
        expected = trigger.plan(asked)
        if expected is None or expected.sender is not exchange.direction.receiver:
            return
        followed = Followed(exchange, trigger, expected, asked.time)
        followed.limit = profile.kpi_limit(expected.measure.key) if profile is not None else None
        followed.window = expected.window(followed.limit)
        opened = self.open.setdefault(exchange.station, [])
        if isinstance(expected, RemoteStart):
            followed.duplicate = any(expected.is_same(other.expected) for other in opened)
        if len(opened) >= MOST_FOLLOWED:
            self._end(opened[0], Ending.CENSORED, exchange.since)
            opened = self.open.setdefault(exchange.station, [])
        opened.append(followed)
        self._asked[exchange.connection, exchange.call] = followed
        self._count += 1
        if followed.window:
            self._schedule(followed)

    def responded(self, exchange: Exchange, accepted: Payload | None) -> bool:
        """A CALL has its response: its payload, None for a CALLERROR. Says whether that promises a function."""
        followed = self._asked.pop((exchange.connection, exchange.call), None)
        if followed is None or followed.closed:
            return False
        status = value_at(accepted, "status") if accepted is not None else ""
        if status is not None and not (isinstance(status, str) and status in followed.trigger.accepted):
            self._close(followed)
            return False
        followed.conf_record = exchange.response
        followed.conf_at = exchange.since + round((exchange.latency or 0.0) * SECOND)
        if followed.arrival is not None:
            self._complete(followed, followed.arrival, followed.answer)
        elif not followed.window:
            self._give_up(followed, followed.conf_at)
        return True

    def repeated(self, connection: int, call: int) -> None:
        """A CALL was sent again: the new copy is the trigger."""
        followed = self._asked.pop((connection, call), None)
        if followed is not None:
            self._close(followed)

    def arrived(self, arrival: Arrival) -> None:
        """A CALL passed that may be what is expected."""
        station = arrival.exchange.station
        later = self.afterwards.get(station)
        if later is not None:
            self._look_afterwards(station, later, arrival)
        opened = self.open.get(station)
        if opened is None:
            return
        sender = arrival.exchange.direction.sender
        claimed: set[str] = set()
        unmatched: list[Followed] = []
        for followed in tuple(opened):
            if followed.expected.sender is not sender or followed.arrival is not None:
                continue
            answer = followed.expected.look(arrival)
            if answer is False:
                unmatched.append(followed)
            elif followed.exchange.action not in claimed:  # one message answers one trigger of a kind, the oldest
                claimed.add(followed.exchange.action)
                self._found(followed, arrival, answer)
        if not claimed:
            for followed in unmatched:
                followed.expected.unclaimed(arrival)

    def authorised(self, exchange: Exchange, *, accepted: bool, ended: datetime) -> None:
        """The CSMS answered an Authorize."""
        at = exchange.since + round((exchange.latency or 0.0) * SECOND)
        for followed in tuple(self.open.get(exchange.station, ())):
            if followed.expected.refused(exchange, accepted=accepted) and followed.conf_record is not None:
                sample = self._sample(followed)
                sample.seconds = followed.waited(at)
                sample.ended = ended
                sample.ending, sample.excluded = Ending.TIMED_OUT, Excluded.NOT_AUTHORISED
                self._finish(followed, sample)

    def disconnected(self, station: str, connection: int, now: int) -> None:
        """A connection ended."""
        for followed in tuple(self.open.get(station, ())):
            if followed.exchange.connection != connection or followed.lost_at is not None:
                continue
            if followed.conf_record is None:
                self._close(followed)  # it is not known to have been accepted: the open CALL itself is what was aborted
            elif followed.expected.identified:
                followed.lost_at = now
            else:
                self._end(followed, Ending.ABORTED, now)

    def finish(self, now: int) -> None:
        """The capture is over."""
        for opened in tuple(self.open.values()):
            for followed in tuple(opened):
                if followed.conf_record is None:
                    self._close(followed)
                else:
                    self._end(followed, Ending.CENSORED, now)
        self.afterwards.clear()
        self.due.clear()

    def advance(self, now: int) -> None:
        """Give up what is overdue."""
        while self.due and self.due[0][0] <= now:
            due, _, followed = heappop(self.due)
            if followed.closed:
                continue
            if followed.conf_record is None:
                self._close(followed)
            elif followed.lost_at is not None:
                self._end(followed, Ending.ABORTED, due)
            else:
                self._give_up(followed, due)

    def waiting(self, measure: Measure, stations: Collection[str] | None, now: int) -> Waiting:
        """How many of a measure are due at ``now``, late and in time."""
        late = in_time = 0
        longest = 0.0
        for followed in self._accepted(stations):
            if followed.expected.measure is not measure:
                continue
            if followed.is_late(now):
                late += 1
                longest = max(longest, followed.waited(now))
            else:
                in_time += 1
        return Waiting(late, in_time, longest)

    def running(self, station: str | None = None) -> list[Running]:
        """What is due, the oldest first."""
        stations = None if station is None else (station,)
        found = [running_of(followed) for followed in self._accepted(stations) if followed.window]
        return sorted(found, key=lambda one: one.since)

    def forget(self, station: str) -> None:
        """Drop what is followed for a station."""
        for followed in self.open.pop(station, ()):
            followed.closed = True
            self._count -= 1
        self.afterwards.pop(station, None)

    def _accepted(self, stations: Collection[str] | None) -> Iterator[Followed]:
        chosen = self.open if stations is None else [one for one in stations if one in self.open]
        return (one for station in chosen for one in self.open[station] if one.conf_record is not None)

    def _found(self, followed: Followed, arrival: Arrival, answer: Answer) -> None:
        if followed.conf_record is None:
            bare = Call(arrival.call.message_id, arrival.call.action, {})  # its payload may be large, and is not needed
            followed.arrival, followed.answer = arrival._replace(call=bare), answer
        else:
            self._complete(followed, arrival, answer)

    def _complete(self, followed: Followed, arrival: Arrival, answer: Answer) -> None:
        sample = self._sample(followed)
        sample.seconds = max(arrival.at - followed.exchange.since, 0) / SECOND
        sample.from_conf = (arrival.at - followed.conf_at) / SECOND
        sample.early = followed.arrival is not None
        sample.function = arrival.action
        sample.function_id = arrival.exchange.message_id
        sample.function_record = arrival.exchange.call
        sample.ended = arrival.time
        sample.proxy_share = arrival.proxy_share
        sample.coarse = arrival.at % SECOND == 0 and followed.exchange.since % SECOND == 0
        if followed.lost_at is not None:
            sample.excluded = Excluded.LATE_AFTER_RECONNECT
        elif isinstance(answer, str):
            sample.excluded = answer
        later = followed.expected.afterwards(sample)
        self._finish(followed, sample)
        if later is not None:
            station = followed.exchange.station
            self.afterwards.setdefault(station, deque(maxlen=_MOST_AFTERWARDS)).append((sample, later))

    def _look_afterwards(self, station: str, later: deque[tuple[Sample, Afterwards]], arrival: Arrival) -> None:
        for entry in tuple(later):
            sample, look = entry
            verdict = look(arrival)
            if verdict is None:
                continue
            later.remove(entry)
            if verdict:
                self._ledger.promote(sample)
                self._note_if_late(sample)
        if not later:
            del self.afterwards[station]

    def _give_up(self, followed: Followed, now: int) -> None:
        sample = self._sample(followed)
        sample.ending = Ending.TIMED_OUT
        sample.seconds = followed.waited(now)
        sample.excluded = followed.expected.given_up(duplicate=followed.duplicate, limit=followed.limit)
        self._finish(followed, sample)

    def _end(self, followed: Followed, ending: Ending, now: int) -> None:
        sample = self._sample(followed)
        sample.ending = ending
        sample.seconds = followed.waited(now)
        if sample.late:
            sample.excluded = followed.expected.given_up(duplicate=followed.duplicate, limit=followed.limit)
        self._finish(followed, sample)

    def _sample(self, followed: Followed) -> Sample:
        exchange = followed.exchange
        return Sample(
            measure=followed.expected.measure,
            station=exchange.station,
            connection=exchange.connection,
            trigger=exchange.action,
            trigger_id=exchange.message_id,
            trigger_record=exchange.call,
            start=exchange.since,
            started=followed.started,
            function=followed.expected.function,
            conf_record=followed.conf_record,
            limit=followed.limit,
            duplicate=followed.duplicate,
        )

    def _finish(self, followed: Followed, sample: Sample) -> None:
        self._close(followed)
        self._ledger.add(sample)
        self._note_if_late(sample)

    def _note_if_late(self, sample: Sample) -> None:
        broken = sample.late and sample.excluded is None and sample.ending in (Ending.COMPLETED, Ending.TIMED_OUT)
        if broken and len(self.late) < _MOST_LATE:
            self.late.append(sample)

    def _close(self, followed: Followed) -> None:
        if followed.closed:
            return
        followed.closed = True
        self._count -= 1
        exchange = followed.exchange
        self._asked.pop((exchange.connection, exchange.call), None)
        opened = self.open.get(exchange.station)
        if opened is not None and followed in opened:
            opened.remove(followed)
            if not opened:
                del self.open[exchange.station]

    def _schedule(self, followed: Followed) -> None:
        heappush(self.due, (followed.due, next(self._number), followed))
        if len(self.due) > 4 * self._count + 1000:  # most have ended before their time
            self.due[:] = [entry for entry in self.due if not entry[2].closed]
            heapify(self.due)
