"""The tables of a dossier: receivables, events, contacts, decisions; each row with the number of its entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from regua.core.money import Money
from regua.core.planning.owed import Duty
from regua.engine.dossier.values import Claim, Decision, Fact, PartShown, Sent, Settlement, StateShown, Why
from regua.reports.dossier import texts
from regua.reports.dossier.blocks import Block, Heading, Table
from regua.reports.dossier.words import (
    DONE,
    GROUNDS,
    KINDS,
    OWNERS,
    PARTS,
    STATUSES,
    TONES,
    event_word,
    reason_word,
    told,
)
from regua.reports.markup import clean

_CALCULATION: Final = ("nº", "título", "parte", "base", "taxa e dias", "fonte", "valor")
_TERMS: Final = ("vale desde", "conhecido em", "valor", "vencimento", "abatimento", "fato")
_STATES: Final = ("situação", "período", "fato")
_GIVEN: Final = ("em", "valor", "fato")
_PRESCRIPTIONS: Final = ("nº", "título", "conta desde", "último dia", "regra")
_SETTLEMENTS: Final = ("nº", "título", "parte", "base", "taxa e dias", "fonte", "pago", "sobrou")
_DUTIES: Final = ("nº", "título", "ato", "devido desde", "prazo", "cumprido", "regra")
_EVENTS: Final = ("nº", "ocorreu em", "registrado em", "fato", "detalhes")
_CONTACTS: Final = ("nº", "quando", "por onde", "o que levou", "o que disse", "desfecho", "prova")
_DECISIONS: Final = ("nº", "título", "etapa", "situação", "motivos")
_ENVELOPE: Final = frozenset({"type", "version", "id", "creditor", "debtor", "at", "recorded_at"})
_BY_LAW: Final = frozenset({"time-barred", "forbidden", "legal-wait", "owed", "deadline-near", "deadline-missed"})


def claim(number: int, each: Claim, zone: str) -> Iterator[Block]:
    """One receivable."""
    yield Heading(f"Título {clean(each.receivable)} (nº {number})", 3)
    yield Table("Dados do título", (), tuple(_head(each, zone)))
    terms = (
        (
            texts.moment(one.at_us, zone),
            texts.moment(one.known_us, zone),
            texts.money(one.amount),
            _due(one.due, one.effective),
            texts.money(one.rebate),
            clean(one.event),
        )
        for one in each.terms
    )
    yield Table("Condições ao longo do tempo", _TERMS, tuple(terms))
    if each.states:
        states = ((reason_word(one.code), texts.lines(_period(one, zone)), clean(one.event)) for one in each.states)
        yield Table("O que lhe aconteceu", _STATES, tuple(states))
    if each.given:
        given = ((texts.moment(one.at_us, zone), texts.money(one.amount), clean(one.event)) for one in each.given)
        yield Table("Pagamentos e créditos que recebeu", _GIVEN, tuple(given))


def _period(state: StateShown, zone: str) -> Iterator[str]:
    yield f"pedido em {texts.moment(state.requested_us, zone)}" if state.requested_us is not None else ""
    yield from texts.period(state.since_us, state.until_us, zone).splitlines()


def _head(each: Claim, zone: str) -> Iterator[tuple[str, str]]:
    yield "espécie", clean(each.kind) or texts.NOTHING
    yield "emitido em", f"{texts.moment(each.issued_us, zone)}, registrado em {texts.moment(each.recorded_us, zone)}"
    yield "régua de cobrança", f"{clean(each.policy)}, versão {each.policy_version}"
    yield "provas que o credor tem", texts.lines(each.documents) or texts.NOTHING
    if each.replaced_by:
        yield "substituído por acordo", texts.lines(each.replaced_by)
    if each.instalment_of:
        yield "parcela de acordo", texts.lines(each.instalment_of)
    yield "saldo nesta data", texts.money(each.balance)


def _due(due: date, effective: date) -> str:
    return texts.day(due) if due == effective else f"{texts.day(due)}\najustado: {texts.day(effective)}"


def prescriptions(found: Sequence[tuple[int, Claim]]) -> Table:
    """Until when each receivable can be enforced."""
    rows = (
        (
            str(number),
            clean(each.receivable),
            texts.day(each.prescription.counted_from),
            texts.day(each.prescription.last_day),
            clean(each.prescription.rule),
        )
        for number, each in found
        if each.prescription is not None
    )
    return Table("Prescrição de cada título", _PRESCRIPTIONS, tuple(rows))


def calculation(found: Sequence[tuple[int, Claim]]) -> Table:
    """The balance of each receivable, part by part, and the sum."""
    rows: list[tuple[str, ...]] = []
    sums: dict[str, Money] = {}
    for number, each in found:
        name, currency = clean(each.receivable), each.balance.currency
        rows += [(str(number), name, *_part(part)) for part in each.parts]
        rows.append((str(number), name, "saldo", "", "", "", texts.money(each.balance)))
        sums[currency] = sums.get(currency, Money(0, currency)) + each.balance
    rows += [("", "total", "", "", "", "", texts.money(sums[each])) for each in sorted(sums)]
    return Table("Saldo de cada título, parte por parte", _CALCULATION, tuple(rows))


def settlements(found: Sequence[tuple[int, Claim]], zone: str) -> Table:
    """To which parts what was paid went, on the day on which it settled the receivable."""
    rows = (
        (str(number), clean(each.receivable), *row)
        for number, each in found
        if each.settlement is not None
        for row in _settlement(each.settlement, zone)
    )
    return Table("Como os pagamentos foram imputados no dia da liquidação", _SETTLEMENTS, tuple(rows))


def _settlement(each: Settlement, zone: str) -> Iterator[tuple[str, ...]]:
    for part in each.parts:
        *cells, _ = _part(part)
        paid = texts.money(part.paid or Money(0, part.amount.currency))
        yield *cells, paid, texts.money(part.amount)
    waived = each.left_over - each.carried
    left = [
        texts.money(each.left_over),
        f"dispensado: {texts.money(waived)}" if waived.minor else "",
        f"vai à próxima fatura: {texts.money(each.carried)}" if each.carried.minor else "",
    ]
    yield (
        f"liquidado em {texts.moment(each.at_us, zone)}",
        "",
        "",
        clean(each.event),
        *map(texts.lines, ([texts.money(each.given)], left)),
    )


def duties(found: Sequence[tuple[int, Claim]], zone: str) -> Table:
    """What the law demanded of the creditor, with its deadline, done or not."""
    rows = (
        (
            str(number),
            clean(claim.receivable),
            texts.lines([told(KINDS[each.kind], each.kind), each.registrar]),
            texts.lines([texts.moment(each.since_us, zone), each.ground]),
            texts.day(each.deadline),
            texts.lines(_fulfilled(each, zone)),
            texts.lines([each.rule, each.source]),
        )
        for number, claim in found
        for each in claim.duties
    )
    return Table("Atos que a lei exigiu, e quando foram cumpridos", _DUTIES, tuple(rows))


def _fulfilled(each: Duty, zone: str) -> Iterator[str]:
    late = f"{texts.days(each.days_late)} depois do prazo" if each.days_late else ""
    if each.done_us is not None:
        yield texts.moment(each.done_us, zone)
        yield late or "no prazo"
    elif each.lapsed_us is not None:
        yield f"não; deixou de ser devido em {texts.moment(each.lapsed_us, zone)}"
        yield late
    else:
        yield "ainda não"
        yield late


def _part(part: PartShown) -> tuple[str, ...]:
    ground = GROUNDS.get(part.ground, part.ground)
    return (
        texts.lines([told(PARTS.get(part.kind, part.kind), part.kind), ground]),
        texts.money(part.base),
        texts.lines(_rate(part)),
        clean(part.source),
        texts.lines([texts.money(part.amount), f"já pago: {texts.money(part.paid)}" if part.paid else ""]),
    )


def _rate(part: PartShown) -> Iterator[str]:
    currency = part.amount.currency
    rate = texts.rate(part.rate, currency)
    yield rate if part.days is None else f"{rate}, {texts.days(part.days)}"
    for each in part.stretches:
        days = f"{texts.day(each.first)} a {texts.day(each.last)}: {texts.days(each.days)}"
        base = texts.money(each.base)
        yield f"{days} a {texts.rate(each.rate, currency)} sobre {base} = {each.exact} centavos"


def events(caption: str, found: Sequence[tuple[int, Fact]], zone: str) -> Table:
    """Events with both times."""
    return Table(caption, _EVENTS, tuple(_event(number, fact, zone) for number, fact in found))


def _event(number: int, fact: Fact, zone: str) -> tuple[str, ...]:
    event = fact.event
    body = {name: value for name, value in fact.document.items() if name not in _ENVELOPE}
    word = event_word(event.type) + ("\nretirado depois: nada se baseia nele" if fact.retracted else "")
    told_fields = texts.fields(body)
    return (
        str(number),
        texts.moment(event.at_us, zone),
        texts.moment(event.recorded_us, zone),
        word,
        f"{clean(event.id)}\n{told_fields}".rstrip(),
    )


def contacts(found: Sequence[tuple[int, Sent]], zone: str) -> Table:
    """Attempts, with what became of them."""
    return Table("Todas as tentativas", _CONTACTS, tuple(_contact(number, each, zone) for number, each in found))


def _contact(number: int, each: Sent, zone: str) -> tuple[str, ...]:
    return (
        str(number),
        f"{texts.moment(each.at_us, zone)}\ntentativa {each.attempt}",
        texts.lines(_way(each)),
        texts.lines(_carried(each)),
        texts.lines(_said(each)),
        texts.lines(_outcomes(each, zone)),
        texts.lines(_proof(each)),
    )


def _way(each: Sent) -> Iterator[str]:
    yield told(KINDS[each.kind], each.kind) if each.kind in KINDS else each.kind
    yield each.channel
    if each.owner == "debtor":
        yield f"{each.point}: {each.address or 'endereço não guardado'}"
    elif each.point:
        yield f"{each.point}: {OWNERS.get(each.owner, texts.NOTHING)}"


def _carried(each: Sent) -> Iterator[str]:
    for member in each.members:
        yield f"{member.step or member.action}: {member.receivable or 'o devedor'}"
    if each.tone is not None:
        yield f"tom {told(TONES[each.tone.word], each.tone.word)}"
    yield f"modelo {each.template}" if each.template else ""
    yield "cobra valor em atraso" if each.presses else ""


def _said(each: Sent) -> Iterator[str]:
    yield f"pedido a {each.channel}" if each.kind in DONE and each.channel else ""
    for item in each.told:
        also = " (só listado)" if item.listed else ""
        yield f"{item.receivable}: {texts.money(item.amount)}, vencimento {texts.day(item.due)}{also}"
        for part in item.parts:
            yield f"– {PARTS.get(part.kind, part.kind)} {texts.money(part.amount)}"
    yield f"válido até {texts.day(each.valid_until)}" if each.valid_until else ""


def _outcomes(each: Sent, zone: str) -> Iterator[str]:
    if not each.outcomes:
        yield "nenhum fato"
    for one in each.outcomes:
        late = "" if one.recorded_us == one.at_us else f", registrado em {texts.moment(one.recorded_us, zone)}"
        detail = f": {one.detail}" if one.detail else ""
        yield f"{texts.moment(one.at_us, zone)} {event_word(one.type, each.kind)}{detail}{late}"


def _proof(each: Sent) -> Iterator[str]:
    yield f"conteúdo {each.content}" if each.content else "sem hash do conteúdo"
    yield f"chave {each.key}" if each.key else ""
    if each.differences:
        yield "a decisão refeita difere:"
        yield from each.differences
    else:
        yield "a decisão refeita confere"


def decisions(caption: str, found: Sequence[tuple[int, Decision]], zone: str) -> Table:
    """Where each step stands, and why."""
    return Table(caption, _DECISIONS, tuple(_decision(number, each, zone) for number, each in found))


def _decision(number: int, each: Decision, zone: str) -> tuple[str, ...]:
    return (
        str(number),
        clean(each.receivable) or "o devedor",
        texts.lines(_step(each)),
        texts.lines(_status(each, zone)),
        "\n".join(_why(why, each.kind) for why in each.reasons),
    )


def _step(each: Decision) -> Iterator[str]:
    yield each.step
    yield f"{each.policy}, versão {each.policy_version}" if each.policy else ""


def _status(each: Decision, zone: str) -> Iterator[str]:
    yield told(STATUSES[each.status], each.status)
    yield texts.moment(each.at_us, zone)
    yield f"espera até {texts.moment(each.until_us, zone)}" if each.until_us is not None else ""
    yield each.channel
    if each.tone:
        asked = f" em vez de {TONES[each.asked_tone]}" if each.asked_tone not in {"", each.tone} else ""
        yield f"tom {TONES[each.tone]}{asked}"


def _why(why: Why, kind: str) -> str:
    parts = [reason_word(why.code, kind)]
    parts += [f"({texts.facts(why.facts)})"] if why.facts else []
    parts += [f"linha {why.line} da régua"] if why.line is not None else []
    parts += [f"regra {clean(why.rule)}"] if why.rule else []
    return " ".join(parts)


def is_by_law(decision: Decision) -> bool:
    """Whether the law has a word in it."""
    return any(why.rule or why.code in _BY_LAW for why in decision.reasons)
