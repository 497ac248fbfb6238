from tests.servers.fixtures import postgres

__all__ = ["postgres"]
