"""The plain lines, byte for byte, and what a filter leaves of them."""

import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ocppscope import filters
from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Handshake,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Record,
    Refused,
    Stage,
    Undecodable,
)
from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.switches import read_switches
from ocppscope.inspect.inspector import Inspector
from ocppscope.pics.profile import Limits, Profile
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion
from ocppscope.report.plain_log import PlainLog

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEN_SECONDS = Profile(
    name="made-up",
    dut=Role.STATION,
    ocpp_version=OcppVersion.V16,
    vendor="Voltaic (made up)",
    product="Quay",
    limits=Limits(kpis={"ocpp_response_timeout": 10}),
)


ASKED = read_switches(("-all", "+RPC-008", "+RPC-011", "+CON-013"), all_rules())
"""The rules that these lines are about; what others say of such a short talk is their own tests' affair."""


class Tape:
    """Records with a running number, at seconds after noon."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def when(self, seconds: float) -> dict[str, Any]:
        return {"seq": len(self.records) + 1, "time": NOON + timedelta(seconds=seconds), "mono": round(seconds * 1e9)}

    def opened(self, seconds: float = 0, station: str = "CP001", conn: int = 1) -> None:
        handshake = Handshake(target=f"/{station}")
        self.records.append(
            Opened(
                **self.when(seconds),
                conn=conn,
                station=station,
                subprotocol="ocpp1.6",
                peer="10.0.0.1:5000",
                handshake=handshake,
            )
        )

    def say(self, seconds: float, way: str, text: str, conn: int = 1) -> None:
        direction = Direction.TO_CSMS if way == ">" else Direction.TO_STATION
        self.records.append(MessageRecord(**self.when(seconds), conn=conn, dir=direction, text=text))


def lines(records: Iterable[Record], filter_text: str = "", *profiles: Profile) -> list[str]:
    out = io.StringIO()
    wanted = filters.parse(filter_text) if filter_text else None
    PlainLog(Inspector(profiles, ASKED), out, wanted).write(records)
    return out.getvalue().splitlines()


def fields(line: str) -> list[str]:
    return re.split(" {2,}", line)


def test_a_call_and_its_result_are_the_lines_of_the_contract() -> None:
    tape = Tape()
    tape.opened()
    status = '{"connectorId":1,"errorCode":"NoError","status":"Preparing"}'
    tape.say(0.123456, ">", f'[2,"1","StatusNotification",{status}]')
    tape.say(0.160956, "<", '[3,"1",{}]')

    assert lines(tape.records)[1:] == [
        "12:00:00.123456  CP001  >  CALL        StatusNotification  connector 1 Preparing",
        "12:00:00.160956  CP001  <  CALLRESULT  StatusNotification  37.5 ms",
    ]


def test_an_answer_after_the_limit_says_so() -> None:
    tape = Tape()
    tape.opened()
    tape.say(1, "<", '[2,"a","SetChargingProfile",{}]')
    tape.say(13.5, ">", '[3,"a",{"status":"Accepted"}]')

    (line,) = (line for line in lines(tape.records, "", TEN_SECONDS) if "CALLRESULT" in line)

    assert fields(line)[3:] == ["CALLRESULT", "SetChargingProfile", "12.5 s", "over limit 10 s (PICS)", "Accepted"]


def test_an_answer_in_time_and_one_without_a_limit_say_nothing_of_it() -> None:
    tape = Tape()
    tape.opened()
    tape.say(1, "<", '[2,"a","ClearCache",{}]')
    tape.say(11, ">", '[3,"a",{"status":"Accepted"}]')

    assert not any("limit" in line for line in lines(tape.records, "", TEN_SECONDS))
    assert not any("limit" in line for line in lines(tape.records))


def test_a_finding_stands_below_its_message_with_severity_rule_and_evidence() -> None:
    tape = Tape()
    tape.opened()
    tape.say(9.161002, "<", '[3,"77",{}]')

    message, finding = lines(tape.records)[1:]

    assert message == "12:00:09.161002  CP001  <  CALLRESULT  ?                   -"
    assert fields(finding) == [
        "12:00:09.161002", "CP001", "!", "error", "RPC-008", 'response with an id that matches no CALL: "77"',
    ]  # fmt: skip
    assert finding.startswith("12:00:09.161002  CP001  !  error       RPC-008             response")


def test_a_call_that_is_never_answered_is_told_when_time_passes() -> None:
    tape = Tape()
    tape.opened()
    tape.say(1, "<", '[2,"a","ClearCache",{}]')
    out = io.StringIO()
    log = PlainLog(Inspector([TEN_SECONDS], ASKED), out)
    log.write(tape.records)
    wall = round((NOON + timedelta(seconds=10.9)).timestamp() * 1e9)

    log.pass_time(10_900_000_000, wall)
    before = out.getvalue()
    log.pass_time(11_100_000_000, wall + 200_000_000)
    after = out.getvalue()[len(before) :]

    assert "RPC-011" not in before
    assert fields(after.rstrip())[:5] == ["12:00:11.100000", "CP001", "!", "error", "RPC-011"]


def test_time_passes_on_the_clock_of_a_capture_from_another_machine() -> None:
    tape = Tape()
    tape.opened()
    tape.say(1, "<", '[2,"a","ClearCache",{}]')
    out = io.StringIO()
    log = PlainLog(Inspector([TEN_SECONDS], ASKED), out)
    log.write(tape.records)

    log.pass_time(987_654_321_000_000, round((NOON + timedelta(seconds=10)).timestamp() * 1e9))
    assert "RPC-011" not in out.getvalue()
    log.pass_time(987_655_321_000_000, round((NOON + timedelta(seconds=12)).timestamp() * 1e9))
    assert "RPC-011" in out.getvalue()


def test_what_a_late_answer_disproves_is_withdrawn() -> None:
    tape = Tape()
    tape.opened()
    tape.say(1, "<", '[2,"a","ClearCache",{}]')
    tape.say(20, ">", '[2,"1","Heartbeat",{}]')
    tape.say(21, ">", '[3,"a",{"status":"Accepted"}]')

    said = [(fields(line)[0][:8], *fields(line)[3:5]) for line in lines(tape.records, "", TEN_SECONDS)[1:]]

    assert said.index(("12:00:20", "error", "RPC-011")) < said.index(("12:00:20", "CALL", "Heartbeat"))
    assert ("12:00:21", "withdrawn", "RPC-011") in said


def test_connection_events_have_lines_of_their_own() -> None:
    tape = Tape()
    tape.records.append(Header(**tape.when(0), format="ocppscope capture", version=1, tool="ocppscope 0", run="r"))
    tape.opened()
    tape.records.append(Ping(**tape.when(1), conn=1, dir=Direction.TO_STATION))
    tape.records.append(Close(**tape.when(2), conn=1, dir=Direction.TO_STATION, code=1001, reason="going away"))
    tape.records.append(Ended(**tape.when(2.5), conn=1, by="csms", how="closed"))
    tape.records.append(
        Refused(
            **tape.when(3),
            conn=2,
            station="CP002",
            stage=Stage.HTTP,
            reason="the CSMS answered 401 Unauthorized",
            status=401,
        )
    )
    tape.opened(4, "CP003", 3)
    tape.records.append(Undecodable(**tape.when(5), conn=3, dir=Direction.TO_CSMS, reason="reserved bit set"))
    tape.records.append(Ended(**tape.when(6), conn=3, by="station", how="rst", error="Connection reset by peer"))
    tape.records.append(Gap(**tape.when(7), lost=12, reason="No space left on device"))
    tape.records.append(Note(**tape.when(8), text="unplugged the cable"))

    said = [fields(line)[1:] for line in lines(tape.records)]

    assert said == [
        ["CP001", "-", "opened", "ocpp1.6", "from 10.0.0.1:5000"],
        ["CP001", "-", "close", "1001", "by csms", "going away"],
        ["CP001", "-", "ended", "1001", "by csms", "closed", "idle 1.50 s"],
        ["CP002", "-", "refused", "http", "station told 401", "the CSMS answered 401 Unauthorized"],
        ["CP003", "-", "opened", "ocpp1.6", "from 10.0.0.1:5000"],
        ["CP003", "-", "undecodable", "from station", "reserved bit set"],
        ["CP003", "-", "ended", "1006", "by station", "rst", "Connection reset by peer"],
        [
            "CP003",
            "!",
            "info",
            "CON-013",
            "the station ended the connection without a close frame, with a RST (Connection reset by peer)",
        ],
        ["-", "-", "gap", "12 records lost", "No space left on device"],
        ["-", "-", "note", "unplugged the cable"],
    ]


def test_blanks_of_the_wire_do_not_make_fields() -> None:
    tape = Tape()
    tape.opened(station="CP  1 ")
    tape.say(1, ">", '[2,"1","Two  words",{}]')

    message = next(line for line in lines(tape.records) if "CALL" in line)

    assert fields(message)[1:5] == ["CP␠␠1␠", ">", "CALL", "Two␠␠words"]


def test_a_monstrous_field_stays_one_bounded_line() -> None:
    tape = Tape()
    tape.opened(station="x" * 5000)
    tape.say(1, ">", '[2,"1","' + "y" * 100_000 + '",{}]')

    assert max(map(len, lines(tape.records))) < 1000


def test_a_filter_prints_only_what_matches_and_judges_everything() -> None:
    tape = Tape()
    tape.opened()
    tape.say(1, "<", '[2,"a","ClearCache",{}]')
    tape.say(2, ">", '[2,"1","Heartbeat",{}]')
    tape.say(20, "<", '[3,"1",{"currentTime":"2026-03-01T12:00:00Z"}]')
    tape.say(21, ">", '[3,"zzz",{}]')

    cleared = [fields(line)[3] for line in lines(tape.records, "action:ClearCache", TEN_SECONDS)]
    errors = [fields(line)[4] for line in lines(tape.records, "rule:RPC-011", TEN_SECONDS)]
    slow = [fields(line)[4] for line in lines(tape.records, "latency>10s", TEN_SECONDS)]

    assert cleared == ["CALL", "error"]
    assert errors == ["RPC-011"]
    assert slow == ["Heartbeat"]
