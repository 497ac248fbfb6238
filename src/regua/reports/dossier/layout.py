"""Lays a dossier out, part by part, in the order in which a lawyer reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from regua.engine.dossier import Dossier
from regua.engine.dossier.values import Claim, DebtorShown, Decision, Fact, Sent
from regua.reports.dossier import records, texts
from regua.reports.dossier.blocks import Block, Heading, Link, Paragraph, Table
from regua.reports.dossier.words import OWNERS, STATUSES, field_word, told
from regua.reports.markup import clean

T = TypeVar("T")
_HOW: Final = (
    "Cada registro desta lista é um texto em JSON (ASCII, chaves em ordem, sem espaços). O hash do registro n é o "
    "SHA-256, em hexadecimal, do hash do registro n-1, seguido de uma quebra de linha (LF) e do texto do registro n. "
    "Antes do primeiro registro estão 64 zeros. Quem mudar um byte de um registro muda todos os hashes seguintes. "
    "As partes anteriores deste dossiê dizem o mesmo que estes registros, pelo número; em caso de diferença, valem "
    "os registros."
)
_CONTENT: Final = (
    "O hash do conteúdo é o SHA-256 do que foi entregue ao canal: de uma mensagem, o JSON "
    '{"html": …, "subject": …, "text": …, "to": …}, em UTF-8, com as chaves nessa ordem; de um ato, o JSON do pedido. '
    "Quem apresentar a mensagem pode provar que foi essa. Os valores ditos são os do plano refeito com o que era "
    "conhecido no instante da tentativa; onde ele difere do que foi feito, o dossiê o diz."
)
_ERASED: Final = (
    "Há dados pessoais a que os fatos se referem e que não estão guardados: foram apagados a pedido (LGPD, art. 18) ou "
    "nunca foram informados. Deles restam só as referências."
)


def laid_out(dossier: Dossier) -> Iterator[Block]:
    """The whole of it."""
    yield from _cover(dossier)
    yield from _parties(dossier)
    for number, part in enumerate(_PARTS, 3):
        yield from part(dossier, number)


def title(dossier: Dossier) -> str:
    """What the whole is called."""
    return f"Dossiê do devedor {clean(dossier.cover.debtor)}"


def _cover(dossier: Dossier) -> Iterator[Block]:
    cover = dossier.cover
    yield Heading(title(dossier), 1)
    yield Paragraph(
        f"Situação em {texts.moment(cover.as_of_us, cover.zone)}, horários de {cover.zone}, com o que era conhecido "
        f"então: {cover.facts} fatos. Códigos do programa entre colchetes. Dados de terceiros e textos livres não "
        "constam."
    )
    policies = [f"{each.id}, versão {each.version} (SHA-256 {each.fingerprint})" for each in cover.policies]
    laws = [f"{each.id}, versão {each.version} (SHA-256 {each.law})" for each in cover.policies if each.law]
    calendars = [f"{name}: {version}" for name, version in cover.calendars.items()]
    indexes = [f"{name}: {version}" for name, version in cover.indexes.items()]
    rows = (
        ("réguas de cobrança", texts.lines(policies)),
        ("calendários", texts.lines(calendars)),
        ("regras legais das réguas", texts.lines(laws) or "nenhuma"),
        ("índices", texts.lines(indexes) or "nenhum"),
        ("hash da agenda", cover.schedule),
        ("registros", str(len(dossier.entries))),
        ("último hash da cadeia", dossier.last_hash),
    )
    yield Table("Em que se baseia", (), rows)


def _parties(dossier: Dossier) -> Iterator[Block]:
    creditor = dossier.creditor
    yield Heading("1. Credor")
    yield Table(
        "Quem cobra (CDC, art. 42-A)",
        (),
        (
            ("código", clean(creditor.id)),
            *((field_word(name), texts.identity(name, getattr(creditor, name)) or texts.NOTHING) for name in _IDENTITY),
        ),
    )
    yield Heading("2. Devedor")
    yield from _debtor(dossier.debtor)


_IDENTITY: Final = ("name", "document", "address")


def _debtor(debtor: DebtorShown) -> Iterator[Block]:
    rows = [("código", clean(debtor.id)), ("pessoa", texts.kind_of_person(debtor.kind) or texts.NOTHING)]
    rows += [(field_word(name), texts.identity(name, value)) for name, value in debtor.record.items()]
    if not debtor.record:
        rows.append(("dados pessoais", "não guardados" if debtor.is_missing else texts.NOTHING))
    if debtor.withheld:
        rows.append(("campos guardados que não constam", texts.lines(map(field_word, debtor.withheld))))
    yield Table("Quem deve", (), tuple(rows))
    if debtor.is_missing:
        yield Paragraph(_ERASED)
    if debtor.points:
        points = (
            (
                clean(each.point),
                OWNERS.get(each.owner, each.owner),
                clean(each.address) or "—",
                texts.lines(each.channels),
                told(STATUSES[each.status], each.status),
            )
            for each in debtor.points
        )
        heads = ("ponto", "de quem", "endereço mascarado", "canais", "situação")
        yield Table("Pontos de contato", heads, tuple(points))


def _debt(dossier: Dossier, number: int) -> Iterator[Block]:
    yield Heading(f"{number}. A dívida")
    for entry, claim in _of(dossier, Claim):
        yield from records.claim(entry, claim, dossier.cover.zone)
    if not dossier.receivables:
        yield Paragraph("Nenhum título.")


def _calculation(dossier: Dossier, number: int) -> Iterator[Block]:
    yield Heading(f"{number}. Cálculo em {texts.moment(dossier.cover.as_of_us, dossier.cover.zone)[:10]}")
    yield records.calculation(_of(dossier, Claim))
    settled = [(entry, each) for entry, each in _of(dossier, Claim) if each.settlement is not None]
    if settled:
        yield records.settlements(settled, dossier.cover.zone)


def _events(dossier: Dossier, number: int) -> Iterator[Block]:
    yield Heading(f"{number}. Fatos")
    yield Paragraph("Em ordem do instante em que ocorreram; cada um com o instante em que foi registrado.")
    yield records.events("Todos os fatos", _of(dossier, Fact), dossier.cover.zone)


def _contacts(dossier: Dossier, number: int) -> Iterator[Block]:
    yield Heading(f"{number}. Contatos e atos executados")
    if not dossier.contacts:
        yield Paragraph("Nenhum.")
        return
    yield Paragraph(_CONTENT)
    yield records.contacts(_of(dossier, Sent), dossier.cover.zone)


def _chosen(heading: str, kinds: tuple[str, ...]) -> Callable[[Dossier, int], Iterator[Block]]:
    """A part that repeats the events whose type begins so."""

    def part(dossier: Dossier, number: int) -> Iterator[Block]:
        yield Heading(f"{number}. {heading}")
        found = [(entry, fact) for entry, fact in _of(dossier, Fact) if fact.event.type.startswith(kinds)]
        if found:
            yield records.events(heading, found, dossier.cover.zone)
        else:
            yield Paragraph("Nada registrado.")

    return part


def _decisions(dossier: Dossier, number: int) -> Iterator[Block]:
    yield Heading(f"{number}. Decisões")
    yield Paragraph("O que a régua pedia, esperava ou encerrou para cada título nesta data, e por quê.")
    yield records.decisions("Todas as etapas", _of(dossier, Decision), dossier.cover.zone)


def _duties(dossier: Dossier, number: int) -> Iterator[Block]:
    yield Heading(f"{number}. Prescrição e atos que a lei exige")
    terms = [(entry, each) for entry, each in _of(dossier, Claim) if each.prescription is not None]
    if terms:
        yield records.prescriptions(terms)
    owed = [(entry, each) for entry, each in _of(dossier, Claim) if each.duties]
    if owed:
        yield records.duties(owed, dossier.cover.zone)
    found = [(entry, each) for entry, each in _of(dossier, Decision) if records.is_by_law(each)]
    if found:
        yield records.decisions("Decisões que a lei determina", found, dossier.cover.zone)
    if not (terms or owed or found):
        yield Paragraph("As réguas e a agenda desta data não trazem nenhum.")


def _chain(dossier: Dossier, number: int) -> Iterator[Block]:
    yield Heading(f"{number}. Cadeia de hashes")
    yield Paragraph(_HOW)
    for entry in dossier.entries:
        yield Link(entry.number, entry.text, entry.hash)
    yield Paragraph(f"Último hash: {dossier.last_hash}")


def _of(dossier: Dossier, kind: type[T]) -> list[tuple[int, T]]:
    """The parts of one kind, each with the number of its entry."""
    return [(entry.number, entry.part) for entry in dossier.entries if isinstance(entry.part, kind)]


_APPROVALS: Final = ("step.", "hold.", "policy.migrated", "event.retracted")
_ACTS: Final = (
    *("notice.", "listing.", "protest.", "agency.", "lawsuit.", "court.", "service.", "credit.blocked"),
    *("credit.released", "insolvency.", "debtor.deceased", "do-not-call."),
)
_PARTS: Final = (
    _debt,
    _calculation,
    _events,
    _contacts,
    _chosen("Aprovações e decisões de pessoas", _APPROVALS),
    _decisions,
    _chosen("Atos legais e suas provas", _ACTS),
    _duties,
    _chain,
)
