"""Acts with consequences, from the request to the registrar's answer and back, on a real store and folders."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from counter import IDENTITY, clock, facts_of, issued
from registry import ONLY_LISTED, PACKS, Folder, Registrar, Shop, sqlite, written

from regua import Engine, events
from regua.engine.consequences import CONSEQUENCES
from regua.ports import Receipt, Rejected

NOTICE = 'id = "aviso"\nat = "D+10 10:00"\nkind = "notice"\nregistrar = "bureau"'
LISTING = """\
id = "negativacao"
at = "D+20 10:00"
kind = "listing"
registrar = "bureau"
approval = "human"
requires = { delivered = "aviso", at_least = "10d" }"""
PROTEST = 'id = "protesto"\nat = "D+30 10:00"\nkind = "protest"\nregistrar = "notary"\ncutoff = true'
REMINDER = 'id = "atraso"\nat = "D+45 10:00"\ntone = "courteous"\nchannels = ["email"]\ntemplate = "atraso"'
THANKS = 'id = "obrigado"\non = "receivable.settled"\nafter = "1bd 10:00"\nchannels = ["email"]\ntemplate = "obrigado"'


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Path, object]]:
    """A folder, and a store in it."""
    store = sqlite(tmp_path)
    yield tmp_path, store
    store.close()


def test_a_debt_is_listed_after_its_notice_and_the_listing_goes_once_it_is_paid(place):
    """Notice, its delivery, the term, a person's approval, listing, confirmation, payment, delisting in time."""
    shop = Shop.opened(*place, NOTICE, LISTING)
    assert shop.run("2026-04-30 10:00") == {"sent": 1}
    assert shop.bureau.kinds == ["notice"]
    shop.run("2026-05-11 10:00")
    assert shop.bureau.kinds == ["notice"]
    shop.bureau.answer("notice", "delivered", at="2026-05-05", reference="AR-1")
    shop.run("2026-05-12 09:00")
    assert shop.facts("notice") == ["notice.requested 04-30", "notice.delivered 05-05"]
    shop.run("2026-05-15 10:00")
    assert shop.reasons("negativacao") == ["awaiting-approval"]
    shop.approve("negativacao", "2026-05-15 11:00")
    assert shop.run("2026-05-15 11:00") == {"sent": 1}
    shop.bureau.answer("listing", "delivered", at="2026-05-18", reference="SPC-77")
    shop.run("2026-05-19 09:00")
    shop.pay("2026-05-20 14:00")
    assert shop.run("2026-05-20 23:59") == {}
    assert shop.run("2026-05-21 00:00") == {"sent": 1}
    assert shop.bureau.request("delisting")["case"] == "SPC-77"
    assert shop.reasons("owed:neg.baixa") == ["sent", "owed", "unconfirmed"]
    shop.bureau.answer("delisting", "delivered", at="2026-05-25")
    shop.run("2026-05-26 09:00")
    assert shop.facts("listing") == ["listing.requested 05-15", "listing.confirmed 05-18", "listing.removed 05-25"]
    assert shop.reasons("owed:neg.baixa") == ["delivered"]
    confirmed = shop.of(events.ListingConfirmed)[0]
    assert (confirmed.registrar, confirmed.reference) == ("bureau", "SPC-77")


def test_a_removal_that_nobody_confirms_alarms_until_somebody_does(place):
    """Near from two business days before the deadline on, missed from the day after it."""
    shop = Shop.opened(*place, ONLY_LISTED)
    shop.run("2026-05-11 10:00")
    shop.pay("2026-05-20 14:00")
    shop.run("2026-05-21 00:00")
    alarms = {
        "2026-05-24 12:00": [],
        "2026-05-25 00:00": ["deadline-near"],
        "2026-05-27 23:59": ["deadline-near"],
        "2026-05-28 00:00": ["deadline-missed"],
        "2026-06-28 12:00": ["deadline-missed"],
    }
    for when, alarm in alarms.items():
        shop.run(when)
        assert shop.reasons("owed:neg.baixa") == ["sent", "owed", "unconfirmed", *alarm]
    shop.bureau.answer("delisting", "delivered")
    shop.run("2026-06-29 12:00")
    assert shop.reasons("owed:neg.baixa") == ["delivered"]


def test_a_protest_stops_everything_and_its_withdrawal_is_owed(place):
    """Filed, registered, paid at the notary, withdrawn; no message about it meanwhile, and thanks afterwards."""
    shop = Shop.opened(*place, PROTEST, REMINDER, THANKS)
    assert shop.run("2026-05-20 10:00") == {"sent": 1}
    assert shop.run("2026-06-10 10:00") == {}
    assert shop.reasons("atraso")[0] == "with-notary"
    shop.notary.answer("protest", "delivered", at="2026-05-26", reference="L-12/34")
    shop.run("2026-06-10 11:00")
    shop.pay("2026-06-12 14:00")
    assert shop.run("2026-06-15 10:00") == {"sent": 2}
    assert shop.counter.email.steps == ["obrigado"]
    shop.notary.answer("protest-withdrawal", "delivered")
    shop.run("2026-06-16 10:00")
    assert shop.facts("protest") == ["protest.filed 05-20", "protest.registered 05-26", "protest.cancelled 06-16"]


def test_a_title_that_the_notary_returns_is_over_and_dunning_goes_on(place):
    """Refused after it was taken: the case is no longer there, nothing is owed, and the clock goes on."""
    shop = Shop.opened(*place, PROTEST, REMINDER)
    shop.run("2026-05-20 10:00")
    shop.notary.answer("protest", "failed", reason="sem comprovante de entrega")
    assert shop.run("2026-05-21 10:00") == {}
    assert shop.facts("protest") == ["protest.filed 05-20", "protest.cancelled 05-21"]
    assert [event.reason for event in shop.of(events.ActionFailed)] == ["sem comprovante de entrega"]
    assert shop.reasons("protesto") == ["failed"]
    shop.pay("2026-05-22 14:00")
    assert shop.notary.kinds == ["protest"]


def test_what_is_refused_at_once_never_was(place):
    """A failure with its reason, and no fact of the domain."""

    def refuse(_: object) -> Receipt:
        raise Rejected("documento inválido")

    shop = Shop.opened(*place, ONLY_LISTED)
    with shop.counter.another(registrars={"bureau": Registrar(answer=refuse)}) as shop.counter.engine:
        assert shop.run("2026-05-11 10:00") == {"failed": 1}
        assert shop.facts("listing") == []
        assert [event.reason for event in shop.of(events.ActionFailed)] == ["documento inválido"]


def test_a_service_is_suspended_and_restored_at_once(place):
    """On the day of the payment, a Saturday (CDC art. 51 XVIII); both are facts only when the executor says so."""
    shop = Shop.opened(*place, 'id = "corte"\nat = "D+20 10:00"\nkind = "suspend"')
    shop.run("2026-05-11 10:00")
    assert shop.facts("service") == []
    shop.erp.answer("suspend", "delivered", at="2026-05-12")
    shop.run("2026-05-13 10:00")
    assert shop.facts("service") == ["service.suspended 05-12"]
    shop.pay("2026-05-16 14:00")
    assert shop.run("2026-05-16 14:00") == {"sent": 1}
    shop.erp.answer("restore", "delivered")
    shop.run("2026-05-16 15:00")
    assert shop.facts("service") == ["service.suspended 05-12", "service.restored 05-16"]
    assert [event.registrar for event in shop.of(events.ServiceRestored)] == ["erp"]


def test_an_agency_ends_amicable_dunning_and_gives_the_case_back(place):
    """From the request on, before the agency has said that it has the case; returned, the clock goes on."""
    agency = 'id = "agencia"\nat = "D+30 10:00"\nkind = "agency"\nregistrar = "bureau"\ncutoff = true'
    shop = Shop.opened(*place, agency, REMINDER)
    shop.run("2026-05-20 10:00")
    assert shop.facts("agency") == []
    assert shop.reasons("atraso") == ["with-agency"]
    shop.bureau.answer("agency", "delivered", at="2026-05-22")
    assert shop.run("2026-06-10 10:00") == {}
    assert shop.facts("agency") == ["agency.assigned 05-22"]
    shop.record(events.AgencyReturned, "returned", "2026-06-15 09:00", receivable="nf-1", registrar="bureau")
    assert shop.reasons("atraso")[0] == "planned"
    assert shop.run("2026-06-30 10:00") == {"sent": 1}
    assert shop.counter.email.steps == ["atraso"]


def test_an_agency_that_refuses_leaves_the_dunning_where_it_was(place):
    """The days between do not count."""
    agency = 'id = "agencia"\nat = "D+30 10:00"\nkind = "agency"\nregistrar = "bureau"\ncutoff = true'
    shop = Shop.opened(*place, agency, REMINDER)
    shop.run("2026-05-20 10:00")
    shop.bureau.answer("agency", "failed", reason="valor baixo")
    shop.run("2026-05-20 18:00")
    assert shop.facts("agency") == []
    assert shop.reasons("atraso")[0] == "planned"


def test_a_lawsuit_stops_the_rest(place):
    """Approved by a person; the court's number is kept."""
    lawsuit = (
        'id = "acao"\nat = "D+30 10:00"\nkind = "lawsuit"\nregistrar = "notary"\napproval = "human"\ncutoff = true'
    )
    shop = Shop.opened(*place, lawsuit, REMINDER)
    shop.approve("acao", "2026-05-18 10:00")
    shop.run("2026-05-20 10:00")
    shop.notary.answer("lawsuit", "delivered", reference="1000-12.2026")
    shop.run("2026-05-21 10:00")
    assert [event.reference for event in shop.of(events.LawsuitFiled)] == ["1000-12.2026"]
    assert shop.run("2026-06-10 10:00") == {}
    assert shop.reasons("atraso") == ["in-court"]


def test_a_write_off_ends_the_dunning(place):
    """Once it is done; the debt itself stays."""
    shop = Shop.opened(*place, 'id = "perda"\nat = "D+20 10:00"\nkind = "write-off"', REMINDER)
    shop.run("2026-05-11 10:00")
    assert shop.reasons("atraso")[0] == "planned"
    shop.erp.answer("write-off", "delivered")
    shop.run("2026-05-12 10:00")
    assert shop.facts("invoice.written-off") == ["invoice.written-off 05-12"]
    assert shop.reasons("atraso") == ["written-off"]


def test_credit_is_blocked_and_released(place):
    """Both by the policy: no law demands the release."""
    shop = Shop.opened(
        *place,
        'id = "bloqueio"\nat = "D+20 10:00"\nkind = "credit-block"',
        'id = "liberacao"\non = "receivable.settled"\nkind = "credit-release"',
    )
    shop.run("2026-05-11 10:00")
    shop.erp.answer("credit-block", "delivered")
    shop.run("2026-05-12 10:00")
    shop.pay("2026-05-13 10:00")
    shop.run("2026-05-13 10:00")
    shop.erp.answer("credit-release", "delivered")
    shop.run("2026-05-14 10:00")
    assert shop.facts("credit") == ["credit.blocked 05-12", "credit.released 05-14"]


def test_the_guide_has_the_table():
    """Every row of it, and no other."""
    page = Path(__file__).parents[2] / "docs/how-to/carry-out-acts.md"
    rows = [re.findall(r"\|([^|]*)(?=\|)", line) for line in page.read_text(encoding="utf-8").splitlines()]
    told = {
        (cells[0].strip(" `"), word): cells[place].strip(" `")
        for cells in rows
        if len(cells) == 4 and cells[0].startswith(" `")
        for place, word in enumerate(("accepted", "delivered", "failed"), 1)
        if cells[place].strip()
    }
    assert told == {key: event.type for key, event in CONSEQUENCES.items()}


def test_the_shipped_packs_demand_the_same(place):
    """Under `br` and `br-consumer` the policy need not say it: notice, its term, removal, by rules with a source."""
    shop = Shop.opened(*place, PACKS, NOTICE, LISTING.rpartition("\n")[0])
    shop.run("2026-04-30 10:00")
    shop.approve("negativacao", "2026-05-08 11:00")
    shop.run("2026-05-15 10:00")
    assert shop.reasons("negativacao")[0] == "listing-notice-wait"
    shop.bureau.answer("notice", "delivered", at="2026-05-15", reference="AR-1")
    for day in range(16, 27):
        shop.run(f"2026-05-{day} 10:00")
    assert shop.facts("notice", "listing")[-2:] == ["notice.delivered 05-15", "listing.requested 05-26"]
    shop.pay("2026-05-27 14:00")
    shop.run("2026-05-28 00:00")
    assert shop.bureau.kinds == ["notice", "listing", "delisting"]
    assert shop.reasons("owed:neg.baixa") == ["sent", "owed", "unconfirmed"]


def test_all_of_it_stands_in_the_settings(tmp_path: Path):
    """A folder for a registrar, in `regua.toml`; the act of the policy goes there, and its answer is read."""
    (tmp_path / "loja.toml").write_text(written(ONLY_LISTED), encoding="utf-8")
    settings = [
        "format = 1",
        f'store.url = "sqlite:///{tmp_path}/r.sqlite3"',
        '[creditor.loja]\npolicies = ["loja.toml"]',
        *(f'{key} = "{value}"' for key, value in IDENTITY.items()),
        '[registrar.bureau]\nuse = "file-registrar"\npath = "bureau"',
    ]
    (tmp_path / "regua.toml").write_text("\n".join(settings), encoding="utf-8")
    folder = Folder(path=tmp_path / "bureau")
    with Engine.open(tmp_path / "regua.toml", now=lambda: now[-1]) as engine:
        now = [clock("2026-04-01")]
        engine.creditor().record(*facts_of("ana"), issued())
        now.append(clock("2026-05-11 10:00"))
        assert engine.run_due().sent == 1
        folder.answer("listing", "delivered", at="2026-05-11")
        now.append(clock("2026-05-11 10:15"))
        engine.run_due()
        assert [event.type for event in engine.creditor().events("ana")][-2:] == [
            "action.delivered",
            "listing.confirmed",
        ]


def test_a_registrar_that_does_not_do_that_is_named(place):
    """The act waits, with the reason; nobody else does it instead."""
    shop = Shop.opened(*place, PROTEST)
    with shop.counter.another(registrars={"notary": Registrar()}) as shop.counter.engine:
        assert shop.run("2026-05-20 10:00") == {"stuck": 1}
    [row] = shop.counter.store.load("loja", "ana").outbox
    assert row.reason.startswith("no registrar 'notary' carries out the kind 'protest'")
