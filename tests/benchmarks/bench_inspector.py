"""How many messages a second one core inspects, and what each step costs.

Run: ``python tests/benchmarks/bench_inspector.py [MESSAGES]``. Every row is measured on the same lines, in turn, several
times; the ratio is to decoding the records alone, in the same round, so a busy machine cancels out.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ocppscope.capture.record import Handshake, MessageRecord, Opened, decode, encode
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.correlator import Correlator
from ocppscope.protocol.message import Call, CallError, CallResult, parse
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.schemas import PayloadKind, violations
from ocppscope.protocol.version import OcppVersion

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

OPENING = [
    (">", "BootNotification", BOOT, BOOTED),
    (">", "StatusNotification", STATUS % {"connector": 0, "status": "Available", "now": "%(now)s"}, "{}"),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Preparing", "now": "%(now)s"}, "{}"),
    (">", "Authorize", '{"idTag":"04A2B7C91D6E80"}', '{"idTagInfo":{"status":"Accepted"}}'),
    (">", "StartTransaction", START_TRANSACTION, STARTED),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Charging", "now": "%(now)s"}, "{}"),
]
EXCHANGES = [
    (">", "Heartbeat", "{}", '{"currentTime":"%(now)s"}'),
    (">", "MeterValues", METER_VALUES, "{}"),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Charging", "now": "%(now)s"}, "{}"),
    (">", "MeterValues", METER_VALUES, "{}"),
    ("<", "TriggerMessage", '{"requestedMessage":"StatusNotification","connectorId":1}', '{"status":"Accepted"}'),
    (">", "StatusNotification", STATUS % {"connector": 1, "status": "Charging", "now": "%(now)s"}, "{}"),
]
"""A made-up mix of conforming traffic: the mean message has about 250 bytes, as in ordinary operation."""


def capture_lines(messages: int) -> list[bytes]:
    """A conforming capture of 50 stations of OCPP 1.6 that boot, start a transaction and charge."""
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
        facts = {"now": now, "station": conn, "energy": 100_000 + number // 100}
        message_id = f"5120ab9a-6084-457b-8c5f-{number:012x}"
        say(conn, arrow, f'[2,"{message_id}","{action}",{request % facts}]')
        say(conn, "<" if arrow == ">" else ">", f'[3,"{message_id}",{response % facts}]')

    for conn in range(1, STATIONS + 1):
        handshake = Handshake(target=f"/CS-{conn}", status=101)
        record = Opened(conn=conn, station=f"CS-{conn}", subprotocol="ocpp1.6", handshake=handshake, **stamp())  # type: ignore[arg-type]
        lines.append(encode(record))
        for opening in OPENING:
            exchange(conn, *opening)
    number = 0
    while len(lines) < messages:
        exchange(1 + number % STATIONS, *EXCHANGES[number // STATIONS % len(EXCHANGES)])
        number += 1
    return lines


def records_only(lines: list[bytes]) -> None:
    """Decode each line to its record."""
    for line in lines:
        decode(line)


def pairing(lines: list[bytes], *, validate: bool = False) -> None:
    """Decode records and messages, pair and time; with ``validate`` also check every payload."""
    correlators: dict[int, Correlator] = {}
    total = 0
    for line in lines:
        record = decode(line)
        if not isinstance(record, MessageRecord) or record.text is None:
            continue
        correlator = correlators.get(record.conn) or correlators.setdefault(record.conn, Correlator())
        message = parse(record.text)
        if isinstance(message, Call):
            correlator.call(record.dir, message, record.seq, record.sent or 0)
            if validate:
                violations(OcppVersion.V16, message.action, PayloadKind.REQUEST, message.payload)
        elif isinstance(message, CallResult | CallError):
            closed = correlator.response(record.dir, message.message_id)
            if closed.pending is not None:
                total += (record.mono or 0) - closed.pending.since
                if validate and isinstance(message, CallResult):
                    action = closed.pending.call.action
                    violations(OcppVersion.V16, action, PayloadKind.RESPONSE, message.payload)


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
    """Print the table."""
    lines = capture_lines(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
    inspecting(lines[:2000])  # imports and compiles what is loaded lazily
    times: dict[str, list[float]] = {name: [] for name in STEPS}
    for _ in range(ROUNDS):
        for name, step in STEPS.items():
            begin = time.process_time()
            step(lines)
            times[name].append(time.process_time() - begin)
    base = times["decode records"]
    print(f"{len(lines)} lines of {sum(map(len, lines)) // len(lines)} bytes, CPU time, median of {ROUNDS} rounds")
    for name, seconds in times.items():
        rate = len(lines) / statistics.median(seconds)
        ratio = statistics.median(one / other for one, other in zip(seconds, base, strict=True))
        print(f"{name:30} {rate:10,.0f} messages/s   {ratio:6.1f} x decoding records")


if __name__ == "__main__":
    main()
