"""The words of a dossier, in Portuguese, each with the code beside it (docs/glossary.md)."""

from __future__ import annotations

from typing import Final

EVENTS: Final = {
    "debtor.registered": "devedor cadastrado",
    "debtor.updated": "cadastro do devedor alterado",
    "contact-point.added": "ponto de contato acrescentado",
    "contact-point.verified": "ponto de contato confirmado",
    "contact-point.failed": "ponto de contato falhou",
    "contact-point.removed": "ponto de contato retirado",
    "do-not-call.registered": "ponto inscrito em lista de bloqueio de ligações",
    "do-not-call.removed": "ponto retirado de lista de bloqueio de ligações",
    "consent.granted": "consentimento dado",
    "consent.revoked": "consentimento revogado",
    "policy.assigned": "régua atribuída",
    "policy.migrated": "migração para outra versão da régua",
    "invoice.issued": "título emitido",
    "invoice.amended": "título alterado",
    "invoice.cancelled": "título cancelado",
    "invoice.written-off": "título baixado por perda",
    "agreement.signed": "acordo assinado",
    "agreement.cancelled": "acordo cancelado",
    "credit.granted": "crédito concedido",
    "credit.applied": "crédito aplicado",
    "payment.noticed": "pagamento avisado pelo banco",
    "payment.settled": "pagamento liquidado",
    "payment.reversed": "pagamento desfeito",
    "payments.known-through": "pagamentos conhecidos até",
    "promise.made": "promessa de pagamento",
    "promise.cancelled": "promessa cancelada",
    "dispute.opened": "contestação aberta",
    "dispute.resolved": "contestação encerrada",
    "offer.made": "proposta feita",
    "offer.accepted": "proposta aceita",
    "offer.declined": "proposta recusada",
    "offer.expired": "proposta vencida",
    "callback.requested": "devedor pediu que lhe telefonem",
    "reply.received": "resposta do devedor",
    "feedback.received": "resposta do devedor a uma pesquisa",
    "hold.placed": "cobrança suspensa",
    "hold.released": "suspensão encerrada",
    "step.approved": "etapa aprovada",
    "step.vetoed": "etapa vetada",
    "notice.requested": "comunicação prévia pedida",
    "notice.delivered": "comunicação prévia entregue",
    "listing.requested": "negativação pedida",
    "listing.confirmed": "negativação confirmada",
    "listing.removed": "negativação baixada",
    "protest.filed": "título apresentado a protesto",
    "protest.registered": "protesto lavrado",
    "protest.cancelled": "protesto retirado ou cancelado",
    "agency.assigned": "enviado à assessoria de cobrança",
    "agency.returned": "devolvido pela assessoria de cobrança",
    "lawsuit.filed": "ação judicial proposta",
    "court.order": "ordem judicial",
    "service.suspended": "serviço suspenso",
    "service.restored": "serviço religado",
    "credit.blocked": "venda a crédito bloqueada",
    "credit.released": "venda a crédito liberada",
    "boleto.ordered": "boleto pedido ao banco",
    "boleto.issued": "boleto emitido",
    "boleto.registered": "boleto registrado",
    "boleto.altered": "boleto alterado",
    "boleto.rejected": "boleto não emitido",
    "boleto.cancelled": "boleto cancelado",
    "boleto.expired": "boleto vencido para pagamento",
    "pix.issued": "cobrança Pix emitida",
    "action.attempted": "tentativa iniciada",
    "action.sent": "aceita pelo canal",
    "action.delivered": "entregue",
    "action.read": "lida",
    "action.failed": "falhou neste canal",
    "action.unknown": "não se sabe se saiu",
    "action.skipped": "não executada, por decisão do credor",
    "call.outcome": "resultado da ligação",
    "insolvency.started": "processo de insolvência aberto",
    "insolvency.ended": "processo de insolvência encerrado",
    "debtor.deceased": "falecimento do devedor",
    "event.retracted": "fato retirado por engano no registro",
}
"""Types of events."""

REASONS: Final = {
    "cancelled": "o título foi cancelado",
    "written-off": "o título foi baixado por perda",
    "time-barred": "a pretensão está prescrita",
    "settled": "o título está liquidado",
    "vetoed": "alguém vetou esta etapa para este título",
    "deceased": "o devedor faleceu",
    "forbidden": "uma lei proíbe esta etapa aqui",
    "agreement-active": "um acordo substitui o título",
    "payment-noticed": "o banco avisou um pagamento que o liquidaria",
    "with-notary": "o título está no cartório",
    "with-agency": "o título está na assessoria de cobrança",
    "in-court": "o título está em juízo",
    "disputed": "o devedor contesta o título",
    "promised": "uma promessa cobre o título",
    "held": "alguém suspendeu a cobrança",
    "court-order": "um juízo suspendeu a cobrança",
    "insolvency": "há processo de insolvência aberto",
    "requires-step": "outra etapa não teve o desfecho exigido",
    "legal-wait": "falta um prazo ou uma prova que a lei exige",
    "listing-notice-wait": "não passou o prazo depois da comunicação prévia",
    "awaiting-approval": "ninguém aprovou esta etapa ainda",
    "stale-payments": "não se conhecem os pagamentos até um dia recente o bastante",
    "clearing": "um pagamento feito em dia pode ainda não ter compensado",
    "below-minimum": "o total em atraso está abaixo do mínimo",
    "no-contact-point": "nenhum canal da etapa tem ponto de contato que funcione",
    "opted-out": "o devedor não consentiu em nenhum canal da etapa que funcione",
    "channel-down": "o canal está fora de serviço",
    "outside-window": "fora do horário de contato",
    "holiday": "o dia é feriado",
    "min-interval": "o último contato foi há pouco",
    "daily-cap": "esgotou-se o limite de contatos do dia",
    "weekly-cap": "esgotou-se o limite de contatos de sete dias",
    "superseded": "outra etapa tomou o seu lugar",
    "lapsed": "o seu tempo passou",
    "due": "a executar agora",
    "planned": "será executada no seu momento",
    "sent": "o canal aceitou",
    "delivered": "chegou ao devedor",
    "read": "o devedor abriu",
    "failed": "todos os canais da etapa falharam",
    "unknown": "pode ter chegado ao devedor; não se repete por si",
    "attempted": "uma tentativa começou e o seu desfecho não é conhecido",
    "skipped": "o credor decidiu não executar",
    "condition-not-met": "uma condição da etapa não se cumpre",
    "unless-met": "deu-se o desfecho que dispensa a etapa",
    "left-over": "sobraram encargos quando foi liquidado",
    "owed": "a lei o exige, diga o que disser a régua e pare o que parar a cobrança",
    "deadline-near": "restam no máximo dois dias úteis para o que a lei exige",
    "deadline-missed": "passou o prazo do que a lei exige",
    "missed": "o seu dia passou sem execução",
    "again": "a ocorrência anterior saiu em tom mais brando que o exigido por outra etapa",
    "tone-clamped": "escrita em tom mais brando: nada tão severo tinha sido entregue antes",
    "fallback": "um canal anterior da etapa falhou",
    "not-asked": "nada a pede: não se deu aquilo a que responde",
    "unconfirmed": "foi pedida e ninguém confirmou ainda que está feita",
    "claim-limit": "se o valor cabe no juizado especial daquele ano",
    "rate-pending": "o valor deixa de fora um mês cujo índice ainda não foi publicado",
    "not-yet-supported": "planejada, mas nada a executa nesta versão",
    "listed": "negativado",
    "listing-requested": "negativação pedida, sem confirmação",
}
"""Blockers and other reasons."""

DONE: Final = {
    "notice": "aviso entregue",
    "listing": "inscrito",
    "delisting": "baixado",
    "protest": "protestado",
    "protest-withdrawal": "protesto retirado",
    "suspend": "serviço suspenso",
    "restore": "serviço religado",
    "credit-block": "crédito bloqueado",
    "credit-release": "crédito liberado",
    "agency": "entregue à assessoria de cobrança",
    "lawsuit": "ação proposta",
    "write-off": "baixado por perda",
}
"""What an act is once it is done, by its kind; other kinds of step reach the debtor."""

OF_ACTS: Final = {
    "sent": "quem executa recebeu o pedido",
    "failed": "quem executa recusou o pedido",
    "unknown": "pode ter sido feito; não se repete por si",
}
"""Other outcomes of acts: `sent` and `action.sent`."""

STATUSES: Final = {
    "due": "a executar agora",
    "planned": "planejada",
    "waiting": "em espera",
    "done": "feita",
    "ended": "encerrada",
    "not-asked": "não pedida",
    "works": "funciona",
    "failed": "falhou",
    "removed": "retirado",
}
"""Statuses of actions, and of contact points."""

KINDS: Final = {
    "message": "mensagem",
    "task": "tarefa (ligação)",
    "offer": "proposta",
    "reissue": "segunda via",
    "boleto": "emissão do boleto",
    "notice": "comunicação prévia",
    "listing": "negativação",
    "delisting": "baixa da negativação",
    "protest": "protesto",
    "protest-withdrawal": "desistência do protesto",
    "suspend": "suspensão do serviço",
    "restore": "religação do serviço",
    "credit-block": "bloqueio de crédito",
    "credit-release": "liberação de crédito",
    "agency": "envio à assessoria de cobrança",
    "lawsuit": "ação judicial",
    "write-off": "baixa por perda",
    "reward": "recompensa",
    "survey": "pesquisa",
    "education": "orientação financeira",
}
"""Kinds of step."""

TONES: Final = {
    "reminder": "lembrete",
    "courteous": "cordial",
    "formal": "formal",
    "firm": "firme",
    "final": "último aviso",
    "legal": "jurídico",
}
"""Tones."""

PARTS: Final = {
    "principal": "principal",
    "rebate": "abatimento",
    "discount": "desconto",
    "fine": "multa",
    "interest": "juros de mora",
    "correction": "correção monetária",
    "costs": "custas",
}
"""Components of a balance."""

GROUNDS: Final = {"agreed": "pactuado", "legal": "taxa da lei"}
"""By what a component is owed."""

PERSONS: Final = {"person": "pessoa física", "company": "pessoa jurídica"}
"""Kinds of debtor."""

OWNERS: Final = {"debtor": "do devedor", "representative": "de representante autorizado (sem dados)"}
"""Whose a contact point is."""

FIELDS: Final = {
    "name": "nome",
    "trade_name": "nome fantasia",
    "document": "documento",
    "cpf": "CPF",
    "cnpj": "CNPJ",
    "rg": "RG",
    "birth_date": "nascimento",
    "address": "endereço",
    "street": "logradouro",
    "number": "número",
    "complement": "complemento",
    "district": "bairro",
    "city": "município",
    "state": "UF",
    "postal_code": "CEP",
    "cep": "CEP",
    "country": "país",
    "language": "idioma",
    "segment": "segmento",
    "score": "pontuação",
    "source": "origem",
    "amount": "valor",
    "due": "vencimento",
    "receivable": "título",
    "receivables": "títulos",
    "kind": "espécie",
    "rebate": "abatimento",
    "policy": "régua",
    "policy_version": "versão",
    "verb": "modo",
    "rule": "regra",
    "documents": "documentos",
    "reason": "motivo",
    "payment": "pagamento",
    "credit": "crédito",
    "through": "até",
    "promise": "promessa",
    "by": "por",
    "dispute": "contestação",
    "outcome": "desfecho",
    "offer": "proposta",
    "valid_until": "válido até",
    "agreement": "acordo",
    "instalments": "parcelas",
    "broken_after": "quebra com quantas parcelas atrasadas",
    "broken_days": "dias de atraso de cada uma",
    "hold": "suspensão",
    "ground": "fundamento",
    "until": "até",
    "step": "etapa",
    "registrar": "registrador",
    "reference": "número",
    "case": "processo",
    "effect": "efeito",
    "instrument": "instrumento",
    "provider": "emissor",
    "action": "ação",
    "occurrence": "ocorrência",
    "reports_delivery": "canal avisa entrega",
    "channel": "canal",
    "channels": "canais",
    "tone": "tom",
    "attempt": "tentativa",
    "contact": "contato",
    "point": "ponto de contato",
    "owner": "de quem",
    "content": "hash do conteúdo",
    "presses": "cobra",
    "listed": "lista também",
    "result": "resultado",
    "event": "fato",
    "rating": "nota",
    "list": "lista",
    "timezone": "fuso horário",
    "since": "desde",
    "day": "dia",
    "first_day": "primeiro dia",
    "last_day": "último dia",
    "last": "último dia",
    "at_least": "há pelo menos",
    "on": "em resposta a",
    "what": "o quê",
    "approval": "aprovação",
    "condition": "condição",
    "deadline": "prazo",
    "removed": "retirado",
    "undone": "desfeito",
}
"""Names of fields; one that is not here is told by its code."""


def told(word: str, code: str) -> str:
    """A word with its code beside it."""
    return f"{word} [{code}]"


def event_word(code: str, kind: str = "") -> str:
    """What an event of that type says; of an outcome, by the kind of the step."""
    act = _of_act(code.removeprefix("action."), kind) if code.startswith("action.") else ""
    return told(act or EVENTS.get(code, code), code)


def reason_word(code: str, kind: str = "") -> str:
    """What a reason says; of an outcome, by the kind of the step."""
    return told(_of_act(code, kind) or REASONS.get(code, code), code)


def _of_act(outcome: str, kind: str) -> str:
    if kind not in DONE:
        return ""
    return DONE[kind] if outcome == "delivered" else OF_ACTS.get(outcome, "")


def field_word(name: str) -> str:
    """The name of a field."""
    return FIELDS.get(name, name)
