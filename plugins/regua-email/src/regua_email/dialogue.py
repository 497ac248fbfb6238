"""One mail over one connection, and what each answer means.

Nothing is accepted before the end of the mail, a point on a line of its own, was handed over (RFC 5321 §4.2.5): until
then every failure leaves nothing behind. After it only the server knows.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from regua.ports import Receipt, Rejected, Retryable, Unknown
from regua_email.answers import Budget, Reply
from regua_email.keys import word_of
from regua_email.session import Session

REACHES_NOBODY: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""Statuses that say that there is no such mailbox, or no such domain (RFC 3463, RFC 7505)."""

_POINT: Final = re.compile(rb"^\.", re.MULTILINE)
_QUEUE_ID: Final = re.compile(
    rb"queued as ([!-~]{1,200})|\bid=([!-~]{1,200})|([!-~]{1,200}) Message accepted", re.IGNORECASE
)
_GO_ON: Final = 354
_CLOSING: Final = 421
_SIGN_IN: Final = frozenset({530, 535, 538})
_OK: Final = 2
_LATER: Final = 4
_NEVER: Final = 5


def deliver(session: Session, mail: bytes, *, sender: str, to: str, key: str, answer: Budget, reports: bool) -> Receipt:
    """Hand one mail over.

    Args:
        session: ready for it.
        mail: as written.
        sender: envelope sender, a plain address.
        to: envelope recipient, likewise.
        key: the contact's.
        answer: time for the answer to the complete mail.
        reports: whether deliveries are to be reported, and not failures alone.

    Raises:
        Retryable: the server did not take it, and may later.
        Rejected: it will never take it.
        Unknown: the mail was complete, and no answer that can be read came back.
    """
    try:
        _offer(session, mail, sender, to, key, reports=reports)
    except OSError:
        session.close()
        why = "no answer in time" if session.budget.is_over else "the connection ended"
        raise Retryable(reason=f"{why} before the mail was complete") from None
    session.budget = answer
    try:
        reply = session.answer()
    except OSError:
        session.close()
        why = "no answer in time" if answer.is_over else "the connection ended"
        raise Unknown(f"{why} after the mail was complete") from None
    return _receipt(session, reply, key, to)


def _offer(session: Session, mail: bytes, sender: str, to: str, key: str, *, reports: bool) -> None:
    """All of the dialogue up to the end of the mail."""
    dsn = session.has_extn("dsn")
    size = f" SIZE={len(mail)}" if session.has_extn("size") else ""
    envelope = f" RET=HDRS ENVID={word_of(key)}" if dsn else ""
    _agree(session, session.ask("MAIL", f"FROM:<{sender}>{size}{envelope}"), "MAIL")
    notify = f" NOTIFY={'SUCCESS,' if reports else ''}FAILURE" if dsn else ""
    _agree(session, session.ask("RCPT", f"TO:<{to}>{notify}"), "RCPT")
    reply = session.ask("DATA")
    if reply.code != _GO_ON:
        _refuse(session, reply, "DATA")
    session.send(_POINT.sub(b"..", mail))
    if session.has_spoken():  # it does not wait for the end, and will not get it
        reply = session.answer()
        session.close()
        _refuse(session, reply, "mail")
    session.send(b".\r\n")


def _agree(session: Session, reply: Reply, step: str) -> None:
    if reply.code // 100 != _OK:
        _refuse(session, reply, step)


def _refuse(session: Session, reply: Reply, step: str) -> NoReturn:
    """Raise what an answer means that takes no mail over."""
    said = f"{step} answered by {reply}"
    kind = reply.code // 100
    if kind not in {_LATER, _NEVER} or reply.code == _CLOSING:
        session.close()
    if kind != _NEVER or reply.code in _SIGN_IN:
        raise Retryable(reason=said)
    raise Rejected(said, point_failed=step != "MAIL" and reply.status in REACHES_NOBODY)


def _receipt(session: Session, reply: Reply, key: str, to: str) -> Receipt:
    """The answer to the complete mail. References are kept for ever, so that one with the address in it is none."""
    if reply.code // 100 == _OK:
        found = _QUEUE_ID.search(reply.text)
        reference = next(filter(None, found.groups()), b"").decode() if found else ""
        reference = "" if to.lower() in reference.lower() else reference
        return Receipt(key=key, reference=reference, raw=b"%d %s" % (reply.code, reply.text))
    if reply.code // 100 in {_LATER, _NEVER}:
        _refuse(session, reply, "mail")
    session.close()
    raise Unknown(f"the complete mail was answered by {reply}")
