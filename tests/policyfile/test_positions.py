import datetime as dt
import json
import re
import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from regua.policyfile.positions import DEEPEST, PositionIndex, build_index

KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'""")
BARE = re.compile(r"[A-Za-z0-9_-]+")
SCALARS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(dt.date(1970, 1, 1)),
    st.times().map(lambda time: time.replace(microsecond=0)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
    st.sampled_from(["#", "]", "}", ",", "a = 1", "[x]", '"', "'", '"""', "'''", "\\", "line\nline", "tab\t"]),
)
KEYS = st.one_of(
    st.text("abcAB01_-", min_size=1, max_size=3),
    st.sampled_from(["", "a.b", "a b", "é", '"', "'", "#", "=", "[x]", "]", "\\", "tab\t", "linha\n"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(KEYS, st.one_of(VALUES, st.dictionaries(KEYS, VALUES, max_size=3)), max_size=5)


class Writer:
    """Writes a document in TOML, with a new choice of every form that TOML allows at every place."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def choose(self, *forms: str) -> str:
        """Draw one of some forms."""
        return self.data.draw(st.sampled_from(forms))

    def document(self, tables: dict[str, Any]) -> str:
        """Write a whole document: pairs before tables, as TOML wants."""
        later = {key: value for key, value in tables.items() if self.as_table(value)}
        pairs = [self.pair(key, value) for key, value in tables.items() if key not in later]
        return "".join([self.blank(), *pairs, *(self.table([key], value) for key, value in later.items())])

    def as_table(self, value: Any) -> bool:
        """Whether a value gets a header of its own: a table may, and a list of tables."""
        tables = isinstance(value, dict) or (value and isinstance(value, list) and all(type(v) is dict for v in value))
        return bool(tables) and self.data.draw(st.booleans())

    def table(self, path: list[str], value: Any) -> str:
        """Write a table, or each of several, with its header."""
        opening, closing = ("[[", "]]") if isinstance(value, list) else ("[", "]")
        header = f"{self.space()}{opening}{self.dotted(path)}{closing}{self.end()}"
        written = [header + self.members(path, member) for member in (value if isinstance(value, list) else [value])]
        return "".join(written)

    def members(self, path: list[str], table: dict[str, Any]) -> str:
        """Write the pairs of a table, then those of its members that have a header."""
        later = {key: value for key, value in table.items() if self.as_table(value)}
        pairs = [self.pair(key, value) for key, value in table.items() if key not in later]
        return "".join([*pairs, *(self.table([*path, key], value) for key, value in later.items())])

    def pair(self, key: str, value: Any) -> str:
        """Write one pair, or several with dotted keys."""
        if isinstance(value, dict) and value and self.data.draw(st.booleans()):
            return "".join(
                f"{self.space()}{self.dotted([key, k])}={self.value(v)}{self.end()}" for k, v in value.items()
            )
        return f"{self.space()}{self.key(key)}{self.space()}={self.space()}{self.value(value)}{self.end()}"

    def dotted(self, path: list[str]) -> str:
        """Write a key of several parts."""
        return self.space() + self.choose(".", " . ", "\t.").join(map(self.key, path)) + self.space()

    def key(self, key: str) -> str:
        """Write a key bare or quoted."""
        forms = [json.dumps(key, ensure_ascii=self.data.draw(st.booleans()))]
        forms += [key] if BARE.fullmatch(key) else []
        forms += [f"'{key}'"] if "'" not in key and key.isprintable() else []
        return self.choose(*forms)

    def value(self, value: Any) -> str:
        """Write a value."""
        if isinstance(value, list):
            return (
                "[" + "".join(f"{self.blank()}{self.value(item)}{self.blank()}," for item in value) + self.blank() + "]"
            )
        if isinstance(value, dict):
            pairs = (f"{self.space()}{self.key(k)} ={self.space()}{self.value(v)}" for k, v in value.items())
            return "{" + ",".join(pairs) + self.space() + "}"
        return self.string(value) if isinstance(value, str) else self.scalar(value)

    def scalar(self, value: Any) -> str:
        """Write what is no string."""
        return str(value).lower() if isinstance(value, bool) else str(value)

    def string(self, value: str) -> str:
        """Write a string in any of the four forms that can hold it."""
        escaped = json.dumps(value, ensure_ascii=False)
        forms = [escaped, f'"""{escaped[1:-1]}"""', f'"""\n{escaped[1:-1]}"""']
        plain = value.replace("\n", "").isprintable()
        forms += [f"'{value}'"] if plain and "'" not in value and "\n" not in value else []
        forms += [f"'''\n{value}'''"] if plain and "'''" not in value and not value.endswith("'") else []
        return self.choose(*forms)

    def space(self) -> str:
        """Space inside a line."""
        return self.choose("", " ", "\t ")

    def blank(self) -> str:
        """Space that may hold lines and comments."""
        return self.choose("", " ", "\n", '  # a = "comment" ]\n\n')

    def end(self) -> str:
        """The end of a line."""
        return self.choose("\n", " # comment = [\n", "\n\n", '# """\n')


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every path of a document, with the value that it leads to."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [entry for key, member in members for entry in paths(member, (*path, key))]
    return [(path, value), *found] if path else found


def rest(text: str, place: tuple[int, int]) -> str:
    """The text from a line and column on."""
    line, column = place
    return "\n".join([text.split("\n")[line - 1][column - 1 :], *text.split("\n")[line:]])


def begins_with(text: str, value: Any) -> bool:
    """Whether a text begins with a scalar of that value."""
    for end in range(1, len(text) + 1):
        try:
            if tomllib.loads(f"value = {text[:end]}\n") == {"value": value}:
                return True
        except tomllib.TOMLDecodeError:
            continue
    return False


def assert_places(text: str, index: PositionIndex) -> None:
    """Assert that every key and scalar that `tomllib` finds stands where the index says."""
    for path, value in paths(tomllib.loads(text)):
        if isinstance(path[-1], str):
            key = KEY.match(rest(text, index.key(path)))
            assert key is not None
            assert tomllib.loads(f"{key[0]} = 1") == {path[-1]: 1}
        if not isinstance(value, list | dict):
            assert begins_with(rest(text, index.value(path)), value)


@given(st.data(), DOCUMENTS)
def test_every_key_and_value_of_a_document_is_where_the_index_says(data: st.DataObject, tables: dict[str, Any]):
    """For any document in any form, the text at a key's position is that key, and at a value's that value."""
    text = Writer(data).document(tables)
    assert tomllib.loads(text) == tables
    assert_places(text, build_index(text))


@given(st.text("ab.=\"'[]{},# \n\\1-", max_size=30))
def test_the_index_takes_whatever_is_toml(text: str):
    """Where `tomllib` reads a text, the index has its positions; where it does not, the index raises nothing."""
    index = build_index(text)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert_places(text, index)


def test_columns_count_characters_and_start_at_one():
    """`ç` is one column, whatever it is in bytes."""
    index = build_index('a = { "ação" = "é", b = 2 }\n')
    assert index.key(("a",)) == (1, 1)
    assert index.key(("a", "ação")) == (1, 7)
    assert index.value(("a", "b")) == (1, 25)


def test_a_table_stands_at_its_header():
    """A missing key is reported at `[`, an unknown table at its name."""
    index = build_index("[policy]\nid = 1\n\n[[step]]\n\n  [[ step ]]\nat = 2\n")
    assert (index.value(("policy",)), index.key(("policy",))) == ((1, 1), (1, 2))
    assert (index.value(("step", 0)), index.value(("step", 1))) == ((4, 1), (6, 3))
    assert index.key(("step", 1, "at")) == (7, 1)


def test_a_table_under_an_array_belongs_to_its_last_element():
    """`[offer.instalments]` is of the `[[offer]]` above it."""
    index = build_index("[[offer]]\n[[offer]]\n[offer.instalments]\nmax = 3\n[[offer.x]]\n[[offer.x]]\nb = 1\n")
    assert index.key(("offer", 1, "instalments", "max")) == (4, 1)
    assert index.key(("offer", 1, "x", 1, "b")) == (7, 1)


def test_carriage_returns_count_as_nothing():
    """A file of a Windows editor has the same lines and columns."""
    index = build_index('a = 1\r\nb = """\r\nx"""\r\nc = 3\r\n')
    assert index.key(("c",)) == (4, 1)


def test_nesting_is_bounded_before_anything_recurses():
    """A path of more than 32 keys is reported where it goes too deep."""
    deep = "[" * (DEEPEST + 1)
    assert build_index(f"a = {deep}").too_deep is not None
    assert build_index(f"a{'.a' * DEEPEST} = 1").too_deep is not None
    assert build_index(f"a{'.a' * (DEEPEST - 1)} = 1").too_deep is None


def test_a_key_given_twice_is_remembered_with_both_places():
    """So that the message can name the first."""
    text = "[a]\nb.c = 1\nb.c = 2\n[a]\n"
    found = [
        (again.path, text[again.at], text[: again.first].count("\n") + 1) for again in build_index(text).repetitions
    ]
    assert found == [(("a", "b", "c"), "c", 2), (("a",), "a", 1)]
