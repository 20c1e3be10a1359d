"""The report as one JSON object, in the shape that the command-line contract promises.

Times are seconds, timestamps RFC 3339 in UTC. Wire text stands in it exactly, with everything that a terminal could obey
written as a JSON escape.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import ocppscope
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Rule
from ocppscope.inspect.autopsy import Autopsy, autopsies
from ocppscope.inspect.causes import product_of
from ocppscope.inspect.end_patterns import Cause as PatternCause
from ocppscope.inspect.ledger import FindingRow
from ocppscope.kpi.distribution import Distribution
from ocppscope.kpi.figures import ENOUGH_FOR_P95, ENOUGH_FOR_P99
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.model.connection import Station
from ocppscope.model.transaction import Transaction
from ocppscope.pics.offers import offers
from ocppscope.report.cause_json import cards_value, causes_value, switches_value
from ocppscope.report.ending_json import autopsy_value, clocks_value, pattern_value
from ocppscope.report.kpi_json import kpis, others, tolerances
from ocppscope.report.reading import CaptureFacts, Reading
from ocppscope.report.safe_json import safe_json
from ocppscope.report.text_endings import patterns_of

SCHEMA = 1
"""Raised when a key changes its meaning or goes; new keys do not raise it."""


def encode(reading: Reading) -> str:
    """The report as indented JSON text, without a newline at its end."""
    return safe_json(document(reading))


def document(reading: Reading) -> dict[str, Any]:
    """The report as Python values."""
    selection = reading.selection
    counts = selection.figures
    offered = offers(selection.stations)
    rows = selection.findings.rows()
    rules = {rule.id: rule for rule in all_rules()}
    ended = autopsies(selection.disconnects)
    return {
        "schema": SCHEMA,
        "tool": {"name": "ocppscope", "version": ocppscope.__version__},
        "filter": selection.expression,
        "rules": {"asked": len(reading.inspector.rules), "known": len(rules), "switches": switches_value(reading)},
        "captures": [_capture(facts) for facts in reading.captures],
        "counts": {
            "messages": counts.messages,
            "calls": counts.calls,
            "call_results": counts.call_results,
            "call_errors": counts.call_errors,
            "call_result_errors": counts.call_result_errors,
            "sends": counts.sends,
            "malformed": counts.malformed,
            "sessions": counts.sessions,
            "stations": counts.stations,
            "connections": counts.connections,
            "refused": counts.refused,
            "findings": selection.findings.counts,
        },
        "stations": [_station(station, offered.get(station.id)) for station in selection.stations],
        "exchanges": {
            "answered": counts.answered,
            "unanswered": counts.unanswered,
            "aborted": counts.aborted,
            "orphan_responses": counts.orphan_responses,
        },
        "latency": [_response_time(row) for row in selection.response_times.rows()],
        "kpis": kpis(reading),
        "other_figures": others(reading),
        "tolerances": tolerances(reading),
        "findings": [_finding(row, reading, rules) for row in rows],
        "causes": causes_value(rows, reading, rules),
        "vendor_cards": cards_value(reading, rules),
        "clocks": clocks_value(reading),
        "transactions": [_transaction(transaction) for transaction in selection.transactions],
        "disconnects": [_disconnect(one, reading) for one in ended],
        "disconnect_patterns": [pattern_value(station, pattern) for station, pattern in patterns_of(ended)],
    }


def _capture(facts: CaptureFacts) -> dict[str, Any]:
    return {
        "path": facts.path.encode("utf-8", "backslashreplace").decode(),
        "format": facts.format,
        "records": facts.records,
        "messages": facts.messages,
        "skipped": [{"line": line.line, "reason": line.reason} for line in facts.skipped],
        "skipped_count": facts.skipped_count,
        "first": _time(facts.first),
        "last": _time(facts.last),
        "vantage": facts.vantage,
        "left_out": [
            {"station": one.station, "messages": one.messages, "kept": one.kept, "clock_offset": one.offset}
            for one in facts.left_out
        ],
        "cut_short": facts.cut_short,
    }


def _station(station: Station, offered: str | None) -> dict[str, Any]:
    return {
        "id": station.id,
        "ocpp_version": station.version,
        "ocpp_version_source": station.version_source,
        "vendor": station.vendor,
        "model": station.model,
        "firmware": station.firmware,
        "connections": station.connections,
        "messages": station.messages,
        "findings": station.findings,
        "pics": station.profile,
        "pics_offered": offered,
    }


def _statistics(samples: Distribution) -> dict[str, Any]:
    return {
        "n": samples.n,
        "min": samples.min,
        "max": samples.max,
        "avg": samples.mean,
        "p50": samples.quantile(0.5),
        "p95": samples.quantile(0.95) if samples.n >= ENOUGH_FOR_P95 else None,
        "p99": samples.quantile(0.99) if samples.n >= ENOUGH_FOR_P99 else None,
    }


def _response_time(row: ResponseTime) -> dict[str, Any]:
    return {
        "dut": row.dut,
        "action": row.action,
        **_statistics(row.distribution),
        "errors": row.errors,
        "timeouts": row.timeouts,
        "limit": row.limit,
        "over_limit": row.over_limit,
    }


def _finding(row: FindingRow, reading: Reading, rules: Mapping[str, Rule]) -> dict[str, Any]:
    finding = row.finding
    product = product_of(reading.inspector.stations.get(finding.station))
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "at_fault": finding.at_fault,
        "station": finding.station,
        "connection": finding.connection,
        "message_id": finding.message_id,
        "action": finding.action,
        "path": finding.path,
        "observed": finding.observed,
        "expected": finding.expected,
        "evidence": finding.evidence,
        "spec": finding.spec,
        "count": row.count,
        "first": _time(row.first),
        "last": _time(row.last),
        "records": row.records,
        "name": rules[finding.rule].name,
        "requirement": rules[finding.rule].requirement,
        "vendor": product.vendor,
        "model": product.model,
        "firmware": product.firmware,
        "occurrences": [
            {"time": _time(one.time), "message_id": one.message_id, "evidence": one.evidence, "records": one.records}
            for one in row.occurrences
        ],
    }


def _transaction(transaction: Transaction) -> dict[str, Any]:
    return {
        "station": transaction.station,
        "id": transaction.id,
        "connector": transaction.connector,
        "id_token": transaction.id_token,
        "start": _time(transaction.start),
        "stop": _time(transaction.stop),
        "energy_wh": transaction.energy_wh,
        "reason": transaction.reason,
        "state": transaction.state,
    }


def _disconnect(one: Autopsy, reading: Reading) -> dict[str, Any]:
    connection = one.connection
    own = one.pattern.sentence if one.pattern is not None and one.pattern.cause is not PatternCause.MANNER else None
    return {
        "connection": connection.number,
        "station": connection.station,
        "time": _time(connection.ended),
        "by": connection.closed_by,
        "how": connection.how,
        "code": connection.close_code,
        "reason": connection.close_reason,
        "idle_seconds": connection.idle_seconds,
        "suspicion": own or reading.inspector.tolerances.suspicion(connection),
        "autopsy": autopsy_value(one),
    }


def _time(time: datetime | None) -> str | None:
    """A time in UTC, its zone written ``Z``."""
    if time is None:
        return None
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
