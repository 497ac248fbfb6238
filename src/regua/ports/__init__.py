"""What plugins implement, and what passes between them and the engine.

A plugin imports this module, `regua.plugins` for its hooks, and values; nothing else of regua. The protocols are
structural: a class that has the members is a channel, whatever it inherits from.
"""

from regua.core.calendars import Calendar
from regua.core.indexes import Index
from regua.errors import PluginError, Rejected, Retryable, Unknown, Unsupported
from regua.ports.boleto import (
    Boleto,
    BoletoCapabilities,
    BoletoOrder,
    BoletoPayment,
    BoletoProvider,
    BoletoQueryable,
    BoletoStatus,
    BoletoWebhook,
)
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
from regua.ports.forking import start_anew_after_fork
from regua.ports.signatures import is_signed
from regua.ports.store import (
    LONGEST_ANSWER,
    MOST_REASONS,
    AccountRecord,
    Attempt,
    AttemptOutcome,
    Backlog,
    OutboxAction,
    OutboxState,
    RawAnswer,
    Store,
    StoredPolicy,
    StorePlugin,
    Tally,
    Transaction,
)
from regua.ports.waiting import retry_after

__all__ = [
    "LONGEST_ANSWER",
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
    "BoletoPayment",
    "BoletoProvider",
    "BoletoQueryable",
    "BoletoStatus",
    "BoletoWebhook",
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
    "RawAnswer",
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
    "retry_after",
    "start_anew_after_fork",
]
