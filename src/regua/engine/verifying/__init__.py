"""Everything that is recorded, held against itself: the log, the evidence, the decisions, the outbox, the policies.

values     what does not agree, and with what
debtor     one debtor, and the stored policies
evidence   attempts: their facts, their decision, what came of them
standing   the outbox, by the facts and the plan
"""

from regua.engine.verifying.debtor import verify_debtor, verify_everybody, verify_policies
from regua.engine.verifying.values import Finding, Verified

__all__ = ["Finding", "Verified", "verify_debtor", "verify_everybody", "verify_policies"]
