"""What happened in a world, held against what its test expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from attrs import frozen

from regua.core.dates import civil_day, local
from regua.core.events import ActionOutcome, ActionSent, ActionUnknown
from regua.core.explain import meaning_of
from regua.core.planning import Action, Reason, Schedule
from regua.core.planning.blockers import PRECEDENCE
from regua.core.policy import Step
from regua.policyfile.testfile import Because, Ending, ExpectAt, Line, Look, PolicyTest, PolicyTests
from regua.testing.policytest.beside import Row, pairs
from regua.testing.policytest.verdicts import Gone, Problem, Verdict
from regua.testing.policytest.world import PolicyWorld, Seen

_WENT_OUT: Final = (ActionSent, ActionUnknown)
"""What reached the debtor or a registrar, or may have."""


def judge(world: PolicyWorld, tests: PolicyTests) -> Verdict:
    """Hold what happened in a world against what its test expects."""
    events = (event for event in world.debtor_case.events if isinstance(event, _WENT_OUT))
    gone = sorted((_gone(world, event) for event in events), key=_order(world.test))
    steps = {step.id: step for policy in reversed(tests.policies) for step in policy.steps}
    bench = _Bench(world.test, steps, gone, world.debtor_case.schedule())
    met = {policy: frozenset(codes) for policy, codes in world.met.items()}
    return Verdict(test=world.test, problems=tuple(bench.problems(world)), gone=tuple(gone), met=met)


def _gone(world: PolicyWorld, event: ActionOutcome) -> Gone:
    policy = world.recorder.policy(event)
    return Gone(
        instant=event.at_us,
        day=civil_day(event.at_us, world.test.zone),
        step=event.step,
        receivable=world.test.about(event.receivable),
        channel=event.channel,
        policy=(policy.id, policy.version),
        place=policy.step_order.get(event.step, len(policy.steps)),
    )


def _order(test: PolicyTest) -> Callable[[Gone | _Planned], tuple[int, int, int]]:
    """By instant; at one instant in the order of the policy's steps, then of the test's receivables."""
    places = {name: place for place, name in enumerate(test.anchors)}
    return lambda one: (one.instant, one.place, places.get(one.receivable, -1))


@frozen
class _Bench:
    """Judges one test.

    Attributes:
        test: the test.
        steps: by id.
        gone: what went out, in order.
        last: the schedule at the end.
    """

    test: PolicyTest
    steps: dict[str, Step]
    gone: Sequence[Gone]
    last: Schedule

    def problems(self, world: PolicyWorld) -> Iterator[Problem]:
        """Every expectation that did not come true, in the order of the keys."""
        test, seen = self.test, world.seen
        if test.expect is not None:
            yield from self._expected(test.expect)
        for step, origin in test.never:
            told = ", ".join(f"{self._cell(gone)} ({self._how(gone)})" for gone in self.gone if gone.step == step)
            if told:
                yield Problem(origin=origin, what=f"never: {told} went out")
        for each in test.expect_at:
            yield from self._expected_at(each, seen[each.origin].schedule)
        for reason in test.because:
            yield from self._because(reason, seen[reason.origin].schedule)
        for ending in test.end:
            yield from self._ending(ending, seen[ending.origin])

    # side by side

    def _expected(self, expected: Sequence[Line]) -> Iterator[Problem]:
        rows = []
        for line, gone in pairs(expected, self.gone):
            why = "" if line and gone else self._how(gone) if gone else self._missing(line, self.last)
            rows.append(self._row(line, gone, why))
        yield from _differing(rows, expected, self.test, "expect: not what went out")

    def _expected_at(self, each: ExpectAt, schedule: Schedule) -> Iterator[Problem]:
        for status, lines in each.lines.items():
            actions = [self._planned(action) for action in schedule.all if action.status == status]
            actions.sort(key=_order(self.test))
            rows = []
            for line, found in pairs(lines, actions):
                why = "" if line and found else _reasons(found.action) if found else self._missing(line, schedule)
                rows.append(self._row(line, found, why))
            what = f"expect_at {self._when(each)}: not what is {status}"
            yield from _differing(rows, lines, self.test, what, each)

    def _planned(self, action: Action) -> _Planned:
        place = next((place for place, name in enumerate(self.steps) if name == action.step), len(self.steps))
        return _Planned(action=action, place=place, receivable=self.test.about(action.receivable))

    def _row(self, line: Line | None, actual: Gone | _Planned | None, why: str) -> Row:
        one = line or actual
        assert one is not None  # noqa: S101 - a pair has one of them
        step = self.steps.get(one.step)
        where = step.origin_of("id") if step else None
        return Row(
            expected=self._cell(line) if line else "",
            actual=self._cell(actual) if actual else "",
            where=f"{where.file}:{where.line}" if where else "",
            why=why,
        )

    def _cell(self, one: Line | Gone | _Planned) -> str:
        about = f" {one.receivable}" if one.receivable and len(self.test.anchors) > 1 else ""
        return f"{self.test.label(one.day, one.receivable)} {one.step}{about}"

    def _how(self, gone: Gone) -> str:
        clock = local(gone.instant, self.test.zone).strftime("%Y-%m-%d %H:%M")
        return f"{clock} by {gone.channel}" if gone.channel else clock

    def _missing(self, line: Line | None, schedule: Schedule) -> str:
        """What became of an action that is not there; of several of its step, of the nearest."""
        assert line is not None  # noqa: S101 - a pair has one of them
        found = _actions(schedule, line.step, line.receivable)
        if not found:
            return "nothing asked for it"
        nearest = min(found, key=lambda action: abs(action.day.toordinal() - line.day))
        return f"{self.test.label(nearest.day.toordinal(), nearest.receivable)} {nearest.status}: {_reasons(nearest)}"

    # reasons and ends

    def _because(self, expected: Because, schedule: Schedule) -> Iterator[Problem]:
        """Judge why the action of a step stands where it does, of several the last in the schedule."""
        found = _actions(schedule, expected.step, expected.receivable)
        head = f"because {self._when(expected)}: {expected.step}"
        if not found:
            if expected.blocker != "not-asked":
                yield Problem(origin=expected.origin, what=f"{head}: nothing asked for it, not {expected.blocker}")
        elif expected.blocker not in _grounds(action := found[-1]):
            details = tuple(map(_detail, _told(action)))
            what = f"{head} is {action.status}: {action.reason.code}, not {expected.blocker}"
            yield Problem(origin=expected.origin, what=what, details=details)

    def _ending(self, expected: Ending, seen: Seen) -> Iterator[Problem]:
        head = f"end {self._when(expected)}"
        for name in expected.receivables:
            status = seen.statuses.get(name, "not issued")
            if expected.status not in (None, status):
                yield Problem(origin=expected.origin, what=f"{head}: {name} is {status}, not {expected.status}")
        if expected.balance is not None:
            known = [seen.balances[name] for name in expected.receivables if name in seen.balances]
            total = sum(known, start=expected.balance - expected.balance)
            if total != expected.balance:
                yield Problem(origin=expected.origin, what=f"{head}: {total} are owed, not {expected.balance}")

    def _when(self, look: Look) -> str:
        clock = local(look.instant, self.test.zone)
        return f"at {look.at} ({clock:%Y-%m-%d})" if look.at.startswith("D") else f"at {look.at}"


@frozen(kw_only=True)
class _Planned:
    """An action of a schedule, to be compared with a line."""

    action: Action
    place: int
    receivable: str

    @property
    def instant(self) -> int:
        return self.action.at_us

    @property
    def day(self) -> int:
        return self.action.day.toordinal()

    @property
    def step(self) -> str:
        return self.action.step

    @property
    def key(self) -> tuple[int, str, str]:
        return self.day, self.step, self.receivable


def _differing(
    rows: Sequence[Row], expected: Sequence[Line], test: PolicyTest, what: str, look: Look | None = None
) -> Iterator[Problem]:
    if any(row.mark != " " for row in rows):
        places = [line.origin for line in expected] or [look.origin if look else test.origin]
        yield Problem(origin=places[0], what=what, rows=tuple(rows))


def _actions(schedule: Schedule, step: str, receivable: str) -> list[Action]:
    """The actions of a step for a receivable or the debtor, in the order of the schedule."""
    return [action for action in schedule.all if action.step == step and action.receivable in ("", receivable)]


def _grounds(action: Action) -> list[str]:
    """The primary reason; where it is planned or due, also the first of what moved it."""
    codes = [reason.code for reason in action.reasons]
    moved = [code for code in codes[1:] if code in PRECEDENCE] if action.status in {"planned", "due"} else []
    return [*codes[:1], *moved[:1]]


def _reasons(action: Action) -> str:
    return ", ".join(reason.code for reason in _told(action))


def _told(action: Action) -> list[Reason]:
    """Its reasons; what no executor carries out is carried out by the test."""
    return [reason for reason in action.reasons if reason.code != "not-yet-supported"]


def _detail(reason: Reason) -> str:
    facts = ", ".join(f"{key} {value}" for key, value in reason.facts.items())
    told = f"{reason.code}: {meaning_of(reason)}" + (f" ({facts})" if facts else "")
    return f"{told} <{reason.origin.file}:{reason.origin.line}>" if reason.origin else told
