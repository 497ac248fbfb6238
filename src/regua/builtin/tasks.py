"""The executor `tasks`: steps that people carry out."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from regua.ports import ActionRequest, Capabilities, NoConfig, Receipt

_TEN_YEARS: Final = timedelta(days=3650)


class TaskQueue:
    """Hands tasks over to people. The engine's own outbox is the queue, so handing over is all there is to do."""

    Config: ClassVar[type[NoConfig]] = NoConfig
    name: ClassVar[str] = "tasks"
    kinds: ClassVar[frozenset[str]] = frozenset({"task"})
    capabilities: ClassVar[Capabilities] = Capabilities(delivery="idempotent", key_ttl=_TEN_YEARS)

    def __init__(self, config: NoConfig) -> None:
        """There is nothing to configure."""

    def run(self, request: ActionRequest) -> Receipt:
        """Accept the task; what comes of it comes back as an event."""
        return Receipt(key=request.key)

    def close(self) -> None:
        """There is nothing to give back."""
