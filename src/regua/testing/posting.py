"""How a provider's calls come: once and in order, unless the weather says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from attrs import evolve

from regua.core.dates import microseconds
from regua.policyfile.testfile import Word
from regua.testing.channels import Answer
from regua.testing.faults import DuplicateReceipt, LateReceipt, LostReceipt, ReorderedReceipts
from regua.testing.weather import Weather

SAID_BEFORE: Final[dict[Word, Word]] = {"read": "delivered"}
"""What a provider says before it says a word, if it calls for that."""


def receipts_of(answer: Answer, channel: str, weather: Weather) -> Iterator[tuple[int, Answer]]:
    """The calls that come of an answer: after how many microseconds, and what each says.

    Args:
        answer: that is given later.
        channel: by its name.
        weather: may lose them, delay them, double them, and change their order.
    """
    after = answer.after or timedelta(0)
    if weather.strikes(LostReceipt, channel, ""):
        return
    late = weather.strikes(LateReceipt, channel, "")
    after += late.by if late is not None else timedelta(0)
    yield microseconds(after), answer
    twice = weather.strikes(DuplicateReceipt, channel, "")
    if twice is not None:
        yield microseconds(after + twice.after), answer
    if answer.word in SAID_BEFORE and weather.strikes(ReorderedReceipts, channel, ""):
        yield microseconds(after) + 1, evolve(answer, word=SAID_BEFORE[answer.word])
