"""Pieces of an unhealthy life: each fault as people meet it in the field, planted into a short script.

Like acts they start with free connectors and leave them free, so that any of them may follow any other. What the library
would never send goes beneath it, by `Peer.say` and `Peer.plant`.
"""

from ocppscope.simulator.faults.connections import idle_drop, lost_while_charging, no_subprotocol
from ocppscope.simulator.faults.fault import FAULTS, Fault
from ocppscope.simulator.faults.payloads import (
    bad_response,
    empty_sample,
    fractional_meter_stop,
    long_token,
    schema_violation,
    wrong_clock,
    zoneless_time,
)
from ocppscope.simulator.faults.silence import deaf, silent_csms, slow_csms, slow_station, trigger_ignored, unanswered
from ocppscope.simulator.faults.transactions import double_start, meter_fell, odd_status, seq_gap, unknown_transaction
from ocppscope.simulator.faults.wrappers import orphan_response, reused_id, second_call, short_call_error, truncated

__all__ = [
    "FAULTS",
    "Fault",
    "bad_response",
    "deaf",
    "double_start",
    "empty_sample",
    "fractional_meter_stop",
    "idle_drop",
    "long_token",
    "lost_while_charging",
    "meter_fell",
    "no_subprotocol",
    "odd_status",
    "orphan_response",
    "reused_id",
    "schema_violation",
    "second_call",
    "seq_gap",
    "short_call_error",
    "silent_csms",
    "slow_csms",
    "slow_station",
    "trigger_ignored",
    "truncated",
    "unanswered",
    "unknown_transaction",
    "wrong_clock",
    "zoneless_time",
]
