"""Reasons point at the line of the policy file that made them."""

import pytest
from tests.core.shop import action, invoice, promised, said, schedule

from regua.core import events as ev
from regua.policyfile import load_policy

BILL = invoice("nf-1", "150.00", "2026-04-18")
HELD = said(ev.HoldPlaced, "h", "2026-04-22", hold="h")
CALENDAR = 'calendar = "br-bancario"'
MAIL = 'tone = "courteous"\nchannels = ["email"]\ntemplate = "x"'
LATE = f'[[step]]\nid = "atraso"\nat = "D+3 10:00"\n{MAIL}'
FIRM = LATE.replace("courteous", "firm")
NEXT = f'[[step]]\nid = "depois"\nat = "D+4 10:00"\n{MAIL.replace("email", "sms")}'


def line_of(text: str, code: str, *events: ev.Event, as_of: str = "2026-04-22", name: str = "atraso") -> str:
    """The line to which a reason of an action points."""
    rules = load_policy(f'format = 1\n[policy]\nid = "loja"\n{CALENDAR}\n{text}\n')
    found = action(schedule(rules, [BILL, *events], as_of), name)
    (reason,) = [each for each in found.reasons if each.code == code]
    assert reason.origin is not None
    return ["format = 1", "[policy]", 'id = "loja"', CALENDAR, *text.split("\n")][reason.origin.line - 1]


@pytest.mark.parametrize(
    ("line", "code", "as_of"),
    [
        ('clearing = "5bd"', "clearing", "2026-04-22"),
        ('freshness = "2d"', "stale-payments", "2026-04-22"),
        ('min_balance = "200.00"', "below-minimum", "2026-04-22"),
        ('windows = { weekdays = "11:00-12:00" }', "outside-window", "2026-04-22"),
    ],
)
def test_a_limit_that_hinders_is_pointed_at(line: str, code: str, as_of: str):
    """Each at its own key."""
    assert line_of(f"[limits]\n{line}\n{LATE}", code, as_of=as_of) == line


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("contacts_per_day = 1", "daily-cap"),
        ("contacts_per_week = 1", "weekly-cap"),
        ('min_interval = "2d"', "min-interval"),
    ],
)
def test_a_cap_that_moves_is_pointed_at(line: str, code: str):
    """Two messages of one day by two channels; the second moves, or waits."""
    both = f"{LATE}\n{NEXT.replace('D+4', 'D+3')}"
    assert line_of(f"[limits]\n{line}\n{both}", code, name="depois") == line


@pytest.mark.parametrize(
    ("line", "code", "steps", "as_of"),
    [
        ('catch_up = "latest"', "superseded", f"{LATE}\n{NEXT}", "2026-04-24 12:00"),
        ('catch_up = "none"', "lapsed", LATE, "2026-04-24"),
        ('when_held = "skip"', "held", LATE, "2026-04-22 12:00"),
        ("gradual = true", "tone-clamped", f"{FIRM}\n{NEXT}", "2026-04-21"),
    ],
)
def test_a_rule_of_the_plan_is_pointed_at(line: str, code: str, steps: str, as_of: str):
    """Each at its own key."""
    held = [HELD] if code == "held" else []
    assert line_of(f"[plan]\n{line}\n{steps}", code, *held, as_of=as_of) == line


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('requires = { sent = "depois" }', "requires-step"),
        ('approval = "human"', "awaiting-approval"),
        ('when = { balance = "200.00.." }', "condition-not-met"),
    ],
)
def test_a_key_of_the_step_is_pointed_at(line: str, code: str):
    """What it waits for, and what it asks."""
    assert line_of(f"{NEXT.replace('D+4', 'D+2')}\n{LATE}\n{line}", code) == line


def test_channels_that_reach_nobody_are_pointed_at():
    """Nobody has a number for them."""
    assert line_of(LATE.replace("email", "whatsapp"), "no-contact-point") == 'channels = ["whatsapp"]'


def test_what_is_no_rule_points_at_none():
    """A payment announced stops by itself, no key says so; a promise is the policy's to weigh."""
    rules = load_policy(f'format = 1\n[policy]\nid = "loja"\n{CALENDAR}\n[plan]\nwhen_held = "skip"\n{LATE}\n')
    cancelled = said(ev.InvoiceCancelled, "x", "2026-04-22", receivable="nf-1")
    assert action(schedule(rules, [BILL, cancelled], "2026-04-22 12:00"), "atraso").reasons[0].origin is None
    word = promised("150.00", "2026-04-22", "2026-04-27")
    promise = action(schedule(rules, [BILL, word], "2026-04-22 12:00"), "atraso").reasons[0]
    assert (promise.code, promise.origin is None) == ("promised", False)
