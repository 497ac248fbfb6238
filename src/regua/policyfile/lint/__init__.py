"""Lints: what a policy says correctly and cannot mean, or may not.

Each but those of the law is a warning, and silent where it is not certain. `lint` runs them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regua.policyfile.lint.burst import check_burst
from regua.policyfile.lint.hours import check_hours
from regua.policyfile.lint.law import check_law
from regua.policyfile.lint.race import check_race
from regua.policyfile.lint.reach import check_reach
from regua.policyfile.lint.requires import check_requires
from regua.policyfile.lint.tones import check_tones

if TYPE_CHECKING:
    from regua.policyfile.document import Draft


def lint(draft: Draft) -> None:
    """Report what the lints find in the part of a file that could be read."""
    check_hours(draft)
    check_reach(draft)
    check_requires(draft)
    check_race(draft)
    check_burst(draft)
    check_law(draft)
    if draft.all_read("step"):
        check_tones(draft)


__all__ = ["lint"]
