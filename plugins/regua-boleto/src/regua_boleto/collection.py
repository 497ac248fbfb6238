"""Arrecadação: what utilities, cities and states collect, of 48 digits. Source: FEBRABAN, layout V04 of 28 May 2004."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from regua.core.money import Money
from regua_boleto.digits import mod10, mod11
from regua_boleto.problems import BoletoError, Problem, refuse, wrong_digit
from regua_boleto.text import is_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PRODUCT: Final = "8"
SEGMENTS: Final = {
    "1": "cities",
    "2": "water and sewage",
    "3": "electricity and gas",
    "4": "telecommunications",
    "5": "government bodies",
    "6": "others, by CNPJ",
    "7": "traffic fines",
    "9": "the bank's own use",
}
BY_CNPJ: Final = "6"
_RULES: Final[dict[str, Callable[[str], str]]] = {"6": mod10, "7": mod10, "8": mod11, "9": mod11}
_IN_REAL: Final = ("6", "8")
_BLOCK, _LINE_BLOCK = 11, 12


def _check_segment(_: object, __: object, value: Any) -> None:
    if not isinstance(value, str) or value not in SEGMENTS:
        raise refuse("segment", "segment", f"it is one of {', '.join(SEGMENTS)}")


def _check_identifier(_: object, __: object, value: Any) -> None:
    if not isinstance(value, str) or value not in _RULES:
        raise refuse("identifier", "identifier", f"it is one of {', '.join(_RULES)}")


def _check_value(_: object, __: object, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**_BLOCK:
        raise refuse("value", "value", "it is a whole number of at most 11 digits")


@frozen(kw_only=True)
class CollectionSlip:
    """What the bar code of an arrecadação says.

    Attributes:
        segment: one of `SEGMENTS`.
        identifier: 6 and 8: the value is cents; 7 and 9: a quantity of something that the collector knows; check digits
            are modulo 10 of 6 and 7, modulo 11 of 8 and 9.
        value: cents or quantity, at most 11 digits.
        company: the collector's four digits at FEBRABAN, or the first eight of its CNPJ in segment 6.
        free: what the collector makes of the rest: 25 digits, 21 in segment 6.

    Raises:
        BoletoError: what no bar code can carry.
    """

    segment: str = field(validator=_check_segment)
    identifier: str = field(validator=_check_identifier)
    value: int = field(validator=_check_value)
    company: str
    free: str

    def __attrs_post_init__(self) -> None:
        company, free = _widths(self.segment)
        for name, value, width in (("company", self.company, company), ("free", self.free, free)):
            if not is_digits(value, width):
                raise refuse("value", name, f"in segment {self.segment} it is {width} ASCII digits")

    @property
    def amount(self) -> Money | None:
        """The value, where it is money."""
        return Money(self.value) if self.identifier in _IN_REAL else None

    @property
    def possible_due(self) -> date | None:
        """The date of this century that `free` begins with (AAAAMMDD), if it does: chance may look like one."""
        try:
            return date.fromisoformat(self.free[:8]) if self.free.startswith("20") else None
        except ValueError:
            return None

    @property
    def barcode(self) -> str:
        """Forty-four digits, as Interleaved 2 of 5 prints them."""
        head, tail = f"{PRODUCT}{self.segment}{self.identifier}", f"{self.value:011}{self.company}{self.free}"
        return f"{head}{_RULES[self.identifier](head + tail)}{tail}"

    @property
    def line(self) -> str:
        """The line, 48 digits."""
        return "".join(self._blocks())

    @property
    def masked_line(self) -> str:
        """The line as it is printed: four times eleven digits, a hyphen and their check digit."""
        return " ".join(f"{block[:_BLOCK]}-{block[_BLOCK]}" for block in self._blocks())

    def _blocks(self) -> Iterator[str]:
        code, rule = self.barcode, _RULES[self.identifier]
        for start in range(0, len(code), _BLOCK):
            block = code[start : start + _BLOCK]
            yield block + rule(block)


def from_line(digits: str) -> CollectionSlip:
    """Read 48 digits; each of the four blocks and the whole have their check digit."""
    blocks = [digits[start : start + _LINE_BLOCK] for start in range(0, len(digits), _LINE_BLOCK)]
    code = "".join(block[:_BLOCK] for block in blocks)
    return _made(code, [*_of_head(code), *_of_blocks(blocks), *_of_general(code)])


def from_barcode(code: str) -> CollectionSlip:
    """Read 44 digits; the whole has its check digit."""
    return _made(code, [*_of_head(code), *_of_general(code)])


def holds(code: str) -> bool:
    """Whether 44 digits are the bar code of an arrecadação."""
    return not any((*_of_head(code), *_of_general(code)))


def _widths(segment: str) -> tuple[int, int]:
    return (8, 21) if segment == BY_CNPJ else (4, 25)


def _of_head(code: str) -> Iterator[Problem]:
    if code[0] != PRODUCT:
        message = f"it is {code[0]}; an arrecadação begins with 8"
        yield Problem(code="product", field="product", message=message, position=1, expected=PRODUCT, found=code[0])
    if code[1] not in SEGMENTS:
        message = f"there is no segment {code[1]}"
        yield Problem(code="segment", field="segment", message=message, position=2, found=code[1])
    if code[2] not in _RULES:
        message = f"it is {code[2]} and not one of 6, 7, 8, 9: which check digits these are is not known"
        yield Problem(code="identifier", field="identifier", message=message, position=3, found=code[2])


def _of_blocks(blocks: list[str]) -> Iterator[Problem]:
    rule = _RULES.get(blocks[0][2])
    for number, block in enumerate(blocks, 1):
        if rule and (expected := rule(block[:_BLOCK])) != block[_BLOCK]:
            yield wrong_digit(f"block {number}", number * _LINE_BLOCK, expected=expected, found=block[_BLOCK])


def _of_general(code: str) -> Iterator[Problem]:
    rule = _RULES.get(code[2])
    if rule and (expected := rule(code[:3] + code[4:])) != code[3]:
        yield wrong_digit("general", 4, expected=expected, found=code[3])


def _made(code: str, problems: list[Problem]) -> CollectionSlip:
    if problems:
        raise BoletoError(problems)
    company = 15 + _widths(code[1])[0]
    return CollectionSlip(
        segment=code[1], identifier=code[2], value=int(code[4:15]), company=code[15:company], free=code[company:]
    )
