"""Clean traffic, changed at random: nothing stops the inspector, and what conforms as well changes no finding."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import clean_episodes_v2x as v2x
import msgspec
import mutation
import pytest
from capture_operators import cut, delay, delay_from, drop, facts, repeat, swap
from capture_records import TIME, UP, Change, Records, numbered, parsed, postponed, shifted
from capture_selectors import ANY, kind
from clean_episodes_v16 import BUSY, QUIET, long_outage, played
from clean_talk import capture_of
from clean_v2x import Life2x
from clean_v16 import Life16
from message_operators import element, text, turn, wrapper
from mutations_rpc import MUTATIONS as OF_RPC
from mutations_ses import MUTATIONS as OF_SES

from ocppscope.capture.record import Close, Ended, MessageRecord, Opened, Ping, Pong, Record, clock
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

SEEDS = range(40)
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 2**70, "", "x" * 5_000, "2026-03-01", "\u202e\x1b[31m", [], {}, [[[]]], {"a": {"b": [None]}},
    "NaN", "9" * 400, ["Accepted"], 1.5,
)  # fmt: skip


def clean(version: OcppVersion) -> Records:
    """Busy stations of a version."""
    if version is OcppVersion.V16:
        lives: Sequence[Any] = (
            played(*BUSY, life=Life16("CS-1")),
            played(*QUIET[:4], long_outage, life=Life16("CS-2", first_transaction=2001, begins=7.0)),
        )
    else:
        lives = (
            v2x.played(*v2x.BUSY, life=Life2x(version, "CS-1")),
            v2x.played(*v2x.QUIET[:4], v2x.long_outage, life=Life2x(version, "CS-2", begins=7.0)),
        )
    for life in lives:
        life.close(Role.STATION, 1000)
    return capture_of(lives)


def some(records: Sequence[Record], random: Random) -> int:
    """Any message."""
    return random.choice([place for place, record in enumerate(records) if isinstance(record, MessageRecord)])


def somewhere(value: Any, random: Random) -> Any:
    """A JSON value with something else at a random place of it."""
    if isinstance(value, list | dict) and value and random.random() < 0.8:
        place = random.choice(list(value) if isinstance(value, dict) else range(len(value)))
        if random.random() < 0.15 and isinstance(value, dict):
            del value[place]
        else:
            value[place] = somewhere(value[place], random)
        return value
    return random.choice(VALUES)


def corrupted(records: Records, random: Random) -> Records:
    """One place of one message."""
    return wrapper(some, lambda message: somewhere(message, random))(records, random)


def torn(records: Records, random: Random) -> Records:
    """One message that ends early."""
    return text(some, lambda text: text[: random.randrange(len(text))])(records, random)


def delayed(records: Records, random: Random) -> Records:
    """One message, or all from it on."""
    way = random.choice((delay, delay_from))
    return way(some, random.choice((0.01, 1, 45, 700, 90_000)))(records, random)


def moved(records: Records, random: Random) -> Records:
    """A message on another connection."""
    connections = [record.conn for record in records if isinstance(record, Opened)]
    return facts(some, conn=random.choice([*connections, 99]))(records, random)


def forgotten(records: Records, random: Random) -> Records:
    """A connection that never begins, or never ends."""
    return drop(kind(random.choice((Opened, Ended, Close)), ANY))(records, random)


CHANGES: tuple[Change, ...] = (
    corrupted,
    torn,
    delayed,
    moved,
    forgotten,
    drop(some),
    repeat(some),
    swap((some, some)),
    turn(some),
    element(some, 1, "the same for many"),
    cut(some, 3.0),
)


def judged(records: Sequence[Record]) -> Inspector:
    inspector = Inspector()
    for record in records:
        inspector.observe(record)
    inspector.advance(clock(records[-1]) + 10**14)
    return inspector


@pytest.mark.parametrize("version", OcppVersion)
def test_no_random_fault_stops_the_inspector(version: OcppVersion) -> None:
    before = clean(version)
    for seed in SEEDS:
        random = Random(seed)
        records = list(before)
        for change in random.choices(CHANGES, k=random.randrange(1, 25)):
            records = change(records, random)
        inspector = judged(numbered(records))
        assert inspector.counts.messages == len([record for record in records if isinstance(record, MessageRecord)])
        assert inspector.findings.overflow == 0


def reread(records: Records, make: Any) -> Records:
    """Every message through a function of its array."""
    return [
        msgspec.structs.replace(record, text=json.dumps(make(parsed(record)), ensure_ascii=False))
        if isinstance(record, MessageRecord) and parsed(record)
        else record
        for record in records
    ]


def other_ids(records: Records, _random: Random) -> Records:
    """Message ids counted instead of random, those of each side and connection on their own."""
    numbers: dict[tuple[int, str], str] = {}

    def renamed(record: Record) -> Record:
        if not isinstance(record, MessageRecord) or not (message := parsed(record)):
            return record
        known = (record.conn, message[1])
        message[1] = numbers.setdefault(known, f"{100_000 + len(numbers)}")
        return msgspec.structs.replace(record, text=json.dumps(message, ensure_ascii=False))

    return [renamed(record) for record in records]


def other_names(records: Records, _random: Random) -> Records:
    """Other identities."""
    renamed = []
    for record in records:
        if isinstance(record, Opened):
            handshake = record.handshake
            assert handshake is not None
            auth = None if handshake.auth is None else handshake.auth.replace("CS-", "Quay_7.")
            handshake = msgspec.structs.replace(handshake, target=handshake.target.replace("CS-", "Quay_7."), auth=auth)
            name = record.station.replace("CS-", "Quay_7.")
            record = msgspec.structs.replace(record, station=name, handshake=handshake)  # noqa: PLW2901 - the same, renamed
        renamed.append(record)
    return renamed


def other_order(records: Records, _random: Random) -> Records:
    """Members in another order."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(member) for name, member in reversed(value.items())}
        return [turned(item) for item in value] if isinstance(value, list) else value

    return reread(records, turned)


def other_spacing(records: Records, _random: Random) -> Records:
    """Blanks, and every character beyond ASCII escaped."""
    return [
        msgspec.structs.replace(record, text=json.dumps(json.loads(record.text or ""), indent=1))
        if isinstance(record, MessageRecord)
        else record
        for record in records
    ]


def a_day_later(records: Records, _random: Random) -> Records:
    """Everything, the times that messages tell as well."""
    return [postponed(record, 86_400) for record in records]


def another_zone(records: Records, _random: Random) -> Records:
    """Times with an offset."""

    def told(found: re.Match[str]) -> str:
        return shifted(found[0], 19_800).replace("Z", "+05:30")

    return [
        msgspec.structs.replace(record, text=TIME.sub(told, record.text or ""))
        if isinstance(record, MessageRecord)
        else record
        for record in records
    ]


def slower_csms(records: Records, random: Random) -> Records:
    """The CSMS takes up to a second longer; what the station says next waits for it."""
    late: dict[int, float] = {}
    slower = []
    for record in records:
        conn = getattr(record, "conn", None)
        seconds = 0.0
        if conn is not None:
            answers = isinstance(record, MessageRecord) and record.dir is not UP and parsed(record)[:1] == [3]
            # Each connection is late by what its latest answer was; a pause makes up for it.
            previous = late.get(conn, 0.0)
            seconds = random.random() * 0.9 if answers else previous
            late[conn] = max(seconds, 0.0)
        slower.append(_moved(record, seconds))
    ordered = []
    latest: dict[int | None, int] = {}
    for record in slower:
        conn = getattr(record, "conn", None)
        behind = latest.get(conn, -1) + 1_000_000 - clock(record)
        kept = _moved(record, behind / 1e9) if behind > 0 else record
        latest[conn] = clock(kept)
        ordered.append(kept)
    return ordered


def _moved(record: Record, seconds: float) -> Record:
    nanoseconds = round(seconds * 1e9)
    moved: dict[str, Any] = {"time": record.time + timedelta(seconds=seconds), "mono": clock(record) + nanoseconds}
    if isinstance(record, MessageRecord | Ping | Pong) and record.sent is not None:
        moved["sent"] = record.sent + nanoseconds
    return msgspec.structs.replace(record, **moved)


CONFORMING = (other_ids, other_names, other_order, other_spacing, a_day_later, another_zone, slower_csms)


@pytest.mark.parametrize("change", CONFORMING, ids=lambda change: change.__name__)
@pytest.mark.parametrize("version", OcppVersion)
def test_what_conforms_as_well_changes_no_finding(version: OcppVersion, change: Change) -> None:
    records = clean(version)
    before = rules(judged(records))
    for seed in range(3):
        assert rules(judged(numbered(change(list(records), Random(seed))))) == before


def rules(inspector: Inspector) -> dict[tuple[str, str], int]:
    """How often each rule spoke with each severity."""
    counts: dict[tuple[str, str], int] = {}
    for row in inspector.findings.rows():
        kind = (row.finding.rule, row.finding.severity.value)
        counts[kind] = counts.get(kind, 0) + row.count
    return counts


@pytest.mark.parametrize(
    "change", [other_ids, other_names, other_order, a_day_later], ids=lambda change: change.__name__
)
@pytest.mark.parametrize("fault", [*OF_RPC, *OF_SES], ids=lambda fault: f"{fault.rule} {fault.what}")
def test_a_fault_stays_the_same_fault(fault: mutation.Mutation, change: Change) -> None:
    """What is found does not hang on names, ids, order or the date."""
    if change is other_ids and fault.rule in {"RPC-004", "RPC-005"}:
        pytest.skip("the id is the fault")
    random = Random(f"{fault.rule} 0")
    records = numbered(fault.change(list(fault.clean.records()), random))

    def found(changed: Records) -> set[tuple[str, str]]:
        return {(rule, severity) for rule, severity, _, _ in mutation.findings(fault.clean, numbered(changed))}

    assert found(change(list(records), random)) == found(records)
