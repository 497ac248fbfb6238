"""The policy of the simulations: a reminder, a ladder of four rungs by two channels, answers to what debtors do."""

LADDER = """
format = 1

[policy]
id = "escada"
calendar = "br-bancario"

[[step]]
id = "lembrete"
at = "D-3 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+2 10:00"
tone = "courteous"
channels = ["whatsapp", "email"]
template = "atraso"

[[step]]
id = "segundo-aviso"
at = "D+5 10:00"
tone = "formal"
channels = ["email"]
template = { courteous = "atraso", formal = "segundo-aviso" }

[[step]]
id = "ligacao"
at = "D+7 14:00"
kind = "task"
queue = "cobranca"
tone = "formal"

[[step]]
id = "terceiro-aviso"
at = "D+9 10:00"
tone = "firm"
channels = ["whatsapp", "email"]
template = { courteous = "atraso", formal = "segundo-aviso", firm = "segundo-aviso" }
unless = { read = "segundo-aviso" }

[[step]]
id = "ultimo-aviso"
at = "D+15 10:00"
tone = "final"
channels = ["email"]
template = { courteous = "atraso", formal = "segundo-aviso", firm = "segundo-aviso", final = "ultimo-aviso" }
requires = { delivered = "segundo-aviso", at_least = "3d" }

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "1bd 10:00"
channels = ["email"]
template = "obrigado"

[[step]]
id = "promessa-quebrada"
on = "promise.broken"
after = "0d 10:00"
tone = "courteous"
channels = ["whatsapp"]
template = "promessa-quebrada"

[[step]]
id = "desculpa"
on = "contact.regretted"
after = "0d 10:00"
channels = ["email"]
template = "desculpa"
"""

CAPPED = LADDER.replace("[[step]]", "[limits]\ncontacts_per_day = 1\ncontacts_per_week = 2\n\n[[step]]", 1)
"""The same, with room for one contact a day and two in seven."""
