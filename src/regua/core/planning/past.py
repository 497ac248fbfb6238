"""The past is fixed: what the recorded outcomes say became of each attempted action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from regua.core import events as ev

_WORDS = {2: "delivered", 3: "read"}
_NOBODY = frozenset({"failed", "skipped"})


@frozen(kw_only=True)
class Past:
    """What became of one action so far.

    Attributes:
        outcomes: its outcomes, in order of time.
        code: `sent`, `delivered`, `read`, `unknown`, `attempted`, `skipped`, or `failed` where its last channel failed.
        at: instant of the first outcome by the channel that counts.
        channel: that channel.
        failed: channels that failed for good.
        failed_known: when the last failure was known, or None.
    """

    outcomes: tuple[ev.ActionOutcome, ...]
    code: str
    at: int
    channel: str
    failed: tuple[str, ...]
    failed_known: int | None

    @property
    def first(self) -> ev.ActionOutcome:
        """The first outcome; every outcome carries the identity of its action."""
        return self.outcomes[0]

    @property
    def reached(self) -> bool:
        """Whether it reached the debtor, or may have: a delivery stands, whatever bounced later."""
        return self.code not in _NOBODY

    def is_done(self, channels: Iterable[str]) -> bool:
        """Whether nothing more comes of it: it did not fail, or none of the step's channels is left."""
        return self.code != "failed" or all(channel in self.failed for channel in channels)

    def said(self, channels: Iterable[str]) -> dict[str, str]:
        """What these channels, or who called, said last of what became of it, as the facts of a reason."""
        words = []
        for channel in channels:
            last = [outcome for outcome in self.outcomes if outcome.channel == channel][-1]
            word = last.result if isinstance(last, ev.CallOutcome) else getattr(last, "reason", "")
            if word:
                words.append(f"{channel}: {word}" if channel else word)
        return {"said": "; ".join(words)} if words else {}

    @property
    def facts(self) -> dict[str, str]:
        """What a reason tells of it: the channel, the event that counts, the last word."""
        channel = {"channel": self.channel} if self.channel else {}
        said = self.said(self.failed if self.code == "failed" else (self.channel,))
        return {**channel, "event": self.counting.id, **said}

    @property
    def last_carrier(self) -> str:
        """Id of the action that carried its last contact, or ""."""
        return self.outcomes[-1].contact.partition("/")[0]

    @property
    def counting(self) -> ev.ActionOutcome:
        """The first outcome by the channel that counts."""
        return next(outcome for outcome in self.outcomes if outcome.channel == self.channel)


def past_of(outcomes: Sequence[ev.ActionOutcome]) -> Past:
    """Sum up the outcomes of one action, given in order of time.

    A channel on which something was delivered has not failed; one whose sending bounced has. What may have reached
    the debtor (`unknown`, an attempt without an outcome) counts before a failure of another channel.
    """
    channels = dict.fromkeys(outcome.channel for outcome in outcomes)
    codes = {channel: code_of([outcome for outcome in outcomes if outcome.channel == channel]) for channel in channels}
    channel = max(codes, key=lambda name: (_RANK[codes[name]], -list(channels).index(name)))
    failed = tuple(name for name, code in codes.items() if code == "failed")
    failures = [outcome.known_us for outcome in outcomes if isinstance(outcome, ev.ActionFailed)]
    at = min(outcome.at_us for outcome in outcomes if outcome.channel == channel)
    return Past(
        outcomes=tuple(outcomes),
        code=codes[channel],
        at=at,
        channel=channel,
        failed=failed,
        failed_known=max(failures, default=None),
    )


def past_at(outcomes: Iterable[ev.ActionOutcome], instant: int) -> Past | None:
    """The same of those up to an instant, or None before the first."""
    known = [outcome for outcome in outcomes if outcome.at_us <= instant]
    return past_of(known) if known else None


_RANK = {"failed": 0, "skipped": 1, "attempted": 2, "unknown": 3, "sent": 4, "delivered": 5, "read": 6}


def level(outcome: ev.ActionOutcome) -> int:
    """How far an outcome says that the message came: 0 nowhere, 1 sent, 2 delivered, 3 read."""
    if isinstance(outcome, ev.ActionRead):
        return 3
    if isinstance(outcome, ev.ActionDelivered):
        return 2
    if isinstance(outcome, ev.ActionSent):
        return 1 if outcome.reports_delivery else 2
    return 1 if isinstance(outcome, ev.CallOutcome) else 0


def code_of(outcomes: Sequence[ev.ActionOutcome]) -> str:
    """What outcomes of one channel say became of an action."""
    highest = max(map(level, outcomes))
    sent = any(isinstance(outcome, ev.ActionSent | ev.CallOutcome) for outcome in outcomes)
    if highest >= 2:  # noqa: PLR2004 - delivered
        return "sent" if not _says_delivered(outcomes) else _WORDS[highest]
    if any(isinstance(outcome, ev.ActionFailed) for outcome in outcomes):
        return "failed"
    if sent:
        return "sent"
    for kind, word in ((ev.ActionUnknown, "unknown"), (ev.ActionSkipped, "skipped")):
        if any(isinstance(outcome, kind) for outcome in outcomes):
            return word
    return "attempted"


def _says_delivered(outcomes: Sequence[ev.ActionOutcome]) -> bool:
    return any(isinstance(outcome, ev.ActionDelivered | ev.ActionRead) for outcome in outcomes)
