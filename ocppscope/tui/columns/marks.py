"""How many findings there are, in a few cells."""

from ocppscope.tui.widgets.table_model import Cell


def finding_marks(errors: int, warnings: int, infos: int = 0) -> Cell:
    """``✖2 ▲1``; infos only where nothing worse stands."""
    parts: list[tuple[str, str]] = []
    if errors:
        parts.append((f"✖{errors}", "error bold"))
    if warnings:
        parts.append((f" ▲{warnings}" if errors else f"▲{warnings}", "warn bold"))
    if infos and not parts:
        parts.append((f"●{infos}", "muted"))
    return parts
