from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from regua.core.charges import Position
from regua.core.dates import Offset
from regua.core.money import Money
from regua.core.rules import ChargeRules, Discount, Levy, Rate
from regua.testing.strategies import charge_rules
from regua_pix import Cobv, PixError, cobv_body, read_cobv

EVP = "71cdf9ba-c695-4e3c-b010-abb521a3f1be"
DUE = date(2026, 4, 18)
CHARGES = ChargeRules(
    fine=Levy(share=Fraction(2, 100)),
    interest=Rate(share=Fraction(1, 100), per="month"),
    discounts=(
        Discount(until=Offset(-10), levy=Levy(minor=1000)),
        Discount(until=date(2026, 4, 13), levy=Levy(minor=500)),
    ),
)
CHARGE = Cobv(
    txid="REGUA20260418000000000000001",
    key=EVP,
    amount=Money.of("150.00"),
    due=DUE,
    charges=CHARGES,
    rebate=Levy(minor=250),
    payer={"name": "Ana Souza", "document": "529.982.247-25", "city": "São Paulo", "state": "SP", "cep": "01310100"},
    request="Mensalidade de abril",
)


def test_the_body_is_the_one_of_the_api():
    """Amounts and percentages are text with two decimals; days are dates."""
    assert cobv_body(CHARGE) == {
        "calendario": {"dataDeVencimento": "2026-04-18", "validadeAposVencimento": 30},
        "devedor": {
            "cpf": "52998224725",
            "nome": "Ana Souza",
            "cidade": "São Paulo",
            "uf": "SP",
            "cep": "01310100",
        },
        "valor": {
            "original": "150.00",
            "multa": {"modalidade": 2, "valorPerc": "2.00"},
            "juros": {"modalidade": 3, "valorPerc": "1.00"},
            "abatimento": {"modalidade": 1, "valorPerc": "2.50"},
            "desconto": {
                "modalidade": 1,
                "descontoDataFixa": [
                    {"data": "2026-04-08", "valorPerc": "10.00"},
                    {"data": "2026-04-13", "valorPerc": "5.00"},
                ],
            },
        },
        "chave": EVP,
        "solicitacaoPagador": "Mensalidade de abril",
    }


def test_a_charge_without_conditions_says_none():
    """What is nothing is left out: banks refuse a fine of 0.00."""
    bare = evolve(
        CHARGE, charges=ChargeRules(), rebate=None, request="", payer={"name": "X", "document": "12ABC34501DE35"}
    )
    body = cobv_body(bare)
    assert (body["valor"], body["devedor"]) == ({"original": "150.00"}, {"cnpj": "12ABC34501DE35", "nome": "X"})
    assert "solicitacaoPagador" not in body


@pytest.mark.parametrize(
    ("code", "rate"),
    [
        (1, Rate(minor=33, per="day")),
        (2, Rate(share=Fraction(3, 10000), per="day")),
        (3, Rate(share=Fraction(1, 100), per="month")),
        (4, Rate(share=Fraction(12, 100), per="year")),
        (5, Rate(minor=33, per="day", business=True)),
        (6, Rate(share=Fraction(3, 10000), per="day", business=True)),
        (7, Rate(share=Fraction(1, 100), per="month", business=True)),
        (8, Rate(share=Fraction(12, 100), per="year", business=True)),
    ],
)
def test_interest_has_eight_modalities(code: int, rate: Rate):
    """By value, day, month and year; civil and business days."""
    body = cobv_body(evolve(CHARGE, charges=ChargeRules(interest=rate)))
    assert body["valor"]["juros"]["modalidade"] == code
    assert read_cobv(body).charges.interest == rate


@pytest.mark.parametrize(
    ("code", "levy"),
    [
        (3, Rate(minor=10, per="day")),
        (4, Rate(minor=10, per="day", business=True)),
        (5, Rate(share=Fraction(1, 1000), per="day")),
        (6, Rate(share=Fraction(1, 1000), per="day", business=True)),
    ],
)
@pytest.mark.parametrize("until", [Offset(-1), Offset(0), DUE, date(2026, 5, 1)])
def test_a_discount_per_day_early_goes_on_to_the_due_date(code: int, levy: Rate, until: Offset | date):
    """On the due date it has come to nothing, so that its last day is that one or the day before."""
    body = cobv_body(evolve(CHARGE, charges=ChargeRules(discounts=(Discount(until=until, levy=levy),))))
    assert body["valor"]["desconto"]["modalidade"] == code
    assert read_cobv(body).charges.discounts == (Discount(until=Offset(0), levy=levy),)


def test_shares_have_modality_two():
    """Fine, rebate and discounts alike."""
    charges = ChargeRules(
        fine=Levy(share=Fraction(1, 50)), discounts=(Discount(until=Offset(-5), levy=Levy(share=Fraction(1, 20))),)
    )
    value = cobv_body(evolve(CHARGE, charges=charges, rebate=Levy(share=Fraction(1, 100))))["valor"]
    assert value["multa"] == {"modalidade": 2, "valorPerc": "2.00"}
    assert value["abatimento"] == {"modalidade": 2, "valorPerc": "1.00"}
    assert value["desconto"] == {"modalidade": 2, "descontoDataFixa": [{"data": "2026-04-13", "valorPerc": "5.00"}]}


def _charged(**charges: Any) -> dict[str, Any]:
    return {"charges": ChargeRules(**charges)}


def _discounted(*levies: Levy | Rate, until: tuple[Offset | date, ...] = (Offset(-9), Offset(-5))) -> dict[str, Any]:
    return _charged(discounts=tuple(Discount(until=day, levy=levy) for day, levy in zip(until, levies, strict=False)))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"txid": "REGUA-0001"}, "txid"),
        ({"txid": "x" * 36}, "txid"),
        ({"days_after": -1}, "calendario.validadeAposVencimento"),
        ({"amount": Money.of("0.00")}, "valor.original"),
        ({"amount": Money.of("1.00", "USD")}, "valor.original"),
        ({"amount": Money(10**12)}, "valor.original"),
        ({"key": "52998224726"}, "chave"),
        ({"payer": {"name": "Ana"}}, "devedor.cpf"),
        ({"payer": {"document": "52998224725"}}, "devedor.nome"),
        ({"payer": {"name": "a" * 201, "document": "52998224725"}}, "devedor.nome"),
        ({"payer": {"name": "Ana", "document": "52998224725", "phone": "+5511961234567"}}, "devedor"),
        ({"request": "x" * 141}, "solicitacaoPagador"),
        (_charged(correction="igpm"), "valor"),
        (_charged(interest=Rate(index="legal")), "valor.juros"),
        (_charged(interest=Rate(share=Fraction(1, 3000), per="day")), "valor.juros"),
        (_charged(interest=Rate(share=Fraction(1, 100), minor=33)), "valor.juros"),
        (_charged(fine=Levy(share=Fraction(1, 50), minor=100)), "valor.multa"),
        (_charged(fine=Levy(share=Fraction(-1, 50))), "valor.multa"),
        ({"rebate": Levy(share=Fraction(1, 3))}, "valor.abatimento"),
        (_discounted(Levy(minor=100), Levy(share=Fraction(1, 100))), "valor.desconto"),
        (_discounted(Levy(minor=100), Levy(minor=200)), "valor.desconto"),
        (_discounted(Levy(minor=200), Levy(minor=100), until=(Offset(-5), Offset(-5))), "valor.desconto"),
        (_discounted(Levy(minor=200), until=(Offset(0),)), "valor.desconto"),
        (_discounted(Levy(minor=200), until=(DUE,)), "valor.desconto"),
        (_discounted(Levy()), "valor.desconto"),
        (_discounted(Levy(minor=200), until=(Offset(-(10**9)),)), "valor.desconto"),
        (_discounted(Rate(minor=10, per="day")), "valor.desconto"),
        (_discounted(Rate(minor=10, per="day"), Levy(minor=1)), "valor.desconto"),
    ],
)
def test_what_a_cobv_cannot_say_is_an_error(change: dict[str, Any], field: str):
    """And never an approximation."""
    with pytest.raises(PixError) as caught:
        cobv_body(evolve(CHARGE, **change))
    assert caught.value.field == field


def _position(charges: ChargeRules) -> Position:
    due = DUE.toordinal()
    return Position(amount=15000, due=due, effective=due, rules=charges, tolerance=0)


PERCENT = st.integers(1, 999).map(lambda hundredths: Fraction(hundredths, 10000))
LEVY = st.builds(Levy, share=PERCENT) | st.builds(Levy, minor=st.integers(1, 999))
RATE = st.builds(Rate, share=PERCENT, per=st.sampled_from(["day", "month", "year"])) | st.builds(
    Rate, minor=st.integers(1, 99), per=st.just("day")
)
EARLY = st.builds(Rate, share=PERCENT, per=st.just("day")) | st.builds(
    Rate, minor=st.integers(1, 99), per=st.just("day")
)


@st.composite
def _dated(draw: st.DrawFn) -> tuple[Discount, ...]:
    days = sorted(draw(st.sets(st.integers(-35, -1), max_size=3)))
    sizes = sorted((draw(st.integers(1, 999)) for _ in days), reverse=True)
    fixed = draw(st.booleans())
    levies = [Levy(minor=size) if fixed else Levy(share=Fraction(size, 10000)) for size in sizes]
    return tuple(Discount(until=Offset(day), levy=levy) for day, levy in zip(days, levies, strict=True))


CHARGES_THAT_CAN_BE_SAID = st.builds(
    ChargeRules,
    fine=st.none() | LEVY,
    interest=st.none() | RATE,
    rounding=st.sampled_from(["half-up", "half-even", "truncate"]),
    residual=st.sampled_from(["waive", "dun"]),
    discounts=_dated()
    | st.builds(Discount, until=st.sampled_from([Offset(-1), Offset(0)]), levy=EARLY).map(lambda tier: (tier,)),
)


@given(CHARGES_THAT_CAN_BE_SAID)
def test_what_can_be_said_asks_the_same_on_every_day(charges: ChargeRules):
    """Read back, with the rounding that a cobv does not tell: early, on the due date and late, cent for cent."""
    body = cobv_body(evolve(CHARGE, charges=charges))
    back = evolve(read_cobv(body).charges, rounding=charges.rounding, residual=charges.residual)
    ours, theirs = _position(charges), _position(back)
    for days in range(-40, 41):
        day = (DUE + timedelta(days=days)).toordinal()
        assert ours.asked(day) == theirs.asked(day)
    assert cobv_body(evolve(CHARGE, charges=back)) == body


@given(charge_rules())
def test_any_charges_are_said_or_refused(charges: ChargeRules):
    """And never fail in another way."""
    with suppress(PixError):
        read_cobv(cobv_body(evolve(CHARGE, charges=charges)))


BODY = cobv_body(CHARGE) | {"txid": CHARGE.txid}


def test_a_charge_reads_back():
    """With the days of its discounts as dates, and the document as the API writes it."""
    discounts = (
        Discount(until=date(2026, 4, 8), levy=Levy(minor=1000)),
        Discount(until=date(2026, 4, 13), levy=Levy(minor=500)),
    )
    expected = evolve(
        CHARGE, charges=evolve(CHARGES, discounts=discounts), payer={**CHARGE.payer, "document": "52998224725"}
    )
    assert read_cobv(BODY) == expected
    assert read_cobv({**cobv_body(expected), "txid": expected.txid, "status": "ATIVA", "revisao": 0}) == expected


def test_modalities_may_be_text():
    """Some banks write them so, and 0.00 or null for none."""
    value = {
        "original": "10.00",
        "multa": {"modalidade": "2", "valorPerc": "0.00"},
        "juros": {"modalidade": 3, "valorPerc": "0.00"},
    }
    value["desconto"] = None
    value["abatimento"] = {"modalidade": "1", "valorPerc": "1.00"}
    charge = read_cobv(BODY | {"valor": value})
    assert (charge.charges, charge.rebate) == (ChargeRules(), Levy(minor=100))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "cobv"),
        ({}, "calendario"),
        (BODY | {"calendario": "hoje"}, "calendario"),
        (BODY | {"calendario": {"dataDeVencimento": "2026-02-30"}}, "calendario.dataDeVencimento"),
        (BODY | {"calendario": {"dataDeVencimento": 20260418}}, "calendario.dataDeVencimento"),
        (
            BODY | {"calendario": {"dataDeVencimento": "2026-04-18", "validadeAposVencimento": "30"}},
            "calendario.validadeAposVencimento",
        ),
        (BODY | {"valor": None}, "valor"),
        (BODY | {"valor": {"original": 150.0}}, "valor.original"),
        (BODY | {"valor": {"original": "150"}}, "valor.original"),
        (BODY | {"valor": {"original": "1.00", "multa": "2%"}}, "valor.multa"),
        (BODY | {"valor": {"original": "1.00", "multa": {"valorPerc": "2.00"}}}, "valor.multa.modalidade"),
        (
            BODY | {"valor": {"original": "1.00", "multa": {"modalidade": True, "valorPerc": "2.00"}}},
            "valor.multa.modalidade",
        ),
        (
            BODY | {"valor": {"original": "1.00", "juros": {"modalidade": 9, "valorPerc": "2.00"}}},
            "valor.juros.modalidade",
        ),
        (
            BODY | {"valor": {"original": "1.00", "juros": {"modalidade": 3, "valorPerc": "1,00"}}},
            "valor.juros.valorPerc",
        ),
        (
            BODY | {"valor": {"original": "1.00", "desconto": {"modalidade": 1, "valorPerc": "1.00"}}},
            "valor.desconto.descontoDataFixa",
        ),
        (
            BODY | {"valor": {"original": "1.00", "desconto": {"modalidade": 2, "descontoDataFixa": [7]}}},
            "valor.desconto.descontoDataFixa[0]",
        ),
        (
            BODY | {"valor": {"original": "1.00", "desconto": {"modalidade": 2, "descontoDataFixa": [{"data": ""}]}}},
            "valor.desconto.descontoDataFixa[0].data",
        ),
        (BODY | {"devedor": ["Ana"]}, "devedor"),
        (BODY | {"devedor": {"nome": 7}}, "devedor.nome"),
        (BODY | {"chave": {}} | {"txid": 7}, "txid"),
    ],
)
def test_an_error_of_a_body_names_its_field(body: Any, field: str):
    """By its path in the JSON."""
    with pytest.raises(PixError) as caught:
        read_cobv(body)
    assert caught.value.field == field


WORDS = ["modalidade", "valorPerc", "data", "descontoDataFixa", "original", "multa", "juros", "desconto"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "1.00", "2026-04-18", "1"])
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*BODY]), JSON), st.dictionaries(st.sampled_from([*BODY["valor"]]), JSON))
def test_any_body_is_read_or_refused(damage: dict[str, Any], within: dict[str, Any]):
    """And never fails in another way."""
    for body in (BODY | damage, BODY | {"valor": BODY["valor"] | within}):
        with suppress(PixError):
            assert read_cobv(body).amount.currency == "BRL"
