"""Events, schedules and accounts as JSON Lines, read strictly and written canonically.

A line is one JSON object, `type` and `version` first, then the fields in the order of the class:

    {"type":"invoice.issued","version":1,"id":"e1","creditor":"loja","debtor":"ana","at":"2026-04-01T12:00:00Z",
     "recorded_at":"2026-04-01T12:00:00Z","receivable":"NF-1","amount":{"amount":"150.00","currency":"BRL"},
     "due":"2026-04-18"}

Money is a string of digits and a currency, a civil date `YYYY-MM-DD`, an instant ISO 8601 with an offset (written in
UTC with `Z`), a tone its word. A field equal to its default is left out, so that a field added later, with a default,
changes no line that was ever written. Equal values give equal bytes, whatever the order in which they were made.

What is not exactly that is refused with a `DecodeError`: line, field and remedy. Nothing is coerced or ignored.
"""

from __future__ import annotations

from regua.codec.documents import (
    decode_account,
    decode_event,
    decode_schedule,
    encode_account,
    encode_event,
    encode_schedule,
)
from regua.codec.envelope import UPCASTERS
from regua.codec.lines import (
    dump_accounts,
    dump_events,
    dump_schedules,
    from_line,
    load_accounts,
    load_events,
    load_schedules,
    to_line,
)

__all__ = [
    "UPCASTERS",
    "decode_account",
    "decode_event",
    "decode_schedule",
    "dump_accounts",
    "dump_events",
    "dump_schedules",
    "encode_account",
    "encode_event",
    "encode_schedule",
    "from_line",
    "load_accounts",
    "load_events",
    "load_schedules",
    "to_line",
]
