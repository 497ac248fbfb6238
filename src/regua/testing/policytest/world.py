"""One policy test lived through: the real engine, channels that answer as the test says, and kinds that nobody has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from attrs import frozen

from regua.core.dates import public_instant
from regua.core.events import (
    ActionAttempted,
    ActionDelivered,
    ActionFailed,
    ActionOutcome,
    ActionRead,
    ActionSent,
    ActionUnknown,
    ContactPointFailed,
    Event,
)
from regua.core.money import Money
from regua.core.planning import Action, Schedule
from regua.core.planning.blockers import PRECEDENCE
from regua.core.planning.support import CARRIED_OUT
from regua.core.policy import Origin
from regua.policyfile.testfile import CREDITOR, DEBTOR, Look, PolicyTest, PolicyTests, Word
from regua.testing.case import Case
from regua.testing.simulation import Simulation

LONGEST: Final = 366
"""Days after its last fact after which a test without `end` is over, whatever is planned."""
_STRETCH: Final = 30
_FACTS: Final[dict[Word, tuple[type[ActionOutcome], ...]]] = {
    "accepted": (ActionSent,),
    "delivered": (ActionSent, ActionDelivered),
    "read": (ActionSent, ActionDelivered, ActionRead),
    "unknown": (ActionUnknown,),
    "transient": (),
}
"""What an answer comes to; all others, a failure."""


@frozen(kw_only=True)
class Seen:
    """What there was to see at an instant, before anything was carried out then.

    Attributes:
        schedule: of the debtor.
        statuses: of each receivable of the test.
        balances: likewise.
    """

    schedule: Schedule
    statuses: dict[str, str]
    balances: dict[str, Money]


class PolicyWorld(Simulation):
    """A simulation of one policy test. Kinds of step that no executor has are done by the test itself.

    Args:
        tests: the file.
        test: one of it.
        watches: whether blockers that were met are kept; otherwise it is quicker.

    Attributes:
        test: as given.
        debtor_case: the debtor.
        seen: what the test looks at, by where its expectation stands.
        met: codes of the blockers that were met, by policy id and version.
    """

    def __init__(self, tests: PolicyTests, test: PolicyTest, *, watches: bool = False) -> None:
        start = min(min(fact.at_us, fact.recorded_us) for fact in test.facts)
        super().__init__(
            tests.policies,
            start=start,
            creditor=CREDITOR,
            templates=tests.templates or None,
            calendars=tuple(tests.calendars.values()),
            indexes=tests.indexes,
        )
        self.test = test
        self.debtor_case: Case = self.case(DEBTOR)
        self.seen: dict[Origin, Seen] = {}
        self.met: dict[tuple[str, int], set[str]] = {}
        kinds = {step.kind for policy in tests.policies for step in policy.steps}
        self._looks_ahead = watches or not kinds <= CARRIED_OUT
        self._answered: Counter[str] = Counter()
        for name in self.channels:
            self.channel(name).answers(partial(self._answer_of, name))
        self.executor.answers(lambda request: self._answer_of(request.action.kind))

    def live(self) -> None:
        """Let everything happen.

        Raises:
            ReguaError: it cannot.
        """
        test = self.test
        self.debtor(DEBTOR, channels=test.channels, **test.profile)
        self.script(*test.facts)
        looks: list[Look] = [*test.expect_at, *test.because, *test.end]
        for look in looks:
            self.at(look.instant, partial(self._look, look))
        last = max((look.instant for look in looks), default=self.now_us)
        if test.end:
            self.advance(until=max(last, self.now_us))
        else:
            self._live_on(max(last, *(fact.recorded_us for fact in test.facts)))

    def _live_on(self, last: int) -> None:
        limit = self.instant(public_instant(last, self.clock.zone).add(days=LONGEST))
        self.advance(until=max(last, self.now_us))
        while self.engine.next_wakeup() is not None and self.now_us < limit:
            self.advance(until=min(self.instant(self.now.add(days=_STRETCH)), limit))

    def _look(self, look: Look) -> None:
        positions = self.recorder.positions(DEBTOR, self.now_us)
        names = [name for name in self.test.anchors if name in positions.known]
        self.seen[look.origin] = Seen(
            schedule=self._watched(),
            statuses={name: positions.status(name) for name in names},
            balances={name: positions.balance(name) for name in names},
        )

    def _watched(self) -> Schedule:
        """The schedule of now, and what is learnt from it of blockers."""
        schedule = self.debtor_case.schedule()
        for action in schedule.all:
            codes = {reason.code for reason in action.reasons} & PRECEDENCE.keys()
            if codes:
                self.met.setdefault((action.policy, action.policy_version), set()).update(codes)
        return schedule

    # what nobody else carries out

    def _run(self) -> bool:
        return (self._looks_ahead and self._carry_out(self._watched())) or super()._run()

    def _carry_out(self, schedule: Schedule) -> bool:
        """Carry out the first contact or act that is due and that the engine leaves alone; whether there was one."""
        for action in schedule.due:
            if action.kind in CARRIED_OUT:
                continue
            together = [
                each for each in schedule.due if each is action or (each.contact and each.contact == action.contact)
            ]
            if self._outcomes(together):
                return True
        return False

    def _outcomes(self, actions: Sequence[Action]) -> bool:
        carrier = actions[0]
        answer = self._answer_of(carrier.channel or carrier.kind)
        facts = [fact for action in actions for fact in self._facts_of(action, answer)]
        if answer == "bounced" and carrier.point:
            facts.append(self._failed_point(carrier))
        self.script(*facts)
        return bool(facts)

    def _facts_of(self, action: Action, answer: Word) -> Iterator[Event]:
        kinds = _FACTS.get(answer, (ActionFailed,))
        if not kinds:
            return
        attempts = sum(
            isinstance(event, ActionAttempted) and event.action == action.id for event in self.debtor_case.events
        )
        every: tuple[type[ActionOutcome], ...] = (ActionAttempted, *kinds)
        for kind in every:
            word = kind.type.rpartition(".")[2]
            name = f"{action.id}/{attempts + 1}/{word}"
            yield kind.of(action, id=name, at=self.now_us, attempt=attempts + 1, **_reason(kind, answer))

    def _failed_point(self, action: Action) -> ContactPointFailed:
        return ContactPointFailed(
            id=f"{action.id}/{action.channel}/failed",
            creditor=CREDITOR,
            debtor=DEBTOR,
            at=self.now_us,
            recorded_at=self.now_us,
            point=action.point,
        )

    def _answer_of(self, name: str, _: object = None) -> Word:
        """What a channel, or an executor of a kind, says next."""
        script = self.test.answers.get(name, (self.test.otherwise,))
        place = min(self._answered[name], len(script) - 1)
        self._answered[name] += 1
        return script[place]


def _reason(kind: type[ActionOutcome], answer: Word) -> dict[str, Any]:
    return {"reason": answer} if kind is ActionFailed else {}
