"""`[calendar.NAME]` of `regua.toml`: holidays that a creditor adds, and every problem at its line and column."""

from datetime import date
from pathlib import Path

import pytest

import regua
from regua.core.calendars import LocalCalendar, LocalHoliday
from regua.engine.settings import Settings, read_settings
from regua.errors import PolicyError, SettingsError
from regua.plugins import Registry

REGISTRY = Registry.discover(entry_points=False)
CAMPINAS = regua.Place(state="SP", city="3509502")
OWN = """
[calendar.minha-cidade]
base = "br-bancario"

[[calendar.minha-cidade.holiday]]
place = "3509502"
day = "12-08"
name = "Nossa Senhora da Conceição"
source = "Lei municipal"
since = 2000

[[calendar.minha-cidade.holiday]]
day = 2026-12-07
name = "Inventário"
source = "Circular 3"
"""
POLICY = """
format = 1

[policy]
id = "loja"
calendar = "minha-cidade"

[[step]]
id = "atraso"
at = "D+1 10:00"
tone = "courteous"
channels = ["console"]
template = "atraso"
"""


def read(folder: Path, text: str, **environment: str) -> Settings:
    """Read a file with that text."""
    path = folder / "regua.toml"
    path.write_text(f"format = 1\n{text}", encoding="utf-8")
    return read_settings(path, REGISTRY, environment=environment)


def problems(folder: Path, text: str) -> list[str]:
    """What is wrong with it, each with line and column, without the folder."""
    with pytest.raises(SettingsError) as caught:
        read(folder, text)
    return [str(each).removeprefix(f"{folder}/regua.toml:") for each in caught.value.diagnostics]


def test_a_calendar_of_the_file_adds_its_holidays_to_its_base(tmp_path: Path) -> None:
    """A municipality of the interior, and one day on which the shop is closed itself."""
    own = read(tmp_path, OWN).calendars["minha-cidade"]
    assert own.name == "minha-cidade"
    bank = REGISTRY.calendars["br-bancario"]
    for text, there, elsewhere in (
        ("2026-12-07", False, False),
        ("2026-12-08", False, True),
        ("2026-12-09", True, True),
    ):
        each = date.fromisoformat(text)
        assert bank.is_business_day(each, CAMPINAS)
        assert own.is_business_day(each, CAMPINAS) == there
        assert own.is_business_day(each, regua.Place()) == elsewhere
        assert own.is_contact_holiday(each, CAMPINAS) == (not there)


def test_the_same_calendar_can_be_built_in_python(tmp_path: Path) -> None:
    """Equal, with the same version."""
    conceicao = LocalHoliday(
        day="12-08", name="Nossa Senhora da Conceição", place="3509502", source="Lei municipal", since=2000
    )
    inventory = LocalHoliday(day=date(2026, 12, 7), name="Inventário", source="Circular 3")
    built = LocalCalendar(name="minha-cidade", base=regua.BrazilianBankCalendar(), holidays=[conceicao, inventory])
    found = read(tmp_path, OWN).calendars["minha-cidade"]
    assert found == built
    assert found.version == built.version


def test_a_value_may_stand_in_the_environment(tmp_path: Path) -> None:
    """As everywhere in the file."""
    text = OWN.replace('"3509502"', '"env:CITY"').replace('"br-bancario"', '"env:BASE"')
    assert read(tmp_path, text, CITY="3509502", BASE="br-bancario") == read(tmp_path, OWN)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[calendar.a]\nbase = "br-banco"\nholiday = []\n',
            [
                "3:8: no plugin offers the calendar 'br-banco'; did you mean 'br-bancario'? [unknown-plugin]",
                "4:11: 'holiday' takes tables [[calendar.NAME.holiday]], and this one is empty [invalid-value]",
            ],
        ),
        (
            '[calendar.br-bancario]\nbase = "weekdays"\n',
            ["2:1: a plugin has a calendar 'br-bancario'; take another name [duplicate-id]"],
        ),
        (
            "[calendar.a]\n",
            [
                "2:1: a calendar needs the key 'base': the calendar that it adds to [missing-key]",
                "2:1: a calendar needs the key 'holiday': what it adds [missing-key]",
            ],
        ),
        ("calendar = 3\n", ["2:12: 'calendar' takes tables [calendar.NAME], not the integer 3 [wrong-type]"]),
    ],
)
def test_what_is_wrong_with_a_calendar_is_told(tmp_path: Path, text: str, told: list[str]) -> None:
    """All of it, at line and column."""
    assert problems(tmp_path, text) == told


DAY = 'a day such as "12-08", "easter+60" or 2026-12-08'
PLACE = 'a state such as "SP", or a municipality by its IBGE code such as "3550308"'


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('day = "13-40"', f"'13-40' is a day that no year has; 'day' takes {DAY} [invalid-value]"),
        ('day = "natal"', f"'natal' is not {DAY} [invalid-value]"),
        ("day = 12", f"""'day' takes {DAY}, not the integer 12; write "12-08" [wrong-type]"""),
        ('day = "easter+99"', f"'easter+99' lies more than 80 days from Easter; 'day' takes {DAY} [invalid-value]"),
        ('place = "São Paulo"', f"'São Paulo' is not {PLACE} [invalid-value]"),
        (
            'place = "9912345"',
            "'9912345' is no place; write a state as SP, a municipality by its IBGE code of seven digits; ",
        ),
        ("since = 26", "'since' takes a whole number from 1900 to 2999 [out-of-range]"),
        ('source = ""', "'source' is empty; write a sentence [invalid-value]"),
        ('feriado = "x"', "unknown key 'feriado'; write one of "),
    ],
)
def test_what_is_wrong_with_a_holiday_is_told(tmp_path: Path, keys: str, told: str) -> None:
    """At the key, with what to write."""
    usual = {"day": '"12-08"', "name": '"Festa"', "source": '"Lei"'} | dict([keys.split(" = ", 1)])
    lines = [f"{key} = {value}" for key, value in usual.items()]
    text = '[calendar.a]\nbase = "weekdays"\n[[calendar.a.holiday]]\n' + "\n".join(lines)
    [problem] = problems(tmp_path, text)
    line = 5 + list(usual).index(keys.partition(" ")[0])
    column = 1 if "unknown" in told else len(keys.partition("=")[0]) + 3
    assert problem.startswith(f"{line}:{column}: {told}")


def test_years_the_wrong_way_round_are_told_at_the_holiday(tmp_path: Path) -> None:
    """They are two keys."""
    text = OWN.replace("since = 2000", "since = 2030\nuntil = 2020")
    assert problems(tmp_path, text) == [
        "6:1: a holiday cannot begin in 2030 and end in 2020; mend 'day', or 'since' and 'until' [invalid-value]"
    ]


def test_a_policy_may_name_a_calendar_of_the_file_or_of_the_host(tmp_path: Path) -> None:
    """And no other."""
    (tmp_path / "loja.toml").write_text(POLICY, encoding="utf-8")
    creditor = '[creditor.loja]\nname = "Loja"\ndocument = "11.222.333/0001-81"\naddress = "Rua 1"\n'
    channel = '[channel.console]\nuse = "console"\n[store]\nurl = "memory:"\n'
    path = tmp_path / "regua.toml"
    with_it = f'format = 1\n{creditor}policies = ["loja.toml"]\n{channel}{OWN}'
    path.write_text(with_it, encoding="utf-8")
    with regua.Engine.open(path) as engine:
        assert engine.creditors == ("loja",)

    path.write_text(with_it.removesuffix(OWN), encoding="utf-8")
    own = LocalCalendar(name="minha-cidade", base=regua.WeekdayCalendar(), holidays=())
    with regua.Engine.open(path, calendars=[own]) as engine:
        assert engine.creditors == ("loja",)
    with pytest.raises(PolicyError, match="there is no calendar 'minha-cidade'"):
        regua.Engine.open(path)
