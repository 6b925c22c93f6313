"""Names and addresses of persons, and where they show up on the web site.

Shop and analytics tools all name a person the same way, so that tests can look for one.
"""

from __future__ import annotations

import numpy as np

from sandbox.world import brand
from sandbox.world.draws import I64, Bools, uniform
from sandbox.world.sessions import BOUGHT, Sessions

FIRST_NAMES = ("Camille", "Louise", "Hugo", "Inès", "Manon", "Jules", "Chloé", "Adam")
LAST_NAMES = ("Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Garcia")
_ADDRESS_IN_LINK = 0.2  # share of newsletter clicks
MAIL_HOST = "mail.example"


def email_of(person: int) -> str:
    """The e-mail address a person orders with."""
    first, last = FIRST_NAMES[person % 8], LAST_NAMES[person // 8 % 8]
    return f"{first}.{last}{person % 9973}@{MAIL_HOST}".lower()


def customer_id(person: int) -> str:
    """The shop's number of the person."""
    return str(person % 10**12)


def address_in_link(web: Sessions) -> Bools:
    """Visits whose landing URL carries the reader's e-mail: some newsletter links do."""
    visits = web.journeys
    mailed = visits.touch.source == brand.SRC_EMAIL
    return np.asarray(mailed & (uniform(visits.key, "address in link") < _ADDRESS_IN_LINK))


def logged_in(web: Sessions) -> Bools:
    """Visits during which the shop knows who it is: people who buy and came before."""
    return np.asarray((web.depth == BOUGHT) & (web.journeys.number > 1))


def customer_words(web: Sessions) -> I64:
    """The shop's number of each visitor as an integer."""
    return (web.journeys.person % np.uint64(10**12)).astype(np.int64)
