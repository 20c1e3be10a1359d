"""Pictures of the main screens, few and named by hand. Look at what changed before you accept it:

pytest -n 0 tests/tui/test_tui_snapshots.py --snapshot-update
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from panes_support import Script
from textual.pilot import Pilot
from tui_support import DeadEngine, Driver, story, write

from ocppscope.conformance.registry import all_rules
from ocppscope.inspect import inspector
from ocppscope.pics.profile import Limits, Profile
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion
from ocppscope.tui.app import OcppScope

RULES = {"RPC-001", "RPC-009", "RPC-011", "RPC-019", "RPC-024"}
"""The rules that watch in the pictures, so that a new rule elsewhere changes none of them."""

Compare = Callable[..., bool]


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    chosen = tuple(rule for rule in all_rules() if rule.id in RULES)
    monkeypatch.setattr(inspector, "all_rules", lambda: chosen)
    return write(tmp_path / "lab.jsonl", story().records)


def _profile() -> Profile:
    actions = {"BootNotification": 0.16, "StatusNotification": 0.04, "Heartbeat": 2.0}
    return Profile(
        name="made-up-csms",
        dut=Role.CSMS,
        ocpp_version=OcppVersion.V201,
        vendor="Made up",
        product="CSMS",
        limits=Limits(actions=actions),
    )


def _picture(
    compare: Compare, capture: Path, size: tuple[int, int], *keys: str, theme: str = "ocppscope-dark", **options: Any
) -> bool:
    app = OcppScope([capture], profiles=[_profile()], **options)

    async def prepare(pilot: Pilot[Any]) -> None:
        app.theme = theme
        driver = Driver(app, pilot)
        await driver.settle()
        if keys:
            await driver.press(*keys)
        await driver.settle()

    return compare(app, terminal_size=size, run_before=prepare)


def test_the_main_screen(snap_compare: Compare, capture: Path) -> None:
    assert _picture(snap_compare, capture, (120, 36), "e")


def test_the_main_screen_wide_and_light(snap_compare: Compare, capture: Path) -> None:
    assert _picture(snap_compare, capture, (170, 44), "j", "j", "j", theme="ocppscope-light")


def test_the_narrow_screen(snap_compare: Compare, capture: Path) -> None:
    assert _picture(snap_compare, capture, (80, 24), "e")


def test_an_exchange_over_the_whole_screen(snap_compare: Compare, capture: Path) -> None:
    assert _picture(snap_compare, capture, (80, 24), "j", "j", "enter")


def test_the_help(snap_compare: Compare, capture: Path) -> None:
    assert _picture(snap_compare, capture, (120, 36), "question_mark")


def test_waiting_for_the_first_station(snap_compare: Compare, capture: Path) -> None:
    write(capture, Script().records)
    assert _picture(snap_compare, capture, (100, 30), live=True, engine=DeadEngine(), mode="proxy")


def test_the_findings_by_station(snap_compare: Compare, capture: Path) -> None:
    assert _picture(snap_compare, capture, (120, 36), "2", "b", "j", "l")


def test_the_findings_on_a_narrow_screen(snap_compare: Compare, capture: Path) -> None:
    assert _picture(snap_compare, capture, (80, 24), "2", "j")
