"""Stands between the engine and its store: what the store keeps of a person is sealed, what the engine gets is clear.

Everything that reads or writes personal data goes through here, whatever the store is. What was kept in clear, before
there was a vault, is read as it is, and sealed when it is kept again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from secrets import token_hex
from typing import Any, Final, cast

from attrs import evolve

from regua.engine.sealing import SALT, Seal, decrypt, encrypt, seal, unseal
from regua.engine.vault import KeyRing
from regua.errors import VaultError
from regua.ports import RawAnswer, Store, Transaction

Kept = Mapping[str, Mapping[str, str]]
_NO_VAULT: Final = "it is sealed, and the engine has no vault; add [vault] url to regua.toml"


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
            sealed = SealedTransaction(inner, creditor, self._ring)
            yield cast(Transaction, sealed)
            sealed.check_keys()
        sealed.give_up_keys()

    def kept(self, creditor: str, debtor: str) -> Kept:
        """The debtor's personal data by reference, without what was erased.

        Raises:
            VaultError: some of it cannot be read.
        """
        return _Person(creditor, debtor, self._ring).read(self._inner.kept(creditor, debtor))

    def answers(self, creditor: str, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, without what was erased.

        Raises:
            VaultError: some of it cannot be read.
        """
        return _Person(creditor, debtor, self._ring).opened(self._inner.answers(creditor, debtor))

    def erase(self, creditor: str, debtor: str) -> None:
        """Destroy the debtor's keys, then the data and its traces.

        Raises:
            VaultError: there is a key, and no vault to destroy it in; the data is gone, its backups can be read.
            TimeoutError: as `Store.erase`.
        """
        seals = [Seal.of(fields) for fields in self._inner.kept(creditor, debtor).values()]
        named = {each.key for each in seals if each is not None}
        named |= {each.key for each in self._inner.answers(creditor, debtor) if each.key}
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
        self._used: dict[str, set[str]] = {}

    def kept(self, debtor: str) -> Kept:
        """The debtor's personal data, as `SealedStore.kept`."""
        return _Person(self._creditor, debtor, self._ring).read(self._inner.kept(debtor))

    def keep(self, debtor: str, records: Kept) -> None:
        """Seal what is new, under a key that is durable before."""
        if self._ring is not None:
            person = _Person(self._creditor, debtor, self._ring)
            records = person.sealed(records, self._inner.kept(debtor), self._ring)
            seals = [Seal.of(fields) for fields in records.values()]
            self._used.setdefault(debtor, set()).update(each.key for each in seals if each is not None)
        self._inner.keep(debtor, records)

    def keep_answer(self, answer: RawAnswer) -> None:
        """Seal what a provider answered, as `keep`."""
        if self._ring is not None:
            answer = _Person(self._creditor, answer.debtor, self._ring).closed(answer, self._ring)
            self._used.setdefault(answer.debtor, set()).add(answer.key)
        self._inner.keep_answer(answer)

    def answers(self, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, as `SealedStore.answers`."""
        return _Person(self._creditor, debtor, self._ring).opened(self._inner.answers(debtor))

    def check_keys(self) -> None:
        """See that nobody was erased meanwhile of whom something is about to be stored, which nobody could read.

        Raises:
            VaultError: somebody was.
        """
        for debtor in self._used:
            if self._gone(debtor):
                message = (
                    f"debtor {debtor!r} was erased while something was kept of them; nothing is stored: keep it again"
                )
                raise VaultError(message)

    def give_up_keys(self) -> None:
        """Call a key destroyed that was made and erased while something was stored under it: it is not lost."""
        for debtor in self._used:
            gone = self._gone(debtor)
            if gone and self._ring is not None:
                self._ring.give_up(self._creditor, debtor, gone)

    def _gone(self, debtor: str) -> set[str]:
        return set() if self._ring is None else self._used[debtor] - self._ring.of(self._creditor, debtor).keys()

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
            raise self._unreadable(_NO_VAULT)
        keys = self._ring.of(self._creditor, self._debtor)
        read = {ref: self._read(ref, fields, keys) for ref, fields in stored.items()}
        return {ref: fields for ref, fields in read.items() if fields is not None}

    def _read(self, ref: str, fields: Mapping[str, str], keys: Mapping[str, bytes]) -> Mapping[str, str] | None:
        sealed = Seal.of(fields)
        if sealed is None:
            return fields
        about = f"under {ref!r}"
        if self._is_erased(sealed.key, keys, about):
            return None
        found = unseal(keys[sealed.key], sealed, self._creditor, self._debtor, ref)
        if found is None:
            raise self._unreadable(f"{about} it was altered, or put there from elsewhere; keep it anew")
        return found

    def _is_erased(self, key: str, keys: Mapping[str, bytes], about: str) -> bool:
        """Whether a key was destroyed.

        Raises:
            VaultError: it is neither there nor destroyed.
        """
        if key in keys:
            return False
        if self._ring is not None and key in self._ring.destroyed(self._creditor, self._debtor):
            return True
        message = (
            f"the key of what is {about} is not in the vault; give the engine the vault in which it was made, or "
            "restore that from its backup; where there is none, erase the debtor and keep its data anew"
        )
        raise self._unreadable(message)

    def opened(self, stored: Sequence[RawAnswer]) -> Sequence[RawAnswer]:
        """What providers answered, in clear, as `read`."""
        if not any(each.key for each in stored):
            return stored
        if self._ring is None:
            raise self._unreadable(_NO_VAULT)
        keys = self._ring.of(self._creditor, self._debtor)
        return tuple(each for answer in stored if (each := self._opened(answer, keys)) is not None)

    def _opened(self, answer: RawAnswer, keys: Mapping[str, bytes]) -> RawAnswer | None:
        about = f"answered about attempt {answer.number} of action {answer.action!r}"
        if not answer.key:
            return answer
        if self._is_erased(answer.key, keys, about):
            return None
        content = decrypt(keys[answer.key], answer.content, *self._about(answer))
        if content is None:
            raise self._unreadable(f"what was {about} was altered, or put there from elsewhere")
        return evolve(answer, key="", content=content)

    def closed(self, answer: RawAnswer, ring: KeyRing) -> RawAnswer:
        """What a provider answered, sealed."""
        id_, secret = self._key(ring.of(self._creditor, self._debtor), ring)
        return evolve(answer, key=id_, content=encrypt(secret, answer.content, *self._about(answer)))

    def _about(self, answer: RawAnswer) -> tuple[str, ...]:
        return self._creditor, self._debtor, answer.action, f"{answer.number}", f"{answer.at_us}", f"{answer.size}"

    def _key(self, keys: Mapping[str, bytes], ring: KeyRing) -> tuple[str, bytes]:
        return next(iter(keys.items()), None) or ring.make(self._creditor, self._debtor)

    def sealed(self, records: Kept, stored: Kept, ring: KeyRing) -> Kept:
        """Records to be kept, sealed; without those that are stored so already."""
        keys = ring.of(self._creditor, self._debtor)
        if records and self._live(SALT, stored, keys) is None:
            records = {SALT: {"salt": token_hex(16)}, **records}
        new = {ref: fields for ref, fields in records.items() if not self._is_stored(ref, fields, stored, keys)}
        if not new:
            return {}
        key = self._key(keys, ring)
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
