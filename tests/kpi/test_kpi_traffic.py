"""Real traffic: the samples are those that plain reading of the recordings finds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.inspect.inspector import Inspector
from ocppscope.kpi.measure import AUTHORIZE, MEASURES, REMOTE_START, REMOTE_STOP, RESPONSE_OF_STATION, TRIGGERED

RECORDINGS = [
    "emob201-sap_py", "mosim16-homeassistant", "mosim16-ocpprpc", "mosim201-ocpprpc", "ocppgo16-ocppgo16",
    "ocppgo201-ocppgo201", "openocpp-openocpp", "openocpp-openocpp-mtls", "pystation16_fragment-ocpprpc",
    "shiv3_16-ocpprpc", "shiv3_201-ocpprpc", "shiv3_21-ocpprpc", "vcp16-sap_py", "vcp201-ocpprpc-tls",
    "wscli_sim16-ocpprpc",
]  # fmt: skip

ASKED_FOR = {
    "GetBaseReport": "NotifyReport",
    "GetReport": "NotifyReport",
    "GetMonitoringReport": "NotifyMonitoringReport",
    "GetDisplayMessages": "NotifyDisplayMessages",
    "CustomerInformation": "NotifyCustomerInformation",
    "GetChargingProfiles": "ReportChargingProfiles",
}
UNCOUNTED = ("BootNotification", "DiagnosticsStatusNotification", "FirmwareStatusNotification", "LogStatusNotification")


class Said(NamedTuple):
    """A message of a recording."""

    line: int
    conn: int
    up: bool
    kind: int
    id: Any
    action: str
    payload: dict[str, Any]


def messages(path: Path) -> Iterator[Said]:
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        record = json.loads(line)
        try:
            kind, key, *rest = json.loads(record["data"])
        except ValueError:
            continue
        if kind in (2, 3):
            action = rest[0] if kind == 2 else ""
            payload = rest[-1] if isinstance(rest[-1], dict) else {}
            yield Said(number, record.get("conn", 1), record["dir"] == "cs>csms", kind, key, action, payload)


def accepted(said: list[Said], request: Said) -> bool:
    return any(
        one.kind == 3 and one.up and one.conn == request.conn and one.id == request.id
        and one.payload.get("status", "Accepted") == "Accepted"
        for one in said[said.index(request) :]
    )  # fmt: skip


def first_after(said: list[Said], request: Said, wanted: Any) -> int | None:
    later = (one for one in said[said.index(request) :] if one.up and one.kind == 2 and one.conn == request.conn)
    return next((one.line for one in later if wanted(one)), None)


def reported(said: list[Said]) -> set[tuple[int, int]]:
    """Line of each request for a report or a message, and of the first message that answers it."""
    found = set()
    for request in said:
        if request.up or request.kind != 2 or not accepted(said, request):
            continue
        if request.action in ASKED_FOR:
            function, key = ASKED_FOR[request.action], request.payload.get("requestId")
            line = first_after(
                said, request, lambda one, f=function, k=key: one.action == f and one.payload.get("requestId") == k
            )
        elif request.action == "TriggerMessage" and request.payload["requestedMessage"] not in UNCOUNTED:
            function = request.payload["requestedMessage"]
            evse = request.payload.get("evse") or {}
            wanted = {
                "connectorId": request.payload.get("connectorId", evse.get("connectorId")),
                "evseId": evse.get("id"),
            }
            line = first_after(
                said,
                request,
                lambda one, f=function, w=wanted: (
                    one.action == f and all(one.payload.get(k) == v for k, v in w.items() if v is not None)
                ),
            )
        else:
            continue
        if line is not None:
            found.add((request.line, line))
    return found


def inspected(path: Path) -> Inspector:
    inspector = Inspector()
    for record in open_capture(path):
        inspector.observe(record)
    return inspector


def lines_of(path: Path) -> dict[int, int]:
    """Record numbers of the messages to the lines of the recording: it begins with records that stand in no line."""
    return {
        record.seq: number
        for number, record in enumerate(
            (record for record in open_capture(path) if type(record).__name__ == "MessageRecord"), start=1
        )
    }


@pytest.mark.parametrize("name", RECORDINGS)
def test_triggered_functions_are_those_that_plain_reading_finds(traffic: Path, name: str) -> None:
    path = traffic / f"{name}.jsonl"
    said = list(messages(path))
    line = lines_of(path)
    kinds = {*ASKED_FOR, "TriggerMessage"}
    found = {
        (line[sample.trigger_record], line[sample.function_record])
        for sample in inspected(path).kpis.samples(TRIGGERED)
        if sample.trigger in kinds and sample.function_record is not None
    }
    assert found == reported(said)


def test_a_station_that_reports_no_meter_values_is_still_waited_for(traffic: Path) -> None:
    running = inspected(traffic / "openocpp-openocpp.jsonl").running()
    assert len(running) == 6
    assert {(one.trigger, one.function) for one in running} == {("TriggerMessage", "MeterValues")}


def test_a_remote_start_without_a_cable_before_is_not_counted(traffic: Path) -> None:
    (sample,) = inspected(traffic / "mosim16-ocpprpc.jsonl").kpis.samples(REMOTE_START)
    assert (sample.excluded, round(sample.seconds, 3)) == ("plug state unknown", 0.544)


def test_a_stop_without_a_reason_is_local_by_the_standard(traffic: Path) -> None:
    (sample,) = inspected(traffic / "vcp16-sap_py.jsonl").kpis.samples(REMOTE_STOP)
    assert sample.excluded == "other cause"


@pytest.mark.parametrize("name", [*RECORDINGS, "emob16-ocpprpc", "pystation21-ocpprpc", "wscli_fuzz-ocpprpc"])
def test_figures_are_plausible(traffic: Path, name: str) -> None:
    kpis = inspected(traffic / f"{name}.jsonl").kpis
    for figure in kpis.figures():
        counted = [sample for sample in kpis.samples(figure.measure) if sample.counted]
        assert figure.n == len(counted)
        assert all(0 <= sample.seconds < 60 for sample in counted)
        assert figure.timeouts == 0  # no limits were given
    assert {measure for measure in MEASURES if kpis.figure(measure).errors} <= {
        RESPONSE_OF_STATION,
        AUTHORIZE,
        *MEASURES[:2],
    }
