"""What is wrong with a policy file: each problem with its place, its code and the remedy."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regua.core.policy import Origin

Severity = Literal["error", "warning"]
MOST: Final = 500
"""After so many problems of one file the rest is not looked at."""
_LONGEST_QUOTE: Final = 60
_MOST_NAMES: Final = 24

ERRORS: Final[dict[str, str]] = {
    "unreadable": "the file cannot be read",
    "encoding": "the file is not UTF-8, or begins with a byte order mark",
    "too-large": "the file is larger than any policy",
    "too-deep": "keys or values are nested deeper than any policy",
    "too-many-problems": "the file has so many problems that the rest is not reported",
    "toml-syntax": "the file is not TOML",
    "unknown-format": "the file is written in a format that this version of regua does not read",
    "unknown-key": "there is no such key here",
    "missing-key": "a key that must be there is not",
    "conflicting-keys": "two keys exclude each other, or one lacks the other that it belongs to",
    "misplaced-key": "the key means nothing for a step of this kind",
    "wrong-type": "the value is of another type than the key takes",
    "invalid-value": "the value is not written in the form that the key takes",
    "out-of-range": "the value is smaller or larger than the key takes",
    "unknown-value": "the word is none of those that the key takes",
    "unknown-kind": "there is no such kind of step",
    "unknown-tone": "there is no such tone",
    "unknown-event": "there is no such event or signal",
    "unknown-step": "no step of the file has this id",
    "unknown-offer": "no offer of the file has this id",
    "calendar-unknown": "no calendar of this name is installed",
    "channel-unknown": "no channel of this name is installed",
    "template-unknown": "no template of this name is installed, or it has no text for a channel of the step",
    "message-invalid": "a message file of the settings cannot be used",
    "text-too-long": "the text of a template is longer than a channel of the step takes",
    "registrar-unknown": "no registrar of this name is installed",
    "executor-unknown": "nothing that is installed and configured carries out steps of this kind",
    "index-unknown": "no index of this name is installed",
    "predicate-unknown": "no predicate of this name is installed",
    "pack-unknown": "no legal pack of this name is installed",
    "unknown-rule": "no legal pack of the policy has this rule",
    "hard-rule": "the rule is law, which no policy may loosen",
    "creditor-unidentified": "a creditor of the settings does not say who it is, and the policy asks for overdue money",
    "duplicate-id": "two steps, or two offers, have the same id",
    "duplicate-value": "the same value stands twice in one list",
    "tone-missing": "a step presses with a message and has no tone",
    "version-unchanged": "the older file has the same version and other content",
}
BREACHES: Final[dict[str, str]] = {
    "fine-over-cap": "the fine is over the cap of a rule",
    "interest-over-cap": "late interest is over the cap of a rule",
    "window-wider-than-law": "the policy contacts at hours that a rule closes",
    "contacts-over-cap": "the policy contacts more often than a rule allows",
    "forbidden-step": "a rule forbids that kind of step for what it is about",
    "approval-missing": "a rule wants a person to approve the step, and it does not say so",
    "reminder-as-notice": "a step takes our own message for the legal notice that a rule demands",
    "step-after-term": "the step comes when a rule has ended it, or when the claim is time-barred",
}
"""What goes beyond a rule of the policy's packs: an error where it is hard, else a warning."""
WARNINGS: Final[dict[str, str]] = {
    "not-yet-supported": "this version of regua reads it and does not carry it out",
    "step-unreachable": "the step can never run",
    "offer-unreachable": "the offer can never be made",
    "step-outside-hours": "the clock time lies outside the contact hours of every day on which the step can fall",
    "reference-later": "`unless` looks at a step that comes later",
    "requirement-cycle": "steps require each other, or one requires itself, so that none of them ever runs",
    "requires-later-step": "`requires` names a step that comes later, or one that never counts for it",
    "burst": "steps press so close together that a cap moves one of them, or makes it lapse",
    "settlement-race": "who pays on the last day is pressed before the payment can be known",
    "after-cutoff": "the step comes after one with which amicable dunning ends",
    "tone-gap": "the ladder of tones lacks a rung, or a table of templates lacks a tone that may be asked of it",
    "id-renamed": "a step looks like one of the older file under a new id and would be sent again",
    "policy-renamed": "the older file is of a policy with another id",
    "step-before-term": "the step comes before the term of a rule of the packs, and waits for it",
    "protest-without-title": "a protest does not say for which kinds of title it is",
    "notice-missing": "a rule wants the legal notice before the step, and nothing in the policy asks for one",
    "loosened": "the policy loosens a rule of its packs",
    "calendar-of-no-law": "the calendar does not have the holidays of the law of the packs",
    "title-unknown": "no rule of the packs knows this kind of receivable, so that it counts as an unknown one",
    "presses-denied": "a step in a severe tone says that it does not press, and escapes rules of the packs",
    "gradual-off": "the first message to a debtor may be in any tone, though a rule of the packs forbids threats",
}
CODES: Final[dict[str, str]] = ERRORS | BREACHES | WARNINGS
"""Every code that a policy file can be given, and what it means."""


@frozen(kw_only=True)
class Diagnostic:
    """One problem of a policy file; prints as `padrao.toml:7:1: message [code]`.

    Attributes:
        file: name of the file as it was given.
        line: 1-based.
        column: 1-based, in characters.
        severity: an `error` stops `load_policy`, a `warning` does not.
        code: one of `CODES`.
        message: what is wrong and what to write instead.
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str

    def __str__(self) -> str:
        label = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}:{self.column}: {label}{self.message} [{self.code}]"


class ReportFullError(Exception):
    """The file has more problems than anybody would read."""


@frozen
class Report:
    """The problems of one file as they are found."""

    _found: list[Diagnostic] = field(factory=list, init=False)

    def add(self, code: str, origin: Origin, message: str, *, severity: Severity | None = None) -> None:
        """Note a problem; its severity is that of its code where none is given.

        Raises:
            ReportFullError: this was the last one that is reported.
        """
        self._note(code, origin, message, severity)
        if len(self._found) >= MOST:
            self._note("too-many-problems", origin, f"{MOST} problems were found; mend these to see the rest")
            raise ReportFullError

    def _note(self, code: str, origin: Origin, message: str, severity: Severity | None = None) -> None:
        found = Diagnostic(
            file=origin.file,
            line=origin.line,
            column=origin.column,
            severity=severity or ("warning" if code in WARNINGS else "error"),
            code=code,
            message=message,
        )
        self._found.append(found)

    @property
    def errors(self) -> int:
        """How many errors were found up to now."""
        return sum(problem.severity == "error" for problem in self._found)

    def has_error_at(self, origin: Origin) -> bool:
        """Whether an error was found at that very place."""
        place = (origin.line, origin.column)
        return any(problem.severity == "error" and (problem.line, problem.column) == place for problem in self._found)

    def sorted(self) -> list[Diagnostic]:
        """All problems in the order of the file."""
        return sorted(self._found, key=lambda problem: (problem.line, problem.column, problem.code, problem.message))


def quoted(text: object) -> str:
    """Show a word of the file between quotes, on one line and not too long."""
    shown = str(text)
    return repr(shown if len(shown) <= _LONGEST_QUOTE else shown[: _LONGEST_QUOTE - 1] + "…")


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Say which of the known names was meant, else something else, else which names there are."""
    names = list(known)
    close = get_close_matches(word[:_LONGEST_QUOTE], names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    if otherwise or not names:
        return otherwise or "there is none to choose from"
    if len(names) == 1:
        return f"write {names[0]!r}"
    more = ", …" if len(names) > _MOST_NAMES else ""
    return f"write one of {', '.join(map(repr, names[:_MOST_NAMES]))}{more}"
