"""Two captures side by side: what differs is told, what differs in any two runs is not."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ocppscope.capture.reader import open_capture
from ocppscope.report.diff.compare import compare
from ocppscope.report.diff.comparison import Change, Comparison, StationPair
from ocppscope.report.diff.json import document, encode
from ocppscope.report.diff.side import Side
from ocppscope.report.diff.text import print_comparison

BOOT = {"chargePointVendor": "Made", "chargePointModel": "Up", "firmwareVersion": "1.2"}
ACCEPTED = {"status": "Accepted", "interval": 300, "currentTime": "2026-03-01T12:00:00Z"}


class Script:
    """A recording made up line by line, one second after the other."""

    station = "CP-1"  # a recording without a name for it is called by its file

    def __init__(self, day: int = 1, prefix: str = "a") -> None:
        self.lines: list[dict[str, Any]] = []
        self._second = 0.0
        self._number = 0
        self._day = day
        self._prefix = prefix

    def now(self) -> str:
        minutes, seconds = divmod(self._second, 60)
        return f"2026-03-{self._day:02d}T{12 + int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{seconds:06.3f}Z"

    def say(self, direction: str, message: object, after: float = 1.0) -> None:
        self._second += after
        self.lines.append({"ts": self.now(), "dir": direction, "data": message, "conn": 1})

    def ask(
        self,
        action: str,
        body: dict[str, Any],
        answer: dict[str, Any] | list[Any],
        *,
        takes: float = 0.1,
        down: bool = False,
    ) -> None:
        self._number += 1
        message_id = f"{self._prefix}{self._number}"
        there, back = ("csms>cs", "cs>csms") if down else ("cs>csms", "csms>cs")
        self.say(there, [2, message_id, action, body])
        self.say(back, [4, message_id, *answer] if isinstance(answer, list) else [3, message_id, answer], takes)

    def save(self, path: Path) -> Path:
        path.write_text("".join(json.dumps(line | {"data": json.dumps(line["data"])}) + "\n" for line in self.lines))
        return path


def told(tmp_path: Path, a: Script, b: Script) -> Comparison:
    sides = []
    for name, script in (("a", a), ("b", b)):
        (tmp_path / name).mkdir(exist_ok=True)
        side = Side()
        side.read(open_capture(script.save(tmp_path / name / f"{script.station}.jsonl")))
        sides.append(side)
    return compare(*sides)


def pair(tmp_path: Path, a: Script, b: Script) -> StationPair:
    (only,) = told(tmp_path, a, b).pairs
    return only


def session(
    script: Script, *, firmware: str = "1.2", tag: str = "CARD-77", transaction: int = 1, meter: int = 1000
) -> Script:
    """A boot and a transaction with readings."""
    script.ask("BootNotification", BOOT | {"firmwareVersion": firmware}, ACCEPTED | {"currentTime": script.now()})
    script.ask("Authorize", {"idTag": tag}, {"idTagInfo": {"status": "Accepted"}})
    script.ask(
        "StartTransaction",
        {"connectorId": 1, "idTag": tag, "meterStart": meter, "timestamp": script.now()},
        {"transactionId": transaction, "idTagInfo": {"status": "Accepted"}},
    )
    for step in range(3):
        value = {"value": str(meter + step), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
        body = {
            "connectorId": 1,
            "transactionId": transaction,
            "meterValue": [{"timestamp": script.now(), "sampledValue": [value]}],
        }
        script.ask("MeterValues", body, {})
    body = {"transactionId": transaction, "meterStop": meter + 3, "timestamp": script.now(), "reason": "Local"}
    script.ask("StopTransaction", body, {})
    return script


def found(pair: StationPair, path: str) -> Change:
    (only,) = [change for change in pair.changes if change.path == path]
    return only


def test_a_capture_has_no_differences_with_itself(tmp_path: Path) -> None:
    comparison = told(tmp_path, session(Script()), session(Script()))
    assert not comparison.differs
    assert comparison.names == []
    assert comparison.pairs[0].aligned == comparison.pairs[0].entries_a == 7


def test_ids_times_readings_and_transactions_of_another_run_are_no_difference(tmp_path: Path) -> None:
    comparison = told(tmp_path, session(Script()), session(Script(day=2, prefix="b"), transaction=4711, meter=53_000))
    assert not comparison.differs, comparison


def test_a_tag_that_is_another_throughout_is_a_name(tmp_path: Path) -> None:
    comparison = told(tmp_path, session(Script()), session(Script(day=2), tag="CHIP-1"))
    assert not comparison.differs
    assert [(name.kind, name.a, name.b, name.count) for name in comparison.names] == [("tags", "CARD-77", "CHIP-1", 2)]


def test_a_tag_that_both_captures_know_is_a_difference(tmp_path: Path) -> None:
    a, b = session(Script()), session(Script())
    a.ask("Authorize", {"idTag": "CARD-77"}, {"idTagInfo": {"status": "Accepted"}})
    b.ask("Authorize", {"idTag": "CARD-88"}, {"idTagInfo": {"status": "Accepted"}})
    (value,) = found(pair(tmp_path, a, b), "$.idTag").values
    assert (value.a, value.b, value.count) == ('"CARD-77"', '"CARD-88"', 1)


def test_another_firmware_is_told_as_identity_and_as_a_value(tmp_path: Path) -> None:
    both = pair(tmp_path, session(Script()), session(Script(), firmware="1.3"))
    assert [(fact.what, fact.a, fact.b) for fact in both.identity] == [("firmware", "1.2", "1.3")]
    change = found(both, "$.firmwareVersion")
    assert (change.action, change.part, change.count) == ("BootNotification", "request", 1)


def test_exchanges_that_only_one_has_are_told_with_their_records(tmp_path: Path) -> None:
    a, b = Script(), Script()
    a.ask("Heartbeat", {}, {"currentTime": a.now()})
    b.ask("ClearCache", {}, {"status": "Accepted"}, down=True)
    both = pair(tmp_path, session(a), session(b))
    (missing,) = both.missing
    (added,) = both.added
    assert (missing.action, missing.count, missing.records) == ("Heartbeat", 1, [1])
    assert (added.action, added.direction.value, added.count) == ("ClearCache", "to_station", 1)
    assert both.moved == []
    assert both.aligned == 7


def test_what_stands_elsewhere_has_moved(tmp_path: Path) -> None:
    a, b = Script(), Script()
    a.ask("ClearCache", {}, {"status": "Accepted"}, down=True)
    session(a)
    session(b)
    b.ask("ClearCache", {}, {"status": "Accepted"}, down=True)
    both = pair(tmp_path, a, b)
    (moved,) = both.moved
    assert (both.missing, both.added) == ([], [])
    assert (moved.action, moved.count, moved.records, moved.records_b) == ("ClearCache", 1, [1], [15])


def test_another_answer_another_member_and_another_type_are_told_by_path(tmp_path: Path) -> None:
    a, b = Script(), Script()
    for script, answer, body in (
        (a, {"status": "Accepted"}, {"type": "Soft"}),
        (b, ["NotSupported", "", {}], {"type": "Soft", "extra": [1]}),
    ):
        script.ask("Reset", body, answer, down=True)
    a.ask("ChangeAvailability", {"connectorId": 1, "type": "Operative"}, {"status": "Accepted"}, down=True)
    b.ask("ChangeAvailability", {"connectorId": "1", "type": "Operative"}, {"status": "Scheduled"}, down=True)
    both = pair(tmp_path, a, b)
    seen = {
        (change.action, change.part, change.path): (change.values[0].a, change.values[0].b) for change in both.changes
    }
    assert seen == {
        ("Reset", "request", "$.extra"): ("–", "[1]"),
        ("Reset", "answer", "$"): ('"CALLRESULT"', '"CALLERROR"'),
        ("ChangeAvailability", "request", "$.connectorId"): ("1", '"1"'),
        ("ChangeAvailability", "response", "$.status"): ('"Accepted"', '"Scheduled"'),
    }
    assert both.changed == 2


def test_of_readings_the_kinds_are_compared(tmp_path: Path) -> None:
    a, b = Script(), Script()
    for script, unit, value in ((a, "Wh", "12.5"), (b, "kWh", "0.02")):
        row = {"value": value, "measurand": "Energy.Active.Import.Register", "unit": unit, "phase": "L1"}
        script.ask(
            "MeterValues", {"connectorId": 1, "meterValue": [{"timestamp": script.now(), "sampledValue": [row]}]}, {}
        )
    paths = sorted(change.path for change in pair(tmp_path, a, b).changes)
    assert paths == [
        "$.meterValue[Energy.Active.Import.Register L1 (Wh)]",
        "$.meterValue[Energy.Active.Import.Register L1 (kWh)]",
    ]


def test_the_stop_of_another_transaction_is_a_difference(tmp_path: Path) -> None:
    scripts = []
    for stopped in (1, 2):
        script = Script()
        for connector in (1, 2):
            body = {"connectorId": connector, "idTag": "CARD-77", "meterStart": 0, "timestamp": script.now()}
            script.ask("StartTransaction", body, {"transactionId": connector, "idTagInfo": {"status": "Accepted"}})
        script.ask("StopTransaction", {"transactionId": stopped, "meterStop": 5, "timestamp": script.now()}, {})
        scripts.append(script)
    (value,) = found(pair(tmp_path, *scripts), "$.transactionId").values
    assert (value.a, value.b) == ("1", "2")


def test_settings_are_compared_by_key(tmp_path: Path) -> None:
    a, b = Script(), Script()
    for script, rows in (
        (a, [("HeartbeatInterval", "300"), ("LightIntensity", "50")]),
        (b, [("LightIntensity", "50"), ("HeartbeatInterval", "60"), ("BlinkRepeat", "3")]),
    ):
        keys = [{"key": key, "readonly": False, "value": value} for key, value in rows]
        script.ask("GetConfiguration", {}, {"configurationKey": keys}, down=True)
    both = pair(tmp_path, a, b)
    assert [(fact.what, fact.a, fact.b) for fact in both.configuration] == [
        ("blinkrepeat", None, "3"),
        ("heartbeatinterval", "300", "60"),
    ]
    assert both.changes == []


def test_findings_gained_and_lost_are_told_with_their_counts(tmp_path: Path) -> None:
    a, b = session(Script()), session(Script())
    for _ in range(2):
        b.ask("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Asleep"}, {})
    rulings = {row.rule: (row.change, row.a, row.b) for row in pair(tmp_path, a, b).findings}
    assert rulings["RPC-024"] == ("gained", 0, 2)
    assert {row.rule: row.change for row in pair(tmp_path, b, a).findings}["RPC-024"] == "lost"


@pytest.mark.parametrize(("slower", "expected"), [(0.0, []), (0.4, ["Heartbeat"])])
def test_answers_that_take_longer_are_told(tmp_path: Path, slower: float, expected: list[str]) -> None:
    a, b = Script(), Script()
    for number in range(20):
        for script, more in ((a, 0.0), (b, slower)):
            script.ask("Heartbeat", {}, {"currentTime": script.now()}, takes=0.1 + number / 1000 + more)
    both = pair(tmp_path, a, b)
    assert [row.action for row in both.latency if row.significant] == expected
    assert both.differs == bool(expected)
    assert [(row.dut.value, row.shift.n_a, row.shift.n_b) for row in both.latency] == [("csms", 20, 20)]


def test_malformed_messages_are_aligned_too(tmp_path: Path) -> None:
    a, b = session(Script()), session(Script())
    b.say("cs>csms", [9, "x"])
    (added,) = pair(tmp_path, a, b).added
    assert added.action == "malformed"


def test_stations_are_held_against_each_other_by_identity_and_the_last_ones_anyway(tmp_path: Path) -> None:
    a, b = session(Script()), session(Script())
    b.station = "CP-OTHER"
    comparison = told(tmp_path, a, b)
    assert not comparison.differs
    assert len(comparison.pairs) == 1


def text(comparison: Comparison, width: int) -> str:
    console = Console(width=width, record=True, color_system=None, file=None, highlight=False)
    with console.capture() as captured:
        print_comparison(comparison, console)
    return captured.get()


@pytest.mark.parametrize("width", [80, 120])
def test_the_text_says_what_json_says_and_fits(tmp_path: Path, width: int) -> None:
    a, b = session(Script()), session(Script(), firmware="1.3\u001b[31m")
    b.ask("ClearCache", {}, {"status": "Accepted"}, down=True)
    comparison = told(tmp_path, a, b)
    shown = text(comparison, width)
    assert max(map(len, shown.splitlines())) <= width
    for words in (
        "different: 7 exchanges in both, 1 of them changed, 1 only in B",
        "Identity",
        "Only in B",
        "ClearCache",
        "$.firmwareVersion",
    ):
        assert words in shown
    assert "\u001b" not in shown
    assert "\u001b" not in encode(comparison)
    value = document(comparison)
    assert (value["schema"], value["different"]) == (1, True)
    (station,) = value["stations"]
    assert station["exchanges"] == {"a": 7, "b": 8, "aligned": 7, "changed": 1, "alignment": "shortest"}
    assert station["added"] == [{"direction": "to_station", "action": "ClearCache", "count": 1, "records": [15]}]
    assert json.loads(encode(comparison)) == json.loads(json.dumps(value))
