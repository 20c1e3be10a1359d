"""The command line: one command a file, nothing but parsing, one call, printing.

`main` is the entry point. It loads only what the command at hand needs: ``ocppscope --help`` imports click and the small
command modules, which import everything heavy inside their functions.
"""

from typing import NoReturn

from ocppscope.cli.group import run


def main() -> NoReturn:
    """Run the command line of this process and leave with its exit status."""
    raise SystemExit(run())
