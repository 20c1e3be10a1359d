"""Which rows the list shows: by station, by filter, joined later, found again."""

from pathlib import Path

import pytest
from panes_support import Script
from tui_support import append, story, write

from ocppscope.capture.record import Gap
from ocppscope.filters import parse
from ocppscope.inspect.inspector import Inspector
from ocppscope.tui.feed import Feed
from ocppscope.tui.listing import Listing
from ocppscope.tui.rows import Kind
from ocppscope.tui.source import source_of


def listing_of(path: Path, *, live: bool = False) -> Listing:
    feed = Feed(source_of([path], grows=live), Inspector, live=live)
    while feed.work(1):
        pass
    return Listing(feed)


@pytest.fixture
def listing(tmp_path: Path) -> Listing:
    return listing_of(write(tmp_path / "c.jsonl", story().records))


def narrowed(listing: Listing, text: str, station: str | None = None) -> list[str]:
    listing.narrow(parse(text), station)
    while listing.work(1):
        pass
    return [listing.row(index).row.action or listing.row(index).row.kind.word for index in range(len(listing))]


def test_without_a_filter_every_row_is_there(listing: Listing) -> None:
    assert len(listing) == len(listing.feed.rows)
    assert listing.complete


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("action:Boot*", ["BootNotification", "BootNotification"]),
        ("type:CALLERROR", ["RemoteStartTransaction"]),
        ("type:?", ["?"]),
        ("dir:down type:CALL", ["RemoteStartTransaction", "GetVariables"]),
        ("latency>100ms", ["BootNotification"]),
        ("$.idTag=04A2", ["RemoteStartTransaction"]),
        ("evse:1", ["StatusNotification"]),
        ("voltaic", ["BootNotification"]),
        ("sev:error", ["?"]),
        ("marked", []),
        ("action:NoSuch", []),
    ],
)
def test_a_filter_lets_through_what_it_says(listing: Listing, text: str, actions: list[str]) -> None:
    assert narrowed(listing, text) == actions


def test_a_station_narrows_and_a_gap_in_the_capture_belongs_to_all(tmp_path: Path) -> None:
    script = story()
    script.add(Gap, lost=3, reason="no space left on device")
    listing = listing_of(write(tmp_path / "c.jsonl", script.records))
    listing.narrow(None, "EVB-P17390141")
    listing.work(1)
    rows = [listing.row(index).row for index in range(len(listing))]
    assert {row.station for row in rows} == {"EVB-P17390141", ""}
    assert rows[-1].kind is Kind.GAP


def test_judging_by_combination_and_one_by_one_agree(listing: Listing) -> None:
    # ``latency>=0s | …`` needs numbers, so that every row is judged for itself.
    assert narrowed(listing, "dir:up action:*Notification") == narrowed(
        listing, "dir:up action:*Notification !latency>=1000s"
    )


def test_a_mark_made_later_joins_the_list_in_its_place(listing: Listing) -> None:
    narrowed(listing, "marked | action:BootNotification")
    number = listing.feed.rows.number(0)
    listing.feed.rows.mark(0)
    assert listing.reconsider({number})
    assert listing.position(0) == 0
    assert not listing.reconsider({number})


def test_rows_that_come_later_are_judged_too(tmp_path: Path) -> None:
    script = Script()
    script.open()
    script.exchange(">", "Heartbeat", {}, {})
    path = write(tmp_path / "c.jsonl", script.records)
    listing = listing_of(path, live=True)
    assert narrowed(listing, "action:Heartbeat") == ["Heartbeat"] * 2
    before = len(script.records)
    script.exchange(">", "Heartbeat", {}, {})
    script.exchange(">", "Authorize", {}, {})
    append(path, script.records[before:])
    listing.feed.work(1)
    assert not listing.complete
    listing.work(1)
    assert len(listing) == 4


def test_a_frozen_list_stands_still_while_the_capture_grows(tmp_path: Path) -> None:
    script = Script()
    script.open()
    script.exchange(">", "Heartbeat", {}, {})
    path = write(tmp_path / "c.jsonl", script.records)
    listing = listing_of(path, live=True)
    listing.freeze(True)
    script.exchange(">", "Authorize", {}, {})
    append(path, script.records[-2:])
    listing.feed.work(1)
    assert len(listing) == 3
    listing.freeze(False)
    assert len(listing) == 5


def test_a_message_is_found_by_number_and_the_nearest_one_where_it_is_filtered_out(listing: Listing) -> None:
    narrowed(listing, "action:StatusNotification")
    boot = listing.feed.rows.number(2)
    assert listing.index_of(boot) is None
    assert listing.nearest(boot) == 0
    status = listing.key(1)
    assert listing.index_of(status) == 1
    assert listing.tied(1) == 0


def test_the_search_goes_both_ways_and_ends_at_the_ends(listing: Listing) -> None:
    def malformed(position: int) -> bool:
        return listing.feed.rows.kind(position) is Kind.MALFORMED

    found = listing.search(0, 1, malformed)
    assert found is not None
    assert listing.search(found, 1, malformed) is None
    assert listing.search(len(listing) - 1, -1, malformed) == found
