"""A small reader of GraphQL documents: queries, aliases, arguments, variables, fragments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*)?(?:(?P<text>\"\"\"[\s\S]*?\"\"\"|"(?:\\.|[^"\\])*")|(?P<mark>\.\.\.|[{}()\[\]:!$@=,|&])
    |(?P<word>[_A-Za-z][_0-9A-Za-z]*)|(?P<number>-?\d+(?:\.\d+)?))""",
    re.VERBOSE,
)


class BadDocument(Exception):
    """The text is not a query this server understands."""


@dataclass
class Node:
    """One selected field; a fragment has no name but may have a type."""

    name: str
    alias: str
    arguments: dict[str, Any] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    on_type: str | None = None
    fragment: str | None = None


@dataclass
class Variable:
    """A `$name` used as an argument."""

    name: str


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found or found.end() == at:
                if re.fullmatch(r"[\s,]*(#[^\n]*)?", text[at:]):
                    break
                comment = re.match(r"[\s,]*#[^\n]*", text[at:])
                if comment:
                    at += comment.end()
                    continue
                raise BadDocument(f"syntax error, unexpected character at {at}")
            at = found.end()
            kind = str(found.lastgroup)
            if found[kind] != ",":
                self.tokens.append((kind, found[kind]))
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        found = self.peek()
        if not found or (expected is not None and found != expected):
            raise BadDocument(f"syntax error, unexpected {found or 'end of file'}")
        self.at += 1
        return found

    def value(self) -> Any:
        kind, word = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.take()
        if word == "$":
            return Variable(self.take())
        if word == "[":
            items = []
            while self.peek() != "]":
                items.append(self.value())
            self.take("]")
            return items
        if word == "{":
            found = {}
            while self.peek() != "}":
                name = self.take()
                self.take(":")
                found[name] = self.value()
            self.take("}")
            return found
        if kind == "text":
            return word.strip('"').replace('\\"', '"').replace("\\\\", "\\")
        if kind == "number":
            return float(word) if "." in word else int(word)
        return {"true": True, "false": False, "null": None}.get(word, word)

    def arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.peek() == "(":
            self.take()
            while self.peek() != ")":
                name = self.take()
                self.take(":")
                found[name] = self.value()
            self.take(")")
        return found

    def directives(self) -> None:
        while self.peek() == "@":
            self.take()
            self.take()
            self.arguments()

    def selection(self) -> list[Node]:
        nodes = []
        self.take("{")
        while self.peek() != "}":
            nodes.append(self.node())
        self.take("}")
        return nodes

    def node(self) -> Node:
        if self.peek() == "...":
            self.take()
            if self.peek() == "on":
                self.take()
                kind = self.take()
                self.directives()
                return Node("", "", children=self.selection(), on_type=kind)
            if self.peek() == "{":
                return Node("", "", children=self.selection())
            return Node("", "", fragment=self.take())
        alias = name = self.take()
        if self.peek() == ":":
            self.take()
            name = self.take()
        arguments = self.arguments()
        self.directives()
        children = self.selection() if self.peek() == "{" else []
        return Node(name, alias, arguments, children)


def parse(text: str, operation: str | None = None) -> tuple[str, list[Node], dict[str, Any]]:
    """Operation kind, its selection with fragments put in place, and variable defaults."""
    reader = _Reader(text)
    found: list[tuple[str | None, str, list[Node], dict[str, Any]]] = []
    fragments: dict[str, tuple[str, list[Node]]] = {}
    while reader.peek():
        if reader.peek() == "fragment":
            reader.take()
            fragment = reader.take()
            reader.take("on")
            on_type = reader.take()
            fragments[fragment] = (on_type, reader.selection())
            continue
        kind, name = "query", None
        defaults: dict[str, Any] = {}
        if reader.peek() != "{":
            kind = reader.take()
            if reader.peek() not in ("(", "{", "@"):
                name = reader.take()
            defaults = _variables(reader)
            reader.directives()
        found.append((name, kind, reader.selection(), defaults))
    chosen = [one for one in found if operation in (None, one[0])]
    if not chosen:
        raise BadDocument("No operation named " + repr(operation))
    _, kind, nodes, defaults = chosen[0]
    return kind, _spread(nodes, fragments), defaults


def _variables(reader: _Reader) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    if reader.peek() != "(":
        return defaults
    reader.take()
    while reader.peek() != ")":
        reader.take("$")
        name = reader.take()
        reader.take(":")
        while reader.peek() not in ("$", ")", "="):
            reader.take()
        if reader.peek() == "=":
            reader.take()
            defaults[name] = reader.value()
    reader.take(")")
    return defaults


def _spread(nodes: list[Node], fragments: dict[str, tuple[str, list[Node]]]) -> list[Node]:
    for node in nodes:
        if node.fragment:
            if node.fragment not in fragments:
                raise BadDocument(f"Fragment {node.fragment} was used, but not defined")
            node.on_type, children = fragments[node.fragment]
            node.children, node.fragment = _spread(children, fragments), None
        else:
            _spread(node.children, fragments)
    return nodes


def bound(value: Any, variables: dict[str, Any]) -> Any:
    """Arguments with variables filled in."""
    if isinstance(value, Variable):
        return variables.get(value.name)
    if isinstance(value, dict):
        return {key: bound(one, variables) for key, one in value.items()}
    if isinstance(value, list):
        return [bound(one, variables) for one in value]
    return value
