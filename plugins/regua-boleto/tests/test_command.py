import json

import pytest
from click.testing import CliRunner, Result

from regua.plugins import Registry
from regua_boleto import BoletoError
from regua_boleto.cli import boleto

LINE = "00190.00009 01238.798977 77700.168188 3 37690000013500"
WATER = "82610000000-7 99900019202-4 61130000000-1 00000000003-4"
MADE = ("make", "--bank", "033", "--amount", "153.20", "--due", "2026-12-10")
GIVEN = ("convenio=1899775", "nosso_numero=9000026", "carteira=102")


def call(*arguments: str) -> Result:
    """Run `regua boleto`; what is no wrong usage is raised, as regua's own main takes it."""
    return CliRunner(catch_exceptions=False).invoke(boleto, arguments, standalone_mode=False)


def test_the_plugin_offers_it() -> None:
    """`regua boleto` is there where the plugin is installed."""
    assert Registry.discover(commands=True).commands["boleto"] is boleto


@pytest.mark.parametrize("words", [LINE.split(), [LINE], [LINE.replace(" ", "").replace(".", "")]])
def test_a_line_is_told(words: list[str]) -> None:
    """As it is printed, in one word or in many."""
    result = call("read", *words, "--as-of", "2008-01-15")
    assert result.return_value == 0
    assert result.output.splitlines() == [
        "barcode: 00193376900000135000000001238798977770016818",
        f"linha: {LINE}",
        "bank: 001",
        "due: 2008-02-01",
        "amount: 135.00 BRL",
        "free: 0000001238798977770016818",
        "nosso número (convenio-7): 12387989777700168; convenio 1238798, nosso_numero 9777700168, carteira 18",
        "nosso número (convenio-8): 12387989777700168; convenio 12387989, nosso_numero 777700168, carteira 18",
    ]


def test_for_programs() -> None:
    """One JSON document."""
    found = json.loads(call("read", LINE, "--as-of", "2008-01-15", "--format", "json").output)
    assert (found["bank"], found["due"], found["amount"]) == ("001", "2008-02-01", "135.00 BRL")
    assert found["readings"][0]["fields"] == {"convenio": "1238798", "nosso_numero": "9777700168", "carteira": "18"}
    water = json.loads(call("read", WATER, "--format", "json").output)
    assert water["segment"] == "2 water and sewage"
    assert (water["amount"], water["quantity"], water["possible_due"]) == ("99.90 BRL", None, "2026-11-30")


def test_what_is_wrong_is_told() -> None:
    """In words for people, by fields for programs."""
    wrong = WATER[:-1] + "5"
    with pytest.raises(BoletoError, match="block 4, digit 48: the check digit is 5 and the digits before it ask for 4"):
        call("read", wrong)
    result = call("read", wrong, "--format", "json")
    assert result.return_value == 1
    [problem] = json.loads(result.output)["problems"]
    assert problem == {
        "code": "check-digit",
        "field": "block 4",
        "position": 48,
        "expected": "4",
        "found": "5",
        "message": "the check digit is 5 and the digits before it ask for 4",
    }


def test_one_is_made() -> None:
    """From what the bank gave, or from a campo livre."""
    by_names = call(*MADE, *GIVEN)
    assert "linha: 03399.18997 77500.000904 00026.901025 9 16560000015320\n" in by_names.output
    assert "nosso número: 000009000026-9; " in by_names.output
    assert call(*MADE, "--free", "9189977500000900002690102").output == by_names.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*MADE, *GIVEN, "conta=1"), "conta: this layout has convenio, nosso_numero, carteira"),
        (("make", "--bank", "033", "--amount", "1,50", *GIVEN), "amount: '1,50' is not an amount of money"),
        (("make", "--bank", "033", "--amount", "1.005", *GIVEN), "amount: '1.005' has more than the 2 decimals"),
    ],
)
def test_what_cannot_be_made_is_refused(arguments: tuple[str, ...], said: str) -> None:
    """With the field."""
    with pytest.raises(BoletoError) as raised:
        call(*arguments)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (MADE, "give either NAME=DIGITS of the bank's layout or --free"),
        ((*MADE, *GIVEN, "--free", "1" * 25), "give either"),
        ((*MADE, "convenio"), "'convenio' is not NAME=DIGITS"),
        ((*MADE[:-1], "10/12/2026", *GIVEN), "'10/12/2026' is no day such as 2026-11-21"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], said: str) -> None:
    """Is told as by every command."""
    result = CliRunner().invoke(boleto, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_without_a_day_it_is_read_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Brazil: at half past midnight UTC it is still the day before."""
    at = 1_795_912_200_000_000_000  # 2026-11-29T00:30Z
    made = call("make", "--bank", "001", "--amount", "1.00", "--due", "2041-12-20", "--free", "0" * 25)
    line = made.output.splitlines()[1].removeprefix("linha: ")
    monkeypatch.setattr("regua_boleto.cli.time.time_ns", lambda: at)
    with pytest.raises(BoletoError, match="no day from 3001 days before to 5500 days after 2026-11-28"):
        call("read", line)
    monkeypatch.setattr("regua_boleto.cli.time.time_ns", lambda: at + 3 * 3_600_000_000_000)
    assert "due: 2041-12-20" in call("read", line).output
