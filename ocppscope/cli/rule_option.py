"""``--rule``: which rules are asked, and with which thresholds."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ocppscope.conformance.switches import Switches
    from ocppscope.pics.profile import Profile

Command = TypeVar("Command", bound=Callable[..., Any])

_NAME = "--rule"
_WORDS = "words of the command line"


class RuleSwitching(click.Command):
    """A command with ``--rule``: completes values that begin with a dash, which click takes for options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, and remember the words."""
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """What may come next."""
        words = ctx.meta.get(_WORDS, ())
        option = next((parameter for parameter in self.params if _NAME in parameter.opts), None)
        if option is not None and words[-1:] == (_NAME,):
            return option.shell_complete(ctx, incomplete)
        return super().shell_complete(ctx, incomplete)


def rule_option(command: Command) -> Command:
    """``--rule``: as often as there is something to switch; the last that fits decides."""
    return click.option(
        _NAME,
        "switched",
        metavar="SWITCH",
        multiple=True,
        shell_complete=_switches,
        help="-STA-001 turns a rule off, +TXN a family on; also a severity (-info), a requirement (-judgement), or all. "
        "SES-012.warning_s=20 sets a threshold. May be repeated; the last that fits decides. See `rules list`.",
    )(command)


def read_rules(texts: Sequence[str], profiles: "Sequence[Profile]" = ()) -> "Switches | None":
    """The switches of all ``--rule``, None without any.

    Args:
        texts: as typed.
        profiles: what they switch is looked at, too, so that a mistake is said before any work is done.

    Raises:
        click.BadParameter: one of them fits nothing; the message says what was probably meant.
        SwitchError: the same of a profile's.
    """
    switching = [profile for profile in profiles if profile.rules]
    if not texts and not switching:
        return None
    from ocppscope.conformance.registry import all_rules
    from ocppscope.conformance.switches import SwitchError, read_switches

    for profile in switching:
        read_switches(profile.rules, all_rules(), f"profile {profile.name}: ")
    if not texts:
        return None
    try:
        return read_switches(texts, all_rules())
    except SwitchError as error:
        raise click.BadParameter(str(error), param_hint=f"'{_NAME}'") from None


def _switches(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    sign, word = (incomplete[:1], incomplete[1:]) if incomplete[:1] in ("+", "-") else ("", incomplete)
    if sign:
        return [CompletionItem(f"{sign}{name}", help=what) for name, what in _words() if _begins(name, word)]
    thresholds = [CompletionItem(f"{name}=", help=what) for name, what in _thresholds() if word and _begins(name, word)]
    signs = [CompletionItem("-", help="turn off"), CompletionItem("+", help="turn on")]
    return thresholds or ([] if word else signs)


def _begins(name: str, word: str) -> bool:
    return name.lower().startswith(word.lower())


def _words() -> Iterator[tuple[str, str]]:
    """Everything that a switch may name, the broad first."""
    from ocppscope.conformance.families import families
    from ocppscope.conformance.registry import all_rules
    from ocppscope.conformance.rule import Requirement
    from ocppscope.conformance.switches import ALL
    from ocppscope.model.finding import Severity

    yield ALL, "every rule"
    yield from ((severity.value, "findings of this severity") for severity in Severity)
    yield from ((requirement.value.lower(), "rules demanded like this") for requirement in Requirement)
    for family in families(all_rules()):
        yield family.key, family.title
        yield from ((rule.id, rule.name) for rule in family.rules)


def _thresholds() -> Iterator[tuple[str, str]]:
    from ocppscope.conformance.registry import all_rules

    for rule in all_rules():
        yield from ((f"{rule.id}.{threshold.name}", threshold.what) for threshold in rule.thresholds)
