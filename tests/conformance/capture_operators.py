"""How a capture is spoilt as a whole: records that are missing, doubled, moved in time, and the facts of connections."""

from collections.abc import Mapping
from random import Random
from typing import Any

import msgspec
from capture_records import Change, Records, Select, answer_of, at_time_of, is_call, later, parsed, postponed, said
from capture_selectors import ANY, answer, at, call

from ocppscope.capture.record import Ended, Handshake, Opened, Record, clock


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
            gone = {picked, answer_of(records, picked)}
        else:
            gone = {call(action, n, **members)(records, random), answer(action, n, **members)(records, random)}
        return [record for place, record in enumerate(records) if place not in gone]

    return change


def drop_all(action: str, **members: Any) -> Change:
    """All exchanges of an action with these members."""

    def change(records: Records, random: Random) -> Records:
        gone: set[int] = set()
        for place, record in enumerate(records):
            if is_call(record, action, members):
                gone |= {place, answer_of(records, place)}
        assert gone, f"no {action} with {members}"
        return [record for place, record in enumerate(records) if place not in gone]

    return change


def swap(*pairs: tuple[Select, Select]) -> Change:
    """Pairs of records at each other's time."""

    def change(records: Records, random: Random) -> Records:
        for one, two in [(first(records, random), second(records, random)) for first, second in pairs]:
            records[one], records[two] = at_time_of(records[two], records[one]), at_time_of(records[one], records[two])
        return records

    return change


def swap_exchanges(action: str, first: int, second: int) -> Change:
    """Two CALLs of an action, with their answers, at each other's times."""
    return swap((call(action, first), call(action, second)), (answer(action, first), answer(action, second)))


def repeat(select: Select, seconds: float = 0.05) -> Change:
    """A record twice."""

    def change(records: Records, random: Random) -> Records:
        again = records[select(records, random)]
        return [*records, later(again, seconds)]

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
            copies.append(later(said(record, message), seconds))
        return [*records, *copies]

    return change


def delay(select: Select, seconds: float) -> Change:
    """Only this record comes later."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        records[place] = later(records[place], seconds)
        return records

    return change


def delay_from(select: Select, seconds: float) -> Change:
    """This record and all after it come later, and so do the times that they tell."""

    def change(records: Records, random: Random) -> Records:
        place = select(records, random)
        return records[:place] + [postponed(record, seconds) for record in records[place:]]

    return change


def add(after: Select, seconds: float, of: type[Record], **members: Any) -> Change:
    """A further record of any kind."""

    def change(records: Records, random: Random) -> Records:
        anchor = records[after(records, random)]
        return [*records, later(of(seq=0, time=anchor.time, mono=clock(anchor), **members), seconds)]

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


def cut(after: Select, seconds: float) -> Change:
    """The connection is lost right after a record and opened again so many seconds later; what was said meanwhile is lost."""

    def change(records: Records, random: Random) -> Records:
        place = after(records, random)
        anchor = records[place]
        conn = getattr(anchor, "conn", 0)
        new = 1 + max(getattr(record, "conn", 0) for record in records)
        back = clock(anchor) + round(seconds * 1e9)
        beginning = next((record for record in records if isinstance(record, Opened) and record.conn == conn), None)
        if beginning is None:
            return records
        until = [
            record for record in records[place + 1 :] if getattr(record, "conn", None) != conn or clock(record) > back
        ]
        renewed = [
            msgspec.structs.replace(record, conn=new) if getattr(record, "conn", None) == conn else record
            for record in until
        ]
        lost = Ended(seq=0, time=anchor.time, mono=clock(anchor), conn=conn, by="network", how="rst")
        again = msgspec.structs.replace(beginning, time=anchor.time, mono=clock(anchor), conn=new)
        return [*records[: place + 1], later(lost, 0.001), later(again, seconds), *renewed]

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
            records = facts(at(place), **members)(records, random)
        return records

    return change
