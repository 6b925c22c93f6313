"""What a platform has refused by permission: kept beside landing, tried again weekly.

A refusal is one small object under `_access/<source>/<stream>/account=<id>/`, written once
and never changed. It counts until a later pull of that stream and account lands, or until a
later answer proves that access is there.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from rivage.landing.manifest import pull_id
from rivage.landing.store import Store

FOLDER = "_access"
"""Holds no `window=` folder, so nothing in it is taken for landed data."""
RETRY_AFTER = timedelta(days=7)
EVERY = "-"
"""Stands for all accounts of a source, where the platform refused even to list them."""
_REFUSED, _GRANTED = "-refused.json", "-granted.json"


@dataclass(frozen=True)
class Refusal:
    """One answer by which a platform refused a stream of one account.

    Args:
        account_id: one account, or EVERY.
        refused_at: when it answered so, UTC.
        scope: the permission that is missing, in the platform's own words; "" if unknown.
        what: the platform's answer, without secrets.
        do: where to ask for the permission.
        request_id: the platform's id of the refused call; "" if unknown.
        since: when the first of an unbroken row of refusals was; `refused_at` by default.
    """

    stream: str
    account_id: str
    refused_at: datetime
    scope: str
    what: str
    do: str
    request_id: str = ""
    since: datetime | None = None

    @property
    def began(self) -> datetime:
        """Since when access has been missing, as far as it was tried."""
        return self.since or self.refused_at

    @property
    def next_try(self) -> datetime:
        """From when on an ordinary pull asks again."""
        return self.refused_at + RETRY_AFTER

    @property
    def key(self) -> str:
        """Where it lies, relative to landing/."""
        return _key(self.stream, self.account_id, self.refused_at, _REFUSED)

    def to_json(self) -> str:
        times = {"refused_at": self.refused_at.isoformat(), "since": self.began.isoformat()}
        return json.dumps({"format": 1} | asdict(self) | times, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Refusal:
        body = json.loads(text)
        return cls(
            stream=body["stream"],
            account_id=body["account_id"],
            refused_at=datetime.fromisoformat(body["refused_at"]),
            scope=body["scope"],
            what=body["what"],
            do=body["do"],
            request_id=body["request_id"],
            since=datetime.fromisoformat(body["since"]),
        )


def write(store: Store, refusal: Refusal) -> Refusal:
    """Keep a refusal; returns it with `since` taken over from the one still in force."""
    before = in_force(store, refusal.stream, refusal.account_id, refusal.refused_at)
    kept = replace(refusal, since=before.began if before else refusal.began)
    with store.spool() as spool:
        store.put_text(kept.to_json(), kept.key, spool)
    return kept


def write_granted(store: Store, stream: str, account_id: str, at: datetime) -> None:
    """Keep that the platform served the stream at `at`: earlier refusals stop counting, also
    where that answer landed nothing."""
    body = {"format": 1, "stream": stream, "account_id": account_id, "at": at.isoformat()}
    with store.spool() as spool:
        text = json.dumps(body, indent=1, sort_keys=True)
        store.put_text(text, _key(stream, account_id, at, _GRANTED), spool)


def newest(store: Store) -> dict[tuple[str, str], Refusal]:
    """By stream and account, the newest refusal that no answer kept here has lifted.

    One listing. Pulls that landed since are not looked at: `in_force` does.
    """
    return _newest(store, FOLDER, None)


def in_force(store: Store, stream: str, account_id: str, now: datetime) -> Refusal | None:
    """The newest refusal up to `now` that nothing has superseded, or None."""
    found = _newest(store, _folder(stream, account_id), now).get((stream, account_id))
    return found if found and not _superseded(store, found, now) else None


def all_in_force(store: Store, now: datetime) -> list[Refusal]:
    """Every refusal that counts at `now`, by stream and account."""
    found = _newest(store, FOLDER, now)
    return [one for _, one in sorted(found.items()) if not _superseded(store, one, now)]


def due(refusal: Refusal, now: datetime) -> bool:
    """Whether an ordinary pull asks the platform again."""
    return now >= refusal.next_try


def _newest(store: Store, under: str, now: datetime | None) -> dict[tuple[str, str], Refusal]:
    limit = _stamp(now) if now else None
    last: dict[str, str] = {}
    for key in store.keys(under, ".json"):  # sorted: the newest of a folder comes last
        folder, _, name = key.rpartition("/")
        if limit is None or name.partition("-")[0] <= limit:
            last[folder] = key
    kept = [key for key in last.values() if key.endswith(_REFUSED)]
    refusals = [Refusal.from_json(store.read_text(key)) for key in kept]
    return {(one.stream, one.account_id): one for one in refusals}


def _superseded(store: Store, refusal: Refusal, now: datetime) -> bool:
    """Whether a pull that began after the refusal, and not after `now`, has landed."""
    source = refusal.stream.partition("__")[0]
    after, limit = _stamp(refusal.refused_at), _stamp(now)
    account = "" if refusal.account_id == EVERY else f"/account={refusal.account_id}"
    landed = store.manifests(f"{source}/{refusal.stream}{account}")
    stamps = (key.rpartition("/")[2].partition("-")[0] for key in landed)
    return any(after < stamp <= limit for stamp in stamps)


def _folder(stream: str, account_id: str) -> str:
    return f"{FOLDER}/{stream.partition('__')[0]}/{stream}/account={account_id}"


def _key(stream: str, account_id: str, at: datetime, ending: str) -> str:
    return f"{_folder(stream, account_id)}/{pull_id(at, stream, account_id)}{ending}"


def _stamp(at: datetime) -> str:
    return pull_id(at.astimezone(UTC)).partition("-")[0]
