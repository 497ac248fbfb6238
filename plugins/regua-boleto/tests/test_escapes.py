"""Which single wrong digits and which swaps of two neighbours the check digits let through: all of them, derived.

A bank's line. Modulo 10 notices every wrong digit of its field, and every swap but that of 0 and 9. The general digit
notices both of whatever it guards, since no two neighbours have the same weight modulo 11, unless it is 1, which stands
for three rests (0, 1 and 10).

An arrecadação. Modulo 10 as above, and there is nothing else. Modulo 11 notices everything, unless the digit is 0,
which stands for two rests (0 and 1); each digit is guarded twice, so both check digits must be 0.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import frozen

from regua_boleto import BoletoError, read

pytestmark = pytest.mark.one_python

TODAY = date(2026, 11, 21)
ROWS = [json.loads(line) for line in (Path(__file__).parent / "vectors.jsonl").read_text("utf-8").splitlines()]
BANK = sorted({row["linha"] for row in ROWS if row["kind"] == "boleto"})[::4]
COLLECTION = sorted({row["linha"] for row in ROWS if row["kind"] == "arrecadacao"})
FIELD_OF = [1] * 10 + [2] * 11 + [3] * 11 + [4] + [5] * 14
"""The field of each digit of a bank's line."""


@frozen
class Change:
    """A line and what came of it; places count from 0, and `place` is the first of the changed ones."""

    line: str
    changed: str
    place: int
    swap: bool

    @property
    def pair(self) -> set[str]:
        """The digits that were swapped."""
        return set(self.line[self.place : self.place + 2])


def changes(line: str) -> Iterator[Change]:
    """Every single wrong digit, and every swap of neighbours that are not the same."""
    for place, digit in enumerate(line):
        for other in "0123456789".replace(digit, ""):
            yield Change(line, line[:place] + other + line[place + 1 :], place, swap=False)
    for place, (first, second) in enumerate(pairwise(line)):
        if first != second:
            yield Change(line, line[:place] + second + first + line[place + 2 :], place, swap=True)


@cache
def escapes(line: str) -> tuple[Change, ...]:
    """The changes that no digit betrays; a fator out of reach is no check digit."""
    return tuple(change for change in changes(line) if passes(change.changed))


def passes(line: str) -> bool:
    """Whether it reads, or would as of another day."""
    try:
        read(line, as_of=TODAY)
    except BoletoError as error:
        return all(problem.code == "due" for problem in error.problems)
    return True


def rest(code: str) -> int:
    """The rest modulo 11 of a bank's bar code without its general digit, in the plainest way."""
    digits = [int(digit) for digit in code[:4] + code[5:]]
    return sum(digit * (2 + index % 8) for index, digit in enumerate(reversed(digits))) % 11


def barcode(line: str) -> str:
    """The 44 digits of 47."""
    return line[:4] + line[32:] + line[4:9] + line[10:20] + line[21:31]


def expected_of_a_bank(line: str) -> set[Change]:
    """What the general digit 1 does not tell apart, and nothing else."""
    found = set()
    for change in changes(line):
        first, last = FIELD_OF[change.place], FIELD_OF[change.place + change.swap]
        ones = {line[32], change.changed[32]} == {"1"} and rest(barcode(change.changed)) in (0, 1, 10)
        in_due_or_value = (first, last) == (5, 5)
        zero_and_nine = change.swap and first == last < 4 and change.pair == {"0", "9"} and change.changed[3] == "9"
        with_general = change.swap and first == 4 and "1" in change.pair
        if (ones and (in_due_or_value or zero_and_nine)) or (with_general and passes(change.changed)):
            found.add(change)
    return found


@pytest.mark.parametrize("line", BANK)
def test_what_a_bank_line_lets_through(line: str) -> None:
    """Exactly what is derived: below a general digit 1, in the fator or the value, or where 0 and 9 are swapped."""
    assert set(escapes(line)) == expected_of_a_bank(line)


def test_a_bank_line_whose_general_digit_is_not_1() -> None:
    """Lets no wrong digit through, and one swap: that of the general digit with a 1 beside it."""
    found = [change for line in BANK if line[32] != "1" for change in escapes(line)]
    assert all(change.swap and change.place == 32 and change.line[33] == "1" for change in found)
    assert len([line for line in BANK if line[32] != "1"]) > len(BANK) / 2


@pytest.mark.parametrize("line", [line for line in COLLECTION if line[2] in "67"])
def test_what_an_arrecadacao_of_modulo_10_lets_through(line: str) -> None:
    """Every swap of 0 and 9 within the eleven digits of a block, and nothing else."""
    found = {change for change in changes(line) if change.swap and change.pair == {"0", "9"}}
    assert set(escapes(line)) == {change for change in found if change.place % 12 < 10}


@pytest.mark.parametrize("line", [line for line in COLLECTION if line[2] in "89"])
def test_what_an_arrecadacao_of_modulo_11_lets_through(line: str) -> None:
    """Only what changes both a block whose digit is 0 and a whole whose digit is 0, before or after the change."""
    for change in escapes(line):
        block = change.place // 12 * 12 + 11
        assert "0" in (line[block], change.changed[block])
        assert "0" in (line[3], change.changed[3])


def test_both_kinds_are_met() -> None:
    """The published lines have examples of what goes through, so that the tests above compare something."""
    met = Counter(change.swap for line in BANK + COLLECTION for change in escapes(line))
    assert met[True] > 10
    assert met[False] > 10
