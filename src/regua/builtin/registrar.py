"""The executor `file-registrar`: requests to a bureau, a notary or whoever acts as files, and the answers as files."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, get_args

from attrs import field, frozen

from regua.builtin.files import keep_names, reason_of, word_of, write_whole
from regua.core.dates import instant_of, parse_date, parse_instant, zone_info
from regua.core.money import Money
from regua.core.planning.schedule import Action
from regua.core.planning.support import CARRIED_OUT
from regua.core.policy import WRITTEN
from regua.ports import ActionRequest, Capabilities, Receipt, ReceiptStatus, Retryable, Unknown

_TEN_YEARS: Final = timedelta(days=3650)
_LARGEST: Final = 1 << 20
_STATUSES: Final[tuple[ReceiptStatus, ...]] = get_args(ReceiptStatus)
_KEYS: Final = frozenset({"status", "reference", "at", "reason"})
_NOON: Final = 720


@frozen(kw_only=True)
class FileRegistrarConfig:
    """Keys of the executor in `regua.toml`.

    Attributes:
        path: of the folder with `requests` and `answers`; made where it is not there.
        timezone: IANA zone of the days that answers give.
    """

    path: Path = field(converter=Path)
    timezone: str = "America/Sao_Paulo"

    def __attrs_post_init__(self) -> None:
        zone_info(self.timezone)


class FileRegistrar:
    """Writes `requests/<key>.json` once, and reads `answers/<key>.json` every now and then.

    Somebody else takes the requests to the registrar and brings the answers, such as `{"status": "delivered", "at":
    "2026-04-08", "reference": "P-77"}`: a word of a receipt, when that was (a day, whose noon is meant, or an instant
    with its offset), the registrar's own number, and with `reason` its word for it. An answer may be replaced by the
    next one. One that cannot be read is left where it is.
    """

    Config: ClassVar[type[FileRegistrarConfig]] = FileRegistrarConfig
    name: ClassVar[str] = "file-registrar"
    kinds: ClassVar[frozenset[str]] = CARRIED_OUT - WRITTEN - {"task", "boleto"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        delivery="idempotent", key_ttl=_TEN_YEARS, reports_delivery=True, ask_every=timedelta(minutes=15)
    )

    def __init__(self, config: FileRegistrarConfig) -> None:
        self._requests, self._answers = config.path / "requests", config.path / "answers"
        self._zone = config.timezone

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
                return _understood(key, file.read(_LARGEST), self._zone)
            return Receipt(key=key, reference=name) if (self._requests / name).exists() else None
        except OSError as error:
            raise Retryable(reason=f"the folder cannot be read: {reason_of(error)}") from error

    def close(self) -> None:
        """Nothing stays open between two requests."""


def _encoded(request: ActionRequest) -> bytes:
    """The request as JSON: the same bytes at every attempt."""
    written = {"format": 1, "key": request.key, "case": request.case}
    written |= {"action": _action(request.action), "person": dict(request.person), "creditor": dict(request.creditor)}
    due = None if request.due is None else request.due.isoformat()
    written["title"] = {"kind": request.title, "due": due, "principal": _money(request.principal)}
    text = json.dumps(written, ensure_ascii=False, indent=2, sort_keys=True)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _action(action: Action) -> dict[str, Any]:
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
        "amount": _money(action.amount),
    }


def _money(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": f"{money.amount:f}", "currency": money.currency}


def _understood(key: str, raw: bytes, zone: str) -> Receipt:
    """An answer as a receipt; what cannot be read, or says what nobody knows, is unknown and kept."""
    try:
        return Receipt(key=key, raw=raw, **_fields(_object(raw), zone))
    except (ValueError, RecursionError) as error:  # DateError is one
        why = str(error) if type(error) is ValueError else "it is no JSON with a date as 2026-04-08"
        return Receipt(status="unknown", key=key, reason=f"the answer cannot be read: {why}", raw=raw)


def _object(raw: bytes) -> dict[str, Any]:
    answer = json.loads(raw)
    if not isinstance(answer, dict) or not answer.keys() <= _KEYS:
        message = f"it is an object with {', '.join(sorted(_KEYS))}"
        raise ValueError(message)
    return answer


def _fields(answer: dict[str, Any], zone: str) -> dict[str, Any]:
    """The fields of a receipt; the values of what is wrong stay out of the text."""
    if answer.get("status") not in _STATUSES:
        message = f"its status is one of {', '.join(_STATUSES)}"
        raise ValueError(message)
    if not all(isinstance(value, str) for value in answer.values()):
        message = "its values are texts"
        raise ValueError(message)
    return answer | ({"at": _instant(answer["at"], zone)} if "at" in answer else {})


def _instant(text: str, zone: str) -> int:
    """An instant with its offset, or noon of a day."""
    return parse_instant(text) if "T" in text else instant_of(parse_date(text).toordinal(), _NOON, zone)
