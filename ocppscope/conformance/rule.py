"""What a rule is.

A rule is a class in a file of its own. Its attributes are its metadata, its docstring is its documentation (four sections:
*Finds*, *Why it matters*, *Usual causes*, *What to do*), `check` is its verdict on one event, and `examples` are small
exchanges, conforming and violating, that a single generic test runs for all rules.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from ocppscope.capture.record import TlsFacts
from ocppscope.conformance.event import Event
from ocppscope.conformance.memory import Memory
from ocppscope.conformance.trait import Trait
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

ALL_VERSIONS = frozenset(OcppVersion)

SECTIONS = ("Finds", "Why it matters", "Usual causes", "What to do")
"""The headings that every rule's docstring has, in this order."""

_LONGEST_LINE = 1200
"""Characters of an example's line that are shown."""

LONGEST_VALUE = 200
"""Characters of a wire value that a finding quotes."""


class Requirement(StrEnum):
    """How firmly the specification demands it."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    JUDGEMENT = "judgement"
    """Nothing in a specification: experience of what breaks in the field."""
    CLAIM = "claim"
    """The product's own certificate, or the profile that a person wrote, says so."""


class Verdict(msgspec.Struct, frozen=True):
    """What a rule says of one event; the engine completes it to a finding.

    Attributes:
        evidence: one sentence with the values seen.
        severity: when it differs from the rule's own.
        at_fault: whose doing it is; None where the rule cannot tell.
        path, observed, expected: the place and the values, as JSON-like text.
        records: numbers of the records involved; by default that of the event.
        key: what makes two occurrences the same row, beside rule and station.
    """

    evidence: str
    severity: Severity | None = None
    at_fault: Role | None = None
    path: str | None = None
    observed: str | None = None
    expected: str | None = None
    records: tuple[int, ...] = ()
    key: str = ""


class AskLater(msgspec.Struct, frozen=True):
    """What a rule yields to be asked again, with `TimeUp`, after a while: to say of something that it did not come.

    The rule then looks into its memories, or at the connection, to see whether it did.

    Attributes:
        seconds: from the event at hand, on the record clock.
        key: a later one of the same rule and station with the same key takes its place.
        note: what the rule wants to find again, such as the record numbers of what happened so far.
    """

    seconds: float
    key: Hashable = ""
    note: Any = None


class Threshold(msgspec.Struct, frozen=True):
    """A number of a rule that a user may change, with ``--rule RULE.name=value`` or in a profile.

    Attributes:
        name: ends in its unit: ``silence_s``, ``tolerance_percent``.
        default: the catalogue's number.
        what: one sentence, and where the number comes from.
    """

    name: str
    default: float
    what: str


class Example(msgspec.Struct, frozen=True):
    """A small exchange that shows a rule's verdict. Every one is made up.

    The script has one message a line: ``>`` station to CSMS, ``<`` CSMS to station, then the text as on the wire. A line
    may begin with ``+SECONDS``, the time since the line before (default 0.1). A line that is only ``+SECONDS`` lets time
    pass. The clock starts at 2026-01-01T00:00:00Z. A connection is opened before the first line, unless that opens one
    itself or is refused, and stays open. Lines of one word, some with facts as JSON after it:

    * ``reconnect``: the connection is cut and another opened; ``drop`` and a later ``connect``: with an outage between.
    * ``connect {…}``: with other facts than the ordinary ones, the keys of `capture.record.Opened`; those of
      ``handshake`` are merged into the ordinary one, where ``request`` and ``response`` are lists of [name, value].
      With ``"handshake":null`` none was recorded, as in captures that begin in mid-connection.
    * ``refuse {…}``: a connection that was not established, the keys of `capture.record.Refused`.
    * ``close > 1000 bye`` (or ``<``): a close frame and the regular end; the code may be missing.
    * ``end {…}``: the end in another way, the keys of `capture.record.Ended`.
    * ``ping``, ``pong``: of the station; ``ping <``, ``pong <``: of the CSMS.
    * ``as NAME``: what follows is another station's, which is connected if it is not; the first is ``CS-EXAMPLE``.

    Attributes:
        title: what happens, in a few words.
        script: the lines.
        version: negotiated OCPP version.
        profile: what the station was certified for, as a profile's TOML; ``[identity]`` may be left out. Without it no
            profile is in force.
        tls: what the station's side of the connection negotiated, None for plain ``ws://``; auth: its credentials, as a
            capture describes them.
        finds: how many findings of the rule are due: 0 for a conforming exchange.
        severity, at_fault, path, line: of the (first) finding due; None where the example does not care. ``line`` counts
            the script's messages from 1 and is the one that the finding is pinned to.
        beside: ids of other rules that rightly speak here, too. Every other rule must be silent.
    """

    title: str
    script: str
    version: OcppVersion = OcppVersion.V16
    profile: str = ""
    tls: TlsFacts | None = None
    auth: str | None = None
    finds: int = 0
    severity: Severity | None = None
    at_fault: Role | None = None
    path: str | None = None
    line: int | None = None
    beside: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The script as people read it: a line that is long for a reason has its middle left out."""
        return tuple(_readable(line.strip()) for line in self.script.strip().splitlines())

    @property
    def setting(self) -> tuple[str, ...]:
        """The lines that say under which circumstances it takes place; none for ordinary ones."""
        lines = [f"declared: {line}" for line in self.profile.strip().splitlines() if line]
        if self.tls is not None:
            lines.append(f"TLS: {' '.join(filter(None, (self.tls.version, self.tls.cipher, self.tls.peer_subject)))}")
        if self.auth is not None:
            lines.append(f"credentials: {self.auth}")
        return tuple(lines)


def _readable(line: str) -> str:
    left_out = len(line) - _LONGEST_LINE
    if left_out <= 0:
        return line
    half = _LONGEST_LINE // 2
    return f"{line[:half]} … {left_out} characters … {line[-half:]}"


class Rule(ABC):
    """One thing that can be wrong."""

    id: ClassVar[str]
    """Family and number, ``RPC-008``."""
    name: ClassVar[str]
    """The pattern it finds in a few words, for lists: "Response that matches no CALL"."""
    severity: ClassVar[Severity]
    versions: ClassVar[frozenset[OcppVersion]] = ALL_VERSIONS
    at_fault: ClassVar[Role | None] = None
    """Whose fault it is; None when it can be either's."""
    requirement: ClassVar[Requirement]
    spec: ClassVar[str]
    """The clauses, with the abbreviations of the catalogue."""
    on: ClassVar[tuple[type[Event], ...]]
    """The events that it wants to see."""
    actions: ClassVar[frozenset[str] | None] = None
    """Only events about these actions; None for all. Saves asking a rule what it would pass over. Events without an action
    (of connections, pings) are not held back by it."""
    needs_profile: ClassVar[bool] = False
    """It compares with what the station was certified for, and is asked only where a profile for the connection's version
    of OCPP is in force."""
    memories: ClassVar[tuple[type[Memory], ...]] = ()
    """What must be remembered for it: see `ocppscope.conformance.memory`."""
    only: Trait = Trait.NONE
    """Of the CALLs and responses it wants those only that have one of these traits; NONE for all. Other events are not held
    back by it."""
    timeless: ClassVar[bool] = False
    """It needs no times: only such rules are asked about a recording that has none."""
    yields_to: ClassVar[tuple[str, ...]] = ()
    """Rules that name the cause where this one names a consequence: it is not asked about a record of which one of these
    has just spoken."""
    thresholds: ClassVar[tuple[Threshold, ...]] = ()
    examples: ClassVar[tuple[Example, ...]]

    def __init__(self, changed: Mapping[str, float] | None = None) -> None:
        """A rule whose thresholds are the defaults but for those ``changed``."""
        self._values = {threshold.name: threshold.default for threshold in self.thresholds} | dict(changed or {})

    def threshold(self, name: str) -> float:
        """The number in force."""
        return self._values[name]

    @abstractmethod
    def check(self, event: Any) -> Iterable[Verdict | AskLater]:
        """What is wrong with one event of the types in `on`; nothing for a conforming one.

        What is asked for every message answers ``()`` as soon as it can: a generator costs five times as much.
        """


def quoted(value: object) -> str:
    """A value from the wire as short JSON for evidence: bounded, whatever was sent."""
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        value = value[:LONGEST_VALUE] + "…"
    elif isinstance(value, dict):
        return f"an object with {len(value)} members"
    elif isinstance(value, list):
        return f"an array with {len(value)} items"
    return json.dumps(value, ensure_ascii=False)
