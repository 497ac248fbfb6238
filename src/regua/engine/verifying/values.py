"""What was looked at, and what does not agree."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Finding:
    """One thing that does not agree. No personal data: it holds ids, codes and numbers.

    Attributes:
        debtor: whose, or "" for a policy.
        about: `attempt ACTION/NUMBER`, `action ID`, `fact ID`, `account` or `policy ID@VERSION`.
        what: of it, such as `channel`, `status`, `outcome of ACTION`, `digest of facts known`.
        recorded: what is recorded.
        again: what comes out now.
        cause: what is known to have changed since and may explain it, or "".
    """

    debtor: str = ""
    about: str
    what: str
    recorded: str
    again: str
    cause: str = ""

    def __str__(self) -> str:
        whose = f"debtor {self.debtor}, " if self.debtor else ""
        cause = f"; changed since: {self.cause}" if self.cause else ""
        return f"{whose}{self.about}: {self.what} {self.recorded or 'none'}, now {self.again or 'none'}{cause}"


@frozen(kw_only=True)
class Verified:
    """What was looked at, of one debtor or of the policies.

    Attributes:
        debtor: whose, or "" for the policies.
        facts: how many.
        attempts: how many; each was decided again.
        actions: how many of the outbox.
        policies: how many versions.
        findings: what does not agree.
    """

    debtor: str = ""
    facts: int = 0
    attempts: int = 0
    actions: int = 0
    policies: int = 0
    findings: tuple[Finding, ...] = ()
