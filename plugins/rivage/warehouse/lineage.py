"""Which streams a mart is made of, read from the texts of the dbt project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rivage.settings import REPO
from rivage.streams import all_streams

MODELS = REPO / "dbt_project" / "models"
_REF = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")
_COMMENT = re.compile(r"--.*")
_QUOTED = re.compile(r"""['"](\w+)['"]""")


@cache
def streams_by_model(folder: Path = MODELS) -> Mapping[str, frozenset[str]]:
    """The streams that each model reads, directly or through others."""
    files = {path.stem: path for kind in ("*.sql", "*.py") for path in folder.rglob(kind)}
    # A comment that names a model tells dbt what to build first, not what is read.
    texts = {n: _COMMENT.sub("", path.read_text(encoding="utf-8")) for n, path in files.items()}
    reads = {name: set(_REF.findall(text)) & texts.keys() for name, text in texts.items()}
    # A staging model names its stream in a source or as the argument of a macro.
    named = {
        name: set(_QUOTED.findall(text)) & all_streams().keys() for name, text in texts.items()
    }
    found: dict[str, frozenset[str]] = {}

    def streams(name: str) -> frozenset[str]:
        if name not in found:
            found[name] = frozenset()  # a model never reads itself; dbt refuses cycles
            found[name] = frozenset(named[name].union(*map(streams, reads[name])))
        return found[name]

    for name in sorted(texts):
        streams(name)
    return found
