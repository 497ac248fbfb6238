"""The layouts, as data. Of one bank the likelier stands first: a campo livre may agree with several.

Every layout is recomputed against published boletos (`tests/vectors.jsonl`), whose files each source names.
"""

from __future__ import annotations

from typing import Final

from regua_boleto.digits import (
    mod10,
    mod11,
    mod11_letter_p,
    mod11_letter_x,
    mod11_safra,
    mod11_sicoob,
    mod11_to_8,
    pair,
)
from regua_boleto.layouts import Computed, Given, Layout

_BRCOBRANCA: Final = "kivanio/brcobranca:spec/brcobranca/boleto"
_BOLETONET: Final = "BoletoNet/BoletoNetCore:BoletoNetCore.Testes"
_OPENBOLETO: Final = "openboleto/openboleto:tests/Banco"
_MANUALS: Final = "eduardokum/laravel-boleto:manuais"


def _widths(**widths: int) -> dict[str, Given]:
    return {name: Given(width=width) for name, width in widths.items()}


def _exactly(**widths: int) -> dict[str, Given]:
    return {name: Given(width=width, exact=True, never=("0" * width,)) for name, width in widths.items()}


def _one_of(name: str, *values: str) -> dict[str, Given]:
    return {name: Given(width=len(values[0]), only=values)}


_BB_DIGIT: Final = {"nosso_numero_dv": Computed(rule=mod11_letter_x, over="convenio nosso_numero")}
_ITAU_DIRECT: Final = ("126", "131", "146", "150", "168")
_ITAU_FREE: Final = ("106", "107", "122", "142", "143", "195", "196", "198")

LAYOUTS: Final = (
    Layout(
        bank="001",
        name="convenio-7",
        title="Banco do Brasil",
        given=_exactly(convenio=7) | _widths(nosso_numero=10, carteira=2),
        free="000000 convenio nosso_numero carteira",
        number="{convenio}{nosso_numero}",
        source=f"{_BRCOBRANCA}, {_OPENBOLETO}, {_BOLETONET}",
    ),
    Layout(
        bank="001",
        name="convenio-8",
        title="Banco do Brasil",
        given=_exactly(convenio=8) | _widths(nosso_numero=9, carteira=2),
        free="000000 convenio nosso_numero carteira",
        number="{convenio}{nosso_numero}",
        source=_BRCOBRANCA,
        notes="the same digits as convenio-7: a reading cannot tell them apart",
    ),
    Layout(
        bank="001",
        name="convenio-6",
        title="Banco do Brasil",
        given=_exactly(convenio=6) | _widths(nosso_numero=5, agencia=4, conta=8, carteira=2),
        computed=_BB_DIGIT,
        free="convenio nosso_numero agencia conta carteira",
        number="{convenio}{nosso_numero}-{nosso_numero_dv}",
        source=_BRCOBRANCA,
    ),
    Layout(
        bank="001",
        name="convenio-6-livre",
        title="Banco do Brasil",
        given=_exactly(convenio=6) | _widths(nosso_numero=17),
        free="convenio nosso_numero 21",
        number="{nosso_numero}",
        source=f"{_BRCOBRANCA}, {_OPENBOLETO}",
        notes="`carteira` 16 and 18 with a free nosso número; the final 21 names this service",
    ),
    Layout(
        bank="001",
        name="convenio-4",
        title="Banco do Brasil",
        given=_exactly(convenio=4) | _widths(nosso_numero=7, agencia=4, conta=8, carteira=2),
        computed=_BB_DIGIT,
        free="convenio nosso_numero agencia conta carteira",
        number="{convenio}{nosso_numero}-{nosso_numero_dv}",
        source=_OPENBOLETO,
    ),
    Layout(
        bank="004",
        title="Banco do Nordeste",
        given=_widths(agencia=4, conta=7, conta_dv=1, nosso_numero=7, carteira=2),
        computed={"nosso_numero_dv": Computed(rule=mod11_to_8, over="nosso_numero")},
        free="agencia conta conta_dv nosso_numero nosso_numero_dv carteira 000",
        number="{nosso_numero}-{nosso_numero_dv}",
        source=_BRCOBRANCA,
    ),
    Layout(
        bank="021",
        title="Banestes",
        given=_widths(nosso_numero=8, conta=10, conta_dv=1, variacao=1),
        computed={"livre_dv": Computed(rule=pair, over="nosso_numero conta conta_dv variacao 021", width=2)},
        free="nosso_numero conta conta_dv variacao 021 livre_dv",
        number="{nosso_numero}",
        source=_BRCOBRANCA,
    ),
    Layout(
        bank="033",
        title="Santander",
        given=_widths(convenio=7, nosso_numero=12, carteira=3),
        computed={"nosso_numero_dv": Computed(rule=mod11, over="nosso_numero")},
        free="9 convenio nosso_numero nosso_numero_dv 0 carteira",
        number="{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BRCOBRANCA}, {_BOLETONET}, {_MANUALS}/Santander",
        notes="the 0 before the carteira is the IOF of what is no insurance",
    ),
    Layout(
        bank="041",
        title="Banrisul",
        given=_one_of("produto", "1", "2") | _widths(agencia=4, convenio=7, nosso_numero=8),
        computed={
            "nosso_numero_dv": Computed(rule=pair, over="nosso_numero", width=2),
            "livre_dv": Computed(rule=pair, over="produto 1 agencia convenio nosso_numero 40", width=2),
        },
        free="produto 1 agencia convenio nosso_numero 40 livre_dv",
        number="{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BRCOBRANCA}, {_BOLETONET}",
    ),
    Layout(
        bank="070",
        title="BRB",
        given=_widths(incremento=3, agencia=3, conta=7, carteira=1, nosso_numero=6),
        computed={
            "livre_dv": Computed(rule=pair, over="incremento agencia conta carteira nosso_numero 070", width=2),
        },
        free="incremento agencia conta carteira nosso_numero 070 livre_dv",
        number="{carteira}{nosso_numero}070{livre_dv}",
        source=f"{_BRCOBRANCA}, {_OPENBOLETO}",
    ),
    Layout(
        bank="077",
        title="Inter",
        given=_widths(agencia=4, carteira=3, operacao=7, nosso_numero=10),
        computed={"nosso_numero_dv": Computed(rule=mod10, over="agencia carteira nosso_numero")},
        free="agencia carteira operacao nosso_numero nosso_numero_dv",
        number="{agencia}/{carteira}/{nosso_numero}-{nosso_numero_dv}",
        source=_BOLETONET,
    ),
    Layout(
        bank="084",
        title="Uniprime",
        given=_widths(agencia=4, carteira=2, nosso_numero=11, conta=7),
        computed={"nosso_numero_dv": Computed(rule=mod11_letter_p, over="carteira nosso_numero")},
        free="agencia carteira nosso_numero conta 0",
        number="{carteira}/{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BOLETONET}, {_OPENBOLETO}",
    ),
    Layout(
        bank="085",
        title="Ailos",
        given=_widths(convenio=6, conta=7, conta_dv=1, nosso_numero=9, carteira=2),
        free="convenio conta conta_dv nosso_numero carteira",
        number="{conta}{conta_dv}{nosso_numero}",
        source=f"{_BOLETONET}, {_MANUALS}/Ailos",
    ),
    Layout(
        bank="097",
        title="Credisis",
        given=_widths(documento_dv=1, agencia=4, convenio=6, nosso_numero=6),
        free="00000097 documento_dv agencia convenio nosso_numero",
        number="097{documento_dv}{agencia}{convenio}{nosso_numero}",
        source=_BRCOBRANCA,
        notes="`documento_dv` comes from the beneficiary's document; its rule is not confirmed, so it is given",
    ),
    Layout(
        bank="104",
        title="Caixa (SIGCB)",
        name="codigo-6",
        given=_exactly(convenio=6) | _one_of("carteira", "1", "2") | _one_of("emissao", "4") | _widths(nosso_numero=15),
        computed={
            "convenio_dv": Computed(rule=mod11, over="convenio"),
            "nosso_numero_dv": Computed(rule=mod11, over="carteira emissao nosso_numero"),
            "livre_dv": Computed(
                rule=mod11,
                over="convenio convenio_dv nosso_numero[0:3] carteira nosso_numero[3:6] emissao nosso_numero[6:15]",
            ),
        },
        free="convenio convenio_dv nosso_numero[0:3] carteira nosso_numero[3:6] emissao nosso_numero[6:15] livre_dv",
        number="{carteira}{emissao}{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BOLETONET}, {_OPENBOLETO}, Caixa manual 67.119 v010 (2020)",
        notes="`carteira` 1 registered, 2 not; `emissao` 4: the beneficiary prints",
    ),
    Layout(
        bank="104",
        title="Caixa (SIGCB)",
        name="codigo-7",
        given=_exactly(convenio=7) | _one_of("carteira", "1", "2") | _one_of("emissao", "4") | _widths(nosso_numero=15),
        computed={
            "nosso_numero_dv": Computed(rule=mod11, over="carteira emissao nosso_numero"),
            "livre_dv": Computed(
                rule=mod11, over="convenio nosso_numero[0:3] carteira nosso_numero[3:6] emissao nosso_numero[6:15]"
            ),
        },
        free="convenio nosso_numero[0:3] carteira nosso_numero[3:6] emissao nosso_numero[6:15] livre_dv",
        number="{carteira}{emissao}{nosso_numero}-{nosso_numero_dv}",
        source="Caixa manual 67.119 v010 (2020)",
        notes="codes from 1100000 on; no published boleto was found to recompute",
    ),
    Layout(
        bank="136",
        title="Unicred",
        given=_widths(agencia=4, conta=9, conta_dv=1, nosso_numero=10),
        computed={"nosso_numero_dv": Computed(rule=mod11, over="nosso_numero")},
        free="agencia conta conta_dv nosso_numero nosso_numero_dv",
        number="{nosso_numero}-{nosso_numero_dv}",
        source=f"{_MANUALS}/Unicred (COB136)",
        notes="few published boletos",
    ),
    Layout(
        bank="237",
        title="Bradesco",
        given=_widths(agencia=4, carteira=2, nosso_numero=11, conta=7),
        computed={"nosso_numero_dv": Computed(rule=mod11_letter_p, over="carteira nosso_numero")},
        free="agencia carteira nosso_numero conta 0",
        number="{carteira}/{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BOLETONET}, {_OPENBOLETO}, {_MANUALS}/Bradesco",
    ),
    Layout(
        bank="336",
        title="C6",
        given=_widths(convenio=12, nosso_numero=10, carteira=2) | _one_of("indicador", "3", "4"),
        computed={"nosso_numero_dv": Computed(rule=mod11_letter_p, over="0 carteira nosso_numero")},
        free="convenio nosso_numero carteira indicador",
        number="{nosso_numero}-{nosso_numero_dv}",
        source="Maxwbh/brcobranca:docs/Banco C6 (OpenAPI of the bank)",
        notes="`indicador` 3: the bank issues, 4: the client",
    ),
    Layout(
        bank="341",
        name="com-conta",
        title="Itaú",
        given={"carteira": Given(width=3, never=(*_ITAU_DIRECT, *_ITAU_FREE))}
        | _widths(nosso_numero=8, agencia=4, conta=5, conta_dv=1),
        computed={"nosso_numero_dv": Computed(rule=mod10, over="agencia conta carteira nosso_numero")},
        free="carteira nosso_numero nosso_numero_dv agencia conta conta_dv 000",
        number="{carteira}/{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BOLETONET}, {_OPENBOLETO}, {_MANUALS}/Itaú (2016, 2021)",
        notes="`carteira` 112 is in no manual: some leave the account out of its digit, some put the account digit in",
    ),
    Layout(
        bank="341",
        name="sem-conta",
        title="Itaú",
        given=_one_of("carteira", *_ITAU_DIRECT) | _widths(nosso_numero=8, agencia=4, conta=5, conta_dv=1),
        computed={"nosso_numero_dv": Computed(rule=mod10, over="carteira nosso_numero")},
        free="carteira nosso_numero nosso_numero_dv agencia conta conta_dv 000",
        number="{carteira}/{nosso_numero}-{nosso_numero_dv}",
        source=f"{_MANUALS}/Itaú (2016, 2021)",
        notes="the digit of the nosso número leaves out the account; no published boleto was found to recompute; "
        "one manual has 145 in the place of 146",
    ),
    Layout(
        bank="341",
        name="quinze-posicoes",
        title="Itaú",
        given=_one_of("carteira", *_ITAU_FREE) | _widths(nosso_numero=8, seu_numero=7, convenio=5),
        computed={"livre_dv": Computed(rule=mod10, over="carteira nosso_numero seu_numero convenio")},
        free="carteira nosso_numero seu_numero convenio livre_dv 0",
        number="{carteira}/{nosso_numero}",
        source=f"{_BRCOBRANCA}, {_MANUALS}/Itaú (2016, 2021)",
    ),
    Layout(
        bank="422",
        title="Safra",
        given=_widths(agencia=5, conta=9, nosso_numero=8),
        computed={"nosso_numero_dv": Computed(rule=mod11_safra, over="nosso_numero")},
        free="7 agencia conta nosso_numero nosso_numero_dv 2",
        number="{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BRCOBRANCA}, {_BOLETONET}",
    ),
    Layout(
        bank="707",
        title="Daycoval",
        given=_widths(agencia=4, carteira=3, operacao=7, nosso_numero=10),
        computed={"nosso_numero_dv": Computed(rule=mod10, over="agencia carteira nosso_numero")},
        free="agencia carteira operacao nosso_numero nosso_numero_dv",
        number="{agencia}/{carteira}/{nosso_numero}-{nosso_numero_dv}",
        source=_BOLETONET,
    ),
    Layout(
        bank="745",
        title="Citibank",
        given=_widths(portfolio=3, convenio=9, nosso_numero=11),
        computed={"nosso_numero_dv": Computed(rule=mod11, over="nosso_numero")},
        free="3 portfolio convenio nosso_numero nosso_numero_dv",
        number="{nosso_numero}-{nosso_numero_dv}",
        source=_BRCOBRANCA,
        notes="`convenio` without its first digit; the bank has left retail",
    ),
    Layout(
        bank="748",
        title="Sicredi",
        given=_one_of("carteira", "1", "3") | _widths(ano=2, byte=1, nosso_numero=5, agencia=4, posto=2, convenio=5),
        computed={
            "nosso_numero_dv": Computed(rule=mod11, over="agencia posto convenio ano byte nosso_numero"),
            "livre_dv": Computed(
                rule=mod11,
                over="carteira 1 ano byte nosso_numero nosso_numero_dv agencia posto convenio 10",
            ),
        },
        free="carteira 1 ano byte nosso_numero nosso_numero_dv agencia posto convenio 10 livre_dv",
        number="{ano}/{byte}{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BRCOBRANCA}, {_BOLETONET}, {_OPENBOLETO}",
        notes="`carteira` 1 registered, 3 not; `byte` 1: the cooperative made the number, 2 to 9: the beneficiary",
    ),
    Layout(
        bank="756",
        title="Sicoob",
        given=_widths(carteira=1, agencia=4, modalidade=2, convenio=7, nosso_numero=7, parcela=3),
        computed={"nosso_numero_dv": Computed(rule=mod11_sicoob, over="agencia 000 convenio nosso_numero")},
        free="carteira agencia modalidade convenio nosso_numero nosso_numero_dv parcela",
        number="{nosso_numero}-{nosso_numero_dv}",
        source=f"{_BRCOBRANCA}, {_BOLETONET}, {_OPENBOLETO}",
        notes="of `carteira` 9 the `convenio` is the number of the contract",
    ),
)
"""Every layout, by bank."""
