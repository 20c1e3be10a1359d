"""The README's picture, made by the real program.

    .venv/bin/python tests/tui/portrait.py [OUTPUT.svg]

Drives the main screen over a recorded capture and writes what it draws as SVG. Textual's own export fetches its font from
a server; here every character keeps its cell in whatever monospaced font the reader has, so the picture depends on nothing.
"""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocppscope.tui.app import OcppScope

ROOT = Path(__file__).resolve().parents[2]
CAPTURE = ROOT / "captures" / "field-faults-1.6.jsonl"
OUTPUT = ROOT / ".github" / "screenshot.svg"
SIZE = (120, 36)
FONTS = "'Fira Code', 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


async def portrait(capture: Path = CAPTURE, size: tuple[int, int] = SIZE, theme: str = "ocppscope-dark") -> str:
    """The main screen with the cursor on an answer that came too late, the one to the longest request, as SVG."""
    from ocppscope.pics.library import load  # noqa: PLC0415 - after the environment is set
    from ocppscope.simulator.process import demo_profiles  # noqa: PLC0415
    from ocppscope.tui.app import OcppScope  # noqa: PLC0415
    from ocppscope.tui.screens.steering import MainScreen  # noqa: PLC0415

    profiles = [load(str(path)) for path in demo_profiles()]
    app = OcppScope([capture], profiles=profiles)
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        screen = app.screen
        assert isinstance(screen, MainScreen)
        while not app.run_state.feed.finished:
            await pilot.pause(0.02)
        screen.draw()
        rows = app.run_state.rows
        late = [rows.row(place) for place in range(len(rows)) if (rows.share(place) or 0.0) > 1]
        app.run_state.jump(max(late, key=lambda row: _length(app, row.partner)).number)
        await pilot.pause(0.5)
        screen.draw()
        screen.draw_figures()
        await pilot.pause()
        return self_contained(app.export_screenshot(title="ocppscope"))


def _length(app: "OcppScope", number: int | None) -> int:
    recalled = app.run_state.read(number) if number is not None else None
    return len(recalled.record.text or "") if recalled is not None else 0


def self_contained(svg: str) -> str:
    """The picture without anything that lies elsewhere."""
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family:\s*Fira Code[^;]*;", f"font-family: {FONTS};", svg)
    svg = re.sub(r"^\s*<!--.*?-->\s*$", "", svg, flags=re.MULTILINE)
    svg = re.sub(r"\n\s*\n+", "\n", svg)
    outside = set(re.findall(r"https?://[^\s\"')]+", svg)) - {"http://www.w3.org/2000/svg"}
    if outside:
        raise SystemExit(f"the picture still depends on {', '.join(sorted(outside))}")
    return svg


def main() -> None:
    """Write the file."""
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(asyncio.run(portrait()), encoding="utf-8")
    print(f"{output}  {output.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
