"""Lines of events, for tests of commands that read them."""

import json


def invoice(debtor: str, number: str, due: str, *, policy: str = "", creditor: str = "loja") -> str:
    """Give the line of an invoice, recorded three weeks before 2026-04-20."""
    event = {
        "type": "invoice.issued",
        "version": 1,
        "id": f"{number}-issued",
        "creditor": creditor,
        "debtor": debtor,
        "at": "2026-03-30T12:00:00Z",
        "recorded_at": "2026-03-30T12:00:00Z",
        "receivable": number,
        "amount": {"amount": "150.00", "currency": "BRL"},
        "due": due,
    }
    if policy:
        event |= {"policy": policy, "policy_version": 1}
    return json.dumps(event) + "\n"


def reachable(debtor: str) -> str:
    """Give the lines of a working, consented address, recorded with the invoices."""
    head = {"version": 1, "creditor": "loja", "debtor": debtor}
    when = {"at": "2026-03-30T12:00:00Z", "recorded_at": "2026-03-30T12:00:00Z"}
    facts = [
        {"type": "contact-point.added", "id": f"{debtor}-point", "point": "email", "channels": ["email"]},
        {"type": "consent.granted", "id": f"{debtor}-consent", "channel": "email"},
    ]
    return "".join(json.dumps(head | when | fact) + "\n" for fact in facts)
