"""Stations and a CSMS on PyPI `ocpp` and `websockets`, with the real engine between them."""

from pathlib import Path

import pytest
from interop_support import PASSWORD, Case, Lab, assert_secret, assert_verbatim
from pypi_parties import pypi_csms, pypi_station
from websockets.exceptions import InvalidStatus

from ocppscope.capture.record import MessageRecord, Refused
from ocppscope.protocol.version import OcppVersion

pytestmark = pytest.mark.interop

V16, V201 = OcppVersion.V16, OcppVersion.V201


@pytest.fixture(name="lab")
def _lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


@pytest.mark.parametrize(
    "case",
    [
        Case(V16),
        Case(V16, offered=False),
        Case(V16, accepted=False),
        Case(V16, tls=True),
        Case(V16, tls=True, offered=False),
        Case(V201),
        Case(V201, tls=True),
        Case(V201, tls=True, accepted=False),
    ],
    ids=str,
)
async def test_both_hear_exactly_what_the_other_sent_and_the_capture_has_it(lab: Lab, case: Case) -> None:
    async with pypi_csms(lab, case) as (upstream, csms), lab.engine(upstream, case) as url:
        station = await pypi_station(lab, case, url)

    assert_verbatim(lab, case, station, csms)


async def test_a_message_in_fragments_stays_one_message(lab: Lab) -> None:
    case = Case(V16, offered=False)
    async with pypi_csms(lab, case) as (upstream, _), lab.engine(upstream, case) as url:
        await pypi_station(lab, case, url)

    frames = {record.frames for record in lab.records() if isinstance(record, MessageRecord)}
    assert 1 in frames
    assert max(frames) >= 3


async def test_a_wrong_password_gets_the_csmss_own_refusal(lab: Lab) -> None:
    case = Case(V16)
    async with pypi_csms(lab, case) as (upstream, csms), lab.engine(upstream, case) as url:
        with pytest.raises(InvalidStatus) as refusal:
            await pypi_station(lab, case, url, PASSWORD + "x")

    assert refusal.value.response.status_code == 401
    assert "Basic" in refusal.value.response.headers["WWW-Authenticate"]
    assert csms.heard == []
    (refused,) = [record for record in lab.records() if isinstance(record, Refused)]
    assert (refused.status, refused.station) == (401, "MADE-UP-01")
    assert_secret(lab)
