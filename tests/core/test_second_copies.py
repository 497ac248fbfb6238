"""Second copies: the boleto is made first, and the message asks what it asks."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import action, delivered, invoice, outcome, paid, policy, reachable, said, schedule, step, told

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration, parse_date
from regua.core.money import Money
from regua.core.policy import ChargeRules, Conditions, Levy, Limits, Policy, Range, Rate, StepReference
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-04-18")
CHARGES = ChargeRules(fine=Levy(share=Fraction(1, 50)), interest=Rate(share=Fraction(1, 100)))
COPY = step("via", "D+8 10:00", kind="reissue")
RULES = policy(COPY, charges=CHARGES)
MADE = RULES.ordering_boletos()
DAY = "2026-04-28 10:00"


def made(of: Any, when: str) -> list[ev.Event]:
    """The boleto was ordered, and is there."""
    return [outcome(ev.ActionAttempted, of, when), *delivered(of, when)]


def test_the_boleto_comes_first():
    """At the same time under the same conditions; the copy requires it."""
    first = StepReference(step="aviso", outcome="delivered")
    when = Conditions(amount=Range(low=5_000))
    copy = step("via", "D+8 10:00", kind="reissue", when=when, requires=first)
    boleto, again = policy(step("aviso", "D+3 10:00"), copy).ordering_boletos().steps[1:]
    assert (boleto.id, boleto.kind, boleto.tone, boleto.channels) == ("boleto:via", "boleto", None, ())
    assert (boleto.trigger, boleto.when, boleto.requires) == (copy.trigger, when, first)
    assert again.requires == StepReference(step="boleto:via", outcome="done")


@pytest.mark.parametrize(
    "rules",
    [
        policy(step("atraso", "D+3 10:00")),
        policy(step("via", "D+8 10:00", kind="reissue", scope="debtor")),
        policy(
            step("emissao", "D+8 09:00", kind="boleto", tone=None, channels=()),
            step("via", "D+8 10:00", kind="reissue", requires=StepReference(step="emissao", outcome="done")),
        ),
        MADE,
    ],
)
def test_what_needs_no_boleto_stays_as_it_is(rules: Policy):
    """No second copy, one about a debtor, and one that says for itself what makes its boleto."""
    assert rules.ordering_boletos().steps == rules.steps


def test_the_copy_waits_for_its_boleto():
    """Which is due, and no contact."""
    found = schedule(MADE, [BILL], DAY)
    assert told(found, "boleto:via")[0] == "due"
    assert told(found, "via")[0::2] == ("waiting", ["requires-step"])
    assert found.contacts == ()
    boleto = action(found, "boleto:via")
    assert (boleto.amount, f"{boleto.valid_until}") == (Money.of("153.50"), "2026-05-01")


@pytest.mark.parametrize(("when", "amount"), [("2026-04-28 10:05", "153.50"), ("2026-04-30 10:00", "153.50")])
def test_the_copy_asks_what_the_boleto_asks(when: str, amount: str):
    """Also two days later, when the debt is R$ 153,60, for as long as the boleto can be paid."""
    boleto = action(schedule(MADE, [BILL], DAY), "boleto:via")
    found = schedule(MADE, [BILL, *reachable(), *made(boleto, DAY)], when)
    [contact] = found.contacts
    assert [(item.amount, f"{contact.valid_until}") for item in contact.items] == [(Money.of(amount), "2026-05-01")]
    assert action(found, "via").amount == Money.of(amount)


def test_past_its_day_the_copy_asks_what_is_due_then():
    """A quote of one day: who could not be told in time is told the amount of the day."""
    brief = policy(COPY, charges=CHARGES, limits=Limits(quote_valid=Duration(1))).ordering_boletos()
    boleto = action(schedule(brief, [BILL], DAY), "boleto:via")
    [contact] = schedule(brief, [BILL, *reachable(), *made(boleto, DAY)], "2026-04-30 10:00").contacts
    assert contact.items[0].amount == Money.of("153.60")
    assert f"{contact.valid_until}" == "2026-05-01"


def boleto_of(rules: Policy = MADE, when: str = DAY) -> Any:
    """What asks for the boleto."""
    return action(schedule(rules, [BILL], when), "boleto:via")


def asked(*facts: ev.Event, when: str = "2026-04-30 10:00", rules: Policy = MADE, name: str = "via") -> Money | None:
    """What the copy asks two days later, when the debt is R$ 153,60."""
    return action(schedule(rules, [BILL, *reachable(), *facts], when), name).amount


def test_only_a_second_copy_asks_what_a_boleto_asks():
    """Another message that waits for the boleto tells the amount of its day."""
    wait = StepReference(step="boleto:via", outcome="done")
    rules = policy(MADE.steps[0], step("aviso", "D+8 10:00", requires=wait), charges=CHARGES)
    assert asked(*made(boleto_of(rules), DAY), rules=rules, name="aviso") == Money.of("153.60")


def test_what_another_step_told_is_no_boleto():
    """A message that was delivered a day after the boleto was made."""
    other = step("aviso", "D+9 10:00")
    rules = policy(*MADE.steps, other, charges=CHARGES)
    aviso = action(schedule(rules, [BILL, *reachable()], "2026-04-29 10:00"), "aviso")
    facts = [*made(boleto_of(rules), DAY), *made(aviso, "2026-04-29 10:00")]
    assert asked(*facts, rules=rules) == Money.of("153.50")


def test_it_asks_the_amount_of_the_order():
    """Not of the day on which the bank registered it, nor of that on which it was asked once more."""
    boleto = boleto_of()
    order = said(
        ev.BoletoOrdered,
        "pedido",
        DAY,
        receivable="nf-1",
        instrument="b-1",
        amount=Money.of("153.50"),
        due=parse_date("2026-05-01"),
        provider="banco",
        number=1,
    )
    later = "2026-04-29 10:00"
    first = [order, outcome(ev.ActionAttempted, boleto, DAY)]
    again = [outcome(ev.ActionAttempted, boleto, later, attempt=2), *delivered(boleto, later, attempt=2)]
    assert asked(*first, *delivered(boleto, later)) == Money.of("153.50")
    assert asked(*first, *again) == Money.of("153.50")
    assert asked(*first[1:], *again) == Money.of("153.55")


def test_of_two_boletos_the_last_counts():
    """As after a restart of the policy."""
    boleto = boleto_of()
    before = evolve(boleto, id="antes", occurrence="antes")
    assert asked(*made(before, "2026-04-27 10:00"), *made(boleto, DAY)) == Money.of("153.50")


def test_a_boleto_that_holds_for_no_day_says_nothing():
    """As one that a host records."""
    boleto = evolve(boleto_of(), valid_until=None)
    assert asked(*made(boleto, DAY)) == Money.of("153.60")


def test_what_was_told_before_stays_as_it_was():
    """A copy that went before its creditor had a provider; the boleto came two days later."""
    copy = action(schedule(RULES, [BILL, *reachable()], DAY), "via")
    facts = [*made(copy, DAY), *made(boleto_of(), "2026-04-30 10:00")]
    assert asked(*facts, when="2026-05-01 10:00") == Money.of("153.50")


def test_a_payment_in_between_is_not_asked_again():
    """The rest, by the charges of the boleto's day."""
    boleto = action(schedule(MADE, [BILL], DAY), "boleto:via")
    part = paid("100.00", "2026-04-29 12:00", "nf-1")
    [contact] = schedule(MADE, [BILL, *reachable(), *made(boleto, DAY), part], "2026-04-30 10:00").contacts
    assert contact.items[0].amount < Money.of("60.00")


def test_each_goes_apart():
    """Two second copies on one day are two messages, each about its own bill."""
    bills = [BILL, invoice("nf-2", "80.00", "2026-04-18")]
    other = step("atraso", "D+8 10:00", tone=Tone.COURTEOUS)
    found = schedule(policy(other, COPY), [*bills, *reachable()], DAY)
    listed = [sorted(item.receivable for item in contact.items) for contact in found.contacts]
    assert sorted(listed) == [["nf-1"], ["nf-1", "nf-2"], ["nf-2"]]


def test_an_instrument_is_what_its_facts_come_to():
    """Ordered, issued, registered, altered; what is over stays over, in whatever order it is learnt."""
    terms = {"receivable": "nf-1", "instrument": "b-1", "amount": Money.of("153.50"), "due": parse_date("2026-05-01")}
    other = terms | {"amount": Money.of("154.00"), "due": parse_date("2026-05-04")}
    about = {"receivable": "nf-1", "instrument": "b-1"}
    facts = [
        said(ev.BoletoOrdered, "pedido", "2026-04-28 10:00", provider="banco", number=7, **terms),
        said(ev.BoletoIssued, "emitido", "2026-04-28 10:01", ref="r-1", **terms),
        said(ev.BoletoRegistered, "registrado", "2026-04-28 10:02", **about),
        said(ev.BoletoAltered, "alterado", "2026-04-30 10:00", ref="r-2", **other),
        said(ev.BoletoCancelled, "cancelado", "2026-05-02 10:00", **about),
        said(ev.BoletoExpired, "vencido", "2026-05-05 10:00", **about),
    ]
    states = []
    for number in range(1, len(facts) + 1):
        [instrument] = fold(reversed([BILL, *facts[:number]])).facts.instruments.values()
        states.append((instrument.state, instrument.may_be_paid, instrument.ref, instrument.amount.minor))
    assert states == [
        ("ordered", True, "", 15350),
        ("issued", True, "r-1", 15350),
        ("registered", True, "r-1", 15350),
        ("registered", True, "r-2", 15400),
        ("cancelled", False, "r-2", 15400),
        ("cancelled", False, "r-2", 15400),
    ]
    assert (instrument.provider, instrument.number, instrument.receivable) == ("banco", 7, "nf-1")
