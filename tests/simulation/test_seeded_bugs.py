"""A test of the tests: the stateful machine finds bugs that are put into the real code, one at a time.

Each bug is one function or method that is subtly wrong, as a careful programmer may write it. An invariant has to say
so: an engine that merely crashes would not count.
"""

# ruff: noqa: SLF001 - what is replaced is private

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import Phase, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from regua.core.events import PaymentSettled
from regua.core.planning import attempted, caps, standing, tone
from regua.core.planning.hours import Hours
from regua.core.planning.identity import action_id
from regua.core.planning.making import Maker
from regua.core.planning.past import past_of
from regua.core.planning.planner import Planner
from regua.core.planning.promises import PromiseBook
from regua.core.planning.standing import Standing
from regua.core.policy import ESCALATIONS, Step
from regua.engine import recovery
from regua.engine.book import Change
from regua.engine.outcomes import Answer
from regua.errors import SimulationError
from regua.testing.invariants import INVARIANTS
from regua.testing.machine import DunningMachine

pytestmark = pytest.mark.one_python

RULER = """
format = 1

[policy]
id = "regua"
calendar = "br-bancario"

[limits]
contacts_per_day = 1
contacts_per_week = 2

[[step]]
id = "lembrete"
at = "D-2 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+1 10:00"
tone = "courteous"
channels = ["whatsapp", "email"]
template = "atraso"

[[step]]
id = "segundo-aviso"
at = "D+5 16:00"
tone = "formal"
channels = ["email", "whatsapp"]
template = { courteous = "atraso", formal = "segundo-aviso" }

[[step]]
id = "terceiro-aviso"
at = "D+7 15:30"
tone = "firm"
channels = ["whatsapp", "email"]
template = { courteous = "atraso", formal = "segundo-aviso" }

[[step]]
id = "ultimo-aviso"
at = "D+9 15:00"
tone = "final"
channels = ["email"]
template = { courteous = "atraso", formal = "segundo-aviso", final = "ultimo-aviso" }
requires = { delivered = "segundo-aviso" }

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "0d 10:00"
channels = ["email"]
template = "obrigado"

[[step]]
id = "promessa-quebrada"
on = "promise.broken"
after = "0d 10:00"
tone = "courteous"
channels = ["whatsapp"]
template = "promessa-quebrada"
"""
"""Caps, merging, promises, holds, four rungs, fallback channels, a requirement."""

SEEDS = range(40)
SEARCH = settings(
    max_examples=2,  # the simplest one and one at random; of the next ones most are variations of that
    stateful_step_count=14,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    print_blob=False,
)


class Found(Exception):  # noqa: N818 - what is said of the search
    """An invariant does not hold; its name."""


class Ruler(DunningMachine):
    policy = RULER
    debtors = ("ana", "bruno")
    most = 6

    @invariant()
    def what_must_hold(self) -> None:
        """All invariants that look at what happened, told by name."""
        for holds in INVARIANTS[:-1]:
            try:
                holds(self.sim)
            except SimulationError as error:
                raise Found(holds.__name__) from error


def search() -> None:
    """Run the machine from each seed, until an invariant does not hold."""
    for number in SEEDS:
        run_state_machine_as_test(seed(number)(Ruler), settings=SEARCH)


@frozen
class Bug:
    """A wrong function in place of a right one."""

    place: Any
    name: str
    wrong: Callable[..., Any]
    found_by: Sequence[str]


def replaces(place: Any, name: str, *found_by: str) -> Callable[[Callable[..., Any]], Bug]:
    """Say in whose place a wrong function stands, and which invariants may find it."""
    return lambda wrong: Bug(place, name, wrong, found_by)


_append = Change.append


@replaces(Change, "append", "nobody_who_paid_is_dunned")
def a_plan_outlives_a_payment(self, events):
    """The plan that is remembered is believed though money came in since."""
    before = self.state.schedule
    _append(self, events)
    if events and all(isinstance(event, PaymentSettled) for event in events):
        self.state = evolve(self.state, schedule=before)


@replaces(Standing, "first_pressing_day", "nothing_presses_before_clearing")
def clearing_is_a_day_short(self, policy, day):
    """The day on which payments become known is a day on which one may press."""
    return self.cleared(policy, day)


@replaces(attempted, "_counts", "the_caps_hold")
def only_what_arrived_is_counted(standing, outcomes):
    """What is under way or unknown takes no room."""
    _, step = standing.declared(outcomes[0].receivable, outcomes[0].step)
    return (step is None or attempted.is_counted(step)) and past_of(outcomes).code in {"delivered", "read"}


_too_many = caps.Room._too_many


@replaces(caps.Room, "_too_many", "the_caps_hold")
def the_week_has_six_days(self, counts, day, limit, window):
    """Of seven civil days the first is left out."""
    return _too_many(self, counts, day, limit, window if window == 1 else window - 1)


_open = Planner._open


@replaces(Planner, "_open", "actions_keep_their_ids")
def the_next_channel_is_another_action(self, asked, required):
    """After a failure the step asks anew."""
    for ask in _open(self, asked, required):
        past = self._pasts.get(ask.id)
        if past is None:
            yield ask
            continue
        account, occurrence = self._standing.account, f"{ask.occurrence}"
        name = action_id(account.creditor, account.debtor, ask.receivable, ask.step.id, f"{occurrence}+{past.failed}")
        if name not in self._pasts:
            yield evolve(ask, id=name)


@replaces(tone, "deliveries", "tones_rise_by_one_rung")
def what_was_sent_makes_a_rung(standing, ask):
    """The ladder is climbed by what was accepted, though it never arrived."""
    found = [
        (outcome.at_us, outcome.tone)
        for outcomes in standing.outcomes.get(ask.receivable, [])
        for outcome in outcomes
        if outcome.tone is not None and outcome.at_us >= ask.since and tone.level(outcome) >= 1
    ]
    return sorted(found)


_opened = standing.opened


@replaces(standing, "opened", "nobody_is_dunned_while_it_is_stopped")
def a_dispute_ends_with_its_day(facts, openings, name, start, *, whole=True):
    """What says no last day stops only the day on which it begins."""
    found = _opened(facts, openings, name, start, whole=whole)
    return [span if span.end else evolve(span, end=_next_day(span.start, start)) for span in found]


def _next_day(instant, start):  # noqa: ANN202 - as the bugs around it
    """The first day that begins after an instant."""
    day = instant // (86_400 * 1_000_000) + date(1970, 1, 1).toordinal() - 1
    return next(begins for begins in map(start, range(day, day + 4)) if begins > instant)


@replaces(standing, "opened", "nobody_is_dunned_while_it_is_stopped")
def a_hold_of_the_debtor_holds_no_receivable(facts, openings, name, start, *, whole=True):
    """It names none."""
    return _opened(facts, openings, name, start, whole=whole and not name)


@replaces(PromiseBook, "_gifts", "nobody_is_dunned_while_it_is_promised")
def a_promise_is_kept_by_older_money(self, made, names):
    """Whatever was paid up to the day counts."""
    return self._ledger.given(names, 0, made.at_us + (1 << 60))


_frame = Hours._frame


@replaces(Hours, "_frame", "nothing_outside_the_windows")
def saturday_is_a_weekday(self, day):
    """As long as the Friday before."""
    found = _frame(self, day)
    friday = self.eras[0].windows[4]
    if found is None or self.official or (day - 1) % 7 != 5:
        return found
    return self._at(day, friday.opens), self._at(day, friday.closes)


@replaces(Standing, "channel", "nothing_without_consent")
def the_next_channel_needs_no_consent(self, channels, instant):
    """It is asked for with the first one."""
    blocker = "no-contact-point"
    for place, channel in enumerate(channels):
        if self.point(channel, instant):
            consent = self.facts.consents.get(channel)
            if place or (consent is not None and consent.at(instant)):
                return channel, ""
            blocker = "opted-out"
    return "", blocker


_looked_back = Planner._looked_back


@replaces(Planner, "_looked_back", "no_action_is_sent_twice")
def members_are_due_again(self, left_out):
    """What another action's contact carried counts as done for that day alone."""
    for action, past in _looked_back(self, left_out):
        if past.counting.contact.startswith(action) or self._standing.day(past.outcomes[-1].at_us) == self._today:
            yield action, past


STOPS = ("nobody_who_paid_is_dunned", "nobody_is_dunned_while_it_is_stopped", "nobody_is_dunned_while_it_is_promised")


@replaces(Step, "is_stoppable", *STOPS)
@property
def reminders_never_stop(self):
    """They do not press."""
    return self.presses or self.kind in ESCALATIONS


_is_done = Planner._is_done


@replaces(Planner, "_is_done", "no_action_is_sent_twice")
def what_is_unknown_is_tried_once_more(self, ask):
    """For nobody knows that it was sent."""
    past = self._pasts.get(ask.id)
    if past is not None and past.code == "unknown" and len(past.outcomes) <= 2:
        return False
    return _is_done(self, ask)


@replaces(recovery, "_unknown", "nothing_arrives_twice")
def who_died_sent_nothing(change, row, asking):  # noqa: ARG001 - as of what it replaces
    """What a dead worker was sending is due again."""
    attempts = change.transaction.attempts(row.debtor)
    attempt = next(each for each in reversed(attempts) if row.id in each.members and each.epoch == row.epoch)
    answer = Answer(outcome="transient", reason="the worker ended")
    change.transaction.finish(answer.on(attempt, change.now))
    left = change.state.attempted(attempt)
    change.learn(attempt.members, change.state.new(recovery.facts(answer, left, change.now)))


@replaces(Maker, "_overdue", "nobody_is_dunned_while_it_is_stopped", "nobody_is_dunned_while_it_is_promised")
def all_that_is_overdue_is_listed(self, instant):
    """Also what is disputed, held or promised."""
    standing, day = self.standing, self.standing.day(instant)
    for name, issued, over in standing.ledger.lives:
        if issued <= instant < over:
            effective = standing.effective(name, standing.ledger.position(name, instant).due)
            if day >= standing.first_pressing_day(standing.bound[name], effective):
                yield name


BUGS = {name: bug for name, bug in vars().copy().items() if isinstance(bug, Bug)}


def test_without_a_bug_all_is_well():
    """What the machine finds is the bug and nothing else."""
    search()


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_found(monkeypatch, name):
    """By an invariant that names what is wrong."""
    bug = BUGS[name]
    monkeypatch.setattr(bug.place, bug.name, bug.wrong)
    with pytest.raises(Found) as caught:
        search()
    assert caught.value.args[0] in bug.found_by
