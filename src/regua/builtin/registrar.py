"""The executor `file-registrar`: requests to a credit bureau or notary as files, and its answers as files."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, get_args

from attrs import field, frozen

from regua.builtin.files import keep_names, reason_of, word_of, write_whole
from regua.core.planning.schedule import Action
from regua.ports import ActionRequest, Capabilities, Receipt, ReceiptStatus, Retryable, Unknown

_TEN_YEARS: Final = timedelta(days=3650)
_LARGEST: Final = 1 << 20
_STATUSES: Final[tuple[ReceiptStatus, ...]] = get_args(ReceiptStatus)
_UNREADABLE: Final = "the answer cannot be read"


@frozen(kw_only=True)
class FileRegistrarConfig:
    """Keys of the executor in `regua.toml`.

    Attributes:
        path: of the folder with `requests` and `answers`; made where it is not there.
    """

    path: Path = field(converter=Path)


class FileRegistrar:
    """Writes `requests/<key>.json` once, and reads `answers/<key>.json` as `{"status": "…", "reference": "…"}`.

    Somebody else takes the requests to the registrar and brings the answers; `status` is a word of a receipt.
    """

    Config: ClassVar[type[FileRegistrarConfig]] = FileRegistrarConfig
    name: ClassVar[str] = "file-registrar"
    kinds: ClassVar[frozenset[str]] = frozenset({"notice", "listing", "delisting", "protest", "protest-withdrawal"})
    capabilities: ClassVar[Capabilities] = Capabilities(delivery="idempotent", key_ttl=_TEN_YEARS)

    def __init__(self, config: FileRegistrarConfig) -> None:
        self._requests, self._answers = config.path / "requests", config.path / "answers"

    def run(self, request: ActionRequest) -> Receipt:
        """Write one request, unless it is there.

        Raises:
            Retryable: the folder cannot be written, and nothing was.
            Unknown: it was written, and may not survive a failure of the machine.
        """
        path = self._requests / f"{word_of(request.key)}.json"
        try:
            if not path.exists():
                write_whole(path, _encoded(request))
        except OSError as error:
            raise Retryable(reason=f"the folder cannot be written: {reason_of(error)}") from error
        try:
            keep_names(self._requests)
        except OSError as error:
            raise Unknown(f"the folder cannot be synced: {reason_of(error)}") from error
        return Receipt(key=request.key, reference=path.name)

    def find(self, key: str) -> Receipt | None:
        """What became of a request: what the answer says, else accepted where the request is there.

        Raises:
            Retryable: the folder cannot be read.
        """
        name = f"{word_of(key)}.json"
        try:
            with suppress(FileNotFoundError), (self._answers / name).open("rb") as file:
                return _understood(key, file.read(_LARGEST))
            return Receipt(key=key, reference=name) if (self._requests / name).exists() else None
        except OSError as error:
            raise Retryable(reason=f"the folder cannot be read: {reason_of(error)}") from error

    def close(self) -> None:
        """Nothing stays open between two requests."""


def _encoded(request: ActionRequest) -> bytes:
    """The request as JSON: the same bytes at every attempt."""
    written = {"format": 1, "key": request.key, "action": _action(request.action), "person": dict(request.person)}
    text = json.dumps(written, ensure_ascii=False, indent=2, sort_keys=True)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _action(action: Action) -> dict[str, Any]:
    amount = action.amount
    return {
        "id": action.id,
        "kind": action.kind,
        "creditor": action.creditor,
        "debtor": action.debtor,
        "receivable": action.receivable,
        "step": action.step,
        "policy": action.policy,
        "policy_version": action.policy_version,
        "day": action.day.isoformat(),
        "amount": None if amount is None else {"amount": f"{amount.amount:f}", "currency": amount.currency},
    }


def _understood(key: str, raw: bytes) -> Receipt:
    """An answer as a receipt; what cannot be read, or says what nobody knows, is unknown and kept."""
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    status = answer.get("status") if isinstance(answer, dict) else None
    reference = answer.get("reference", "") if isinstance(answer, dict) else ""
    known = next((word for word in _STATUSES if word == status), None)
    if known is None or not isinstance(reference, str):
        return Receipt(status="unknown", key=key, reason=_UNREADABLE, raw=raw)
    return Receipt(status=known, key=key, reference=reference, raw=raw)
