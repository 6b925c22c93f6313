"""Which visits leave an address: newsletter sign-ups and requests for a sample.

Their draws are their own, so nothing else of a visit depends on them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.world.draws import U64, Bools, uniform
from sandbox.world.sessions import VIEWED

NEWSLETTER_EVENT, SAMPLE_EVENT = "newsletter_signup", "sample_request"
_NEWSLETTER_RATE = 0.02  # of engaged visits
_SAMPLE_RATE = 0.03  # of visits that look at a product


def newsletter_signups(key: U64, engaged: NDArray[Any]) -> Bools:
    """Visits that sign up for the newsletter."""
    return np.asarray(engaged & (uniform(key, "newsletter") < _NEWSLETTER_RATE))


def sample_requests(key: U64, depth: NDArray[Any]) -> Bools:
    """Visits that ask for a sample of the product they look at."""
    return np.asarray((depth >= VIEWED) & (uniform(key, "sample request") < _SAMPLE_RATE))
