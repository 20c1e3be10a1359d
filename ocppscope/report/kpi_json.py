"""Performance figures, their samples, and what each side tolerates, as JSON values. Times are seconds."""

from datetime import UTC, datetime
from typing import Any

from ocppscope.kpi.figures import Figure
from ocppscope.kpi.sample import Sample
from ocppscope.kpi.silence import Pattern
from ocppscope.kpi.tolerance import Tolerated
from ocppscope.report.kpis import figures, other_figures, samples
from ocppscope.report.reading import Reading


def kpis(reading: Reading) -> list[dict[str, Any]]:
    """The certificate's figures, each with its samples."""
    return [figure_json(figure) | {"samples": _samples(reading, figure)} for figure in figures(reading)]


def others(reading: Reading) -> list[dict[str, Any]]:
    """Figures that no certificate has, in the same form."""
    return [figure_json(figure) | {"samples": _samples(reading, figure)} for figure in other_figures(reading)]


def tolerances(reading: Reading) -> dict[str, Any]:
    """What each side tolerates, and the timers that seem to end connections."""
    stations = {station.id for station in reading.selection.stations}
    measured = reading.inspector.tolerances
    return {
        "rows": [_tolerated(row) for row in measured.rows() if row.station in stations],
        "disconnect_timers": [_pattern(pattern) for pattern in measured.patterns(stations)],
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """One figure."""
    certified = figure.certified
    return {
        "key": figure.measure.key,
        "dut": figure.measure.dut,
        "n": figure.n,
        "excluded": figure.excluded,
        "timeouts": figure.timeouts,
        "errors": figure.errors,
        "aborted": figure.aborted,
        "censored": figure.censored,
        "over_limit": figure.over_limit,
        "min": figure.min,
        "max": figure.max,
        "at_least": figure.at_least,
        "avg": figure.avg,
        "p50": figure.p50,
        "p95": figure.p95,
        "p99": figure.p99,
        "limit": figure.limit,
        "margin": figure.margin,
        "certified": {
            "min": certified.min if certified else None,
            "max": certified.max if certified else None,
            "avg": certified.avg if certified else None,
            "value": certified.value if certified else None,
        },
        "slower_than_certified": figure.slower_than_certified,
        "verdict": figure.verdict,
        "remark": figure.remark,
        "proxy": {"avg": figure.proxy_avg, "max": figure.proxy_max},
        "coarse": figure.coarse,
    }


def sample_json(sample: Sample) -> dict[str, Any]:
    """One sample with the messages that it was measured between."""
    return {
        "kpi": sample.measure.key,
        "leg": sample.measure.dut,
        "session": sample.station,
        "connection": sample.connection,
        "start_ts": _time(sample.started),
        "end_ts": _time(sample.ended),
        "seconds": sample.seconds,
        "from_conf": sample.from_conf,
        "trigger": sample.trigger,
        "trigger_id": sample.trigger_id,
        "function": sample.function,
        "function_id": sample.function_id,
        "records": [
            number
            for number in (sample.trigger_record, sample.conf_record, sample.function_record)
            if number is not None
        ],
        "ending": sample.ending,
        "counted": sample.counted,
        "reason": sample.excluded,
        "limit": sample.limit,
        "late": sample.late,
        "early": sample.early,
        "duplicate": sample.duplicate,
        "error": sample.error,
        "csms_authorize_s": sample.csms_authorize,
        "station_share": sample.station_share,
        "complete_s": sample.complete,
        "proxy_s": sample.proxy_share,
        "coarse": sample.coarse,
    }


def _samples(reading: Reading, figure: Figure) -> list[dict[str, Any]]:
    return [sample_json(sample) for sample in samples(reading, figure.measure)]


def _tolerated(row: Tolerated) -> dict[str, Any]:
    return {
        "side": row.side,
        "station": row.station,
        "what": row.what,
        "action": row.action,
        "n": row.n,
        "min": row.shortest,
        "typical": row.typical,
        "max": row.longest,
        "timer": row.timer.seconds if row.timer else None,
        "attempts": row.attempts,
        "declared": row.declared.seconds if row.declared else None,
        "declared_by": row.declared.source if row.declared else None,
        "declared_attempts": row.declared_attempts,
        "sentence": row.sentence,
    }


def _pattern(pattern: Pattern) -> dict[str, Any]:
    return {
        "by": pattern.by,
        "seconds": pattern.timer.seconds,
        "since": pattern.reference,
        "agreeing": pattern.timer.agreeing,
        "total": pattern.timer.total,
        "sentence": pattern.sentence,
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
