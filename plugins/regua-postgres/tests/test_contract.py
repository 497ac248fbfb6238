from regua.testing.contracts import StoreContract


class TestPostgresStore(StoreContract):
    pass
