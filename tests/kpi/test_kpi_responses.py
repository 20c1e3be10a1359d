"""Which pairs count for the response figures, and what the others are called."""

from datetime import UTC, datetime

import pytest
from kpi_talk import Heard, hear, near, profile

from ocppscope.capture.record import MessageRecord
from ocppscope.inspect.inspector import Inspector
from ocppscope.kpi.figures import Verdict
from ocppscope.kpi.ledger import MOST_SAMPLES, MOST_SLOWEST
from ocppscope.kpi.measure import AUTHORIZE, MEASURES, REMOTE_START_RESPONSE, RESPONSE_OF_CSMS, RESPONSE_OF_STATION
from ocppscope.kpi.sample import Ending, Excluded
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

LIMITED = (profile(ocpp_response_timeout=30), profile(dut=Role.CSMS, ocpp_response_timeout=30))


def talk(script: str, **options: object) -> Heard:
    return hear(script, profiles=LIMITED, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["Reset", "GetDiagnostics", "UpdateFirmware", "DataTransfer"])
def test_every_answer_of_the_station_counts_whatever_was_asked(action: str) -> None:
    heard = talk(f'10:00:00.000 C→S [2,"c","{action}",{{}}]\n10:00:01.500 S→C [3,"c",{{}}]')
    assert (heard.figure(RESPONSE_OF_STATION).n, heard.figure(RESPONSE_OF_STATION).max) == (1, near(1.5))
    assert heard.figure(RESPONSE_OF_CSMS).n == 0


def test_a_reader_may_leave_out_an_action() -> None:
    heard = talk(
        """
        10:00:00.000 C→S [2,"a","GetDiagnostics",{}]
        10:00:09.000 S→C [3,"a",{}]
        10:00:10.000 C→S [2,"b","Reset",{"type":"Soft"}]
        10:00:10.500 S→C [3,"b",{"status":"Accepted"}]
        10:00:11.000 C→S [2,"c","GetDiagnostics",{}]
        """,
        excluded_actions=("GetDiagnostics",),
    ).wait("10:05:00")
    figure = heard.figure(RESPONSE_OF_STATION)
    assert (figure.n, figure.max, figure.excluded) == (1, near(0.5), {"excluded action": 1})
    assert (figure.timeouts, figure.censored) == (0, 0)


def test_a_callerror_is_a_response_and_is_counted_apart() -> None:
    heard = talk('10:00:00.000 C→S [2,"c","Reset",{}]\n10:00:02.000 S→C [4,"c","InternalError","",{}]')
    figure = heard.figure(RESPONSE_OF_STATION)
    assert (figure.n, figure.errors, figure.max) == (1, 1, near(2.0))
    assert (heard.sample(RESPONSE_OF_STATION).error, heard.sample(RESPONSE_OF_STATION).function) == (True, "CALLERROR")


def test_only_a_result_is_a_response_time_of_authorize_or_remote_start() -> None:
    heard = talk(
        """
        10:00:00.000 S→C [2,"a","Authorize",{"idTag":"A"}]
        10:00:00.400 C→S [3,"a",{"idTagInfo":{"status":"Invalid"}}]
        10:00:01.000 S→C [2,"b","Authorize",{"idTag":"B"}]
        10:00:06.000 C→S [4,"b","InternalError","",{}]
        10:00:07.000 C→S [2,"c","RemoteStartTransaction",{"idTag":"A"}]
        10:00:07.700 S→C [3,"c",{"status":"Rejected"}]
        """
    )
    authorize = heard.figure(AUTHORIZE)
    assert (authorize.n, authorize.errors, authorize.max) == (1, 1, near(0.4))
    assert (heard.figure(REMOTE_START_RESPONSE).n, heard.figure(REMOTE_START_RESPONSE).max) == (1, near(0.7))
    assert heard.figure(RESPONSE_OF_CSMS).n == 2


def test_a_late_answer_keeps_its_true_time_and_is_no_timeout() -> None:
    heard = talk('10:00:00.000 C→S [2,"c","Reset",{}]').wait("10:00:31")
    assert (heard.figure(RESPONSE_OF_STATION).timeouts, heard.figure(RESPONSE_OF_STATION).at_least) == (1, near(31))
    late = talk('10:00:00.000 C→S [2,"c","Reset",{}]\n10:00:40.000 S→C [3,"c",{}]').figure(RESPONSE_OF_STATION)
    assert (late.timeouts, late.n, late.max, late.over_limit) == (0, 1, near(40), 1)
    assert late.verdict is Verdict.EXCEEDED


def test_what_has_no_answer_is_never_mixed_into_the_mean() -> None:
    heard = talk(
        """
        10:00:00.000 C→S [2,"a","Reset",{}]
        10:00:01.000 S→C [3,"a",{}]
        10:00:02.000 C→S [2,"b","Reset",{"type":"Soft"}]
        """
    ).wait("10:10:00")
    figure = heard.figure(RESPONSE_OF_STATION)
    assert (figure.n, figure.avg, figure.max, figure.timeouts) == (1, near(1.0), near(1.0), 1)
    assert figure.remark == "observed max ≥ 598.00 s; limit 30 s: exceeds the declared maximum"


@pytest.mark.parametrize(
    ("end", "ending", "aborted", "censored", "timeouts"),
    [
        ("10:00:05.000 lost", Ending.ABORTED, 1, 0, 0),
        ("10:00:45.000 lost", Ending.ABORTED, 0, 0, 1),
        ("11:00:00.000 restart", Ending.CENSORED, 0, 1, 0),
    ],
    ids=["connection", "connection after its limit", "capture"],
)
def test_an_open_call_at_the_end_is_no_sample(
    end: str, ending: Ending, aborted: int, censored: int, timeouts: int
) -> None:
    heard = talk(f'10:00:00.000 C→S [2,"c","Reset",{{}}]\n10:00:04.000 S→C [2,"h","Heartbeat",{{}}]\n{end}')
    figure = heard.figure(RESPONSE_OF_STATION)
    assert (figure.n, figure.aborted, figure.censored, figure.timeouts) == (0, aborted, censored, timeouts)
    assert heard.sample(RESPONSE_OF_STATION).ending is ending


def test_an_open_call_at_the_very_end_is_censored_and_late_only_beyond_its_limit() -> None:
    heard = talk('10:00:00.000 C→S [2,"c","Reset",{}]').wait("10:00:29")
    figure = heard.figure(RESPONSE_OF_STATION)
    assert (figure.censored, figure.timeouts, figure.verdict) == (1, 0, Verdict.NO_SAMPLES)


def test_a_repeated_call_counts_once_from_its_newest_copy() -> None:
    heard = talk(
        """
        10:00:00.000 S→C [2,"a","Heartbeat",{}]
        10:00:10.000 S→C [2,"a","Heartbeat",{}]
        10:00:10.500 C→S [3,"a",{"currentTime":"2026-03-01T10:00:10Z"}]
        """
    )
    figure = heard.figure(RESPONSE_OF_CSMS)
    assert (figure.n, figure.max, figure.excluded, figure.censored) == (1, near(0.5), {"repeated": 1}, 0)


BOOT = '{"chargePointVendor":"V","chargePointModel":"M"}'


def test_before_its_first_boot_notification_a_station_need_not_answer() -> None:
    heard = talk(
        f"""
        10:00:00.000 C→S [2,"c1","GetConfiguration",{{}}]
        10:00:01.000 S→C [2,"b","BootNotification",{BOOT}]
        10:00:01.500 C→S [2,"c2","GetConfiguration",{{}}]
        10:00:02.000 C→S [3,"b",{{"status":"Accepted","interval":60,"currentTime":"2026-03-01T10:00:02Z"}}]
        10:00:03.000 C→S [2,"c3","GetConfiguration",{{}}]
        10:00:03.200 S→C [3,"c3",{{}}]
        10:00:09.000 S→C [3,"c2",{{}}]
        """
    ).wait("10:05:00")
    figure = heard.figure(RESPONSE_OF_STATION)
    assert (figure.n, figure.max, figure.timeouts, figure.censored) == (1, near(0.2), 0, 0)
    assert figure.excluded == {"not registered": 1}
    gone = talk(
        f"""
        10:00:00.000 C→S [2,"c1","GetConfiguration",{{}}]
        10:00:01.000 S→C [2,"b","BootNotification",{BOOT}]
        10:05:00.000 lost
        """
    )
    assert gone.figure(RESPONSE_OF_STATION).excluded == {"not registered": 1}


def test_a_rejected_station_must_not_answer() -> None:
    heard = talk(
        f"""
        10:00:01.000 S→C [2,"b","BootNotification",{BOOT}]
        10:00:02.000 C→S [3,"b",{{"status":"Rejected","interval":60,"currentTime":"2026-03-01T10:00:02Z"}}]
        10:00:03.000 C→S [2,"c","GetConfiguration",{{}}]
        """
    ).wait("10:05:00")
    assert heard.figure(RESPONSE_OF_STATION).timeouts == 0
    assert heard.figure(RESPONSE_OF_STATION).censored == 0


def test_a_station_that_does_not_boot_must_answer_from_the_start() -> None:
    heard = talk(
        """
        10:00:00.000 C→S [2,"c","GetConfiguration",{}]
        10:00:01.000 S→C [2,"h","Heartbeat",{}]
        """
    ).wait("10:05:00")
    assert heard.figure(RESPONSE_OF_STATION).timeouts == 1


def test_a_send_and_an_error_about_a_result_have_no_figure() -> None:
    heard = hear(
        """
        10:00:00.000 S→C [6,"a","NotifyPeriodicEventStream",{}]
        10:00:01.000 C→S [2,"b","Reset",{"type":"Immediate"}]
        10:00:02.000 S→C [3,"b",{"status":"Accepted"}]
        10:00:03.000 C→S [5,"b","FormatViolation","",{}]
        """,
        OcppVersion.V21,
    )
    assert (heard.figure(RESPONSE_OF_STATION).n, heard.figure(RESPONSE_OF_CSMS).n) == (1, 0)


def test_the_time_is_that_of_the_leg_of_the_party_that_answers() -> None:
    inspector = Inspector()
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    said = [
        (Direction.TO_STATION, '[2,"c","Reset",{"type":"Soft"}]', 0, 400),
        (Direction.TO_CSMS, '[3,"c",{"status":"Accepted"}]', 1400, 1450),
    ]
    for seq, (way, text, at, sent) in enumerate(said, start=1):
        record = MessageRecord(
            seq=seq, time=start, mono=at * 1_000_000, sent=sent * 1_000_000, conn=1, dir=way, text=text
        )
        inspector.observe(record)
    figure = inspector.kpis.figure(RESPONSE_OF_STATION)
    assert (figure.max, figure.proxy_avg, figure.proxy_max) == (near(1.0), near(0.45), near(0.45))


def test_a_log_of_whole_seconds_is_called_coarse() -> None:
    inspector = Inspector()
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    said = [(Direction.TO_STATION, '[2,"c","Reset",{}]', 0), (Direction.TO_CSMS, '[3,"c",{}]', 1)]
    for seq, (way, text, second) in enumerate(said, start=1):
        inspector.observe(MessageRecord(seq=seq, time=start.replace(second=second), conn=1, dir=way, text=text))
    (sample,) = inspector.kpis.samples(RESPONSE_OF_STATION)
    assert sample.coarse
    assert (
        not talk('10:00:00.000 C→S [2,"c","Reset",{}]\n10:00:01.000 S→C [3,"c",{}]').sample(RESPONSE_OF_STATION).coarse
    )


def many(count: int) -> Heard:
    """So many answered heartbeats, the n-th after n milliseconds, and the first of all after 50 s."""
    lines = ['09:00:00.000 S→C [2,"x","Heartbeat",{}]', '09:00:50.000 C→S [3,"x",{}]']
    for number in range(1, count + 1):
        at = 36_000 + number * 4
        clock = f"{at // 3600:02d}:{at % 3600 // 60:02d}:{at % 60:02d}"
        lines += [
            f'{clock}.000 S→C [2,"{number}","Heartbeat",{{}}]',
            f'{clock}.{number % 1000:03d} C→S [3,"{number}",{{}}]',
        ]
    return talk("\n".join(lines))


@pytest.mark.parametrize(
    ("count", "p95", "p99"), [(18, None, None), (19, 0.019, None), (98, 0.095, None), (99, 0.095, 0.099)]
)
def test_far_quantiles_need_enough_samples(count: int, p95: float | None, p99: float | None) -> None:
    figure = many(count).figure(RESPONSE_OF_CSMS)
    assert figure.n == count + 1
    assert figure.p95 == (None if p95 is None else near(p95))
    assert figure.p99 == (None if p99 is None else near(p99))


def test_samples_are_bounded_and_the_slowest_stays() -> None:
    heard = many(MOST_SAMPLES + 200)
    samples = heard.samples(RESPONSE_OF_CSMS)
    assert MOST_SAMPLES < len(samples) <= MOST_SAMPLES + MOST_SLOWEST
    assert samples[0].seconds == heard.figure(RESPONSE_OF_CSMS).max == near(50)
    assert [sample.trigger_record for sample in samples] == sorted({sample.trigger_record for sample in samples})
    assert heard.figure(RESPONSE_OF_CSMS).n == MOST_SAMPLES + 201


def test_every_figure_is_there_without_any_message() -> None:
    figures = Inspector().kpis.figures()
    assert [figure.measure for figure in figures] == list(MEASURES)
    assert {figure.verdict for figure in figures} == {Verdict.NO_SAMPLES}
    assert {(figure.n, figure.min, figure.avg, figure.margin) for figure in figures} == {(0, None, None, None)}


def test_excluded_reasons_are_words_that_people_read() -> None:
    assert all(reason == str(reason) and reason.strip() for reason in Excluded)
