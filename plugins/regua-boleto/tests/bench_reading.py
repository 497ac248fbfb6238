"""How fast lines are read: 100,000 of them, and the same lines through a loop that computes the check digits alone.

python plugins/regua-boleto/tests/bench_reading.py
"""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from time import process_time

from regua.core.money import Money
from regua_boleto import BankSlip, CollectionSlip, read

LINES = 100_000
TODAY = date(2026, 11, 21)


def lines() -> list[str]:
    """Three boletos of banks to one arrecadação, no two the same."""
    made = []
    for number in range(LINES):
        if number % 4:
            due, amount = date.fromordinal(TODAY.toordinal() + number % 900), Money(1000 + number)
            made.append(BankSlip(bank="237", due=due, amount=amount, free=f"{number * 7919:025}").line)
        else:
            identifier, free = "68"[number % 8 // 4], f"{number * 7919:025}"
            slip = CollectionSlip(segment="3", identifier=identifier, value=1000 + number, company="0048", free=free)
            made.append(slip.line)
    return made


def naive(line: str) -> bool:
    """The check digits of a bank's line in the plainest way, and nothing else of what reading does."""
    for first, last in ((0, 9), (10, 20), (21, 31)):
        total, weight = 0, 2
        for digit in reversed(line[first:last]):
            product = int(digit) * weight
            total += product // 10 + product % 10
            weight = 3 - weight
        if str(-total % 10) != line[last]:
            return False
    code = line[:4] + line[33:] + line[4:9] + line[10:20] + line[21:31]
    total, weight = 0, 2
    for digit in reversed(code):
        total += int(digit) * weight
        weight = 2 if weight == 9 else weight + 1
    return str({0: 1, 1: 1, 10: 1}.get(total % 11, 11 - total % 11)) == line[32]


def timed(work: Callable[[str], object], given: Iterable[str]) -> float:
    """Seconds of processor time that it takes."""
    begun = process_time()
    for line in given:
        work(line)
    return process_time() - begun


def main() -> None:
    """Measure both and print them."""
    given = lines()
    banks = [line for line in given if len(line) == 47]
    all_of_it = timed(lambda line: read(line, as_of=TODAY), given)
    ours = timed(lambda line: read(line, as_of=TODAY), banks)
    plain = timed(naive, banks)
    sys.stdout.write(
        f"{len(given):,} lines in {all_of_it:.2f} s: {all_of_it / len(given) * 1e6:.1f} µs a line; "
        f"lines of banks take {ours / plain:.2f} times a naive loop over their check digits\n"
    )


if __name__ == "__main__":
    main()
