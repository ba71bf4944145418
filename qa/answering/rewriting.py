"""Follow-up questions asked in full, without a model: what the last turns were about fills what is left out.

Three steps: what is less than a sentence takes the words of the question before (qa.answering.ellipsis); what points
back is replaced by what it points at (references, topics); and a question that still names nothing is told its topic.
A question that stands alone, a change of subject and another language pass unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from qa.answering.definites import with_noun_for_one, with_place
from qa.answering.ellipsis import LEAD, capital, in_full, uncapital
from qa.answering.gender import gender_of
from qa.answering.leaning import ENGLISH, asks_about_a_country, content, is_bare, points_back
from qa.answering.names import Phrase, dates, mentions_a_name, names
from qa.answering.phrases import noun_phrases
from qa.answering.references import SENTENCE_END, Points, Reference, references
from qa.answering.tokens import holds_verb
from qa.answering.topics import Topics
from qa.answering.wordlists import AUXILIARIES, LOCATIONS, RELATIONAL
from qa.domain import Turn
from qa.following import following
from qa.ports import Standalone
from qa.retrieval.words import STOP_WORDS, folded, raw_words

LONGEST = 400  # characters of a standalone question
UNCOUNTED = re.compile(
    r"\bhow many(?= (?:of (?:them|those|these)\b|(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could)\b))",
    re.IGNORECASE,
)
OF_THEM = re.compile(r"^ of (?:them|those|these)\b", re.IGNORECASE)
DEFINITE = re.compile(
    r"\b(?:the|these|those) (?P<noun>[a-z]+)\b(?! (?:of|between|in|that|who|which|for|called)\b)", re.IGNORECASE
)
RELATED = re.compile(
    rf"\b(?:the|any|some)(?: (?:[a-z]+))?(?: (?:[a-z]+))? (?:{'|'.join(sorted(RELATIONAL))})(?=\W*$)", re.IGNORECASE
)
SAYS_SO = re.compile(
    r"\b(?:says?|said|thinks?|claims?) so\W*$|^(?:and )?according to whom?\W*$"
    r"|^(?:and )?(?:who|which \w+) (?:says?|said|reported|reports|claims?|claimed|told|confirmed|stated)"
    r" (?:this|that|it)\W*$",
    re.IGNORECASE,
)
ACTS = re.compile(
    r" (?:also |still |now |ever |not )?(?:fear|want|say|said|send|sent|back|support|demand|plan|promise|threaten|warn|"
    r"accuse|claim|deny|denied|insist|agree|refuse|reject|expect|announce|call|respond|react|launch|sign|critici[sz]|"
    r"intend|hope|offer|ask|invade|attack|declare|join|oppose|recogni[sz]e|ban)",
    re.IGNORECASE,
)
ARE_FOR = re.compile(r"\bwhat (?:are|were) they (?:for|about|like|made of|used for)\b", re.IGNORECASE)
FRAGMENT = re.compile(r"^(?:(?:and|but) )?any(?:thing|one|body)(?: else)? (?:on|about|from|by)\b", re.IGNORECASE)
WHO_ELSE = re.compile(r"\bwho else\b(?!.*\b(?:besides|apart from|except|other than)\b)", re.IGNORECASE)
MORE = re.compile(r"\b(?:else|other|others|another|more|next|also|too|instead|same)\b", re.IGNORECASE)


class OfflineRewriter:
    """Knows nothing but the turns it is given; takes well under 5 ms.

    seeks_in_full: a follow-up is searched for by the meaning of the full question, which a reader needs that goes by
    how close a sentence is to the question (QA_READER=features).
    """

    def __init__(self, *, seeks_in_full: bool = False) -> None:
        self._seeks_in_full = seeks_in_full

    async def standalone(self, question: str, turns: Sequence[Turn]) -> Standalone:
        """The question as if asked in full; as it is where it stands alone. At most 400 characters, unless as it is."""
        made = understood(question, turns)
        if made.follows and self._seeks_in_full:
            return replace(made, follows=replace(made.follows, sought=made.text))
        return made


def understood(question: str, turns: Sequence[Turn]) -> Standalone:
    """The question in full, with what it leans on: changed or not, if it points back or names nothing."""
    full = rewritten(question, turns)
    leans = turns and (full != question or is_bare(question, turns) or points_back(question))
    return Standalone(full, follows=following(question, turns) if leans else None)


def rewritten(question: str, turns: Sequence[Turn]) -> str:
    if not turns or len(question) > LONGEST or not ENGLISH.search(question):
        return question
    topics = Topics(turns)
    full = repeated(question, topics) or in_full(question, topics) or resolved(question, topics)
    return question if len(full) > LONGEST else full


def repeated(question: str, topics: Topics) -> str | None:
    """ "Who says so?" with what was asked before."""
    if not SAYS_SO.search(question) or mentions_a_name(question):
        return None
    asks = re.sub(r" (?:this|that|it)$", "", LEAD.sub("", question).rstrip(" ?.!"), flags=re.IGNORECASE)
    return f"{capital(with_references(asks, topics))}: {uncapital(topics.last.question)}"


def resolved(question: str, topics: Topics) -> str:
    """The steps in order; the same text where none has anything to do."""
    text = with_noun(question, topics)
    text = with_references(text, topics)
    text = with_fuller_noun(text, topics)
    text = with_besides(text, topics)
    text = with_topic(text, topics, counted=text != question and UNCOUNTED.search(question) is not None)
    return question if text == question else capital(LEAD.sub("", text)) if LEAD.match(text) else text


def with_noun(question: str, topics: Topics) -> str:
    """ "How many did …" says what is counted."""
    missing = UNCOUNTED.search(question)
    opens = missing and not LEAD.sub("", question[: missing.start()]).strip()  # else the question says it itself
    noun = topics.plural() if opens else None
    if not missing or not noun:
        return question
    rest = OF_THEM.sub("", question[missing.end() :])
    return f"{question[: missing.end()]} {noun}{rest}"


def with_references(question: str, topics: Topics) -> str:
    """Every word that points back replaced, from the right so that places stay true."""
    for reference in reversed(references(question)):
        question = RESOLVE[reference.points](question, reference, topics)
    return question


def put(question: str, reference: Reference, phrase: str | None) -> str:
    """The phrase for the word; unchanged where none was found or the question says it already."""
    before, after = question[: reference.start], question[reference.end :]
    if not phrase or phrase.startswith("what ") or is_told(phrase, before, after, owns=reference.owns):
        return question
    if not reference.owns:
        return fitted(before, phrase, after)
    return fitted(before, owned(phrase), after)


def is_told(phrase: str, before: str, after: str, *, owns: bool) -> bool:
    """Whether the rest of the question says it already; of a name its last word is enough, unless it owns something."""
    rest, last = f"{before} {after}", phrase.rsplit(maxsplit=1)[-1]
    by_last = last[0].isupper() and not owns and folded(last) in raw_words(rest)
    return by_last or folded(phrase) in folded(f"{before}…{after}")


def owned(phrase: str) -> str:
    return f"{phrase}'" if phrase.endswith("s") else f"{phrase}'s"


def fitted(before: str, phrase: str, after: str) -> str:
    return f"{before}{phrase if before.strip() else capital(phrase)}{after}"


def person(question: str, reference: Reference, topics: Topics) -> str:
    word = question[reference.start : reference.end]
    return put(question, reference, topics.person(gender_of(word)))


def group(question: str, reference: Reference, topics: Topics) -> str:
    acts = question[reference.start : reference.end].lower() != "them" and not ARE_FOR.search(question)
    found = topics.group(acts=acts)
    is_bare_plural = found is not None and found.islower() and question[: reference.start][-4:] == " of "
    return put(question, reference, f"the {found.removeprefix('the ')}" if found and is_bare_plural else found)


def pair(question: str, reference: Reference, topics: Topics) -> str:
    """ "The two"; but "the two presidents" is told enough in a question with names of its own."""
    word = question[reference.start : reference.end].lower()
    is_told = len(word.split()) == (2 if word.startswith("both ") else 3) and mentions_a_name(question)
    return question if is_told else put(question, reference, topics.pair())


def thing(question: str, reference: Reference, topics: Topics) -> str:
    acts = question[reference.start : reference.end].lower() == "it" and ACTS.match(question, reference.end)
    return put(question, reference, (topics.actor() if acts else None) or topics.thing())


def place(question: str, reference: Reference, topics: Topics) -> str:
    found = None if any(p.before in LOCATIONS for p in names(question[: reference.start])) else topics.place()
    if found is None or folded(found.text) in folded(question):
        return question
    word = question[reference.start : reference.end]
    verb = word.split()[0] + " " if word.lower().endswith(" there") else ""
    where = f"in {found.text}" if found.before == "on" else placed(found, "in")  # talks on Syria are not held on it
    return question[: reference.start] + verb + where + question[reference.end :]


def placed(found: Phrase, otherwise: str) -> str:
    known = {
        "in",
        "at",
        "near",
        "around",
        "on",
        "across",
        "inside",
        "outside",
        "during",
        "by",
        "after",
        "before",
        "since",
    }
    return f"{found.before if found.before in known else otherwise} {found.text}"


def date(question: str, reference: Reference, topics: Topics) -> str:
    found = topics.date()
    if found is None or dates(question):
        return question
    return (
        question[: reference.start]
        + placed(found, "in" if found.text[:1].isdigit() else "on")
        + question[reference.end :]
    )


def noun(question: str, reference: Reference, topics: Topics) -> str:
    if question[reference.end :].startswith(" of "):
        return question
    return put(question, reference, topics.with_head(reference.noun))


def article(question: str, reference: Reference, topics: Topics) -> str:
    """ "In this article" is about the topic."""
    topic = topics.main()
    return question[: reference.start] + f"about {topic}" + question[reference.end :] if topic else question


RESOLVE: Mapping[Points, Callable[[str, Reference, Topics], str]] = {
    Points.PERSON: person,
    Points.GROUP: group,
    Points.PAIR: pair,
    Points.THING: thing,
    Points.PLACE: place,
    Points.DATE: date,
    Points.NOUN: noun,
    Points.ARTICLE: article,
    Points.REGION: with_place,
    Points.ONE: with_noun_for_one,
}


def with_fuller_noun(question: str, topics: Topics) -> str:
    """ "The war" as it was introduced, "the civil war in Syria", in a question that names nothing itself."""
    found = DEFINITE.search(question)
    if not found or mentions_a_name(question) or dates(question) or not is_head(question, found):
        return question
    fuller = topics.with_head(found["noun"])
    return question[: found.start()] + fuller + question[found.end() :] if fuller else question


def is_head(question: str, found: re.Match[str]) -> bool:
    """Whether "the fire" is what is spoken of, not "the fire brigade"; behind did or is, the verb may come next."""
    before = raw_words(question[: found.start()])
    is_subject = bool(before) and before[-1] in AUXILIARIES
    return is_subject or any(phrase.end == found.end() for phrase in noun_phrases(question))


def with_besides(question: str, topics: Topics) -> str:
    """ "Who else …" besides those who were spoken of."""
    known = topics.present() if WHO_ELSE.search(question) else None
    return f"{question.rstrip(' ?.!')} besides {known}?" if known and known not in question else question


def with_topic(question: str, topics: Topics, *, counted: bool) -> str:
    """The topic for a question that names nothing and cannot be understood without one."""
    if FRAGMENT.match(question) and (topic := topics.main()):
        return told_topic(question, topic)
    if topics.knows(question) or (dates(question) and content(question)) or asks_about_a_country(question):
        return question
    topic = topic_for(question, topics)
    if not topic or folded(topic) in folded(question) or SENTENCE_END.search(question):
        return question
    if related := RELATED.search(question):
        return f"{question[: related.end()]} of {topic}{question[related.end() :]}"
    return told_topic(question, topic) if counted or is_open(question) else question


def topic_for(question: str, topics: Topics) -> str | None:
    """What "it" stands for where that is a clause, which cannot take its place: what they agreed to set up."""
    clause = topics.thing() if any(r.points is Points.THING for r in references(question)) else None
    return clause if clause and clause.startswith("what ") else topics.main()


def is_open(question: str) -> bool:
    """Whether something points back that was not found, or there is hardly a word to search for."""
    said = content(question)
    asks_more = MORE.search(question) is not None and " about " not in question
    return (
        bool(references(question))
        or not said
        or (len(said) < 2 and asks_more)
        or (len(said) < 3 and takes_up(question))
        or (len(said) < 4 and LEAD.match(question) is not None)
        or (len(said) < 2 and not holds_verb(question))
    )


def takes_up(question: str) -> bool:
    """Whether a noun without anything to tell which one stands with "the"."""
    return any(found["noun"] not in STOP_WORDS for found in DEFINITE.finditer(question))


def told_topic(question: str, topic: str) -> str:
    return f"As for {topic}, {uncapital(LEAD.sub('', question))}"
