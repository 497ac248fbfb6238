"""explain: a schedule's reasons in words and as plain data."""

import pytest
from attrs import evolve
from tests.core.shop import (
    BANK,
    action,
    clock,
    invoice,
    outcome,
    paid,
    policy,
    promised,
    reachable,
    said,
    schedule,
    step,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.explain import chosen_actions, explain, explained, meaning
from regua.core.planning import plan
from regua.core.planning.blockers import BLOCKERS, NOTES
from regua.core.planning.schedule import Reason
from regua.core.policy import Limits, Origin, PlanRules
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-04-18")
AT = {"": Origin(file="a.toml", line=6), "approval": Origin(file="a.toml", line=7)}
LATE = step("atraso", "D+3 10:00")
RULES = policy(LATE, step("aviso", "D+3 11:00", approval="human", origins=AT))


def test_every_code_has_one_sentence():
    """Blockers and notes share no code."""
    assert not {blocker.code for blocker in BLOCKERS} & set(NOTES)
    for code in [*(blocker.code for blocker in BLOCKERS), *NOTES]:
        assert meaning(code)


def test_a_step_is_explained_in_a_line_and_one_for_each_further_reason():
    """In the debtor's clock, with the place in the policy; at the end, when anything changes."""
    found = schedule(RULES, [BILL], "2026-04-23 10:30")
    first, second = action(found, "atraso"), action(found, "aviso")
    assert explain(found) == (
        "ana as of 2026-04-23 10:30\n"
        "\n"
        "nf-1\n"
        f"2026-04-23 10:00  atraso: due by email, courteous  [{first.id[:12]}]\n"
        f"2026-04-23 11:00  aviso: waiting by email, courteous; awaiting-approval  [{second.id[:12]}]  <a.toml:6:1>\n"
        "    awaiting-approval: nobody has approved this step yet (approval human) <a.toml:7:1>\n"
        "\n"
        "next change 2026-04-23 11:00, if no fact is recorded before\n"
    )


def test_one_action_is_chosen_by_the_beginning_of_its_id():
    """All of them where nothing is given."""
    found = schedule(RULES, [BILL], "2026-04-23 10:30")
    chosen = action(found, "aviso")
    assert chosen_actions(found, chosen.id[:8]) == (chosen,)
    assert chosen_actions(found, "") == found.all
    assert "aviso" in explain(found, action=chosen.id)
    assert "atraso" not in explain(found, action=chosen.id)
    assert explained(found, action="não há") == []


def test_steps_are_plain_data_too():
    """Strings, lists, mappings and None."""
    found = schedule(RULES, [BILL], "2026-04-23 10:30")
    plain = explained(found, action=action(found, "aviso").id)
    assert plain == [
        {
            "receivable": "nf-1",
            "step": "aviso",
            "status": "waiting",
            "until": None,
            "origin": "a.toml:6:1",
            "action": action(found, "aviso").id,
            "occurrence": "0",
            "at": "2026-04-23T14:00:00Z",
            "policy": "loja",
            "policy_version": 1,
            "channel": "email",
            "tone": "courteous",
            "asked_tone": "courteous",
            "contact": "",
            "with": [],
            "listed": [],
            "breakdown": [
                {
                    "name": "principal",
                    "amount": "150.00",
                    "base": "150.00",
                    "days": None,
                    "rate": "",
                    "source": "",
                    "ground": "",
                    "paid": "0.00",
                }
            ],
            "reasons": [
                {
                    "code": "awaiting-approval",
                    "meaning": "nobody has approved this step yet",
                    "facts": {"approval": "human"},
                    "origin": "a.toml:7:1",
                }
            ],
        }
    ]


def test_a_step_that_nothing_asked_for_says_so():
    """A silence has its reason too, with the place in the policy, unless one action alone was asked about."""
    origins = {"": Origin(file="a.toml", line=9), "on": Origin(file="a.toml", line=11)}
    rules = policy(LATE, step("obrigado", on="receivable.settled", origins=origins))
    found = schedule(rules, [BILL], "2026-04-23 10:30")
    assert (
        "                  obrigado: not-asked  <a.toml:9:1>\n"
        "    not-asked: nothing asks for it: what it answers has not come about (on receivable.settled) <a.toml:11:1>\n"
    ) in explain(found)
    assert explained(found)[1] == {
        "receivable": "nf-1",
        "step": "obrigado",
        "status": "not-asked",
        "until": None,
        "origin": "a.toml:9:1",
        "action": None,
        "reasons": [
            {
                "code": "not-asked",
                "meaning": meaning("not-asked"),
                "facts": {"on": "receivable.settled"},
                "origin": "a.toml:11:1",
            }
        ],
    }
    assert "obrigado" not in explain(found, action=found.all[0].id)


def test_the_order_is_that_of_receivables_and_steps():
    """Each with every step of its own policy, what is about the debtor last, occurrences by time."""
    rules = policy(
        step("obrigado", on="dispute.opened"),
        step("atraso", "D+3 10:00"),
        step("lembrete", "D-2 10:00"),
        step("s", on="feedback.received", kind="survey", channels=(), tone=None, scope="debtor"),
    )
    other = policy(step("só", "D+9 10:00"), id="outra")
    facts = [
        invoice("nf-2", policy="outra"),
        invoice("nf-1", policy="loja"),
        said(ev.DisputeOpened, "r2", "2026-04-14", dispute="d2", receivables=("nf-1",)),
        said(ev.DisputeOpened, "r1", "2026-04-13", dispute="d1", receivables=("nf-1",)),
    ]
    found = schedule([rules, other], facts, "2026-04-02")
    assert [(each["receivable"], each["step"], each.get("occurrence")) for each in explained(found)] == [
        ("nf-1", "obrigado", "r1"),
        ("nf-1", "obrigado", "r2"),
        ("nf-1", "atraso", "0"),
        ("nf-1", "lembrete", "0"),
        ("nf-2", "só", "0"),
        ("", "s", None),
    ]
    assert "obrigado (r1): planned" in explain(found)
    assert "lembrete: waiting" in explain(found)
    assert "\nthe debtor\n" in explain(found)


def test_what_until_left_out_is_not_told_as_a_silence():
    """The steps are there, only not shown."""
    rules = policy(LATE, step("obrigado", on="receivable.settled"))
    account = fold([*reachable(), BILL])
    instant = clock("2026-04-02")
    found = plan(rules, account, as_of=instant, calendar=BANK, until=instant)
    assert explained(found) == []


def test_closed_receivables_that_were_left_out_are_not_told():
    """Nor their silences."""
    rules = policy(LATE, step("a-parte", on="reply.received"))
    account = fold([*reachable(), BILL, paid("150.00", "2026-04-10", "nf-1")])
    found = plan(rules, account, as_of=clock("2026-06-02"), calendar=BANK, closed=False)
    assert explained(found) == []


def test_a_step_of_which_the_policy_knows_no_more_is_told_too():
    """What was attempted stays, after the steps of the policy."""
    sent = outcome(
        ev.ActionSent, action(schedule(policy(step("velha", "D-3 10:00")), [BILL], "2026-04-17"), "velha"), "2026-04-17"
    )
    found = explained(schedule(policy(LATE), [BILL, sent], "2026-04-18"))
    assert [(each["step"], each["status"], each["origin"]) for each in found] == [
        ("atraso", "planned", None),
        ("velha", "done", None),
    ]


@pytest.mark.parametrize(
    ("as_of", "until", "shown"),
    [
        (
            "2026-04-23 21:00",
            "2026-04-24T11:00:00Z",
            "waiting until 2026-04-24 08:00 by email, courteous; outside-window",
        ),
        ("2026-04-24 21:00", None, "waiting by email, courteous; outside-window"),
    ],
)
def test_what_waits_says_until_when(as_of: str, until: str | None, shown: str):
    """Where every blocker says when it ends, and the action may still run then."""
    rules = policy(LATE, plan=PlanRules(max_delay=Duration(1)))
    found = schedule(rules, [BILL], as_of)
    assert explained(found)[0]["until"] == until
    assert f"atraso: {shown}  [" in explain(found)


def test_what_is_suspended_does_not_wait_for_the_end():
    """It lapses inside, unless the promise is lifted before."""
    found = schedule(policy(LATE), [BILL, promised("150.00", "2026-04-20", "2026-04-30", "nf-1")], "2026-04-21")
    assert "atraso: waiting by email, courteous; promised" in explain(found)
    assert "until 2026-05-05T00:00-03:00)" in explain(found)
    assert explained(found)[0]["until"] is None


def test_who_goes_out_together_is_named():
    """The carrier says whom it carries and what it lists, the others who carries them; after sending, too."""
    rules = policy(step("atraso", "D+3 10:00"), step("duro", "D+3 11:00", tone=Tone.FIRM), limits=Limits())
    found = schedule(rules, [BILL, invoice("nf-2", "9.00", "2026-04-18")], "2026-04-20")
    carrier = next(each for each in explained(found) if each["contact"].startswith(each["action"]))
    members = [each["action"] for each in explained(found)]
    assert sorted([carrier["action"], *carrier["with"]]) == sorted(members)
    assert {each["contact"] for each in explained(found)} == {carrier["contact"]}
    text = explain(found)
    assert text.count("    carries ") == 1
    assert text.count(f"    carried by {carrier['step']} for {carrier['receivable']}, with ") == 3


def test_what_a_contact_lists_is_named():
    """A receivable without an action of its own that day."""
    rules = policy(LATE)
    late = invoice("nf-0", "9.00", "2026-03-02", when="2026-02-02")
    found = schedule(rules, [BILL, late], "2026-04-20")
    assert explained(found, action=action(found, "atraso").id)[0]["listed"] == ["nf-0"]
    assert "    lists nf-0 too\n" in explain(found)


def test_the_channels_word_is_told():
    """Of a channel that failed, of the one that took its place, and of who called."""
    rules = policy(
        step("atraso", "D+3 10:00", channels=("sms", "email")), step("liga", "D+3 11:00", kind="task", channels=())
    )
    first = schedule(rules, [BILL], "2026-04-23 10:00")
    failed = outcome(ev.ActionFailed, action(first, "atraso"), "2026-04-23 10:00", reason="no such number")
    again = schedule(rules, [BILL, failed], "2026-04-23 10:01")
    assert "fallback: an earlier channel of the step failed (failed sms, said sms: no such number)" in explain(again)
    also = outcome(ev.ActionFailed, action(again, "atraso"), "2026-04-23 10:01", reason="mailbox full")
    called = outcome(ev.CallOutcome, action(again, "liga"), "2026-04-23 11:00", result="no-answer")
    text = explain(schedule(rules, [BILL, failed, also, called], "2026-04-23 12:00"))
    assert "atraso: done by sms, courteous; failed" in text
    assert "said sms: no such number; email: mailbox full)" in text
    assert "liga: done, courteous; sent" in text
    assert "said no-answer)" in text


def test_nothing_more_will_change():
    """Then it says so."""
    found = schedule(policy(LATE), [BILL, paid("150.00", "2026-04-10", "nf-1")], "2027-04-18")
    assert explain(found).endswith("\n\nnothing changes until a fact is recorded\n")


def test_what_was_known_then_is_told_as_it_was_known():
    """Paid on the 22nd, recorded on the 24th: on the 23rd the message was due, and rightly so."""
    facts = [BILL, paid("150.00", "2026-04-22 09:00", "nf-1", known="2026-04-24 09:00")]
    rules = policy(LATE)
    then = schedule(rules, facts, "2026-04-23 10:00", known_at=clock("2026-04-23 10:00"))
    assert "atraso: due by email, courteous" in explain(then)
    assert "settled" not in explain(then)
    now = schedule(rules, facts, "2026-04-23 10:00")
    assert "atraso: ended; settled" in explain(now)
    assert "(event pagto 2026-04-22 09:00 150.00 pago, since 2026-04-22T09:00-03:00)" in explain(now)


def test_an_action_about_the_debtor_without_channel_or_tone():
    """Nothing is made up."""
    rules = policy(step("s", on="feedback.received", kind="survey", channels=(), tone=None, scope="debtor"))
    found = schedule(rules, [BILL, said(ev.FeedbackReceived, "f", "2026-04-22", rating=1)], "2026-04-22")
    assert f"\nthe debtor\n2026-04-22 12:00  s: due  [{found.all[0].id[:12]}]\n" in explain(found)


def test_a_legal_rule_is_named():
    """By its id."""
    found = schedule(RULES, [BILL], "2026-04-23 10:30")
    ruled = evolve(found.all[0], reasons=(Reason("lapsed", rule="neg.cinco_anos"),))
    shown = evolve(found, all=(ruled,))
    assert "lapsed: its time has passed [neg.cinco_anos]\n" in explain(shown)
    assert explained(shown)[0]["reasons"][0]["rule"] == "neg.cinco_anos"


def test_a_clamped_tone_names_both():
    """What was asked and what was delivered."""
    rules = policy(LATE, step("duro", "D+5 10:00", tone=Tone.FINAL), plan=PlanRules(catch_up="all"))
    found = schedule(rules, [BILL], "2026-04-25 10:00")
    assert "(asked final, delivered nothing)" in explain(found)
    sent = outcome(ev.ActionDelivered, action(found, "atraso"), "2026-04-23 10:00")
    assert "duro: due by email, final" in explain(schedule(rules, [BILL, sent], "2026-04-25 10:00"))


def test_a_tone_is_read_by_its_word():
    """And only by one of them."""
    assert [Tone.parse(tone.word) for tone in Tone] == list(Tone)
    for wrong in ("FIRM", "brando", ""):
        with pytest.raises(ValueError, match="write one of reminder, courteous"):
            Tone.parse(wrong)
