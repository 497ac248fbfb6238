"""The policies of one creditor: those in force, and every version that a receivable was issued under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import evolve

from regua.core.account import Account
from regua.core.events import Event, InvoiceIssued, PolicyAssigned
from regua.core.policy import Policy
from regua.errors import PlanError, PolicyConflict, PolicyError, SettingsError
from regua.policyfile import Catalog, load_policy, under_law
from regua.policyfile.packs.applying import resolved
from regua.ports import Store, StoredPolicy

ANYTHING: Final = Catalog()
"""For texts that were accepted when they were stored: what they name may be gone by now."""

PolicySource = Policy | Path | str
Governed = InvoiceIssued | PolicyAssigned


class Shelf:
    """Policies by id and version, the given ones stored with their text.

    Args:
        creditor: whose they are.
        given: policies in force: paths, TOML texts or values; new receivables get the newest version of the first,
            where neither an assignment nor the debtor's segment says otherwise.
        store: keeps every text by id and version.
        catalog: the names that the given ones may use.
        segments: id of the policy that new receivables of debtors of a segment get.
        by_order: whether of several versions the one that is given first counts, and not the newest.
        orders_boletos: whether somebody issues boletos, so that second copies have theirs made.

    Raises:
        PolicyError: a given policy has problems.
        SettingsError: a segment is sent to a policy that is not among those in force.
        PolicyConflict: other content is stored under the same id and version.
    """

    def __init__(
        self,
        creditor: str,
        given: Sequence[PolicySource],
        store: Store,
        catalog: Catalog,
        *,
        segments: Mapping[str, str] = MappingProxyType({}),
        by_order: bool = False,
        orders_boletos: bool = False,
    ) -> None:
        if not given:
            message = f"creditor {creditor!r} has no policy; name at least one"
            raise PlanError(message)
        self._creditor, self._store, self._catalog = creditor, store, catalog
        self._orders_boletos = orders_boletos
        self._known: dict[tuple[str, int], Policy] = {}
        loaded = _loaded(given, catalog)
        self.default = loaded[0][0].id
        for policy, text in loaded:
            self._keep(policy, text)
        versions: dict[str, list[int]] = {}
        for name, version in self._known:
            versions.setdefault(name, []).append(version)
        self._newest = {name: each[0] if by_order else max(each) for name, each in versions.items()}
        self._segments = self._checked(segments)

    def _checked(self, segments: Mapping[str, str]) -> Mapping[str, str]:
        there = ", ".join(sorted(self._newest))
        problems = [
            f"creditor {self._creditor!r} sends segment {segment!r} to policy {policy!r}, which is none of its "
            f"policies; there are {there}"
            for segment, policy in segments.items()
            if policy not in self._newest
        ]
        if problems:
            raise SettingsError(problems)
        return segments

    def _keep(self, policy: Policy, text: str) -> None:
        ours = StoredPolicy(policy=policy.id, version=policy.version, fingerprint=policy.fingerprint, text=text)
        stored = self._store.keep_policy(self._creditor, ours)
        if not (text and stored.text == text) and not _means_the_same(stored, policy):
            origin = policy.origin_of("version")
            message = (
                f"{f'{origin}: ' if origin else ''}policy {policy.id!r} version {policy.version} is stored with other "
                f"content for creditor {self._creditor!r}, and receivables may be in flight under it; "
                f"give the changed policy version {policy.version + 1}"
            )
            raise PolicyConflict(message)
        self._known[policy.id, policy.version] = self._planned(policy)

    def _planned(self, policy: Policy) -> Policy:
        """A policy as it is planned by."""
        return policy.ordering_boletos() if self._orders_boletos else policy

    @property
    def in_force(self) -> tuple[Policy, ...]:
        """The newest version of each given policy."""
        return tuple(map(self.newest, self._newest))

    def newest(self, policy: str) -> Policy:
        """The newest version of a policy among those in force.

        Raises:
            PlanError: there is none of that id.
        """
        if policy not in self._newest:
            there = ", ".join(sorted(self._newest))
            message = f"creditor {self._creditor!r} has no policy {policy!r}; there are {there}"
            raise PlanError(message)
        return self.version(policy, self._newest[policy])

    def version(self, policy: str, version: int) -> Policy:
        """One version of a policy, from the store where it is no longer in force.

        Raises:
            PlanError: there is none of that id and number.
        """
        found = self._known.get((policy, version))
        return found or self._known.setdefault((policy, version), self._stored(policy, version))

    def _stored(self, policy: str, version: int) -> Policy:
        for stored in self._store.policies(self._creditor):
            if (stored.policy, stored.version) == (policy, version) and stored.text:
                accepted = load_policy(stored.text.encode(), catalog=ANYTHING, name=f"{policy}@{version}")
                return self._planned(resolved(accepted, self._catalog))
        message = (
            f"policy {policy!r} version {version} of creditor {self._creditor!r} is not stored; "
            "name its file among the creditor's policies"
        )
        raise PlanError(message)

    def governing(self, account: Account) -> tuple[Policy, ...]:
        """Every version that governs, governed or will govern a receivable; where there is none, the default."""
        facts = account.facts
        bound = [*(facts.policies if facts.receivables else facts.policies[-1:])]
        bound += [entry for each in facts.receivables.values() for entry in each.policies]
        named = {(name, version) for _, name, version in bound}
        named |= {(each.policy, each.policy_version) for each in facts.migrations if each.verb != "keep"}
        found = [
            self.newest(name) if version is None else self.version(name, version)
            for name, version in sorted(named, key=lambda each: (each[0], each[1] or 0))
        ]
        return tuple(found) or (self.newest(self.default),)

    def bound(self, event: Event, account: Account) -> Event:
        """The event with the policy version under which it is recorded (domain.md §5, In flight).

        Args:
            event: of the account's debtor; an `invoice.issued` or `policy.assigned` that leaves it open gets one.
            account: what was known before.
        """
        if isinstance(event, PolicyAssigned) and event.policy_version is None:
            return evolve(event, policy_version=self.newest(event.policy).version)
        if isinstance(event, InvoiceIssued) and (not event.policy or event.policy_version is None):
            policy = self._chosen(event, account)
            return evolve(event, policy=policy.id, policy_version=policy.version)
        return event

    def _chosen(self, event: InvoiceIssued, account: Account) -> Policy:
        if event.policy:
            return self.newest(event.policy)
        assigned = [each for each in _assigned(account) if each.at_us <= event.at_us]
        own = [each for each in assigned if event.receivable in each.receivables]
        for each in (own or [each for each in assigned if not each.receivables])[-1:]:
            version = each.policy_version
            return self.newest(each.policy) if version is None else self.version(each.policy, version)
        return self.newest(self._segments.get(_segment(account, event.at_us), self.default))


def _segment(account: Account, instant: int) -> str:
    """The debtor's segment at an instant; before the first profile, the first one's."""
    entries = account.facts.profile.entries()
    profile = account.facts.profile.at(instant) or (entries[0][1] if entries else None)
    return profile.segment if profile else ""


def _assigned(account: Account) -> list[PolicyAssigned]:
    known = account.facts.by_type.get(PolicyAssigned.type, [])
    return [event for event in known if isinstance(event, PolicyAssigned)]


def same(given: Event, stored: Event) -> bool:
    """Whether an event that comes again is the stored one.

    When it is learnt again makes no other fact of it; nor does the policy that it left open.
    """
    given = evolve(given, recorded_at=stored.recorded_us)
    if isinstance(given, Governed) and isinstance(stored, Governed) and given.policy_version is None:
        policy = given.policy or stored.policy
        return evolve(given, policy=policy, policy_version=stored.policy_version) == stored
    return given == stored


def _loaded(given: Iterable[PolicySource], catalog: Catalog) -> list[tuple[Policy, str]]:
    """Load all of them, and report every problem of each at once."""
    loaded: list[tuple[Policy, str]] = []
    problems: list[object] = []
    for source in given:
        try:
            loaded.append(_load(source, catalog))
        except PolicyError as error:
            problems += error.diagnostics
    if problems:
        raise PolicyError(problems)
    return loaded


def _load(source: PolicySource, catalog: Catalog) -> tuple[Policy, str]:
    if isinstance(source, Policy):
        return under_law(source, catalog=catalog), ""
    if isinstance(source, str) and "\n" in source:
        return load_policy(source, catalog=catalog), source
    try:
        raw = Path(source).read_bytes()
    except OSError:
        return load_policy(source, catalog=catalog), ""  # tells what is wrong with it
    return load_policy(raw, catalog=catalog, name=_told(Path(source))), raw.decode("utf-8")


def _told(path: Path) -> str:
    """A file as reasons and problems name it: from the current folder, where it lies in it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _means_the_same(stored: StoredPolicy, policy: Policy) -> bool:
    if stored.fingerprint == policy.fingerprint:
        return True
    try:  # another version of regua may have written another fingerprint for the same text
        return bool(stored.text) and (
            load_policy(stored.text.encode(), catalog=ANYTHING).fingerprint == policy.fingerprint
        )
    except PolicyError:
        return False
