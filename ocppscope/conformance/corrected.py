"""Times that a station tells, by the clock of the capture."""

from datetime import datetime, timedelta

from ocppscope.conformance.event import CallSeen


def corrected_stamp(event: CallSeen) -> datetime | None:
    """When that happened what a station's CALL tells, with the skew of the station's clock taken out.

    None without a time stamp, or while nothing tells how far the clock is off.
    """
    skew = event.scene.station.clock.skew
    if event.stamp is None or skew is None:
        return None
    try:
        return event.stamp - timedelta(seconds=skew)
    except OverflowError:
        return None
