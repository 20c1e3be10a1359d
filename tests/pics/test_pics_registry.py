"""What ids mean, by version and device under test."""

import pytest

from ocppscope.pics.registry import is_heading, label, means_what_it_says
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

V16, V201, V21 = OcppVersion.V16, OcppVersion.V201, OcppVersion.V21


def test_the_same_id_means_something_else_in_another_version_or_for_another_device() -> None:
    assert label(V16, Role.STATION, "C-07") == "Support for local start"
    assert (
        label(V201, Role.STATION, "C-07")
        == "Support for using a Master Pass for charging stations with UI (MasterPassGroupId)"
    )
    assert label(V201, Role.CSMS, "C-07") is None
    assert label(V21, Role.STATION, "HFS-12") == "Number of displays"


def test_of_a_1_6_csms_only_ids_are_known() -> None:
    assert [label(V16, Role.CSMS, id_) for id_ in ("C-01", "C-02", "C-09", "C-11", "C-12", "AQ-10")] == [
        None,
        "",
        "",
        "",
        None,
        "",
    ]


def test_what_the_errata_of_2_0_1_add_is_known() -> None:
    assert label(V201, Role.STATION, "C-61") == "Security Profile 1 - Unsecured Transport with Basic Authentication"
    assert label(V16, Role.STATION, "C-61") is None


@pytest.mark.parametrize(
    ("id_", "printed", "same"),
    [
        ("C-09.1", "MeterValuesSampled Data", True),
        ("C-07", "support for local start", True),
        ("C-07", "Support for Iocal start", True),
        ("C-07", "Support for local stop", False),
        ("C-07", "Support for using a Master Pass", False),
        ("ORS-4", "Maximum MeterValueSampleInterval supported", False),
        ("ORS-4", "", True),
        ("ORS-77", "Anything", True),
    ],
)
def test_a_label_is_the_ids_own_when_no_other_ids_is_nearer(id_: str, printed: str, *, same: bool) -> None:
    assert means_what_it_says(V16, Role.STATION, id_, printed) is same


def test_a_row_above_others_is_a_heading() -> None:
    assert is_heading(V16, Role.STATION, "C-06")
    assert not is_heading(V16, Role.STATION, "C-06.1")
    assert not is_heading(V16, Role.STATION, "C-0")
    assert is_heading(V201, Role.STATION, "C-09")
