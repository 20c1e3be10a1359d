"""Findings by cause, vendor cards and switches as JSON values."""

from collections.abc import Mapping, Sequence
from typing import Any

from ocppscope.conformance.rule import Rule
from ocppscope.inspect.causes import Cause, causes
from ocppscope.inspect.ledger import FindingRow
from ocppscope.inspect.vendor_card import Card, cards
from ocppscope.kpi.response_times import ResponseTime
from ocppscope.report.reading import Reading


def causes_value(rows: Sequence[FindingRow], reading: Reading, rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """The findings by rule, then station; ``findings`` are places in the report's list of findings."""
    places = {id(row): place for place, row in enumerate(rows)}
    return [
        _head(cause, rules)
        | {
            "stations": [
                {
                    "id": one.station,
                    "vendor": one.product.vendor,
                    "model": one.product.model,
                    "firmware": one.product.firmware,
                    "count": one.count,
                    "findings": [places[id(row)] for row in one.rows],
                }
                for one in cause.stations
            ]
        }
        for cause in causes(rows, reading.inspector.stations)
    ]


def cards_value(reading: Reading, rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """One card a product, and the last one of the CSMS; clean ones, too."""
    selection = reading.selection
    found = cards(selection.findings.rows(), selection.stations, selection.response_times.rows)
    return [_card(card, rules) for card in found]


def switches_value(reading: Reading) -> list[str]:
    """What ``--rule`` switched, in order."""
    if reading.switches is None:
        return []
    switched = [f"{'+' if on else '-'}{word}" for on, word in reading.switches.switched]
    return switched + [f"{name}={value:g}" for name, value in reading.switches.thresholds.items()]


def _head(cause: Cause, rules: Mapping[str, Rule]) -> dict[str, Any]:
    rule = rules[cause.rule]
    return {
        "rule": cause.rule,
        "name": rule.name,
        "severity": cause.severity,
        "requirement": rule.requirement,
        "spec": rule.spec,
        "count": cause.count,
    }


def _card(card: Card, rules: Mapping[str, Rule]) -> dict[str, Any]:
    return {
        "party": card.party,
        "vendor": card.product.vendor,
        "model": card.product.model,
        "firmware": card.product.firmware,
        "stations": [station.id for station in card.stations],
        "ocpp_versions": card.versions,
        "messages": card.messages,
        "at_fault": [_deviation(cause, rules) for cause in card.own],
        "fault_unknown": [_deviation(cause, rules) for cause in card.shared],
        "response_times": [_times(row) for row in card.times],
    }


def _deviation(cause: Cause, rules: Mapping[str, Rule]) -> dict[str, Any]:
    example = cause.example
    return _head(cause, rules) | {
        "stations": [one.station for one in cause.stations],
        "example": {"station": example.station, "evidence": example.evidence, "records": example.records},
    }


def _times(row: ResponseTime) -> dict[str, Any]:
    return {
        "action": row.action,
        "n": row.distribution.n,
        "p50": row.distribution.quantile(0.5),
        "max": row.distribution.max,
        "limit": row.limit,
        "over_limit": row.over_limit,
        "timeouts": row.timeouts,
        "errors": row.errors,
    }
