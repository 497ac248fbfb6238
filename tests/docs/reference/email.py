"""The reference of regua-email: the keys of its channel."""

import attrs
from tests.docs.reference.docstrings import attributes, sentence, table

from regua.engine.settings.config import words_of
from regua_email import EmailConfig


def keys() -> str:
    """Every key of `[channel.NAME]` with `use = "email"`."""
    attrs.resolve_types(EmailConfig)
    docs = attributes(EmailConfig)
    rows = [
        (f"`{each.name}`", words_of(each.type), _default(each.default), sentence(docs[each.name]))
        for each in attrs.fields(EmailConfig)
    ]
    return table(("key", "takes", "by default", "meaning"), rows)


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return "required"
    if value is None or value in ("", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
