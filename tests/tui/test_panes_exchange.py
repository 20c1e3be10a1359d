"""What the detail says, without a widget: panes of exchanges and of connection events, the findings strip."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from panes_support import BEGIN, Script

from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Handshake,
    MessageRecord,
    Note,
    Opened,
    Record,
    Refused,
    Stage,
    TlsFacts,
)
from ocppscope.model.connection import Connection
from ocppscope.model.exchange import Exchange, Outcome
from ocppscope.model.finding import Finding, Severity
from ocppscope.protocol.close_codes import close_meaning
from ocppscope.protocol.roles import Direction
from ocppscope.tui.context import Shown
from ocppscope.tui.widgets.connection_facts import Happening, happening_panes
from ocppscope.tui.widgets.exchange_panes import (
    FactsBody,
    Pane,
    RawBody,
    TreeBody,
    WaitBody,
    bigger,
    folded,
    panes,
    short_id,
    waiting,
)
from ocppscope.tui.widgets.findings_strip import strip_lines
from ocppscope.tui.widgets.record_table import Cell


def text(cell: Cell) -> str:
    return "".join(piece for piece, _ in cell)


def facts(pane: Pane) -> str:
    assert isinstance(pane.body, FactsBody)
    return "\n".join(text(line) for line in pane.body.lines)


def shown(script: Script, number: int, folder: Path) -> Shown:
    scope = script.scope(folder)
    found = scope.shown(number)
    scope.close()
    assert found is not None
    return found


@pytest.fixture
def script() -> Script:
    script = Script()
    script.open()
    return script


def test_a_call_stands_beside_its_result(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange("<", "Reset", {"type": "Immediate"}, {"status": "Accepted"}, latency=3.38)
    request, response = panes(shown(script, number, tmp_path))
    assert (text(request.title), text(request.subtitle)) == ("CALL · Reset", "b1fee08f · CSMS → station")
    assert (text(response.title), text(response.subtitle)) == ("CALLRESULT", "3.38 s")
    assert isinstance(request.body, TreeBody)
    assert request.body.payload == {"type": "Immediate"}
    assert not response.alarm


def test_the_response_says_its_share_of_the_limit(script: Script, tmp_path: Path) -> None:
    _, number = script.exchange("<", "Reset", {"type": "Immediate"}, {"status": "Accepted"}, latency=3.38)
    found = shown(script, number, tmp_path)
    assert found.exchange is not None
    limited = msgspec.structs.replace(found, exchange=msgspec.structs.replace(found.exchange, limit=4.0))
    subtitle = panes(limited)[1].subtitle
    assert text(subtitle) == "3.38 s of 4.00 s"
    assert subtitle[0][1] == "warn"


def test_a_callerror_is_an_alarm_with_its_three_facts(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange("<", "Reset", {}, ["NotSupported", "made up", {"a": 1}])
    response = panes(shown(script, number, tmp_path))[1]
    assert response.alarm
    assert isinstance(response.body, TreeBody)
    assert response.body.payload == {
        "errorCode": "NotSupported",
        "errorDescription": "made up",
        "errorDetails": {"a": 1},
    }


def test_a_send_has_one_pane(script: Script, tmp_path: Path) -> None:
    number = script.text(">", '[6,"s1","NotifyPeriodicEventStream",{"id":3}]')
    (pane,) = panes(shown(script, number, tmp_path))
    assert text(pane.title).startswith("SEND · NotifyPeriodicEventStream")


def test_a_pending_call_says_how_long_it_waits(script: Script, tmp_path: Path) -> None:
    number, _ = script.call("<", "Reset", {"type": "Immediate"})
    _, response = panes(shown(script, number, tmp_path))
    assert text(response.title) == "no response"
    assert isinstance(response.body, WaitBody)
    exchange = response.body.exchange
    lines = waiting(exchange, exchange.since + 12_400_000_000)
    assert text(lines[0]) == "waiting 12.4 s of 30 s"
    late = waiting(msgspec.structs.replace(exchange, limit=4.0), exchange.since + 12_400_000_000)
    assert text(late[0]) == "waiting 12.4 s of 4.00 s"
    assert text(late[-1]) == "✖ station has not answered in time"


def test_a_call_cut_off_by_the_end_of_its_connection_says_so(script: Script, tmp_path: Path) -> None:
    number, _ = script.call("<", "Reset", {"type": "Immediate"})
    script.add(Ended, conn=1, by="station", how="rst")
    _, response = panes(shown(script, number, tmp_path))
    assert facts(response) == "The connection ended before an answer came."


def test_an_orphan_response_answers_nothing(script: Script, tmp_path: Path) -> None:
    number = script.text(">", '[3,"nobody","x"]'.replace('"x"', "{}"))
    request, response = panes(shown(script, number, tmp_path))
    assert "no open CALL of the CSMS has this id" in facts(request)
    assert "RPC-008" in text(response.subtitle)


def test_what_is_no_message_is_shown_raw(script: Script, tmp_path: Path) -> None:
    number = script.text(">", '[2,"17","Heartbeat",{]')
    (pane,) = panes(shown(script, number, tmp_path))
    assert pane.alarm
    assert isinstance(pane.body, RawBody)
    assert (pane.body.text, pane.body.position) == ('[2,"17","Heartbeat",{]', 21)


def test_a_binary_message_is_shown_as_bytes(script: Script, tmp_path: Path) -> None:
    number = script.add(MessageRecord, conn=1, dir=Direction.TO_CSMS, data="AEhlbGxv", binary=True)
    (pane,) = panes(shown(script, number, tmp_path))
    assert isinstance(pane.body, RawBody)
    assert pane.body.data == b"\x00Hello"


def test_a_truncated_message_says_how_much_was_kept(script: Script, tmp_path: Path) -> None:
    number = script.add(
        MessageRecord, conn=1, dir=Direction.TO_CSMS, text='[2,"1","Da', truncated=True, size=20_000_000
    )
    (pane,) = panes(shown(script, number, tmp_path))
    assert isinstance(pane.body, RawBody)
    assert pane.body.text == '[2,"1","Da'
    assert "20000000" in pane.body.reason.replace(",", "").replace(" ", "")


def test_findings_are_pinned_to_their_own_message_only(script: Script, tmp_path: Path) -> None:
    payload = {"timestamp": "2025-03-14T09:41:03Z", "connectorStatus": "Odd", "evseId": 1, "connectorId": 1}
    number, _ = script.exchange(">", "StatusNotification", payload, {"odd": 1})
    request, response = panes(shown(script, number, tmp_path))
    assert isinstance(request.body, TreeBody)
    assert isinstance(response.body, TreeBody)
    assert set(request.body.pins) == {"$.connectorStatus"}
    assert set(response.body.pins) == {"$.odd"}


def test_a_finding_about_the_wrapper_stands_in_the_frame(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange(">", "NoSuchAction", {}, {})
    request, _ = panes(shown(script, number, tmp_path))
    assert text(request.title) == "CALL · NoSuchAction  ✖ RPC-019"


def test_flaws_of_the_wrapper_are_listed_before_the_payload(script: Script, tmp_path: Path) -> None:
    number = script.text(">", '[2,"1","Heartbeat",null]')
    request, _ = panes(shown(script, number, tmp_path))
    assert isinstance(request.body, TreeBody)
    assert request.body.notes == ("the payload is null, {} is due",)


@pytest.mark.parametrize(
    ("message_id", "short"),
    [
        ("b1fee08f-0000-4000-8000-000000000001", "b1fee08f"),
        ("17", "17"),
        (17, "17"),
        ("a" * 30 + "end", "aaaaaaaaaaa…aaaaaend"),
        ("\x1b[2J", "␛[2J"),
    ],
)
def test_message_ids_are_short_and_safe_in_a_frame(message_id: str | int, short: str) -> None:
    assert short_id(message_id) == short


@pytest.mark.parametrize(("weights", "larger"), [((10, 200), 1), ((200, 10), 0), ((60, 70), None), ((0, 15), None)])
def test_the_bigger_payload_gets_more_room(weights: tuple[int, int], larger: int | None) -> None:
    assert bigger([Pane((), (), FactsBody(()), weight=weight) for weight in weights]) == larger


def test_long_facts_are_folded_below_themselves() -> None:
    lines = [
        text(line) for line in folded([(("certificate   ", "muted"), ("CN=csms.example, until 2027", "text"))], 30)
    ]
    assert lines == ["certificate   CN=csms.example,", "              until 2027"]


HANDSHAKE = Handshake(
    target="/ocpp/CS-1",
    request=[("Host", "10.0.0.1:9000"), ("Sec-WebSocket-Protocol", "ocpp2.0.1, ocpp1.6"), ("X\x1b", "[/b]")],
    status=101,
    status_line="HTTP/1.1 101 Switching Protocols",
    response=[("Sec-WebSocket-Protocol", "ocpp1.6")],
    auth="Basic user=CS-1 password=20 bytes",
)


def told(record: Record, connection: Connection | None = None) -> list[Pane]:
    return happening_panes(Happening(record.seq, record, connection))


def test_an_opened_connection_shows_both_halves_of_its_handshake() -> None:
    tls = TlsFacts(version="TLSv1.3", server_name="csms.example", peer_subject="CN=csms.example")
    record = Opened(seq=1, time=BEGIN, conn=1, station="CS-1", subprotocol="ocpp1.6", handshake=HANDSHAKE, csms_tls=tls)
    asked, answered = told(record)
    assert "offered       ocpp2.0.1, ocpp1.6" in facts(asked)
    assert "credentials   Basic user=CS-1 password=20 bytes" in facts(asked)
    assert "X␛: [/b]" in facts(asked)
    assert text(answered.title) == "HTTP/1.1 101 Switching Protocols"
    assert "subprotocol   ocpp1.6" in facts(answered)
    assert "TLS           TLSv1.3" in facts(answered)


def test_a_connection_without_subprotocol_says_so() -> None:
    shake = Handshake(target="/CS-1", status=101)
    _, answered = told(Opened(seq=1, time=BEGIN, conn=1, station="CS-1", handshake=shake))
    assert "none negotiated" in facts(answered)
    _, unknown = told(Opened(seq=1, time=BEGIN, conn=1, station="CS-1"))
    assert "not recorded" in facts(unknown)


def test_a_refused_connection_is_an_alarm_that_says_how_far_it_came() -> None:
    record = Refused(
        seq=1, time=BEGIN, conn=1, station="CS-1", stage=Stage.HTTP, reason="HTTP 401", status=401, handshake=HANDSHAKE
    )
    _, answered = told(record)
    assert answered.alarm
    assert "why           the CSMS refused the upgrade" in facts(answered)
    assert "station told  401" in facts(answered)


def test_an_ended_connection_says_who_ended_it_how_and_after_what_silence() -> None:
    connection = Connection(1, "CS-1", BEGIN - timedelta(minutes=12), 0, closed_by="csms", idle_seconds=61.2)
    (pane,) = told(Ended(seq=1, time=BEGIN, conn=1, by="csms", how="fin", bytes=(10_233, 5)), connection)
    said = facts(pane)
    assert "ended by      the CSMS" in said
    assert "close code    1006 · abnormal" in said
    assert "idle before   1 m 01 s" in said
    assert "lasted        12 m" in said
    assert "10 233 from the station" in said


def test_a_clean_end_shows_its_close_code() -> None:
    connection = Connection(1, "CS-1", BEGIN, 0, close_code=1001, close_reason="reboot")
    (pane,) = told(Ended(seq=1, time=BEGIN, conn=1, by="station", how="closed"), connection)
    assert "close code    1001 · going away" in facts(pane)
    assert "close reason  reboot" in facts(pane)


def test_other_events_have_a_pane_of_their_own() -> None:
    (close,) = told(Close(seq=1, time=BEGIN, conn=1, dir=Direction.TO_CSMS))
    assert "1005 · no code" in facts(close)
    (gap,) = told(Gap(seq=1, time=BEGIN, lost=1_200, reason="disk full"))
    assert gap.alarm
    assert "1 200" in facts(gap)
    (note,) = told(Note(seq=1, time=BEGIN, text="x [/b] \x1b[2J"))
    assert facts(note) == "x [/b] ␛[2J"


@pytest.mark.parametrize(
    ("code", "meaning"),
    [(None, "no code"), (3001, "registered by a library"), (4711, "private use"), (99, "undefined")],
)
def test_every_close_code_means_something(code: int | None, meaning: str) -> None:
    assert close_meaning(code) == meaning


def finding(
    rule: str, severity: Severity = Severity.ERROR, evidence: str = "made up", spec: str = "P4 §4.2"
) -> Finding:
    return Finding(rule, severity, None, "CS-1", 1, BEGIN, (1,), evidence, spec=spec)


def test_a_finding_is_one_line_with_its_clause_at_the_right() -> None:
    (line,) = strip_lines([finding("RPC-024", evidence="$.x is odd")], 100)
    assert text(line).startswith("✖ RPC-024  Payload fails the JSON schema  $.x is odd")
    assert text(line).endswith("  P4 §4.2")
    assert len(text(line)) == 100


def test_of_many_findings_three_are_shown_and_the_rest_counted() -> None:
    lines = strip_lines([finding(f"MADE-{number}") for number in range(5)], 80)
    assert len(lines) == 3
    assert text(lines[2]).endswith("+2 more")


def test_evidence_is_cut_and_made_visible() -> None:
    (line,) = strip_lines([finding("MADE-1", evidence="[/b]\x1b[2J\n" + "日本" * 5_000, spec="")], 60)
    assert "\x1b" not in text(line)
    assert "\n" not in text(line)
    assert "…" in text(line)


def test_a_pending_exchange_without_profile_waits_against_the_guidance() -> None:
    exchange = Exchange(1, "CS-1", "1", "Reset", Direction.TO_STATION, 1, 0, Outcome.PENDING)
    assert text(waiting(exchange, 31_000_000_000)[0]) == "waiting 31.0 s of 30 s"
