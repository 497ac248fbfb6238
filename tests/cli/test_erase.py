import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.cli.working import SETTINGS, fill, open_shop, sent, stored

Run = Callable[..., Any]
VAULT = '\n[vault]\nurl = "sqlite:///keys.sqlite3"\nkey = "env:SHOP_KEY"\n'


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop with a vault; its folder is the current one, and two debtors are to be reminded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    open_shop(tmp_path)
    (tmp_path / "regua.toml").write_text(SETTINGS + VAULT, encoding="utf-8")
    fill(tmp_path, ("ana", "bia"))
    assert call("record", "events.jsonl", "--people", "people.csv").status == 0
    return tmp_path


def test_it_destroys_what_is_kept_of_one_debtor(shop: Path, call: Run):
    """Her neighbour is still reminded, and the facts of both are there."""
    ran = call("erase", "--debtor", "ana", "--yes")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "the personal data of debtor 'ana' is destroyed; 3 facts without it stay\n"
    call("run", "--once")
    assert len(sent(shop)) == 1
    assert stored(shop, "SELECT debtor, count(*) FROM regua_event GROUP BY debtor")[0] == ("ana", 3)
    assert stored(shop, "SELECT DISTINCT debtor FROM regua_person WHERE is_kept") == [("bia",)]


def test_who_is_kept_without_any_fact_is_erased(shop: Path, call: Run):
    """As the record of a customer who never bought anything: it is theirs to have destroyed."""
    (shop / "caio.csv").write_text("debtor,ref,address\ncaio,caio/email,caio@example.invalid\n", encoding="utf-8")
    (shop / "none.jsonl").write_text("", encoding="utf-8")
    assert call("record", "none.jsonl", "--people", "caio.csv").status == 0
    ran = call("erase", "--debtor", "caio", "--yes")
    assert (ran.status, ran.err) == (0, "the personal data of debtor 'caio' is destroyed; 0 facts without it stay\n")
    assert stored(shop, "SELECT DISTINCT debtor FROM regua_person WHERE is_kept") == [("ana",), ("bia",)]
    assert "nothing is recorded of debtor 'caio'" in call("erase", "--debtor", "caio", "--yes").err


def test_what_an_erasure_left_behind_is_destroyed_with_the_next(shop: Path, call: Run):
    """Cut short after the data of caio was gone, before his key was."""
    with closing(sqlite3.connect(shop / "keys.sqlite3")) as keys, keys:
        sealed = ("keys/loja", "caio", "k1", b'{"key": "eA=="}')
        keys.execute("INSERT INTO regua_person (creditor, debtor, ref, is_kept, fields) VALUES (?, ?, ?, 1, ?)", sealed)
    assert call("erase", "--debtor", "caio", "--yes").status == 1
    with closing(sqlite3.connect(shop / "keys.sqlite3")) as keys:
        left = keys.execute("SELECT ref FROM regua_person WHERE is_kept AND creditor = 'keys/loja' AND debtor = 'caio'")
        assert left.fetchall() == []


def test_without_an_answer_nothing_is_destroyed(shop: Path, call: Run):
    """Where nobody can be asked, somebody has to have said yes before."""
    ran = call("erase", "--debtor", "ana")
    assert ran.status == 2
    assert "nobody can be asked here; give --yes" in ran.err
    found = stored(shop, "SELECT DISTINCT debtor FROM regua_person WHERE is_kept ORDER BY debtor")
    assert found == [("ana",), ("bia",)]


def test_a_debtor_who_is_not_known_is_told(call: Run):
    """A slip of the pen is no erasure."""
    ran = call("erase", "--debtor", "anna", "--yes")
    assert (ran.status, ran.out) == (1, "")
    assert "nothing is recorded of debtor 'anna'; did you mean 'ana'?" in ran.err


def test_what_can_be_no_debtor_is_told(call: Run):
    """As a byte on the command line that is no UTF-8."""
    ran = call("erase", "--debtor", "\udcff", "--yes")
    assert ran.status == 1
    assert "nothing is recorded of debtor '\\udcff'" in ran.err


def test_the_keys_are_migrated_with_the_store(shop: Path, call: Run):
    """`regua migrate` knows of both databases."""
    (shop / "keys.sqlite3").unlink()
    ran = call("migrate", "--check")
    assert ran.status == 1
    assert not (shop / "keys.sqlite3").exists()
    assert call("migrate").status == 0
    assert call("migrate", "--check").err == "the tables are up to date\n"


@pytest.mark.parametrize("key", ["not base64 at all, and secret", "c2hvcnQgc2VjcmV0"])
def test_a_key_that_is_none_is_not_repeated(call: Run, monkeypatch: pytest.MonkeyPatch, key: str):
    """It is told what the key takes."""
    monkeypatch.setenv("SHOP_KEY", key)
    ran = call("run", "--once")
    assert ran.status == 1
    assert "'key' takes 32 random bytes in Base64: `openssl rand -base64 32` makes them" in ran.err
    assert key not in ran.err


def test_keys_beside_what_they_lock_are_refused(shop: Path, call: Run):
    """One backup would hold both."""
    (shop / "regua.toml").write_text(SETTINGS + VAULT.replace("keys.", "regua."), encoding="utf-8")
    ran = call("run", "--once")
    assert ran.status == 1
    assert "give the vault a database of its own" in ran.err


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_keys_that_a_link_leads_beside_what_they_lock_are_refused(shop: Path, call: Run, link: Callable[..., None]):
    """Another name for the same file is the same file."""
    link(shop / "regua.sqlite3", shop / "other.sqlite3")
    (shop / "regua.toml").write_text(SETTINGS + VAULT.replace("keys.", "other."), encoding="utf-8")
    for command in (["run", "--once"], ["migrate"]):
        ran = call(*command)
        assert ran.status == 1
        assert "give the vault a database of its own" in ran.err
