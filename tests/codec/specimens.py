"""Two instances of every document: what it must say, and everything that it can say.

They are what the golden files hold. A specimen is never changed: a new field gets one more specimen.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import attrs

from regua.core import events as ev
from regua.core.account import Account, fold
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning.schedule import Action, Contact, Item, Reason, Schedule
from regua.core.policy import Origin
from regua.core.tones import Tone

Fields = dict[str, Any]

SAO_PAULO = timezone(timedelta(hours=-3))
FIRST: Fields = {
    "id": "e1",
    "creditor": "loja",
    "debtor": "ana",
    "at": datetime(2026, 4, 1, 12, tzinfo=UTC),
    "recorded_at": datetime(2026, 4, 1, 12, tzinfo=UTC),
}
SECOND: Fields = {
    "id": "pagto/2026-0042",
    "creditor": "padaria são joão",
    "debtor": "cliente № 42",
    "at": datetime(2026, 4, 18, 22, 30, 15, 250, tzinfo=SAO_PAULO),
    "recorded_at": datetime(2026, 5, 4, 0, 0, 0, 999999, tzinfo=SAO_PAULO),
}

BRL = Money.of("150.00")
CENT = Money.of("0.01")
YEN = Money.of("15000", "JPY")
DINAR = Money.of("1234567.891", "KWD")
SATURDAY = date(2026, 4, 18)
LEAP_DAY = date(2028, 2, 29)

PROFILE: Fields = {
    "kind": "company",
    "country": "PT",
    "state": "SP",
    "city": "3550308",
    "timezone": "America/Recife",
    "language": "pt-PT",
    "segment": "varejo",
    "score": -3,
    "person": "vault:7f3a",
}
ONE: Fields = {"receivable": "NF-1"}
OTHER: Fields = {"receivable": "título 2/3"}
REGISTRAR: Fields = OTHER | {"registrar": "cartório", "reference": "prot. 81/2026"}
NAMED: Fields = {"receivables": ("NF-1",)}
SEVERAL: Fields = {"receivables": ("título 2/3", "NF-1")}
WHY: Fields = {"reason": 'disse "já paguei"\n\t→ 50%'}
INSTRUMENT: Fields = {"instrument": "34191", "amount": BRL, "due": SATURDAY}
OUTCOME: Fields = {"action": "9b1c", "step": "lembrete"}
FULL_OUTCOME: Fields = OUTCOME | {
    "receivable": "NF-1",
    "occurrence": "e17",
    "channel": "whatsapp",
    "tone": Tone.FIRM,
    "attempt": 3,
}
CARRIED: Fields = {
    "id": "e3",
    "receivable": "NF-1",
    "contact": "9b1c/1",
    "listed": ("título 2/3",),
    "valid_until": LEAP_DAY,
    "presses": True,
}
STEP: Fields = {"step": "protesto"}
BY: Fields = {"by": "diretora financeira"}

EVENTS: dict[type[Event], tuple[Fields, Fields]] = {
    ev.DebtorRegistered: ({}, PROFILE),
    ev.DebtorUpdated: ({}, PROFILE),
    ev.ContactPointAdded: (
        {"point": "p1", "channels": ("email",)},
        {"point": "p2", "channels": ("whatsapp", "sms"), "ref": "vault:11", "owner": "representative"},
    ),
    ev.ContactPointVerified: ({"point": "p1"}, {"point": "p2"}),
    ev.ContactPointFailed: ({"point": "p1"}, {"point": "p2"} | WHY),
    ev.ContactPointRemoved: ({"point": "p1"}, {"point": "p2"}),
    ev.DoNotCallRegistered: ({"point": "p1", "list": "procon-sp"}, {"point": "p2", "list": "não me ligue"}),
    ev.DoNotCallRemoved: ({"point": "p1", "list": "procon-sp"}, {"point": "p2", "list": "não me ligue"}),
    ev.ConsentGranted: ({"channel": "email"}, {"channel": "sms", "source": "contract"}),
    ev.ConsentRevoked: ({"channel": "email"}, {"channel": "sms", "source": "resposta SAIR"}),
    ev.PolicyAssigned: ({"policy": "padrao"}, {"policy": "escolar", "policy_version": 7} | SEVERAL),
    ev.InvoiceIssued: (
        ONE | {"amount": BRL, "due": SATURDAY},
        OTHER
        | {"amount": DINAR, "due": LEAP_DAY, "kind": "school", "rebate": CENT}
        | {"policy": "escolar", "policy_version": 7, "description": "vault:12"},
    ),
    ev.InvoiceAmended: (ONE, OTHER | {"amount": BRL, "due": LEAP_DAY, "rebate": CENT} | WHY),
    ev.PolicyMigrated: (
        {"policy": "padrao", "policy_version": 2, "verb": "keep"},
        {"policy": "escolar", "policy_version": 7, "verb": "fast-forward"} | SEVERAL | BY,
    ),
    ev.AgreementSigned: (
        NAMED | {"agreement": "a1", "instalments": (ev.Instalment(receivable="a1/1", amount=BRL, due=SATURDAY),)},
        SEVERAL
        | {"agreement": "acordo 2", "policy": "acordos", "policy_version": 1, "offer": "o2"}
        | {"broken_after": 2, "broken_days": 10}
        | {
            "instalments": (
                ev.Instalment(receivable="a2/1", amount=CENT, due=SATURDAY),
                ev.Instalment(receivable="a2/2", amount=YEN, due=LEAP_DAY),
            )
        },
    ),
    ev.AgreementCancelled: ({"agreement": "a1"}, {"agreement": "acordo 2"} | WHY),
    ev.CreditGranted: ({"credit": "c1", "amount": BRL}, {"credit": "dev. 2", "amount": CENT} | SEVERAL | WHY),
    ev.PaymentNoticed: ({"payment": "p1", "amount": BRL}, {"payment": "pix 2", "amount": YEN} | SEVERAL),
    ev.PaymentSettled: ({"payment": "p1", "amount": BRL}, {"payment": "pix 2", "amount": YEN} | SEVERAL),
    ev.CreditApplied: (ONE | {"credit": "c1", "amount": BRL}, OTHER | {"credit": "dev. 2", "amount": CENT}),
    ev.PaymentReversed: ({"payment": "p1"}, {"payment": "pix 2"} | WHY),
    ev.PaymentsKnownThrough: ({"through": SATURDAY}, {"through": LEAP_DAY}),
    ev.InvoiceCancelled: (ONE, OTHER | WHY),
    ev.InvoiceWrittenOff: (ONE, OTHER | WHY),
    ev.PromiseMade: (
        {"promise": "w1", "amount": BRL, "by": SATURDAY},
        {"promise": "palavra 2", "amount": CENT, "by": LEAP_DAY} | SEVERAL,
    ),
    ev.PromiseCancelled: ({"promise": "w1"}, {"promise": "palavra 2"}),
    ev.DisputeOpened: ({"dispute": "d1"} | NAMED, {"dispute": "reclamação 2", "text": "vault:13"} | SEVERAL),
    ev.DisputeResolved: ({"dispute": "d1", "outcome": "upheld"}, {"dispute": "reclamação 2", "outcome": "withdrawn"}),
    ev.OfferMade: (
        NAMED | {"offer": "o1", "amount": BRL, "valid_until": SATURDAY},
        SEVERAL | {"offer": "o2", "rule": "desconto-à-vista", "amount": YEN, "valid_until": LEAP_DAY},
    ),
    ev.OfferAccepted: ({"offer": "o1"}, {"offer": "o2"}),
    ev.OfferDeclined: ({"offer": "o1"}, {"offer": "o2"}),
    ev.OfferExpired: ({"offer": "o1"}, {"offer": "o2"}),
    ev.CallbackRequested: ({}, {"point": "p2"}),
    ev.ReplyReceived: ({"channel": "email"}, {"channel": "sms", "text": "vault:14"} | SEVERAL),
    ev.FeedbackReceived: ({"rating": 0}, {"rating": -10, "text": "vault:15"}),
    ev.HoldPlaced: ({"hold": "h1"}, {"hold": "pausa 2", "until": LEAP_DAY} | SEVERAL | BY | WHY),
    ev.HoldReleased: ({"hold": "h1"}, {"hold": "pausa 2"} | BY),
    ev.StepApproved: (ONE | STEP, OTHER | STEP | BY | WHY),
    ev.StepVetoed: (ONE | STEP, OTHER | STEP | BY | WHY),
    ev.NoticeRequested: (ONE, REGISTRAR),
    ev.NoticeDelivered: (ONE, REGISTRAR),
    ev.ListingRequested: (ONE, REGISTRAR),
    ev.ListingConfirmed: (ONE, REGISTRAR),
    ev.ListingRemoved: (ONE, REGISTRAR),
    ev.ProtestFiled: (ONE, REGISTRAR),
    ev.ProtestRegistered: (ONE, REGISTRAR),
    ev.ProtestCancelled: (ONE, REGISTRAR),
    ev.AgencyAssigned: (ONE, REGISTRAR),
    ev.AgencyReturned: (ONE, REGISTRAR),
    ev.LawsuitFiled: (ONE, REGISTRAR),
    ev.CourtOrder: ({"case": "1", "effect": "stop"}, {"case": "0801234-56.2026.8.26.0100", "effect": "lifted"}),
    ev.ServiceSuspended: (ONE, REGISTRAR),
    ev.ServiceRestored: (ONE, REGISTRAR),
    ev.CreditBlocked: ({}, WHY),
    ev.CreditReleased: ({}, WHY),
    ev.BoletoOrdered: (
        ONE | INSTRUMENT | {"provider": "banco", "number": 1},
        OTHER | INSTRUMENT | {"provider": "itaú", "number": 99999999999},
    ),
    ev.BoletoRejected: (ONE | {"instrument": "34191"}, OTHER | {"instrument": "00190"} | WHY),
    ev.BoletoIssued: (ONE | INSTRUMENT, OTHER | INSTRUMENT | {"ref": "vault:16"}),
    ev.BoletoRegistered: (ONE | {"instrument": "34191"}, OTHER | {"instrument": "00190"}),
    ev.BoletoAltered: (ONE | INSTRUMENT, OTHER | INSTRUMENT | {"ref": "vault:16"}),
    ev.BoletoCancelled: (ONE | {"instrument": "34191"}, OTHER | {"instrument": "00190"}),
    ev.BoletoExpired: (ONE | {"instrument": "34191"}, OTHER | {"instrument": "00190"}),
    ev.PixIssued: (ONE | INSTRUMENT, OTHER | INSTRUMENT | {"ref": "vault:17"}),
    ev.ActionAttempted: (OUTCOME, FULL_OUTCOME | {"point": "zap"}),
    ev.ActionSent: (OUTCOME, FULL_OUTCOME | {"reports_delivery": False, "reference": "SM1b2c"}),
    ev.ActionDelivered: (OUTCOME, FULL_OUTCOME),
    ev.ActionRead: (OUTCOME, FULL_OUTCOME),
    ev.ActionFailed: (OUTCOME, FULL_OUTCOME | WHY),
    ev.ActionUnknown: (OUTCOME, FULL_OUTCOME | WHY),
    ev.ActionSkipped: (OUTCOME, FULL_OUTCOME | WHY),
    ev.CallOutcome: (OUTCOME | {"result": "reached"}, FULL_OUTCOME | {"result": "número de outra pessoa"}),
    ev.InsolvencyStarted: ({"case": "1"}, {"case": "RJ 2026/77"}),
    ev.InsolvencyEnded: ({"case": "1"}, {"case": "RJ 2026/77"}),
    ev.DebtorDeceased: ({}, {}),
    ev.EventRetracted: ({"event": "e0", "reason": "wrong debtor"}, {"event": "óbito 3", "reason": "homônimo"}),
}


LATER: dict[type[Event], Fields] = {
    ev.ContactPointAdded: {"id": "e3", "state": "SP"},
    ev.InvoiceIssued: {"id": "e3", "documents": ("invoice", "delivery-proof")},
    ev.InvoiceAmended: {"id": "e3", "documents": ("contract",)},
    ev.ActionSent: {"id": "e3", "by": "Rita Lima", "reason": "seen in the provider's console"},
    ev.EventRetracted: {"id": "e3", "by": "Rita Lima"},
}
"""What came after a type had its first two specimens."""


def event_specimens(cls: type[Event]) -> list[Event]:
    """Give the specimens of one type of event, in the order of its golden file."""
    first, second = EVENTS[cls]
    found = [cls(**FIRST, **first), cls(**SECOND, **second)]
    if issubclass(cls, ev.ActionOutcome):
        found.append(cls(**FIRST | first | CARRIED))
    if cls in LATER:
        found.append(cls(**FIRST | first | LATER[cls]))
    if cls is ev.ActionAttempted:
        found.append(cls(**FIRST | first | CARRIED | {"content": "5e884898"}))
    return found


_REMINDER = Action(
    id="1f6e",
    creditor="loja",
    debtor="ana",
    receivable="NF-1",
    policy="padrao",
    policy_version=3,
    step="lembrete",
    kind="message",
    occurrence="0",
    status="due",
    day=SATURDAY,
    at=1_776_506_400_000_000,
    zone="America/Sao_Paulo",
    presses=False,
    tone=Tone.REMINDER,
    asked_tone=Tone.COURTEOUS,
    channel="whatsapp",
    template="lembrete-1",
    amount=BRL,
    reasons=(
        Reason("due", {"due": "2026-04-18", "amount": "150.00 BRL"}, Origin("padrao.toml", 12, 1)),
        Reason("tone-clamped", rule="cdc-42"),
    ),
)
_CALL = Action(
    id="77aa",
    creditor="loja",
    debtor="ana",
    receivable="",
    policy="padrao",
    policy_version=3,
    step="ligação",
    kind="task",
    occurrence="e9",
    status="waiting",
    day=LEAP_DAY,
    at=1_776_506_400_000_001,
    zone="America/Sao_Paulo",
    presses=True,
    tone=None,
    asked_tone=None,
    channel="",
    template="",
    amount=None,
    reasons=(Reason("held", {"hold": "h1"}),),
)
_CONTACT = Contact(
    id="a2/1",
    carrier="a2",
    members=("a2",),
    items=(
        Item(receivable="NF-1", amount=BRL, due=SATURDAY, action="a2"),
        Item(receivable="NF-2", amount=CENT, due=LEAP_DAY),
    ),
    status="planned",
    day=SATURDAY,
    at=1_776_506_400_000_000,
    zone="America/Sao_Paulo",
    channel="email",
    point="p2",
    tone=Tone.COURTEOUS,
    template="atraso",
    presses=True,
    valid_until=LEAP_DAY,
)
SCHEDULES: list[Schedule] = [
    Schedule(
        creditor="loja",
        debtor="ana",
        as_of=0,
        zone="UTC",
        calendars={},
        all=(),
        next_wakeup=None,
        fingerprint="00",
    ),
    Schedule(
        creditor="loja",
        debtor="ana",
        as_of=1_776_500_000_000_000,
        zone="America/Sao_Paulo",
        calendars={"padrao": "br-bank 2026.1", "acordos": "weekdays 1"},
        all=(_REMINDER, _CALL),
        next_wakeup=1_776_506_400_000_000,
        fingerprint="c0ffee",
    ),
    Schedule(
        creditor="loja",
        debtor="ana",
        as_of=1_776_500_000_000_000,
        zone="America/Sao_Paulo",
        calendars={"padrao": "br-bank 2026.1"},
        all=(attrs.evolve(_REMINDER, point="p2"),),
        next_wakeup=None,
        fingerprint="c0ffee2",
    ),
    Schedule(
        creditor="loja",
        debtor="ana",
        as_of=1_776_500_000_000_000,
        zone="America/Sao_Paulo",
        calendars={"padrao": "br-bank 2026.1"},
        all=(attrs.evolve(_REMINDER, contact="a2/1", listed=("NF-2",), valid_until=LEAP_DAY),),
        contacts=(_CONTACT,),
        next_wakeup=None,
        fingerprint="c0ffee3",
    ),
]
ACCOUNTS: list[Account] = [
    fold([]),
    fold(
        [
            ev.PaymentSettled(**FIRST | {"id": "e3"}, payment="p1", amount=BRL),
            ev.InvoiceIssued(**FIRST, receivable="NF-1", amount=BRL, due=SATURDAY),
            ev.EventRetracted(**FIRST | {"id": "e2"}, event="e3", reason="wrong debtor"),
        ]
    ),
]
