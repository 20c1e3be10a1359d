"""Timeouts, measured: what each side tolerated, against what was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kpi_talk import STATION, Heard, hear, near, profile

from ocppscope.kpi.spans import FEWEST, timer_of
from ocppscope.kpi.tolerance import Tolerated
from ocppscope.pics.declaration import Row
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def rows(heard: Heard) -> list[Tolerated]:
    return heard.inspector.tolerances.rows(STATION)


def row(heard: Heard) -> Tolerated:
    (found,) = rows(heard)
    return found


CONFIGURED = """
09:58:00.000 C→S [2,"g","GetConfiguration",{}]
09:58:00.100 S→C [3,"g",{"configurationKey":[{"key":"TransactionMessageAttempts","readonly":false,"value":"3"},{"key":"TransactionMessageRetryInterval","readonly":false,"value":"20"},{"key":"MessageTimeout","readonly":false,"value":"15"},{"key":"WebSocketPingInterval","readonly":false,"value":"30"}]}]
"""
STOP = '{"transactionId":17,"meterStop":9,"timestamp":"2026-03-01T10:00:00Z"}'


def test_a_repeated_call_tells_how_long_its_sender_waited_and_how_often() -> None:
    heard = hear(
        CONFIGURED
        + f"""10:00:00.000 S→C [2,"s1","StopTransaction",{STOP}]
        10:00:20.000 S→C [2,"s1","StopTransaction",{STOP}]
        10:01:00.000 S→C [2,"s1","StopTransaction",{STOP}]
        10:01:00.100 C→S [3,"s1",{{}}]"""
    )
    found = row(heard)
    assert (found.side, found.what, found.action) == (Role.STATION, "repeated", "StopTransaction")
    assert (found.n, found.attempts, found.declared_attempts) == (2, 3, 3)
    assert (found.shortest, found.longest) == (near(20), near(40))
    assert found.declared is not None
    assert (found.declared.seconds, found.declared.source) == (20, "TransactionMessageRetryInterval")
    assert found.sentence == (
        "repeated StopTransaction without an answer after 20.0 s to 40.0 s; at most 3 copies "
        "(TransactionMessageRetryInterval 20 s, TransactionMessageAttempts 3)"
    )


def test_a_repetition_under_another_id_is_one_too() -> None:
    heard = hear(
        f"""10:00:00.000 S→C [2,"s1","StopTransaction",{STOP}]
        10:00:30.000 S→C [2,"s2","StopTransaction",{STOP}]"""
    )
    assert (row(heard).what, row(heard).typical) == ("repeated", near(30))


def test_the_same_status_twice_at_once_is_no_repetition() -> None:
    status = '{"connectorId":1,"errorCode":"NoError","status":"Available"}'
    heard = hear(
        f"""10:00:00.000 S→C [2,"s1","StatusNotification",{status}]
        10:00:00.010 S→C [2,"s2","StatusNotification",{status}]"""
    )
    assert rows(heard) == []


def test_a_call_that_comes_again_after_an_error_or_a_lost_connection_is_told_apart() -> None:
    refused = hear(
        f"""10:00:00.000 S→C [2,"s1","StopTransaction",{STOP}]
        10:00:00.500 C→S [4,"s1","InternalError","",{{}}]
        10:00:10.500 S→C [2,"s2","StopTransaction",{STOP}]
        10:00:11.000 C→S [4,"s2","InternalError","",{{}}]
        10:00:31.000 S→C [2,"s3","StopTransaction",{STOP}]"""
    )
    found = row(refused)
    assert (found.what, found.n, found.attempts) == ("repeated after CALLERROR", 2, 3)
    assert (found.shortest, found.longest) == (near(10), near(20))
    lost = hear(
        f"""10:00:00.000 S→C [2,"s1","StopTransaction",{STOP}]
        10:00:05.000 lost
        10:00:08.000 back
        10:00:09.000 S→C [2,"s2","StopTransaction",{STOP}]"""
    )
    assert (row(lost).what, row(lost).typical) == ("repeated after reconnect", near(4))


def test_a_sender_that_goes_on_without_an_answer_tells_its_message_timeout() -> None:
    heard = hear(
        CONFIGURED
        + """10:00:00.000 S→C [2,"m1","MeterValues",{"connectorId":1,"meterValue":[]}]
        10:00:15.000 S→C [2,"d","DataTransfer",{"vendorId":"x"}]
        10:00:16.000 S→C [2,"e","DataTransfer",{"vendorId":"y"}]"""
    )
    found = row(heard)
    assert (found.what, found.action, found.n, found.typical) == ("went on", "MeterValues", 1, near(15))
    assert found.declared is not None
    assert found.declared.source == "MessageTimeout"


def test_who_sends_several_at_a_time_has_not_waited() -> None:
    heard = hear(
        """10:00:00.000 S→C [2,"m1","MeterValues",{"connectorId":1,"meterValue":[]}]
        10:00:00.010 S→C [2,"d","DataTransfer",{"vendorId":"x"}]"""
    )
    assert rows(heard) == []


@pytest.mark.parametrize(("arrow", "by"), [("S→C", "station"), ("C→S", "csms")])
def test_a_side_that_closes_while_it_waits_tells_how_long(arrow: str, by: str) -> None:
    action = "MeterValues" if by == "station" else "Reset"
    heard = hear(
        f"""10:00:00.000 {arrow} [2,"m1","{action}",{{}}]
        10:00:45.000 closed {arrow} 1001
        10:00:45.010 lost {by}"""
    )
    (found,) = [one for one in rows(heard) if one.what == "closed"]
    assert (found.side, found.action, found.typical) == (Role(by), action, near(45.01))
    other = hear(f'10:00:00.000 {arrow} [2,"m1","{action}",{{}}]\n10:00:45.000 lost network')
    assert [one for one in rows(other) if one.what == "closed"] == []


PINGS = "\n".join(
    f"10:0{minute}:{second:02d}.000 ping S→C\n10:0{minute}:{second:02d}.080 pong C→S"
    for minute in (0, 1)
    for second in (0, 30)
)


def test_pings_and_pongs_have_their_times() -> None:
    heard = hear(CONFIGURED + PINGS)
    pings, pongs = rows(heard)
    assert (pings.side, pings.what, pings.n, pings.typical) == (Role.STATION, "ping interval", 3, near(30))
    assert pings.timer is not None
    assert (pongs.side, pongs.what, pongs.n, pongs.typical) == (Role.CSMS, "pong delay", 4, near(0.08))
    assert pings.sentence == "pings every 30.0 s, 3 of 3 (WebSocketPingInterval 30 s)"


def test_the_certificate_declares_the_ping_interval_where_nothing_better_was_seen() -> None:
    product = profile()
    certified = type(product)(
        name=product.name,
        dut=product.dut,
        ocpp_version=product.ocpp_version,
        vendor=product.vendor,
        product=product.product,
        settings={"ORS-11": Row(value=60, raw="60")},
    )
    declared = rows(hear(PINGS, profiles=[certified]))[0].declared
    assert declared is not None
    assert (declared.seconds, declared.source) == (60, "WebSocketPingInterval of the certificate")
    seen = rows(hear(CONFIGURED + PINGS, profiles=[certified]))[0].declared
    assert seen is not None
    assert seen.seconds == 30


def test_an_interval_does_not_span_a_reconnect() -> None:
    heard = hear(
        "10:00:00.000 ping S→C\n10:00:30.000 ping S→C\n10:00:40.000 lost\n10:01:00.000 back\n10:01:05.000 ping S→C"
    )
    assert row(heard).n == 1


def test_heartbeats_stand_beside_the_interval_that_the_csms_gave() -> None:
    beats = "\n".join(
        f'10:0{minute}:30.000 S→C [2,"h{minute}","Heartbeat",{{}}]\n'
        f'10:0{minute}:30.050 C→S [3,"h{minute}",{{"currentTime":"2026-03-01T10:0{minute}:30Z"}}]'
        for minute in range(4)
    )
    boot = (
        '09:59:59.000 S→C [2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]\n'
        '09:59:59.100 C→S [3,"b",{"status":"Accepted","interval":60,"currentTime":"2026-03-01T09:59:59Z"}]\n'
    )
    found = row(hear(boot + beats))
    assert (found.what, found.n, found.typical) == ("heartbeat interval", 3, near(60))
    assert found.declared is not None
    assert (found.declared.seconds, found.declared.source) == (60, "HeartbeatInterval")


def dropping(seconds: list[float], how: str = "lost csms") -> Heard:
    """Connections that end so many seconds after the station's last message, itself each time at another age."""
    lines, clock = [], 36_000.0
    for number, idle in enumerate(seconds):
        for part in range(number + 1):
            lines.append((clock, f'S→C [2,"d{number}.{part}","DataTransfer",{{"vendorId":"x"}}]'))
            lines.append((clock + 0.2, f'C→S [3,"d{number}.{part}",{{"status":"Accepted"}}]'))
            clock += 7.0 + number
        clock += -7.0 - number + 0.2 + idle
        lines.append((clock, how))
        lines.append((clock + 1, "back"))
        clock += 3
    text = [f"{int(at // 3600):02d}:{int(at % 3600 // 60):02d}:{at % 60:06.3f} {what}" for at, what in lines]
    return hear("\n".join(text))


def test_drops_after_the_same_silence_are_a_timer_of_the_side_that_closes() -> None:
    heard = dropping([60.0 + step / 100 for step in range(17)])
    (pattern,) = heard.inspector.tolerances.patterns()
    assert pattern.sentence == "closed 60.1 s after the last frame, 17 of 17: a timer on the CSMS side"
    assert {heard.inspector.tolerances.suspicion(one) for one in heard.inspector.disconnects} == {pattern.sentence}


def test_one_other_end_does_not_hide_the_timer_and_is_not_blamed_on_it() -> None:
    heard = dropping([60.0, 60.1, 3.0, 60.0, 60.2, 60.1])
    (pattern,) = heard.inspector.tolerances.patterns([STATION])
    assert (pattern.timer.agreeing, pattern.timer.total) == (5, 6)
    suspicions = [heard.inspector.tolerances.suspicion(one) for one in heard.inspector.disconnects]
    assert [one is None for one in suspicions] == [False, False, True, False, False, False]


@pytest.mark.parametrize(
    "seconds",
    [[60.0, 60.1], [60.0, 20.0, 90.0, 3.0], [0.3, 0.3, 0.3, 0.3]],
    ids=["too few", "no two alike", "at once"],
)
def test_what_does_not_agree_is_no_timer(seconds: list[float]) -> None:
    assert dropping(seconds).inspector.tolerances.patterns() == []


def test_a_timer_of_nobody_lies_between_the_two() -> None:
    (pattern,) = dropping([60.0] * 4, "lost network").inspector.tolerances.patterns()
    assert pattern.sentence.endswith("a timer between the two")


def test_what_the_proxy_ended_itself_is_no_pattern() -> None:
    assert dropping([60.0] * 4, "lost proxy").inspector.tolerances.patterns() == []


@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_a_timer_is_near_most_of_its_durations(durations: list[float]) -> None:
    timer = timer_of(durations)
    if timer is None:
        return
    assert FEWEST <= timer.agreeing <= timer.total == len(durations)
    assert min(durations) <= timer.seconds <= max(durations)
    assert timer.agreeing >= 0.8 * len(durations)


def test_settings_of_the_device_model_count_as_well() -> None:
    component = '"component":{"name":"OCPPCommCtrlr"}'
    variable = '"variable":{"name":"WebSocketPingInterval"}'
    heard = hear(
        f"""09:58:00.000 C→S [2,"g","SetVariables",{{"setVariableData":[{{{component},{variable},"attributeValue":"30"}}]}}]
        09:58:00.100 S→C [3,"g",{{"setVariableResult":[{{{component},{variable},"attributeStatus":"Accepted"}}]}}]
        {PINGS}""",
        OcppVersion.V201,
    )
    declared = rows(heard)[0].declared
    assert declared is not None
    assert declared.seconds == 30
