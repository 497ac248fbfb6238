"""Every published and computed vector of interest, fine and discount, from the policy's text to the centavo."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.core.shop import BANK, day, invoice, paid

from regua.core.account import fold
from regua.core.calendars import Place, WeekdayCalendar, business_days
from regua.core.charges import Breakdown
from regua.core.dates import parse_date
from regua.core.money import Money
from regua.core.planning.standing import Standing
from regua.policyfile import load_policy

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "interest_vectors.jsonl"
LINES = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]
COMPUTED = [pytest.param(line, id=line["id"]) for line in LINES if line["kind"] == "computed"]
PUBLISHED = [pytest.param(line, id=line["id"]) for line in LINES if line["kind"] == "published"]
WEEKDAYS = business_days(WeekdayCalendar(), Place())

DUE = "2026-03-02"
INTEREST: dict[int, Callable[[str], str]] = {
    1: "{}/day".format,
    2: "{}%/day".format,
    3: "{}%/month".format,
    4: "{}%/year".format,
    5: "{}/day business".format,
    6: "{}%/day business".format,
    7: "{}%/month business".format,
    8: "{}%/year business".format,
}
DISCOUNT: dict[int, Callable[[str], str]] = {
    3: "{}/day".format,
    4: "{}/day business".format,
    5: "{}%/day".format,
    6: "{}%/day business".format,
}


def asked(charges: str, terms: tuple[str, str, str], on: int, calendar: Any) -> Breakdown:
    """What a receivable of this amount, rebate and due date asks on a day under `[charges]` of a policy file."""
    amount, rebate, due = terms
    text = f'format = 1\n[policy]\nid = "vetor"\ncalendar = "{calendar.name}"\n[charges]\n{charges}'
    issued = {"when": str(parse_date(due) - timedelta(days=60))}
    bill = (
        invoice("nf-1", amount, due, rebate=Money.of(rebate), **issued)
        if float(rebate)
        else invoice("nf-1", amount, due, **issued)
    )
    standing = Standing(fold([bill]), [load_policy(text)], calendar)
    return standing.ledger.position("nf-1", 1 << 60).breakdown(on)


def test_no_vector_got_lost():
    """Twenty-nine rows, three of them published."""
    assert (len(COMPUTED), len(PUBLISHED)) == (26, 3)


@pytest.mark.parametrize("line", COMPUTED)
@pytest.mark.parametrize("rounding", ["half-up", "half-even", "truncate"])
def test_computed_vectors_come_out_to_the_centavo(line: dict[str, Any], rounding: str):
    """Value a day, % a day, a month, a year, by civil and by business days, in each rounding."""
    business, due = False, day(DUE)
    if line["charge"] == "fine":
        charges = f'fine = "{line["value"]}%"'
    elif line["charge"] == "interest":
        charges = f'interest = "{INTEREST[line["pix_mode"]](line["value"])}"'
        business = line["pix_mode"] > 4
    else:
        charges = f'discount = [{{ until = "D0", value = "{DISCOUNT[line["pix_mode"]](line["value"])}" }}]'
        business = line["pix_mode"] in {4, 6}
    sign = -1 if line["charge"] == "discount" else 1
    on = WEEKDAYS.add(due, sign * line["days"], business=business)
    terms = (line["original"], line["abatement"], DUE)
    found = asked(f'{charges}\nrounding = "{rounding}"\n', terms, on, WeekdayCalendar())
    assert getattr(found, line["charge"]) == line[f"{rounding.replace('-', '_')}_cents"]


@pytest.mark.parametrize("line", PUBLISHED)
def test_published_examples_come_out_to_the_centavo(line: dict[str, Any]):
    """As companies print them; what a bank takes on a Saturday it settles, and charges, as on Monday."""
    charges = [f'fine = "{line["fine_pct"]}%"'] if "fine_pct" in line else []
    for key, rate in (
        ("interest_pct_day", "{}%/day"),
        ("interest_pct_month", "{}%/month"),
        ("interest_value_day", "{}/day"),
    ):
        if key in line:
            charges.append(f'interest = "{rate.format(line[key])}"')
    due = line.get("due", DUE)
    on = day(due) + line.get("days", 0)
    if "paid" in line:
        on = business_days(BANK, Place()).next_business(day(line["paid"]))
    found = asked("\n".join(charges) + "\n", (line["original"], "0", due), on, BANK)
    told = {"fine": found.fine, "interest": found.interest, "total": found.total}
    assert told == {name: Money.of(line.get(name, "0")).minor for name in told}


# the effective due date (Lei 7.089/1983)

BOLETO = 'fine = "2%"\ninterest = "1%/month"\n'


@pytest.mark.parametrize(
    ("due", "on", "interest", "fine"),
    [
        ("2026-11-14", "2026-11-16", 0, 0),
        ("2026-11-14", "2026-11-17", 10, 200),
        ("2026-11-20", "2026-11-23", 0, 0),
        ("2026-11-20", "2026-11-24", 13, 200),
        ("2026-04-18", "2026-04-20", 0, 0),
        ("2026-04-18", "2026-04-22", 13, 200),
    ],
)
def test_due_on_a_closed_day_and_paid_on_the_next_business_day_costs_nothing(
    due: str, on: str, interest: int, fine: int
):
    """Missed, the days count from the due date as printed: Saturday to Tuesday are three."""
    found = asked(BOLETO, ("100.00", "0", due), day(on), BANK)
    assert (found.interest, found.fine) == (interest, fine)


def test_paid_in_time_nothing_is_left_over():
    """Due Saturday 14 November, Sunday 15 a holiday: R$ 100,00 on Monday settle, with nothing waived."""
    text = f'format = 1\n[policy]\nid = "vetor"\n[charges]\n{BOLETO}'
    facts = [invoice("nf-1", "100.00", "2026-11-14"), paid("100.00", "2026-11-16 18:00", "nf-1")]
    standing = Standing(fold(facts), [load_policy(text)], BANK)
    position = standing.ledger.position("nf-1", 1 << 60)
    assert position.settled is not None
    assert position.left_over == 0
