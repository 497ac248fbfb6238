"""What a fact may not say."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.core.shop import action, clock, invoice, paid, policy, promised, said, schedule, step

from regua.core import events as ev
from regua.core.dates import parse_date, parse_instant, to_instant
from regua.core.money import Money
from regua.core.tones import Tone
from regua.errors import DateError, EventError


def test_its_instants_are_shown_in_utc():
    """As pendulum, when somebody looks; the later of the two is when it could first matter."""
    event = paid("1.00", "2026-04-18 09:00", known="2026-04-19 09:00")
    assert event.at.isoformat() == "2026-04-18T12:00:00+00:00"
    assert event.recorded_at.isoformat() == "2026-04-19T12:00:00+00:00"
    assert event.known_us == event.recorded_us
    ahead = paid("1.00", "2026-04-18 09:00", known="2026-04-17 09:00")
    assert ahead.known_us == ahead.at_us


@pytest.mark.parametrize("name", ["", " x", "x ", "a\nb", "a\x1fb", "\u00a0x", None, 5, "x" * 10_000])
def test_an_identifier_is_a_short_line(name: Any):
    """So that it can be part of a key."""
    with pytest.raises(EventError):
        said(ev.DebtorDeceased, name, "2026-04-18")


def test_names_are_distinct_and_where_needed_there_is_one():
    """A tuple."""
    with pytest.raises(EventError, match="distinct"):
        paid("1.00", "2026-04-18", "nf-1", "nf-1")
    with pytest.raises(EventError, match="distinct"):
        said(ev.HoldPlaced, "h", "2026-04-18", hold="h", receivables=["nf-1"])
    with pytest.raises(EventError, match="identifier"):
        paid("1.00", "2026-04-18", "")
    with pytest.raises(EventError, match="at least one"):
        said(ev.DisputeOpened, "d", "2026-04-18", dispute="d", receivables=())


@pytest.mark.parametrize("amount", [Money(0), Money(-1), 100, "1.00"])
def test_an_amount_is_above_zero(amount: Any):
    """R$ 0,01 is the least."""
    with pytest.raises(EventError, match="above zero"):
        said(ev.PaymentSettled, "p", "2026-04-18", payment="p", amount=amount)
    assert paid("0.01", "2026-04-18").amount == Money(1)


def test_a_due_date_is_a_civil_date_of_a_year_that_can_be_counted_from():
    """No datetime, no year 9999."""
    with pytest.raises(DateError, match="civil date"):
        said(ev.PromiseMade, "p", "2026-04-18", promise="p", amount=Money(1), by=datetime(2026, 4, 18, tzinfo=UTC))
    with pytest.raises(DateError, match="outside the years"):
        promised("1.00", "2026-04-18", "9999-12-31")
    with pytest.raises(DateError, match="outside the years"):
        parse_date("9999-12-31")


def test_an_instant_lies_in_a_year_that_can_be_counted_from():
    """Also where it is a number already."""
    for wrong in (10**30, -(10**30)):
        with pytest.raises(DateError, match="outside the years"):
            to_instant(wrong)
    with pytest.raises(DateError, match="outside the years"):
        parse_instant("9999-12-31T23:59:59Z")


def test_an_outcome_takes_its_identity_from_the_action():
    """Known when it came about unless told otherwise; channel and tone may differ."""
    chosen = action(schedule(policy(step("atraso", "D+3 10:00")), [invoice()], "2026-04-23 10:00"), "atraso")
    when = clock("2026-04-23 10:01")
    found = ev.ActionSent.of(chosen, id="envio", at=when, reference="r-1")
    assert (found.action, found.step, found.receivable, found.occurrence) == (chosen.id, "atraso", "nf-1", "0")
    assert (found.channel, found.tone, found.recorded_us, found.reference) == ("email", Tone.COURTEOUS, when, "r-1")
    other = ev.ActionFailed.of(chosen, id="x", at=when, recorded_at=when + 1, channel="sms")
    assert (other.channel, other.recorded_us) == ("sms", when + 1)
