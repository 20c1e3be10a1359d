import pytest
from panes_support import PaneApp, controls, screen_text
from rich.cells import cell_len

from ocppscope.conformance.registry import all_rules, rule
from ocppscope.conformance.rule import SECTIONS
from ocppscope.tui.screens.rule_page import RulePage, rule_lines

IDS = [rule.id for rule in all_rules()]


def page(rule_id: str, width: int = 84) -> list[str]:
    return ["".join(text for text, _ in line) for line in rule_lines(rule(rule_id), width)]


@pytest.mark.parametrize("rule_id", IDS)
def test_every_rule_has_a_page_with_all_its_sections_and_examples(rule_id: str) -> None:
    lines = page(rule_id)
    headings = [line for line in lines if line in SECTIONS]
    assert headings == list(SECTIONS)
    found = rule(rule_id)
    assert found is not None
    for example in found.examples:
        assert any(line[:2] in ("✖ ", "✔ ") and example.title.startswith(line[2:].split(" (OCPP")[0]) for line in lines)
    assert any(line.split()[-1] == found.severity for line in lines if line.startswith("severity"))


@pytest.mark.parametrize("width", [40, 84])
@pytest.mark.parametrize("rule_id", IDS)
def test_prose_and_examples_fit_their_width(rule_id: str, width: int) -> None:
    assert max(cell_len(line) for line in page(rule_id, width)) <= width


def test_a_conforming_example_is_marked_otherwise_than_a_violation() -> None:
    marks = {line[0] for line in page("RPC-024") if line[:2] in ("✖ ", "✔ ")}
    assert marks == {"✖", "✔"}


def test_messages_of_examples_are_arrows() -> None:
    lines = page("RPC-009")
    assert any(line.startswith("  ◀── [2,") for line in lines)
    assert any("s later  ──▶ [3," in line for line in lines)


def test_a_rule_of_another_version_of_the_tool_is_no_error() -> None:
    assert page("MADE-999") == ["This rule is not in the catalogue of this version."]


@pytest.mark.parametrize("rule_id", ["RPC-001", "RPC-024", "x [/b] \x1b[2J"])
@pytest.mark.parametrize("size", [(120, 36), (60, 16)])
async def test_a_page_is_drawn_scrolls_and_closes(rule_id: str, size: tuple[int, int]) -> None:
    app = PaneApp()
    async with app.run_test(size=size) as pilot:
        app.push_screen(RulePage(rule_id))
        await pilot.pause()
        assert controls(screen_text(app)) == set()
        before = screen_text(app)
        await pilot.press("j", "j", "pagedown", "k")
        await pilot.pause()
        if rule_id in IDS:
            assert screen_text(app) != before
        await pilot.resize_terminal(100, 30)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, RulePage)
