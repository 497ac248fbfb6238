"""`regua replay`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from regua.cli.opening import chosen, config_option, opened, owed
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.core.events import Event
    from regua.engine import Engine
    from regua.engine.replaying import History, ReplayedAttempt
    from regua.engine.verifying import Finding, Verified
    from regua.ports import Attempt

_HEADS: Final = ("", "TOOK EFFECT", "KNOWN", "FACT", "ABOUT")
_ABOUT: Final = (
    "step",
    "receivable",
    "payment",
    "dispute",
    "promise",
    "agreement",
    "hold",
    "point",
    "channel",
    "policy",
)
"""Attributes that say what a fact is about, wherever an event has them."""


@click.command("replay")
@config_option
@click.option("--debtor", help="Whose history; with --verify only this one.")
@click.option("--creditor", help="Of which creditor, where the debtor owes several; with --verify only this one.")
@click.option("--verify", is_flag=True, help="Of everybody, tell only what does not agree.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="For people; or for programs, a fact, an attempt or an action of the outbox a line.",
)
@common_options
@pass_screen
def command(screen: Screen, *, config: str, debtor: str | None, creditor: str | None, verify: bool, form: str) -> int:
    """Tell what is recorded of one debtor, and decide every attempt again.

    The facts come in the order of recording, each with when it took effect and when it was known; below the fact that
    an attempt began stands the evidence, and what comes out when the same is planned again from what was known then.
    After these stands what of the outbox is not sent, and why. Nothing personal is shown: facts hold references.
    Exit status: 1 where something would be decided otherwise, else 0.

    --verify holds what is recorded of every debtor against itself and tells a line for each thing that does not agree:
    facts that are missing or not those that were known, evidence that does not fit its facts, decisions that come out
    otherwise, actions that do not stand where they should, policies whose text was changed. What may explain a
    decision, other legal packs, another calendar or other time zone data than at the time, is named. Exit status: 1
    where anything does not agree, else 0.

    \b
    Example:
      regua replay --debtor 0187-ERLSR
      regua replay --verify
    """
    if verify:
        with opened(config, screen) as engine:
            return _verify(engine, debtor, creditor, form, screen)
    if debtor is None:
        raise click.UsageError("give --debtor, or --verify for everybody")
    with opened(config, screen) as engine:
        found = owed(chosen(engine, creditor), debtor)
        history = found.history(debtor)
        lines = _json(history) if form == "jsonl" else _text(history, found.timezone, screen)
        with standard_output() as output:
            output.write("".join(lines))
    differing = sum(not each.agrees for each in history.attempts)
    attempts = f"{counted(len(history.attempts), 'attempt')}, decided otherwise again: {differing:,}"
    screen.note(f"{counted(len(history.events), 'fact')}, {attempts}")
    return int(differing > 0)


def _verify(engine: Engine, debtor: str | None, creditor: str | None, form: str, screen: Screen) -> int:
    """Tell what does not agree, and how much was looked at."""
    creditors, total = chosen(engine, creditor), Counter[str]()
    with standard_output() as output:
        for each in creditors if debtor is None else [owed(creditors, debtor)]:
            for verified in each.verify(debtor):
                _count(total, verified)
                screen.progress(f"verifying: {total['attempts']:,} attempts of {counted(total['debtors'], 'debtor')}")
                screen.clear() if verified.findings else None
                output.write("".join(_finding(each.id, finding, form) for finding in verified.findings))
        if form == "jsonl":
            output.write(json.dumps({"type": "summary", **{name: total[name] for name in _COUNTED}}) + "\n")
    what = [counted(total[name], name.removesuffix("s")) for name in ("debtors", "facts", "attempts", "actions")]
    policies = counted(total["policies"], "policy version")
    found = counted(total["findings"], "thing does not agree", "things do not agree")
    explained = f", {total['explained']:,} of them explained by what changed since" if total["explained"] else ""
    screen.note(f"{', '.join(what)}, {policies}: {found}{explained}")
    return int(total["findings"] > 0)


_COUNTED: Final = ("debtors", "facts", "attempts", "actions", "policies", "findings", "explained")


def _count(total: Counter[str], verified: Verified) -> None:
    total.update(facts=verified.facts, attempts=verified.attempts, actions=verified.actions)
    total.update(debtors=int(bool(verified.debtor)), policies=verified.policies, findings=len(verified.findings))
    total.update(explained=sum(bool(each.cause) for each in verified.findings))


def _finding(creditor: str, finding: Finding, form: str) -> str:
    import attrs

    if form == "jsonl":
        return json.dumps({"type": "finding", "creditor": creditor, **attrs.asdict(finding)}) + "\n"
    return f"{creditor}: {finding}\n"


def _text(history: History, zone: str, screen: Screen) -> Iterator[str]:
    from regua.cli.forms import wall_clock

    began = {each.fact.id: each for each in history.attempts if each.fact is not None}
    rows = [
        (str(version), wall_clock(event.at_us, zone), wall_clock(event.recorded_us, zone), event.type, _about(event))
        for version, event in enumerate(history.events, 1)
    ]
    widths = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]
    indent = " " * (widths[0] + 4)
    yield f"debtor {history.debtor}, creditor {history.creditor}, times of {zone}\n\n"
    yield _line(_HEADS, widths)
    for row, event in zip(rows, history.events, strict=True):
        yield _line(row, widths)
        yield from (f"{indent}{said}\n" for said in _who(event))
        if event.id in began:
            yield from _evidence(began[event.id], zone, indent, screen)
    yield from (f"\n{line}\n" for each in history.attempts if each.fact is None for line in _orphan(each))
    yield from _outbox(history, zone)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    number, *others = cells
    padded = [number.rjust(widths[0]), *(cell.ljust(width) for cell, width in zip(others, widths[1:], strict=True))]
    return "  ".join(padded).rstrip() + "\n"


def _about(event: Event) -> str:
    """What a fact is about, in ids; of one that says nothing else, its own."""
    words = [value for name in _ABOUT if isinstance(value := getattr(event, name, ""), str) and value]
    return " ".join(words) or event.id


def _who(event: Event) -> Iterator[str]:
    """Who said so and why, where it was a person."""
    by, reason = getattr(event, "by", ""), getattr(event, "reason", "")
    if isinstance(by, str) and by:
        yield f"by {by}{f': {reason}' if reason else ''}"


def _evidence(replayed: ReplayedAttempt, zone: str, indent: str, screen: Screen) -> Iterator[str]:
    from regua.cli.forms import wall_clock

    attempt = replayed.attempt
    received = "" if attempt.receipt_us is None else f" {wall_clock(attempt.receipt_us, zone)}"
    yield f"{indent}attempt {attempt.number} by {attempt.channel}, key {attempt.key}\n"
    yield f"{indent}{attempt.outcome or 'no outcome yet'}{received}{_remarks(attempt)}\n"
    knew = f"knew facts 1 to {attempt.version}"
    if replayed.agrees:
        yield f"{indent}{knew}; decided again: {screen.paint('agrees', 'green')}\n"
    else:
        yield f"{indent}{knew}; decided again: {screen.paint('differs', 'red')}: {_differences(replayed)}\n"


def _remarks(attempt: Attempt) -> str:
    remarks = [f"reference {attempt.reference}" if attempt.reference else "", attempt.reason]
    return "".join(f", {remark}" for remark in remarks if remark)


def _differences(replayed: ReplayedAttempt) -> str:
    return "; ".join(map(str, replayed.differences))


def _orphan(replayed: ReplayedAttempt) -> Iterator[str]:
    attempt = replayed.attempt
    yield f"attempt {attempt.number} of action {attempt.action} has no fact: {_differences(replayed)}"


def _outbox(history: History, zone: str) -> Iterator[str]:
    """Actions that are not sent, with what is known of why."""
    from regua.cli.forms import wall_clock

    left = [row for row in history.outbox if row.state != "sent"]
    if left:
        yield "\nNot sent:\n"
    for row in left:
        due = f", not before {wall_clock(row.due_us, zone)}" if row.state == "pending" else ""
        yield f"  action {row.id} {row.state}{due}{f': {row.reason}' if row.reason else ''}\n"


def _json(history: History) -> Iterator[str]:
    """The same, a JSON object a line, each of which says what it is."""
    from regua.codec import encode_event, to_line

    for version, event in enumerate(history.events, 1):
        yield to_line({"type": "fact", "account_version": version, "event": encode_event(event)})
    for each in history.attempts:
        yield to_line({"type": "attempt", **_attempt(each)})
    for row in history.outbox:
        outbox = {"action": row.id, "state": row.state, "due": _instant(row.due_us), "reason": row.reason}
        yield to_line({"type": "outbox", **outbox})


def _attempt(replayed: ReplayedAttempt) -> dict[str, Any]:
    import attrs

    attempt = replayed.attempt
    evidence = {
        "action": attempt.action,
        "number": attempt.number,
        "channel": attempt.channel,
        "key": attempt.key,
        "contact": attempt.contact,
        "content_hash": attempt.content_hash,
        "worker": attempt.worker,
        "account_version": attempt.version,
        "intent": _instant(attempt.intent_us),
        "outcome": attempt.outcome,
        "outcome_at": None if attempt.receipt_us is None else _instant(attempt.receipt_us),
        "reference": attempt.reference,
        "reason": attempt.reason,
    }
    differences = [attrs.asdict(difference) for difference in replayed.differences]
    return evidence | {"decided_again": "agrees" if replayed.agrees else "differs", "differences": differences}


def _instant(instant: int) -> str:
    from regua.core.dates import format_instant

    return format_instant(instant)
