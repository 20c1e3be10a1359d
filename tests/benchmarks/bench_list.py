"""The message list with a million rows: opens, scrolls, jumps, refilters, and what a row costs.

    .venv/bin/python tests/benchmarks/bench_list.py [rows]

The real app runs headless over a small real capture; its rows are then repeated a million times, each still read back
from the capture when it is drawn. Every figure is beside the same with a thousand rows, measured in the same run: a
list that is drawn line by line must not care.
"""

import asyncio
import gc
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from ocppscope.filters import parse
from ocppscope.inspect.inspector import Inspector
from ocppscope.tui.app import OcppScope
from ocppscope.tui.reading import Change
from ocppscope.tui.rows import MessageRows
from ocppscope.tui.screens.main import Panes
from ocppscope.tui.source import source_of

CAPTURE = Path(__file__).resolve().parents[2] / "captures" / "field-faults-1.6.jsonl"
ROUNDS = 15


def many_rows(count: int) -> MessageRows:
    """Rows of the capture again and again, numbered on."""
    source = source_of([CAPTURE], grows=False)
    inspector = Inspector()
    seen = [(line.offset, inspector.observe(line.record)) for line in _all(source.poll)]
    source.close()
    rows = MessageRows()
    number = 0
    while len(rows) < count:
        for offset, one in seen:
            number += 1
            rows.add(offset, msgspec.structs.replace(one, number=number, exchange=None))
    return rows


def _all(poll: Callable[[], list[Any]]) -> list[Any]:
    lines: list[Any] = []
    while batch := poll():
        lines += batch
    return lines


class Bench:
    """Times of one size."""

    def __init__(self, screen: Panes, pause: Callable[[], Awaitable[None]], rows: MessageRows) -> None:
        self._screen = screen
        self._pause = pause
        self._rows = rows
        self.times: dict[str, float] = {}

    async def run(self) -> None:
        """Everything once, steps several times."""
        screen = self._screen
        pane, table = screen.messages, screen.messages.table
        self._screen.run.feed.rows = self._rows
        await self._time("open", 1, lambda _: pane.refresh_data(Change(appended=True, dropped=True)))
        await self._time(
            "jump to a place", ROUNDS, lambda step: table.move_to(len(self._rows) * step // ROUNDS, middle=True)
        )
        await self._time("page down", ROUNDS, lambda _: table.action_page(1))
        await self._time("end and home", ROUNDS, lambda step: table.action_last() if step % 2 else table.action_first())
        await self._time("one row more, following", ROUNDS, self._one_more)
        for label, text in (("refilter by columns", "action:Meter* dir:up"), ("refilter by numbers", "latency>1s")):
            started = time.perf_counter()
            pane.narrow(parse(text), None)
            while pane.listing.work(1):
                pass
            self.times[label] = time.perf_counter() - started
            await self._pause()
        pane.narrow(None, None)
        await self._pause()

    def _one_more(self, _step: int) -> None:
        self._screen.messages.table.follow = True
        self._screen.messages.refresh_data(Change(appended=True))

    async def _time(self, label: str, rounds: int, act: Callable[[int], object]) -> None:
        taken = []
        for step in range(rounds):
            started = time.perf_counter()
            act(step)
            await self._pause()
            taken.append(time.perf_counter() - started)
        self.times[label] = median(taken)


async def main(count: int) -> None:
    """Both sizes in turn, and a table."""
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    app = OcppScope([CAPTURE])
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, Panes)
        while not app.run_state.feed.finished:
            await pilot.pause(0.05)

        async def pause() -> None:
            # Until the screen was painted: a layout, if one is due, and the update after it.
            painted = asyncio.Event()
            screen.call_after_refresh(painted.set)
            await asyncio.wait_for(painted.wait(), 10)

        small = Bench(screen, pause, many_rows(1_000))
        await small.run()
        before = _memory()
        started = time.perf_counter()
        rows = many_rows(count)
        built = time.perf_counter() - started
        large = Bench(screen, pause, rows)
        await large.run()
        print(f"{'':28}{'1,000 rows':>14}{f'{count:,} rows':>18}   ratio")
        for label, few in small.times.items():
            many = large.times[label]
            print(f"{label:28}{few * 1e3:11.1f} ms{many * 1e3:15.1f} ms{many / few:8.1f}")
        print(f"{'build':28}{'':14}{built / len(rows) * 1e6:15.2f} µs a row")
        print(f"{'memory':28}{'':14}{(_memory() - before) / len(rows):15.0f} bytes a row")


def _memory() -> int:
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
