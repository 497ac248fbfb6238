"""Steps of policy files, written as a table would be."""

MESSAGE = 'channels = ["email"]\ntemplate = "x"\n'


def step(name: str, trigger: str, *lines: str, tone: str = "courteous") -> str:
    """Write a message step of six lines and more: id in line 2, trigger in 3, tone in 4."""
    head = f'[[step]]\nid = "{name}"\n{trigger}\ntone = "{tone}"\n'
    return head + MESSAGE + "".join(f"{line}\n" for line in lines)


def at(day: str, clock: str = "10:00") -> str:
    """Write an offset trigger."""
    return f'at = "{day} {clock}"'
