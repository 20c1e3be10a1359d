"""A profile as plain data."""

import json

import pytest

from ocppscope.pics.extraction import extraction, number_parts
from ocppscope.pics.toml_reader import read_toml


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("OCA.0016.1160.CS", (None, "0016", "1.6", "1160", "CS")),
        ("OCA.0016.0163.CSMS", (None, "0016", "1.6", "0163", "CSMS")),
        ("XY.OCA.0016.0163.CSMS", ("XY", "0016", "1.6", "0163", "CSMS")),
        ("OCA.0099.0001.CS", (None, "0099", None, "0001", "CS")),
        ("KSGA-2024-17", (None,) * 5),
        (None, (None,) * 5),
    ],
)
def test_a_certificate_number_falls_into_its_parts(number: str | None, parts: tuple[str | None, ...]) -> None:
    assert tuple(number_parts(number).values()) == parts


def test_a_profile_of_eight_lines_has_every_key_with_nothing_in_it() -> None:
    profile = read_toml(
        """
        identity = { dut = "station", ocpp_version = "2.0.1", vendor = "Example", product = "EX-60" }
        limits = { ocpp_response_timeout = 30, actions.Reset = 5 }
        """,
        "ex-60.toml",
        "ex-60",
    )

    data = json.loads(json.dumps(extraction(profile)))

    assert data["dut"] == "charging_station"
    assert data["certificate"]["reference"] is None
    assert data["performance"] == {"communication_technology": None, "kpis": {}}
    assert data["features"] == {}
    assert data["connectors"] == []
    assert data["limits"] == {"kpis": {"ocpp_response_timeout": 30.0}, "settings": {}, "actions": {"Reset": 5.0}}
    assert data["derived"]["kpi_limits_s"] == {"ocpp_response_timeout": 30.0}
