"""`regua explain`."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.cli.lines import invoice, reachable

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
DAY = ("--as-of", "2012-06-15")


def test_explain(call: Run):
    """Every step with its reasons, their facts and the line of the policy; at the end, when anything changes."""
    ran = call("explain", "policy.toml", "events.jsonl", "--debtor", "0465-DTULQ", *DAY)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("0465-DTULQ as of 2012-06-15 12:00\n\n")
    assert "requires-step: another step has not had the required outcome" in ran.out
    assert "promessa-quebrada: not-asked  <policy.toml:" in ran.out
    assert ran.out.splitlines()[-1].startswith("next change 2012-06-")


def test_explain_one_action(call: Run):
    """By the beginning of its id, as text or JSON."""
    ask = ("explain", "policy.toml", "events.jsonl", "--debtor", "0465-DTULQ", *DAY, "--format", "json")
    said = json.loads(call(*ask).out)
    assert (said["creditor"], said["debtor"], said["as_of"]) == ("loja", "0465-DTULQ", "2012-06-15T15:00:00Z")
    entry = next(each for each in said["steps"] if each["action"] is not None)
    assert json.loads(call(*ask, "--action", entry["action"][:12]).out)["steps"] == [entry]
    assert said["next_wakeup"].startswith("2012-06-")
    ran = call(*ask, "--action", "zzz")
    assert (ran.status, ran.err) == (1, "no action of debtor '0465-DTULQ' has an id that begins with 'zzz'\n")


def test_explain_what_was_known_then(call: Run):
    """Before anything was known there is nothing to explain."""
    ran = call("explain", "policy.toml", "events.jsonl", "--debtor", "0465-DTULQ", "--as-of", "2011-06-15")
    assert ran.status == 1
    assert ran.err.startswith("nothing was known of debtor '0465-DTULQ' then; ask with a later")


def test_explain_a_payment_that_was_recorded_late(call: Run):
    """Paid on the 24th, recorded on the 27th: on the 25th the message was due by what was known then."""
    payment = {
        "type": "payment.settled",
        "version": 1,
        "id": "p-1",
        "creditor": "loja",
        "debtor": "ana",
        "payment": "pix-1",
        "at": "2026-04-24T09:00:00-03:00",
        "recorded_at": "2026-04-27T09:00:00-03:00",
        "receivables": ["nf-1"],
        "amount": {"amount": "150.00", "currency": "BRL"},
    }
    lines = (reachable("ana") + invoice("ana", "nf-1", "2026-04-22") + json.dumps(payment)).encode()
    ask = ("explain", "email.toml", "-", "--debtor", "ana", "--as-of", "2026-04-25")
    then, later = call(*ask, stdin=lines).out, call(*ask, "--known-at", "2026-04-27", stdin=lines).out
    assert "atraso: due by email, courteous" in then
    assert "since 2026-04-24" not in then
    assert "atraso: ended; settled" in later
    assert "(event p-1, since 2026-04-24T09:00-03:00)" in later


def test_explain_asks_which_creditor(call: Run):
    """A debtor of two creditors has two accounts."""
    lines = (invoice("ana", "1", "2026-04-20") + invoice("ana", "2", "2026-04-20", creditor="outra")).encode()
    ask = ("explain", "email.toml", "-", "--debtor", "ana", "--as-of", "2026-04-01")
    ran = call(*ask, stdin=lines)
    assert ran.status == 2
    assert "debtor 'ana' owes several creditors (loja, outra); choose one with --creditor" in ran.err
    assert call(*ask, "--creditor", "outra", stdin=lines).status == 0
