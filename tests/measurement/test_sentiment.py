"""What people write is read right often enough, and nothing but opinions moves a score."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable

import pytest

from rivage.measurement.sentiment import (
    ENGLISH,
    FRENCH,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    UNKNOWN,
    Reader,
    Word,
    guess_language,
)
from sandbox.world import World, WorldConfig
from sandbox.world.content import BRAND
from sandbox.world.zones import midnight
from tests.conftest import REPO

Confusion = Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(lexicon())


def lexicon() -> list[Word]:
    path = REPO / "dbt_project" / "seeds" / "sentiment_words.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Word(line["language"], line["expression"], float(line["valence"]))
            for line in csv.DictReader(file)
        ]


def labelled(part: str, language: str) -> list[tuple[str, str]]:
    """Comments as people write them, labelled by hand: (text, sentiment)."""
    path = REPO / "tests" / "measurement" / "labelled_comments.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (line["text"], line["sentiment"])
            for line in csv.DictReader(file)
            if (line["part"], line["language"]) == (part, language)
        ]


def confusion(read: Callable[[str], str], comments: list[tuple[str, str]]) -> Confusion:
    """(true, read) -> how many."""
    return Counter((true, read(text)) for text, true in comments)


def accuracy(found: Confusion) -> float:
    return sum(n for (true, read), n in found.items() if true == read) / found.total()


# `seen` comments were read while the brand's words were chosen; no word was chosen for a `held`
# one, so that their figures are the ones to expect. dbt_project/docs/decisions.md repeats them.
FLOORS = {("seen", FRENCH): 0.95, ("seen", ENGLISH): 0.95,
          ("held", FRENCH): 0.58, ("held", ENGLISH): 0.75}  # fmt: skip


@pytest.mark.parametrize(("part", "language"), FLOORS)
def test_labelled_comments_are_read_right_often_enough(
    reader: Reader, part: str, language: str
) -> None:
    found = confusion(lambda text: reader.read(text).sentiment, labelled(part, language))
    assert accuracy(found) >= FLOORS[part, language], found


def test_a_comment_read_as_negative_nearly_always_is(reader: Reader) -> None:
    comments = [c for part, language in FLOORS for c in labelled(part, language)]
    found = confusion(lambda text: reader.read(text).sentiment, comments)
    negative = {true: n for (true, read), n in found.items() if read == NEGATIVE}
    assert negative[NEGATIVE] / sum(negative.values()) >= 0.95, found


def test_the_brands_words_read_better_than_the_lexicons_alone(reader: Reader) -> None:
    bare = Reader([])
    for language in (FRENCH, ENGLISH):
        comments = labelled("seen", language)
        with_words = accuracy(confusion(lambda text: reader.read(text).sentiment, comments))
        without = accuracy(confusion(lambda text: bare.read(text).sentiment, comments))
        assert with_words - without >= 0.2


def test_the_simulated_brands_comments_are_read_as_they_were_meant(reader: Reader) -> None:
    # The world knows an intent: praise is positive, a complaint negative, a question neutral.
    # Who buys is glad or matter-of-fact, but not unhappy.
    world = World(WorldConfig())
    meant = {"praise": {POSITIVE}, "complaint": {NEGATIVE}, "question": {NEUTRAL},
             "purchase": {POSITIVE, NEUTRAL}}  # fmt: skip
    now = midnight(world.config.day(world.config.days - 1))
    comments = [
        one for post in world.content.published(now, BRAND)
        for one in world.comments.written(post, now)
    ]  # fmt: skip
    assert len(comments) > 300
    right = [reader.read(one.text).sentiment in meant[one.intent] for one in comments]
    language = [reader.read(one.text).language == one.language for one in comments]
    assert sum(right) / len(right) >= 0.98
    assert sum(language) / len(language) >= 0.95


@pytest.mark.parametrize(("text", "expected"), [
    ("J'adore cette marque", POSITIVE),
    ("je n'aime pas cette marque", NEGATIVE),
    ("j'aime pas l'odeur", NEGATIVE),
    ("ne colle pas", POSITIVE),
    ("jamais déçue", POSITIVE),
    ("jamais decue", POSITIVE),  # accents left out
    ("pas mal", POSITIVE),
    ("j'aime la texture mais l'odeur est nulle", NEGATIVE),
    ("le sérum est top, pas le flacon", POSITIVE),
    ("Est-ce que ça irrite ?", NEUTRAL),
    ("Est-ce que ça irrite ? J'adore vos vidéos", POSITIVE),
    ("😍", POSITIVE),
    ("🤢", NEGATIVE),
    ("mon code @super.genial.love", NEUTRAL),  # a handle is no opinion
    ("not good at all", NEGATIVE),
    ("", NEUTRAL),
])  # fmt: skip
def test_negation_questions_emoji_and_handles(reader: Reader, text: str, expected: str) -> None:
    assert reader.read(text).sentiment == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("Je l'ai commandé hier", FRENCH),
    ("I ordered it yesterday", ENGLISH),
    ("🔥🔥", UNKNOWN),
    ("", UNKNOWN),
])  # fmt: skip
def test_the_language_is_guessed_or_left_unknown(text: str, expected: str) -> None:
    assert guess_language(text) == expected


def test_another_lexicon_is_another_edition() -> None:
    words = lexicon()
    assert Reader(words).edition == Reader(reversed(words)).edition
    assert Reader(words).edition != Reader(words[1:]).edition


def test_the_same_text_has_the_same_score_within_bounds(reader: Reader) -> None:
    text = "Une tuerie !!! " * 200
    assert reader.read(text) == Reader(lexicon()).read(text)
    assert 0.9 < reader.read(text).score <= 1
