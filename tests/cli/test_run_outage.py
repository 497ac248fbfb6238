"""`regua run` while its store cannot be used: it waits, keeps what came of what was sent, and goes on."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from tests.cli.working import fill, open_shop, sent

from regua import Engine
from regua.builtin.sqlite import SqliteStore
from regua.cli import worker
from regua.cli.screen import Screen
from regua.cli.worker import Host, Stay, work
from regua.errors import StoreDenied, StoreError
from regua.ports import Store, Transaction

Run = Callable[..., Any]
MANY = ["ana", "bia", "caio"]


@define
class Away:
    """A store that is away from its nth transaction on, until it is back."""

    inner: Any
    after: int = 10**9
    why: type[StoreError] = StoreError

    def __getattr__(self, name: str) -> Any:
        if self.after <= 0:
            self._refuse()
        return getattr(self.inner, name)

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work, unless it is away."""
        self.after -= 1
        if self.after <= 0:
            self._refuse()
        with self.inner.transaction(creditor, using=using) as transaction:
            yield transaction

    def close(self) -> None:
        """Close it."""
        self.inner.close()

    def _refuse(self) -> None:
        message = "the database cannot be used now; see that it runs, and do it again"
        raise self.why(message)


@define
class Unreadable:
    """A store that gives no account."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def transaction(self, creditor: str, **_: object) -> Any:
        """Refuse, as a table does that is damaged."""
        message = f"nothing of {creditor} can be read"
        raise ValueError(message)


@define
class Clocked(Host):
    """Sleeps without sleeping; after some sleeps the store is back, or the host gone."""

    store: Away
    back_after: int
    gone_after: int = 10**9
    slept: list[float] = field(factory=list)
    told: list[Mapping[str, int]] = field(factory=list)

    def tell(self, done: Mapping[str, int]) -> None:
        """Remember what was done."""
        self.told.append({name: count for name, count in done.items() if count})

    def is_gone(self) -> bool:
        """Whether enough has been slept."""
        return len(self.slept) >= self.gone_after

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        self.slept.append(seconds)
        if len(self.slept) == self.back_after:
            self.store.after = 10**9


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Iterator[Away]:
    """The store of a shop that has three to remind."""
    monkeypatch.chdir(open_shop(tmp_path))
    fill(tmp_path, MANY)
    assert call("record", "events.jsonl", "--people", "people.csv", "--quiet").status == 0
    store = Away(SqliteStore.open("sqlite:///regua.sqlite3"))
    yield store
    store.close()


def carried_out(store: Any, stay: Stay, host: Host) -> list[str]:
    """Work, and give where each action stands."""
    with Engine.open("regua.toml", store=store) as engine:
        work(engine, "", stay, host, Screen())
    return [row.state for debtor in MANY for row in store.inner.load("loja", debtor).outbox]


@pytest.mark.parametrize(("after", "stay"), [*((after, "once") for after in range(1, 7)), (4, "drain"), (4, "always")])
def test_a_store_that_comes_back_is_waited_for(
    away: Away, after: int, stay: Stay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Wherever it went away: each message once, nothing unknown, and one line that says so."""
    away.after = after
    gone_after = 10**9 if stay != "always" else 6
    host = Clocked(away, back_after=3, gone_after=gone_after)
    assert carried_out(away, stay, host) == ["sent"] * 3
    assert len(sent(tmp_path)) == 3
    assert sum(each.get("sent", 0) for each in host.told) == 3
    assert host.slept[:3] == [0.5, 1, 2]
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("waiting for the store: the database cannot be used now; see that it runs")
    assert last == "the store can be used again"


@pytest.mark.parametrize("stay", ["once", "drain"])
def test_work_with_an_end_does_not_wait_for_ever(
    away: Away, stay: Stay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """It ends with the error; what was being stored is an honest unknown at worst, and nothing is sent twice."""
    monkeypatch.setattr(worker, "WAITED_FOR", 0.0)
    away.after = 6
    with pytest.raises(StoreError, match="see that it runs, and do it again"):
        carried_out(away, stay, Clocked(away, back_after=99))
    there = len(sent(tmp_path))
    away.inner.close()  # this worker is dead to the next one
    again = Away(SqliteStore.open("sqlite:///regua.sqlite3"))
    with closing(again):
        states = carried_out(again, "once", Clocked(again, back_after=99))
    assert len(states) == 3
    assert set(states) <= {"sent", "unknown"}
    assert len(sent(tmp_path)) == 3 >= there


def test_a_store_that_refuses_this_role_is_not_waited_for(away: Away):
    """Also a worker that would stay ends: somebody has to give the right."""
    away.after, away.why = 6, StoreDenied
    host = Clocked(away, back_after=99, gone_after=9)
    with pytest.raises(StoreDenied):
        carried_out(away, "always", host)
    assert host.slept == []


def test_a_store_that_stays_away_is_asked_less_and_less(away: Away):
    """Up to every half minute, for as long as the worker stays."""
    away.after = 1
    host = Clocked(away, back_after=99, gone_after=9)
    with Engine.open("regua.toml", store=_stored(away)) as engine:
        work(engine, "", "always", host, Screen())
    assert host.slept == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_store_that_stays_away_for_days_ends_no_worker(away: Away):
    """However often it has asked by then."""
    away.after = 1
    host = Clocked(away, back_after=10**9, gone_after=1_100)
    with Engine.open("regua.toml", store=_stored(away)) as engine:
        work(engine, "", "always", host, Screen())
    assert host.slept[-1] == 30


def test_what_nobody_can_carry_out_now_is_looked_for_less_and_less(away: Away, tmp_path: Path):
    """As debtors whose accounts cannot be read: never rarer than what others record."""
    with closing(sqlite3.connect(tmp_path / "regua.sqlite3")) as tables, tables:
        tables.execute("UPDATE regua_account SET wakeup_us = 0")
    host = Clocked(away, back_after=10**9, gone_after=7)
    with Engine.open("regua.toml", store=_stored(Unreadable(away.inner))) as engine:
        work(engine, "", "always", host, Screen())
    assert host.told == [{"stuck": 6}]
    assert host.slept == [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]


def _stored(store: Any) -> Store:
    return store  # type: ignore[no-any-return]


def test_the_command_says_it_and_its_status(away: Away, call: Run, monkeypatch: pytest.MonkeyPatch):
    """One line for the wait, one for the end; status 1."""
    monkeypatch.setattr(worker, "WAITED_FOR", 0.0)
    away.after = 4
    monkeypatch.setattr("regua.engine.engine.assemble", _with(away))
    ran = call("run", "--once")
    assert (ran.status, ran.out) == (1, "")
    what = "the database cannot be used now; see that it runs, and do it again"
    assert ran.err.splitlines() == [f"waiting for the store: {what}", f"Error: {what}"]


def _with(store: Away) -> Callable[..., object]:
    from regua.engine.parts import assemble

    return lambda config, **given: assemble(config, **{**given, "store": store})
