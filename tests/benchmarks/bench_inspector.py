"""How many messages a second one core inspects, and what each step costs.

Run: ``python tests/benchmarks/bench_inspector.py [MESSAGES]``. Every row is measured on the same lines, in turn, several
times; the ratio is to pairing alone, in the same round, so that a busy machine cancels out. The least of all rounds is what
the machine can do when nobody disturbs it.
"""

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import TypeAlias

from ocppscope.capture.record import Handshake, MessageRecord, Opened, decode, encode
from ocppscope.cli.reading import few_collections
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.correlator import Correlator
from ocppscope.protocol.message import Call, CallError, CallResult, parse
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.schemas import PayloadKind, violations
from ocppscope.protocol.version import OcppVersion, negotiated_version

START = datetime(2026, 1, 1, tzinfo=UTC)
STATIONS = 50
ROUNDS = 5
STEP = timedelta(milliseconds=20)
"""Between two messages of all stations together: each of 50 says something every two seconds."""

METER_VALUES = (
    '{"connectorId":1,"transactionId":%(station)d,"meterValue":[{"timestamp":"%(now)s","sampledValue":['
    '{"value":"%(energy)d","measurand":"Energy.Active.Import.Register","unit":"Wh","context":"Sample.Periodic"},'
    '{"value":"7360","measurand":"Power.Active.Import","unit":"W","context":"Sample.Periodic"},'
    '{"value":"16.0","measurand":"Current.Import","unit":"A","phase":"L1","context":"Sample.Periodic"},'
    '{"value":"230.1","measurand":"Voltage","unit":"V","phase":"L1","context":"Sample.Periodic"}]}]}'
)
STATUS = '{"connectorId":%(connector)d,"errorCode":"NoError","status":"%(status)s","timestamp":"%(now)s"}'
BOOT = '{"chargePointVendor":"Made","chargePointModel":"Up","firmwareVersion":"1.0.0"}'
BOOTED = '{"status":"Accepted","currentTime":"%(now)s","interval":300}'
START_TRANSACTION = '{"connectorId":1,"idTag":"04A2B7C91D6E80","meterStart":%(energy)d,"timestamp":"%(now)s"}'
STARTED = '{"transactionId":%(station)d,"idTagInfo":{"status":"Accepted"}}'

Exchange: TypeAlias = tuple[str, str, str, str]
"""Way of the CALL, action, request and response."""

OPENING: list[Exchange] = [
    (">", "BootNotification", BOOT, BOOTED),
    (">", "StatusNotification", STATUS % {"connector": 0, "status": "Available", "now": "%(now)s"}, "{}"),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Preparing", "now": "%(now)s"}, "{}"),
    (">", "Authorize", '{"idTag":"04A2B7C91D6E80"}', '{"idTagInfo":{"status":"Accepted"}}'),
    (">", "StartTransaction", START_TRANSACTION, STARTED),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Charging", "now": "%(now)s"}, "{}"),
]
EXCHANGES: list[Exchange] = [
    (">", "Heartbeat", "{}", '{"currentTime":"%(now)s"}'),
    (">", "MeterValues", METER_VALUES, "{}"),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Charging", "now": "%(now)s"}, "{}"),
    (">", "MeterValues", METER_VALUES, "{}"),
    ("<", "TriggerMessage", '{"requestedMessage":"StatusNotification","connectorId":1}', '{"status":"Accepted"}'),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Charging", "now": "%(now)s"}, "{}"),
]
"""A made-up mix of conforming traffic: the mean message has about 250 bytes, as in ordinary operation."""

BOOT_V201 = '{"reason":"PowerUp","chargingStation":{"model":"Up","vendorName":"Made","firmwareVersion":"1.0.0"}}'
STATUS_V201 = '{"timestamp":"%(now)s","connectorStatus":"Occupied","evseId":1,"connectorId":1}'
EVENT = (
    '{"eventType":"%(type)s","timestamp":"%%(now)s","triggerReason":"%(reason)s","seqNo":%%(count)d,'
    '"transactionInfo":{"transactionId":"made-up-%%(station)d","chargingState":"Charging"}%(more)s,'
    '"meterValue":[{"timestamp":"%%(now)s","sampledValue":['
    '{"value":%%(energy)d,"measurand":"Energy.Active.Import.Register","unitOfMeasure":{"unit":"Wh"},'
    '"context":"%(context)s"},'
    '{"value":7360,"measurand":"Power.Active.Import","unitOfMeasure":{"unit":"W"},"context":"%(context)s"},'
    '{"value":16.0,"measurand":"Current.Import","phase":"L1","unitOfMeasure":{"unit":"A"},"context":"%(context)s"},'
    '{"value":230.1,"measurand":"Voltage","phase":"L1","unitOfMeasure":{"unit":"V"},"context":"%(context)s"}]}]}'
)
WHO = ',"idToken":{"idToken":"04A2B7C91D6E80","type":"ISO14443"},"evse":{"id":1,"connectorId":1}'
STARTED_V201 = EVENT % {"type": "Started", "reason": "Authorized", "more": WHO, "context": "Transaction.Begin"}
UPDATED_V201 = EVENT % {"type": "Updated", "reason": "MeterValuePeriodic", "more": "", "context": "Sample.Periodic"}
AUTHORIZED = '{"idTokenInfo":{"status":"Accepted"}}'

OPENING_V201: list[Exchange] = [
    (">", "BootNotification", BOOT_V201, BOOTED),
    (">", "StatusNotification", STATUS_V201, "{}"),
    (">", "Authorize", '{"idToken":{"idToken":"04A2B7C91D6E80","type":"ISO14443"}}', AUTHORIZED),
    (">", "TransactionEvent", STARTED_V201, AUTHORIZED),
]
EXCHANGES_V201: list[Exchange] = [
    (">", "Heartbeat", "{}", '{"currentTime":"%(now)s"}'),
    (">", "TransactionEvent", UPDATED_V201, "{}"),
    (">", "StatusNotification", STATUS_V201, "{}"),
    (">", "TransactionEvent", UPDATED_V201, "{}"),
    ("<", "TriggerMessage", '{"requestedMessage":"StatusNotification"}', '{"status":"Accepted"}'),
    (">", "StatusNotification", STATUS_V201, "{}"),
]
"""The same of OCPP 2.0.1, where meter values come in TransactionEvents."""


def capture_lines(
    messages: int,
    subprotocol: str = "ocpp1.6",
    opened_with: Sequence[Exchange] = OPENING,
    exchanges: Sequence[Exchange] = EXCHANGES,
) -> list[bytes]:
    """A conforming capture of 50 stations that boot, start a transaction and charge."""
    events: Counter[int] = Counter()
    lines: list[bytes] = []

    def stamp() -> dict[str, object]:
        seq = len(lines) + 1
        return {"seq": seq, "time": START + seq * STEP, "mono": seq * 20_000_000}

    def say(conn: int, arrow: str, text: str) -> None:
        way = Direction.TO_CSMS if arrow == ">" else Direction.TO_STATION
        sent = (len(lines) + 1) * 20_000_000 + 90_000
        lines.append(encode(MessageRecord(conn=conn, dir=way, text=text, sent=sent, **stamp())))  # type: ignore[arg-type]

    def exchange(conn: int, arrow: str, action: str, request: str, response: str) -> None:
        number = len(lines)
        now = f"{(START + (number + 1) * STEP).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
        facts = {"now": now, "station": conn, "energy": 100_000 + number // 100, "count": events[conn]}
        events[conn] += action == "TransactionEvent"
        message_id = f"5120ab9a-6084-457b-8c5f-{number:012x}"
        say(conn, arrow, f'[2,"{message_id}","{action}",{request % facts}]')
        say(conn, "<" if arrow == ">" else ">", f'[3,"{message_id}",{response % facts}]')

    for conn in range(1, STATIONS + 1):
        handshake = Handshake(target=f"/CS-{conn}", status=101)
        record = Opened(conn=conn, station=f"CS-{conn}", subprotocol=subprotocol, handshake=handshake, **stamp())  # type: ignore[arg-type]
        lines.append(encode(record))
        for opening in opened_with:
            exchange(conn, *opening)
    number = 0
    while len(lines) < messages:
        exchange(1 + number % STATIONS, *exchanges[number // STATIONS % len(exchanges)])
        number += 1
    return lines


def records_only(lines: list[bytes]) -> None:
    """Decode each line to its record."""
    for line in lines:
        decode(line)


def pairing(lines: list[bytes], *, validate: bool = False) -> None:
    """Decode records and messages, pair and time; with ``validate`` also check every payload."""
    correlators: dict[int, Correlator] = {}
    version = OcppVersion.V16
    total = 0
    for line in lines:
        record = decode(line)
        if isinstance(record, Opened):
            version = negotiated_version(record.subprotocol) or version
        if not isinstance(record, MessageRecord) or record.text is None:
            continue
        correlator = correlators.get(record.conn) or correlators.setdefault(record.conn, Correlator())
        message = parse(record.text)
        if isinstance(message, Call):
            correlator.call(record.dir, message, record.seq, record.sent or 0)
            if validate:
                violations(version, message.action, PayloadKind.REQUEST, message.payload)
        elif isinstance(message, CallResult | CallError):
            closed = correlator.response(record.dir, message.message_id)
            if closed.pending is not None:
                total += (record.mono or 0) - closed.pending.since
                if validate and isinstance(message, CallResult):
                    action = closed.pending.call.action
                    violations(version, action, PayloadKind.RESPONSE, message.payload)


def validating(lines: list[bytes]) -> None:
    """Pairing, and every payload checked against its schema."""
    pairing(lines, validate=True)


def inspecting(lines: list[bytes]) -> None:
    """All of it, with every rule: what ``report`` does."""
    inspector = Inspector()
    for line in lines:
        inspector.observe(decode(line))
    if inspector.findings.rows():
        found = sorted({row.finding.rule for row in inspector.findings.rows()})
        raise AssertionError(f"the traffic is conforming, and still there are findings of {', '.join(found)}")


STEPS: dict[str, Callable[[list[bytes]], None]] = {
    "decode records": records_only,
    "+ messages, pairing, timing": pairing,
    "+ schema validation": validating,
    "whole inspector, all rules": inspecting,
}


def main() -> None:
    """Print the tables."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    with few_collections():  # as the commands that read captures
        measure("OCPP 1.6", capture_lines(messages))
        measure("OCPP 2.0.1", capture_lines(messages, "ocpp2.0.1", OPENING_V201, EXCHANGES_V201))
    with TemporaryDirectory() as compiled:
        fastest = min(loading(compiled) for _ in range(ROUNDS))
    print(f"all rules are loaded in {fastest * 1000:.0f} ms; at most 150 are wanted")


def loading(compiled: str) -> float:
    """Seconds that a fresh interpreter takes to import all rules, from the compiled files in a directory once they are there."""
    code = (
        "import time; begin = time.perf_counter(); from ocppscope.conformance.registry import all_rules; all_rules();"
        "print(time.perf_counter() - begin)"
    )
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    settings["PYTHONPYCACHEPREFIX"] = compiled
    found = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, check=True, text=True)
    return float(found.stdout)


def measure(title: str, lines: list[bytes]) -> None:
    """Print the table of one mix."""
    inspecting(lines[:2000])  # imports and compiles what is loaded lazily
    times: dict[str, list[float]] = {name: [] for name in STEPS}
    for _ in range(ROUNDS):
        for name, step in STEPS.items():
            begin = time.process_time()
            step(lines)
            times[name].append(time.process_time() - begin)
    base = times["+ messages, pairing, timing"]
    size = sum(map(len, lines)) // len(lines)
    print(f"{title}: {len(lines)} lines of {size} bytes, CPU time of {ROUNDS} rounds")
    for name, seconds in times.items():
        rate = len(lines) / min(seconds)
        ratio = statistics.median(one / other for one, other in zip(seconds, base, strict=True))
        print(f"{name:30} {1e6 / rate:6.1f} µs {rate:10,.0f} messages/s   {ratio:6.1f} x pairing alone")


if __name__ == "__main__":
    main()
