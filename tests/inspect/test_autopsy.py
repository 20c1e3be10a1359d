"""Why connections ended: told from real records, in both directions, and patterns only where they are none of chance."""

import pytest

from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import Example
from ocppscope.inspect.autopsy import Autopsy, autopsies, autopsy
from ocppscope.inspect.end_patterns import Cause
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.roles import Direction, Role

BEAT = '> [2,"@","Heartbeat",{}]\n< [3,"@",{"currentTime":"2026-01-01T00:00:00Z"}]'
RESET = '< [2,"@r","Reset",{"type":"Soft"}]\n> [3,"@r",{"status":"Accepted"}]'
PROFILE = '< [2,"@p","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{}}]'
LOST = 'end {"by":"csms","how":"rst"}'
GONE = 'end {"by":"station","how":"fin"}'
STOPPED = 'end {"by":"proxy","how":"shutdown"}'


def ends(script: str) -> list[Autopsy]:
    inspector = Inspector()
    for record in records_of(Example("made up", script)):
        inspector.observe(record)
    return autopsies(inspector.disconnects)


def repeated(*lives: str) -> list[Autopsy]:
    """Each text is one connection from after its opening to its end; ``@`` in it becomes a running number."""
    return ends("\n".join(f"connect\n{life.replace('@', str(number))}" for number, life in enumerate(lives)))


def patterns(found: list[Autopsy]) -> set[str | None]:
    return {one.pattern.sentence if one.pattern else None for one in found}


@pytest.mark.parametrize(
    ("end", "code", "sentence"),
    [
        ("+60 close < 1001", 1001, "closed by the CSMS with 1001 (going away), 60.0 s after the last frame"),
        ("+1 close > 1000 bye", 1000, 'closed by the station with 1000 (normal): "bye", 1.0 s after the last frame'),
        ("+1 close >", 1005, "closed by the station without a code, 1.0 s after the last frame"),
        (
            '+2 end {"by":"csms","how":"fin"}',
            1006,
            "shut down by the CSMS without a close frame, 2.0 s after the last frame",
        ),
        (
            '+2 end {"by":"station","how":"rst","error":"connection reset by peer"}',
            1006,
            "reset by the station without a close frame, 2.0 s after the last frame",
        ),
        ('+2 end {"by":"network","how":"timeout"}', 1006, "timed out by the network, 2.0 s after the last frame"),
    ],
)
def test_it_says_which_side_ended_it_how_and_after_which_silence(end: str, code: int, sentence: str) -> None:
    (found,) = ends(f"{BEAT}\n{end}")
    assert found.sentence == sentence
    assert found.code == code


def test_a_tls_alert_is_told_by_its_name() -> None:
    (found,) = ends(f'{BEAT}\nend {{"by":"csms","how":"error","error":"TLS alert certificate expired from the peer"}}')
    assert found.tls_alert == "certificate expired"
    assert "TLS alert certificate expired" in found.sentence
    (other,) = ends(f'{BEAT}\nend {{"by":"csms","how":"error","error":"no route to host"}}')
    assert other.tls_alert is None


def test_the_last_frame_of_each_direction_stands_there_with_its_age_and_record() -> None:
    (found,) = ends(f"{BEAT}\n+10 ping >\n+5 close > 1000")
    lines = list(found.lines())
    assert "last from the station: ping, 5.0 s before the end, record 5" in lines
    assert "last from the CSMS: CALLRESULT Heartbeat, 15.0 s before the end, record 4" in lines


def test_a_side_that_never_spoke_is_named() -> None:
    (found,) = ends('> [2,"1","Heartbeat",{}]\n+3 end {"by":"csms","how":"fin"}')
    assert "nothing ever came from the CSMS" in list(found.lines())


def test_calls_that_were_open_then_are_named_with_their_age() -> None:
    (found,) = ends(f'{RESET}\n{PROFILE}\n+4 > [2,"h","Heartbeat",{{}}]\n+2 end')
    assert found.parting is not None
    assert [(call.action, call.direction) for call in found.parting.open] == [
        ("SetChargingProfile", Direction.TO_STATION),
        ("Heartbeat", Direction.TO_CSMS),
    ]
    assert "no answer yet from the station to SetChargingProfile: open for 6.0 s, record 5" in list(found.lines())
    assert found.dead is None, "the station still spoke after it was asked"


def test_a_party_that_sent_nothing_since_it_was_asked_was_gone() -> None:
    (found,) = ends(f"{BEAT}\n+20 {PROFILE}\n+45 end")
    assert found.dead is not None
    role, call = found.dead
    assert role is Role.STATION
    assert call.seconds == pytest.approx(45)
    (quick,) = ends(f"{BEAT}\n{PROFILE}\n+2 end")
    assert quick.dead is None, "two seconds prove nothing"


def test_idle_time_is_counted_to_the_close_frame_not_to_the_end_of_the_socket() -> None:
    script = f"{BEAT}\n+60 close < 1001"
    (found,) = ends(script)
    assert found.parting is not None
    assert found.parting.since(Direction.TO_STATION) == pytest.approx(60.0)


def beats(count: int) -> str:
    return "\n".join(BEAT.replace("@", f"@.{number}") for number in range(count))


def test_an_idle_timer_of_the_csms_leg_shows_over_all_ends() -> None:
    found = repeated(*(f"{beats(1 + number % 4)}\n+60 close < 1001" for number in range(17)))
    assert patterns(found) == {
        "17 of 17 closed by the CSMS with 1001 (going away) 60.0 s ± 0.0 s after the last frame: an idle timer on the CSMS leg"
    }
    assert {one.pattern.cause for one in found if one.pattern} == {Cause.TIMER}


def test_without_a_close_frame_something_between_is_suspected() -> None:
    (sentence,) = patterns(repeated(*(f"{beats(1 + number)}\n+60 {LOST}" for number in range(4))))
    assert sentence is not None
    assert "load balancer, NAT or firewall" in sentence


def test_a_limit_on_the_age_of_connections() -> None:
    talk = (("+100 ", "+900 ", "+2600 "), ("+3000 ", "+100 ", "+500 "), ("+20 ", "+1780 ", "+1800 "))
    lives = [
        f'{first}> [2,"@a","Heartbeat",{{}}]\n{then}> [2,"@b","Heartbeat",{{}}]\n{last}close < 1001'
        for first, then, last in talk
    ]
    (sentence,) = patterns(repeated(*lives))
    assert sentence is not None
    assert "3600.0 s" in sentence
    assert "after it was opened: a limit on the age of connections on the CSMS leg" in sentence


def test_ends_right_after_one_command() -> None:
    lives = [
        f"+{number * 37 + 50} {BEAT}\n+{number * 11 + 13} {PROFILE}\n+0.{number + 1} {GONE}" for number in range(5)
    ]
    (pattern,) = {one.pattern for one in repeated(*lives)}
    assert pattern is not None
    assert (pattern.cause, pattern.action, pattern.agreeing) == (Cause.AFTER, "SetChargingProfile", 5)
    assert pattern.sentence == (
        "5 of 5 shut down by the station without a close frame within 0.5 s of SetChargingProfile from the CSMS"
    )


def test_a_message_that_is_always_about_is_no_cause() -> None:
    often = "\n".join(f'+3 > [2,"@.{number}","Heartbeat",{{}}]' for number in range(20))
    lives = [f"+{number * number + 1} {BEAT}\n{often}\n+{number % 3 + 0.1} {GONE}" for number in range(6)]
    assert Cause.AFTER not in {one.pattern.cause for one in repeated(*lives) if one.pattern}


def test_ends_that_come_regularly_whatever_was_said_before() -> None:
    """From end to end 600 s, with outages of different lengths, so that neither age nor silence is the same."""
    outages_and_beats = [(1, 100), (77, 333), (13, 390), (140, 20), (200, 310)]
    lives = [
        f"+{outage}\nconnect\n+{before} {BEAT.replace('@', str(before))}\n+{599.8 - outage - before:.1f} close < 1012"
        for outage, before in outages_and_beats
    ]
    assert patterns(ends("connect\nend\n" + "\n".join(lives))) == {
        "5 of 5 closed by the CSMS with 1012 (service restart) every 600 s ± 0.0 s: something that runs regularly",
        None,
    }


def test_the_same_manner_is_a_pattern_where_nothing_else_shows() -> None:
    lives = [f"+{wait} {BEAT}\n+{idle} close > 1001" for wait, idle in ((5, 3), (90, 40), (700, 11), (33, 150))]
    assert patterns(repeated(*lives)) == {"4 of 4 closed by the station with 1001 (going away)"}


@pytest.mark.parametrize(
    "lives",
    [
        ["+60 close < 1001"] * 2,
        ["+60 close < 1001", "+7 close > 1000", "+300 end"],
    ],
    ids=["two ends", "three ends of three kinds"],
)
def test_too_few_or_too_different_ends_are_no_pattern(lives: list[str]) -> None:
    assert patterns(repeated(*(f"{BEAT}\n{life}" for life in lives))) == {None}


def test_one_other_end_is_not_explained_by_the_pattern() -> None:
    lives = [f"+{number + 1} {BEAT}\n+60 close < 1001" for number in range(5)]
    lives.insert(2, f"+77 {BEAT}\n+3 close < 1000")
    found = repeated(*lives)
    assert [one.pattern is None for one in found] == [False, False, True, False, False, False]
    assert found[0].pattern is not None
    assert (found[0].pattern.agreeing, found[0].pattern.total) == (5, 6)


def test_what_the_proxy_itself_ended_or_nobody_saw_is_no_evidence() -> None:
    found = repeated(*(f"+{number + 1} {BEAT}\n+60 {STOPPED}" for number in range(5)))
    assert patterns(found) == {None}
    assert found[0].sentence.startswith("ended because ocppscope was stopped")
    inspector = Inspector()
    for record in records_of(Example("made up", BEAT)):
        inspector.observe(record)
    inspector.next_capture()
    (unseen,) = autopsies(inspector.disconnects)
    assert (unseen.sentence, unseen.code, list(unseen.lines())) == ("still open when the recording ended", None, [])


def test_another_stations_ends_are_not_mixed_in() -> None:
    own = "\n".join(f"connect\n+{number + 1} {BEAT}\n+60 close < 1001" for number in range(3))
    other = "\n".join(f"connect\n+{number + 1} {BEAT}\n+{number * 9} close > 1000" for number in range(3))
    inspector = Inspector()
    for record in records_of(Example("made up", f"{own}\nas OTHER\n{other.removeprefix('connect')}")):
        inspector.observe(record)
    ended = list(inspector.disconnects)
    first = autopsy(ended[0], ended)
    assert first.pattern is not None
    assert (first.pattern.agreeing, first.pattern.total) == (3, 3)
