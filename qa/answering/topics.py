"""What the last turns were about: whom "he" means, where "there" is, when "then" was, what "it" stands for.

The nearest mention of the right sort wins; within a question its subject, which comes first, and what recurs from turn
to turn (the centring idea: Grosz, Joshi & Weinstein 1995). Questions as they were understood are the surest, since they
already name what they speak of; then what was cited; then the titles of the articles cited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.answering.asked import Kind, asked
from qa.answering.casing import quoted, with_capitals
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
from qa.answering.names import Phrase, Sort, dates, mentions_a_name, names
from qa.answering.persons import people
from qa.answering.phrases import noun_phrases
from qa.answering.taking_up import (
    definite,
    introduced,
    is_group,
    is_person_by_place,
    is_thing,
    may_be_said_again,
    said_again,
    spoken_of,
    whole,
)
from qa.answering.tokens import is_plural
from qa.answering.wordlists import LOCATIONS, PERSON_NOUNS
from qa.domain import Turn
from qa.retrieval.words import folded, raw_words, stem

REMEMBERED = 4  # turns
CITED = 3  # citations of a turn that are looked at
LONGEST_QUOTE = 1_000  # characters of a citation that are looked at
CLAUSE_TOPIC = re.compile(r"^As for (?P<topic>what [^,]+), (?=[a-z])")
SOURCE_ASKED = re.compile(
    r"^(?:(?:who|which \w+) (?:say|said|report|claim|told|confirm|state)\w*|according to whom?)\b[^:]{0,20}: (?=[a-z])",
    re.IGNORECASE,
)
COUNTS = frozenset({"many", "much"})


@dataclass(frozen=True, slots=True)
class Told:
    """One earlier turn. question: as understood. cited: the quotes, best first."""

    question: str
    cited: tuple[str, ...]
    titles: tuple[str, ...]


def told(turn: Turn) -> Told:
    citations = turn.answer.citations[:CITED]
    return Told(
        with_capitals(SOURCE_ASKED.sub("", turn.standalone_question), quoted([turn])),
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

        Of two the one who is spoken of more. Nobody who was spoken of as the other; and whose father was asked about is
        not he, the father is.
        """
        if gender and (relative := relative_in(self.last.question, gender)):
            return relative
        others = taken_up(self._turns, OTHER[gender]) if gender else frozenset[str]()
        known = any(self._is_surely(p) or is_person_by_place(p) for p in names(self.last.question))
        if asked(self.last.question).kind is Kind.WHO and not known:
            new = (
                p for p in spoken_of(self.last.cited) if self._may_be_a_person(p) and p.text not in self.last.question
            )
            if found := next((p.text for p in new if p.is_name), None):
                return found
        here = [p for p in spoken_of([self.last.question]) if not is_other(p, gender, others)]
        said = folded("\n".join(self._said))
        meant = max(filter(self._is_surely, here), key=lambda p: said.count(folded(p.text)), default=None)
        if meant:
            return definite(meant.text)
        found = self._nearest(lambda p: self._may_be_a_person(p) and not is_other(p, gender, others))
        return found or (None if others else self.name())

    def _is_surely(self, phrase: Phrase) -> bool:
        """Whether a phrase means somebody for sure: a noun for one, or a name that is told to be a person's."""
        if phrase.sort is not Sort.PERSON:
            return False
        last = folded(phrase.text).split()[-1]
        return last in self._people if phrase.is_name else phrase.head in PERSON_NOUNS and phrase.text.islower()

    def _may_be_a_person(self, phrase: Phrase) -> bool:
        """Not a word behind "from" that nothing tells to be somebody: a pensioner from Volos."""
        known = phrase.before != "from" or folded(phrase.text).split()[-1] in self._people
        return known and phrase.sort is Sort.PERSON

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
        texts = (*first, *self._said, *self._cited)
        found = [[p for p in names(t) if self._is_place(p) and t[p.end : p.end + 1] not in {"'", "’"}] for t in texts]
        led_in = (p for places in found for p in reversed(places) if p.before in LOCATIONS)
        return next(led_in, None) or next((places[-1] for places in found if places), None)

    def _is_place(self, name: Phrase) -> bool:
        """By itself, or because somewhere in the conversation something is in it."""
        return name.sort is Sort.PLACE or (name.sort is Sort.PERSON and name.text in self._places)

    @cached_property
    def _places(self) -> frozenset[str]:
        texts = (*self._said, *self._cited)
        return frozenset(p.text for text in texts for p in names(text) if p.sort is Sort.PLACE)

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
            if text in self._cited:
                continue  # what stands there in another connection may be a city as well
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
        return self._located(self._with_partner(found, last)) or self.name() or self._nearest(is_group)

    def _with_partner(self, found: str | None, last: Sequence[Phrase]) -> str | None:
        """They are no single person: the two of an earlier question, where one of them was spoken of alone since."""
        if not any(p.text == found and p.sort is Sort.PERSON and p.is_name for p in last):
            return found
        pairs = (p.text for p in spoken_of(self._said) if p.is_name and " and " in p.text)
        return next((pair for pair in pairs if found and found in pair), found)

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
        nouns = [p for p in noun_phrases(question) if may_be_said_again(p) and p.before not in COUNTS]
        if (
            found := self._recurring(p for p in nouns if is_thing(p))
            or (None if any(p.text[0].islower() for p in nouns) else self._kept_name())
            or thing_named(question)
        ):
            return found
        if asked(question).kind in {Kind.OTHER, Kind.SAID} and (new := next(introduced(self.last.cited[:1]), None)):
            return definite(new.text)
        plural = self._recurring(p for p in nouns if p.text[0].islower() and p.sort not in {Sort.PERSON, Sort.DATE})
        return self._located(plural) or what_was_asked_for(question) or self._object_named() or self.main()

    def _object_named(self) -> str | None:
        found = object_named(self.last.question)
        return None if found and folded(found).split()[-1] in self._people else found

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

    def knows(self, question: str) -> bool:
        """Whether the question names something; people and places that were spoken of also in small letters."""
        known = self._people | {folded(place) for place in self._places}
        return mentions_a_name(question) or not known.isdisjoint(raw_words(question))

    def name(self) -> str | None:
        """The name that the questions speak of most, the nearest of equals."""
        return self._recurring(p for p in spoken_of(self._said) if p.is_name)

    def main(self) -> str | None:
        """What a question that names nothing is about: a name before a thing; the title where no question says it."""
        for question in self._said:
            candidates = whole([p for p in spoken_of([question]) if p.is_name or is_thing(p) or is_group(p)])
            if found := self._central(candidates):
                return self._around(found, candidates)
        return next(iter(self._titles), None)

    def _central(self, phrases: Iterable[Phrase]) -> str | None:
        """What most of the questions mention; of equals what the cited titles do, and no setting or count."""
        said, titles = folded("\n".join(self._said)), folded("\n".join(self._titles))

        def weight(phrase: Phrase) -> tuple[int, bool, bool, bool]:
            text = folded(phrase.text)
            return said.count(text), text in titles, phrase.before not in LOCATIONS, phrase.before not in COUNTS

        best = max(phrases, key=weight, default=None)
        return said_again(best) if best else None

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
        return said_again(best) if best else None
