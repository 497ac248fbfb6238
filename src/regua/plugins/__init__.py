"""What plugins offer and how it is found: hooks, the registry, and channels of one function.

This is the only room that knows pluggy. A plugin is a module with functions marked by `hookimpl`; `Registry.discover`
asks each plugin by itself, so that one that is broken is reported and leaves the others alone.
"""

from regua.plugins.failures import PluginFailure
from regua.plugins.functions import FunctionChannel, channel
from regua.plugins.hooks import API, Hooks, Named, hookimpl
from regua.plugins.registry import RegisteredPlugin, Registry

__all__ = [
    "API",
    "FunctionChannel",
    "Hooks",
    "Named",
    "PluginFailure",
    "RegisteredPlugin",
    "Registry",
    "channel",
    "hookimpl",
]
