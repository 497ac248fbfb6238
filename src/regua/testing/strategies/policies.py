"""Policies that could be somebody's: a ladder of offset steps, some steps on events, limits of all sorts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from hypothesis import strategies as st

from regua.core.dates import Duration, Offset
from regua.core.policy import (
    ChargeRules,
    Conditions,
    Discount,
    EventTrigger,
    Levy,
    Limits,
    OffsetTrigger,
    PlanRules,
    Policy,
    PromiseRules,
    Range,
    Rate,
    Step,
    StepReference,
)
from regua.core.tones import Tone

ZONES: Final = ("America/Sao_Paulo", "America/Manaus", "America/Noronha", "America/New_York")
CHANNELS: Final = ("email", "sms")
PRESSING: Final = (Tone.COURTEOUS, Tone.FORMAL, Tone.FIRM, Tone.FINAL, Tone.LEGAL)
SIGNALS: Final = (
    *("receivable.settled", "promise.broken", "promise.kept", "contact.regretted", "payment.settled"),
    *("invoice.issued", "invoice.amended", "dispute.resolved", "payment.reversed"),
    *("agreement.broken", "agreement.completed", "policy.exhausted", "habit.changed"),
)

minutes = st.sampled_from([0, 9 * 60, 10 * 60, 13 * 60 + 30, 19 * 60, 22 * 60])
"""Clock times, some outside every window."""


@st.composite
def policies(draw: st.DrawFn, *, id: str = "regua", channels: Sequence[str] = CHANNELS) -> Policy:  # noqa: A002
    """Policies of one to five offset steps and up to two steps on events, on the calendar of Brazilian banks.

    Args:
        draw: of Hypothesis.
        id: of the policy.
        channels: of its steps.
    """
    steps: list[Step] = []
    for place in range(draw(st.integers(1, 5))):
        steps.append(draw(_offset_steps(f"passo-{place}", tuple(step.id for step in steps), tuple(channels))))
    steps += [draw(_event_steps(f"sinal-{place}", tuple(channels))) for place in range(draw(st.integers(0, 2)))]
    return Policy(
        id=id,
        timezone=draw(st.sampled_from(ZONES)),
        plan=draw(plan_rules()),
        limits=draw(limits()),
        promise=PromiseRules(
            max_days=draw(st.none() | st.just(Duration(10))),
            max_in_a_row=draw(st.none() | st.just(1)),
            min_share=draw(st.sampled_from([Fraction(1), Fraction(1, 2)])),
        ),
        charges=draw(charge_rules()),
        steps=tuple(steps),
    )


def plan_rules() -> st.SearchStrategy[PlanRules]:
    """How missed, held and delayed actions are treated."""
    return st.builds(
        PlanRules,
        catch_up=st.sampled_from(["latest", "latest", "all", "most-severe", "none"]),
        when_held=st.sampled_from(["skip", "skip", "defer", "stop-clock"]),
        gradual=st.booleans(),
        max_delay=st.sampled_from([0, 1, 5]).map(Duration),
        max_wait=st.sampled_from([0, 10, 60]).map(Duration),
    )


def limits() -> st.SearchStrategy[Limits]:
    """Minimum, tolerance, clearing, freshness."""
    return st.builds(
        Limits,
        min_balance=st.sampled_from([0, 0, 0, 3_000]),
        tolerance=st.sampled_from([0, 0, 100]),
        clearing=st.sampled_from([Duration(1, business=True), Duration(0), Duration(2, business=True)]),
        freshness=st.sampled_from([*[None] * 7, Duration(3, business=True)]),
        review=st.sampled_from([Duration(30), Duration(7), Duration(5, business=True)]),
    )


def charge_rules() -> st.SearchStrategy[ChargeRules]:
    """Fine, interest, discount, rounding."""
    early = (Discount(until=Offset(-5), levy=Levy(share=Fraction(5, 100))),)
    twice = (
        Discount(until=Offset(-3), levy=Levy(minor=300)),
        Discount(until=Offset(0), levy=Levy(share=Fraction(1, 100))),
    )
    daily = (Discount(until=Offset(0), levy=Rate(share=Fraction(1, 1000), per="day")),)
    rates = [
        Rate(share=Fraction(1, 100)),
        Rate(share=Fraction(333, 1_000_000), per="day"),
        Rate(share=Fraction(12, 100), per="year"),
        Rate(minor=33),
        Rate(share=Fraction(1, 100), business=True),
    ]
    return st.builds(
        ChargeRules,
        fine=st.sampled_from([None, Levy(share=Fraction(1, 50)), Levy(minor=500)]),
        interest=st.sampled_from([None, *rates]),
        rounding=st.sampled_from(["half-up", "half-even", "truncate"]),
        residual=st.sampled_from(["waive", "waive", "carry", "dun"]),
        discounts=st.sampled_from([(), early, twice, daily]),
    )


@st.composite
def _offset_steps(draw: st.DrawFn, name: str, before: tuple[str, ...], channels: tuple[str, ...]) -> Step:
    days = draw(st.sampled_from([1, 2, 3, 5, 8]) | st.integers(-5, 25))
    kind: Any = draw(st.sampled_from([*["message"] * 8, "task", "notice"]))
    reference = draw(_references(before)) if before and draw(st.integers(0, 3)) == 0 else None
    required = draw(st.booleans())
    wait = draw(st.none() | st.just(Duration(2)) | st.just(Duration(1, business=True)))
    anchor: Any = draw(st.sampled_from([*["effective"] * 4, "due", "issued"]))
    return Step(
        id=name,
        trigger=OffsetTrigger(
            offset=Offset(days, draw(st.booleans()) and days != 0), minute=draw(minutes), anchor=anchor
        ),
        kind=kind,
        tone=draw(st.sampled_from(PRESSING)) if days > 0 else Tone.REMINDER,
        channels=draw(_some_channels(channels)) if kind == "message" else (),
        templates={None: "atraso" if days > 0 else "lembrete"},
        when=Conditions(balance=Range(low=5_000)) if draw(st.integers(0, 9)) == 0 else Conditions(),
        requires=StepReference(**reference, at_least=wait) if reference and required else None,
        unless=StepReference(**reference) if reference and not required else None,
        approval="human" if draw(st.integers(0, 14)) == 0 else "",
    )


def _references(before: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    outcomes = st.sampled_from(["sent", "delivered", "read", "done"])
    return st.fixed_dictionaries({"step": st.sampled_from(before), "outcome": outcomes})


def _some_channels(channels: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """All in their order, or one alone."""
    return st.sampled_from([*((channel,) for channel in channels), channels])


@st.composite
def _event_steps(draw: st.DrawFn, name: str, channels: tuple[str, ...]) -> Step:
    on = draw(st.sampled_from(SIGNALS))
    after = draw(st.sampled_from([Duration(0), Duration(1), Duration(2, business=True)]))
    return Step(
        id=name,
        trigger=EventTrigger(on=on, after=after, minute=draw(st.none() | minutes)),
        tone=Tone.COURTEOUS if on == "promise.broken" else None,
        channels=draw(_some_channels(channels)),
        templates={None: "obrigado"},
        scope="debtor" if on == "payment.settled" and draw(st.booleans()) else "receivable",
    )
