"""The shell around the core: events are stored, what is due is carried out through plugins.

engine      the door: opens the parts, runs, receives
parts       what an engine is made of, from `regua.toml` or from arguments
settings    `regua.toml`
desk        one creditor's work: wake up, claim, recover
creditor    one creditor's face: record, schedule, explain
book        accounts read, planned and written back: the one way by which an account changes
shelf       the policies of a creditor, every version
outbox      from the plan to where an action of the outbox stands
delivery    one action from claim to receipt
errands     what is to be sent, ready to go
writing     what a debtor reads
outcomes    what a plugin answers, as facts
receipts    what a provider says later
recovery    what dead workers held
replaying   what was done, and whether it would be decided again
log         ids and codes for the host's logger
"""

from regua.engine.creditor import Creditor
from regua.engine.engine import Engine, RunResult
from regua.engine.settings import CreditorSettings

__all__ = ["Creditor", "CreditorSettings", "Engine", "RunResult"]
