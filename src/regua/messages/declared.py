"""Everything a message may name: variables, fields of items and loops, filters. One table each, read by all.

The lengths make a message bounded: what a text can grow to is known when it is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from attrs import frozen

DEFAULT_LANGUAGE: Final = "pt-BR"
"""BCP 47 tag of the texts that regua brings, and of those used where a language has none."""

CALL_SCRIPT: Final = "ligacao"
"""Template that who phones reads from, where a task names none."""

PLAIN_CHANNELS: Final = frozenset({"sms", "whatsapp"})
"""Names of channels that are read as they are written: no HTML is made for them, whatever they declare."""

LONGEST_TEXT: Final = 30_000
"""Characters of the longest text that a file may give, whatever it is filled with."""

LONGEST_HTML: Final = 300_000
"""Characters of the longest HTML, likewise."""

LONGEST_SUBJECT: Final = 200
"""Characters of the longest subject; a longer one is cut."""

MOST_ITEMS: Final = 60
"""Items that a message lists; `omitted` says how many more there are."""

LARGEST_NUMBER: Final = 10**12

_LINK: Final = r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?"
_BOLETO_LINE: Final = r"[0-9][0-9. -]*[0-9]"
_PIX_CODE: Final = r"[!-~]+(?: [!-~]+)*"

Kind = Literal["text", "number", "flag", "items"]
"""What a value is: a string, a whole number, true or false, or the list of items."""

Scalar = str | int | bool
Value = Scalar | Sequence[Mapping[str, Scalar]]


@frozen(kw_only=True)
class Variable:
    """One name that a message may use.

    Attributes:
        kind: of its values.
        meaning: in words, for the reference.
        example: what the reference shows and a file is tried with.
        longest: characters that its values are cut to.
        form: what its values are like as a whole, where a cut or altered one would mislead; any other becomes "".
        like: one of that form.
    """

    kind: Kind
    meaning: str
    example: Value
    longest: int = 200
    form: re.Pattern[str] | None = None
    like: str = ""


def _text(meaning: str, example: str, longest: int = 200) -> Variable:
    return Variable(kind="text", meaning=meaning, example=example, longest=longest)


def _whole(meaning: str, longest: int, form: str, like: str) -> Variable:
    return Variable(kind="text", meaning=meaning, example="", longest=longest, form=re.compile(form), like=like)


def _number(meaning: str, example: int) -> Variable:
    return Variable(kind="number", meaning=meaning, example=example, longest=len(str(-LARGEST_NUMBER)))


ITEM: Final[dict[str, Variable]] = {
    "receivable": _text("id of the receivable, as the creditor numbers it", "nf-1", 60),
    "amount": _text('balance today, such as `R$ 1.234,56`; "" where there is none to tell', "R$ 153,20", 40),
    "original": _text('the value of the receivable as issued; "" where it is not known', "R$ 150,00", 24),
    "principal": _text('the part of it that is principal, less rebate; "" where it is not known', "R$ 150,00", 24),
    "discount": _text('what is taken off for paying that day; "" where nothing is', "", 24),
    "fine": _text('the part that is late fine (multa); "" where there is none', "R$ 3,00", 24),
    "interest": _text('the part that is late interest (juros de mora); "" where there is none', "R$ 0,20", 24),
    "correction": _text('the part that is monetary correction; "" where there is none', "", 24),
    "due": _text('due date as printed, such as `18/04/2026`; "" where it is not known', "18/04/2026", 10),
    "days_overdue": _number("civil days since that due date; 0 if not late, or if nothing is asked for it", 4),
}

LOOP: Final[dict[str, Variable]] = {
    "index": _number("number of the item, from 1", 1),
    "length": _number("number of items", 1),
    "first": Variable(kind="flag", meaning="whether it is the first", example=True),
    "last": Variable(kind="flag", meaning="whether it is the last", example=True),
}

DECLARED: Final[dict[str, Variable]] = {
    "creditor_name": _text("who is owed, as debtors know it", "Loja da Ana"),
    "creditor_document": _text("its CPF or CNPJ", "11.222.333/0001-81"),
    "creditor_address": _text("its address", "Rua das Flores, 10, São Paulo"),
    "debtor_name": _text('who owes; "" where the creditor keeps no name, or it was erased', "Bruno Lima"),
    "items": Variable(
        kind="items",
        meaning=f"what the message is about, oldest due first, at most {MOST_ITEMS}; may be empty",
        example=[{name: field.example for name, field in ITEM.items()}],  # type: ignore[misc]
    ),
    "omitted": _number("receivables that the list leaves out; 0 unless there are very many", 0),
    "total": _text('sum of all amounts, those left out too; "" where there is none', "R$ 153,20"),
    "today": _text("the day on which the amounts are those", "22/04/2026", 10),
    "valid_until": _text('last day on which the amounts hold; "" where none was quoted', "25/04/2026", 10),
    "boleto_line": _whole(
        'linha digitável of a boleto over what is asked for; "" where there is none', 60, _BOLETO_LINE, "0" * 47
    ),
    "pix_code": _whole('Pix copia e cola over it; "" where there is none', 512, _PIX_CODE, "000201"),
    "pay_url": _whole(
        'page on which it can be paid, beginning with `https://`; "" where there is none',
        300,
        _LINK,
        "https://example.invalid/",
    ),
    "offer_amount": _text('what an open offer asks for instead; "" where there is none', "", 40),
    "offer_until": _text('last day on which that offer can be accepted; "" where there is none', "", 10),
}

VARIABLES: Final[Mapping[str, str]] = {name: variable.meaning for name, variable in DECLARED.items()}
"""Every variable of a message, and what it means."""

ITEM_FIELDS: Final[Mapping[str, str]] = {name: field.meaning for name, field in ITEM.items()}
"""Every field of one of `items`, and what it means."""

LOOP_FIELDS: Final[Mapping[str, str]] = {name: field.meaning for name, field in LOOP.items()}
"""What `loop` knows inside a loop."""

SPECIMEN: Final[Mapping[str, Value]] = {name: variable.example for name, variable in DECLARED.items()}
"""A contact as an example; every file is rendered with it when it is loaded."""

FILTERS: Final[Mapping[str, str]] = {
    "capitalize": "first letter large, the others small",
    "length": "how many items, or how many characters",
    "lower": "small letters",
    "title": "each word with a large first letter",
    "upper": "large letters",
}
"""Every filter that a message may use, and what it gives."""
