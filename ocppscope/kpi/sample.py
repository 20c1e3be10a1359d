"""One measured pair of messages, with everything needed to find, judge and explain it."""

from datetime import datetime
from enum import StrEnum

import msgspec

from ocppscope.kpi.measure import Measure
from ocppscope.protocol.message import MessageId


class Ending(StrEnum):
    """What became of a pair."""

    COMPLETED = "completed"
    TIMED_OUT = "timed out"
    """What was due did not come while it was waited for."""
    ABORTED = "aborted"
    """The connection ended first."""
    CENSORED = "censored"
    """The capture ended first: it took at least so long."""


class Excluded(StrEnum):
    """Why a completed pair is shown but not counted. The words are those of reports and of the JSON."""

    PLUG_STATE_UNKNOWN = "plug state unknown"
    """Nothing proves that the cable was in before the request, so the time may be the driver's."""
    WAITED_FOR_CABLE = "waited for the cable"
    """2.x: the station says that plugging in the cable caused it."""
    NOT_AUTHORISED = "not authorised"
    OTHER_ID_TAG = "other idTag"
    LATE_AFTER_RECONNECT = "late_after_reconnect"
    OTHER_CAUSE = "other cause"
    """The transaction ended, but not because of the request."""
    TIMED_OUT = "timed out"
    DUPLICATE_REQUEST = "duplicate request"
    """The same was asked twice and done once: the older request has it."""
    REPEATED = "repeated"
    """The CALL was sent again before an answer came; the newest copy is the one that is answered."""
    NOT_REGISTERED = "not registered"
    """The station was rejected or about to send its first BootNotification: it must not or need not answer."""
    EXCLUDED_ACTION = "excluded action"
    """The reader asked for figures without this action."""


class Sample(msgspec.Struct):
    """One pair. Owned and updated by the tracker, read-only for everyone else.

    Attributes:
        measure: what it is a sample of.
        station, connection: whose, and on which connection the first message passed.
        trigger, trigger_id, trigger_record: action, message id and record number of the CALL that started the time.
        function, function_id, function_record: of the message that ended it; a response has the CALL's action and id.
            None while nothing came, but ``function`` then says what was due.
        conf_record: the response to the trigger, None when it is itself the end or never came.
        start: when the trigger was handed to the party under test, on the record clock in ns.
        started, ended: wall clock of both, for people; ``ended`` is None when nothing came.
        seconds: from ``start`` until the end was read from that party; without an end, how long it was waited for.
        ending: what became of it.
        excluded: why it does not count although it may be complete.
        from_conf: seconds from the response to the trigger; negative when the function overtook it.
        limit: declared maximum in force, in seconds.
        error: the response was a CALLERROR.
        early: the function came before the response to the trigger.
        duplicate: the same was asked already when this was asked.
        csms_authorize: seconds of a remote start during which the CSMS answered an Authorize.
        complete: seconds until the last part of a report in parts came.
        proxy_share: seconds that both messages spent inside the proxy; they are not part of ``seconds``.
        coarse: the capture knows only whole seconds.
    """

    measure: Measure
    station: str
    connection: int
    trigger: str
    trigger_id: MessageId
    trigger_record: int
    start: int
    started: datetime
    function: str
    ending: Ending = Ending.COMPLETED
    seconds: float = 0.0
    function_id: MessageId | None = None
    function_record: int | None = None
    conf_record: int | None = None
    ended: datetime | None = None
    excluded: str | None = None
    from_conf: float | None = None
    limit: float | None = None
    error: bool = False
    early: bool = False
    duplicate: bool = False
    csms_authorize: float | None = None
    complete: float | None = None
    proxy_share: float | None = None
    coarse: bool = False

    @property
    def counted(self) -> bool:
        """Whether it is part of minimum, maximum and average."""
        return self.ending is Ending.COMPLETED and self.excluded is None

    @property
    def late(self) -> bool:
        """Whether it took longer than declared; true also of what never came."""
        return self.limit is not None and self.seconds > self.limit

    @property
    def station_share(self) -> float | None:
        """Of a remote start with an Authorize in it: what remains for the station. None without one."""
        return None if self.csms_authorize is None else self.seconds - self.csms_authorize

    @property
    def aborted(self) -> bool:
        """Whether the connection ended first."""
        return self.ending is Ending.ABORTED

    @property
    def censored(self) -> bool:
        """Whether the capture ended first."""
        return self.ending is Ending.CENSORED

    @property
    def timed_out(self) -> bool:
        """Whether what was due did not come."""
        return self.ending is Ending.TIMED_OUT
