"""A program with its own database and its own queue that takes `fold` and `plan` and nothing else.

Beside its facts (invoices, payments, contact points, consents) it must record three events about what it does:

- `action.attempted` in the transaction that takes a job, before anything leaves. From then on the plan says `done`
  and never offers the action again: whoever dies between sending and recording has sent once.
- `action.sent` when the channel has accepted it, with `reports_delivery=False` unless it will also record
  `action.delivered`: the next tone and every `requires` wait for what was delivered.
- `action.failed` when the channel has refused it for good: the plan then offers the same action by the step's next
  channel.

Each carries the whole identity of its action, and an id made of it, so that recording twice is recording once. An
attempt without an outcome stays visible (`Dunning.unfinished`): it may have reached the debtor, and a person decides.
Where channels tell more, `action.delivered` and `action.read` make the plan know it; they are not needed.
"""
