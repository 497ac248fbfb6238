"""Feeds broken lines to the readers for a while; whatever is raised that is no `BoletoError` ends it with its seed.

python plugins/regua-boleto/tests/fuzz_reading.py [SECONDS [SEED]]
"""

import json
import random
import sys
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Final

from regua_boleto import BankSlip, BoletoError, read, read_free

ROWS: Final = [json.loads(line) for line in (Path(__file__).parent / "vectors.jsonl").read_text("utf-8").splitlines()]
WHOLE: Final = [row[name] for row in ROWS for name in ("barcode", "linha", "value") if row.get(name)]
STRANGE: Final = [*"0123456789" * 4, *" .-\t\n\r\x00abcE+_eé²٣\uff10①\u202e\ud800\U0001d7d8", "", "0" * 50, "1" * 300]
DAYS: Final = (1, date.max.toordinal())


def broken(chance: random.Random) -> str | bytes:
    """A published line with a few changes, or nothing of the kind."""
    text = list(chance.choice(WHOLE))
    for _ in range(chance.randrange(6)):
        place = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            text[place : place + 1] = chance.choice(STRANGE)
        elif kind == 1:
            text[place:place] = chance.choice(STRANGE)
        elif kind == 2:
            text[place : place + 2] = reversed(text[place : place + 2])
        else:
            del text[place : place + chance.randrange(4)]
    whole = "".join(text)
    if chance.randrange(20) == 0:
        return chance.randbytes(chance.randrange(120))
    return whole.encode("utf-8", "surrogatepass") if chance.randrange(4) == 0 else whole


def tried(text: str | bytes, as_of: date) -> bool:
    """Whether it reads; then it is written and read again, and so is its campo livre."""
    try:
        slip = read(text, as_of=as_of)
    except BoletoError:
        return False
    assert read(slip.line, as_of=as_of) == slip
    assert read(slip.masked_line, as_of=as_of) == slip
    if isinstance(slip, BankSlip):
        assert all(reading.digits == slip.free for reading in read_free(slip.bank, slip.free))
    return True


def main(seconds: str = "600", seed: str = "0") -> None:
    """Try until the time is over."""
    chance, end, count, well = random.Random(int(seed)), monotonic() + float(seconds), 0, 0  # noqa: S311 - not secret
    while monotonic() < end:
        for _ in range(1000):
            text, as_of = broken(chance), date.fromordinal(chance.randint(*DAYS))
            if chance.randrange(2):
                as_of = date(2026, 11, 21)
            try:
                well += tried(text, as_of)
            except Exception:
                sys.stdout.write(f"seed {seed}, case {count}: {text!r} as of {as_of}\n")
                raise
            count += 1
    sys.stdout.write(f"{count:,} texts, {well:,} of them read; nothing but BoletoError was raised\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
