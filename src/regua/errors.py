"""Every error that regua raises.

    ReguaError
    ├── MoneyError            an amount that is no exact amount of money, or two currencies in one sum
    ├── DateError             a date, instant, offset or duration that cannot be meant
    ├── EventError            a fact that cannot be a fact (an empty id, a negative payment)
    │   └── EventConflict     the same event id came again with other content
    ├── AccountMismatch       an event of another debtor or creditor was folded into an account
    ├── PolicyError           a policy with problems; `.diagnostics` holds all of them
    ├── SettingsError         a `regua.toml` with problems; `.diagnostics` holds all of them
    ├── MapError              an import map with problems; `.problems` holds all of them
    ├── PolicyConflict        a policy version is stored with other content; the text names the remedy
    ├── MessageError          a message file with problems, or values that it cannot be filled with; `.problems`
    ├── PlanError             a plan was asked for that lacks a part (a policy version, a calendar)
    ├── MoveError             an export that the store cannot take over, or one that would not be whole
    ├── DecodeError           a JSON Lines or CSV document that does not say what it should
    ├── DocumentError         a CPF, CNPJ, telephone number, address or place that cannot be; never repeats it
    ├── MissingExtra          a part of regua whose libraries are not installed; the text names the extra
    ├── NotYetSupported       a part of regua that comes with a later version
    ├── VaultError            personal data that cannot be read: its key is missing, or it was altered
    ├── StoreError            the store cannot be used now (locked, full, away); nothing of the call is half stored
    │   ├── AccountHeld       somebody else holds what the call needs for long; for other debtors it can be used
    │   └── StoreDenied       it refuses this role; it does so until somebody gives the right
    ├── SimulationError       a simulation that does not go on, or that shows a mistake of the engine or a plugin
    └── PluginError           a plugin that declares what cannot be, or one of the four that its author raises:
        ├── Retryable         nothing was done; later it may be
        ├── Rejected          refused for good
        ├── Unsupported       this plugin cannot do that; another may
        └── Unknown           nobody can say whether it was done

A business outcome (a debtor who must not be contacted today) is never an error: it is a
`Blocker` in the schedule. An error here is a mistake in the input or in the calling program,
and its text names the place and the remedy. The four that plugin authors raise are how a channel or an executor
answers; the engine turns them into events. Whatever else a plugin raises is a bug of the plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta


class ReguaError(Exception):
    """The root of all errors of regua."""


class MoneyError(ReguaError, ValueError):
    """An amount that is not exact, or amounts of two currencies in one operation."""


class DateError(ReguaError, ValueError):
    """A date, instant, offset or duration that is malformed, naive or out of range."""


class EventError(ReguaError, ValueError):
    """An event whose fields cannot describe a fact."""


class EventConflict(EventError):  # noqa: N818 - the name of the domain
    """The same event id was recorded before with other content; nothing was stored."""


class AccountMismatch(ReguaError, ValueError):  # noqa: N818 - the name of the domain
    """An event belongs to another creditor or debtor than the account it was folded into."""


class PolicyError(ReguaError):
    """A policy that cannot be used.

    Attributes:
        diagnostics: every problem found, each printing as `file:line:column: message [code]`.
    """

    def __init__(self, diagnostics: Sequence[object]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(problem) for problem in self.diagnostics))


class SettingsError(ReguaError, ValueError):
    """A `regua.toml`, or what was given to `Engine.open` in its place, that cannot be used.

    Attributes:
        diagnostics: every problem found, each printing as `file:line:column: message [code]`; none repeats a secret.
    """

    def __init__(self, diagnostics: Sequence[object]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(problem) for problem in self.diagnostics))


class MapError(ReguaError, ValueError):
    """An import map that cannot be used.

    Attributes:
        problems: every problem found, each printing as `file: key: message; remedy`.
    """

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class MessageError(ReguaError, ValueError):
    """A message file that cannot be used, or values that no message can be filled with.

    Attributes:
        problems: every problem found, those of files each printing as `file:line: message; remedy`.
    """

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PolicyConflict(ReguaError, ValueError):  # noqa: N818 - as EventConflict
    """The same version of a policy is stored with other content; nothing was changed."""


class PlanError(ReguaError):
    """A plan cannot be made from what was given; the text names what is missing."""


class MoveError(ReguaError):
    """A creditor cannot be moved as asked; what was not there yet is not there in part."""


class DecodeError(ReguaError, ValueError):
    """A document that does not hold what it should.

    Attributes:
        line: 1-based line of the document, or None where there is none.
        field: path of the offending field (`amount.currency`), or "" for the whole line.
        remedy: what to write instead.
    """

    def __init__(self, message: str, *, line: int | None = None, field: str = "", remedy: str = "") -> None:
        self.line, self.field, self.remedy = line, field, remedy
        where = "".join([f"line {line}: " if line is not None else "", f"{field}: " if field else ""])
        super().__init__(f"{where}{message}" + (f"; {remedy}" if remedy else ""))


class DocumentError(ReguaError, ValueError):
    """A CPF, CNPJ, telephone number, e-mail address, CEP or place code that cannot be.

    What was read is personal data: neither the text nor any attribute repeats a character of it.

    Attributes:
        kind: what it was read as, such as `"CPF"`.
        reason: what is wrong.
        rule: id of the legal rule that it breaks (`doc.cpf`), or "".
    """

    def __init__(self, kind: str, reason: str, *, rule: str = "") -> None:
        self.kind, self.reason, self.rule = kind, reason, rule
        super().__init__(f"{kind}: {reason}" + (f" ({rule})" if rule else ""))


class MissingExtra(ReguaError, ImportError):  # noqa: N818 - what is missing
    """A library that a part of regua needs is not installed.

    Attributes:
        extra: the extra of regua, or of the plugin that says so, that brings it.
    """

    def __init__(self, library: str, extra: str, *, of: str = "regua") -> None:
        self.extra = extra
        super().__init__(f"this needs {library}, which is not installed; install it: pip install '{of}[{extra}]'")


class NotYetSupported(ReguaError, NotImplementedError):  # noqa: N818 - the word of schedules and test summaries
    """This version of regua does not have that part yet; the text names it and what serves meanwhile."""


class StoreError(ReguaError):
    """The store cannot be used now: it is locked, full or away. Nothing of the call is half stored; do it again later.

    Where the answer to a commit was lost, all of the call may be stored; it may be made again all the same.
    """


class AccountHeld(StoreError):  # noqa: N818 - as EventConflict
    """Somebody else holds a debtor's account for long, as a host in an open transaction."""


class StoreDenied(StoreError):  # noqa: N818 - as EventConflict
    """The store refuses the role that regua has there; the text names the right. To wait for it mends nothing."""


class VaultError(ReguaError):
    """Personal data that cannot be read: there is no key for it, or it was altered. Nothing of it is told."""


class SimulationError(ReguaError, AssertionError):
    """A simulated world that does not go on, or in which something happened that may never happen."""


class PluginError(ReguaError):
    """A plugin cannot do what it was asked, or declares what cannot be."""


class Retryable(PluginError):  # noqa: N818 - what the author says of the failure
    """Nothing was done, for certain, and the same request may succeed later.

    Only where no byte that completes the request can have reached the provider, or where the provider itself said
    that it did nothing. Otherwise raise `Unknown`.

    Attributes:
        after: how long to wait at least, or None for the channel's own backoff.
        reason: the provider's word, without personal data.
    """

    def __init__(self, after: timedelta | None = None, reason: str = "") -> None:
        self.after, self.reason = after, reason
        super().__init__(reason or "not now")


class Rejected(PluginError):  # noqa: N818 - as Retryable
    """Refused for good: the same request will never succeed, and nothing was done.

    Attributes:
        reason: the provider's word, without personal data.
        point_failed: whether it is the address that reaches nobody, so that no step should use it again.
    """

    def __init__(self, reason: str, *, point_failed: bool = False) -> None:
        self.reason, self.point_failed = reason, point_failed
        super().__init__(reason)


class Unsupported(PluginError):  # noqa: N818 - as Retryable
    """The request needs what this plugin does not have, and nothing was done; the step's next channel may have it.

    Attributes:
        feature: what is missing, such as `"attachments"`.
    """

    def __init__(self, feature: str) -> None:
        self.feature = feature
        super().__init__(f"not supported: {feature}")


class Unknown(PluginError):  # noqa: N818 - as Retryable
    """Nobody can say whether it was done: the request left and no answer that can be read came back.

    Attributes:
        why: what was seen instead of an answer, without personal data.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)
