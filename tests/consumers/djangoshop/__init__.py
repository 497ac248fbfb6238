"""A Django app with two creditors, a shop and its repair workshop, each with a policy of its own.

What it knows and what regua knows change in one transaction: `services` saves a model and records its event inside
`transaction.atomic()`, on the same connection. `manage.py dun`, called by cron, carries out what is due.
"""
