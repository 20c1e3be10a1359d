"""What tabs and panes get to see of the run, and what they may ask for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from ocppscope.capture.record import MessageRecord
from ocppscope.model.exchange import Exchange
from ocppscope.model.finding import Finding
from ocppscope.protocol.message import Message
from ocppscope.protocol.version import OcppVersion
from ocppscope.tui.widgets.record_table import Cell

if TYPE_CHECKING:
    from ocppscope.inspect.inspector import Inspector
    from ocppscope.pics.profile import Profile
    from ocppscope.tui.rows import MessageRows


class Recalled(msgspec.Struct, frozen=True):
    """A message read back from the capture.

    Attributes:
        number: the record's number within the inspected input (`Seen.number`).
        record: as it was captured; ``record.text`` is the exact text.
        message: parsed.
        action: of a response that of its CALL; None where nothing tells.
        station: station identity.
        version: OCPP version of its connection, None when unknown.
    """

    number: int
    record: MessageRecord
    message: Message
    action: str | None
    station: str
    version: OcppVersion | None


class Shown(msgspec.Struct, frozen=True):
    """What the detail shows: one exchange, or one message that stands alone.

    Attributes:
        number: record number of the message under the cursor; it is that of ``request`` or ``response``.
        request: the CALL or SEND; None for a response whose CALL was not seen. A malformed message stands here alone.
        response: CALLRESULT, CALLERROR or CALLRESULTERROR; None while pending and for what is not answered.
        exchange: of the pair as it stands now; None for a SEND, an orphan, a malformed message.
        findings: pinned to either message, errors first.
        version: OCPP version of the connection.
    """

    number: int
    request: Recalled | None = None
    response: Recalled | None = None
    exchange: Exchange | None = None
    findings: tuple[Finding, ...] = ()
    version: OcppVersion | None = None


class Scope(Protocol):
    """The run as tabs and panes see it. Facts are read-only; verbs go to the main screen."""

    @property
    def inspector(self) -> "Inspector":
        """All state of the run: findings, response times, transactions, pending CALLs."""

    @property
    def rows(self) -> "MessageRows":
        """One row of numbers a message, in columns."""

    @property
    def profiles(self) -> Sequence["Profile"]:
        """The PICS profiles that judge response times."""

    @property
    def station(self) -> str | None:
        """The station that everything is narrowed to; None for all."""

    @property
    def live(self) -> bool:
        """Whether the capture still grows."""

    def now(self) -> int:
        """Nanoseconds of the record clock: the machine's monotonic clock when live, the last record's stamp in a file.

        So an age is ``now() - exchange.since``, and a file always draws the same picture.
        """

    def read(self, number: int) -> Recalled | None:
        """A message read back from the capture; None for a number that is no message."""

    def shown(self, number: int) -> Shown | None:
        """A message with its partner, its exchange and its findings."""

    def show(self, number: int | None) -> None:
        """Let the detail below (or beside) the tab show this message; None empties it."""

    def jump(self, number: int) -> None:
        """Go to a message in the Messages tab. If the filter hides it, the filter is cleared."""

    def filter(self, text: str) -> None:
        """Go to the Messages tab with this filter."""

    def mute(self, rule: str, *, muted: bool) -> None:
        """Hide what a rule finds for this run and say so, or show it again."""


class Tab(Protocol):
    """A numbered tab: a widget that draws itself from a `Scope`."""

    def refresh_data(self, scope: Scope) -> None:
        """Draw what is new. Called at most ten times a second, and only while the tab is in sight."""

    def count_label(self, scope: Scope) -> Cell:
        """What stands behind the tab's name as (text, token) segments: ``(("✖6", "error bold"), (" ", ""), ("▲1", "warn bold"))``.

        Empty for nothing. Called while the tab is out of sight, too: keep it cheap.
        """
