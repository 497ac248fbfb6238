"""How long a provider asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 366 * 24 * 3600
"""Seconds that anybody may mean."""


def retry_after(text: str, *, now: datetime) -> timedelta | None:
    """Read what HTTP says in `Retry-After` (RFC 9110, 10.2.3); for `Retryable`.

    Args:
        text: the header as it came: a number of seconds, or a date.
        now: from when to count to a date, aware.

    Returns:
        How long to wait at least; None where nothing can be read in it, or the date is past.
    """
    said = text.strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said[:10]), _LONGEST))
    try:
        date = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta(0) else None
