import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def installed(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a plugin."""
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "plug_listed", raising=False)
    (folder / "plug_listed.py").write_text(source, encoding="utf-8")
    info = folder / "plug_listed-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plug_listed\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text("[regua]\nlisted = plug_listed\n")


def test_what_is_installed_is_listed(call: Run):
    """Each plugin with what it offers."""
    ran = call("plugins")
    assert ran.status == 0
    head, *rows = ran.out.splitlines()
    assert head.split() == ["PLUGIN", "VERSION", "STATE", "OFFERS"]
    [builtin] = [row for row in rows if row.startswith("regua-builtin ")]
    assert "channels: console, folder" in builtin
    assert "calendars: weekdays, br-bancario" in builtin
    assert re.fullmatch(r"\d+ plugins?, 0 failed\n", ran.err)


def test_a_failure_is_told_with_its_remedy(call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The exit status says so, and the others are listed all the same."""
    installed(tmp_path, "import nosuch", monkeypatch)
    ran = call("plugins")
    assert ran.status == 1
    assert re.search(r"^listed +2\.5", ran.out, re.MULTILINE)
    assert "listed failed: ModuleNotFoundError at " in ran.out
    assert "install what provides 'nosuch', or leave the plugin out with REGUA_DISABLED_PLUGINS=listed" in ran.out
    assert "channels: console, folder" in ran.out


def test_for_programs(call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One plugin a line, whatever its state."""
    source = "from regua.plugins import hookimpl\n@hookimpl\ndef regua_event_recorded(event):\n    pass\n"
    installed(tmp_path, source, monkeypatch)
    rows = [json.loads(line) for line in call("plugins", "--format", "jsonl").out.splitlines()]
    found = {row["plugin"]: row for row in rows}
    assert {name: (found[name]["state"], found[name]["observes"]) for name in ("regua-builtin", "listed")} == {
        "regua-builtin": ("ready", False),
        "listed": ("ready", True),
    }
    assert found["regua-builtin"]["offers"]["channels"] == ["console", "folder"]
    assert "observes events" in call("plugins").out
    monkeypatch.setenv("REGUA_DISABLED_PLUGINS", "listed")
    rows = [json.loads(line) for line in call("plugins", "--format", "jsonl").out.splitlines()]
    assert [(row["state"], row["offers"]) for row in rows if row["plugin"] == "listed"] == [("disabled", {})]


def test_hooks_are_traced_where_somebody_asks(process: Run, tmp_path: Path):
    """On standard error, beside the result; and a name that leaves out nothing is told."""
    ran = process(
        "plugins", "--format", "jsonl", cwd=tmp_path, REGUA_TRACE_HOOKS="1", REGUA_DISABLED_PLUGINS="regua-bultin"
    )
    assert ran.status == 0
    assert all(json.loads(line) for line in ran.out.splitlines())
    assert re.search(
        r"^hook regua_channels of regua-builtin: 2 \(console, folder\), \d+\.\d ms$", ran.err, re.MULTILINE
    )
    assert "'regua-bultin', and there is no such plugin; did you mean 'regua-builtin'?\n" in ran.err


def test_a_command_of_a_plugin_runs(call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As one of regua's own, which no plugin can take the place of."""
    source = (
        "import click\nfrom regua.plugins import hookimpl\n\n"
        "@click.command('balance')\ndef balance():\n    '''Say it.'''\n    click.echo('R$ 150,00')\n\n"
        "@click.command('plan')\ndef plan():\n    click.echo('no')\n\n"
        "@hookimpl\ndef regua_commands():\n    return [balance, plan]\n"
    )
    installed(tmp_path, source, monkeypatch)
    ran = call("balance")
    assert (ran.out, ran.err) == ("R$ 150,00\n", "")
    assert "Usage: regua plan" in call("plan", "--help").out
