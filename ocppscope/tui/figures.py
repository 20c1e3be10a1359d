"""What stands around the list, worked out of the run: top bar, device, banner, waiting card. No widget here."""

from pathlib import Path

from ocppscope.model.visible import visible
from ocppscope.tui.run import Engine, Run
from ocppscope.tui.widgets.record_table import Cell
from ocppscope.tui.widgets.top_bar import Status

EXAMPLE_STATION = "CS-001"


def status_of(run: Run, engine: Engine | None, capture: Path, mode: str, *, paused: bool) -> Status:
    """The top bar."""
    feed = run.feed
    size = feed.size
    reading = not feed.live and not feed.finished and size > 0
    return Status(
        mode=mode,
        listening=engine.listening if engine else "",
        upstream=engine.upstream if engine else "",
        capture=capture.name or str(capture),
        size=size,
        parts=feed.parts,
        recording=engine is not None and engine.alive,
        rate=feed.rate() if feed.live else None,
        paused=paused,
        loading=min(feed.progress / size, 1.0) if reading else None,
        missing=run.inspector.counts.gaps,
        skipped=feed.skipped,
    )


def totals_of(run: Run) -> tuple[int, int]:
    """Distinct errors and warnings of the chosen station, or of all."""
    station = run.inspector.stations.get(run.station or "")
    if station is not None:
        return run.found_by_station().get(station.id, (0, 0))
    counts = run.inspector.findings.counts
    return counts["error"], counts["warning"]


def live_of(run: Run) -> str:
    """In the frame of the stations: how many are connected now, or how many a file knows."""
    stations = run.inspector.stations.values()
    return f"{sum(one.live > 0 for one in stations)} live" if run.live else f"{len(stations)} seen"


def obituary(engine: Engine, capture: Path) -> str:
    """What to say when the engine's process is gone."""
    tail = visible(" · ".join(engine.stderr_tail.strip().splitlines()[-2:]), 600) or "it left no word"
    return f"✖ The proxy has stopped and stations are cut off: {tail}\n  What was recorded is whole: {capture}"


def waiting_card(engine: Engine | None, capture: Path) -> tuple[Cell, ...]:
    """What to do when no station has come yet."""
    if engine is None:
        return ((("Nothing recorded yet", "text bold"),), (("",) * 2,), ((f"waiting for {capture}", "muted"),))
    url = f"{engine.listening.rstrip('/')}/{EXAMPLE_STATION}"
    for everywhere in ("//0.0.0.0:", "//[::]:"):
        # It listens on every address; which one a station reaches, only the person there knows.
        url = url.replace(everywhere, "//ADDRESS-OF-THIS-MACHINE:")
    return (
        (("Waiting for a charging station", "text bold"),),
        (),
        (("Point yours here; the last part of the path is its identity:", "muted"),),
        (),
        ((url, "accent bold"),),
        (),
        (("Everything it says goes on to ", "muted"), (engine.upstream, "text")),
        (("No station at hand?  ", "muted"), ("ocppscope demo", "text"), (" brings its own.", "muted")),
    )
