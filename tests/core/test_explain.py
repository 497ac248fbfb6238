"""explain: a schedule's reasons in words and as plain data."""

import pytest
from attrs import evolve
from tests.core.shop import action, invoice, outcome, policy, said, schedule, step

from regua.core import events as ev
from regua.core.explain import chosen_actions, explain, explained, meaning
from regua.core.planning.blockers import BLOCKERS, NOTES
from regua.core.planning.schedule import Reason
from regua.core.policy import Origin, PlanRules
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-04-18")
LATE = step("atraso", "D+3 10:00")
RULES = policy(LATE, step("aviso", "D+3 11:00", approval="human", origins={"approval": Origin(file="a.toml", line=7)}))


def test_every_code_has_one_sentence():
    """Blockers and notes share no code."""
    assert not {blocker.code for blocker in BLOCKERS} & set(NOTES)
    for code in [*(blocker.code for blocker in BLOCKERS), *NOTES]:
        assert meaning(code)


def test_an_action_is_explained_in_a_line_and_one_for_each_reason():
    """In the debtor's clock, with the place in the policy."""
    found = schedule(RULES, [BILL], "2026-04-23 10:30")
    first, second = action(found, "atraso"), action(found, "aviso")
    assert explain(found) == (
        "ana as of 2026-04-23 10:30\n"
        f"2026-04-23 10:00  atraso for nf-1: due by email, courteous  [{first.id[:12]}]\n"
        "    due: to be carried out now\n"
        f"2026-04-23 11:00  aviso for nf-1: waiting by email, courteous  [{second.id[:12]}]\n"
        "    awaiting-approval: nobody has approved this step yet (approval human) <a.toml:7:1>\n"
    )


def test_one_action_is_chosen_by_the_beginning_of_its_id():
    """All of them where nothing is given."""
    found = schedule(RULES, [BILL], "2026-04-23 10:30")
    chosen = action(found, "aviso")
    assert chosen_actions(found, chosen.id[:8]) == (chosen,)
    assert chosen_actions(found, "") == found.all
    assert explain(found, action=chosen.id).count("for nf-1") == 1
    assert explained(found, action="não há") == []


def test_reasons_are_plain_data_too():
    """Strings, lists and mappings."""
    found = schedule(RULES, [BILL], "2026-04-23 10:30")
    plain = explained(found, action=action(found, "aviso").id)
    assert plain == [
        {
            "action": action(found, "aviso").id,
            "step": "aviso",
            "receivable": "nf-1",
            "status": "waiting",
            "at": "2026-04-23T14:00:00Z",
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


def test_an_action_about_the_debtor_without_channel_or_tone():
    """Nothing is made up."""
    rules = policy(step("s", on="feedback.received", kind="survey", channels=(), tone=None, scope="debtor"))
    found = schedule(rules, [BILL, said(ev.FeedbackReceived, "f", "2026-04-22", rating=1)], "2026-04-22")
    assert f"s for the debtor: due  [{found.all[0].id[:12]}]\n" in explain(found)


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
    assert "duro for nf-1: due by email, final" in explain(schedule(rules, [BILL, sent], "2026-04-25 10:00"))


def test_a_tone_is_read_by_its_word():
    """And only by one of them."""
    assert [Tone.parse(tone.word) for tone in Tone] == list(Tone)
    for wrong in ("FIRM", "brando", ""):
        with pytest.raises(ValueError, match="write one of reminder, courteous"):
            Tone.parse(wrong)
