"""Monthly rates, as the Banco Central publishes them."""

from fractions import Fraction

import pytest

from regua.core.indexes import LEGAL, Index, MonthlyRates
from regua.errors import DecodeError

JSON = '[{"data":"01/01/2025","valor":"0.589427"},{"data":"01/02/2025","valor":"0.902209"}]'
CSV = '"data";"valor"\r\n"01/01/2025";"0,589427"\r\n"01/02/2025";"0,902209"\r\n'
RATES = {(2025, 1): Fraction("0.00589427"), (2025, 2): Fraction("0.00902209")}


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        f"\ufeff{JSON}\n",
        CSV,
        f"\ufeff{CSV}",
        CSV.replace(",", "."),
        "01/02/2025;0.902209\n\n 01/01/2025 ; 0.589427 \n",
        CSV + "01/02/2025;0.902209\n",
    ],
)
def test_json_and_csv_of_the_sgs_are_the_same_rates(text: str):
    """Percent a month, with a point or a comma, in any order; a month may stand twice with one rate."""
    found = MonthlyRates.parse(LEGAL, text)
    assert found.rates == RATES
    assert found.version == MonthlyRates.parse(LEGAL, JSON).version
    assert isinstance(found, Index)


def test_a_month_that_is_not_there_has_no_rate():
    """Neither before nor after."""
    found = MonthlyRates.parse("ipca", JSON)
    assert [found.rate(2024, 12), found.rate(2025, 1), found.rate(2025, 3)] == [None, Fraction("0.00589427"), None]


def test_a_lag_takes_the_rate_of_an_earlier_month():
    """Two months back, over the end of the year."""
    found = MonthlyRates.parse("ipca", JSON, lag=2)
    rates = [found.rate(2025, month) for month in (2, 3, 4, 5)]
    assert rates == [None, Fraction("0.00589427"), Fraction("0.00902209"), None]
    assert MonthlyRates(name="a", rates={(2024, 12): Fraction(1, 200)}, lag=1).rate(2025, 1) == Fraction(1, 200)


def test_deflation_is_a_rate_too():
    """IPCA of August 2024: -0.02%."""
    assert MonthlyRates.parse("ipca", "01/08/2024;-0,02").rate(2024, 8) == Fraction(-2, 10_000)


def test_the_version_follows_the_content():
    """Another rate, another month, another lag."""
    texts = (JSON, JSON.replace("0.589427", "0.589428"), JSON.replace("01/02/2025", "01/03/2025"))
    versions = {MonthlyRates.parse(LEGAL, text).version for text in texts}
    versions.add(MonthlyRates.parse(LEGAL, JSON, lag=1).version)
    assert len(versions) == 4
    assert all(len(version) == 16 for version in versions)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no month in it"),
        ("data;valor\n", "there is no month in it"),
        ("[]", "there is no month in it"),
        ("[1]", 'an entry lacks "data" or "valor"'),
        ('[{"data":"01/01/2025"}]', 'an entry lacks "data" or "valor"'),
        ("[", "it is not JSON"),
        ('[{"data":"01/01/2025","valor":0.589427}]', "0.589427 is no rate"),
        ('[{"data":1,"valor":"1"}]', "1 is no first day of a month"),
        ("02/01/2025;0,5", "line 1: '02/01/2025' is no first day of a month"),
        ("2025-01-01;0,5", "is no first day of a month"),
        ("01/13/2025;0,5", "is no first day of a month"),
        ("\u0660\u0661/01/2025;0,5", "is no first day of a month"),
        ("01/01/2025;0,5%", "line 1: '0,5%' is no rate"),
        ("01/01/2025;1e3", "is no rate"),
        ("01/01/2025;", "is no rate"),
        ("01/01/2025,0.5", "line 1: there are 1 cells, not 2"),
        ("data;valor\n01/01/2025;0,5\n01/01/2025;0,6", "line 3: 01/01/2025 has two rates"),
    ],
)
def test_what_is_no_series_is_refused_with_its_line(text: str, message: str):
    """A daily series, a number that is a float, a month with two rates."""
    with pytest.raises(DecodeError) as caught:
        MonthlyRates.parse(LEGAL, text)
    assert message in str(caught.value)
    assert caught.value.remedy
