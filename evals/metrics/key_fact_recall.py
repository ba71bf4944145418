"""Key-fact recall: the share of the facts a right answer must state that the answer states.

After the nugget recall of TREC's QA track (Voorhees, "Overview of the TREC 2003 Question Answering Track"), with
written alternatives in place of an assessor.
"""

from __future__ import annotations

from evals.facts import says
from evals.observed import Observed


def score(seen: Observed) -> float | None:
    """Of the answer's text, markers left out; 0 where it abstained; None where the case names no facts."""
    facts = seen.case.key_facts
    if not seen.case.answerable or not facts:
        return None
    if seen.abstained:
        return 0.0
    return sum(says(seen.plain_answer, wordings) for wordings in facts) / len(facts)
