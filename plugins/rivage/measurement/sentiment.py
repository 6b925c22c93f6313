"""What a short comment says about the brand: positive, neutral or negative; French and English.

English, emoji and emoticons are read by VADER (Hutto and Gilbert, 2014), a lexicon and rules made
for social media. French words come from the lexicon in TextBlob's French extension (Pattern's, by
De Smedt and Daelemans); negation, strengthening and "mais" follow VADER's rules in French words.
The brand's own words (dbt_project/seeds/sentiment_words.csv) come before both.

Limits: no irony, no context, two languages; measured in dbt_project/docs/decisions.md.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

POSITIVE, NEUTRAL, NEGATIVE = "positive", "neutral", "negative"
FRENCH, ENGLISH, UNKNOWN = "fr", "en", "unknown"
RULES = "1"
"""Raise it with every change of this file that may change a score."""

_THRESHOLD = 0.05  # VADER's authors' bound between neutral and the rest
_NEGATED = -0.74  # VADER's factor
_ALPHA = 15  # VADER's normalisation: sum / sqrt(sum^2 + alpha)
_WEAKEST = 0.8  # weaker words of the general French lexicon say more about topic than opinion
_REACH = 3  # tokens a negation reaches back from the word
_BEFORE_BUT, _AFTER_BUT = 0.5, 1.5
_TOKEN = re.compile(r"[^\W\d_]+|[.,;:!?…\n]")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…\n]*")
_PERSON = re.compile(r"@\S+")
_STOP = frozenset(".,;:!?…\n")
_NEVER = frozenset(("pas", "jamais", "aucun", "aucune", "sans", "ni", "rien", "guère"))
_STRONGER = {"très": 1.3, "trop": 1.3, "super": 1.3, "vraiment": 1.3, "tellement": 1.3,
             "hyper": 1.3, "ultra": 1.3, "grave": 1.3, "peu": 0.7}  # fmt: skip
_FRENCH_WORDS = """
le la les un une des du de et est c'est ce ça je tu il elle on nous vous mon ma mes ton ta sa ses
notre votre pas ne que qui quoi où pour avec sur dans au aux plus très trop bien merci peau crème
avis j'ai ai suis sont mais ou si fait été quand comment combien après depuis bof arnaque bravo svp
hâte dispo quelle quel meilleure routine soir matin
"""
_ENGLISH_WORDS = """
the a an and is are was i you he she it we they my your this that these of for with on in to not no
so very too but or if do does did what where when how much can have has just skin love thanks thank
best which me out never ever still any from at be been more smells smell order ordered bottle
"""
_FRENCH, _ENGLISH = frozenset(_FRENCH_WORDS.split()), frozenset(_ENGLISH_WORDS.split())


@dataclass(frozen=True)
class Word:
    """One line of the brand's lexicon: `valence` from -4 to 4, 0 = says nothing here."""

    language: str  # fr, en, or any for emoji
    expression: str
    valence: float


@dataclass(frozen=True)
class Reading:
    """What a text says: `score` from -1 to 1, and the class it falls in."""

    language: str
    score: float
    sentiment: str


def guess_language(text: str) -> str:
    """French, English, or unknown, by the most frequent words; accents and elisions count."""
    words = re.findall(r"[^\W\d_]+'?", _plain(text).lower())
    french = sum(word.rstrip("'") in _FRENCH for word in words)
    french += sum(len(word) <= 3 and word.endswith("'") for word in words)
    french += sum(bool(re.search("[éèêàçùœ]", word)) for word in words)
    english = sum(word in _ENGLISH for word in words)
    english += len(re.findall(r"n't\b|\b(?:i'm|it's|i've|what's)\b", _plain(text).lower()))
    if french == english:
        return UNKNOWN
    return FRENCH if french > english else ENGLISH


class Reader:
    """Reads comments. Building one costs about 50 ms, a comment far below 1 ms."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._words = tuple(words)

    @cached_property
    def edition(self) -> str:
        """Changes whenever the same text could get another score."""
        parts = [RULES, version("vaderSentiment"), version("textblob-fr")]
        parts += sorted(f"{w.language}|{w.expression}|{w.valence:g}" for w in self._words)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def read(self, text: str) -> Reading:
        """The reading of one text; handles are left out, questions are not opinions."""
        bare = _PERSON.sub(" ", text)
        language = guess_language(bare)
        told = " ".join(part for part in _SENTENCE.findall(bare) if "?" not in part)
        signs = sum(self._signs.get(sign, 0.0) for sign in bare)
        total = self._french_sum(told) if language != ENGLISH else 0.0
        if language == ENGLISH or (language == UNKNOWN and not total):
            total = _unbounded(self._english_score(told))
        score = round(_bounded(total + signs), 4)
        return Reading(language, score, _class(score))

    def _french_sum(self, text: str) -> float:
        tokens = _TOKEN.findall(_plain(text).lower())
        found = list(_matches(tokens, self._french))
        starts = {start for start, _, _ in found}
        but = max((at for at, part in enumerate(tokens) if part == "mais"), default=None)
        total = 0.0
        for start, end, valence in found:
            value = valence * _STRONGER.get(tokens[start - 1] if start else "", 1.0)
            if end - start == 1 and _is_negated(tokens, start, starts):
                value *= _NEGATED
            if but is not None:
                value *= _BEFORE_BUT if start < but else _AFTER_BUT
            total += value
        return total

    def _english_score(self, text: str) -> float:
        plain = _plain(text)
        for pattern, token in self._english_phrases:
            plain = pattern.sub(token, plain)
        plain = "".join(" " if sign in self._signs else sign for sign in plain)
        return float(self._vader.polarity_scores(plain)["compound"])

    @cached_property
    def _french(self) -> Mapping[tuple[str, ...], float]:
        """Token sequences and valences; every entry also without its accents."""
        entries = dict(_general_french())
        own = {
            tuple(_TOKEN.findall(_plain(word.expression).lower())): word.valence
            for word in self._words
            if word.language == FRENCH
        }
        folded = {tuple(map(_folded, key)): value for key, value in {**entries, **own}.items()}
        return {**folded, **entries, **own}

    @cached_property
    def _vader(self):  # type: ignore[no-untyped-def]  # the library has no types
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        made = SentimentIntensityAnalyzer()
        for word in self._words:
            if word.language == ENGLISH:
                made.lexicon[_one_token(word.expression)] = word.valence
        return made

    @cached_property
    def _english_phrases(self) -> list[tuple[re.Pattern[str], str]]:
        phrases = [w.expression for w in self._words if w.language == ENGLISH]
        return [
            (re.compile(rf"\b{re.escape(phrase)}\b", re.IGNORECASE), _one_token(phrase))
            for phrase in sorted(phrases, key=len, reverse=True)
            if not phrase.isalpha()
        ]

    @cached_property
    def _signs(self) -> Mapping[str, float]:
        """Valence of each emoji: the words of its name in VADER's lexicon, or the brand's own."""
        lexicon, named = self._vader.lexicon, self._vader.emojis
        by_name = {
            sign: sum(lexicon.get(word, 0.0) for word in name.split())
            for sign, name in named.items()
            if len(sign) == 1
        }
        return by_name | {w.expression: w.valence for w in self._words if w.language == "any"}


def _matches(
    tokens: list[str], entries: Mapping[tuple[str, ...], float]
) -> Iterator[tuple[int, int, float]]:
    """Longest entries from the left: (first token, token after the last, valence)."""
    at = 0
    while at < len(tokens):
        for size in range(min(6, len(tokens) - at), 0, -1):
            valence = entries.get(tuple(tokens[at : at + size]))
            if valence is not None:
                yield at, at + size, valence
                at += size - 1
                break
        at += 1


def _is_negated(tokens: list[str], at: int, scored: set[int]) -> bool:
    """Is the word under "pas", "sans", "ne" of its clause, or before "pas" ("j'aime pas")?"""
    before = tokens[max(0, at - _REACH) : at]
    while any(part in _STOP or part == "mais" for part in before):
        before = before[1:]
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    return (
        any(part in _NEVER or part in ("ne", "n") for part in before)
        or (after in ("pas", "jamais") and at + 2 not in scored)
    )  # fmt: skip


def _general_french() -> Iterator[tuple[tuple[str, ...], float]]:
    """Entries of the lexicon file, without importing its package: that would load NLTK."""
    from xml.etree import ElementTree

    spec = find_spec("textblob_fr")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("textblob_fr")
    file = Path(spec.submodule_search_locations[0]) / "fr-sentiment.xml"
    seen: dict[tuple[str, ...], list[float]] = {}
    for word in ElementTree.parse(file).getroot().iter("word"):  # noqa: S314  part of a locked package
        tokens = tuple(_TOKEN.findall(_plain(word.attrib["form"]).lower()))
        seen.setdefault(tokens, []).append(4 * float(word.attrib["polarity"]))
    for tokens, values in seen.items():
        mean = sum(values) / len(values)
        if tokens and abs(mean) >= _WEAKEST:
            yield tokens, mean


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("\u00a0", " ")


def _folded(word: str) -> str:
    """Without accents: people leave them out."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _one_token(phrase: str) -> str:
    return re.sub(r"[^a-z]+", "_", phrase.lower())


def _bounded(total: float) -> float:
    return total / math.sqrt(total * total + _ALPHA)


def _unbounded(score: float) -> float:
    """The sum behind a bounded score."""
    return score * math.sqrt(_ALPHA / (1 - min(score * score, 0.9999)))


def _class(score: float) -> str:
    if score >= _THRESHOLD:
        return POSITIVE
    return NEGATIVE if score <= -_THRESHOLD else NEUTRAL
