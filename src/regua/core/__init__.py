"""The functional core: no I/O, clock, random source, environment, locale or log.

`fold` turns events into an account, `plan` turns policies and an account into a schedule. What
they need of the world (time, calendars, policies) comes in as arguments.
"""
