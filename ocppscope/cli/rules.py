"""``ocppscope rules``: what is checked, and the page of each rule."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from ocppscope.cli.console import console_on

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ocppscope.conformance.rule import Rule

EVERYTHING = "all"

_SEVERITIES = ("error", "warning", "info")
_VERSIONS = ("1.6", "2.0.1", "2.1")


@click.group(
    name="rules",
    epilog="""\b
Examples:
  ocppscope rules list --family TXN
  ocppscope rules list clock --severity error
  ocppscope rules show RPC-008""",
)
def command() -> None:
    """List the conformance rules, or explain them.

    Every rule says what it finds, why it matters, what usually causes it, what to do, and which clause demands it. Other
    commands switch rules and set their thresholds with --rule.
    """


def _families(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    return [item for item in _known_words() if "-" not in item.value and _begins(item, incomplete)]


def _words(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    return [item for item in _known_words() if _begins(item, incomplete)]


def _begins(item: "CompletionItem", incomplete: str) -> bool:
    return bool(item.value.lower().startswith(incomplete.lower()))


def _known_words() -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from ocppscope.conformance.families import families
    from ocppscope.conformance.registry import all_rules

    found = []
    for family in families(all_rules()):
        found.append(CompletionItem(family.key, help=family.title))
        found += [CompletionItem(rule.id, help=rule.name) for rule in family.rules]
    return found


@command.command(
    "list",
    epilog="""\b
Examples:
  ocppscope rules list --family TXN --version 2.0.1
  ocppscope rules list 'never|late' --severity error
  ocppscope rules list --format json | jq -r '.[] | select(.requirement == "MUST") | .id'""",
)
@click.argument("pattern", metavar="[PATTERN]", default="")
@click.option(
    "--family",
    metavar="FAMILY",
    multiple=True,
    shell_complete=_families,
    help="Only these, such as TXN. May be repeated.",
)
@click.option(
    "--severity", type=click.Choice(_SEVERITIES), multiple=True, help="Only rules that find this. May be repeated."
)
@click.option("--version", type=click.Choice(_VERSIONS), help="Only what is asked of this version of OCPP.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Kind of output. JSON has the whole documentation, thresholds and examples.",
)  # fmt: skip
def list_rules(
    pattern: str, *, family: tuple[str, ...], severity: tuple[str, ...], version: str | None, form: str
) -> None:
    """List the rules, all or some.

    A table a family: severity, OCPP versions, who is at fault, how firmly it is demanded, what is found.

    PATTERN is a regular expression that is looked for in id and name, in any letter case.
    """
    rules = _chosen(pattern, family, severity, version)
    if form == "json":
        from ocppscope.report import rule_data

        click.echo(rule_data.encode(rules))
        return
    from ocppscope.report import rule_list

    if not rules:
        click.echo("no rule fits", err=True)
        return
    with console_on(sys.stdout) as console:
        rule_list.print_catalogue(rules, console)


def _chosen(pattern: str, families: Iterable[str], severities: Sequence[str], version: str | None) -> "list[Rule]":
    import re

    from ocppscope.conformance.families import family_of
    from ocppscope.conformance.registry import all_rules

    wanted = {_known_family(name) for name in families}
    try:
        look = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise click.BadParameter(f"{pattern!r} is no regular expression: {error}", param_hint="PATTERN") from None
    return [
        rule
        for rule in all_rules()
        if (not wanted or family_of(rule) in wanted)
        and (not severities or rule.severity.value in severities)
        and (version is None or version in {one.value for one in rule.versions})
        and look.search(f"{rule.id} {rule.name}")
    ]


def _known_family(name: str) -> str:
    from ocppscope.conformance.families import families
    from ocppscope.conformance.registry import all_rules

    known = [family.key for family in families(all_rules())]
    if name.upper() not in known:
        raise click.BadParameter(
            f"there is no family {name!r}; families are {', '.join(known)}", param_hint="'--family'"
        )
    return name.upper()


@command.command(
    "show",
    epilog="""\b
Examples:
  ocppscope rules show RPC-008
  ocppscope rules show txn-001 STA
  ocppscope rules show all --format md > rules.md""",
)
@click.argument("names", metavar="RULE-ID...", nargs=-1, required=True, shell_complete=_words)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md"]), default="text", show_default=True,
    help="Kind of output.",
)  # fmt: skip
def show_rules(names: tuple[str, ...], *, form: str) -> None:
    """Explain rules, families of them, or all.

    What a rule finds, why it matters, usual causes, what to do, the clause, thresholds, and examples with what they give.

    RULE-ID is an id such as RPC-008, a family such as TXN for all of its rules, or all; in any letter case.
    """
    rules = list(dict.fromkeys(rule for name in names for rule in _named(name)))
    if form == "json":
        from ocppscope.report import rule_data

        click.echo(rule_data.encode(rules, findings=True))
        return
    if form == "md":
        from ocppscope.report import rule_markdown

        click.echo(rule_markdown.markdown(rules))
        return
    from ocppscope.report import rule_page

    with console_on(sys.stdout) as console:
        rule_page.print_rules(rules, console)


def _named(name: str) -> "Sequence[Rule]":
    """The rules that a word of the command line means."""
    from ocppscope.conformance import registry
    from ocppscope.conformance.families import families

    one = registry.rule(name)
    if one is not None:
        return (one,)
    catalogue = registry.all_rules()
    if name.lower() == EVERYTHING:
        return [rule for family in families(catalogue) for rule in family.rules]
    of_family = next((family.rules for family in families(catalogue) if family.key == name.upper()), None)
    if of_family is None:
        raise click.BadParameter(
            f"there is no rule {name!r}{_meant(name, catalogue)}; 'ocppscope rules list' lists all",
            param_hint="RULE-ID",
        )
    return of_family


def _meant(name: str, rules: "Sequence[Rule]") -> str:
    """What was probably meant: ids that look alike, and a rule by the words of its name."""
    import difflib

    close = difflib.get_close_matches(name.upper(), [rule.id for rule in rules], 3, 0.7)
    named = [rule.id for rule in rules if name.strip() and name.lower() in rule.name.lower()]
    found = list(dict.fromkeys([*close, *named]))[:3]
    return f" (did you mean {' or '.join(filter(None, (', '.join(found[:-1]), found[-1])))}?)" if found else ""
