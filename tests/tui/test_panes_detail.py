"""The detail as it is drawn: real captures, real inspector, a headless terminal."""

from pathlib import Path

import msgspec
import pytest
from panes_support import PaneApp, Script, controls, screen_text, until

from ocppscope.capture.record import Ended, MessageRecord, Opened
from ocppscope.protocol.roles import Direction
from ocppscope.tui.app import OcppScope
from ocppscope.tui.context import Shown
from ocppscope.tui.widgets.connection_facts import Happening
from ocppscope.tui.widgets.exchange_detail import ExchangeDetail, PaneFrame
from ocppscope.tui.widgets.findings_strip import FindingsStrip
from ocppscope.tui.widgets.payload_tree import PayloadTree

PROFILE = {
    "evseId": 1,
    "chargingProfile": {
        "id": 9,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [{"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0}]}],
    },
}


@pytest.fixture
def script() -> Script:
    script = Script()
    script.open()
    return script


def shown(script: Script, number: int, folder: Path) -> tuple[Shown, int]:
    scope = script.scope(folder)
    found, now = scope.shown(number), scope.now()
    scope.close()
    assert found is not None
    return found, now


async def drawn(what: Shown | Happening, now: int = 0, size: tuple[int, int] = (92, 20)) -> str:
    detail = ExchangeDetail(lambda: now)
    app = PaneApp(detail)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        detail.show(what)
        await pilot.pause()
        return screen_text(app)


async def test_request_and_response_stand_side_by_side(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange("<", "SetChargingProfile", PROFILE, {"status": "Accepted"}, latency=3.38)
    text = await drawn(*shown(script, number, tmp_path))
    first = next(line for line in text.splitlines() if "evseId 1" in line)
    assert 'status "Accepted"' in first
    assert "CALL · SetChargingProfile" in text
    assert "b1fee08f · CSMS → station" in text
    assert "3.38 s" in text
    assert 'chargingRateUnit "W"' in text


async def test_the_bigger_payload_gets_three_fifths(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange("<", "SetChargingProfile", PROFILE, {"status": "Accepted"})
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    async with PaneApp(detail).run_test(size=(100, 20)) as pilot:
        detail.show(found)
        await pilot.pause()
        assert [frame.size.width + 2 for frame in detail.query(PaneFrame)] == [60, 40]


async def test_a_narrow_detail_stacks_the_response_below(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange("<", "Reset", {"type": "Immediate"}, {"status": "Accepted"})
    text = await drawn(*shown(script, number, tmp_path), size=(60, 20))
    rows = text.splitlines()
    assert next(row for row, line in enumerate(rows) if "CALLRESULT" in line) > 5
    assert not any("CALL ·" in line and "CALLRESULT" in line for line in rows)


async def test_a_send_takes_the_whole_width(script: Script, tmp_path: Path) -> None:
    number = script.text(">", '[6,"s1","NotifyPeriodicEventStream",{"id":3}]')
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    async with PaneApp(detail).run_test(size=(100, 20)) as pilot:
        detail.show(found)
        await pilot.pause()
        assert [frame.display for frame in detail.query(PaneFrame)] == [True, False]


async def test_a_finding_is_labelled_in_place_even_beside_a_long_value(script: Script, tmp_path: Path) -> None:
    payload = {"connectorStatus": "x" * 300, "timestamp": "2025-03-14 09:41:03", "evseId": 1, "connectorId": 1}
    number, _ = script.exchange(">", "StatusNotification", payload, {})
    text = await drawn(*shown(script, number, tmp_path))
    assert '"2025-03-14 09:41:03"  ▲ SES-013' in text or '"2025-03-14 09:41:03"  ✖ SES-013' in text
    row = next(
        line for line in text.splitlines() if "connectorStatus" in line and "xxx" in line and "Payload" not in line
    )
    assert "…  ✖ RPC-024" in row


async def test_a_pending_call_ticks(script: Script, tmp_path: Path) -> None:
    number, _ = script.call("<", "Reset", {"type": "Immediate"})
    found, now = shown(script, number, tmp_path)
    assert found.exchange is not None
    clock = [found.exchange.since + 12_400_000_000]
    detail = ExchangeDetail(lambda: clock[0])
    app = PaneApp(detail)
    async with app.run_test(size=(92, 20)) as pilot:
        detail.show(found)
        await pilot.pause()
        assert "waiting 12.4 s of 30 s" in screen_text(app)
        clock[0] += 700_000_000
        detail.tick()
        await pilot.pause()
        assert "waiting 13.1 s of 30 s" in screen_text(app)
        assert now > 0


async def test_unreadable_text_is_wrapped_again_when_its_frame_changes(script: Script, tmp_path: Path) -> None:
    pair, _ = script.exchange(">", "Heartbeat", {}, {})
    number = script.text(">", '[2,"17",' + "1," * 60 + "x]")
    scope = script.scope(tmp_path)
    first, second = scope.shown(pair), scope.shown(number)
    scope.close()
    detail = ExchangeDetail(lambda: 0)
    app = PaneApp(detail)
    async with app.run_test(size=(92, 20)) as pilot:
        detail.show(first)
        await pilot.pause()
        detail.show(second)
        await pilot.pause()
        lines = screen_text(app).splitlines()
        row = next(row for row, line in enumerate(lines) if "▲" in line)
        assert lines[row - 1][lines[row].index("▲")] == "x"
        assert '[2,"17",' + "1," * 35 in screen_text(app)


async def test_enter_unfolds_and_folds_an_object(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange("<", "SetChargingProfile", PROFILE, {"status": "Accepted"})
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    app = PaneApp(detail)
    async with app.run_test(size=(92, 24)) as pilot:
        detail.show(found)
        await pilot.pause()
        detail.query(PayloadTree).first().focus()
        await pilot.press("j", "enter")
        await pilot.pause()
        assert "stackLevel" not in screen_text(app)
        assert detail.selected is not None
        assert detail.selected.path == "$.chargingProfile"
        await pilot.press("l")
        await pilot.pause()
        assert "stackLevel" in screen_text(app)


async def test_f_filters_the_messages_by_the_value_under_the_cursor(script: Script, tmp_path: Path) -> None:
    script.exchange("<", "Reset", {"type": "Immediate"}, {"status": "Accepted"})
    script.exchange("<", "Reset", {"type": "OnIdle"}, {"status": "Accepted"})
    script.scope(tmp_path).close()
    app = OcppScope([tmp_path / "capture.jsonl"])
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "4 of 4" in screen_text(app) or "5 of 5" in screen_text(app))
        await pilot.press("g", "j")
        await until(pilot, lambda: "CALL · Reset" in screen_text(app))
        app.screen.query(PayloadTree).first().focus()
        await pilot.press("f")
        await until(pilot, lambda: "$.type=" in screen_text(app))
        await until(pilot, lambda: "1 of" in screen_text(app))
        assert '$.type="Immediate"' in screen_text(app)


async def test_a_line_that_stands_for_no_value_is_no_filter(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange(">", "StatusNotification", {}, {})
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    asked: list[object] = []
    app = PaneApp(detail)
    async with app.run_test(size=(92, 24), message_hook=asked.append) as pilot:
        detail.show(found)
        await pilot.pause()
        detail.query(PayloadTree).first().focus()
        await pilot.press("f", "j", "f", "G", "f")
        await pilot.pause()
        assert not [message for message in asked if isinstance(message, PayloadTree.FieldChosen)]


async def test_a_long_string_unfolds_into_its_lines(script: Script, tmp_path: Path) -> None:
    certificate = "-----BEGIN CERTIFICATE-----\n" + "MIIBmadeup" * 9 + "\n-----END CERTIFICATE-----\n"
    number, _ = script.exchange("<", "CertificateSigned", {"certificateChain": certificate}, {"status": "Accepted"})
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    app = PaneApp(detail)
    async with app.run_test(size=(92, 24)) as pilot:
        detail.show(found)
        await pilot.pause()
        detail.query(PayloadTree).first().focus()
        await pilot.press("enter")
        await pilot.pause()
        lines = [line[1:60].strip(" │├└") for line in screen_text(app).splitlines()]
        assert "-----BEGIN CERTIFICATE-----" in lines
        assert "-----END CERTIFICATE-----" in lines
        assert detail.selected is not None
        assert detail.selected.value == certificate


async def test_what_the_user_unfolded_stays_when_the_same_exchange_is_shown_again(
    script: Script, tmp_path: Path
) -> None:
    number, _ = script.exchange("<", "SetChargingProfile", PROFILE, {"status": "Accepted"})
    scope = script.scope(tmp_path)
    detail = ExchangeDetail(scope.now)
    app = PaneApp(detail)
    async with app.run_test(size=(92, 24)) as pilot:
        detail.show(scope.shown(number))
        await pilot.pause()
        detail.query(PayloadTree).first().focus()
        await pilot.press("j", "enter")
        detail.show(scope.shown(number))
        await pilot.pause()
        assert "stackLevel" not in screen_text(app)
    scope.close()


async def test_findings_take_as_many_lines_as_there_are_and_three_at_most(script: Script, tmp_path: Path) -> None:
    clean, _ = script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"})
    faulty, _ = script.exchange(">", "StatusNotification", {"odd": 1}, {})
    scope = script.scope(tmp_path)
    detail = ExchangeDetail(scope.now)
    async with PaneApp(detail).run_test(size=(92, 24)) as pilot:
        strip = detail.query_one(FindingsStrip)
        detail.show(scope.shown(clean))
        await pilot.pause()
        assert not strip.display
        detail.show(scope.shown(faulty))
        await pilot.pause()
        assert strip.size.height == 3
        assert "+2 more" in strip.render().plain
    scope.close()


async def test_another_theme_repaints_frames_and_lines(script: Script, tmp_path: Path) -> None:
    number = script.text(">", '[2,"17","Heartbeat",{]')
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    app = PaneApp(detail)
    async with app.run_test(size=(92, 20)) as pilot:
        detail.show(found)
        await pilot.pause()
        before = app.export_screenshot()
        for theme in ("ocppscope-light", "ocppscope-256", "ansi-dark", "nord"):
            app.theme = theme
            await pilot.pause()
            assert "▲" in screen_text(app)
            assert app.export_screenshot() != before


async def test_nothing_to_show_is_an_empty_detail(script: Script, tmp_path: Path) -> None:
    number, _ = script.exchange(">", "Heartbeat", {}, {})
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    app = PaneApp(detail)
    async with app.run_test(size=(92, 20)) as pilot:
        detail.show(found)
        await pilot.pause()
        detail.show(None)
        await pilot.pause()
        assert screen_text(app).strip() == ""


HOSTILE = {
    "markup": {"[/b]": "x [/b] y [link=a]", "a\nb\r\tc": "[bold red]"},
    "escapes": {"\x1b[2J": "\x1b]52;c;aGVsbG8=\x07\x9b31m\x00\x7f"},
    "bidi": {"\u202ekey": "\u2066abc\u2069\u200b\ufeff"},
    "wide": {"日本語" * 30: "한국어" * 200, "e\u0301" * 50: "🔌" * 100},
    "zalgo": {"z": "a" + "\u0300" * 5_000},
    "megabyte": {"s": "x" * 1_000_000, "t": "\u202e" * 100_000},
    "ten thousand": {f"k{i}": i for i in range(10_000)},
    "long list": {"l": list(range(10_000)), "m": [[i] for i in range(3_000)]},
    "names": {"": "", " ": None, '"': "\\", "$.a[0]": [], "x" * 5_000: {}},
    "numbers": {"a": 10**300, "b": -0.0, "c": 1e308, "d": 12345678901234567890123},
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("size", [(92, 20), (40, 30)])
async def test_hostile_payloads_are_drawn_bounded_and_harmless(
    name: str, size: tuple[int, int], script: Script, tmp_path: Path
) -> None:
    number, _ = script.exchange("<", "DataTransfer", HOSTILE[name], HOSTILE[name])
    found, now = shown(script, number, tmp_path)
    detail = ExchangeDetail(lambda: now)
    app = PaneApp(detail)
    async with app.run_test(size=size) as pilot:
        detail.show(found)
        await pilot.pause()
        for tree in detail.query(PayloadTree):
            assert len(tree._tree_nodes) < 2_500
            tree.focus()
            await pilot.press("j", "enter", "j", "G", "enter", "k", "h")
        await pilot.pause()
        text = screen_text(app)
        assert controls(text) == set()
        assert "CALL · DataTransfer" in text


async def test_hostile_wrappers_are_drawn_harmless(script: Script, tmp_path: Path) -> None:
    texts = [
        msgspec.json.encode([2, "\x1b[2J[/b]", "\u202e[/b]\x9b", {}]).decode(),
        msgspec.json.encode([4, "17", "\x1b[2J", "x [/b]", {"\n": "\x00"}]).decode(),
        "[" * 100_000,
        '{"a":' * 100_000,
        "x" * 1_000_000,
        '[2,"1","\u202e",{"a":' + "[" * 900 + "]" * 900 + "}]",
        "\x1b]0;title\x07",
        "",
    ]
    numbers = [script.text(">", text) for text in texts]
    numbers.append(script.add(MessageRecord, conn=1, dir=Direction.TO_CSMS, data="/w==", binary=True))
    scope = script.scope(tmp_path)
    detail = ExchangeDetail(scope.now)
    app = PaneApp(detail)
    async with app.run_test(size=(92, 20)) as pilot:
        for number in numbers:
            found = scope.shown(number)
            assert found is not None
            detail.show(found)
            await pilot.pause()
            text = screen_text(app)
            assert controls(text) == set()
            assert text.strip()
    scope.close()


async def test_hostile_events_are_drawn_harmless() -> None:
    nasty = "x [/b] \x1b[2J\u202e" + "y" * 10_000
    opened = Opened(seq=1, time=Script().records[0].time, conn=1, station=nasty, peer=nasty, subprotocol=nasty)
    ended = Ended(seq=2, time=opened.time, conn=1, by=nasty, how=nasty, error=nasty)
    for record in (opened, ended):
        assert controls(await drawn(Happening(1, record))) == set()
