"""Colours as tokens: what a colour means is said once, each theme says how it looks.

Cells of tables and trees name tokens ("up", "error bold"); a `Palette` turns them into Rich styles of the theme at hand.
CSS uses the same names as variables. Ours are called ``$up``, ``$down``, ``$muted``, ``$cursor``, ``$tied``, ``$track``,
``$frame`` and ``$frame-focus``, none of which Textual has; its own ``$success``, ``$warning``, ``$error``, ``$accent`` and
``$foreground`` stand for "ok", "warn", "error", "accent" and "text".
"""

from collections.abc import Mapping
from functools import cached_property

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

DARK = Theme(
    name="ocppscope-dark",
    primary="#5ab0f6",
    secondary="#b692f6",
    success="#4cd38a",
    warning="#f2b84b",
    error="#ff6b70",
    accent="#2fd6a3",
    foreground="#d5dde6",
    background="#0e1319",
    surface="#141b23",
    panel="#1c2631",
    variables={
        "up": "#5ab0f6",
        "down": "#b692f6",
        "muted": "#7d8996",
        "cursor": "#1e3a52",
        "tied": "#152430",
        "track": "#22303c",
        "frame": "#2c3945",
        "frame-focus": "#5ab0f6",
        "footer-background": "#141b23",
        "footer-key-foreground": "#2fd6a3",
        "footer-description-foreground": "#d5dde6",
        "input-selection-background": "#5ab0f6 35%",
    },
)

LIGHT = Theme(
    name="ocppscope-light",
    dark=False,
    primary="#1769aa",
    secondary="#7446bd",
    success="#15803d",
    warning="#975a00",
    error="#c22731",
    accent="#0b7f5f",
    foreground="#1b2733",
    background="#fcfdfe",
    surface="#f0f3f6",
    panel="#e4e9ee",
    variables={
        "up": "#1769aa",
        "down": "#7446bd",
        "muted": "#68747f",
        "cursor": "#cadcee",
        "tied": "#e6eef6",
        "track": "#dbe2e8",
        "frame": "#cbd3da",
        "frame-focus": "#1769aa",
        "footer-background": "#f0f3f6",
        "footer-key-foreground": "#0b7f5f",
        "footer-description-foreground": "#1b2733",
        "input-selection-background": "#1769aa 30%",
    },
)

GREY = Theme(
    name="ocppscope-256",
    primary="#5fafff",
    secondary="#af87ff",
    success="#5fd787",
    warning="#ffaf5f",
    error="#ff5f5f",
    accent="#00d7af",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    variables={
        "up": "#5fafff",
        "down": "#af87ff",
        "muted": "#8a8a8a",
        "cursor": "#3a3a3a",
        "tied": "#262626",
        "track": "#303030",
        "frame": "#3a3a3a",
        "frame-focus": "#5fafff",
        "footer-background": "#1c1c1c",
        "footer-key-foreground": "#00d7af",
        "footer-description-foreground": "#d0d0d0",
        "input-selection-background": "#444444",
    },
)
"""Every colour stands in the 256-colour table: a dark navy tint would be rounded to teal there."""

THEMES = (DARK, LIGHT, GREY)

_VARIABLES = {
    "text": "foreground",
    "ok": "success",
    "warn": "warning",
    "error": "error",
    "accent": "accent",
    "up": "up",
    "down": "down",
    "muted": "muted",
    "track": "track",
    "frame": "frame",
    "panel": "panel",
    "surface": "surface",
}
_MODIFIERS = frozenset({"bold", "italic", "underline", "reverse", "strike", "dim"})


def variables_for(theme: Theme) -> dict[str, str]:
    """Our own variables for a theme that does not know them: Textual's built-in ones and those of a user."""
    if theme.ansi:
        return {
            "up": "ansi_blue",
            "down": "ansi_magenta",
            "muted": "ansi_bright_black",
            "cursor": "ansi_default",
            "tied": "ansi_default",
            "track": "ansi_default",
            "frame": "ansi_bright_black",
            "frame-focus": "ansi_blue",
        }
    made = theme.to_color_system().generate()
    ground = _parse(made["background"])
    text = _parse(made["foreground"])
    primary = _parse(made["primary"])
    secondary = _parse(made["secondary"])
    return {
        "up": primary.hex,
        "down": secondary.hex if secondary.hex != primary.hex else _parse(made["accent"]).hex,
        "muted": ground.blend(text, 0.58).hex,
        "cursor": ground.blend(primary, 0.28).hex,
        "tied": ground.blend(primary, 0.12).hex,
        "track": ground.blend(text, 0.12).hex,
        "frame": ground.blend(text, 0.22).hex,
        "frame-focus": primary.hex,
    }


class Palette:
    """Token to Rich style, for one theme. Make a new one when the theme changes."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._colours = {token: _parse(variables.get(name, "")) for token, name in _VARIABLES.items()}
        self._styles: dict[str, Style] = {"": Style()}
        self._variables = variables

    @cached_property
    def lifted(self) -> "Palette":
        """For the row under the cursor: what is muted elsewhere is plain text there, on a ground that is brighter."""
        plain = self._variables.get("foreground", "")
        return Palette({**self._variables, "muted": plain, "frame": self._variables.get("muted", "")})

    def style(self, token: str) -> Style:
        """The style of a token with its modifiers, ``"error bold"``; ``"on track"`` paints the ground instead.

        Unknown words are ignored, so a theme never crashes a cell.
        """
        style = self._styles.get(token)
        if style is None:
            style = self._styles[token] = self._made(token.split())
        return style

    def _made(self, words: list[str]) -> Style:
        colour = ground = None
        modifiers = {}
        behind = False
        for word in words:
            if word == "on":
                behind = True
            elif word in _MODIFIERS:
                modifiers[word] = True
            elif word in self._colours and behind:
                ground = self._colours[word].rich_color
            elif word in self._colours:
                colour = self._colours[word].rich_color
        return Style(color=colour, bgcolor=ground, **modifiers)  # type: ignore[arg-type] # a mapping of flags


def _parse(value: str) -> Color:
    try:
        return Color.parse(value)
    except ColorParseError:
        return Color.parse("ansi_default")
