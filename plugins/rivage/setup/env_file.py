"""The `.env` file: read, and written so that what is not ours to change stays as it is."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from pydantic import SecretStr

from rivage.errors import SettingMissing

Values = dict[str, SecretStr]
"""Variable -> value; secrets and others alike, so that no repr of it shows any."""

_PLAIN = re.compile(r"[\w./:@,+=~%-]*", re.ASCII)
_REMARK = re.compile(
    r"""=(?:[ \t]*'(?:[^'\\]|\\.)*'|[ \t]*"(?:[^"\\]|\\.)*"|(?:(?![ \t]+\#)[^\r\n])*)"""
    r"(?P<remark>[ \t]+\#[^\r\n]*)?\Z",
    re.S,
)
"""What follows a name: its value, in quotes or not, and a remark."""


def read(path: Path) -> Values:
    """The variables that have a value; the last line of a variable counts.

    Raises:
        SettingMissing: the file can't be read.
    """
    found: Values = {}
    for binding in _bindings(_text(path)):
        if binding.key:
            found.pop(binding.key, None)
            if binding.value:
                found[binding.key] = SecretStr(binding.value)
    return found


def parsed(text: str) -> Values:
    """Values from text in the form of a `.env` file."""
    return {b.key: SecretStr(b.value) for b in _bindings(text) if b.key and b.value}


def write(path: Path, values: Mapping[str, SecretStr], headings: Mapping[str, str]) -> None:
    """Set these variables; every other line, order and comment stays.

    A variable without a line is appended. The file is replaced at once, readable and
    writable by its owner only.

    Args:
        headings: variable -> comment above the first appended variable that has it.

    Raises:
        SettingMissing: a value can't be written in such a file, or the folder refuses.
    """
    lines = {name: _line(name, value.get_secret_value()) for name, value in values.items()}
    text = _text(path)
    bindings = list(_bindings(text))
    last = {b.key: number for number, b in enumerate(bindings) if b.key in lines}
    parts = [
        _changed(b, lines[b.key]) if b.key and last.get(b.key) == number else b.original.string
        for number, b in enumerate(bindings)
    ]
    new = "".join(parts)
    above = ""
    for name in lines:
        if name in last:
            continue
        new += "" if not new or new.endswith("\n") else "\n"
        heading = headings.get(name, "")
        if heading and heading != above:
            new += ("\n" if new else "") + f"# {heading}\n"
        above = heading
        new += lines[name] + "\n"
    _replace(path.resolve(), new)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingMissing(
            f"{path} can't be read: {getattr(problem, 'strerror', None) or 'it is not UTF-8 text'}."
        ) from None


def _bindings(text: str) -> list[Binding]:
    return list(parse_stream(StringIO(text)))


def _line(name: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        raise SettingMissing(f"{name} has more than one line.", do="Give it on a single line.")
    if "${" in value:
        # Whoever reads the file would put another variable's value there.
        raise SettingMissing(
            f"{name} contains ${{, which .env files can't hold.",
            do="Set it in the environment, or have the platform make another one.",
        )
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"


def _changed(binding: Binding, line: str) -> str:
    """The binding's text with another value; its remark and its blank lines before stay."""
    old = binding.original.string
    body = old.strip("\r\n")
    found = _REMARK.search(body)
    remark = (found and found["remark"]) or ""
    lead = old[: len(old) - len(old.lstrip())]
    export = "export " if body.lstrip().startswith("export ") else ""
    end = "\n" if old.endswith("\n") else ""
    return f"{lead}{export}{line}{remark}{end}"


def _replace(path: Path, text: str) -> None:
    temporary = None
    try:
        # mkstemp creates with mode 0600, and the rename keeps it.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".env-")
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError as problem:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise SettingMissing(
            f"{path} can't be written: {problem.strerror}.",
            do="Run `rivage init` in a folder that this user may write.",
        ) from None
