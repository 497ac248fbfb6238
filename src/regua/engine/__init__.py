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
calling     each call of a plugin in a thread of its own
pacing      how often and how fast a channel is tried
repeating   what may have left, sent once more under the same key
asking      what is done by itself about actions whose fate is open
unknowns    what nobody knows, and what a person knows of it
doubts      attempts of which nobody knows what became
errands     what is to be sent, ready to go
writing     what a debtor reads
vault       the keys of debtors, under which personal data is stored
sealed      between the engine and its store: personal data in clear on one side, sealed on the other
sealing     the cipher
outcomes    what a plugin answers, as facts
receipts    what a provider says later
recovery    what dead workers held
status      what waits, since when, and who holds some
replaying   what was done, and whether it would be decided again
basis       on what an attempt was decided, kept with its evidence
whole       a debtor: facts, outbox and evidence, of one moment
verifying   everything that is recorded, held against itself
moving      everything of a creditor as a file, and back into any store
telling     what becomes of actions, for the log and the metrics
telemetry   counters, histograms and gauges for OpenTelemetry
log         ids and codes for the host's logger
"""

from regua.engine.creditor import Creditor
from regua.engine.engine import Engine, RunResult
from regua.engine.moving import Imported
from regua.engine.pacing import Pacing
from regua.engine.settings import CreditorSettings
from regua.engine.status import CreditorStatus, Status
from regua.engine.unknowns import UnknownAction
from regua.engine.vault import Vault
from regua.engine.verifying import Finding, Verified

__all__ = [
    "Creditor",
    "CreditorSettings",
    "CreditorStatus",
    "Engine",
    "Finding",
    "Imported",
    "Pacing",
    "RunResult",
    "Status",
    "UnknownAction",
    "Vault",
    "Verified",
]
