"""Terms of RDF as values of Python: numbers, dates and texts as what they are, IRIs as texts that know it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Self

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from hkkg.store import Term


class IRI(str):
    """An IRI, as a text."""

    __slots__ = ()

    @property
    def curie(self) -> str:
        """The IRI as a CURIE, such as `hk:innoex`, or between angle brackets if no prefix fits."""
        return vocab.curie(self)


class Blank(str):
    """A blank node, as `_:name`; the name means nothing outside the answer."""

    __slots__ = ()


class Text(str):
    """A text in a language.

    Attributes:
        language: its tag, as RFC 5646 writes it: `zh-Hant`.
    """

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        """Make a text."""
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # as `__new__` takes them
        """Tell what it is made of, so that it can be pickled."""
        return str(self), self.language


class Typed(str):
    """A literal of a datatype that Python has no type for, such as `xsd:gYearMonth`, as it is written.

    Attributes:
        datatype: its IRI.
    """

    __slots__ = ("datatype",)
    datatype: IRI

    def __new__(cls, text: str, datatype: str) -> Self:
        """Make a literal."""
        made = super().__new__(cls, text)
        made.datatype = IRI(datatype)
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # as `__new__` takes them
        """Tell what it is made of, so that it can be pickled."""
        return str(self), str(self.datatype)


Value = str | int | float | Decimal | bool | date | None
"""None stands for what is not bound; `datetime` is a `date`."""

_INTEGERS: Final = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger"
    " unsignedInt unsignedLong unsignedShort unsignedByte"
)
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_READERS: Final[dict[str, Callable[[str], Value]]] = {
    **dict.fromkeys((vocab.XSD + name for name in _INTEGERS.split()), int),
    vocab.XSD + "decimal": Decimal,
    vocab.XSD + "double": float,
    vocab.XSD + "float": float,
    vocab.XSD + "boolean": _BOOLEANS.__getitem__,
    vocab.XSD + "date": date.fromisoformat,
    vocab.XSD + "dateTime": datetime.fromisoformat,
    vocab.XSD + "string": str,
}


def value_of(term: Term | None) -> Value:
    """Convert a term; a literal that is not well-formed by its datatype stays as it is written."""
    match term:
        case None:
            return None
        case NamedNode():
            return IRI(term.value)
        case BlankNode():
            return Blank(f"_:{term.value}")
        case Literal() if term.language:
            return Text(term.value, vocab.canonical_tag(term.language))
        case Literal():
            return _literal(term.value, term.datatype.value)
        case _:
            return str(term)


def _literal(text: str, datatype: str) -> Value:
    reader = _READERS.get(datatype)
    if reader is None:
        return Typed(text, datatype)
    try:
        return reader(text)
    except (ArithmeticError, KeyError, ValueError):
        return Typed(text, datatype)
