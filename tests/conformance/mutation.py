"""How clean traffic is spoilt: operators on the records of a capture, and what the rules then say.

An operator is made with selectors (`call`, `answer`, `opened`) that name records by what they are, and changes a list of
records. Those that pick one of several take the first, unless they are told another number, or `ANY`: then the seed decides.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import msgspec

from ocppscope.capture.record import Close, Ended, Handshake, MessageRecord, Opened, Ping, Pong, Record, clock
from ocppscope.conformance.example import profiles_of, records_of
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion

ANY = None
UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION

Records = list[Record]
Select = Callable[[Sequence[Record], Random], int]
"""The place of one record."""
Change = Callable[[Records, Random], Records]
Finding = tuple[str, str, str, str]
"""Rule, severity, station, key."""


@dataclass(frozen=True)
class Conversation:
    """Clean traffic.

    Attributes:
        records: makes them, the same each time.
        version: negotiated; profile: what the station was certified for, as TOML.
        after: seconds to wait for after its end: where a connection is left open, silence would be a fault.
    """

    records: Callable[[], Sequence[Record]]
    version: OcppVersion = OcppVersion.V16
    profile: str = ""
    after: float = 3_600.0

    def certified(self, profile: str) -> "Conversation":
        """The same of a station with a certificate."""
        return Conversation(self.records, self.version, profile, self.after)


@dataclass(frozen=True)
class Mutation:
    """What makes one rule speak.

    Attributes:
        rule: that speaks.
        what: is spoilt, in a few words.
        clean: before.
        change: makes the fault.
        beside: other rules that rightly speak of the same fault with an error or a warning, each with the reason.
    """

    rule: str
    what: str
    clean: Conversation
    change: Change
    beside: Mapping[str, str] = field(default_factory=dict)


def scripted(
    script: str, version: OcppVersion = OcppVersion.V16, *, profile: str = "", after: float = 0.0
) -> Conversation:
    """A small conversation in the language of the rules' examples."""
    example = Example("a clean conversation", script, version)
    return Conversation(lambda: tuple(records_of(example)), version, profile, after)


def findings(conversation: Conversation, records: Sequence[Record]) -> set[Finding]:
    """What the rules say in the end."""
    profile = conversation.profile
    inspector = Inspector(profiles_of(Example("", "", conversation.version, profile=profile)) if profile else ())
    for record in records:
        inspector.observe(record)
    inspector.advance(max(clock(record) for record in records) + round(conversation.after * 1e9))
    return {
        (found.rule, found.severity.value, found.station, found.key)
        for row in inspector.findings.rows()
        for found in row.occurrences
    }


@cache
def found_before(conversation: Conversation) -> frozenset[Finding]:
    """What the rules say of the clean traffic: at most infos."""
    return frozenset(findings(conversation, conversation.records()))


def found_new(mutation: Mutation, seed: int) -> set[Finding]:
    """What they say of the fault only."""
    records = numbered(mutation.change(list(mutation.clean.records()), Random(f"{mutation.rule} {seed}")))
    return findings(mutation.clean, records) - found_before(mutation.clean)


def loud(found: set[Finding]) -> set[str]:
    """The rules among them that say error or warning."""
    return {rule for rule, severity, _, _ in found if severity != Severity.INFO}


def numbered(records: Records) -> Records:
    """In order of time, and counted from 1."""
    ordered = sorted(records, key=clock)
    return [msgspec.structs.replace(record, seq=number) for number, record in enumerate(ordered, 1)]


# Selectors


def call(action: str, n: int | None = 0, *, conn: int | None = None, **members: Any) -> Select:
    """The ``n``-th CALL of this action whose payload has these members, perhaps on one connection only."""

    def select(records: Sequence[Record], random: Random) -> int:
        places = [
            place
            for place, record in enumerate(records)
            if _is_call(record, action, members) and conn in (None, getattr(record, "conn", None))
        ]
        assert places, f"no {action} with {members}"
        return random.choice(places) if n is ANY else places[n]

    return select


def answer(action: str, n: int | None = 0, *, conn: int | None = None, **members: Any) -> Select:
    """The answer to that CALL."""
    asked = call(action, n, conn=conn, **members)

    def select(records: Sequence[Record], random: Random) -> int:
        place = asked(records, random)
        question = records[place]
        assert isinstance(question, MessageRecord)
        return next(
            later
            for later, record in enumerate(records[place:], place)
            if isinstance(record, MessageRecord)
            and record.conn == question.conn
            and record.dir is not question.dir
            and (message := parsed(record))[0] in (3, 4)
            and message[1] == parsed(question)[1]
        )

    return select


def kind(of: type[Record], n: int | None = 0) -> Select:
    """The ``n``-th record of a kind, whatever the connection."""

    def select(records: Sequence[Record], random: Random) -> int:
        places = [place for place, record in enumerate(records) if isinstance(record, of)]
        return random.choice(places) if n is ANY else places[n]

    return select


def opened(n: int | None = 0) -> Select:
    """The beginning of the ``n``-th connection."""
    return kind(Opened, n)


def ended(n: int | None = 0) -> Select:
    """The end of the ``n``-th connection that ends."""
    return kind(Ended, n)


# Operators


def both(*changes: Change) -> Change:
    """One after the other."""

    def change(records: Records, random: Random) -> Records:
        for one in changes:
            records = one(records, random)
        return records

    return change


def drop(*selects: Select) -> Change:
    """Records that never were."""

    def change(records: Records, random: Random) -> Records:
        gone = {select(records, random) for select in selects}
        return [record for place, record in enumerate(records) if place not in gone]

    return change


def drop_exchange(action: str, n: int | None = 0, **members: Any) -> Change:
    """A CALL and its answer that never were."""

    def change(records: Records, random: Random) -> Records:
        if n is ANY:
            picked = call(action, ANY, **members)(records, random)
            gone = {picked, _answer_of(records, picked)}
        else:
            gone = {call(action, n, **members)(records, random), answer(action, n, **members)(records, random)}
        return [record for place, record in enumerate(records) if place not in gone]

    return change


def drop_all(action: str, **members: Any) -> Change:
    """All exchanges of an action with these members."""

    def change(records: Records, random: Random) -> Records:
        gone: set[int] = set()
        for place, record in enumerate(records):
            if _is_call(record, action, members):
                gone |= {place, _answer_of(records, place)}
        assert gone, f"no {action} with {members}"
        return [record for place, record in enumerate(records) if place not in gone]

    return change


def swap(first: Select, second: Select) -> Change:
    """Two records at each other's time."""

    def change(records: Records, random: Random) -> Records:
        one, two = first(records, random), second(records, random)
        records[one], records[two] = _at(records[two], records[one]), _at(records[one], records[two])
        return records

    return change


def swap_exchanges(first: tuple[Select, Select], second: tuple[Select, Select]) -> Change:
    """Two CALLs with their answers at each other's times."""
    return both(swap(first[0], second[0]), swap(first[1], second[1]))


def repeat(select: Select, seconds: float = 0.05) -> Change:
    """A record twice."""

    def change(records: Records, random: Random) -> Records:
        again = records[select(records, random)]
        return [*records, _later(again, seconds)]

    return change


def repeat_exchange(
    action: str,
    n: int = 0,
    seconds: float = 5.0,
    *,
    other_id: bool = True,
    put: Mapping[str, Any] | None = None,
    **members: Any,
) -> Change:
    """A CALL and its answer once more, under another id unless told not to, with other members of the CALL's payload."""

    def change(records: Records, random: Random) -> Records:
        places = call(action, n, **members)(records, random), answer(action, n, **members)(records, random)
        copies = []
        for place in places:
            record = records[place]
            message = parsed(record)
            if other_id:
                message[1] = "again-" + str(message[1])[:20]
            if put and message[0] == 2:
                message[3] |= put
            copies.append(_later(_said(record, message), seconds))
        return [*records, *copies]

    return change


def delay(select: Select, seconds: float) -> Change:
    """Only this record comes later."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        records[place] = _later(records[place], seconds)
        return records

    return change


def delay_from(select: Select, seconds: float) -> Change:
    """This record and all after it come later."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        return records[:place] + [_later(record, seconds) for record in records[place:]]

    return change


def put(select: Select, path: str, value: Any) -> Change:
    """Another value at a JSON path of the message, where ``$`` is its payload: ``$.evse.id``, ``$.meterValue[0]``.

    A callable makes the new value from the old one.
    """

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        message = parsed(records[place])
        steps = _steps(path)
        holder = message
        for step in [_payload_place(message), *steps[:-1]] if steps else []:
            holder = holder[step]
        last = steps[-1] if steps else _payload_place(message)
        old = holder.get(last) if isinstance(holder, dict) else holder[last]
        holder[last] = value(old) if callable(value) else value
        records[place] = _said(records[place], message)
        return records

    return change


def put_all(action: str, path: str, value: Any, **members: Any) -> Change:
    """The same in all CALLs of an action with these members."""

    def change(records: Records, random: Random) -> Records:
        number = len([record for record in records if _is_call(record, action, members)])
        assert number, f"no {action} with {members}"
        selects = [call(action, n, **members) for n in range(number)]
        places = [select(records, random) for select in selects]
        for place in places:
            records = put(lambda _records, _random, place=place: place, path, value)(records, random)
        return records

    return change


def lose(select: Select, path: str) -> Change:
    """Without that member."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        message = parsed(records[place])
        holder = message[_payload_place(message)]
        *steps, last = _steps(path)
        for step in steps:
            holder = holder[step]
        del holder[last]
        records[place] = _said(records[place], message)
        return records

    return change


def element(select: Select, number: int, value: Any) -> Change:
    """Another element of the message's array: 1 is the id, 2 the action or error code."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        message = parsed(records[place])
        message[number] = value(message[number]) if callable(value) else value
        records[place] = _said(records[place], message)
        return records

    return change


def wrapper(select: Select, make: Callable[[list[Any]], Any]) -> Change:
    """Another message in its place, made from the array."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        records[place] = _said(records[place], make(parsed(records[place])))
        return records

    return change


def text(select: Select, make: Callable[[str], str]) -> Change:
    """Another text in its place."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        record = records[place]
        assert isinstance(record, MessageRecord)
        records[place] = msgspec.structs.replace(record, text=make(record.text or ""))
        return records

    return change


def turn(*selects: Select) -> Change:
    """The other way round."""

    def change(records: Records, random: Random) -> Records:
        for place in [select(records, random) for select in selects]:
            record = records[place]
            assert isinstance(record, MessageRecord | Ping | Pong | Close)
            records[place] = msgspec.structs.replace(record, dir=record.dir.opposite)
        return records

    return change


def turn_all(of: type[Record] = MessageRecord) -> Change:
    """Every one of a kind the other way round."""

    def change(records: Records, _random: Random) -> Records:
        return [
            msgspec.structs.replace(record, dir=record.dir.opposite)
            if isinstance(record, of) and isinstance(record, MessageRecord | Ping | Pong | Close)
            else record
            for record in records
        ]

    return change


def insert(after: Select, *lines: str) -> Change:
    """Messages after a record on its connection: ``> [2,…]``, ``+5 < [3,…]``; 10 ms apart where no time is given."""

    def change(records: Records, random: Random) -> Records:
        anchor = records[after(records, random)]
        more, seconds = [], 0.0
        for line in lines:
            found = re.fullmatch(r"(?:\+([\d.]+) )?([<>]) (.*)", line, re.DOTALL)
            assert found, line
            seconds += float(found[1] or 0.01)
            record = MessageRecord(
                seq=0,
                time=anchor.time,
                mono=clock(anchor),
                conn=getattr(anchor, "conn", 1),
                dir=UP if found[2] == ">" else DOWN,
                text=found[3],
            )
            more.append(_later(record, seconds))
        return [*records, *more]

    return change


def asks(after: Select, action: str, payload: Any, result: Any, seconds: float = 0.5) -> Change:
    """The CSMS asks something more, a while after a record; the result is a payload, or the code of a CALLERROR."""
    return _exchange(after, "<", (action, payload), result, seconds)


def tells(after: Select, action: str, payload: Any, result: Any, seconds: float = 0.5) -> Change:
    """The station asks something more, a while after a record."""
    return _exchange(after, ">", (action, payload), result, seconds)


def _exchange(after: Select, arrow: str, asked: tuple[str, Any], result: Any, seconds: float) -> Change:
    def change(records: Records, random: Random) -> Records:
        message_id = f"more-{random.getrandbits(64):x}"
        question = json.dumps([2, message_id, *asked], ensure_ascii=False)
        reply = json.dumps([4, message_id, result, "", {}] if isinstance(result, str) else [3, message_id, result])
        back = "<" if arrow == ">" else ">"
        return insert(after, f"+{seconds} {arrow} {question}", f"+0.1 {back} {reply}")(records, random)

    return change


def add(after: Select, seconds: float, of: type[Record], **members: Any) -> Change:
    """A further record of any kind."""

    def change(records: Records, random: Random) -> Records:
        anchor = records[after(records, random)]
        return [*records, _later(of(seq=0, time=anchor.time, mono=clock(anchor), **members), seconds)]

    return change


def thin(*of: type[Record]) -> Change:
    """Every second record of these kinds is left out."""

    def change(records: Records, _random: Random) -> Records:
        left: Records = []
        seen = dict.fromkeys(of, 0)
        for record in records:
            if type(record) in seen:
                seen[type(record)] += 1
                if seen[type(record)] % 2 == 0:
                    continue
            left.append(record)
        return left

    return change


def skew(seconds: float) -> Change:
    """The station's clock is off, in all that it says."""

    def change(records: Records, _random: Random) -> Records:
        return [
            _said(record, _skewed(message, seconds))
            if (message := parsed(record))[:1] == [2] and isinstance(record, MessageRecord) and record.dir is UP
            else record
            for record in records
        ]

    return change


def _skewed(value: Any, seconds: float) -> Any:
    if isinstance(value, list):
        return [_skewed(item, seconds) for item in value]
    if isinstance(value, dict):
        return {
            name: shifted(member, seconds) if name == "timestamp" else _skewed(member, seconds)
            for name, member in value.items()
        }
    return value


def shifted(time: str, seconds: float) -> str:
    """A time stamp so many seconds later."""
    moment = datetime.fromisoformat(time) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cut(after: Select, seconds: float) -> Change:
    """The connection is lost right after a record and opened again so many seconds later; what was said meanwhile is lost."""

    def change(records: Records, random: Random) -> Records:
        place = after(records, random)
        anchor = records[place]
        conn = getattr(anchor, "conn", 0)
        new = 1 + max(getattr(record, "conn", 0) for record in records)
        back = clock(anchor) + round(seconds * 1e9)
        beginning = next(record for record in records if isinstance(record, Opened) and record.conn == conn)
        until = [
            record for record in records[place + 1 :] if getattr(record, "conn", None) != conn or clock(record) > back
        ]
        renewed = [
            msgspec.structs.replace(record, conn=new) if getattr(record, "conn", None) == conn else record
            for record in until
        ]
        lost = Ended(seq=0, time=anchor.time, mono=clock(anchor), conn=conn, by="network", how="rst")
        again = msgspec.structs.replace(beginning, time=anchor.time, mono=clock(anchor), conn=new)
        return [*records[: place + 1], _later(lost, 0.001), _later(again, seconds), *renewed]

    return change


def facts(select: Select, **members: Any) -> Change:
    """Other members of a record; a dict for `handshake` is merged into it."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        record = records[place]
        handshake = members.get("handshake")
        if isinstance(handshake, dict):
            before = getattr(record, "handshake", None) or Handshake(target="/CS-1")
            members_now = members | {"handshake": msgspec.structs.replace(before, **handshake)}
        else:
            members_now = members
        records[place] = msgspec.structs.replace(record, **members_now)
        return records

    return change


def facts_of_all(of: type[Record], **members: Any) -> Change:
    """The same in all records of a kind."""

    def change(records: Records, random: Random) -> Records:
        places = [place for place, record in enumerate(records) if isinstance(record, of)]
        for place in places:
            records = facts(lambda _records, _random, place=place: place, **members)(records, random)
        return records

    return change


def parsed(record: Record) -> list[Any]:
    """The array of a message, empty when it is none."""
    if not isinstance(record, MessageRecord):
        return []
    try:
        message = json.loads(record.text or "")
    except ValueError:
        return []
    return message if isinstance(message, list) else []


def _is_call(record: Record, action: str, members: Mapping[str, Any]) -> bool:
    match parsed(record):
        case [2 | 6, _, str(name), dict(payload)]:
            return name == action and members.items() <= payload.items()
    return False


def _answer_of(records: Sequence[Record], place: int) -> int:
    question = records[place]
    assert isinstance(question, MessageRecord)
    return next(
        later
        for later, record in enumerate(records[place:], place)
        if isinstance(record, MessageRecord)
        and (record.conn, record.dir) == (question.conn, question.dir.opposite)
        and parsed(record)[0] in (3, 4)
        and parsed(record)[1] == parsed(question)[1]
    )


def _said(record: Record, message: Any) -> Record:
    return msgspec.structs.replace(record, text=json.dumps(message, ensure_ascii=False, separators=(",", ":")))


def _later(record: Record, seconds: float) -> Record:
    nanoseconds = round(seconds * 1e9)
    moved: dict[str, Any] = {"time": record.time + timedelta(seconds=seconds), "mono": clock(record) + nanoseconds}
    sent = getattr(record, "sent", None)
    if sent is not None:
        moved["sent"] = sent + nanoseconds
    return msgspec.structs.replace(record, **moved)


def _at(record: Record, other: Record) -> Record:
    return _later(record, (clock(other) - clock(record)) / 1e9)


def _payload_place(message: list[Any]) -> int:
    return {2: 3, 6: 3, 3: 2, 4: 4}[message[0]]


def _steps(path: str) -> list[Any]:
    """``$.a[0].b`` as ["a", 0, "b"]."""
    assert path.startswith("$"), path
    return [int(index) if index else name for name, index in re.findall(r"\.([^.\[]+)|\[(-?\d+)\]", path)]
