"""Whatever is said, figures come out; and they do not depend on when anybody looked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from kpi_talk import profile

from ocppscope.capture.record import Ended, Header, MessageRecord, Opened, Ping, Pong, Record
from ocppscope.inspect.inspector import Inspector
from ocppscope.kpi.figures import Figure
from ocppscope.kpi.functions import MOST_FOLLOWED, TRIGGERS
from ocppscope.kpi.measure import MEASURES, OTHER_MEASURES, TRIGGERED
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion
from ocppscope.report.kpi_json import figure_json, sample_json

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = dict.fromkeys((measure.key for measure in MEASURES), 20.0)

WORDS = st.sampled_from(
    ["Accepted", "Rejected", "Scheduled", "Unlocked", "Available", "Preparing", "Charging", "Reserved", "Unavailable",
     "Occupied", "Heartbeat", "StatusNotification", "MeterValues", "TransactionEvent", "Remote", "RemoteStop", "Started",
     "Ended", "Updated", "Inoperative", "Operative", "A", "a", "", "2026-03-01T12:00:00Z", "0001-01-01T00:00:00Z",
     "9999-12-31T23:59:59+23:59", "ConnectionTimeOut", "UnlockCommand", "AvailabilityState", "Connector"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.one_of(
    WORDS, st.sampled_from([0, 1, 2, 7, -1, 10**30, 1.5, None, True, False, "1", "x" * 300, [], {}])
)
MEMBERS = st.sampled_from(
    ["requestedMessage", "connectorId", "evseId", "evse", "id", "idTag", "idToken", "status", "connectorStatus", "reason",
     "transactionId", "transactionInfo", "remoteStartId", "reservationId", "type", "operationalStatus", "requestId", "tbc",
     "eventType", "triggerReason", "chargingState", "timestamp", "idTagInfo", "idTokenInfo", "currentTime", "interval",
     "configurationKey", "key", "value", "certificateType", "eventData", "component", "variable", "name", "actualValue",
     "getVariableResult", "setVariableData", "setVariableResult", "reportData", "variableAttribute", "attributeStatus"]
)  # fmt: skip
PAYLOADS = st.recursive(
    st.dictionaries(MEMBERS, VALUES, max_size=6),
    lambda inner: st.dictionaries(MEMBERS, VALUES | inner | st.lists(inner, max_size=2), max_size=5),
    max_leaves=6,
)
ACTIONS = st.sampled_from(
    [*sorted(TRIGGERS), "Heartbeat", "StatusNotification", "MeterValues", "StartTransaction", "StopTransaction", "TransactionEvent",
       "Authorize", "BootNotification", "NotifyReport", "NotifyEvent", "CertificateSigned", "GetConfiguration",
       "ChangeConfiguration", "GetVariables", "SetVariables", "ReportChargingProfiles", "Nonsense", ""]
)  # fmt: skip
IDS = st.sampled_from(["1", "2", "3", 1, 2.5, ""])
SAID = st.one_of(
    st.tuples(st.just(2), IDS, ACTIONS, PAYLOADS),
    st.tuples(st.just(3), IDS, PAYLOADS),
    st.tuples(st.just(3), IDS, st.just({"status": "Accepted"})),
    st.tuples(st.just(4), IDS, st.just("InternalError"), st.just(""), PAYLOADS),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "say", "say", "lost", "ping", "pong", "restart"]),
        st.sampled_from(list(Direction)),
        SAID,
        st.integers(0, 30_000),
    ),
    max_size=25,
)


def records(steps: list[tuple[str, Direction, Any, int]], version: OcppVersion) -> list[Record]:
    """A capture of one station."""
    made: list[Record] = []
    ms, conn = 0, 1

    def stamp() -> dict[str, Any]:
        return {"seq": len(made) + 1, "time": START + timedelta(milliseconds=ms), "mono": ms * 1_000_000}

    made.append(Opened(conn=conn, station="CS", subprotocol=version.subprotocol, **stamp()))
    for what, way, said, pause in steps:
        ms += pause
        match what:
            case "say":
                made.append(MessageRecord(conn=conn, dir=way, text=json.dumps(said), **stamp()))
            case "ping":
                made.append(Ping(conn=conn, dir=way, **stamp()))
            case "pong":
                made.append(Pong(conn=conn, dir=way, **stamp()))
            case "lost":
                made.append(Ended(conn=conn, by=way.sender.value, how="rst", **stamp()))
                conn += 1
                made.append(Opened(conn=conn, station="CS", subprotocol=version.subprotocol, **stamp()))
            case "restart":
                made.append(Header(format="ocppscope capture", version=1, tool="t", run=str(len(made)), **stamp()))
                conn += 1
                made.append(Opened(conn=conn, station="CS", subprotocol=version.subprotocol, **stamp()))
    return made


def everything(inspector: Inspector) -> dict[str, Any]:
    """All that is told, as plain values."""
    kpis = inspector.kpis
    return {
        "figures": [figure_json(figure) for figure in kpis.figures() + kpis.figures(["CS"])],
        "samples": [
            sample_json(sample) for measure in (*MEASURES, *OTHER_MEASURES) for sample in kpis.samples(measure)
        ],
        "running": [(one.trigger, one.function, one.since, one.call, one.conf) for one in inspector.running()],
        "tolerances": [row.sentence for row in inspector.tolerances.rows()],
        "patterns": [pattern.sentence for pattern in inspector.tolerances.patterns()],
    }


@settings(deadline=None)
@given(STEPS, st.sampled_from(list(OcppVersion)))
def test_no_conversation_stops_it_and_its_sums_agree(
    steps: list[tuple[str, Direction, Any, int]], version: OcppVersion
) -> None:
    inspector = Inspector([profile(version, limits=LIMITS)])
    for record in records(steps, version):
        inspector.observe(record)
    inspector.advance((len(steps) + 1) * 30_000 * 1_000_000)
    told = everything(inspector)
    json.dumps(told)
    for figure in inspector.kpis.figures():
        agrees(figure, inspector)


def agrees(figure: Figure, inspector: Inspector) -> None:
    """The figure and the samples that are listed say the same."""
    samples = inspector.kpis.samples(figure.measure)
    counted = [sample.seconds for sample in samples if sample.counted]
    assert figure.n == len(counted)
    assert all(sample.seconds >= 0 for sample in samples)
    assert sum(figure.excluded.values()) == sum(sample.excluded is not None for sample in samples)
    if counted:
        assert (figure.min, figure.max) == (min(counted), max(counted))
        assert figure.over_limit == sum(sample.late for sample in samples if sample.counted)


@settings(deadline=None)
@given(STEPS, st.sampled_from([OcppVersion.V16, OcppVersion.V201]), st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_looking_and_waiting_in_between_changes_nothing(
    steps: list[tuple[str, Direction, Any, int]], version: OcppVersion, shares: list[float]
) -> None:
    made = records(steps, version)
    plain, watched = (Inspector([profile(version, limits=LIMITS)]) for _ in range(2))
    last = 0
    for number, record in enumerate(made):
        plain.observe(record)
        now = record.mono or 0
        if not isinstance(record, Header):
            watched.advance(last + round((now - last) * shares[number % len(shares)]))
        everything(watched)
        watched.observe(record)
        last = now
    assert everything(plain) == everything(watched)


def test_a_flood_of_triggers_stays_small() -> None:
    inspector = Inspector([profile(limits=LIMITS)])
    inspector.observe(Opened(seq=1, time=START, mono=0, conn=1, station="CS", subprotocol="ocpp1.6"))
    seq = 1
    for number in range(MOST_FOLLOWED * 3):
        for way, text in (
            (Direction.TO_STATION, f'[2,"{number}","TriggerMessage",{{"requestedMessage":"Heartbeat"}}]'),
            (Direction.TO_CSMS, f'[3,"{number}",{{"status":"Accepted"}}]'),
        ):
            seq += 1
            inspector.observe(MessageRecord(seq=seq, time=START, mono=seq, conn=1, dir=way, text=text))
    assert len(inspector.running()) == MOST_FOLLOWED
    figure = inspector.kpis.figure(TRIGGERED)
    assert (figure.n, figure.censored) == (0, MOST_FOLLOWED * 3)
