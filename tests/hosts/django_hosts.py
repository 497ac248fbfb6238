"""With Django's connection. Run in a process of its own by `test_django.py`: a process has one Django."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connections, transaction
from tests.hosts.contract import HostContract, issued
from tests.hosts.shop import Database, Shop

from regua.testing.contracts.specimens import Stopped

settings.configure(USE_TZ=True)
django.setup()


class DjangoHost:
    """A host on one of Django's databases."""

    def __init__(self, alias: str, using: object) -> None:
        self.alias, self.using = alias, using
        self.atomic = partial(transaction.atomic, using=alias)
        self.nested: Any = self.atomic

    def sell(self, number: int) -> None:
        """Insert it."""
        with connections[self.alias].cursor() as cursor:
            cursor.execute("INSERT INTO sale VALUES (%s)", [number])


def configured(database: Database) -> dict[str, Any]:
    """The database as Django's settings tell it."""
    if not database.parts:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": database.place}
    parts = dict(database.parts)
    given = {each.upper(): parts.pop(each) for each in ("user", "password", "host", "port") if each in parts}
    return {"ENGINE": "django.db.backends.postgresql", "NAME": parts.pop("dbname"), **given, "OPTIONS": parts}


@pytest.fixture
def host(shop: Shop) -> Iterator[DjangoHost]:
    """Its connection is not open yet."""
    connections.settings["shop"] = connections.configure_settings({"default": {}, "shop": configured(shop.database)})[
        "shop"
    ]
    yield DjangoHost("shop", connections["shop"])
    connections["shop"].close()
    del connections["shop"], connections.settings["shop"]


class TestDjango(HostContract):
    pass


def test_outside_atomic_there_is_nothing_to_take_part_in(shop: Shop, host: DjangoHost):
    """Django would commit each statement by itself."""
    with pytest.raises(ValueError, match=r"in autocommit, .*transaction\.atomic\(\)"):
        shop.loja.record(issued("nf-1"), using=host.using)
    assert shop.facts() == []


def test_the_drivers_connection_below_is_the_same(shop: Shop, host: DjangoHost):
    """Once Django has opened it."""
    with host.atomic():
        shop.loja.record(issued("nf-1"), using=connections["shop"].connection)
    assert shop.facts() == ["nf-1/issued"]


def test_a_transaction_that_django_gave_up_takes_nothing(shop: Shop, host: DjangoHost):
    """Whoever recorded in it meanwhile had no error, and nothing is there."""
    with host.atomic():
        host.sell(1)
        transaction.set_rollback(True, using="shop")
        shop.loja.record(issued("nf-1"), using=host.using)
    assert (shop.database.sales(), shop.facts()) == ([], [])


def test_on_commit_comes_after_both(shop: Shop, host: DjangoHost):
    """What it does finds the fact; after a rollback it is not called."""
    seen: list[Any] = []
    for error in (Stopped, None):
        try:
            with host.atomic():
                shop.loja.record(issued("nf-1"), using=host.using)
                transaction.on_commit(lambda: seen.append(shop.facts()), using="shop")
                if error:
                    raise error
        except Stopped:
            assert seen == []
    assert seen == [["nf-1/issued"]]
