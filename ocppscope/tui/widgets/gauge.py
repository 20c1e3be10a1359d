"""How long it took, as words and as a bar: pure functions, no widget.

Colours are tokens of the theme (``ok``, ``warn``, ``error``), never colours, so that the caller can look them up in
whatever theme is on.
"""

NEAR_LIMIT = 0.8
"""From this share of a limit on, a latency is drawn in amber."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def format_seconds(seconds: float) -> str:
    """A duration in the unit that suits it, at most eight cells: ``77 ms``, ``3.38 s``, ``2 m 04 s``, ``3 h 05 m``.

    Rounding never shows a unit's full count: 0.9996 s is ``1.00 s``, not ``1000 ms``.
    """
    if seconds < 0:
        return f"-{format_seconds(-seconds)}"
    if seconds < 0.000_95:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.009_95:
        return f"{seconds * 1e3:.1f} ms"
    if seconds < 0.999_5:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return _format_long(round(seconds))


def _format_long(seconds: int) -> str:
    for unit, name, part, part_name in (_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "m"), (_MINUTE, "m", 1, "s"):
        whole, rest = divmod(seconds, unit)
        if whole:
            return f"{whole} {name} {rest // part:02} {part_name}" if whole < 10 else f"{whole} {name}"
    return f"{seconds} s"


def format_limit(seconds: float) -> str:
    """A limit as people say it: ``4.00 s`` beside measured values, but ``30 s`` and ``5 m`` where it is round."""
    whole = round(seconds)
    if whole == seconds and whole >= 10:
        if whole < _MINUTE:
            return f"{whole} s"
        if whole < _HOUR and whole % _MINUTE == 0:
            return f"{whole // _MINUTE} m"
    return format_seconds(seconds)


def limit_token(share: float | None) -> str:
    """The theme token of a latency that used this share of its limit: ``ok``, from 80 % ``warn``, above 100 % ``error``.

    Without a limit there is nothing to judge: ``muted``.
    """
    if share is None:
        return "muted"
    if share > 1:
        return "error"
    return "warn" if share >= NEAR_LIMIT else "ok"


def gauge(share: float | None, cells: int = 5, *, plain: bool = False) -> str:
    """A horizontal bar of exactly ``cells`` characters: the share of the limit, full from 100 % on.

    Args:
        share: latency divided by limit; None without a limit, which draws blanks.
        cells: width; each cell has eight steps.
        plain: ASCII only, one step a cell: ``##...``, and ``####!`` above the limit.

    Returns:
        The bar, to be drawn in the colour of `limit_token` on the theme's track colour.
    """
    if share is None or cells <= 0:
        return " " * max(cells, 0)
    if plain:
        filled = min(round(share * cells), cells)
        return "#" * (cells - 1) + "!" if share > 1 else "#" * filled + "." * (cells - filled)
    # At least one step: an answer in 1 ms is an answer, an empty track is none. Only what fills the limit fills the bar.
    most = cells * 8
    steps = most if share >= 1 else min(max(round(share * most), 1), most - 1)
    full, rest = divmod(steps, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(cells)
