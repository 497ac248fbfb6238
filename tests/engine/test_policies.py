"""Several policies of one creditor, and receivables that go over from one version to another, on a file of SQLite."""

from pathlib import Path
from typing import Any

import pytest
from counter import IDENTITY, POLICY, Counter, facts_of, head

from regua import events
from regua.builtin.sqlite import SqliteStore
from regua.engine import CreditorSettings
from regua.engine.settings import read_settings
from regua.errors import PlanError, SettingsError
from regua.plugins import Registry

VIP = POLICY.replace('id = "loja"', 'id = "loja-vip"').replace("D+2bd 10:00", "D+8 10:00")
LATER = POLICY.replace("version = 1", "version = 2").replace("D+2bd 10:00", "D+9 10:00")
SEGMENTS = {"vip": "loja-vip"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of the store."""
    return tmp_path / "r.sqlite3"


@pytest.fixture
def store(path: Path):
    """The store."""
    opened = SqliteStore.open(f"sqlite:///{path}")
    yield opened
    opened.close()


def settings(*policies: str, **segments: str) -> dict[str, Any]:
    """The parts of an engine whose creditor has these policies."""
    return {"creditors": {"loja": CreditorSettings(policies=policies, segments=segments, **IDENTITY)}}


@pytest.fixture
def counter(store: SqliteStore) -> Counter:
    """An engine with a policy for everybody and one for a segment, on the 1st of April at noon."""
    return Counter(store=store, parts=settings(POLICY, VIP, **SEGMENTS))


def updated(debtor: str, segment: str, when: str, name: str = "") -> events.DebtorUpdated:
    """The debtor's profile from then on."""
    return events.DebtorUpdated(segment=segment, state="SP", **head(name or f"{debtor}/{segment}", debtor, when))


def policy_of(counter: Counter, name: str = "nf-1", debtor: str = "ana") -> str:
    """The policy and version that govern a receivable, as `loja@1`."""
    found = {
        f"{each.policy}@{each.policy_version}" for each in counter.loja.schedule(debtor).all if each.receivable == name
    }
    (one,) = found
    return one


def assigned(policy: str, *names: str, when: str = "2026-03-01", debtor: str = "ana") -> events.PolicyAssigned:
    """A policy of these receivables, or of the debtor."""
    return events.PolicyAssigned(policy=policy, receivables=names, **head(f"{debtor}/{policy}/{names}", debtor, when))


def migrated(verb: Any, when: str, *names: str, to: int = 2, policy: str = "loja") -> events.PolicyMigrated:
    """Receivables of ana go over to a version."""
    what = {"policy": policy, "policy_version": to, "verb": verb, "receivables": names}
    return events.PolicyMigrated(**what, **head(f"migration {verb} {when}", "ana", when))


def test_an_invoice_gets_the_policy_of_the_debtors_segment(counter: Counter, store: SqliteStore):
    """It is filled in when it is recorded, and the event keeps it."""
    counter.loja.record(*facts_of("ana"), updated("ana", "vip", "2026-04-01 09:00"))
    counter.bill()
    assert policy_of(counter) == "loja-vip@1"
    (kept,) = [event for event in store.load("loja", "ana").events if isinstance(event, events.InvoiceIssued)]
    assert (kept.policy, kept.policy_version) == ("loja-vip", 1)


@pytest.mark.parametrize("segment", ["", "outro"])
def test_a_segment_without_a_policy_of_its_own_has_the_default(counter: Counter, segment: str):
    """So has a debtor without a segment."""
    counter.loja.record(*facts_of("ana"), updated("ana", segment, "2026-04-01 09:00", "perfil"))
    counter.bill()
    assert policy_of(counter) == "loja@1"


def test_the_segment_in_force_when_the_invoice_took_effect_decides(counter: Counter):
    """One that came later is for later invoices; before the first profile, the first one counts."""
    counter.loja.record(*facts_of("ana"), updated("ana", "vip", "2026-04-10 09:00"))
    counter.at = counter.at.replace(day=20)
    counter.bill("nf-1", when="2026-04-05 10:00")
    counter.bill("nf-2", when="2026-04-12 10:00")
    counter.loja.record(updated("bia", "vip", "2026-04-10 09:00"))
    counter.bill("nf-3", "bia", when="2026-04-05 10:00")
    assert [policy_of(counter), policy_of(counter, "nf-2"), policy_of(counter, "nf-3", "bia")] == [
        "loja@1",
        "loja-vip@1",
        "loja-vip@1",
    ]


def test_receivable_before_debtor_before_segment_before_default(counter: Counter):
    """Each takes the place of the next."""
    counter.loja.record(*facts_of("ana"), updated("ana", "vip", "2026-04-01 09:00"))
    counter.bill("nf-1")
    counter.loja.record(assigned("loja"))
    counter.bill("nf-2")
    counter.loja.record(assigned("loja-vip", "nf-3"))
    counter.bill("nf-3")
    counter.bill("nf-4", policy="loja-vip")
    found = [policy_of(counter, name) for name in ("nf-1", "nf-2", "nf-3", "nf-4")]
    assert found == ["loja-vip@1", "loja@1", "loja-vip@1", "loja-vip@1"]


def test_a_segment_of_an_unknown_policy_is_refused_when_the_engine_opens(counter: Counter):
    """And not when the first invoice of it comes."""
    with pytest.raises(SettingsError, match=r"sends segment 'vip' to policy 'loja-vip', .* there are loja$"):
        counter.another(**settings(POLICY, **SEGMENTS))


def test_a_segment_of_an_unknown_policy_stands_at_its_place_in_the_settings(tmp_path: Path):
    """With everything else that is wrong with them, of the same creditor too."""
    (tmp_path / "loja.toml").write_text(POLICY, encoding="utf-8")
    file = tmp_path / "regua.toml"
    file.write_text(
        'format = 1\nmodelos = 1\n[creditor.loja]\npolicies = ["loja.toml"]\nnome = "Loja"\n'
        'segments = { vip = "lojas", novo = "loja" }\n',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as raised:
        read_settings(file, Registry.discover())
    told = [str(each).removeprefix(f"{file}:") for each in raised.value.diagnostics]
    assert [each.split(":")[0] for each in told] == ["2", "5", "6"]
    assert told[2] == "6:14: none of the creditor's policies has the id 'lojas'; did you mean 'loja'? [unknown-value]"


def test_a_policy_that_cannot_be_read_does_not_hide_behind_its_segments(tmp_path: Path):
    """Where an id is not known, no segment is called wrong."""
    (tmp_path / "loja.toml").write_text("format = ", encoding="utf-8")
    file = tmp_path / "regua.toml"
    text = 'format = 1\n[creditor.loja]\npolicies = ["loja.toml"]\nsegments = { vip = "loja-vip" }\n'
    file.write_text(text, encoding="utf-8")
    assert read_settings(file, Registry.discover()).creditors["loja"].segments == {"vip": "loja-vip"}


def test_segments_stand_in_the_settings(tmp_path: Path):
    """A table of segments, each with the id of a policy."""
    (tmp_path / "loja.toml").write_text(VIP, encoding="utf-8")
    file = tmp_path / "regua.toml"
    text = 'format = 1\n[creditor.loja]\npolicies = ["loja.toml"]\nsegments = { vip = "loja-vip" }\n'
    file.write_text(text, encoding="utf-8")
    assert read_settings(file, Registry.discover()).creditors["loja"].segments == {"vip": "loja-vip"}
    file.write_text(text.replace('"loja-vip"', "1"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"4:\d+: .vip. takes an identifier"):
        read_settings(file, Registry.discover())


def test_an_old_version_stays_with_what_was_issued_under_it(counter: Counter):
    """After its file is gone, too: the store has the text."""
    counter.open_account()
    counter.bill()
    counter.engine = counter.another(**settings(LATER, VIP, **SEGMENTS))
    counter.bill("nf-2")
    assert [policy_of(counter), policy_of(counter, "nf-2")] == ["loja@1", "loja@2"]


def test_a_migration_changes_what_is_sent(counter: Counter):
    """Under the first version the text went on the 22nd; after `rebase` it goes nine days after the due date."""
    counter.open_account()
    counter.bill()
    counter.engine = counter.another(**settings(LATER, VIP))
    counter.run("2026-04-16 12:00")
    counter.loja.record(migrated("rebase", "2026-04-16 09:00"))
    assert policy_of(counter) == "loja@2"
    counter.run("2026-04-23 12:00")
    assert "atraso" not in counter.sms.steps
    counter.run("2026-04-29 10:00")
    assert counter.sms.steps == ["atraso"]


def test_a_migration_ahead_takes_effect_at_its_instant(counter: Counter):
    """Nobody has to record anything more: the plan wakes up."""
    counter.open_account()
    counter.bill()
    counter.engine = counter.another(**settings(LATER, VIP))
    ahead = migrated("rebase", "2026-04-21 09:00")
    counter.loja.record(ahead)
    assert policy_of(counter) == "loja@1"
    counter.run("2026-04-23 12:00")
    assert policy_of(counter) == "loja@2"
    assert counter.sms.steps == []


def test_a_migration_to_a_version_that_nobody_has_is_refused(counter: Counter):
    """The debtor could not be planned any more."""
    counter.open_account()
    counter.bill()
    with pytest.raises(PlanError, match="version 2 of creditor 'loja' is not stored"):
        counter.loja.record(migrated("rebase", "2026-04-02"))
    assert policy_of(counter) == "loja@1"


def test_keep_asks_for_no_text(counter: Counter):
    """The new version is noted, and need not be there."""
    counter.open_account()
    counter.bill()
    counter.loja.record(migrated("keep", "2026-04-01"))
    assert policy_of(counter) == "loja@1"


def test_migrations_outlive_the_process(counter: Counter, path: Path):
    """Another engine on the file plans the same, and reads both texts from it."""
    counter.open_account()
    counter.bill()
    counter.engine = counter.another(**settings(LATER, VIP))
    counter.loja.record(migrated("fast-forward", "2026-04-28 09:00"))
    counter.at = counter.at.replace(day=28)
    before = counter.loja.schedule("ana").fingerprint
    again = SqliteStore.open(f"sqlite:///{path}")
    try:
        with counter.another(store=again, **settings(VIP)) as engine:
            assert engine.creditor().schedule("ana").fingerprint == before
    finally:
        again.close()
