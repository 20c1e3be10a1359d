"""The comparison as one JSON object. Times are seconds; ``a`` and ``b`` are the captures in the order of the command line."""

from dataclasses import asdict
from typing import Any

import ocppscope
from ocppscope.report.diff.comparison import Change, Comparison, Latency, Ruling, StationPair, Step
from ocppscope.report.reading import CaptureFacts
from ocppscope.report.safe_json import safe_json

SCHEMA = 1
"""Raised when a key changes its meaning or goes; new keys do not raise it."""


def encode(comparison: Comparison) -> str:
    """The comparison as indented JSON text, without a newline at its end."""
    return safe_json(document(comparison))


def document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as Python values."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "ocppscope", "version": ocppscope.__version__},
        "different": comparison.differs,
        "a": _capture(comparison.a),
        "b": _capture(comparison.b),
        "only_in_a": comparison.only_a,
        "only_in_b": comparison.only_b,
        "refused": [asdict(fact) for fact in comparison.refused],
        "stations": [_pair(pair) for pair in comparison.pairs],
        "names": [{"kind": name.kind, "a": name.a, "b": name.b, "count": name.count} for name in comparison.names],
    }


def _capture(facts: CaptureFacts) -> dict[str, Any]:
    return {
        "path": facts.path.encode("utf-8", "backslashreplace").decode(),
        "format": facts.format,
        "records": facts.records,
        "messages": facts.messages,
        "skipped_count": facts.skipped_count,
    }


def _pair(pair: StationPair) -> dict[str, Any]:
    return {
        "a": pair.a,
        "b": pair.b,
        "different": pair.differs,
        "identity": [asdict(fact) for fact in pair.identity],
        "exchanges": {
            "a": pair.entries_a,
            "b": pair.entries_b,
            "aligned": pair.aligned,
            "changed": pair.changed,
            "alignment": "counts" if not pair.complete else "shortest" if pair.shortest else "approximate",
        },
        "missing": [_step(step) for step in pair.missing],
        "added": [_step(step) for step in pair.added],
        "moved": [_step(step) | {"records_b": step.records_b} for step in pair.moved],
        "changes": [_change(change) for change in pair.changes],
        "configuration": [asdict(fact) for fact in pair.configuration],
        "findings": [_finding(row) for row in pair.findings],
        "latency": [_latency(row) for row in pair.latency],
        "transactions": [asdict(fact) for fact in pair.transactions],
        "disconnects": [asdict(fact) for fact in pair.disconnects],
    }


def _step(step: Step) -> dict[str, Any]:
    return {"direction": step.direction, "action": step.action, "count": step.count, "records": step.records}


def _change(change: Change) -> dict[str, Any]:
    return {
        "direction": change.direction,
        "action": change.action,
        "part": change.part,
        "path": change.path,
        "count": change.count,
        "values": [asdict(value) for value in change.values],
    }


def _finding(row: Ruling) -> dict[str, Any]:
    return asdict(row) | {"change": row.change}


def _latency(row: Latency) -> dict[str, Any]:
    shift = row.shift
    return {
        "dut": row.dut,
        "action": row.action,
        "n_a": shift.n_a,
        "n_b": shift.n_b,
        "median_a": shift.median_a,
        "median_b": shift.median_b,
        "p": shift.p,
        "effect": shift.effect,
        "significant": row.significant,
    }
