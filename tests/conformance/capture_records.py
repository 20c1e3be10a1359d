"""Records of a capture as tests handle them: found by what they say, moved in time, with other messages in them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from ocppscope.capture.record import MessageRecord, Record, clock
from ocppscope.protocol.roles import Direction

UP, DOWN = Direction.TO_CSMS, Direction.TO_STATION

TIME = re.compile(r"2026-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
"""A time stamp of clean traffic."""

Records = list[Record]
Select = Callable[[Sequence[Record], Random], int]
"""The place of one record."""
Change = Callable[[Records, Random], Records]
"""How a capture is spoilt. What it leaves to chance, the seed decides."""


def numbered(records: Records) -> Records:
    """In order of time, and counted from 1."""
    ordered = sorted(records, key=clock)
    return [msgspec.structs.replace(record, seq=number) for number, record in enumerate(ordered, 1)]


def parsed(record: Record) -> list[Any]:
    """The array of a message, empty when it is none."""
    if not isinstance(record, MessageRecord):
        return []
    try:
        message = json.loads(record.text or "")
    except ValueError:
        return []
    return message if isinstance(message, list) else []


def is_call(record: Record, action: str, members: Mapping[str, Any]) -> bool:
    """Whether it is a CALL or SEND of this action, with these members in its payload."""
    match parsed(record):
        case [2 | 6, _, str(name), dict(payload)]:
            return name == action and members.items() <= payload.items()
    return False


def answer_of(records: Sequence[Record], place: int) -> int:
    """The place of the answer to the CALL at a place."""
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


def said(record: Record, message: Any) -> Record:
    """The record with another message."""
    return msgspec.structs.replace(record, text=json.dumps(message, ensure_ascii=False, separators=(",", ":")))


def later(record: Record, seconds: float) -> Record:
    """The same so many seconds later."""
    nanoseconds = round(seconds * 1e9)
    moved: dict[str, Any] = {"time": record.time + timedelta(seconds=seconds), "mono": clock(record) + nanoseconds}
    sent = getattr(record, "sent", None)
    if sent is not None:
        moved["sent"] = sent + nanoseconds
    return msgspec.structs.replace(record, **moved)


def postponed(record: Record, seconds: float) -> Record:
    """The same so much later, by all clocks."""
    if isinstance(record, MessageRecord):
        told = TIME.sub(lambda found: shifted(found[0], seconds), record.text or "")
        record = msgspec.structs.replace(record, text=told)
    return later(record, seconds)


def shifted(time: str, seconds: float) -> str:
    """A time stamp so many seconds later, to the millisecond; a finer one stays as fine when the seconds are whole."""
    moment = datetime.fromisoformat(time[:19]) + timedelta(seconds=seconds)
    if isinstance(seconds, int):
        return moment.isoformat() + time[19:]
    moment += timedelta(seconds=float("0" + time[19:-1]))
    return moment.isoformat(timespec="milliseconds") + "Z"


def at_time_of(record: Record, other: Record) -> Record:
    """A record at the time of another one."""
    return later(record, (clock(other) - clock(record)) / 1e9)
