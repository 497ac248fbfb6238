from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.core.money import Money
from regua_boleto import LAYOUTS, BankSlip, BoletoError, Layout, make_free, read, read_free

TODAY = date(2026, 11, 21)
ISSUE = {"001", "033", "041", "070", "077", "084", "085", "104", "136", "237", "336", "341", "422", "748", "756"}
NAMES = [f"{layout.bank} {layout.name}".strip() for layout in LAYOUTS]


def numbers(layout: Layout) -> st.SearchStrategy[dict[str, str]]:
    """Whatever the layout can be given, all digits of it."""
    return st.fixed_dictionaries(
        {
            name: st.sampled_from(wanted.only)
            if wanted.only
            else st.integers(0, 10**wanted.width - 1)
            .map(lambda number, width=wanted.width: f"{number:0{width}}")
            .filter(lambda digits, wanted=wanted: digits not in wanted.never)
            for name, wanted in layout.given.items()
        }
    )


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
@settings(max_examples=12, deadline=None)
@given(data=st.data(), cents=st.integers(0, 10**10 - 1), due=st.none() | st.dates(date(2019, 1, 1), date(2041, 1, 1)))
def test_what_is_made_reads_back(layout: Layout, data: st.DataObject, cents: int, due: date | None) -> None:
    """The campo livre gives back every number, the line gives back the whole."""
    inputs = data.draw(numbers(layout))
    made = layout.make(inputs)
    assert {name: made.fields[name] for name in inputs} == inputs
    assert layout.read(made.digits) == made
    assert made in read_free(layout.bank, made.digits)
    slip = BankSlip(bank=layout.bank, due=due, amount=Money(cents), free=made.digits)
    assert read(slip.line, as_of=TODAY) == slip
    assert read(slip.barcode, as_of=TODAY) == slip


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
def test_no_account_digit_is_computed(layout: Layout) -> None:
    """The bank gave it; what is computed guards the nosso número, the code of the beneficiary or the campo livre."""
    assert set(layout.computed) <= {"nosso_numero_dv", "livre_dv", "convenio_dv"}
    assert ("convenio_dv" in layout.computed) == (layout.bank == "104" and layout.name == "codigo-6")


@pytest.mark.parametrize("layout", LAYOUTS, ids=NAMES)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_wrong_check_digit_in_it_is_noticed(layout: Layout, data: st.DataObject) -> None:
    """A campo livre whose digit does not belong to the rest is none of that layout."""
    made = layout.make(data.draw(numbers(layout)))
    if not layout.free.endswith(("_dv", "_dv 0", "_dv 2")):
        return
    place = 23 if layout.free.endswith(("_dv 0", "_dv 2")) else 24
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != made.digits[place]]))
    assert layout.read(made.digits[:place] + other + made.digits[place + 1 :]) is None


def test_the_banks_of_the_issue_are_there() -> None:
    """And those for which published boletos were found."""
    assert {layout.bank for layout in LAYOUTS} >= ISSUE
    assert len(set(NAMES)) == len(NAMES)


def test_short_numbers_are_filled_with_zeros() -> None:
    """As on every printed boleto."""
    made = make_free("237", {"agencia": "1", "carteira": "9", "nosso_numero": "453", "conta": "123456"})
    assert made.digits == "0001090000000045301234560"
    assert made.nosso_numero == "09/00000000453-P"
    assert made.fields["nosso_numero_dv"] == "P"


def test_the_length_of_the_agreement_tells_the_layout() -> None:
    """Banco do Brasil has five."""
    account = {"agencia": "4042", "conta": "61900"}
    wallet = {"carteira": "18"}
    layouts = [
        make_free("001", {"convenio": "1238798", "nosso_numero": "7777700168", **wallet}),
        make_free("001", {"convenio": "12387989", "nosso_numero": "777700168", **wallet}),
        make_free("001", {"convenio": "123879", "nosso_numero": "1234", **account, **wallet}),
        make_free("001", {"convenio": "123879", "nosso_numero": "1234567899"}),
        make_free("001", {"convenio": "1234", "nosso_numero": "1", **account, **wallet}),
    ]
    names = ["convenio-7", "convenio-8", "convenio-6", "convenio-6-livre", "convenio-4"]
    assert [made.layout for made in layouts] == names
    assert layouts[-1].nosso_numero == "12340000001-1"


@pytest.mark.parametrize(
    ("bank", "changed", "said"),
    [
        ("237", {"agencia": None}, "agencia: it is not given"),
        ("237", {"conta_dv": "1"}, "conta_dv: this layout has agencia, carteira, nosso_numero, conta"),
        ("237", {"conta": "12345678"}, "conta: 8 digits, and it has at most 7"),
        ("237", {"conta": "12-4"}, "conta: it is a string of ASCII digits"),
        ("237", {"conta": "١٢"}, "conta: it is a string of ASCII digits"),
        ("237", {"conta": ""}, "conta: it is a string of ASCII digits"),
        ("237", {"conta": 123}, "conta: it is a string of ASCII digits"),
        ("001", {}, "layout: of the bank are known convenio-7: convenio, nosso_numero, carteira; convenio-8"),
        ("000", {}, "bank: no layout of this bank is declared; there are 001, 004"),
    ],
)
def test_what_the_bank_does_not_take_is_refused(bank: str, changed: dict[str, str | None], said: str) -> None:
    """With the name of what is wrong."""
    inputs = {"agencia": "1", "carteira": "9", "nosso_numero": "453", "conta": "1", **changed}
    with pytest.raises(BoletoError) as raised:
        make_free(bank, {name: value for name, value in inputs.items() if value is not None})
    assert said in str(raised.value)


def test_a_layout_refuses_by_itself() -> None:
    """Whoever takes one of `LAYOUTS` meets the same errors."""
    with pytest.raises(BoletoError, match="convenio: it is not given"):
        LAYOUTS[0].make({})


def test_a_value_of_a_closed_list() -> None:
    """Sicredi's carteira is 1 or 3, and the error says so."""
    inputs = {"ano": "16", "byte": "2", "nosso_numero": "1", "agencia": "1", "posto": "1", "convenio": "1"}
    with pytest.raises(BoletoError, match="carteira: not 2 but one of 1, 3"):
        make_free("748", {"carteira": "2", **inputs})


@pytest.mark.parametrize(("bank", "free"), [("364", "0000100029480100000000005"), ("237", "1172090017589645104030059")])
def test_an_unknown_campo_livre_has_no_reading(bank: str, free: str) -> None:
    """The boleto reads all the same: a bank may use it otherwise."""
    assert read_free(bank, free) == ()


@pytest.mark.parametrize("free", ["", "1" * 24, "1" * 26, "٣" * 25, "1" * 24 + "x", None])
def test_what_is_no_campo_livre_is_refused(free: Any) -> None:
    """It has 25 ASCII digits."""
    with pytest.raises(BoletoError, match="free: it is 25 ASCII digits"):
        read_free("237", free)


def test_readings_may_be_several() -> None:
    """Two layouts of Banco do Brasil have the same digits: the likelier comes first."""
    found = read_free("001", "0000001238798977770016818")
    assert [reading.layout for reading in found] == ["convenio-7", "convenio-8"]
    assert [reading.fields["convenio"] for reading in found] == ["1238798", "12387989"]
    assert len({hash(reading) for reading in found}) == 2
