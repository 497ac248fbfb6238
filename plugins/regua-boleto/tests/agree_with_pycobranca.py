"""Holds every layout against pycobranca, an independent library, with numbers from a seed.

It needs Python 3.12 and is in no lock, so it runs by hand, in an environment that has regua, regua-boleto and it:

python plugins/regua-boleto/tests/agree_with_pycobranca.py
"""

import random
import sys
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any, Final

from regua.core.money import Money
from regua_boleto import LAYOUTS, BankSlip, FreeField, Layout

EACH: Final = 500
FIRST: Final = date(2000, 7, 3)
DAYS: Final = 17_999
WALLETS: Final = {
    "001": ("11", "12", "15", "16", "17", "18", "31", "51"),
    "004": ("21", "31", "41", "51"),
    "033": ("101", "102", "121"),
    "070": ("1", "2"),
    "077": ("110",),
    "085": ("01",),
    "237": ("03", "06", "09", "19", "21", "22", "25", "26"),
    "336": ("10", "20"),
    "341": ("104", "109", "112", "115", "175", "177", "188"),
    "756": ("1", "3", "9"),
}
"""The wallets that pycobranca takes, which are fewer than the banks have."""
NAMES: Final = {"conta_dv": "digito_conta", "produto": "carteira", "operacao": "convenio", "byte": "byte_idt"}
NAMES.update({"modalidade": "variacao", "parcela": "quantidade"})

Inputs = dict[str, str]


def _caixa(given: Inputs) -> dict[str, Any]:
    return {**given, "carteira": given["carteira"] + given["emissao"]}


def _safra(given: Inputs) -> dict[str, Any]:
    branch, account = given["agencia"], given["conta"]
    split = {"agencia": branch[:4], "digito_agencia": branch[4], "conta": account[:8], "digito_conta": account[8]}
    return {**given, **split, "carteira": "1"}


FITTED: Final[dict[str, Callable[[Inputs], dict[str, Any]]]] = {
    "021": lambda given: {**given, "carteira": "11", "agencia": "1"},
    "097": lambda given: {**given, "carteira": "18", "cedente_documento": "52998224725"},
    "104": _caixa,
    "136": lambda given: {**given, "carteira": "21"},
    "422": _safra,
    "745": lambda given: {**given, "carteira": "3", "agencia": "1", "convenio": "0" + given["convenio"]},
    "748": lambda given: {**given, "data_documento": date(2000 + int(given["ano"]), 1, 1)},
}
"""What a bank of pycobranca is given where names alone do not do it."""
COMPUTED_THERE: Final = {
    ("085", ""): ("conta_dv", lambda bank: str(bank.dv_conta)),
    ("097", ""): ("documento_dv", lambda bank: str(bank.dv_documento_cedente)),
    ("341", "com-conta"): ("conta_dv", lambda bank: str(bank.dac_conta)),
}
"""Digits that are given here and that it computes: ours are set to its own."""
LACKING: Final = {
    ("001", "convenio-8"): "it has no agreement of 8 digits",
    ("001", "convenio-6-livre"): "it has no nosso número of 17 digits",
    ("084", ""): "it has not the bank",
    ("104", "codigo-7"): "it has no code of 7 digits",
    ("341", "sem-conta"): "it has none of these wallets",
    ("341", "quinze-posicoes"): "it has none of these wallets",
    ("707", ""): "it has not the bank",
}
EXPLAINED: Final[dict[tuple[str, str], Callable[[Inputs], bool]]] = {
    # It leaves branch and account out of the digit of wallet 112, which no manual lists.
    ("341", "com-conta"): lambda given: given["carteira"] == "112",
}
UNPRINTED: Final = {("001", "convenio-6"), ("001", "convenio-4"), ("001", "convenio-7"), ("085", ""), ("097", "")}
"""Where it prints no digit of the nosso número."""


def drawn(layout: Layout, chance: random.Random) -> Inputs:
    """Numbers for every name of the layout."""
    found = {}
    for name, wanted in layout.given.items():
        values = wanted.only or (WALLETS.get(layout.bank, ()) if name == "carteira" else ())
        number = chance.randrange(10 ** (wanted.width - 1), 10**wanted.width)
        found[name] = chance.choice(values) if values else str(number)
    if layout.bank == "336":
        found["indicador"] = "4" if found["carteira"] == "20" else "3"
    return found


def theirs(layout: Layout, given: Inputs, due: date, cents: int) -> Any:
    """The boleto of pycobranca."""
    kinds = import_module("pycobranca.bancos.base").REGISTRO
    fitted = FITTED.get(layout.bank, lambda same: same)(given)
    fields = {NAMES.get(name, name): value for name, value in fitted.items()}
    kind = kinds[layout.bank]
    fields = {name: value for name, value in fields.items() if name in kind.__dataclass_fields__}
    return kind(valor=f"{cents // 100}.{cents % 100:02}", cedente="Loja", data_vencimento=due, **fields)


def differences(layout: Layout, made: FreeField, slip: BankSlip, bank: Any) -> list[str]:
    """What the two do not write alike."""
    pairs = {"campo livre": (made.digits, bank.campo_livre()), "bar code": (slip.barcode, bank.codigo_barras)}
    pairs["line"] = slip.line, "".join(filter(str.isdigit, bank.linha_digitavel))
    digit = made.fields.get("nosso_numero_dv", "")
    if digit and (layout.bank, layout.name) not in UNPRINTED:
        pairs["digit of the nosso número"] = digit, bank.nosso_numero_formatado()[-len(digit) :]
    return [what for what, (mine, other) in pairs.items() if mine != other]


def compared(layout: Layout, chance: random.Random) -> tuple[int, int, list[str]]:
    """How often they agree, how often they differ as explained, and the first other differences."""
    agreed, explained, others = 0, 0, []
    key = layout.bank, layout.name
    for _ in range(EACH):
        given, cents = drawn(layout, chance), chance.randrange(1, 10**10)
        due = FIRST + timedelta(days=chance.randrange(DAYS))
        bank = theirs(layout, given, due, cents)
        if key in COMPUTED_THERE:
            name, digit = COMPUTED_THERE[key]
            given[name] = digit(bank)
        made = layout.make(given)
        slip = BankSlip(bank=layout.bank, due=due, amount=Money(cents), free=made.digits)
        found = differences(layout, made, slip, bank)
        if not found:
            agreed += 1
        elif EXPLAINED.get(key, lambda _: False)(given):
            explained += 1
        else:
            others.append(f"{given}: {', '.join(found)}")
    return agreed, explained, others[:2]


def main() -> int:
    """Compare every layout; the exit status is 1 where a difference is not explained."""
    chance, failed = random.Random(0), 0  # noqa: S311 - the same boletos in every run
    for layout in LAYOUTS:
        key = layout.bank, layout.name
        name = f"{layout.bank} {layout.name}".strip()
        if key in LACKING:
            sys.stdout.write(f"{name}: not compared, {LACKING[key]}\n")
            continue
        agreed, explained, others = compared(layout, chance)
        failed |= bool(others)
        sys.stdout.write(f"{name}: {agreed} of {EACH} agree, {explained} differ as explained\n")
        sys.stdout.writelines(f"  {other}\n" for other in others)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
