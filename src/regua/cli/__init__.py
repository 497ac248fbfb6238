"""The command line: thin, it prints what the API returns. Here alone the clock is read.

main        the door: asks for click where it is missing
app         the list of commands, and what becomes of each kind of error
commands    one module a command, imported when it is called
options     what all commands understand, and how an instant is written
inputs      files, standard input and the shipped examples
asking      from the arguments of `plan` and `explain` to schedules
debtors     events by debtor, and the debtors that cannot be planned
opening     the engine of a `regua.toml`
people      files of personal data
worker      carries out what is due, for as long as it is to stay
crew        several workers under one parent
forms       schedules as table, CSV and JSON Lines
summary     what a plan came to, in a few lines
output      standard output in whole lines; files that appear whole or not at all
screen      notes, progress and colour
interrupts  Ctrl-C between two lines
"""

from __future__ import annotations

import gc
import sys
from importlib.util import find_spec

TYPE_CHECKING = False  # as in regua itself
if TYPE_CHECKING:
    from collections.abc import Sequence

COLLECTED = 50_000, 20, 20
"""Objects between two collections of cycles, in a process of our own: little that is made has any."""
MISSING = "regua: the command line needs click, which is not installed; install it: pip install 'regua[cli]'\n"
USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: what follows `regua`; by default what this process was given.

    Returns:
        The exit status: 0 well, 1 problems in what was given, 2 wrong usage, 3 a bug of regua, 130 after Ctrl-C,
        141 where nobody reads the output any more, 143 after SIGTERM.
    """
    from regua.cli.interrupts import Interrupted, listening

    if arguments is None:
        gc.set_threshold(*COLLECTED)
    if find_spec("click") is None:
        sys.stderr.write(MISSING)
        return USAGE
    try:
        with listening():
            from regua.cli.app import run

            return run(sys.argv[1:] if arguments is None else arguments)
    except Interrupted as interrupted:
        return interrupted.status
