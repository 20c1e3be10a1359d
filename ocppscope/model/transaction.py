"""A charging transaction, as far as the messages tell."""

from datetime import datetime
from enum import StrEnum

import msgspec


class TransactionState(StrEnum):
    """Where a transaction stands."""

    STARTING = "starting"
    """1.6: StartTransaction asked, the CSMS has not given an id yet."""
    RUNNING = "running"
    ENDED = "ended"
    REFUSED = "refused"
    """The CSMS answered the start with a status other than Accepted, or with an error."""
    UNKNOWN = "unknown"
    """Seen in use, but its start lies before the capture (or nobody ever issued it)."""


class Transaction(msgspec.Struct, frozen=True):
    """The facts of one transaction. Times are the station's own time stamps; energy is in Wh.

    Attributes:
        station: station identity.
        id: transactionId as text (an integer given by the CSMS in 1.6, a string made by the station in 2.x).
        state: see `TransactionState`.
        connector: connector (1.6) or EVSE (2.x) number.
        id_token: idTag or idToken that started it.
        start, stop: time stamps of the start and end messages.
        meter_start, meter_stop: energy register in Wh at both ends; meter_stop is the latest known while it runs.
        reason: why it ended.
        powers: the last power samples in W, oldest first, for a sparkline.
        records: numbers of the records that belong to it: first, and the latest.
        seq_first, seq_last: 2.x seqNo range seen; seq_gaps how many numbers are missing in between.
    """

    station: str
    id: str
    state: TransactionState
    connector: int | None = None
    id_token: str | None = None
    start: datetime | None = None
    stop: datetime | None = None
    meter_start: float | None = None
    meter_stop: float | None = None
    reason: str | None = None
    powers: tuple[float, ...] = ()
    records: tuple[int, int] = (0, 0)
    seq_first: int | None = None
    seq_last: int | None = None
    seq_gaps: int = 0

    @property
    def energy_wh(self) -> float | None:
        """Energy delivered so far in Wh."""
        if self.meter_start is None or self.meter_stop is None:
            return None
        return self.meter_stop - self.meter_start
