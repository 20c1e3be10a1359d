"""What all tests share: a world without the user's own files, clock zone, language and colours."""

import os
import time
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Real traffic, certificates and designs, laid beside the repository where they are at hand."""


@pytest.fixture(autouse=True)
def _hermetic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's files, and none depends on where and for whom it runs; children inherit it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "PYTHONIOENCODING", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith(("OCPPSCOPE_", "_OCPPSCOPE_", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "36")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    # Not UTC on purpose: what is said in UTC must be so in any zone.
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()


RULES_OF_SCREEN_TESTS = {f"RPC-{number:03}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 19, 21, 24)} | {
    "SES-013",
    "TXN-001",
}


@pytest.fixture(autouse=True)
def _screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In tests of the screen only a few rules watch, so that a new rule changes no picture there; and lists do not rest."""
    if request.path.parent.name != "tui":
        return
    from ocppscope.conformance.registry import all_rules  # noqa: PLC0415 - other tests need none of these
    from ocppscope.inspect import inspector  # noqa: PLC0415
    from ocppscope.tui.tabs import findings  # noqa: PLC0415

    chosen = tuple(rule for rule in all_rules() if rule.id in RULES_OF_SCREEN_TESTS)
    monkeypatch.setattr(inspector, "all_rules", lambda: chosen)
    monkeypatch.setattr(findings, "REST", 0)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real traffic, certificates and designs."""
    if not SHARED.is_dir():
        pytest.skip(f"no {SHARED}: real traffic and certificates are not at hand")
    return SHARED


@pytest.fixture(scope="session")
def traffic(shared: Path) -> Path:
    """The folder of recordings between independent implementations."""
    return shared / "traffic"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Short names for long values: a test's name is to be read, not to hold a hundred thousand brackets."""
    if isinstance(val, str | bytes) and len(val) > 60:
        return f"{str(val[:40])!r}… of {len(val)}"
    return None
