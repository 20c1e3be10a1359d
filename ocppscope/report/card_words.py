"""Parts of a vendor card in words, for all forms of the report."""

from ocppscope.inspect.vendor_card import Card
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.model.visible import visible
from ocppscope.report.duration import duration, limit

MOST_NAMED = 6
"""Stations named on a card."""


def stations_words(card: Card) -> str:
    """``2 stations (CP001, CP002), OCPP 1.6, 120 messages``."""
    count = len(card.stations)
    named = ", ".join(visible(station.id, 40) for station in card.stations[:MOST_NAMED])
    rest = f" and {count - MOST_NAMED} more" if count > MOST_NAMED else ""
    noun = "station" if count == 1 else "stations"
    return f"{count} {noun} ({named}{rest}), OCPP {', '.join(card.versions)}, {card.messages} messages"


def response_words(row: ResponseTime) -> str:
    """``answers to Reset: 12 of them, median 1.20 s, slowest 61.0 s, limit 60 s, 1 late, 2 refused``."""
    samples = row.distribution
    parts = []
    middle, slowest = samples.quantile(0.5), samples.max
    if middle is not None and slowest is not None:
        took = f"median {duration(middle)}, slowest {duration(slowest)}" if samples.n > 1 else duration(slowest)
        parts.append(f"{samples.n} in {took}" if samples.n == 1 else f"{samples.n}, {took}")
    if row.limit is not None:
        parts.append(f"limit {limit(row.limit)}")
    counted = {"late": row.over_limit, "never": row.timeouts, "refused with CALLERROR": row.errors}
    parts += [f"{count} {what}" for what, count in counted.items() if count]
    return f"answers to {visible(row.action, 60)}: {', '.join(parts)}"
