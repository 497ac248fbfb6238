"""Tones: the severity of a message, in order."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Tone(IntEnum):
    """How severe a message is. Ordered: `Tone.REMINDER < Tone.LEGAL`."""

    REMINDER = 1
    COURTEOUS = 2
    FORMAL = 3
    FIRM = 4
    FINAL = 5
    LEGAL = 6

    @property
    def word(self) -> str:
        """The word of policy files and schedules, such as `"courteous"`."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.word

    def __format__(self, spec: str) -> str:
        return format(self.word, spec)

    @classmethod
    def parse(cls, word: str) -> Tone:
        """Read the word of a tone.

        Raises:
            ValueError: there is no such tone.
        """
        for tone in cls:
            if tone.word == word:
                return tone
        message = f"{word!r} is not a tone; write one of {', '.join(tone.word for tone in cls)}"
        raise ValueError(message)
