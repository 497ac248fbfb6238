"""What a plugin declares, and how it is given back."""

from __future__ import annotations

from typing import Any, ClassVar

from regua.testing.contracts.asking import Request, accepted, capabilities_of, fail
from regua.testing.contracts.providers import Provider


class DeclaringContract:
    """What a plugin declares, and how it is given back."""

    port: ClassVar[type]

    def request(self, provider: Provider, name: str = "1", **changes: Any) -> Request:
        """A request that the plugin can carry out."""
        raise NotImplementedError

    def test_it_has_the_members_of_the_port(self, provider: Provider) -> None:
        """By their names; a protocol needs no base class."""
        plugin: Any = provider.plugin
        members = {*self.port.__annotations__, *vars(self.port)} - {*dir(object)}
        missing = [name for name in sorted(members) if not name.startswith("_") and not hasattr(plugin, name)]
        assert not missing, f"a {self.port.__name__} has {', '.join(missing)}, too"
        assert isinstance(plugin.name, str), "`name` is what regua.toml says in `use`: a text"
        assert plugin.name, "`name` is what regua.toml says in `use`: it is not empty"

    def test_it_declares_the_same_each_time(self, provider: Provider) -> None:
        """Capabilities may depend on the configuration and on nothing else: the engine asks again and again."""
        before = capabilities_of(provider)
        accepted(provider, self.request(provider))
        assert capabilities_of(provider) == before, "capabilities must not change once the plugin is made"

    def test_it_is_given_back_once_or_twice(self, provider: Provider) -> None:
        """After use and unused; a second time does nothing."""
        accepted(provider, self.request(provider))
        plugin: Any = provider.plugin
        plugin.close()
        try:
            plugin.close()
        except Exception as error:  # noqa: BLE001 - told
            fail(f"close() raised {error!r} the second time; it does nothing then")
