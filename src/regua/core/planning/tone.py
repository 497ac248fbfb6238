"""Stage 6, tone: nobody's first contact is a threat.

A pressing message, offer or reissue is at most one rung above the highest delivered about that receivable since its
due date was last moved; the rungs are the tones that such steps of the policy use.
"""

from __future__ import annotations

from bisect import bisect_right

from regua.core.planning.past import level
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask
from regua.core.policy import Policy, Step
from regua.core.tones import Tone

_DELIVERED = 2


def written_tone(standing: Standing, ask: Ask, instant: int) -> tuple[Tone | None, Reason | None]:
    """The tone in which a step is written at an instant, and why where it is not the step's own."""
    asked, policy = ask.step.tone, ask.policy
    if asked is None or not policy.plan.gradual or not ask.step.makes_rung:
        return asked, None
    highest = highest_delivered(standing, ask, instant)
    allowed = allowed_tone(policy, highest)
    if asked <= allowed:
        return asked, None
    facts = {"asked": asked.word, "delivered": "nothing" if highest is None else highest.word}
    return allowed, Reason("tone-clamped", facts, policy.plan.origin_of("gradual"))


def allowed_tone(policy: Policy, delivered: Tone | None) -> Tone:
    """One rung above the highest delivered; the lowest rung where nothing was."""
    place = 0 if delivered is None else bisect_right(policy.rungs, delivered)
    return policy.rungs[min(place, len(policy.rungs) - 1)]


def highest_delivered(standing: Standing, ask: Ask, instant: int) -> Tone | None:
    """The most severe tone of what pressed and was delivered about the receivable up to an instant."""
    return max((tone for at, tone in deliveries(standing, ask) if at <= instant), default=None)


def deliveries(standing: Standing, ask: Ask) -> list[tuple[int, Tone]]:
    """Instants and tones of what pressed and was delivered about the receivable, in order of time.

    For an action about the debtor, about any receivable. What a fast-forward grants counts from the first delivery on:
    nobody's first contact is a threat.
    """
    steps = ask.policy.step_order
    found = []
    about = standing.outcomes.get(ask.receivable, []) if ask.receivable else standing.facts.outcomes.values()
    for outcomes in about:
        for outcome in outcomes:
            place = steps.get(outcome.step)
            counts = place is None or ask.policy.steps[place].makes_rung
            if counts and outcome.at_us >= ask.since and outcome.tone is not None and level(outcome) >= _DELIVERED:
                found.append((outcome.at_us, outcome.tone))
    first = min(found, default=None)
    if first is not None:
        found += [(max(at, first[0]), tone) for at, tone in ask.granted]
    return sorted(found)


def tone_allowed_from(standing: Standing, ask: Ask) -> int | None:
    """The instant from which deliveries allow the step's own tone, or None."""
    asked = ask.step.tone
    if asked is None:
        return None
    for instant, _ in deliveries(standing, ask):
        if asked <= allowed_tone(ask.policy, highest_delivered(standing, ask, instant)):
            return instant
    return None


def template(step: Step, tone: Tone | None) -> str:
    """The template for a tone: its own, else the nearest milder one's, else the mildest."""
    table = step.templates
    if tone in table or None in table:
        return table.get(tone) or table.get(None, "")
    tones = sorted(key for key in table if key is not None)
    if not tones:
        return ""
    milder = [key for key in tones if tone is not None and key <= tone]
    return table[milder[-1] if milder else tones[0]]
