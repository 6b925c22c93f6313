"""Web addresses that may name a person: in a query parameter, or an e-mail anywhere.

Such values become salted hashes, so the address keeps its shape and stays distinct from
others. Tags and click ids (utm_*, ttclid, gclid …) are kept: they name a click.

Standard library only.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote_plus

PERSONAL_KEY = (
    r"(?:[a-z]*[-_]?e?-?mail(?:[-_]?address)?|e-mail|phone(?:[-_]?number)?|tel|telephone|mobile|"
    r"msisdn|(?:first|last|full|user|sur|customer|display)?[-_]?name|nom|prenom|login|user|"
    r"(?:user|customer|client|contact|subscriber|member|profile)[-_]?(?:id|key)|uid|"
    r"adresse|address|zip|postcode|birthday|dob|ip|_kx|mc_eid|vero_id|_hsenc|ml_subscriber\w*)"
)
"""Names of query parameters that hold a person, among them the reader ids of mail tools."""
_EMAIL = r"[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"
TRIGGER = rf"(?i)[?&#;]{PERSONAL_KEY}=|@|%40"
"""Found in every address that needs a closer look; RE2 and Python read it alike."""
_trigger = re.compile(TRIGGER)
_parameter = re.compile(r"(?P<lead>[?&#;])(?P<key>[^=&#;?]+)=(?P<value>[^&#;]*)")
_personal = re.compile(PERSONAL_KEY, re.I)
_email = re.compile(_EMAIL, re.I)


def without_people(url: str, salt: str) -> str:
    """The address with every value that names a person replaced by its salted hash."""
    if not _trigger.search(url):
        return url

    def hashed(value: str) -> str:
        return hashlib.sha256((salt + unquote_plus(value).strip().lower()).encode()).hexdigest()

    def parameter(match: re.Match[str]) -> str:
        lead, key, value = match.group("lead", "key", "value")
        personal = _personal.fullmatch(unquote_plus(key)) or _email.search(value)
        return f"{lead}{key}={hashed(value)}" if value and personal else match.group()

    return _email.sub(lambda match: hashed(match.group()), _parameter.sub(parameter, url))
