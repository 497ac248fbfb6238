"""Channels that reach nobody: a console and a folder."""
