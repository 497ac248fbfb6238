"""SMS by the Torpedo gateway: `[channel.sms] use = "torpedo"` in `regua.toml`."""

from regua.plugins import hookimpl
from regua.ports import Channel
from regua_torpedo.channel import Torpedo, TorpedoConfig

__all__ = ["Torpedo", "TorpedoConfig"]


@hookimpl
def regua_channels() -> list[type[Channel]]:
    """Offer the channel; the registry makes it with the config."""
    return [Torpedo]
