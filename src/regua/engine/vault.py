"""The keys of debtors: each has one of its own, and erasing destroys it, whatever backups hold the data.

The keys are the personal data of a store of their own, which knows how to destroy what it keeps. A key is durable
before anything is written under it. Of one that was destroyed the id stays, which tells it from one that is lost.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from os.path import realpath
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Final

from attrs import field, frozen

from regua.engine.sealing import check_installed, decrypt, encrypt
from regua.errors import SettingsError, VaultError
from regua.ports import Store

KEY_BYTES: Final = 32
_KEYS, _DESTROYED = "keys/", "destroyed/"
"""What stands before a creditor in the store of the keys: for keys, and for ids of those that were destroyed."""
_PLAIN, _WRAPPED = "key", "wrapped"
_CHECK: Final = ("vault", "master", "check")
"""Under which creditor, debtor and reference the store of the keys holds something under the master key."""


@frozen(kw_only=True)
class Vault:
    """Where the keys are, under which personal data is stored.

    Attributes:
        keys: a store of a database that holds nothing else; it belongs to who made it.
        master: 32 bytes under which new keys are stored, or None where they are stored as they are.
    """

    keys: Store
    master: bytes | None = field(default=None, repr=False)


def check_apart(store: str | Store, keys: str | Store) -> None:
    """Refuse keys beside what they lock, under whatever name: before either is opened, which could harm the file.

    Args:
        store: of the personal data, or its URL.
        keys: of the keys, or its URL.

    Raises:
        SettingsError: they are one database.
    """
    if store is keys or store == keys or _is_one_file(_file_of(store), _file_of(keys)):
        message = "the keys would lie beside what they lock: give the vault a database of its own, with other backups"
        raise SettingsError([message])


def _file_of(place: str | Store) -> Path | None:
    """The file of a store, where it has one."""
    if not isinstance(place, str):
        path = getattr(place, "path", None)
        return path if isinstance(path, Path) else None
    name = place.partition(":///")[2]
    return Path(name) if name and "\0" not in name else None


def _is_one_file(one: Path | None, other: Path | None) -> bool:
    """Whether two names lead to the same file; of those that are not there yet, to the same place."""
    if one is None or other is None:
        return False
    try:
        return one.samefile(other)
    except OSError:
        return realpath(one) == realpath(other)


class KeyRing:
    """The keys in a vault.

    Args:
        vault: where they are.

    Raises:
        SettingsError: they are stored under another master key, or `master` is none.
        MissingExtra: `regua[vault]` is not installed.
    """

    def __init__(self, vault: Vault) -> None:
        check_installed()
        self._keys, self._master = vault.keys, vault.master
        if self._master is not None and len(self._master) != KEY_BYTES:
            raise SettingsError([f"the master key of the vault is not {KEY_BYTES} bytes long"])
        creditor, debtor, ref = _CHECK
        stored = self._keys.kept(creditor, debtor).get(ref)
        if stored is not None:
            self._check(stored, ref)
        elif self._master is not None:
            self._keep(creditor, debtor, {ref: self._written(token_bytes(KEY_BYTES), ref)})

    def _check(self, stored: Mapping[str, str], ref: str) -> None:
        try:
            self._read(stored, ref)
        except VaultError as error:
            raise SettingsError([str(error)]) from None

    def of(self, creditor: str, debtor: str) -> Mapping[str, bytes]:
        """Give the debtor's keys by id; there is more than one where two were made at once.

        Raises:
            VaultError: they are stored under a master key that this is not.
        """
        found = self._keys.kept(_KEYS + creditor, debtor)
        return {id_: self._read(found[id_], id_) for id_ in sorted(found)}

    def destroyed(self, creditor: str, debtor: str) -> Collection[str]:
        """Give the ids of keys that were destroyed."""
        return self._keys.kept(_DESTROYED + creditor, debtor).keys()

    def make(self, creditor: str, debtor: str) -> tuple[str, bytes]:
        """Make a key that is durable; give it with its id."""
        id_, key = token_hex(8), token_bytes(KEY_BYTES)
        self._keep(_KEYS + creditor, debtor, {id_: self._written(key, id_)})
        return id_, key

    def destroy(self, creditor: str, debtor: str, named: Collection[str]) -> None:
        """Destroy the debtor's keys and their traces.

        Args:
            creditor: who is owed.
            debtor: whose they are.
            named: ids of keys under which something is stored; of those that are lost there is no other trace.

        Raises:
            TimeoutError: as `Store.erase`; the keys are gone, not all their traces.
        """
        # first: a key that is gone without its id would look like one that is lost
        self.give_up(creditor, debtor, {*self._keys.kept(_KEYS + creditor, debtor), *named})
        self._keys.erase(_KEYS + creditor, debtor)

    def give_up(self, creditor: str, debtor: str, ids: Collection[str]) -> None:
        """Write down that keys are destroyed."""
        if ids:
            self._keep(_DESTROYED + creditor, debtor, {id_: {} for id_ in sorted(ids)})

    def _keep(self, creditor: str, debtor: str, records: Mapping[str, Mapping[str, str]]) -> None:
        with self._keys.transaction(creditor) as transaction:
            transaction.keep(debtor, records)

    def _written(self, key: bytes, about: str) -> Mapping[str, str]:
        if self._master is None:
            return {_PLAIN: b64encode(key).decode()}
        return {_WRAPPED: b64encode(encrypt(self._master, key, about)).decode()}

    def _read(self, fields: Mapping[str, str], about: str) -> bytes:
        if _PLAIN in fields:
            return b64decode(fields[_PLAIN])
        if self._master is None:
            message = "the keys of the vault are under a master key; give it: [vault] key in regua.toml"
            raise VaultError(message)
        key = decrypt(self._master, b64decode(fields[_WRAPPED]), about)
        if key is None:
            message = "the keys of the vault are under another master key; give that one: [vault] key in regua.toml"
            raise VaultError(message)
        return key
