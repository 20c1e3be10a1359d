"""Figures against a certificate, of one station and of several products."""

from datetime import UTC, datetime, timedelta

import pytest
from kpi_talk import near

from ocppscope.capture.record import Handshake, MessageRecord, Opened, Record
from ocppscope.inspect.inspector import MOST_STATIONS, Inspector
from ocppscope.kpi.figures import Figure, Verdict, Waiting, certified_worst, figure_of
from ocppscope.kpi.measure import REMOTE_START, RESPONSE_OF_CSMS, RESPONSE_OF_STATION
from ocppscope.kpi.tally import Tally
from ocppscope.pics import library
from ocppscope.pics.declaration import Measured
from ocppscope.pics.profile import Limits, Profile
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion


def figure(seconds: list[float], profile: Profile | None, key: str = "response") -> Figure:
    tally = Tally()
    measure = RESPONSE_OF_STATION if key == "response" else REMOTE_START
    for one in seconds:
        tally.count(one, profile.kpi_limit(measure.key) if profile else None)
    tally.settle()
    return figure_of(measure, tally, profile, Waiting())


def test_slower_than_certified_is_within_the_claim() -> None:
    found = figure([0.2, 4.1], library.load("evon200-40p-2cr"))
    assert (found.verdict, found.slower_than_certified) == (Verdict.WITHIN, True)
    assert (
        found.remark == "observed max 4.10 s; certified max 3.35 s; limit 60 s: within the claim, slower than certified"
    )


def test_at_four_fifths_of_the_limit_it_is_near_and_at_the_limit_still_within_the_claim() -> None:
    product = library.load("evon200-40p-2cr")
    verdicts = {seconds: figure([seconds], product).verdict for seconds in (47.9, 48.0, 60.0, 60.01)}
    assert list(verdicts.values()) == [Verdict.WITHIN, Verdict.NEAR, Verdict.NEAR, Verdict.EXCEEDED]


@pytest.mark.parametrize(
    ("value", "observed", "slower"), [(0.0, 0.99, False), (0.0, 1.01, True), (38.0, 38.9, False), (38.0, 39.1, True)]
)
def test_a_certificate_of_2022_has_one_figure_in_whole_seconds(value: float, observed: float, slower: bool) -> None:
    measured = Measured(value=value, resolution_s=1)
    assert (observed > (certified_worst(measured) or 0)) is slower


def test_the_2022_figure_is_compared_with_the_maximum() -> None:
    product = library.load("ac-cpt-ocpp")
    assert figure([37.0, 38.5], product).slower_than_certified is False
    assert "certified max 38 s" in figure([37.0], product).remark
    assert figure([61.0], product).verdict is Verdict.EXCEEDED


def test_one_sample_is_minimum_maximum_and_average() -> None:
    found = figure([26.97], library.load("evon200-40p-2cr"), "start")
    assert found.min == found.max == found.avg == 26.97
    assert found.margin == near(33.03)


def product(name: str, limit: float) -> Profile:
    return Profile(
        name=name,
        dut=Role.STATION,
        ocpp_version=OcppVersion.V16,
        vendor="Made Up",
        product=name,
        limits=Limits(kpis={"ocpp_response_timeout": limit}),
    )


def site(profiles: list[Profile]) -> Inspector:
    """Two stations of two products; each answers a Reset after 8 s."""
    inspector = Inspector(profiles)
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    seq = 0

    def stamp(second: float) -> dict[str, object]:
        nonlocal seq
        seq += 1
        return {"seq": seq, "time": start + timedelta(seconds=second), "mono": round(second * 1e9)}

    def records() -> list[Record]:
        found: list[Record] = []
        for conn, name in ((1, "A10"), (2, "B20")):
            shake = Handshake(target=f"/CS-{conn}", status=101)
            found.append(
                Opened(conn=conn, station=f"CS-{conn}", subprotocol="ocpp1.6", handshake=shake, **stamp(conn * 100))  # type: ignore[arg-type]
            )
            boot = f'[2,"b","BootNotification",{{"chargePointVendor":"Made Up","chargePointModel":"{name}"}}]'
            answer = '[3,"b",{"status":"Accepted","interval":60,"currentTime":"2026-03-01T12:00:00Z"}]'
            for second, way, text in (
                (1.0, Direction.TO_CSMS, boot),
                (1.5, Direction.TO_STATION, answer),
                (2.0, Direction.TO_STATION, '[2,"c","Reset",{"type":"Soft"}]'),
                (10.0, Direction.TO_CSMS, '[3,"c",{"status":"Accepted"}]'),
            ):
                found.append(MessageRecord(conn=conn, dir=way, text=text, **stamp(conn * 100 + second)))  # type: ignore[arg-type]
        return found

    for record in records():
        inspector.observe(record)
    return inspector


def test_each_product_is_held_against_its_own_claim() -> None:
    kpis = site([product("A10", 10), product("B20", 5)]).kpis
    near_limit = kpis.figure(RESPONSE_OF_STATION, ["CS-1"])
    over = kpis.figure(RESPONSE_OF_STATION, ["CS-2"])
    assert (near_limit.limit, near_limit.verdict) == (10, Verdict.NEAR)
    assert (over.limit, over.verdict, over.over_limit) == (5, Verdict.EXCEEDED, 1)
    both = kpis.figure(RESPONSE_OF_STATION)
    assert (both.n, both.limit, both.verdict, both.margin) == (2, None, Verdict.EXCEEDED, None)
    assert kpis.figure(RESPONSE_OF_STATION, ["CS-1", "CS-2"]).verdict is Verdict.EXCEEDED


def test_samples_and_figures_of_a_station_are_its_own() -> None:
    kpis = site([]).kpis
    assert [sample.station for sample in kpis.samples(RESPONSE_OF_STATION, ["CS-2"])] == ["CS-2"]
    assert kpis.figure(RESPONSE_OF_STATION, ["CS-2"]).n == 1
    assert kpis.figure(RESPONSE_OF_STATION, ["CS-9"]).n == 0
    assert kpis.figure(RESPONSE_OF_CSMS).n == 2


def test_a_forgotten_station_leaves_what_it_contributed() -> None:
    kpis = site([]).kpis
    kpis.forget("CS-1")
    assert kpis.figure(RESPONSE_OF_STATION, ["CS-1"]).n == 0
    assert kpis.figure(RESPONSE_OF_STATION).n == 2
    assert MOST_STATIONS >= 1


def test_the_samples_of_a_product_without_a_limit_exceed_nobody_elses() -> None:
    tally = Tally()
    for seconds, limit in ((0.5, 4.0), (9.0, None), (1.0, 4.0), (8.0, None)):
        tally.count(seconds, limit)
    tally.settle()
    found = figure_of(RESPONSE_OF_STATION, tally, None, Waiting())
    assert (found.n, found.max, found.over_limit, found.verdict) == (4, 9.0, 0, Verdict.WITHIN)
    tally.count(4.1, 4.0)
    tally.settle()
    assert figure_of(RESPONSE_OF_STATION, tally, None, Waiting()).verdict is Verdict.EXCEEDED
