"""Signatures of the Shop Open API. Pure functions, standard library only.

Source: Partner Center, "Sign your API request"; its published example is a test here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

_NEVER_SIGNED = frozenset({"sign", "access_token"})


def signature(secret: str, path: str, query: Mapping[str, str], body: bytes = b"") -> str:
    """Lower-case hex HMAC-SHA256 that the query parameter `sign` carries.

    Args:
        path: as requested, with its leading slash and version.
        query: decoded values, as the server will read them.
        body: the very bytes that are sent; a second serialisation may differ.
    """
    pairs = "".join(name + query[name] for name in sorted(query) if name not in _NEVER_SIGNED)
    edge = secret.encode()
    message = edge + path.encode() + pairs.encode() + body + edge
    return hmac.new(edge, message, hashlib.sha256).hexdigest()
