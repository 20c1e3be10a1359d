"""npm `ocpp-rpc`, strict, as CSMS and as station, with the real engine in between."""

from pathlib import Path

import pytest
from interop_support import PASSWORD, Case, Lab, assert_secret, assert_verbatim
from node_parties import node_csms, node_station, require_node
from pypi_parties import pypi_csms, pypi_station

from ocppscope.capture.record import Refused
from ocppscope.protocol.version import OcppVersion

pytestmark = pytest.mark.interop

V16, V201 = OcppVersion.V16, OcppVersion.V201

CASES = [
    Case(V16),
    Case(V16, offered=False),
    Case(V16, accepted=False),
    Case(V16, tls=True),
    Case(V201, offered=False),
    Case(V201, tls=True, offered=False),
]


@pytest.fixture(name="lab")
def _lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


@pytest.fixture(autouse=True)
def _node() -> None:
    require_node()


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_node_csms_and_a_pypi_station_understand_each_other(lab: Lab, case: Case) -> None:
    async with node_csms(lab, case) as (upstream, csms), lab.engine(upstream, case) as url:
        station = await pypi_station(lab, case, url)

    assert_verbatim(lab, case, station, csms)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_node_station_and_a_pypi_csms_understand_each_other(lab: Lab, case: Case) -> None:
    async with pypi_csms(lab, case) as (upstream, csms), lab.engine(upstream, case) as url:
        station = await node_station(lab, case, url)

    assert_verbatim(lab, case, station, csms)


@pytest.mark.parametrize("case", [Case(V16), Case(V201, tls=True)], ids=str)
async def test_two_node_parties_understand_each_other(lab: Lab, case: Case) -> None:
    async with node_csms(lab, case) as (upstream, csms), lab.engine(upstream, case) as url:
        station = await node_station(lab, case, url)

    assert_verbatim(lab, case, station, csms)


async def test_a_wrong_password_gets_the_csmss_own_refusal(lab: Lab) -> None:
    case = Case(V16)
    async with node_csms(lab, case) as (upstream, csms), lab.engine(upstream, case) as url:
        station = await node_station(lab, case, url, PASSWORD + "x")

    assert len(station.complaints) == 1
    assert "401" in station.complaints[0] or "Unauthorized" in station.complaints[0]
    assert csms.password == PASSWORD + "x"
    (refused,) = [record for record in lab.records() if isinstance(record, Refused)]
    assert refused.status == 401
    assert_secret(lab)
