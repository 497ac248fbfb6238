"""Charges: what late and early payment cost (encargos), exact until each component is rounded once.

Interest is simple and counts from the original due date; the fine is taken once; neither is owed for a receivable
paid by its effective due date (Lei 7.089/1983 art. 1). Fine, interest and discount are taken on the receivable's
value less rebate, never on one another. Payments reduce costs, interest, fine, correction and principal in the
policy's order (Código Civil art. 354 by default).
"""

from regua.core.charges.components import Balance, Component, Stretch
from regua.core.charges.measures import Measures
from regua.core.charges.position import Breakdown, Position

__all__ = ["Balance", "Breakdown", "Component", "Measures", "Position", "Stretch"]
