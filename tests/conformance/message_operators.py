"""How messages are spoilt: other values, other elements, other ways, and messages that nobody sent."""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
from capture_records import DOWN, UP, Change, Records, Select, is_call, later, parsed, said, shifted
from capture_selectors import at

from ocppscope.capture.record import Close, MessageRecord, Ping, Pong, clock


def put(select: Select, path: str, value: Any) -> Change:
    """Another value at a JSON path of the message, where ``$`` is its payload: ``$.evse.id``, ``$.meterValue[0]``.

    A callable makes the new value from the old one.
    """

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        message = parsed(records[place])
        holder: Any = message
        *steps, last = [_payload_place(message), *_steps(path)]
        for step in steps:
            holder = holder[step]
        old = holder.get(last) if isinstance(holder, dict) else holder[last]
        holder[last] = value(old) if callable(value) else value
        records[place] = said(records[place], message)
        return records

    return change


def put_all(action: str, path: str, value: Any, **members: Any) -> Change:
    """The same in all CALLs of an action with these members."""

    def change(records: Records, random: Random) -> Records:
        places = [place for place, record in enumerate(records) if is_call(record, action, members)]
        assert places, f"no {action} with {members}"
        for place in places:
            records = put(at(place), path, value)(records, random)
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
        records[place] = said(records[place], message)
        return records

    return change


def element(select: Select, number: int, value: Any) -> Change:
    """Another element of the message's array: 1 is the id, 2 the action or error code."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        message = parsed(records[place])
        message[number] = value(message[number]) if callable(value) else value
        records[place] = said(records[place], message)
        return records

    return change


def wrapper(select: Select, make: Callable[[list[Any]], Any]) -> Change:
    """Another message in its place, made from the array."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        records[place] = said(records[place], make(parsed(records[place])))
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


def insert(after: Select, *lines: str) -> Change:
    """Messages after a record on its connection: ``> [2,…]``, ``+5 < [3,…]``; 10 ms apart where no time is given."""

    def change(records: Records, random: Random) -> Records:
        anchor = records[after(records, random)]
        more, seconds = [], 0.0
        for line in lines:
            found = re.fullmatch(r"(?:\+(-?[\d.]+) )?([<>]) (.*)", line, re.DOTALL)
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
            more.append(later(record, seconds))
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


def skew(seconds: float) -> Change:
    """The station's clock is off, in all that it says."""

    def change(records: Records, _random: Random) -> Records:
        return [
            said(record, _skewed(message, seconds))
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


def _payload_place(message: list[Any]) -> int:
    return {2: 3, 6: 3, 3: 2, 4: 4}[message[0]]


def _steps(path: str) -> list[Any]:
    """``$.a[0].b`` as ["a", 0, "b"]."""
    assert path.startswith("$"), path
    return [int(index) if index else name for name, index in re.findall(r"\.([^.\[]+)|\[(-?\d+)\]", path)]
