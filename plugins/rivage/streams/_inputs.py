"""What the streams of files kept by hand have in common."""

from __future__ import annotations

from rivage.streams.model import Column, Personal, Snapshot, Stream


def by_hand(
    stem: str, doc: str, keys: tuple[str, ...], columns: tuple[Column, ...], *, people: bool = False
) -> Stream:
    """The stream of `<stem>.csv`: the whole file as it stood at the pull, cells as written.

    Args:
        people: column `creator` holds a handle; it is landed as salted hash, like the
            handles the platforms send, so that both can be joined.
    """
    handle = (Column("creator_sha256", "creator", required=True),) if people else ()
    return Stream(
        name=f"inputs__{stem}",
        connector="inputs",
        endpoint=f"{stem}.csv",
        doc=doc,
        keys=keys,
        window=Snapshot(),
        required=False,
        personal=(Personal("creator", "hash"),) if people else (),
        columns=(Column("line", type="BIGINT", required=True), *handle, *columns),
    )


def cells(*names: str, required: bool = False) -> tuple[Column, ...]:
    """Columns that hold cells as text."""
    return tuple(Column(name, required=required) for name in names)
