"""Stands between the engine and its store: what the store keeps of a person is sealed, what the engine gets is clear.

Everything that reads or writes personal data goes through here, whatever the store is. What was kept in clear, before
there was a vault, is read as it is, and sealed when it is kept again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from secrets import token_hex
from typing import Any, cast

from regua.engine.sealing import SALT, Seal, seal, unseal
from regua.engine.vault import KeyRing
from regua.errors import VaultError
from regua.ports import Store, Transaction

Kept = Mapping[str, Mapping[str, str]]


def sealed_store(store: Store, keys: KeyRing | None) -> Store:
    """Give a store to which personal data goes sealed.

    Args:
        store: which keeps it.
        keys: of the debtors; None seals nothing, and refuses to read what was sealed.
    """
    return cast(Store, SealedStore(store, keys))


class SealedStore:
    """A store as the engine sees it."""

    def __init__(self, inner: Store, keys: KeyRing | None) -> None:
        self._inner, self._ring = inner, keys

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work on debtors of one creditor, all or nothing."""
        with self._inner.transaction(creditor, using=using) as inner:
            yield cast(Transaction, SealedTransaction(inner, creditor, self._ring))

    def kept(self, creditor: str, debtor: str) -> Kept:
        """The debtor's personal data by reference, without what was erased.

        Raises:
            VaultError: some of it cannot be read.
        """
        return _Person(creditor, debtor, self._ring).read(self._inner.kept(creditor, debtor))

    def erase(self, creditor: str, debtor: str) -> None:
        """Destroy the debtor's keys, then the data and its traces.

        Raises:
            VaultError: there is a key, and no vault to destroy it in; the data is gone, its backups can be read.
            TimeoutError: as `Store.erase`.
        """
        seals = [Seal.of(fields) for fields in self._inner.kept(creditor, debtor).values()]
        named = {each.key for each in seals if each is not None}
        try:
            if self._ring is not None:
                self._ring.destroy(creditor, debtor, named)
            elif named:
                message = f"debtor {debtor!r} has a key that is left: add [vault] url to regua.toml, and erase again"
                raise VaultError(message)
        finally:
            self._inner.erase(creditor, debtor)

    def __getattr__(self, name: str) -> Any:
        """All else, as it is."""
        return getattr(self._inner, name)


class SealedTransaction:
    """A transaction as the engine sees it."""

    def __init__(self, inner: Transaction, creditor: str, keys: KeyRing | None) -> None:
        self._inner, self._creditor, self._ring = inner, creditor, keys

    def kept(self, debtor: str) -> Kept:
        """The debtor's personal data, as `SealedStore.kept`."""
        return _Person(self._creditor, debtor, self._ring).read(self._inner.kept(debtor))

    def keep(self, debtor: str, records: Kept) -> None:
        """Seal what is new, under a key that is durable before."""
        if self._ring is not None:
            person = _Person(self._creditor, debtor, self._ring)
            records = person.sealed(records, self._inner.kept(debtor), self._ring)
        self._inner.keep(debtor, records)

    def __getattr__(self, name: str) -> Any:
        """All else, as it is."""
        return getattr(self._inner, name)


class _Person:
    """What is kept of one debtor."""

    def __init__(self, creditor: str, debtor: str, ring: KeyRing | None) -> None:
        self._creditor, self._debtor, self._ring = creditor, debtor, ring

    def read(self, stored: Kept) -> Kept:
        """What is stored, in clear; what was sealed under a key that was destroyed is not there.

        Raises:
            VaultError: a key is missing, or what was sealed was altered.
        """
        if all(Seal.of(fields) is None for fields in stored.values()):
            return stored
        if self._ring is None:
            raise self._unreadable("it is sealed, and the engine has no vault; add [vault] url to regua.toml")
        keys = self._ring.of(self._creditor, self._debtor)
        read = {ref: self._read(ref, fields, keys) for ref, fields in stored.items()}
        return {ref: fields for ref, fields in read.items() if fields is not None}

    def _read(self, ref: str, fields: Mapping[str, str], keys: Mapping[str, bytes]) -> Mapping[str, str] | None:
        sealed = Seal.of(fields)
        if sealed is None:
            return fields
        if sealed.key in keys:
            found = unseal(keys[sealed.key], sealed, self._creditor, self._debtor, ref)
            if found is None:
                raise self._unreadable(f"under {ref!r} it was altered, or put there from elsewhere; keep it anew")
            return found
        if self._ring is not None and sealed.key in self._ring.destroyed(self._creditor, self._debtor):
            return None
        message = (
            f"the key of what is under {ref!r} is not in the vault; give the engine the vault in which it was made, or "
            "restore that from its backup; where there is none, erase the debtor and keep its data anew"
        )
        raise self._unreadable(message)

    def sealed(self, records: Kept, stored: Kept, ring: KeyRing) -> Kept:
        """Records to be kept, sealed; without those that are stored so already."""
        keys = ring.of(self._creditor, self._debtor)
        if records and self._live(SALT, stored, keys) is None:
            records = {SALT: {"salt": token_hex(16)}, **records}
        new = {ref: fields for ref, fields in records.items() if not self._is_stored(ref, fields, stored, keys)}
        if not new:
            return {}
        key = next(iter(keys.items()), None) or ring.make(self._creditor, self._debtor)
        return {ref: seal(key, fields, self._creditor, self._debtor, ref).fields for ref, fields in new.items()}

    def _is_stored(self, ref: str, fields: Mapping[str, str], stored: Kept, keys: Mapping[str, bytes]) -> bool:
        sealed = self._live(ref, stored, keys)
        if sealed is None:
            return False
        return unseal(keys[sealed.key], sealed, self._creditor, self._debtor, ref) == dict(fields)

    def _live(self, ref: str, stored: Kept, keys: Mapping[str, bytes]) -> Seal | None:
        """What is sealed under a reference and has a key."""
        sealed = Seal.of(stored.get(ref, {}))
        return sealed if sealed is not None and sealed.key in keys else None

    def _unreadable(self, why: str) -> VaultError:
        return VaultError(f"what is kept of debtor {self._debtor!r} cannot be read: {why}")
