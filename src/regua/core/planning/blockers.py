"""The table of blockers (domain.md §5, stage 4): code, class, scope, in the order of precedence."""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen

BlockerClass = Literal["ended", "stopped", "suspended", "waiting", "moment", "outcome"]


@frozen
class Blocker:
    """A typed reason why an action does not run, or not yet.

    Attributes:
        code: its name everywhere: schedules, policy tests, docs.
        kind: its class, which decides what becomes of the action.
        scope: whether it stops one receivable or the whole debtor.
        meaning: one sentence for `explain` and the reference page.
    """

    code: str
    kind: BlockerClass
    scope: Literal["receivable", "debtor", "either"]
    meaning: str


BLOCKERS: Final[tuple[Blocker, ...]] = (
    Blocker("cancelled", "ended", "receivable", "the receivable was cancelled"),
    Blocker("written-off", "ended", "receivable", "the receivable was written off"),
    Blocker("time-barred", "ended", "receivable", "the claim is past its prescription"),
    Blocker("forbidden", "ended", "receivable", "a law forbids this step here"),
    Blocker("settled", "ended", "receivable", "the receivable is settled"),
    Blocker("vetoed", "ended", "receivable", "somebody vetoed this step for this receivable"),
    Blocker("deceased", "ended", "debtor", "the debtor died"),
    Blocker("agreement-active", "stopped", "receivable", "an agreement replaces the receivable"),
    Blocker("payment-noticed", "stopped", "receivable", "the bank announced a payment that would settle it"),
    Blocker("with-notary", "stopped", "receivable", "the title is with the notary"),
    Blocker("with-agency", "stopped", "receivable", "the receivable is with a collection agency"),
    Blocker("in-court", "stopped", "receivable", "the receivable is in court"),
    Blocker("disputed", "suspended", "receivable", "the debtor disputes the receivable"),
    Blocker("promised", "suspended", "receivable", "a promise covers the receivable"),
    Blocker("held", "suspended", "either", "somebody stopped the dunning"),
    Blocker("court-order", "suspended", "debtor", "a court stopped the dunning"),
    Blocker("insolvency", "suspended", "debtor", "an insolvency proceeding is open"),
    Blocker("requires-step", "waiting", "receivable", "another step has not had the required outcome"),
    Blocker("listing-notice-wait", "waiting", "receivable", "the term after the legal notice has not passed"),
    Blocker("legal-wait", "waiting", "receivable", "a term or a proof that the law demands is missing"),
    Blocker("awaiting-approval", "waiting", "receivable", "nobody has approved this step yet"),
    Blocker("stale-payments", "waiting", "debtor", "payments are not known through a recent enough day"),
    Blocker("clearing", "waiting", "receivable", "a payment made in time may not have cleared yet"),
    Blocker("below-minimum", "moment", "debtor", "the debtor's pressing total is below the minimum"),
    Blocker("no-contact-point", "moment", "debtor", "no channel of the step has a working contact point"),
    Blocker("opted-out", "moment", "debtor", "the debtor has not consented to any usable channel of the step"),
    Blocker("channel-down", "moment", "debtor", "the channel is out of service"),
    Blocker("outside-window", "moment", "debtor", "the contact window is closed"),
    Blocker("holiday", "moment", "debtor", "the day is a public holiday"),
    Blocker("min-interval", "moment", "debtor", "the last contact was too recent"),
    Blocker("daily-cap", "moment", "debtor", "the contacts of the day are used up"),
    Blocker("weekly-cap", "moment", "debtor", "the contacts of these seven days are used up"),
    Blocker("superseded", "outcome", "receivable", "another step took its place"),
    Blocker("lapsed", "outcome", "receivable", "its time has passed"),
)

PRECEDENCE: Final[dict[str, int]] = {blocker.code: place for place, blocker in enumerate(BLOCKERS)}
CLASSES: Final[dict[str, BlockerClass]] = {blocker.code: blocker.kind for blocker in BLOCKERS}

NOTES: Final[dict[str, str]] = {
    "due": "to be carried out now",
    "planned": "will be due at its instant",
    "sent": "the channel accepted it",
    "delivered": "it reached the debtor, or the act was done",
    "read": "the debtor opened it",
    "failed": "every channel of the step failed",
    "unknown": "it may have reached the debtor; it is sent again only where it cannot arrive twice",
    "attempted": "an attempt began and its outcome is not known yet",
    "skipped": "the host decided not to carry it out",
    "condition-not-met": "a condition of the step does not hold",
    "unless-met": "the outcome named by `unless` came about",
    "left-over": "late charges were left over when it was settled",
    "owed": "the law demands it, whatever the policy says and whatever stops the dunning",
    "unconfirmed": "it was asked for, and nobody has confirmed yet that it is done",
    "deadline-near": "at most two business days are left for what the law demands",
    "deadline-missed": "the deadline of what the law demands has passed",
    "missed": "its day passed unexecuted",
    "again": "an earlier occurrence was sent in a milder tone, which is not what another step requires",
    "tone-clamped": "written in a milder tone: nothing severe enough was delivered before",
    "fallback": "an earlier channel of the step failed",
    "claim-limit": "whether the claim fits the small-claims court of that year",
    "not-asked": "nothing asks for it: what it answers has not come about",
    "rate-pending": "the amount leaves out a month whose rate is not published yet",
    "not-yet-supported": "planned, but nothing in this version of regua can carry it out",
}
"""Reasons that are no blockers: what became of an action, and what changed about it."""
