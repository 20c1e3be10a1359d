from datetime import UTC, datetime

import pytest

from ocppscope.model.finding import Finding, Severity
from ocppscope.protocol.schemas import json_path
from ocppscope.tui.widgets import payload_outline
from ocppscope.tui.widgets.payload_outline import MOST_NODES, Node, outline, path_parts, value_text


def finding(path: str, rule: str = "RPC-024") -> Finding:
    moment = datetime(2025, 3, 14, tzinfo=UTC)
    return Finding(rule, Severity.ERROR, None, "CS-1", 1, moment, (1,), "made up", path=path)


def named(node: Node, *names: str) -> Node:
    for name in names:
        node = next(child for child in node.children if child.name == name)
    return node


def counted(node: Node) -> int:
    return sum(1 + counted(child) for child in node.children)


def lines(node: Node, depth: int = 0) -> list[str]:
    shown = []
    for child in node.children:
        shown.append("  " * depth + f"{child.name} {child.text}".strip())
        if child.unfolded:
            shown += lines(child, depth + 1)
    return shown


def test_a_payload_is_listed_in_the_order_of_the_wire() -> None:
    payload = {"evseId": 1, "idToken": {"idToken": "04A2", "type": "ISO14443"}, "ok": True, "none": None, "soc": 0.5}
    assert lines(outline(payload)) == [
        "evseId 1",
        "idToken {2}",
        '  idToken "04A2"',
        '  type "ISO14443"',
        "ok true",
        "none null",
        "soc 0.5",
    ]


def test_types_have_their_own_tokens() -> None:
    values: list[object] = ["a", 1, 1.5, True, None, [], {}]
    tokens = ["ok", "warn", "warn", "down", "down", "muted", "muted"]
    assert [value_text(value)[0] for value in values] == tokens


def test_a_finding_is_pinned_at_its_json_path() -> None:
    payload = {"chargingSchedule": [{"limit": 3.14}, {"limit": 4.11}]}
    root = outline(payload, {"$.chargingSchedule[1].limit": [finding("$.chargingSchedule[1].limit")]})
    assert [pin.rule for pin in named(root, "chargingSchedule", "1", "limit").pins] == ["RPC-024"]
    assert named(root, "chargingSchedule", "0", "limit").pins == ()


def test_a_missing_member_gets_a_line_of_its_own_for_its_finding() -> None:
    root = outline({"meterValue": [{}]}, {"$.meterValue[0].timestamp": [finding("$.meterValue[0].timestamp")]})
    missing = named(root, "meterValue", "0", "timestamp")
    assert (missing.text, len(missing.pins)) == ("missing", 1)


@pytest.mark.parametrize("payload", [{}, {"idTagInfo": "Accepted"}, {"idTagInfo": None}])
def test_a_finding_below_a_member_that_is_not_there_stays_with_the_nearest(payload: dict[str, object]) -> None:
    root = outline(payload, {"$.idTagInfo.status": [finding("$.idTagInfo.status")]})
    assert len(named(root, "idTagInfo").pins) == 1


def test_branches_unfold_to_depth_three_and_the_way_to_every_finding() -> None:
    payload = {"a": {"b": {"c": {"d": {"e": 1}}}}, "x": {"y": {"z": {"u": {"v": {"w": 1}}}}}}
    root = outline(payload, {"$.x.y.z.u.v.w": [finding("$.x.y.z.u.v.w")]})
    assert named(root, "a", "b", "c").unfolded
    assert not named(root, "a", "b", "c", "d").unfolded
    assert named(root, "x", "y", "z", "u", "v").unfolded


def test_no_more_than_200_lines_are_unfolded_at_first() -> None:
    payload = {f"report{i}": [{"value": j} for j in range(30)] for i in range(30)}
    assert len(lines(outline(payload))) <= 200


def test_ten_thousand_members_end_in_a_line_that_says_how_many_more() -> None:
    root = outline({str(i): i for i in range(10_000)})
    assert len(root.children) == MOST_NODES + 1
    assert root.children[-1].text == "… 8 000 more"


def test_the_top_level_is_seen_before_one_branch_uses_up_the_budget() -> None:
    root = outline({"big": list(range(100_000)), "small": {"status": "Accepted"}})
    assert named(root, "small", "status").text == '"Accepted"'
    assert counted(root) <= MOST_NODES + 2


def test_a_finding_beyond_the_budget_is_still_shown() -> None:
    root = outline({"list": list(range(10_000))}, {"$.list[9000]": [finding("$.list[9000]")]})
    assert named(root, "list", "9000").pins
    assert named(root, "list").children[-1].text == "… 8 000 more"


def test_text_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload_outline, "MOST_TEXT", 2_000)
    root = outline({f"key{i}": "x" * 300 for i in range(50)})
    assert len(root.children) < 10
    assert root.children[-1].text.endswith("more")


def test_a_megabyte_in_one_string_is_cut_and_counted() -> None:
    text = outline({"data": "x" * 1_000_000}).children[0].text
    assert len(text) < 500
    assert text.endswith('…" 1 000 000 characters')


def test_a_thousand_levels_stop_somewhere() -> None:
    payload: dict[str, object] = {}
    for _ in range(900):
        payload = {"a": payload}
    assert counted(outline(payload)) < 100


def test_names_and_values_are_made_visible() -> None:
    root = outline({"a\nb\x1b[2J": "\u202eevil\x9b", "[/b]": "x [/b] y"})
    assert [(node.name, node.text) for node in root.children] == [
        ("a␊b␛[2J", '"\\u202eevil\\u009b"'),
        ("[/b]", '"x [/b] y"'),
    ]


@pytest.mark.parametrize(
    "parts", [("a",), ("a", 0, "b"), ("a b", 3), ('q"]uo\\te',), ("ü", "x.y", 12), ("", 0), ("new\nline",)]
)
def test_every_json_path_leads_back_to_its_parts(parts: tuple[str | int, ...]) -> None:
    assert path_parts(json_path(list(parts))) == parts


@pytest.mark.parametrize("path", ["", "$", "no path", "$.a[", "$[99999999999999999999]x", '$["'])
def test_what_is_no_json_path_points_nowhere(path: str) -> None:
    assert path_parts(path) in ((), ("no path",))
    assert outline({"a": 1}, {path: [finding(path)]}).children[0].name == "a"
