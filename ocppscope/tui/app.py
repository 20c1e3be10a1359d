"""The application: themes, clipboard, command palette, and the way in for `cli`."""

import asyncio
import contextlib
import signal
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from ocppscope.inspect.inspector import Inspector
from ocppscope.tui.actions import ACTIONS
from ocppscope.tui.feed import Feed
from ocppscope.tui.run import Engine, Outcome, Run
from ocppscope.tui.screens.steering import MainScreen
from ocppscope.tui.source import source_of
from ocppscope.tui.theme import DARK, GREY, THEMES, variables_for

if TYPE_CHECKING:
    from ocppscope.conformance.switches import Switches
    from ocppscope.pics.profile import Profile


class OcppScope(App[Outcome]):
    """The terminal UI.

    Args:
        captures: files to show, one after the other; one that grows when ``live``.
        live: keep reading as the capture grows, and let time pass.
        engine: the process that listens, if it is ours.
        profiles: PICS profiles.
        switches: which rules are asked.
        filter_text: filter to begin with.
        mode: word in the top bar: "proxy", "demo", "tail", "file".

    Raises:
        CaptureError: a path is no readable capture.
        SwitchError: a profile switches a rule that there is not.
    """

    TITLE = "ocppscope"
    CSS_PATH = "screens/main.tcss"  # here, because the style sheet of a default screen is not read
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "interrupt", "Copy or quit", show=False, priority=True)]
    # No ClassVar: Textual's own annotation makes mypy take these for instance variables.
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-slim"),
        (60, "-narrow"),
        (100, "-normal"),
        (150, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-short"), (30, "-tall")]  # noqa: RUF012
    CSS = """
    Toast { background: $panel; padding: 0 1; }
    Toast.-information { border-left: outer $accent; }
    CommandPalette > Vertical { width: 60; max-width: 96%; }
    CommandPalette #--input { border: round $accent; background: $surface; }
    CommandPalette SearchIcon { display: none; }
    CommandPalette CommandList { background: $surface; scrollbar-size-vertical: 1; scrollbar-color: $muted; }
    CommandPalette CommandList > .option-list--option-highlighted { background: $cursor; }
    Tooltip { background: $panel; color: $foreground; }
    """

    def __init__(
        self,
        captures: Sequence[str | Path],
        *,
        live: bool = False,
        engine: Engine | None = None,
        profiles: Sequence["Profile"] = (),
        switches: "Switches | None" = None,
        filter_text: str = "",
        mode: str = "file",
    ) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        feed = Feed(source_of(captures, grows=live), lambda: Inspector(profiles, switches), live=live)
        self.run_state = Run(feed, profiles, switches)
        self._capture = Path(captures[0])
        self._engine = engine
        self._filter_text = filter_text
        self._mode = mode

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours for themes that do not know them."""
        return variables_for(self.current_theme)

    def get_default_screen(self) -> Screen[None]:
        """The main screen, without an empty one below."""
        return MainScreen(
            self.run_state,
            capture=self._capture,
            mode=self._mode,
            engine=self._engine,
            filter_text=self._filter_text,
        )

    def on_mount(self) -> None:
        """Choose the theme, and leave in order when the system asks."""
        if self.theme == "textual-dark":
            self.theme = theme_for(self.console.color_system).name
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.leave)

    def on_unmount(self) -> None:
        """Let go of the capture."""
        self.run_state.feed.close()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action by name, and every theme by way of Textual's own list."""
        yield SystemCommand("Choose a theme", "Ours and all of Textual's", self.action_change_theme)
        if not isinstance(screen, MainScreen):
            return
        for action in ACTIONS:
            if action.palette and (action.call != "follow" or self.run_state.live):
                yield SystemCommand(action.title, f"key {action.key}", partial(screen.run_action, action.call))

    def action_next_theme(self) -> None:
        """Our themes in turn."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    def action_interrupt(self) -> None:
        """Ctrl+C: copy what is selected, else quit."""
        if self.screen.get_selected_text():
            self.screen.action_copy_text()
        elif isinstance(self.screen, MainScreen):
            self.screen.action_leave()
        else:
            self.leave()

    def leave(self) -> None:
        """Quit now, with what there is to say."""
        inspector = self.run_state.inspector
        counts = inspector.findings.counts
        self.exit(
            Outcome(
                self._capture,
                messages=self.run_state.rows.messages,
                errors=counts["error"],
                warnings=counts["warning"],
                stations=len(inspector.stations),
            )
        )


def theme_for(colour_system: str | None) -> Theme:
    """Ours for true colour; the grey one where dark tints would be rounded to something else."""
    return DARK if colour_system in ("truecolor", None) else GREY


def run(
    capture: str | Path | Sequence[str | Path],
    *,
    live: bool = False,
    engine: Engine | None = None,
    profiles: Sequence["Profile"] = (),
    switches: "Switches | None" = None,
    filter_text: str = "",
    title: str = "",
) -> Outcome:
    """Show captures until the user leaves.

    Args:
        capture: one path or several.
        live: it grows.
        engine: the process that listens, if it is ours.
        profiles: PICS profiles whose limits hold.
        switches: which rules are asked, and with which thresholds.
        filter_text: filter to begin with.
        title: word in the top bar; by default "proxy" with an engine, "tail" for a file that grows, else "file".

    Returns:
        What there is to say on leaving.

    Raises:
        CaptureError: a path is no readable capture.
        SwitchError: a profile switches a rule that there is not.
    """
    captures = [capture] if isinstance(capture, str | Path) else list(capture)
    mode = title or ("proxy" if engine is not None else "tail" if live else "file")
    app = OcppScope(
        captures,
        live=live,
        engine=engine,
        profiles=profiles,
        switches=switches,
        filter_text=filter_text,
        mode=mode,
    )
    return app.run() or Outcome(Path(captures[0]))
