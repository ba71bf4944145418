"""What the last turns were about: whom "he" means, where "there" is, when "then" was, what "it" stands for.

The nearest mention of the right sort wins; within a question its subject, which comes first, and what recurs from turn
to turn (the centring idea: Grosz, Joshi & Weinstein 1995). Questions as they were understood are the surest, since they
already name what they speak of; then what was cited; then the titles of the articles cited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.answering.asked import Kind, asked
from qa.answering.gender import Gender, relative_in, taken_up
from qa.answering.mentions import (
    LONGEST_TOPIC,
    OTHER,
    acting,
    is_other,
    may_be_called,
    object_named,
    thing_named,
    what_was_asked_for,
)
from qa.answering.names import Phrase, Sort, dates, names
from qa.answering.persons import people
from qa.answering.phrases import noun_phrases
from qa.answering.tokens import is_plural
from qa.answering.wordlists import DUMMIES, LOCATIONS, PERSON_NOUNS, PLACES, POINTING, PREPOSITIONS, VERBS
from qa.domain import Turn
from qa.retrieval.words import folded, stem

REMEMBERED = 4  # turns
CITED = 3  # citations of a turn that are looked at
LONGEST_QUOTE = 1_000  # characters of a citation that are looked at
CLAUSE_TOPIC = re.compile(r"^As for (?P<topic>what [^,]+), (?=[a-z])")
BACKWARD = re.compile(
    r"^(?:this|that|these|those|his|her|its|their|my|our|your|any|some|every|each|another|other|all|both)\b",
    re.IGNORECASE,
)
COUNTED = re.compile(r"^(?!(?:1[5-9]|20)\d\d )\d[\d.,]* (?=[a-z])")
MEASURED = re.compile(r"^the (?!(?:1[5-9]|20)\d\d )\d[\d.,–-]*[ -][\w-]+ (?=\w)", re.IGNORECASE)
ASIDE = LOCATIONS | {"many", "much"}
INDEFINITE = re.compile(r"^(?:an?|some) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """One earlier turn. question: as understood. cited: the quotes, best first."""

    question: str
    cited: tuple[str, ...]
    titles: tuple[str, ...]


def told(turn: Turn) -> Told:
    citations = turn.answer.citations[:CITED]
    return Told(
        turn.standalone_question,
        tuple(citation.quote[:LONGEST_QUOTE] for citation in citations),
        tuple(dict.fromkeys(citation.title[:LONGEST_TOPIC] for citation in citations)),
    )


class Topics:
    """Of a conversation with at least one turn. Every finding is None where nothing of the sort was mentioned."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns[-REMEMBERED:]
        self._told = [told(turn) for turn in reversed(self._turns)]
        self.last = self._told[0]

    def person(self, gender: Gender | None = None) -> str | None:
        """He, she: the answer of the last question if it asked who, else the nearest person.

        Nobody who was spoken of as the other; and whose father was asked about is not he, the father is.
        """
        if gender and (relative := relative_in(self.last.question, gender)):
            return relative
        others = taken_up(self._turns, OTHER[gender]) if gender else frozenset[str]()
        known = any(self._is_surely(p) or is_person_by_place(p) for p in names(self.last.question))
        if asked(self.last.question).kind is Kind.WHO and not known:
            new = (p for p in spoken_of(self.last.cited) if p.sort is Sort.PERSON and p.text not in self.last.question)
            if found := next((p.text for p in new if p.is_name), None):
                return found
        here = [p for p in spoken_of([self.last.question]) if not is_other(p, gender, others)]
        if meant := next(filter(self._is_surely, here), None):
            return definite(meant.text)
        found = self._nearest(lambda p: p.sort is Sort.PERSON and not is_other(p, gender, others))
        return found or (None if others else self.name())

    def _is_surely(self, phrase: Phrase) -> bool:
        """Whether a phrase means somebody for sure: a noun for one, or a name that is told to be a person's."""
        if phrase.sort is not Sort.PERSON:
            return False
        last = folded(phrase.text).split()[-1]
        return last in self._people if phrase.is_name else phrase.head in PERSON_NOUNS and phrase.text.islower()

    @cached_property
    def _people(self) -> frozenset[str]:
        return people((*self._said, *self._cited))

    def place(self) -> Phrase | None:
        """There: with the preposition it was mentioned with; what a "where" was answered with comes first."""
        first = self.last.cited if asked(self.last.question).kind is Kind.WHERE else ()
        for quote in first[:1]:
            went = [p for p in names(quote) if p.is_name and p.before == "to" and p.text not in self.last.question]
            if went:
                return went[0]
        for text in (*first, *self._said, *self._cited):
            if found := [p for p in names(text) if p.sort is Sort.PLACE and text[p.end : p.end + 1] not in {"'", "’"}]:
                return next((p for p in reversed(found) if p.before in LOCATIONS), found[-1])
        return None

    def date(self) -> Phrase | None:
        """Then, that day: what a "when" was answered with comes first."""
        first = self.last.cited if asked(self.last.question).kind is Kind.WHEN else ()
        texts = (*first, self.last.question, *self.last.cited, *self._said, *self._cited)
        return next((found[-1] for text in texts if (found := dates(text))), None)

    def place_called(self, noun: str) -> str | None:
        """The province: by its name with that noun, else the nearest place that may be one, questions before quotes."""
        called = re.compile(rf"\b(?:[A-Z][\w’'-]+ ){{1,3}}{noun}\b|\b{noun} of [A-Z][\w’-]+")
        for text in (*self._said, *self._cited):
            if found := called.search(text):
                return found.group()
            places = [p for p in names(text) if " and " not in p.text and may_be_called(p, noun)]
            if place := next((p for p in reversed(places) if p.before in LOCATIONS), places[-1] if places else None):
                return place.text
        return None

    def actor(self) -> str | None:
        """It, where it does what only people and their countries do: whoever acts in the nearest question."""
        return next((found for question in self._said if (found := acting(question))), None)

    def group(self, *, acts: bool = True) -> str | None:
        """They; or them, who do not act, where things are meant before whoever acts."""
        if not acts and (things := self._located(self._recurring(self._plurals()))):
            return things
        last = [
            p
            for p in spoken_of([self.last.question])
            if p.sort is Sort.GROUP or (p.is_name and p.sort is not Sort.PLACE)
        ]
        joined = [p for p in last if p.is_name and " and " in p.text]
        found = self._recurring(joined or sorted(last, key=lambda p: p.sort is not Sort.GROUP))
        return self._located(found) or self.name() or self._nearest(is_group)

    def _plurals(self) -> list[Phrase]:
        """Of the last question, those that are no names: the talks in Moscow."""
        return [p for p in noun_phrases(self.last.question) if may_be_said_again(p) and is_plural(p.head)]

    def _located(self, plural: str | None) -> str | None:
        """ "Observation posts" alone say too little: those around Idlib."""
        place = next((p for p in names(self.last.question) if p.sort is Sort.PLACE and p.before in LOCATIONS), None)
        if not plural or not place or not plural.islower() or plural.startswith("the "):
            return plural
        return f"{plural} {place.before} {place.text}"

    def pair(self) -> str | None:
        """The two: names joined by "and"."""
        return self._nearest(lambda p: p.is_name and " and " in p.text)

    def present(self) -> str | None:
        """Who else: besides those whom the last question names."""
        people = [
            p for p in spoken_of([self.last.question]) if p.is_name and (p.sort is Sort.PERSON or " and " in p.text)
        ]
        return people[0].text if people else None

    def thing(self) -> str | None:
        """It, this: what the last question was about, or else what its answer introduced."""
        question = self.last.question
        if carried := CLAUSE_TOPIC.match(question):
            return carried["topic"]
        nouns = [p for p in noun_phrases(question) if may_be_said_again(p)]
        if (
            found := self._recurring(p for p in nouns if is_thing(p))
            or (None if any(p.text[0].islower() for p in nouns) else self._kept_name())
            or thing_named(question)
        ):
            return found
        if asked(question).kind in {Kind.OTHER, Kind.SAID} and (new := next(introduced(self.last.cited[:1]), None)):
            return definite(new.text)
        plural = self._recurring(p for p in nouns if p.text[0].islower())
        return self._located(plural) or what_was_asked_for(question) or object_named(question) or self.main()

    def _kept_name(self) -> str | None:
        """The one name of a question without nouns that the question before it speaks of too."""
        before = folded(self._told[1].question) if len(self._told) > 1 else ""
        single = [p for p in names(self.last.question) if " and " not in p.text and p.sort is not Sort.PERSON]
        held = [p for p in single if folded(p.text) in before]
        return held[0].text if len(held) == 1 else None

    def with_head(self, noun: str) -> str | None:
        """The fullest earlier phrase for "the agreement": the nearest that says more than the noun."""
        wanted = stem(folded(noun))
        return self._nearest(lambda p: bool(p.head) and stem(p.head) == wanted and len(p.text.split()) > 2)

    def plural(self) -> str | None:
        """How many (of what): the nearest plural noun without its article."""
        found = self._nearest(lambda p: not p.is_name and is_plural(p.head) and p.text.islower())
        return re.sub(r"^(?:the|any|some|all) ", "", found, flags=re.IGNORECASE) if found else None

    def name(self) -> str | None:
        """The name that the questions speak of most, the nearest of equals."""
        return self._recurring(p for p in spoken_of(self._said) if p.is_name)

    def main(self) -> str | None:
        """What a question that names nothing is about: a name before a thing; the title where no question says it."""
        for question in self._said:
            candidates = [p for p in spoken_of([question]) if p.is_name or is_thing(p) or is_group(p)]
            if found := self._central(candidates):
                return self._around(found, candidates)
        return next(iter(self._titles), None)

    def _central(self, phrases: Iterable[Phrase]) -> str | None:
        """What most of the questions mention; of equals what the cited titles do, and no setting or count."""
        said, titles = folded("\n".join(self._said)), folded("\n".join(self._titles))

        def weight(phrase: Phrase) -> tuple[int, bool, bool]:
            text = folded(phrase.text)
            return said.count(text), text in titles, phrase.before not in ASIDE

        best = max(phrases, key=weight, default=None)
        return definite(best.text) if best else None

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        return tuple(title for earlier in self._told for title in earlier.titles)

    def _around(self, name: str, candidates: Iterable[Phrase]) -> str:
        """The noun that a name belongs to, where both recur alike: the civil war in Syria."""
        said = folded("\n".join(self._said))
        wider = (
            definite(p.text) for p in candidates if is_thing(p) and p.text.endswith((f" in {name}", f" of {name}"))
        )
        return next((text for text in wider if said.count(folded(text)) == said.count(folded(name))), name)

    @cached_property
    def _said(self) -> tuple[str, ...]:
        return tuple(earlier.question for earlier in self._told)

    @cached_property
    def _cited(self) -> tuple[str, ...]:
        return tuple(quote for earlier in self._told for quote in earlier.cited)

    def _nearest(self, fits: Callable[[Phrase], bool]) -> str | None:
        """In the questions, then in what was cited."""
        found = (p for texts in (self._said, self._cited) for p in spoken_of(texts) if fits(p))
        return next((definite(p.text) for p in found), None)

    def _recurring(self, phrases: Iterable[Phrase]) -> str | None:
        """The phrase that most of the remembered questions mention, the first of equals."""
        said = folded("\n".join(self._said))
        best = max(phrases, key=lambda p: said.count(folded(p.text)), default=None)
        return definite(best.text) if best else None


def spoken_of(texts: Iterable[str]) -> Iterator[Phrase]:
    """Text by text: groups of names before the names in them, and names before the nouns around them."""
    for text in texts:
        yield from sorted((p for p in names(text) if len(p.text) <= LONGEST_TOPIC), key=lambda p: (p.start, -p.end))
        yield from (p for p in noun_phrases(text) if may_be_said_again(p))


ADJECTIVES = ("ive", "ic", "al", "ous", "ful", "able", "ible", "less", "ent", "ant", "ary", "ed", "ing", "ly")


def may_be_said_again(phrase: Phrase) -> bool:
    """Not "their meeting" or "any other facts", which would need an antecedent again, nor "day" or an adjective."""
    if phrase.is_name or phrase.head in DUMMIES or len(phrase.head) < 3 or len(phrase.text) > LONGEST_TOPIC:
        return False
    points_back = BACKWARD.match(phrase.text) or not POINTING.isdisjoint(folded(phrase.text).split())
    return not points_back and (" " in phrase.text or is_noun_alone(phrase))


def is_noun_alone(phrase: Phrase) -> bool:
    """A single word is taken for a noun after a preposition, a verb, or what is."""
    after = (
        phrase.before in PREPOSITIONS
        or phrase.before in VERBS
        or phrase.before in {"is", "are", "many", "which", "what"}
    )
    return after and (is_plural(phrase.head) or not phrase.head.endswith(ADJECTIVES))


def is_thing(phrase: Phrase) -> bool:
    return phrase.sort is Sort.THING and not phrase.is_name and folded(phrase.text) not in PLACES


def is_person_by_place(phrase: Phrase) -> bool:
    """Taken for somebody, and not led in as places and parties are."""
    return phrase.sort is Sort.PERSON and phrase.before not in PREPOSITIONS


def is_group(phrase: Phrase) -> bool:
    return phrase.sort is Sort.GROUP


def introduced(quotes: Iterable[str]) -> Iterator[Phrase]:
    """What sentences speak of for the first time: their indefinite noun phrases."""
    found = (p for quote in quotes for p in noun_phrases(quote) if not quote[p.end :].startswith((" and ", "-")))
    return (p for p in found if INDEFINITE.match(p.text) and p.sort is Sort.THING and p.head not in DUMMIES)


def definite(text: str) -> str:
    """As it is taken up: a zone becomes the zone, The zone the zone."""
    text = MEASURED.sub("the ", COUNTED.sub("the ", INDEFINITE.sub("the ", text)))
    return text[0].lower() + text[1:] if text.startswith(("The ", "How ")) else text
