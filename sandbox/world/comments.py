"""What people write under the brand's posts: who, when, in which language, with which intent.

The n-th comment of a post appears at the instant at which the post's comment counter reaches n, so
that the list and the counter agree at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.world import brand
from sandbox.world.content import Content, Post
from sandbox.world.draws import uniform, word

INTENTS = ("question", "praise", "complaint", "purchase")
_INTENT_EDGES = (0.27, 0.68, 0.82)
_ENGLISH = 0.28
_MENTIONS = 0.14
_FOREVER = 400 * 86_400
_FIRST_NAMES = ("Clara", "Inès", "Lucas", "Manon", "Yanis", "Chloé", "Emma", "Hugo", "Sarah",
                "Noé", "Jade", "Amine", "Louise", "Olivia", "Jack", "Zoé")  # fmt: skip
_TEXTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("fr", "question"): (
        "Est-ce que {p} convient aux peaux sensibles ?",
        "On l'applique matin ou soir, {p} ?",
        "Vous livrez à La Réunion ?",
    ),
    ("fr", "praise"): (
        "J'adore {p}, ma peau revit 😍",
        "Trop bien expliqué, merci",
        "Enfin une marque honnête 🌊",
    ),
    ("fr", "complaint"): (
        "Commande en retard depuis 10 jours, pas de réponse du SAV",
        "{p} m'a donné des rougeurs, déçue",
        "Beaucoup trop cher pour 30 ml",
    ),
    ("fr", "purchase"): (
        "Je viens de commander {p} !",
        "Où est le lien pour acheter {p} ?",
        "C'est bon je craque, hop dans le panier",
    ),
    ("en", "question"): ("Does {p} work on oily skin?", "Do you ship to Belgium?"),
    ("en", "praise"): ("Obsessed with this, {p} is so good", "This is so soothing to watch"),
    ("en", "complaint"): ("My parcel arrived broken and nobody answers", "Smells weird tbh"),
    ("en", "purchase"): ("Take my money, where can I buy {p}?", "Just ordered {p}, can't wait"),
}


@dataclass(frozen=True)
class Commenter:
    """A fan with an account of their own."""

    identifier: str
    handle: str
    name: str


@dataclass(frozen=True)
class Comment:
    """One comment under one of the brand's posts."""

    comment_id: str
    item_id: str
    at: int  # epoch seconds
    text: str
    intent: str
    language: str
    author: Commenter
    owner: bool  # written by the brand itself
    likes: int  # once it has settled
    replies: int
    hidden: bool  # the brand took it out of sight


def commenter(number: int) -> Commenter:
    """The n-th fan; the same person comments under many posts."""
    first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    plain = first.lower().replace("è", "e").replace("é", "e")
    letter = "abcdefghijklmnopqrstuvwxyz"[number * 7 % 26]
    handle = f"{plain}.{letter}_{number:03d}"
    return Commenter(f"uid{number * 7_919 + 10**9:012d}", handle, f"{first} {letter.upper()}.")


class Comments:
    """Comments of one world."""

    def __init__(self, content: Content, seed: int) -> None:
        self._content, self._seed = content, seed
        self.of = lru_cache(maxsize=512)(self._of)

    def written(self, post: Post, epoch: int) -> tuple[Comment, ...]:
        """Comments of a post that exist at an instant, oldest first."""
        return tuple(one for one in self.of(post) if one.at <= epoch)

    def _of(self, post: Post) -> tuple[Comment, ...]:
        """All comments a post will ever get, oldest first."""
        total = self._content.counters(post, post.published + _FOREVER).comments
        return tuple(self._comment(post, nth) for nth in range(1, total + 1))

    def _comment(self, post: Post, nth: int) -> Comment:
        key = np.array([word("comment", self._seed, post.item_id, nth)], dtype=np.uint64)

        def draw(topic: str) -> float:
            return float(uniform(key, topic)[0])

        intent = INTENTS[sum(draw("intent") >= edge for edge in _INTENT_EDGES)]
        language = "en" if draw("language") < _ENGLISH else "fr"
        texts = _TEXTS[language, intent]
        text = texts[int(draw("text") * len(texts))].format(p=brand.PRODUCTS[post.product].title)
        author = commenter(int(draw("author") * 400))
        if draw("mention") < _MENTIONS:
            text = f"@{commenter(int(draw('friend') * 400)).handle} {text}"
        return Comment(
            comment_id=str(int(post.item_id) + 10**15 + nth * 1_009),
            item_id=post.item_id, at=self._content.moment(post, nth), text=text, intent=intent,
            language=language, author=author, owner=draw("owner") < 0.05,
            likes=int(draw("likes") ** 3 * 40), replies=int(draw("replies") ** 4 * 6),
            hidden=intent == "complaint" and draw("hidden") < 0.1,
        )  # fmt: skip
