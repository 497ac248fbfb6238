"""What holds of every action: when it may run, in which tone, and what stops it."""

from datetime import datetime, timedelta

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties import portfolios as p
from tests.properties.portfolios import (
    DAY,
    MIDNIGHT,
    MINUTE,
    Portfolio,
    at,
    civil,
    evolve_plan,
    fact,
    few,
    instants,
    outcome,
    policies,
    portfolios,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.money import Money
from regua.core.planning import Action, Schedule
from regua.core.planning.blockers import BLOCKERS, NOTES
from regua.core.policy import OffsetTrigger, Policy, Step

without_promises = portfolios(
    happenings=(p._payment, p._credit, p._dispute, p._hold, p._void, p._file, p._reach, p._decision, p._amendment)  # noqa: SLF001 - its own package
)
PLACES = [blocker.code for blocker in BLOCKERS]


def runs_at(portfolio: Portfolio, action: Action) -> int:
    """The instant at which it would be carried out."""
    return max(action.at_us, portfolio.as_of)


def running(schedule: Schedule) -> list[Action]:
    """What will be carried out if nothing happens."""
    return [*schedule.due, *schedule.planned]


@few
@given(portfolios())
def test_ids_are_unique(portfolio):
    """No two actions of a schedule are the same."""
    ids = [action.id for action in portfolio.schedule().all]
    assert len(ids) == len(set(ids))


@few
@given(portfolios())
def test_every_step_of_every_receivable_has_one_open_action_at_most(portfolio):
    """A step by offset asks once for a receivable; only what is done may stand beside it."""
    steps = {step.id for step in portfolio.policy.steps if isinstance(step.trigger, OffsetTrigger)}
    open_ones = [
        (action.step, action.receivable)
        for action in portfolio.schedule().all
        if action.step in steps and action.status != "done"
    ]
    assert len(open_ones) == len(set(open_ones))


@few
@given(portfolios())
def test_each_action_has_one_primary_reason_and_known_codes(portfolio):
    """Blockers stand in the order of the table, each code once; every code has its sentence."""
    for action in portfolio.schedule().all:
        codes = [reason.code for reason in action.reasons]
        assert codes
        assert set(codes) <= {*PLACES, *NOTES}, codes
        assert len(codes) == len(set(codes)), codes
        assert action.reason is action.reasons[0]
        blockers = [PLACES.index(code) for code in codes if code in PLACES]
        assert blockers == sorted(blockers), codes


@few
@given(portfolios())
def test_the_status_and_the_primary_reason_agree(portfolio):
    """Due says due, planned says planned, waiting and ended say what stands in the way."""
    over = {"settled", "cancelled", "written-off", "vetoed", "superseded", "lapsed", "condition-not-met", "unless-met"}
    for action in portfolio.schedule().all:
        code = action.reason.code
        if action.status in {"due", "planned"}:
            assert code == action.status
        elif action.status == "waiting":
            assert code in PLACES
            assert code not in over
        elif action.status == "ended":
            assert over & {reason.code for reason in action.reasons}


@few
@given(portfolios())
def test_what_runs_runs_in_an_open_hour_of_the_debtor(portfolio):
    """Inside the window of that weekday in the debtor's zone, never on a national holiday; registrars on bank days."""
    kinds = {step.id: step.kind for step in portfolio.policy.steps}
    for action in running(portfolio.schedule()):
        clock = naive.wall(portfolio, runs_at(portfolio, action))
        if kinds[action.step] == "notice":
            assert naive.is_business_day(clock.date()), action.step
        else:
            assert is_open(portfolio.policy, kinds[action.step], clock), (action.step, clock)


def is_open(policy: Policy, kind: str, clock: datetime) -> bool:
    """Whether a clock time lies in the window of its weekday."""
    windows = policy.limits.call_windows if kind == "task" else policy.limits.windows
    window = windows[clock.weekday()]
    if window is None or clock.date() in naive.CONTACT_HOLIDAYS:
        return False
    return window.opens <= clock.hour * 60 + clock.minute < window.closes


@few
@given(portfolios())
def test_nothing_presses_before_clearing_has_passed(portfolio):
    """The earliest day is the day after `limits.clearing` has passed since the effective due date."""
    for action in running(portfolio.schedule()):
        if action.presses and action.receivable:
            due = naive.next_business_day(naive.due_of(portfolio, action.receivable))
            day = naive.wall(portfolio, runs_at(portfolio, action)).date()
            assert day > naive.cleared(portfolio, naive.next_business_day(due)), action.step


@few
@given(portfolios())
def test_a_reminder_never_runs_after_the_effective_due_date(portfolio):
    """A step up to the due date may be late, but no later than the effective due date, unless another requires it."""
    steps = {step.id: step for step in portfolio.policy.steps}
    required = {step.requires.step for step in portfolio.policy.steps if step.requires}
    for action in running(portfolio.schedule()):
        trigger = steps[action.step].trigger
        if (
            action.step not in required
            and isinstance(trigger, OffsetTrigger)
            and trigger.offset.days <= 0
            and trigger.anchor == "effective"
        ):
            due = naive.next_business_day(naive.due_of(portfolio, action.receivable))
            assert naive.wall(portfolio, runs_at(portfolio, action)).date() <= due, action.step


@few
@given(without_promises)
def test_nothing_presses_while_it_is_stopped(portfolio):
    """Not when void, disputed, held, with the notary or the agency at the instant at which it would run."""
    for action in running(portfolio.schedule()):
        if action.presses and action.receivable:
            assert not naive.is_stopped(portfolio, action.receivable, runs_at(portfolio, action)), action.step


@few
@given(portfolios(happenings=(p._payment, p._hold)))  # noqa: SLF001 - its own package
def test_nothing_presses_when_its_money_is_there(portfolio):
    """A slow clerk who allocates the payments finds no pressing action for what is settled."""
    assume(not portfolio.of(ev.PaymentNoticed))
    for action in running(portfolio.schedule()):
        instant = runs_at(portfolio, action)
        if action.presses and action.receivable:
            debt = naive.debts(portfolio, instant)[action.receivable]
            assert not debt.is_settled, action.step
            assert action.amount == Money(debt.asked(naive.wall(portfolio, instant).date()))


@few
@given(
    portfolios(count=1, happenings=(p._reach, p._decision, p._through), sendings=1),  # noqa: SLF001 - as above
    instants,
    st.integers(0, 9),
)
def test_nothing_presses_while_it_is_promised(portfolio, made, days):
    """A promise of everything, believed and unpaid, silences until clearing after its day has passed."""
    day = (made - MIDNIGHT) // DAY
    promise = fact(
        ev.PromiseMade,
        "promessa",
        made,
        promise="promessa",
        amount=Money(10**8),
        by=civil(day + days),
        receivables=("nf-0",),
    )
    made_day = naive.wall(portfolio, made).date()
    assume(made_day <= promise.by)
    longest = portfolio.policy.promise.max_days
    assume(longest is None or (promise.by - made_day).days <= longest.days)
    assume(portfolio.of(ev.InvoiceIssued)[0].at_us <= made)
    last = naive.cleared(portfolio, promise.by)
    for action in running(portfolio.plus(promise).schedule()):
        instant = runs_at(portfolio, action)
        if action.presses and action.receivable and instant >= made:
            assert naive.wall(portfolio, instant).date() > last, action.step


@few
@given(portfolios())
def test_a_tone_is_at_most_one_rung_above_the_highest_delivered(portfolio):
    """The first pressing message is on the lowest rung; each delivery allows one rung more."""
    gradual = evolve(portfolio.policy, plan=evolve(portfolio.policy.plan, gradual=True))
    portfolio = evolve(portfolio, policy=gradual)
    ladder = naive.rungs(portfolio.policy.steps)
    messages = {step.id for step in portfolio.policy.steps if step.kind == "message" and step.presses}
    for action in running(portfolio.schedule()):
        if action.step in messages and action.tone is not None and action.receivable:
            highest = naive.delivered(portfolio, action.receivable, runs_at(portfolio, action))
            allowed = 0 if highest is None else ladder.index(highest) + 1
            assert ladder.index(action.tone) <= allowed, action.step
            assert action.asked_tone is not None
            assert action.tone <= action.asked_tone


@few
@given(portfolios())
def test_a_clamped_tone_says_so(portfolio):
    """A message that is milder than its step asks carries the reason."""
    for action in running(portfolio.schedule()):
        codes = {reason.code for reason in action.reasons}
        assert ("tone-clamped" in codes) == (action.tone != action.asked_tone), action.step


@few
@given(portfolios())
def test_no_message_runs_without_a_channel_that_reaches(portfolio):
    """Its channel has a working point and a consent that was not taken back."""
    steps = {step.id: step for step in portfolio.policy.steps}
    for action in running(portfolio.schedule()):
        step, instant = steps[action.step], runs_at(portfolio, action)
        if step.channels:
            assert action.channel in step.channels
            assert is_reached(portfolio, action.channel, instant), action.channel


def is_reached(portfolio: Portfolio, channel: str, instant: int) -> bool:
    """Whether the newest word about the point and the consent is a good one."""
    points = [event for event in portfolio.of(ev.ContactPointAdded) if channel in event.channels]
    works, consent = False, False
    for event in portfolio.of(ev.ContactPointAdded, ev.ContactPointFailed, ev.ContactPointVerified):
        if event.at_us <= instant and event.point in {point.point for point in points}:
            works = not isinstance(event, ev.ContactPointFailed)
    for event in portfolio.of(ev.ConsentGranted, ev.ConsentRevoked):
        if event.at_us <= instant and event.channel == channel:
            consent = isinstance(event, ev.ConsentGranted)
    return works and consent


@few
@given(portfolios())
def test_what_was_attempted_never_runs_again_on_the_same_channel(portfolio):
    """The past is fixed: what was sent, attempted, skipped or is unknown is done; a failure goes elsewhere."""
    for action in running(portfolio.schedule()):
        known = [
            event
            for event in portfolio.of(*OUTCOMES)
            if event.action == action.id and event.at_us <= portfolio.as_of and event.channel == action.channel
        ]
        assert not known, action.step


OUTCOMES = (ev.ActionAttempted, ev.ActionSent, ev.ActionDelivered, ev.ActionFailed, ev.ActionSkipped, ev.ActionUnknown)


@few
@given(portfolios(), st.data())
def test_executing_what_is_due_changes_only_what_depends_on_it(portfolio, data):
    """Days stand still; others change by `requires`, `unless`, catch-up, tone, regret, and by nothing else."""
    portfolio = evolve_plan(portfolio, consolidate="none")
    coming = [action.at_us for action in portfolio.schedule().planned]
    if coming:
        portfolio = evolve(portfolio, as_of=data.draw(st.sampled_from(coming)))
    before = portfolio.schedule()
    assume(before.due)
    chosen = data.draw(st.sampled_from(before.due))
    sent = outcome(ev.ActionSent, chosen, "envio-x", portfolio.as_of)
    delivered = outcome(ev.ActionDelivered, chosen, "entrega-x", portfolio.as_of)
    after = {action.id: action for action in portfolio.plus(sent, delivered).schedule().all}
    assert after[chosen.id].status == "done"
    for action in before.all:
        if action.id == chosen.id:
            continue
        now = after[action.id]
        if action.receivable == chosen.receivable and depends(portfolio.policy, action, chosen):
            continue
        assert (now.at_us, now.status, now.amount) == (action.at_us, action.status, action.amount), action.step
        if action.receivable != chosen.receivable:
            assert now == action
    fresh = [action for action in after.values() if action.id not in {action.id for action in before.all}]
    for action in fresh:
        step = next(step for step in portfolio.policy.steps if step.id == action.step)
        assert getattr(step.trigger, "on", "") == "contact.regretted" or "+" in action.occurrence


def depends(policy: Policy, action: Action, chosen: Action) -> bool:
    """Whether a rule lets what became of one action change the other."""
    steps = {step.id: step for step in policy.steps}
    step = steps[action.step]
    if {reference.step for reference in (step.requires, step.unless) if reference} & {chosen.step}:
        return True
    required = _required_by(steps, chosen.step)
    missed = {"missed", "superseded"} & {reason.code for reason in action.reasons}
    return action.step in required or bool(missed) or action.status == "due"


def _required_by(steps: dict[str, Step], name: str) -> set[str]:
    requires = steps[name].requires
    return {requires.step} if requires else set()


@few
@given(
    portfolios(
        count=2,
        happenings=(p._dispute, p._hold, p._void, p._file, p._reach, p._decision, p._amendment),  # noqa: SLF001 - as above
    ),
    st.integers(0, 20),
    st.integers(0, 45),
    st.integers(100, 10**6),
)
def test_a_new_invoice_changes_nothing_of_the_others(portfolio, issued, due, amount):
    """Receivables are independent where no money is unnamed, no minimum is set and nothing merges."""
    portfolio = evolve_plan(portfolio, consolidate="none")
    portfolio = evolve(
        portfolio, policy=evolve(portfolio.policy, limits=evolve(portfolio.policy.limits, min_balance=0))
    )
    new = fact(ev.InvoiceIssued, "z-nova", at(issued, 600), receivable="nf-nova", amount=Money(amount), due=civil(due))
    before = [action for action in portfolio.schedule().all if action.receivable]
    after = [action for action in portfolio.plus(new).schedule().all if action.receivable not in {"", "nf-nova"}]
    assert after == before


@few
@given(portfolios(), st.data())
def test_a_stop_never_adds_an_action(portfolio, data):
    """Neither a dispute nor a hold makes anything run that would not have run without it, but for its own review."""
    instant = data.draw(instants)
    names = tuple(event.receivable for event in portfolio.of(ev.InvoiceIssued))
    stop = data.draw(
        st.sampled_from(
            [
                fact(ev.DisputeOpened, "z", instant, dispute="z", receivables=names),
                fact(ev.HoldPlaced, "z", instant, hold="z", until=civil((instant - MIDNIGHT) // DAY + 3)),
            ]
        )
    )
    plain = evolve(
        portfolio.policy,
        plan=evolve(portfolio.policy.plan, catch_up="all"),
        limits=evolve(portfolio.policy.limits, min_balance=0),
    )
    portfolio = evolve(portfolio, policy=plain)
    before = {action.id for action in running(portfolio.schedule())}
    after = {action.id for action in running(portfolio.plus(stop).schedule()) if not action.step.startswith("review:")}
    assert after <= before


@few
@given(portfolios(given_policies=policies()), st.data())
def test_a_veto_ends_one_step_of_one_receivable(portfolio, data):
    """All else goes on as it was, what depends on that step apart."""
    step = data.draw(st.sampled_from(portfolio.policy.steps))
    assume(isinstance(step.trigger, OffsetTrigger))
    name = data.draw(st.sampled_from([event.receivable for event in portfolio.of(ev.InvoiceIssued)]))
    veto = fact(ev.StepVetoed, "z", at(-20), receivable=name, step=step.id)
    portfolio = evolve_plan(portfolio, consolidate="none")
    after = portfolio.plus(veto).schedule()
    for action in running(after):
        assert (action.receivable, action.step) != (name, step.id)
    others = [action for action in portfolio.schedule().all if action.receivable != name]
    assert [action for action in after.all if action.receivable != name] == others


@few
@given(portfolios(), instants)
def test_a_dead_debtor_hears_nothing(portfolio, instant):
    """From the death on nothing is due or planned, thanks and apologies included."""
    death = fact(ev.DebtorDeceased, "z", instant)
    schedule = portfolio.plus(death).schedule()
    for action in running(schedule):
        assert runs_at(portfolio, action) < instant, action.step


@few
@given(portfolios())
def test_a_missed_action_runs_within_its_delay(portfolio):
    """What is due today was to run today, or within `max_delay` before, or was held back by something it names."""
    steps = {step.id: step for step in portfolio.policy.steps}
    needed = {step.requires.step for step in steps.values() if step.requires}
    longest = timedelta(days=portfolio.policy.plan.max_delay.days)
    for action in portfolio.schedule().due:
        if action.step in needed or not action.receivable:
            continue
        issued = next(event for event in portfolio.of(ev.InvoiceIssued) if event.receivable == action.receivable)
        latest = max(action.day, naive.wall(portfolio, issued.recorded_us).date())
        assert naive.wall(portfolio, portfolio.as_of).date() <= latest + longest, action.step


@few
@given(portfolios(), instants)
def test_knowing_less_is_another_account_not_another_meaning(portfolio, known_at):
    """What was known on a day, planned on that day, is the same whenever it is asked."""
    account = fold(portfolio.events, known_at=known_at)
    later = fold([fact(ev.FeedbackReceived, "z", known_at + MINUTE, rating=5)], account)
    assert fold(later.events, known_at=known_at).events == account.events
