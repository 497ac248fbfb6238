"""The table of blockers as domain.md §5 has it: classes in their order, blockers in theirs, and whom each one stops.

`forbidden` and `legal-wait` are ours: what legal packs say beyond the table.
"""

from regua.core.planning.blockers import BLOCKERS, CLASSES, PRECEDENCE

TABLE = """
ended      cancelled written-off time-barred forbidden settled vetoed deceased*
stopped    agreement-active payment-noticed with-notary with-agency in-court
suspended  disputed promised held? court-order* insolvency*
waiting    requires-step listing-notice-wait legal-wait awaiting-approval stale-payments* clearing
moment     below-minimum* no-contact-point* opted-out* channel-down* outside-window* holiday*
moment     min-interval* daily-cap* weekly-cap*
outcome    superseded lapsed
"""
"""A star: the whole debtor; a question mark: a receivable or the whole debtor."""


def test_the_table_is_the_domains():
    """The first of the table is the primary reason, so its order is meaning."""
    scopes = {"*": "debtor", "?": "either"}
    rows = [(kind, code) for kind, *codes in map(str.split, TABLE.strip().splitlines()) for code in codes]
    expected = [(code.rstrip("*?"), kind, scopes.get(code[-1], "receivable")) for kind, code in rows]
    assert [(blocker.code, blocker.kind, blocker.scope) for blocker in BLOCKERS] == expected
    assert list(PRECEDENCE) == list(CLASSES) == [code for code, _, _ in expected]
