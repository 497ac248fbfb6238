import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Literal

import pytest
from attrs import field, frozen

import regua
from regua.engine.settings import (
    CODES,
    PluginSettings,
    Settings,
    VaultSettings,
    build_channels,
    build_executors,
    build_registrars,
    read_settings,
)
from regua.errors import SettingsError
from regua.plugins import Registry, hookimpl
from regua.ports import Capabilities, Channel, Message, Receipt

SHOP = Path(__file__).parents[1] / "consumers/djangoshop"
POLICIES = "every version that governs a receivable in flight; new ones get the newest of the first id"
SECRET = "s3cr3t-v4lue"  # noqa: S105 - what must never be printed


@frozen(kw_only=True)
class Retries:
    """A table of a plugin's keys."""

    most: int = 3
    code: str = field(default="", repr=False)


@frozen(kw_only=True)
class PidgeonConfig:
    """Keys of every sort."""

    url: str
    token: str = field(default="", repr=False)
    timeout: float = 10.0
    attempts: int = 1
    urgent: bool = False
    colour: Literal["white", "grey"] = "white"
    loft: Path | None = None
    towns: tuple[str, ...] = ()
    retries: Retries = Retries()

    def __attrs_post_init__(self) -> None:
        if self.url == "nowhere":
            raise ValueError(f"no loft at {self.url} for {self.token}{self.retries.code}")


class Pidgeon:
    """A channel whose constructor may fail."""

    Config: ClassVar[type[PidgeonConfig]] = PidgeonConfig
    name: ClassVar[str] = "pidgeon"
    capabilities: ClassVar[Capabilities] = Capabilities()
    closed: ClassVar[list[str]] = []

    def __init__(self, config: PidgeonConfig) -> None:
        if config.url == "broken":
            raise OSError(f"cannot fly with {config.token}")
        self.config = config

    def send(self, message: Message) -> Receipt:
        """Fly."""
        return Receipt(key=message.key)

    def close(self) -> None:
        """Rest."""
        self.closed.append(self.config.url)


class Loft:
    """The plugin."""

    @hookimpl
    def regua_channels(self) -> list[type[Channel]]:
        """Offer them."""
        return [Pidgeon]


@regua.channel("meu-zap")
def meu_zap(message: Message) -> Receipt:
    """A channel of one function."""
    return Receipt(key=message.key)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """What regua has, and the pidgeons."""
    return Registry.discover(Loft(), meu_zap, entry_points=False)


@pytest.fixture
def read(tmp_path: Path, registry: Registry) -> Callable[..., Settings]:
    """Read the lines that follow `format = 1`."""

    def settings(body: str, registry: Registry = registry, **environment: str) -> Settings:
        path = tmp_path / "regua.toml"
        path.write_text(f"format = 1\n{body}", encoding="utf-8")
        return read_settings(path, registry, environment=environment)

    return settings


@pytest.fixture
def problems(read: Callable[..., Settings]) -> Callable[..., list[str]]:
    """The problems of such a file, without its name and from its second line on."""

    def found(body: str, **more: Any) -> list[str]:
        with pytest.raises(SettingsError) as raised:
            read(body, **more)
        assert all(problem.code in CODES for problem in raised.value.diagnostics)  # type: ignore[attr-defined]
        return [re.sub(r"^.*regua\.toml:", "", str(problem)) for problem in raised.value.diagnostics]

    return found


def test_the_shop_is_read(registry: Registry) -> None:
    """Its file is the shape of all: paths begin at its folder, values come from the environment."""
    environment = {"SHOP_DATABASE_URL": "sqlite:////tmp/shop.sqlite3", "SHOP_OUTBOX": "/tmp/outbox"}  # noqa: S108
    settings = read_settings(SHOP / "regua.toml", registry, environment=environment)
    assert settings.store_url == "sqlite:////tmp/shop.sqlite3"
    assert settings.creditors["loja"].name == "Loja da Ana"
    assert settings.creditors["oficina"].policies == (SHOP / "policies/oficina.toml",)
    assert {name: section.use for name, section in settings.channels.items()} == {"email": "folder", "sms": "folder"}
    assert settings.channels["sms"].config.path == Path("/tmp/outbox")  # noqa: S108
    assert settings.templates is None
    channels = build_channels(settings, registry)
    assert [channel.name for channel in channels.values()] == ["folder", "folder"]


def test_everything_that_can_be_said(read: Callable[..., Settings], tmp_path: Path) -> None:
    """Every table, with relative paths made absolute."""
    (tmp_path / "textos").mkdir()
    (tmp_path / "p.toml").touch()
    settings = read(
        'templates = "textos"\n[store]\nurl = "sqlite:///dunning.sqlite3"\n'
        '[creditor.loja]\npolicies = ["p.toml"]\nname = "env:NAME"\n'
        '[channel.zap]\nuse = "meu-zap"\n[executor.pessoas]\nuse = "tasks"\n'
        '[registrar.bureau]\nuse = "file-registrar"\npath = "bureau"\n',
        NAME="Loja",
    )
    assert settings.store_url == f"sqlite:///{tmp_path}/dunning.sqlite3"
    assert settings.templates == tmp_path / "textos"
    assert (settings.creditors["loja"].name, settings.creditors["loja"].policies) == ("Loja", (tmp_path / "p.toml",))
    assert settings.executors == {"pessoas": PluginSettings(use="tasks", config=settings.executors["pessoas"].config)}
    assert settings.registrars["bureau"].config.path == tmp_path / "bureau"


def test_other_store_urls_stay_as_they_are(read: Callable[..., Settings]) -> None:
    """Only files of SQLite have a path that is relative to something."""
    assert read('[store]\nurl = "memory:"\n').store_url == "memory:"
    assert read('[store]\nurl = "sqlite:////var/lib/x.db"\n').store_url == "sqlite:////var/lib/x.db"
    assert read("").store_url == ""


def test_all_problems_at_once(problems: Callable[..., list[str]]) -> None:
    """Each at its line and column, with its code and the nearest name."""
    assert problems(
        '[chanel.email]\nuse = "folder"\n[store]\nurl = "slite:///x"\n[creditor.loja]\nnome = "Loja"\n'
        '[channel.email]\nuse = "foldr"\n[channel.sms]\nuse = "folder"\npaht = "x"\n'
    ) == [
        "2:2: unknown key 'chanel'; did you mean 'channel'? [unknown-key]",
        "5:7: no plugin has stores for 'slite' URLs; did you mean 'sqlite'? [unknown-plugin]",
        f"6:1: a creditor needs the key 'policies': {POLICIES} [missing-key]",
        "7:1: unknown key 'nome'; did you mean 'name'? [unknown-key]",
        "9:7: no plugin offers the channel 'foldr'; did you mean 'folder'? [unknown-plugin]",
        "10:1: channel 'sms' needs the key 'path' [missing-key]",
        "12:1: unknown key 'paht'; did you mean 'path'? [unknown-key]",
    ]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("[store]\nurl = 5\n", "3:7: 'url' takes the URL of a store such as \"sqlite:///dunning.sqlite3\""),
        ('[store]\nurl = "dunning.db"\n', "3:7: 'url' is not the URL of a store; write one such as"),
        ("channel = 5\n", "2:11: 'channel' takes tables [channel.NAME], not the integer 5"),
        ("[channel]\nemail = 5\n", "3:9: 'email' takes a table such as [channel.email], not the integer 5"),
        ("[channel.email]\n", "2:1: channel 'email' needs the key 'use'"),
        ("[channel.email]\nuse = 5\n", "3:7: 'use' takes the name of what a plugin offers, such as 'console'"),
        ('[channel."a b"]\nuse = "console"\n', "2:10: 'a b' is no name; take one without spaces"),
        ('[executor.x]\nuse = "folder"\n', "3:7: no plugin offers the executor 'folder'"),
        ("[creditor.x]\npolicies = []\n", "3:12: 'policies' takes a list of policy files, and this one is empty"),
        ('[creditor.x]\npolicies = ["no.toml"]\n', "3:13: there is no file 'no.toml' in"),
        ('[creditor.x]\npolicies = ["a\\u0000b"]\n', "3:13: 'a\\x00b' is no path"),
        ("[creditor.x]\npolicies = [5]\n", "3:13: 'policies' takes the path of a file in quotes, not the integer 5"),
        ('templates = "no"\n', "2:13: there is no folder 'no' in"),
        ('[channel.a]\nuse = "console"\n[executor.a]\nuse = "tasks"\n', "4:11: [channel.a] has that name; rename one"),
        (
            '[channel.a]\nuse = "meu-zap"\npath = "x"\n',
            "4:1: unknown key 'path'; write one of 'use', 'attempts', 'pause',",
        ),
        ('[channel.a]\nuse = "console"\nstream = "stdin"\n', "4:10: 'stream' takes one of 'stdout', 'stderr', not the"),
        ("format = 1\n", "'format' is given twice"),
    ],
)
def test_what_cannot_be_meant(problems: Callable[..., list[str]], body: str, problem: str) -> None:
    """Each has its place and the remedy."""
    [found] = problems(body)
    assert problem in found


@pytest.mark.parametrize(
    ("key", "takes"),
    [
        ("url = 5", "a text in quotes, not the integer 5"),
        ('timeout = "10"', "a number, not the string '10'"),
        ("timeout = true", "a number, not the boolean true"),
        ("attempts = 5.9", "a whole number, not the float 5.9"),
        ("attempts = true", "a whole number, not the boolean true"),
        ("urgent = 1", "true or false, not the integer 1"),
        ('colour = "blue"', "one of 'white', 'grey', not the string 'blue'"),
        ("loft = 5", "a path in quotes, not the integer 5"),
        ('loft = ""', "a path in quotes, not the string ''"),
        ('towns = "Santos"', "a list, not the string 'Santos'"),
        ("towns = [5]", "a list, not a list"),
        ("retries = 5", "a table, not the integer 5"),
        ("retries = { least = 1 }", "a table, not a table"),
        ("token = 5", "a text in quotes"),
    ],
)
def test_keys_of_a_plugin_are_read_strictly(problems: Callable[..., list[str]], key: str, takes: str) -> None:
    """Nothing is taken for something else, and what may be a secret is not repeated."""
    head = '[channel.p]\nuse = "pidgeon"\n' + ("" if key.startswith("url") else 'url = "x"\n')
    [found] = problems(head + key + "\n")
    assert found.endswith(f"takes {takes} [wrong-type]")


def test_keys_of_a_plugin(read: Callable[..., Settings], tmp_path: Path) -> None:
    """Each type as TOML writes it."""
    config = (
        read(
            '[channel.p]\nuse = "pidgeon"\nurl = "x"\ntimeout = 5\nattempts = 2\nurgent = true\ncolour = "grey"\n'
            'loft = "telhado"\ntowns = ["Santos", "env:TOWN"]\nretries = { most = 1 }\n',
            TOWN="Itu",
        )
        .channels["p"]
        .config
    )
    assert (config.timeout, config.attempts, config.urgent, config.colour) == (5.0, 2, True, "grey")
    assert (config.loft, config.towns, config.retries) == (tmp_path / "telhado", ("Santos", "Itu"), Retries(most=1))


def test_a_variable_is_text_that_may_stand_for_a_number(read: Callable[..., Settings]) -> None:
    """The environment knows nothing else."""
    body = '[channel.p]\nuse = "pidgeon"\nurl = "env:A"\ntimeout = "env:B"\nattempts = "env:A"\nurgent = "env:C"\n'
    config = read(body, A="12", B="2.5", C="true").channels["p"].config
    assert (config.url, config.timeout, config.attempts, config.urgent) == ("12", 2.5, 12, True)


def test_a_variable_that_is_missing_is_named(problems: Callable[..., list[str]]) -> None:
    """With the key that needs it."""
    assert problems('[store]\nurl = "env:DB"\n[channel.p]\nuse = "pidgeon"\nurl = "env:URL"\n') == [
        "3:7: the environment has no variable 'DB', which 'url' names; set it [missing-variable]",
        "6:7: the environment has no variable 'URL', which 'url' names; set it [missing-variable]",
    ]


def test_all_variables_that_are_missing_are_named_at_once(problems: Callable[..., list[str]]) -> None:
    """Also the second of one list."""
    body = '[channel.p]\nuse = "pidgeon"\nurl = "env:A"\ntoken = "env:B"\ntowns = ["env:C", "Santos", "env:D"]\n'
    assert [re.findall("'([A-Z])'", problem) for problem in problems(body)] == [["A"], ["B"], ["C"], ["D"]]


def test_where_nothing_is_opened_secrets_are_not_needed(tmp_path: Path, registry: Registry) -> None:
    """What is set is read; what is not stays its name, or is not made. What says which names there are is needed."""
    path = tmp_path / "regua.toml"
    body = (
        'format = 1\n[store]\nurl = "env:DB"\n[vault]\nurl = "env:KEYS"\nkey = "env:KEY"\n'
        '[creditor.loja]\npolicies = ["regua.toml"]\nname = "env:NAME"\ndocument = "env:CNPJ"\n'
        '[channel.p]\nuse = "pidgeon"\nurl = "x"\ntoken = "env:TOKEN"\n'
        '[channel.q]\nuse = "pidgeon"\nurl = "env:NAME"\n'
    )
    path.write_text(body, encoding="utf-8")
    settings = read_settings(path, registry, environment={"NAME": "Loja"}, to_open=False)
    assert (settings.store_url, settings.vault) == ("env:DB", VaultSettings(url="env:KEYS"))
    assert (settings.creditors["loja"].name, settings.creditors["loja"].document) == ("Loja", "env:CNPJ")
    assert settings.channels["p"].config is None
    assert settings.channels["q"].config.url == "Loja"
    path.write_text(body.replace('"pidgeon"', '"env:BIRD"', 1), encoding="utf-8")
    with pytest.raises(SettingsError, match="no variable 'BIRD'"):
        read_settings(path, registry, environment={"NAME": "Loja"}, to_open=False)


@pytest.mark.parametrize(
    "body",
    [
        '[store]\nurl = "env:S"\n',
        '[creditor.x]\npolicies = ["env:S"]\n',
        'templates = "env:S"\n',
        '[channel.p]\nuse = "env:S"\n',
        '[channel.p]\nuse = "pidgeon"\nurl = "x"\nattempts = "env:S"\n',
        '[channel.p]\nuse = "pidgeon"\nurl = "x"\ncolour = "env:S"\n',
        '[channel.p]\nuse = "pidgeon"\nurl = "nowhere"\ntoken = "env:S"\n',
        f'[channel.p]\nuse = "pidgeon"\nurl = "nowhere"\ntoken = "{SECRET}"\n',
        f'[channel.p]\nuse = "pidgeon"\nurl = "nowhere"\nretries = {{ code = "{SECRET}" }}\n',
        f'[store]\nurl = "{SECRET}"\n',
    ],
)
def test_no_message_repeats_a_secret(problems: Callable[..., list[str]], body: str) -> None:
    """What a variable holds, or a key without a repr, is never printed."""
    [found] = problems(body, S=SECRET)
    assert SECRET not in found
    assert SECRET[:6] not in found


def test_a_config_that_refuses_its_keys(problems: Callable[..., list[str]]) -> None:
    """The plugin's own words, without its secrets, at its section."""
    assert problems(f'[channel.p]\nuse = "pidgeon"\nurl = "nowhere"\ntoken = "{SECRET}"\n') == [
        "2:1: channel 'p' refuses its keys: no loft at nowhere for *** [invalid-value]"
    ]


def test_a_channel_that_cannot_be_made(read: Callable[..., Settings], registry: Registry) -> None:
    """It is told at its section; those that were made are closed again."""
    settings = read(
        '[channel.good]\nuse = "pidgeon"\nurl = "fine"\n'
        f'[channel.bad]\nuse = "pidgeon"\nurl = "broken"\ntoken = "{SECRET}"\n[channel.zap]\nuse = "meu-zap"\n'
    )
    Pidgeon.closed.clear()
    with pytest.raises(
        SettingsError, match=r"regua.toml:5:1: channel 'bad' cannot be made: OSError at \S+test_settings.py:\d+: "
    ) as raised:
        build_channels(settings, registry)
    assert SECRET not in str(raised.value)
    assert "cannot fly with ***" in str(raised.value)
    assert Pidgeon.closed == ["fine"]


def test_channels_executors_and_registrars_are_made(
    read: Callable[..., Settings], registry: Registry, tmp_path: Path
) -> None:
    """A class with its config, a function as it is."""
    settings = read(
        '[channel.zap]\nuse = "meu-zap"\n[channel.p]\nuse = "pidgeon"\nurl = "x"\n'
        '[executor.people]\nuse = "tasks"\n[registrar.bureau]\nuse = "file-registrar"\npath = "b"\n'
    )
    channels = build_channels(settings, registry)
    assert channels["zap"] is meu_zap
    assert isinstance(channels["p"], Pidgeon)
    assert build_executors(settings, registry)["people"].kinds == {"task"}
    assert "protest" in build_registrars(settings, registry)["bureau"].kinds
    assert not (tmp_path / "b").exists()


def test_what_a_broken_plugin_would_have_given(read: Callable[..., Settings]) -> None:
    """The failure is told as the cause."""
    broken = ModuleType("plug_bad")
    head = "from regua.plugins import hookimpl\n@hookimpl\ndef regua_channels():\n    raise OSError('no disk')"
    exec(head, broken.__dict__)  # noqa: S102 - a plugin without a file
    registry = Registry.discover(broken, entry_points=False)
    with pytest.raises(SettingsError, match=r"the channel 'pidgeon'; .*; perhaps because plugin 'plug_bad' failed in"):
        read('[channel.p]\nuse = "pidgeon"\n', registry=registry)


def test_nothing_secret_is_in_a_repr(read: Callable[..., Settings]) -> None:
    """Settings may be logged as they print."""
    body = f'[store]\nurl = "sqlite:///{SECRET}"\n[channel.p]\nuse = "pidgeon"\nurl = "x"\ntoken = "{SECRET}"\n'
    assert SECRET not in repr(read(body))


def test_files_that_cannot_be_read(tmp_path: Path, registry: Registry) -> None:
    """As a policy that cannot; of one that is not there, where it was looked for and how to come to one."""
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(SettingsError, match=r"folder\.toml:1:1: cannot be read: Is a directory"):
        read_settings(tmp_path / "folder.toml", registry)
    with pytest.raises(SettingsError) as missing:
        read_settings(tmp_path / "no.toml", registry)
    assert str(missing.value) == (
        f"{tmp_path / 'no.toml'}:1:1: there is no such file in {tmp_path}; "
        "name it by its path (--config), or write a starter with `regua init` [missing-file]"
    )
    (tmp_path / "x.toml").write_text("format = 2\n[nonsense]\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="reads format = 1") as raised:
        read_settings(str(tmp_path / "x.toml"), registry)
    assert len(raised.value.diagnostics) == 1


def test_more_problems_than_anybody_reads(problems: Callable[..., list[str]]) -> None:
    """The rest is not reported."""
    found = problems("".join(f"k{n} = 1\n" for n in range(600)))
    assert len([problem for problem in found if "[too-many-problems]" in problem]) == 1


class Vague(Pidgeon):
    """A channel that does not say what it can do."""

    name: ClassVar[str] = "vague"
    capabilities: ClassVar[Any] = {}


@frozen
class LostConfig:
    """A config whose types nobody can find."""

    path: "Nowhere"  # type: ignore[name-defined]  # noqa: F821 - as when it is imported for type checkers alone


class Lost(Pidgeon):
    """A channel with such a config."""

    Config: ClassVar[Any] = LostConfig
    name: ClassVar[str] = "lost"


class Odd:
    """A plugin with both."""

    @hookimpl
    def regua_channels(self) -> list[type[Channel]]:
        """Offer them."""
        return [Vague, Lost]


def test_plugins_that_are_wrong_only_when_they_are_used(read: Callable[..., Settings]) -> None:
    """At the section that uses them."""
    odd = Registry.discover(Odd(), entry_points=False)
    assert odd.failures == ()
    with pytest.raises(SettingsError, match=r"toml:2:1: the keys of channel 'p' cannot be known: NameError.*Nowhere"):
        read('[channel.p]\nuse = "lost"\npath = "x"\n', registry=odd)
    settings = read('[channel.p]\nuse = "vague"\nurl = "x"\n', registry=odd)
    with pytest.raises(SettingsError, match=r"toml:2:1: channel 'p' cannot be made: TypeError: its capabilities are"):
        build_channels(settings, odd)
