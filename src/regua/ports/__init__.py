"""What plugins implement, and what passes between them and the engine.

A plugin imports this module, `regua.plugins` for its hooks, and values; nothing else of regua. The protocols are
structural: a class that has the members is a channel, whatever it inherits from.
"""

from regua.core.calendars import Calendar
from regua.core.indexes import Index
from regua.errors import PluginError, Rejected, Retryable, Unknown, Unsupported
from regua.ports.boleto import Boleto, BoletoCapabilities, BoletoOrder, BoletoProvider, BoletoStatus
from regua.ports.delivery import (
    ActionRequest,
    Attachment,
    Capabilities,
    Channel,
    Delivery,
    Executor,
    Message,
    NoConfig,
    Queryable,
    Receipt,
    ReceiptStatus,
    Webhook,
    WebhookRequest,
)
from regua.ports.signatures import is_signed
from regua.ports.store import (
    MOST_REASONS,
    AccountRecord,
    Attempt,
    AttemptOutcome,
    Backlog,
    OutboxAction,
    OutboxState,
    Store,
    StoredPolicy,
    StorePlugin,
    Tally,
    Transaction,
)

__all__ = [
    "MOST_REASONS",
    "AccountRecord",
    "ActionRequest",
    "Attachment",
    "Attempt",
    "AttemptOutcome",
    "Backlog",
    "Boleto",
    "BoletoCapabilities",
    "BoletoOrder",
    "BoletoProvider",
    "BoletoStatus",
    "Calendar",
    "Capabilities",
    "Channel",
    "Delivery",
    "Executor",
    "Index",
    "Message",
    "NoConfig",
    "OutboxAction",
    "OutboxState",
    "PluginError",
    "Queryable",
    "Receipt",
    "ReceiptStatus",
    "Rejected",
    "Retryable",
    "Store",
    "StorePlugin",
    "StoredPolicy",
    "Tally",
    "Transaction",
    "Unknown",
    "Unsupported",
    "Webhook",
    "WebhookRequest",
    "is_signed",
]
