"""``ocppscope anonymize``: a capture that can be given away."""

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.cli import failures
from ocppscope.cli.options import read_options
from ocppscope.cli.output import format_for, opened, refuse_same_file, tell_what_was_lost, tell_what_was_read
from ocppscope.cli.progress import progress_bar

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ocppscope.capture.anonymity.pseudonyms import Pseudonyms
    from ocppscope.capture.options import ReadOptions
    from ocppscope.capture.reader import Capture
    from ocppscope.capture.record import Record

_MEANINGS = "\n".join(f"  {kind:<13} {kind.meaning}" for kind in Kind)


def _kinds(_context: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> tuple[Kind, ...]:
    """The kinds of ``--keep`` and ``--drop``, each also as a list with commas."""
    found = []
    for word in (part.strip().lower() for words_ in words for part in words_.split(",")):
        if word not in {kind.value for kind in Kind}:
            known = ", ".join(Kind)
            raise click.BadParameter(f"there is no kind {word!r}; kinds are: {known}", param=parameter)
        found.append(Kind(word))
    return tuple(found)


def _complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    done, comma, begun = incomplete.rpartition(",")
    return [
        CompletionItem(f"{done}{comma}{kind}", help=kind.meaning) for kind in Kind if kind.startswith(begun.lower())
    ]


@click.command(
    name="anonymize",
    epilog=f"""\b
Kinds, for --keep and --drop:
{_MEANINGS}

\b
Examples:
  ocppscope anonymize lab.jsonl for-the-vendor.jsonl
  ocppscope anonymize lab.jsonl.zst public.jsonl.zst --keep stations,serials --drop certificates
  ocppscope anonymize monday.pcapng monday.jsonl --salt "$(cat salt.txt)" && ocppscope report monday.jsonl""",
)
@click.argument("source", metavar="INPUT", type=click.Path())
@click.argument("output", metavar="OUTPUT", type=click.Path())
@click.option(
    "--keep",
    metavar="KIND,…",
    multiple=True,
    callback=_kinds,
    shell_complete=_complete,
    help="Leave this as it is. May be repeated.",
)
@click.option(
    "--drop",
    metavar="KIND,…",
    multiple=True,
    callback=_kinds,
    shell_complete=_complete,
    help="Of this leave only the shape, xxx000: different values then look alike, and rules may see other things.",
)
@click.option(
    "--salt",
    metavar="TEXT",
    help="Makes the same pseudonyms for several captures. Keep it to yourself. [default: a new one for each run]",
)
@click.option("--to", "to", metavar="FORMAT", help="Format of OUTPUT; without it its ending tells.")
@click.option("--force", is_flag=True, help="Overwrite OUTPUT if it exists.")
@read_options
def command(
    *,
    source: str,
    output: str,
    keep: tuple[Kind, ...],
    drop: tuple[Kind, ...],
    salt: str | None,
    to: str | None,
    force: bool,
    options: "ReadOptions",
) -> int:
    """Replace names by pseudonyms, so that a capture can be given away.

    What tells who and where is replaced: see the kinds below. The same value gets the same pseudonym everywhere, as long and of the same shape: transactions still correlate, and
    `report` finds the same in the copy. What stays: message ids, transaction and reservation ids, times, readings, vendor,
    model, firmware, names of settings. INPUT and OUTPUT are as for `convert`. What was replaced is counted on stderr.
    """
    if both := set(keep) & set(drop):
        raise click.UsageError(f"--keep and --drop of {', '.join(sorted(both))}: choose one")
    from ocppscope.capture.anonymity.anonymizer import Anonymizer
    from ocppscope.capture.lost import Lost
    from ocppscope.capture.reader import open_capture

    form = format_for(output, to)
    refuse_same_file(source, output)
    lost = Lost()
    anonymizer = Anonymizer(secrets.token_hex(16) if salt is None else salt, keep, drop)
    with progress_bar(source) as progress:
        capture = open_capture(source, progress, options)
        with _readable_twice(capture) as records, opened(output, force=force) as file:
            anonymizer.learn(records)
            form.write(anonymizer.anonymize(records), file, lost, lambda _record: ())
    tell_what_was_read(capture)
    _tell(anonymizer.pseudonyms, random=salt is None)
    tell_what_was_lost(lost, form.NAME)
    return failures.DONE


@contextmanager
def _readable_twice(capture: "Capture") -> "Iterator[Iterable[Record]]":
    """The records of a capture, from a file without a name where it can be read only once."""
    if capture.size is not None:
        yield capture
        return
    from ocppscope.capture.spool import Spool

    with tempfile.TemporaryFile() as file:
        yield Spool(capture, file)


def _tell(pseudonyms: "Pseudonyms", *, random: bool) -> None:
    counts = [
        f"{pseudonyms.distinct(kind):,} {kind} ({pseudonyms.replaced[kind]:,} places)"
        for kind in Kind
        if pseudonyms.replaced[kind]
    ]
    failures.note(f"replaced: {', '.join(counts) or 'nothing'}")
    if pseudonyms.kept:
        failures.note(f"kept: {', '.join(sorted(pseudonyms.kept))}")
    if random and counts:
        failures.note("the pseudonyms are made with a random salt and lead nowhere; --salt makes the same ones again")
