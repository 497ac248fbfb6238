"""The calendar of Brazilian banks: nation, states and capitals, against rules written down here once more."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from regua import BrazilianBankCalendar
from regua.core.calendars import STATES, BusinessDays, Calendar, LocalHoliday, Place

BANK = BrazilianBankCalendar()
BRAZIL = Place()
_CAPITALS = (
    "RO:1100205 AC:1200401 AM:1302603 RR:1400100 PA:1501402 AP:1600303 TO:1721000 MA:2111300 PI:2211001 "
    "CE:2304400 RN:2408102 PB:2507507 PE:2611606 AL:2704302 SE:2800308 BA:2927408 MG:3106200 ES:3205309 "
    "RJ:3304557 SP:3550308 PR:4106902 SC:4205407 RS:4314902 MS:5002704 MT:5103403 GO:5208707"
)
CAPITALS = dict(each.split(":") for each in _CAPITALS.split())
SAO_PAULO, RIO, MANAUS = (Place(city=CAPITALS[state]) for state in ("SP", "RJ", "AM"))
CLOSED_2026 = "01-01 02-16 02-17 04-03 04-21 05-01 06-04 09-07 10-12 11-02 11-15 11-20 12-25 12-31"
CLOSED_2027 = "01-01 02-08 02-09 03-26 04-21 05-01 05-27 09-07 10-12 11-02 11-15 11-20 12-25 12-31"
STATES_2026 = {
    "AC": "01-23 03-08 06-15 09-05",  # 17 November 2026 is a Tuesday: kept on Friday the 20th (Lei AC 2.126/2009)
    "AL": "06-24 06-29 09-16 11-30",
    "AM": "09-05",
    "AP": "03-19 05-15 09-13",
    "BA": "07-02",
    "CE": "03-19 03-25 08-15",
    "DF": "11-30",
    "ES": "04-13",
    "GO": "07-26 10-24",
    "MA": "07-28",
    "MG": "",
    "MS": "10-11",
    "MT": "",
    "PA": "08-15",
    "PB": "08-05",
    "PE": "03-06",
    "PI": "10-19",
    "PR": "",
    "RJ": "02-17 04-23",
    "RN": "08-07 10-03",
    "RO": "01-04 06-18",
    "RR": "10-05",
    "RS": "09-20",
    "SC": "08-16 11-29",
    "SE": "07-08",
    "SP": "07-09",
    "TO": "03-18 08-15 09-08 10-05",
}


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return (first + timedelta(days=place) for place in range((date(year + 1, 1, 1) - first).days))


def days(year: int, text: str) -> set[date]:
    """`02-16 02-17` of a year."""
    return {date.fromisoformat(f"{year}-{each}") for each in text.split()}


def computed_easter(year: int) -> date:
    """Easter Sunday by the method of Meeus, Jones and Butcher."""
    century, rest = divmod(year, 100)
    moon = year % 19
    epact = (19 * moon + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (moon + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def anbima(year: int) -> set[date]:
    """Holidays of the financial market by ANBIMA's rule; 20 November is one from 2024 on (Lei 14.759/2023)."""
    fixed = "01-01 04-21 05-01 09-07 10-12 11-02 11-15 12-25" + " 11-20" * (year >= 2024)
    sunday = computed_easter(year)
    return days(year, fixed) | {sunday + timedelta(days=offset) for offset in (-48, -47, -2, 60)}


def holidays_there(place: Place, year: int = 2026) -> set[date]:
    """The contact holidays of a place that the nation does not have."""
    return {
        each
        for each in days_of(year)
        if BANK.is_contact_holiday(each, place) and not BANK.is_contact_holiday(each, BRAZIL)
    }


@pytest.mark.parametrize(("year", "closed"), [(2026, CLOSED_2026), (2027, CLOSED_2027)])
@pytest.mark.law("data.feriados_bancarios")
def test_the_bank_days_of_two_years_are_those_of_the_resolution(year: int, closed: str) -> None:
    """Resolução CMN 4.880/2020: weekends, nine fixed days, Carnival, Good Friday, Corpus Christi, the last day."""
    listed = days(year, closed)
    for each in days_of(year):
        assert BANK.is_business_day(each, BRAZIL) == (each.weekday() < 5 and each not in listed), each


def test_a_century_follows_the_rule_of_anbima_but_for_the_last_business_day_of_each_year() -> None:
    """Its holidays count no settlement days; that nothing clears on the last one is no holiday of its list."""
    for year in range(2000, 2100):
        holidays = anbima(year)
        theirs = [each for each in days_of(year) if each.weekday() < 5 and each not in holidays]
        ours = [each for each in days_of(year) if BANK.is_business_day(each, BRAZIL)]
        assert ours == theirs[:-1]


def test_before_2024_the_20th_of_november_closed_where_a_local_law_said_so() -> None:
    """São Paulo from 2004 (Lei 13.707/2004), the state of Rio de Janeiro from 2002; nowhere in Paraná."""
    day = date(2023, 11, 20)  # a Monday
    assert BANK.is_business_day(day, BRAZIL)
    assert BANK.is_business_day(day, Place(city=CAPITALS["PR"]))
    assert not BANK.is_business_day(day, SAO_PAULO)
    assert not BANK.is_business_day(day, Place(state="RJ"))
    assert BANK.is_business_day(date(2003, 11, 20), SAO_PAULO)


@pytest.mark.parametrize(
    ("due", "paid"),
    [
        ("2026-12-31", "2027-01-04"),  # the last business day, then Friday 1 January
        ("2027-12-31", "2028-01-03"),
        ("2028-12-29", "2029-01-02"),  # a Friday; the 30th and 31st are a weekend
        ("2026-11-14", "2026-11-16"),  # a Saturday, then Sunday 15 November
        ("2026-11-20", "2026-11-23"),
        ("2026-12-24", "2026-12-24"),  # a short day is a business day
        ("2026-02-18", "2026-02-18"),
    ],
)
def test_the_effective_due_date_is_the_next_business_day(due: str, paid: str) -> None:
    """Due on the last business day of the year, paid on the first of the next, nothing is charged (Febraban)."""
    found = BusinessDays(BANK, BRAZIL).next_business(date.fromisoformat(due).toordinal())
    assert date.fromordinal(found) == date.fromisoformat(paid)


def test_the_last_business_day_of_the_year_is_no_holiday() -> None:
    """Nothing clears, and people may be written to."""
    assert not BANK.is_contact_holiday(date(2026, 12, 31), SAO_PAULO)


@pytest.mark.law("data.horario_reduzido")
def test_ash_wednesday_and_christmas_eve_are_short_business_days() -> None:
    """Business days for paying, none for a protest (Lei 9.492/1997 art. 12 §2)."""
    short = [each for each in days_of(2026) if BANK.is_short_day(each, RIO)]
    assert short == [date(2026, 2, 18), date(2026, 12, 24)]
    counted = BusinessDays(BANK, RIO)
    for each in short:
        assert counted.is_business(each.toordinal())
        assert not counted.is_full(each.toordinal())
    assert counted.is_full(date(2026, 12, 23).toordinal())
    assert not counted.is_full(date(2026, 12, 25).toordinal())


@pytest.mark.parametrize("text", ["2026-04-03", "2026-04-21", "2026-11-15", "2026-11-20", "2026-12-25"])
def test_nobody_is_contacted_on_a_national_holiday(text: str) -> None:
    """Good Friday and Consciência Negra among them, whatever the weekday, whatever the place."""
    for place in (BRAZIL, SAO_PAULO, Place(country="PT")):
        assert BANK.is_contact_holiday(date.fromisoformat(text), place)


def test_carnival_and_corpus_christi_close_banks_and_nothing_else_where_no_law_makes_them_holidays() -> None:
    """Rio's state keeps Carnival Tuesday (Lei RJ 5.243/2008), the cities of São Paulo and Manaus Corpus Christi."""
    tuesday, corpus_christi = date(2026, 2, 17), date(2026, 6, 4)
    for place in (BRAZIL, Place(state="SP"), SAO_PAULO, RIO, MANAUS):
        assert not BANK.is_business_day(tuesday, place)
        assert not BANK.is_business_day(corpus_christi, place)
        assert not BANK.is_contact_holiday(date(2026, 2, 16), place)
        assert BANK.is_contact_holiday(tuesday, place) == (place in (RIO, MANAUS))
        assert BANK.is_contact_holiday(corpus_christi, place) == (place in (SAO_PAULO, MANAUS))


@pytest.mark.parametrize("state", STATES_2026)
def test_every_state_keeps_its_own_holidays(state: str) -> None:
    """No business day, and nobody is contacted."""
    found = holidays_there(Place(state=state))
    assert found == days(2026, STATES_2026[state])
    assert not any(BANK.is_business_day(each, Place(state=state)) for each in found)


def test_what_a_court_struck_down_is_no_holiday() -> None:
    """São Tiago in Amapá: Lei AP 1.696/2012 was void from September 2018 on."""
    assert BANK.is_contact_holiday(date(2018, 7, 25), Place(state="AP"))
    assert not BANK.is_contact_holiday(date(2019, 7, 25), Place(state="AP"))


@pytest.mark.parametrize(
    ("state", "local"),
    [
        ("SP", "01-25 06-04 07-09"),
        ("RJ", "01-20 02-17 04-23"),
        ("MG", "06-04 08-15 12-08"),
        ("PR", "06-04 09-08"),
        ("ES", "04-13 06-04 09-08"),
        ("AM", "02-17 06-04 09-05 10-24 12-08"),
        ("MA", "06-29 07-28 09-08 12-08"),
        ("AC", "01-23 03-08 06-15 09-05 12-28"),
    ],
)
def test_a_capital_keeps_its_own_holidays_and_those_of_its_state(state: str, local: str) -> None:
    """The code of the municipality tells the state."""
    assert holidays_there(Place(city=CAPITALS[state])) == days(2026, local)
    assert holidays_there(Place(state=state, city=CAPITALS[state])) == days(2026, local)


@pytest.mark.law("data.feriado_local")
def test_a_city_closes_on_its_own_holiday_alone() -> None:
    """Thursday 25 January 2029: São Paulo is closed, Campinas is not."""
    day = date(2029, 1, 25)
    assert not BANK.is_business_day(day, SAO_PAULO)
    assert BANK.is_business_day(day, Place(state="SP", city="3509502"))
    assert BANK.is_business_day(day, Place(state="SP"))


def test_a_holiday_by_law_for_one_year_is_kept_in_that_year() -> None:
    """Belém, 6 November 2025: COP 30 (Lei 10.212/2025)."""
    belem = Place(city=CAPITALS["PA"])
    assert [BANK.is_contact_holiday(date(year, 11, 6), belem) for year in (2024, 2025, 2026)] == [False, True, False]


def test_a_place_only_adds_to_what_closes_the_nation() -> None:
    """In every state and every capital."""
    places = [*(Place(state=state) for state in STATES.values()), *(Place(city=code) for code in CAPITALS.values())]
    for each in (*days_of(2026), *days_of(2027)):
        closed, holiday = not BANK.is_business_day(each, BRAZIL), BANK.is_contact_holiday(each, BRAZIL)
        for place in places:
            assert BANK.is_business_day(each, place) <= (not closed), (each, place)
            assert BANK.is_contact_holiday(each, place) >= holiday, (each, place)
            if BANK.is_contact_holiday(each, place):
                assert not BANK.is_business_day(each, place), (each, place)


@pytest.mark.parametrize("place", [Place(state="XX"), Place(city="9999999"), Place(state="sp"), Place(country="PT")])
def test_a_place_that_is_not_known_keeps_the_national_days(place: Place) -> None:
    """Nothing is guessed."""
    for each in days_of(2026):
        assert BANK.is_business_day(each, place) == BANK.is_business_day(each, BRAZIL)
        assert BANK.is_contact_holiday(each, place) == BANK.is_contact_holiday(each, BRAZIL)


def check_digit(code: str) -> int:
    """The seventh digit of IBGE's code of a municipality."""
    products = (int(digit) * weight for digit, weight in zip(code[:6], (1, 2, 1, 2, 1, 2), strict=True))
    return -sum(product // 10 + product % 10 for product in products) % 10


def added() -> list[LocalHoliday]:
    """What regua ships."""
    return list(BANK.holidays)


def test_every_capital_has_holidays_but_brasilia_whose_are_the_states() -> None:
    """By IBGE code; the Federal District has no municipality."""
    places = {each.place for each in added() if len(each.place) == 7}
    assert places == set(CAPITALS.values())
    for state, code in CAPITALS.items():
        assert STATES[code[:2]] == state
        assert check_digit(code) == int(code[6])


def test_every_holiday_that_ships_says_where_it_comes_from() -> None:
    """Where no number of a law was found, that is said, and the confidence is less; nothing stands there twice."""
    assert len({(each.place, each.day) for each in added()}) == len(added())
    for each in added():
        assert each.source, each
        assert "não encontrado" not in each.source or each.confidence != "high", each


def test_the_version_tells_the_data_of_the_package_and_of_regua() -> None:
    """It changes with either."""
    from holidays.version import __version__

    assert BANK.version.endswith(f"+holidays-{__version__}")
    fewer = BrazilianBankCalendar(holidays=BANK.holidays[1:])
    assert fewer.version != BANK.version
    assert fewer != BANK
    assert fewer.version.partition("+")[2] == BANK.version.partition("+")[2]


def test_calendars_are_equal_whatever_they_remember() -> None:
    """Answers are shared by who asks for business days of an equal one."""
    calendar = BrazilianBankCalendar()
    assert calendar.is_business_day(date(2026, 4, 20), SAO_PAULO)
    assert calendar == BANK
    assert hash(calendar) == hash(BANK)
    assert isinstance(calendar, Calendar)
    assert calendar.name == "br-bancario"


PROGRAM = """
from datetime import date, timedelta
from regua import BrazilianBankCalendar, Place
bank, first = BrazilianBankCalendar(), date(2026, 1, 1)
places = [Place(), Place(city="3550308"), Place(state="RJ")]
days = [first + timedelta(days=each) for each in range(365)]
print(bank.version, *("".join(str(int(bank.is_contact_holiday(day, place))) for day in days) for place in places))
"""


def test_the_answers_do_not_depend_on_the_locale_of_the_process() -> None:
    """The names of `holidays` follow it; the days do not."""
    answers = set()
    for locale in ("C", "en_US.UTF-8", "pt_BR.UTF-8", "uk_UA.UTF-8"):
        environment = {**os.environ, "LANG": locale, "LC_ALL": locale, "LANGUAGE": locale.partition(".")[0]}
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
        )
        answers.add(ran.stdout)
    assert len(answers) == 1
    assert sum(map(int, answers.pop().split()[1])) == 10
