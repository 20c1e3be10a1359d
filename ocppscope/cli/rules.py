"""``ocppscope rules``: what is checked, and the page of each rule."""

import sys
from typing import TYPE_CHECKING

import click

from ocppscope.cli.console import console_on

if TYPE_CHECKING:
    from ocppscope.conformance.rule import Rule


@click.group(
    name="rules",
    epilog="""\b
Examples:
  ocppscope rules list
  ocppscope rules show RPC-008""",
)
def command() -> None:
    """List the conformance rules, or explain one."""


@command.command(
    "list",
    epilog="""\b
Example:
  ocppscope rules list --format json | jq -r '.[] | select(.severity == "error") | .id'""",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Kind of output."
)
def list_rules(form: str) -> None:
    """List every rule with its severity, versions and clause."""
    from ocppscope.conformance.registry import all_rules
    from ocppscope.report import rule_page

    if form == "json":
        click.echo(rule_page.catalogue_json(all_rules()))
        return
    with console_on(sys.stdout) as console:
        rule_page.print_catalogue(all_rules(), console)


def _rule_ids(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from ocppscope.conformance.registry import all_rules

    return [rule.id for rule in all_rules() if rule.id.startswith(incomplete.upper())]


@command.command(
    "show",
    epilog="""\b
Example:
  ocppscope rules show RPC-008""",
)
@click.argument("rule_id", metavar="RULE-ID", shell_complete=_rule_ids)
def show_rule(rule_id: str) -> None:
    """Explain a rule: what it finds, why it matters, usual causes, what to do, with examples."""
    from ocppscope.report import rule_page

    with console_on(sys.stdout) as console:
        rule_page.print_rule(_known(rule_id), console)


def _known(rule_id: str) -> "Rule":
    from ocppscope.conformance import registry

    rule = registry.rule(rule_id)
    if rule is None:
        raise click.BadParameter(
            f"there is no rule {rule_id!r}; 'ocppscope rules list' lists all", param_hint="RULE-ID"
        )
    return rule
