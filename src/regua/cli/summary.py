"""What a plan came to, in a few lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, get_args

from attrs import field, frozen

from regua.cli.forms import CLAMPED, unsupported
from regua.cli.screen import counted
from regua.core.planning import Status

if TYPE_CHECKING:
    from regua.core.planning import Schedule

STATUSES: Final[tuple[str, ...]] = get_args(Status)


@frozen
class Summary:
    """Counts over many schedules.

    Attributes:
        statuses: actions by status.
        reasons: actions by status and primary reason.
        unsupported: actions that may run and that nothing can carry out yet, by what is missing.
    """

    statuses: Counter[str] = field(factory=Counter, init=False)
    reasons: Counter[tuple[str, str]] = field(factory=Counter, init=False)
    unsupported: Counter[str] = field(factory=Counter, init=False)
    _other: Counter[str] = field(factory=Counter, init=False)

    @property
    def debtors(self) -> int:
        """How many schedules were counted."""
        return self._other["debtors"]

    def add(self, schedule: Schedule) -> None:
        """Count one debtor."""
        self._other["debtors"] += 1
        for action in schedule.all:
            self.statuses[action.status] += 1
            self.reasons[action.status, action.reason.code] += 1
            if action.status in ("due", "planned", "waiting"):
                self.unsupported.update(unsupported(action))
                self._other["clamped"] += any(reason.code == CLAMPED for reason in action.reasons)

    def lines(self, shown: frozenset[str], *, failed: int = 0) -> list[str]:
        """The counts in words.

        Args:
            shown: statuses that were listed above.
            failed: debtors that could not be planned.
        """
        lines = [f"{counted(self.debtors, 'debtor')}, {counted(self.statuses.total(), 'action')}"]
        if failed:
            lines.append(f"{counted(failed, 'debtor')} could not be planned")
        for status in STATUSES:
            if self.statuses[status]:
                codes = {code: count for (of, code), count in self.reasons.items() if of == status and code != status}
                hidden = "" if status in shown else f"; --status {status} lists them"
                lines.append(f"{status:>8}: {self.statuses[status]:,}{_named(codes, ' (', ')')}{hidden}")
        if self._other["clamped"]:
            clamped = counted(self._other["clamped"], "action")
            lines.append(f"{clamped} in a milder tone (*): nothing severe enough was delivered before")
        if self.unsupported:
            lines.append(f"not yet supported by this regua: {_named(self.unsupported)}")
        return lines


def _named(counts: dict[str, int], before: str = "", after: str = "") -> str:
    """`settled 12, lapsed 3`, the most frequent first."""
    if not counts:
        return ""
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return before + ", ".join(f"{name} {count:,}" for name, count in ordered) + after
