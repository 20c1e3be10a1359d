"""The device under test: who it says it is, what it was certified for, how it does so far."""

from dataclasses import dataclass

from textual.reactive import reactive

from ocppscope.tui.widgets.line import SegmentLine
from ocppscope.tui.widgets.record_table import Cell


@dataclass(frozen=True, slots=True)
class Device:
    """What the panel says.

    Attributes:
        identity: vendor and model, or how many stations there are.
        firmware: "" when unknown.
        profile: name of the PICS profile, "" without one.
        rules: how many rules watch.
        errors, warnings: distinct findings.
    """

    identity: str = ""
    firmware: str = ""
    profile: str = ""
    rules: int = 0
    errors: int = 0
    warnings: int = 0


class DevicePanel(SegmentLine):
    """Four lines in a frame."""

    DEFAULT_CSS = "DevicePanel { height: 4; }"

    device: reactive[Device] = reactive(Device())

    def lines(self) -> list[tuple[Cell, Cell]]:
        """Identity, profile, rules, totals."""
        device = self.device
        profile: Cell = ((device.profile, "text"),) if device.profile else (("none", "muted"),)
        totals: list[tuple[str, str]] = []
        if device.errors:
            totals += [(f"✖ {device.errors}", "error bold"), ("  ", "")]
        if device.warnings:
            totals += [(f"▲ {device.warnings}", "warn bold")]
        if not totals:
            totals = [("no findings", "ok")] if device.identity else [("waiting", "muted")]
        firmware: Cell = ((device.firmware + " ", "muted"),) if device.firmware else ()
        return [
            (((" ", ""), (device.identity or "not known yet", "text bold" if device.identity else "muted")), ()),
            (((" PICS  ", "muted"), *profile), ()),
            (((" Rules ", "muted"), (f"{device.rules} on", "text")), firmware if len(device.firmware) < 10 else ()),
            (((" ", ""), *totals), ()),
        ]
