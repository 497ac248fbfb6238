"""Several statements in one journey, of which one fails: what comes later on that connection is not its fault."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import psycopg
import pytest
from psycopg.errors import CheckViolation
from psycopg.pq import TransactionStatus

from regua_postgres.batches import run, write
from regua_postgres.connections import _transaction
from regua_postgres.statements import NAME_CREDITOR

pytestmark = pytest.mark.one_python
INSERT, UPDATE = "INSERT INTO small VALUES (%s)", "UPDATE small SET a = %s"
ASK = "SELECT count(*) FROM small WHERE a = %s"


def alone(connection: psycopg.Connection[Any], number: int) -> None:
    """Outside a transaction."""
    run(connection, (INSERT, (number,)), (UPDATE, (2,)))


def inside(connection: psycopg.Connection[Any], number: int) -> None:
    """In one that is rolled back."""
    with _transaction(connection, "BEGIN", [(NAME_CREDITOR, ("loja",))]):
        run(connection, (INSERT, (number,)), (UPDATE, (2,)))


def kept(connection: psycopg.Connection[Any], number: int) -> None:
    """In one that goes on."""
    with _transaction(connection, "BEGIN", [(NAME_CREDITOR, ("loja",))]):
        try:
            write(connection, (INSERT, (number,)), (UPDATE, (2,)))
        finally:
            run(connection, (ASK, (1,)), (ASK, (2,)))


@pytest.mark.parametrize("work", [alone, inside, kept])
def test_a_statement_that_fails_spoils_no_later_one(
    postgres_url: str, work: Callable[[psycopg.Connection[Any], int], None]
):
    """What psycopg prepares behind it, as it does with what comes often, the server never saw.

    Not only at the first failure of a connection.
    """
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE small (a integer CHECK (a < 10))")
    for failing in range(1, 9):
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            for times in range(1, 30):
                with pytest.raises(CheckViolation) if times % 9 in {failing, 1} else nullcontext():
                    work(connection, 100 if times % 9 in {failing, 1} else 1)
                assert connection.info.transaction_status == TransactionStatus.IDLE
