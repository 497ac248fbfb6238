"""What the engine tells its host: ids, codes and counts, by allow-list; never a name, an address or a text.

The host gives its own structlog logger to `Engine.open`. Without one, everything goes to the standard library's logger
`regua`, which is silent until the host configures it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, Protocol

import structlog

ALLOWED: Final = frozenset(
    {
        "action",
        "attempt",
        "channel",
        "code",
        "count",
        "creditor",
        "debtor",
        "epoch",
        "error",
        "event",
        "owner",
        "plugin",
        "state",
        "step",
        "trace",
        "version",
    }
)
"""Names of what may be logged; everything else is left out, and its name is told."""


class Log(Protocol):
    """What the engine needs of a structlog logger."""

    def debug(self, event: str, **values: Any) -> Any:
        """Something is under way."""

    def info(self, event: str, **values: Any) -> Any:
        """Something happened that is as it should be."""

    def warning(self, event: str, **values: Any) -> Any:
        """Something waits for a person."""

    def error(self, event: str, **values: Any) -> Any:
        """A plugin or the configuration is wrong."""


def default_log() -> Log:
    """The standard library's logger `regua`, behind the allow-list."""
    logger: Log = structlog.wrap_logger(
        logging.getLogger("regua"),
        processors=[
            structlog.stdlib.filter_by_level,
            only_allowed,
            structlog.processors.KeyValueRenderer(key_order=["event"], sort_keys=True),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return logger


def only_allowed(_logger: Any, _method: str, values: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Leave out what is not on the list; a structlog processor, for hosts that bring their own logger."""
    kept = {name: value for name, value in values.items() if name in ALLOWED}
    dropped = sorted(values.keys() - kept.keys())
    return kept | ({"left_out": dropped} if dropped else {})


def trace_of(error: BaseException) -> str:
    """Where an error was raised, as file and line from the outside in; without its text, which may be personal."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
