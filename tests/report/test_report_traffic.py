"""Real traffic of independent implementations: every finding is one that reading the recording shows to be true.

The table was made from the recordings with plain ``json`` and the ``jsonschema`` package, before it was held against the
report. Anything that a report says beyond it is a false alarm, anything missing is a blind spot.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.report.json import document
from ocppscope.report.reading import Reading


@dataclass(frozen=True)
class Due:
    """A finding that is due: the rule, the station, the lines that it is pinned to, and why it is true."""

    rule: str
    station: str
    lines: tuple[int, ...]
    why: str
    path: str | None = None
    severity: str = "error"


IN_FLIGHT = "each line is a CALL that the station sent before the answer to its CALL just before had come"
IN_FLIGHT_16 = f"{IN_FLIGHT}; 1.6 says SHOULD NOT, so a warning"
IN_FLIGHT_2X = f"{IN_FLIGHT}; 2.x says SHALL NOT, so an error"
FUZZ = "sent wrong on purpose: the CSMS answers it with a CALLERROR that names the same flaw"
CODE_2X = (
    "the CSMS answers a 1.6 station with OccurrenceConstraintViolation, RpcFrameworkError or MessageTypeNotSupported"
)
FROM_ZERO = "meterStart is 0, where the same connector had shown more before: the simulator counts for each transaction"
PLAIN = "the location begins with ftp:// or http://"
MICROSECONDS = "isoformat() of Python: 2.0.1 allows three digits"
BOOT_ASKED = "a TriggerMessage for a BootNotification, after the one at the beginning was accepted on this connection"
BOOT_AGREED = "and the station accepts it, which 2.x tells it to reject"
NO_CONNECTOR = "no event of the transaction that ends here names a connector, only the EVSE"
NO_TOKEN_INFO = "an empty answer to an event that carries an idToken"
FAULT_WITHOUT_ERROR = "Faulted, with the errorCode NoError"
NO_KEYS = "the list of all keys has none of those that Core requires"

EXPECTED: dict[str, tuple[Due, ...]] = {
    "emob16-ocpprpc": (
        Due("RPC-007", "#1", (130, 216, 217, 230, 231), IN_FLIGHT_16, severity="warning"),
        Due(
            "RPC-007", "#2", (108, 152, 206, 207, 219, 220, 237, 238, 252, 262, 268), IN_FLIGHT_16, severity="warning"
        ),
        Due("RPC-007", "#4", (138, 202, 235, 250), IN_FLIGHT_16, severity="warning"),
        Due("RPC-007", "#6", (204, 225, 248), IN_FLIGHT_16, severity="warning"),
        Due("TXN-008", "#1", (135,), FROM_ZERO, severity="warning"),
        Due("TXN-008", "#1", (189,), FROM_ZERO, severity="warning"),
        Due("TXN-008", "#2", (119,), FROM_ZERO, severity="warning"),
        Due("TXN-008", "#2", (157,), FROM_ZERO, severity="warning"),
        Due("TXN-008", "#2", (220,), FROM_ZERO + ", for the third time in a row", severity="info"),
        Due("TXN-008", "#4", (175,), FROM_ZERO, severity="warning"),
    ),
    "emob201-sap_py": (
        Due("CFG-011", "#1", (11,), "the only part of the report that line 9 asks for has seqNo 1"),
        Due("CFG-011", "#2", (23,), "the same on the other connection"),
        Due("RPC-007", "#1", (12, 212), IN_FLIGHT_2X),
        Due("RPC-007", "#2", (210,), IN_FLIGHT_2X),
        Due("SES-015", "#1", (2, 48, 84, 134, 182, 202), MICROSECONDS, severity="warning"),
        Due("SES-015", "#1", (79,), MICROSECONDS, severity="warning"),
        Due("SES-015", "#1", (141,), MICROSECONDS, severity="warning"),
        Due("SES-015", "#2", (6, 64, 98, 146, 188), MICROSECONDS, severity="warning"),
        Due("SES-015", "#2", (87,), MICROSECONDS, severity="warning"),
        Due("SES-015", "#2", (161,), MICROSECONDS, severity="warning"),
        Due("TXN-213", "#1", (41, 93, 177, 203), NO_CONNECTOR, severity="info"),
        Due("TXN-213", "#2", (52, 125, 197), NO_CONNECTOR, severity="info"),
    ),
    "mosim16-homeassistant": (),
    "mosim16-ocpprpc": (
        Due("FWU-009", "", (97,), PLAIN, severity="info"),
        Due("FWU-009", "", (99,), PLAIN, severity="info"),
        Due("FWU-009", "", (109,), PLAIN, severity="info"),
        Due("RPC-019", "", (103,), "the simulator sends a CALL with the action CustomOperation, which OCPP 1.6 has not"),
        Due("SES-018", "", (113,), BOOT_ASKED, severity="warning"),
    ),
    "mosim201-ocpprpc": (
        Due("FWU-009", "", (67,), PLAIN, severity="info"),
        Due("FWU-009", "", (71,), PLAIN, severity="info"),
        Due("RPC-016", "", (24, 26), "FormationViolation is the spelling of 1.6", severity="info"),
        Due("RPC-021", "", (22,), "answers GetLocalListVersion with the member of 1.6", "$.listVersion"),
        Due("RPC-021", "", (22,), "and so the required member of 2.0.1 is missing", "$.versionNumber"),
        Due(
            "RPC-022", "", (24,), "calls line 23 malformed, a SendLocalList that fits the schema of 2.0.1", severity="warning"
        ),
        Due("RPC-022", "", (26,), "calls line 25 malformed, a ReserveNow that fits the schema of 2.0.1", severity="warning"),
        Due("SES-018", "", (89,), BOOT_ASKED, severity="warning"),
        Due("SES-018", "", (90,), BOOT_AGREED),
    ),
    "ocppgo16-ocppgo16": (
        Due("SEC-004", "", (9,), 'the csr is the word "adsad"'),
        Due("SEC-007", "", (5,), 'the type is "Event"', severity="warning"),
        Due("SES-019", "", (40,), "status Idle, which only a trigger brings, one line before the answer to the trigger"),
        Due(
            "TXN-010", "", (29, 33, 43, 45), "Sample.Periodic of connector 1 without transactionId, 5 to 25 s after line 24 "
            "has issued transaction 1 there", severity="warning",
        ),
    ),
    "ocppgo201-ocppgo201": (
        Due("STA-005", "", (3, 7, 11, 13, 47), "connector 0 of EVSE 1", severity="warning"),
        Due(
            "TXN-009", "", (29, 35, 41, 45), "12 kWh more every five seconds, as kWh: that is 8.6 MW", severity="warning"
        ),
        Due("TXN-212", "", (20, 22, 26, 30, 36, 42, 46), NO_TOKEN_INFO, severity="warning"),
        Due("TXN-212", "", (50,), NO_TOKEN_INFO, severity="warning"),
    ),
    "openocpp-openocpp": (
        Due("SES-019", "", (22,), "MeterValues of connector 0 are promised, and none comes in the whole recording"),
    ),
    "openocpp-openocpp-mtls": (),
    "pystation16_fragment-ocpprpc": (
        Due("CFG-004", "", (18,), NO_KEYS, severity="warning"),
        Due("RPC-025", "", (15,), "a DataTransfer of 239 KiB", severity="info"),
        Due("TXN-024", "", (21,), "a Local stop without idTag, of a start that Authorize went before", severity="info"),
    ),
    "pystation21-ocpprpc": (
        Due("TXN-213", "", (15,), NO_CONNECTOR, severity="info"),
    ),
    "shiv3_16-ocpprpc": (
        Due(
            "FWU-006", "", (146,), "Installed in line 141, and boots with 1.0.0 as in line 1", severity="warning"
        ),
        Due("FWU-009", "", (113,), PLAIN, severity="info"),
        Due("FWU-009", "", (119,), PLAIN, severity="info"),
        Due("FWU-009", "", (135,), PLAIN, severity="info"),
        Due(
            "SCH-015", "", (80,),
            "allows 22080 W while transaction 1824 runs, whose remote start of line 59 brought a limit of 11000 W",
            severity="warning",
        ),
        Due("SES-018", "", (145,), BOOT_ASKED, severity="warning"),
        Due("SES-019", "", (20, 24, 30), "each comes one line before the answer to the trigger", severity="info"),
        Due("SES-019", "", (130, 146), "status Idle, and a boot, one line before the answer to the trigger"),
        Due("STA-003", "", (73,), FAULT_WITHOUT_ERROR, severity="warning"),
    ),
    "shiv3_201-ocpprpc": (
        Due("FWU-009", "", (95,), PLAIN, severity="info"),
        Due("FWU-009", "", (97,), PLAIN, severity="info"),
        Due("RPC-007", "", (4, 5, 52, 58, 72, 118, 120), IN_FLIGHT_2X),
        Due("SES-018", "", (113,), BOOT_ASKED, severity="warning"),
        Due("SES-018", "", (114,), BOOT_AGREED),
        Due("STA-005", "", (3, 117), "connector 0 of EVSE 0", severity="warning"),
        Due("TXN-212", "", (59,), NO_TOKEN_INFO, severity="warning"),
    ),
    "shiv3_21-ocpprpc": (
        Due("FWU-009", "", (95,), PLAIN, severity="info"),
        Due("FWU-009", "", (97,), PLAIN, severity="info"),
        Due("RPC-007", "", (4, 52, 60, 118, 119), IN_FLIGHT_2X),
        Due("SES-018", "", (113,), BOOT_ASKED, severity="warning"),
        Due("SES-018", "", (114,), BOOT_AGREED),
        Due("STA-005", "", (3, 117), "connector 0 of EVSE 0", severity="warning"),
        Due("TXN-212", "", (58,), NO_TOKEN_INFO, severity="warning"),
    ),
    "vcp16-sap_py": (
        Due("RPC-007", "", (2, 10, 20), IN_FLIGHT_16, severity="warning"),
        Due("TXN-023", "", (19,), "no reason, which means Local, right after the accepted remote stop", severity="warning"),
    ),
    "vcp201-ocpprpc-tls": (
        Due("FWU-009", "", (63,), PLAIN, severity="info"),
        Due("RES-005", "", (28,), "EVSE 1 is reserved for RES since line 22, and REMOTE1 starts there"),
        Due("RPC-007", "", (2, 28, 58), IN_FLIGHT_2X),
        Due("TXN-007", "", (57,), "150 kWh in line 41, then 212.41 without a unit, which means Wh"),
        Due("TXN-009", "", (41,), "from 0 to 150 kWh in 15 s: the 150 are Wh", severity="warning"),
        Due("TXN-202", "", (41, 57), "every event of the transaction has seqNo 0"),
        Due("TXN-207", "", (28,), "the first event after the remote start of line 25 says Authorized, not RemoteStart"),
        Due("TXN-208", "", (57,), "ended by RemoteStop without a stoppedReason, which means Local", severity="warning"),
    ),
    "wscli_fuzz-ocpprpc": (
        Due("RPC-001", "#1", (1, 9, 20, 32, 40), 'broken JSON, answered with a CALLERROR "-1"'),
        Due("RPC-002", "#1", (52, 59), "message type 99"),
        Due("RPC-002", "#2", (22, 42, 69), "message type 99"),
        Due("RPC-003", "#1", (13,), 'the payload is the string "invalid"'),
        Due("RPC-003", "#1", (24,), "a CALL of three elements: no payload"),
        Due("RPC-003", "#2", (26,), "a CALL of three elements: no payload"),
        Due(
            "RPC-008", "#1", (17, 56),
            'a CALLERROR "Whoops" to an id that the CSMS never used; an info, because a recording without handshake '
            "may have begun after the CALL",
            severity="info",
        ),
        Due("RPC-016", "#1", (7, 45, 64, 68), CODE_2X, severity="info"),
        Due("RPC-016", "#1", (10, 21, 33, 41), CODE_2X, severity="info"),
        Due("RPC-016", "#1", (53, 60), CODE_2X, severity="info"),
        Due("RPC-016", "#2", (8, 35, 47), CODE_2X, severity="info"),
        Due("RPC-016", "#2", (23, 43, 70), CODE_2X, severity="info"),
        Due("RPC-019", "#2", (18, 30, 50), "the action FakeActionOcpp"),
        Due("RPC-024", "#1", (5,), FUZZ, "$.idTag"),
        Due("RPC-024", "#1", (28,), FUZZ, "$.rogueField"),
        Due("RPC-024", "#1", (36, 48), FUZZ + ": 26 characters where 20 are allowed", "$.idTag"),
        Due("RPC-024", "#1", (44,), FUZZ, "$.chargePointModel"),
        Due("RPC-024", "#1", (44,), "the vendor is a number; the CSMS stopped at the missing model", "$.chargePointVendor"),
        Due("RPC-024", "#1", (63,), FUZZ, "$.meterStart"),
        Due("RPC-024", "#1", (63,), "NotANumber; the CSMS stopped at the missing members", "$.connectorId"),
        Due("RPC-024", "#1", (63, 67), FUZZ, "$.timestamp"),
        Due("RPC-024", "#2", (2, 11, 38), FUZZ, "$.rogueField"),
        Due("RPC-024", "#2", (6, 46), FUZZ, "$.chargePointModel"),
        Due("RPC-024", "#2", (6, 46), "the vendor is a number; the CSMS stopped at the missing model", "$.chargePointVendor"),
        Due("RPC-024", "#2", (34,), FUZZ, "$.meterStart"),
        Due("RPC-024", "#2", (34,), "missing as well; the CSMS stopped at the first", "$.timestamp"),
        Due("RPC-024", "#2", (34,), "NotANumber; the CSMS stopped at the missing members", "$.connectorId"),
        Due("RPC-024", "#2", (54, 65), FUZZ + ": an array, then null", "$.idTag"),
        Due("RPC-024", "#2", (57,), FUZZ + ": 26 characters where 20 are allowed", "$.idTag"),
    ),
    "wscli_sim16-ocpprpc": (
        Due("CFG-004", "", (8,), NO_KEYS, severity="warning"),
        Due(
            "LAL-003", "", (42,), "accepts list version 7 in line 38 and tells version 1 four lines later", severity="warning"
        ),
        Due("SCH-002", "", (67,), "a TxProfile for transaction 1882, which line 51 has ended"),
        Due("SCH-002", "", (68,), "and the station accepts it, with the connector Available since line 63"),
        Due("STA-003", "", (59,), FAULT_WITHOUT_ERROR, severity="warning"),
    ),
}  # fmt: skip

UNANSWERED = {
    "emob201-sap_py": 1,  # line 210, five milliseconds before the recording ends
    "openocpp-openocpp-mtls": 1,  # the last line
}

ORPHANS = {
    "wscli_fuzz-ocpprpc": 12,  # ten CALLERRORs "-1" to what could not be read, and the two of RPC-008
}

WORDS = {2: "calls", 3: "call_results", 4: "call_errors", 5: "call_result_errors", 6: "sends"}


def read(path: Path) -> Reading:
    reading = Reading()
    reading.read(open_capture(path))
    reading.finish()
    return reading


def test_every_recording_stands_in_the_table(traffic: Path) -> None:
    assert {path.stem for path in traffic.glob("*.jsonl")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_findings_are_those_that_reading_the_recording_shows(traffic: Path, name: str) -> None:
    found = [
        (row["rule"], row["severity"], row["station"], tuple(row["records"]))
        for row in document(read(traffic / f"{name}.jsonl"))["findings"]
    ]

    due = [(due.rule, due.severity, name + due.station, due.lines) for due in EXPECTED[name]]
    assert sorted(found) == sorted(due)


@pytest.mark.parametrize("name", [name for name in EXPECTED if any(due.path for due in EXPECTED[name])])
def test_schema_findings_point_at_the_member(traffic: Path, name: str) -> None:
    found = [
        (row["rule"], row["station"], row["path"], tuple(row["records"]))
        for row in document(read(traffic / f"{name}.jsonl"))["findings"]
        if row["rule"] in {"RPC-021", "RPC-024"}
    ]

    due = [(due.rule, name + due.station, due.path, due.lines) for due in EXPECTED[name] if due.path is not None]
    assert sorted(found) == sorted(due)


@pytest.mark.parametrize("name", EXPECTED)
def test_messages_are_counted_by_shape_and_paired(traffic: Path, name: str) -> None:
    path = traffic / f"{name}.jsonl"
    report = document(read(path))

    shapes: Counter[str] = Counter()
    connections = set()
    for line in path.read_text().splitlines():
        record = json.loads(line)
        connections.add(record.get("conn"))
        shapes[_shape(record["data"])] += 1
    counts = report["counts"]
    assert {word: counts[word] for word in (*WORDS.values(), "malformed")} == {
        word: shapes[word] for word in (*WORDS.values(), "malformed")
    }
    assert counts["messages"] == sum(shapes.values())
    assert counts["connections"] == len(connections)
    exchanges = report["exchanges"]
    assert exchanges["unanswered"] == UNANSWERED.get(name, 0)
    assert exchanges["aborted"] == 0
    assert exchanges["orphan_responses"] == ORPHANS.get(name, 0)
    assert exchanges["answered"] == shapes["calls"] - UNANSWERED.get(name, 0)
    assert sum(row["n"] for row in report["latency"]) == exchanges["answered"]


def _shape(text: str) -> str:
    try:
        message = json.loads(text)
    except ValueError:
        return "malformed"
    return WORDS.get(message[0], "malformed")
