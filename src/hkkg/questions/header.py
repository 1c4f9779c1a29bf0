"""Reading a question's header: YAML in the comments that start with `#+`, each mistake with its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from hkkg.errors import Place, QuestionFileError
from hkkg.questions.terms import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = "#+"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOP = {"question", "description", "keywords", "tags", "parameters", "ordered"}
_OF_PARAMETER = {"type", "description", "default"}
_TEXT_LANGUAGES = {"en", "zh-Hant", "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter as the header declares it, and the line where it does."""

    name: str
    type: str
    description: Mapping[str, str]
    default: str
    line: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header that is as it should be."""

    question: Mapping[str, str]
    description: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    tags: tuple[str, ...]
    parameters: tuple[Declared, ...]
    ordered: bool


def read_header(text: str, source: str) -> Header:
    """Read the header of a question's file.

    Raises:
        QuestionFileError: it is not YAML, or a key is missing, unknown or of the wrong kind.
    """
    reader = _Reader(source)
    top = reader.mapping(reader.compose(text))
    reader.only(top, _TOP, "the header")
    for key in ("question", "tags"):
        if key not in top:
            raise reader.problem(1, f"the header lacks {key!r}.")
    question = reader.texts(top["question"])
    if not {"en", "zh-Hant"} <= question.keys():
        raise reader.problem(_line(top["question"]), "the question must be there in en and zh-Hant.")
    return Header(
        question=question,
        description=reader.description(top["description"]) if "description" in top else {},
        keywords=reader.keywords(top["keywords"]) if "keywords" in top else {},
        tags=reader.list_of(top["tags"], "tags"),
        parameters=reader.parameters(top["parameters"]) if "parameters" in top else (),
        ordered=reader.boolean(top["ordered"]) if "ordered" in top else False,
    )


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source

    def problem(self, line: int, message: str, hint: str | None = None) -> QuestionFileError:
        return QuestionFileError(message, place=Place(self._source, line), hint=hint)

    def compose(self, text: str) -> yaml.Node:
        # Lines of the query become empty, so that YAML's line numbers are the file's.
        lines = [line.removeprefix(_MARK) if line.startswith(_MARK) else "" for line in text.splitlines()]
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        try:
            node = yaml.compose("\n".join(line[indent:] for line in lines), Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self.problem(line, f"the header is not YAML: {error.problem}.") from None
        if node is None:
            raise self.problem(1, "there is no header.", "A header is YAML in lines that start with #+.")
        return node

    def mapping(self, node: yaml.Node) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.problem(_line(node), "here should be keys with values.")
        pairs: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.problem(_line(key), "here should be a key.")
            if key.value in pairs:
                raise self.problem(_line(key), f"{key.value!r} is given twice.")
            pairs[str(key.value)] = value
        return pairs

    def only(self, pairs: Mapping[str, yaml.Node], known: set[str], what: str) -> None:
        for key, node in pairs.items():
            if key not in known:
                hint = f"There are {', '.join(sorted(known))}."
                raise self.problem(_line(node), f"{what} has no key {key!r}.", hint)

    def scalar(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.problem(_line(node), "here should be a text.")
        return str(node.value).strip()

    def boolean(self, node: yaml.Node) -> bool:
        value = self.scalar(node)
        if value not in {"true", "false"}:
            raise self.problem(_line(node), "here should be true or false.")
        return value == "true"

    def texts(self, node: yaml.Node) -> dict[str, str]:
        pairs = self.mapping(node)
        self.only(pairs, _TEXT_LANGUAGES, "a text in several languages")
        return {key: self.scalar(value) for key, value in pairs.items()}

    def description(self, node: yaml.Node) -> dict[str, str]:
        """Read texts by language; a bare text is English."""
        return {"en": self.scalar(node)} if isinstance(node, yaml.ScalarNode) else self.texts(node)

    def list_of(self, node: yaml.Node, what: str) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise self.problem(_line(node), f"here should be a list of one or more {what}.")
        return tuple(self.scalar(item) for item in node.value)

    def keywords(self, node: yaml.Node) -> dict[str, tuple[str, ...]]:
        pairs = self.mapping(node)
        self.only(pairs, _TEXT_LANGUAGES, "a list of keywords in several languages")
        return {key: self.list_of(value, "keywords") for key, value in pairs.items()}

    def parameters(self, node: yaml.Node) -> tuple[Declared, ...]:
        return tuple(self._parameter(name, value) for name, value in self.mapping(node).items())

    def _parameter(self, name: str, node: yaml.Node) -> Declared:
        pairs = self.mapping(node)
        self.only(pairs, _OF_PARAMETER, f"the parameter {name}")
        for key in ("type", "default"):
            if key not in pairs:
                raise self.problem(_line(node), f"the parameter {name} lacks {key!r}.")
        kind = self.scalar(pairs["type"])
        if kind not in TYPES:
            hint = f"There are {', '.join(TYPES)}."
            raise self.problem(_line(pairs["type"]), f"there is no type {kind!r}.", hint)
        return Declared(
            name=name,
            type=kind,
            description=self.description(pairs["description"]) if "description" in pairs else {},
            default=self.scalar(pairs["default"]),
            line=_line(pairs["default"]),
        )
