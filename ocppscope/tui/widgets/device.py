"""The device under test: who it says it is, what it was certified for, how it does so far."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeAlias

from textual.geometry import Size
from textual.reactive import reactive

from ocppscope.model.visible import visible
from ocppscope.tui.sparkline import sparkline
from ocppscope.tui.widgets.gauge import format_seconds
from ocppscope.tui.widgets.line import SegmentLine
from ocppscope.tui.widgets.record_table import Cell

_WIDTH, _BESIDE_CLOCK = 22, 16
"""Cells of a line, and of what stands behind the word Clock."""
_PATTERN_LINES = 3

Line: TypeAlias = tuple[Cell, Cell]
"""What stands at the left and at the right of a line."""


@dataclass(frozen=True, slots=True)
class Product:
    """A profile in force: its name, and its limits as words and seconds."""

    name: str
    limits: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Whether stations are what their profile is about, by their BootNotification.

    Attributes:
        stations: how many there are; ``judged`` by a profile; ``told`` who they are; ``differing`` from their profile.
        details: what differs and how it was certified, where that is the same for all that differ.
    """

    stations: int
    judged: int
    told: int
    differing: int
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """How a station has been so far.

    Attributes:
        clock: how far its clock is off, "" while not known; ``off`` whether that deserves a look.
        skews: the clock's history, the oldest first; empty where it is flat.
        ends: how many connections have ended; ``pattern`` what they have in common, "" where nothing shows.
    """

    clock: str = ""
    off: bool = False
    skews: tuple[float, ...] = ()
    ends: int = 0
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """What the panel says.

    Attributes:
        identity: vendor and model, or how many stations there are.
        firmware: "" when unknown.
        product, csms: the profiles of the station and of the CSMS, None without one.
        check: None where no profile holds for a station.
        offer: name of a built-in profile that fits and is not applied, "" without one.
        judging: how far a second reading with another profile is, from 0 to 1; None without one.
        rules: how many rules watch.
        errors, warnings: distinct findings.
        life: clock and disconnects; None for several stations.
    """

    identity: str = ""
    firmware: str = ""
    product: Product | None = None
    csms: Product | None = None
    check: Check | None = None
    offer: str = ""
    judging: float | None = None
    rules: int = 0
    errors: int = 0
    warnings: int = 0
    life: Life | None = None

    @property
    def is_about_profiles(self) -> bool:
        """Whether there is a profile to tell of, or to offer."""
        return bool(self.product or self.csms or self.offer)


class DevicePanel(SegmentLine):
    """As many lines as there are facts; the most telling ones on a screen with few lines."""

    DEFAULT_CSS = "DevicePanel { height: auto; }"

    device: reactive[Device] = reactive(Device(), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One for each line."""
        return len(self.lines())

    def lines(self) -> list[Line]:
        """Identity, profiles and limits, rules, totals."""
        return panel_lines(self.device, compact=self.screen.has_class("-short"))


def panel_lines(device: Device, *, compact: bool) -> list[Line]:
    """The panel; ``compact`` leaves out what can be looked up elsewhere."""
    name = device.identity or "not known yet"
    lines: list[Line] = [(((" ", ""), (name, "text bold" if device.identity else "muted")), ())]
    if device.firmware and not compact:
        lines.append((((" firmware ", "muted"), (device.firmware, "text")), ()))
    lines += _profile_lines(device, compact=compact)
    if device.csms is not None:
        lines.append((((" CSMS  ", "muted"), (device.csms.name, "text")), ()))
        lines += [] if compact else _limit_lines(device.csms)
    if device.life is not None:
        lines += _life_lines(device.life, compact=compact)
    if not compact:
        lines.append((((" Rules ", "muted"), (f"{device.rules} on", "text")), ()))
    lines.append((((" ", ""), *_totals(device)), ()))
    return lines


def _profile_lines(device: Device, *, compact: bool) -> Iterator[Line]:
    if device.product is not None:
        yield ((" PICS  ", "muted"), (device.product.name, "text")), ()
        if device.check is not None:
            yield from _check_lines(device.check, compact=compact)
        if not compact:
            yield from _limit_lines(device.product)
    elif device.csms is None or device.offer or device.judging is not None:
        yield ((" PICS  ", "muted"), ("none", "muted")), ()
    if device.judging is not None:
        yield ((" judging again ", "accent"), (f"{device.judging:.0%}", "accent bold")), ()
    elif device.offer:
        yield ((" fits  ", "muted"), (device.offer, "accent")), ()
        yield ((" P", "accent bold"), (" applies its limits", "text")), ()


def _life_lines(life: Life, *, compact: bool) -> Iterator[Line]:
    """Clock and disconnects, which the station's page tells in full."""
    if life.clock and (life.off or not compact):
        words = (life.clock, "warn" if life.off else "text")
        if len(life.clock) <= _BESIDE_CLOCK:
            yield ((" Clock ", "muted"), words), ()
        else:
            yield ((" Clock", "muted"),), ()
            yield ((" ", ""), words), ()
    if compact:
        return
    if life.skews:
        yield ((" ", ""), (sparkline(life.skews, _WIDTH), "up")), ()
    if life.ends:
        yield ((" Ends  ", "muted"), (f"{life.ends:,}", "text")), (("D", "accent bold"), (" tells ", "muted"))
    for line in wrap(visible(life.pattern, 300), _WIDTH, max_lines=_PATTERN_LINES, placeholder="…"):
        yield ((" ", ""), (line, "warn")), ()


def _check_lines(check: Check, *, compact: bool) -> Iterator[Line]:
    if check.judged < check.stations:
        yield ((f" holds for {check.judged} of {check.stations}", "muted"),), ()
    if not check.told:
        yield ((" not identified yet", "muted"),), ()
    elif not check.differing:
        yield ((" ✓ ", "ok bold"), ("identity matches", "ok")), ()
    else:
        yield from _differing_lines(check, compact=compact)


def _differing_lines(check: Check, *, compact: bool) -> Iterator[Line]:
    who = f"{check.differing} of {check.judged} differ" if check.judged > 1 else "differs"
    if check.judged == 1 and len(check.details) == 1:
        what, certified = check.details[0]
        yield ((" ▲ ", "warn bold"), (what, "warn"), (f" ≠ {certified}", "muted")), ()
    elif compact or not check.details:
        names = ", ".join(what for what, _ in check.details)
        yield ((" ▲ ", "warn bold"), (f"{names} differ" if check.judged == 1 else who, "warn")), ()
    else:
        yield ((" ▲ ", "warn bold"), (f"{who} from", "warn")), ()
        for what, certified in check.details:
            # A vendor and a model need no label, and have no room for one.
            yield ((("   firmware " if what == "firmware" else "   ") + certified, "muted"),), ()


def _limit_lines(product: Product) -> Iterator[Line]:
    for words, limit in product.limits:
        shown = f"{limit:g} s" if limit < 1000 else format_seconds(limit)
        yield ((f" {words}", "muted"),), ((shown, "text"), (" ", ""))


def _totals(device: Device) -> Cell:
    totals: list[tuple[str, str]] = []
    if device.errors:
        totals += [(f"✖ {device.errors}", "error bold"), ("  ", "")]
    if device.warnings:
        totals += [(f"▲ {device.warnings}", "warn bold")]
    return totals or [("no findings", "ok") if device.identity else ("waiting", "muted")]
