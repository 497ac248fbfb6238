"""Interest at the legal rate, correction by a price index, and months that are not published."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import BANK, action, brl, clock, day, invoice, paid, policy, said, step

from regua.core import events as ev
from regua.core.account import fold
from regua.core.charges import Balance, Measures, Position
from regua.core.events.base import Event
from regua.core.indexes import LEGAL, MonthlyRates
from regua.core.planning import Schedule, plan
from regua.core.policy import ChargeRules, Levy, Rate
from regua.errors import PlanError

LEGAL_INTEREST = ChargeRules(interest=Rate(index=LEGAL))
IPCA = ChargeRules(correction="ipca")


def rates(name: str, **months: str) -> MonthlyRates:
    """`rates("ipca", m2025_02="0.50")`: percent by month."""
    read = {tuple(map(int, key[1:].split("_"))): Fraction(percent) / 100 for key, percent in months.items()}
    return MonthlyRates(name=name, rates=read)  # type: ignore[arg-type]


TAXA_LEGAL = rates(
    LEGAL, m2024_08="0.6", m2024_09="0.5", m2025_01="0.589427", m2025_02="0.902209", m2025_03="0", m2026_10="0.379020"
)
PRICES = rates("ipca", m2025_02="0.50", m2025_03="0.40", m2025_04="-0.30")


def position(rules: ChargeRules, due: str, amount: int = 100_000, **measured: Any) -> Position:
    """R$ 1.000,00, due on a business day."""
    measures = Measures(receivable="nf-1", indexes={LEGAL: TAXA_LEGAL, "ipca": PRICES}, **measured)
    return Position(amount=amount, due=day(due), effective=day(due), rules=rules, measures=measures, tolerance=0)


# the legal rate


@pytest.mark.parametrize(
    ("due", "on", "interest"),
    [
        ("2024-12-31", "2025-01-31", "R$ 5,89"),
        ("2024-12-31", "2025-02-28", "R$ 14,92"),
        ("2024-12-31", "2025-03-31", "R$ 14,92"),
        ("2025-02-28", "2025-03-31", "R$ 0,00"),
        ("2026-09-30", "2026-10-31", "R$ 3,79"),
        ("2025-01-10", "2025-01-20", "R$ 1,90"),
        ("2025-01-30", "2025-02-01", "R$ 0,51"),
        ("2024-08-29", "2024-08-31", "R$ 0,39"),
    ],
)
@pytest.mark.law("juros.taxa_legal_metodo")
def test_the_legal_rate_by_calendar_days_of_its_month_months_summed(due: str, on: str, interest: str):
    """Resolução CMN 5.171/2024: 0.589427 + 0.902209 is 1.491636%; nothing compounds; March 2025 is zero by law."""
    assert brl(position(LEGAL_INTEREST, due).breakdown(day(on)).interest) == interest


@pytest.mark.law("juros.taxa_legal")
def test_a_legal_rate_below_zero_counts_as_zero():
    """Código Civil art. 406 §3; an agreed rate of an index would not."""
    falling = {"x": rates("x", m2025_01="-1", m2025_02="2"), LEGAL: rates(LEGAL, m2025_01="-1", m2025_02="2")}
    due, on = day("2024-12-31"), day("2025-02-28")
    measures = Measures(indexes=falling)
    shares = {name: sum(each.share for each in measures.counted(Rate(index=name), due, on)) for name in falling}
    assert shares == {"x": Fraction(1, 100), LEGAL: Fraction(2, 100)}


@pytest.mark.law("juros.taxa_legal_serie")
def test_a_missing_month_is_an_error_with_index_month_and_remedy():
    """Never zero."""
    with pytest.raises(PlanError) as caught:
        position(LEGAL_INTEREST, "2025-03-10").breakdown(day("2025-04-01"))
    assert str(caught.value) == (
        "index 'taxa-legal' has no rate for 2025-04, which receivable 'nf-1' needs; add the month to the index "
        "(the file of [index.taxa-legal] in regua.toml or of --index, the value of indexes=)"
    )


def test_a_missing_month_is_no_matter_before_the_receivable_is_late():
    """Not on its effective due date, and not once it is settled."""
    found = position(LEGAL_INTEREST, "2025-04-10")
    assert found.breakdown(day("2025-04-10")).total == 100_000
    weekend = evolve(found, effective=day("2025-04-14"))
    assert [each.name for each in Balance(weekend, day("2025-04-14"), "BRL").components] == ["principal"]
    settled = found.give(100_000, day("2025-04-10"), 1, "pagto", 1)
    assert settled.breakdown(day("2025-06-01")).total == 0
    assert settled.pending(day("2025-06-01")) == weekend.pending(day("2025-04-14")) == ("", "")
    assert weekend.pending(day("2025-04-15")) == (LEGAL, "2025-04")


def test_the_legal_rate_is_not_older_than_its_law():
    """Due 28 August 2024, the 29th would be its first day; Lei 14.905 is in force since the 30th."""
    with pytest.raises(PlanError, match=r"late since 2024-08-29, and the legal rate counts from 2024-08-30 on"):
        position(LEGAL_INTEREST, "2024-08-28").breakdown(day("2024-08-31"))


def test_other_indexes_are_as_old_as_their_months():
    """An agreed correction of 2023."""
    old = {"ipca": rates("ipca", m2023_05="0.50")}
    assert Measures(indexes=old).growth("ipca", day("2023-04-30"), day("2023-05-31")) == Fraction(1005, 1000)


# months ahead


@pytest.mark.parametrize(
    ("today", "due", "on", "interest", "pending"),
    [
        ("2025-03-20", "2025-02-28", "2025-04-02", "R$ 0,00", "2025-04"),
        ("2025-03-31", "2024-12-31", "2025-05-02", "R$ 14,92", "2025-04"),
        ("2025-04-01", "2025-04-01", "2025-04-02", "R$ 0,00", "2025-04"),
        ("2025-03-20", "2025-02-28", "2025-03-31", "R$ 0,00", ""),
    ],
)
def test_a_month_ahead_that_is_not_published_is_left_out(today: str, due: str, on: str, interest: str, pending: str):
    """And the position tells which."""
    found = position(LEGAL_INTEREST, due, today=day(today))
    assert brl(found.breakdown(day(on)).interest) == interest
    assert found.pending(day(on)) == ((LEGAL, pending) if pending else ("", ""))


def test_a_day_of_that_month_that_has_come_makes_it_an_error():
    """On 2 April nobody can ask interest of 2 April, and on a later day neither."""
    found = position(LEGAL_INTEREST, "2025-02-28", today=day("2025-04-01"))
    for on in ("2025-04-01", "2025-04-20"):
        with pytest.raises(PlanError, match="2025-04"):
            found.breakdown(day(on))


# correction


@pytest.mark.parametrize(
    ("due", "on", "correction"),
    [
        ("2025-01-31", "2025-02-28", "R$ 5,00"),
        ("2025-01-31", "2025-03-31", "R$ 9,02"),
        ("2025-01-31", "2025-03-15", "R$ 6,95"),
        ("2025-02-14", "2025-02-28", "R$ 2,50"),
        ("2025-01-31", "2025-04-30", "R$ 5,99"),
        ("2025-03-31", "2025-04-30", "R$ 0,00"),
    ],
)
def test_correction_is_the_product_of_the_months_linear_within_one(due: str, on: str, correction: str):
    """1.005 × 1.004 is 0.902%; half of March's days are half of its rate; deflation lowers no principal."""
    found = position(IPCA, due).breakdown(day(on))
    assert brl(found.correction) == correction
    assert found.total == 100_000 + found.correction


def test_fine_and_interest_are_not_taken_on_correction():
    """2% and 1% a month of R$ 1.000,00, whatever the prices."""
    rules = ChargeRules(fine=Levy(share=Fraction(1, 50)), interest=Rate(share=Fraction(1, 100)), correction="ipca")
    found = position(rules, "2025-01-31").breakdown(day("2025-03-02"))
    assert (found.fine, found.interest) == (2_000, 1_000)


def test_a_payment_takes_the_correction_before_the_principal():
    """R$ 505,00 on 28 February: R$ 5,00 and R$ 500,00; March corrects the R$ 500,00 that are left."""
    found = position(IPCA, "2025-01-31").give(50_500, day("2025-02-28"), 1, "pagto", 1)
    assert (found.correction_paid, found.principal_paid) == (500, 50_000)
    later = found.breakdown(day("2025-03-31"))
    assert (later.principal, later.correction) == (50_000, 200)


def test_correction_left_unpaid_is_corrected_on():
    """Of R$ 5,00 a payment of R$ 3,00 leaves R$ 2,00: in March R$ 1.002,00 are corrected by 0,40%."""
    found = position(IPCA, "2025-01-31").give(300, day("2025-02-28"), 1, "pagto", 1)
    assert found.breakdown(day("2025-03-31")).correction == 200 + 401


def test_a_due_date_moved_counts_correction_anew():
    """What was paid of it goes to the principal."""
    found = position(IPCA, "2025-01-31").give(300, day("2025-02-28"), 1, "pagto", 1)
    moved = found.amend(100_000, day("2025-02-28"), day("2025-02-28"))
    assert (moved.correction_paid, moved.principal_paid) == (0, 300)
    assert moved.breakdown(day("2025-03-31")).correction == 399


# in a plan

REACHABLE = (
    said(ev.ContactPointAdded, "ponto", "2024-12-02", point="email", channels=("email",)),
    said(ev.ConsentGranted, "aceite", "2024-12-02", channel="email"),
)
LADDER = (step("aviso", "D+3 10:00"), step("segundo", "D+40 10:00"))
BILL = invoice("nf-1", "1000.00", due="2025-01-31", when="2025-01-02")


def planned(
    charges: ChargeRules, as_of: str, indexes: Mapping[str, Any] | None = None, events: Iterable[Event] = (BILL,)
) -> Schedule:
    """The plan of a debtor under a ladder of two steps."""
    known = {LEGAL: TAXA_LEGAL, "ipca": PRICES} if indexes is None else indexes
    account = fold([*REACHABLE, *events])
    return plan(policy(*LADDER, charges=charges), account, as_of=clock(as_of), calendar=BANK, indexes=known)


def test_a_plan_asks_the_amount_of_the_day_by_its_indexes():
    """On 5 February R$ 1.000,00 with five days of 0,902209% in 28."""
    found = planned(LEGAL_INTEREST, "2025-02-05 10:30")
    assert str(action(found, "aviso").amount) == "1001.61 BRL"
    assert found.indexes == {LEGAL: TAXA_LEGAL.version}


def test_what_is_planned_in_a_month_without_a_rate_says_so():
    """As of 20 February with rates up to March: 12 March is known; as of then with rates up to February it is not."""
    short = {LEGAL: rates(LEGAL, m2025_01="0.589427", m2025_02="0.902209")}
    known = action(planned(LEGAL_INTEREST, "2025-02-20"), "segundo")
    pending = action(planned(LEGAL_INTEREST, "2025-02-20", short), "segundo")
    assert [reason.code for reason in known.reasons] == ["planned"]
    assert [reason.code for reason in pending.reasons] == ["planned", "rate-pending"]
    assert dict(pending.reasons[1].facts) == {"index": LEGAL, "month": "2025-03"}
    assert str(pending.amount) == "1009.02 BRL"


def test_what_is_due_in_a_month_without_a_rate_is_an_error():
    """The debtor cannot be planned in March."""
    short = {LEGAL: rates(LEGAL, m2025_02="0.902209")}
    with pytest.raises(PlanError, match="no rate for 2025-03"):
        planned(LEGAL_INTEREST, "2025-03-03", short)


def test_the_same_account_is_planned_again_when_the_month_has_come():
    """What the account remembers of an earlier day does not hide the missing month."""
    short = {LEGAL: rates(LEGAL, m2025_02="0.902209")}
    account = fold([*REACHABLE, BILL, paid("10.00", "2025-03-05", "nf-1")])
    rules = policy(*LADDER, charges=LEGAL_INTEREST)
    plan(rules, account, as_of=clock("2025-02-20"), calendar=BANK, indexes=short)
    with pytest.raises(PlanError, match="no rate for 2025-03"):
        plan(rules, account, as_of=clock("2025-03-20"), calendar=BANK, indexes=short)


@pytest.mark.parametrize(("charges", "name"), [(LEGAL_INTEREST, LEGAL), (IPCA, "ipca")])
def test_an_index_that_was_not_given_is_an_error(charges: ChargeRules, name: str):
    """Also where nothing is late yet."""
    with pytest.raises(PlanError, match=rf"policy 'loja' asks for index '{name}', plan was given none; add \[index"):
        planned(charges, "2025-01-03", {})


def test_the_fingerprint_covers_the_version_of_the_indexes_that_are_used():
    """Another rate of a month that nobody needs yet; not an index that no policy names."""
    other = {LEGAL: rates(LEGAL, m2025_02="0.902209", m2026_12="1"), "ipca": PRICES}
    found = planned(LEGAL_INTEREST, "2025-02-05")
    assert planned(LEGAL_INTEREST, "2025-02-05", other).fingerprint != found.fingerprint
    assert planned(LEGAL_INTEREST, "2025-02-05", {LEGAL: TAXA_LEGAL}).fingerprint == found.fingerprint


def test_a_quoted_amount_with_correction_holds():
    """`residual = "dun"`: what was asked on the 5th of February settles until the 8th."""
    rules = ChargeRules(correction="ipca", residual="dun")
    found = position(rules, "2025-01-31").quote(day("2025-02-05"), day("2025-02-08"))
    asked = found.breakdown(day("2025-02-05")).total
    assert found.give(asked, day("2025-02-08"), 1, "pagto", 1).settled == 1
    assert date.fromordinal(found.quoted[0][1]) == date(2025, 2, 8)
