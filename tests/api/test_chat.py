from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from doors import FakeService, answer, client_of

from qa.api.schemas import ChatOut
from qa.domain import Answer, Citation, Conflict, Filter, Question, Reason, Status, Turn
from qa.fakes import FakeChat

pytestmark = pytest.mark.anyio


async def asked(service: FakeService, **body: Any) -> Any:
    async with client_of(service) as client:
        return await client.post("/v1/chat", json=body)


async def test_answer_has_exactly_the_shape_of_the_contract() -> None:
    response = await asked(FakeService(), question="How wide?")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    text = "It will be 15-20 kilometres wide. [1]"
    assert response.json() == {
        "conversation_id": "c0",
        "turn_id": "t0",
        "created_at": "2026-01-31T12:00:00Z",
        "question": "How wide?",
        "standalone_question": "How wide?",
        "status": "answered",
        "reason": None,
        "answer": text,
        "claims": [
            {"text": text, "start": 0, "end": len(text), "citations": [1], "support": "supported", "score": 0.97}
        ],
        "citations": [
            {
                "number": 1,
                "article_id": "2018/sochi.txt",
                "title": "The zone",
                "published": None,
                "version": "sha256:aa",
                "sentence": 2,
                "line": 2,
                "start": 9,
                "end": 42,
                "quote": "It will be 15-20 kilometres wide.",
                "score": 0.93,
            }
        ],
        "conflicts": [],
        "nearest": [],
        "model": "extractive",
        "usage": None,
        "timings_ms": {"retrieve": 1.0, "answer": 2.0, "total": 3.0},
    }


async def test_abstention_shows_its_reason_and_what_is_nearest() -> None:
    near = replace(answer().citations[0], number=0, published=date(2018, 9, 17))
    said = Answer(Status.ABSTAINED, Reason.NOT_IN_ARTICLES, "The articles do not say.", (), (), (near,))
    body = (await asked(FakeService(chat=FakeChat(said)), question="Who won?")).json()
    assert (body["status"], body["reason"]) == ("abstained", "not_in_articles")
    assert body["citations"] == body["claims"] == []
    assert body["nearest"][0]["published"] == "2018-09-17"
    assert body["nearest"][0]["number"] == 0


async def test_conflicts_are_shown() -> None:
    said = replace(answer(), conflicts=(Conflict("the width", (1, 3)),))
    body = (await asked(FakeService(chat=FakeChat(said)), question="How wide?")).json()
    assert body["conflicts"] == [{"about": "the width", "citations": [1, 3]}]


def test_time_of_another_zone_is_given_in_utc() -> None:
    at = datetime(2026, 1, 31, 14, tzinfo=timezone(timedelta(hours=2)))
    turn = Turn("t", "c", at, "q", "q", answer(), {"total": 1.23456})
    out = ChatOut.of(turn)
    assert out.created_at == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert '"2026-01-31T12:00:00Z"' in out.model_dump_json()
    assert out.timings_ms == {"total": 1.235}


async def test_filter_reaches_the_chat_as_it_was_sent() -> None:
    service = FakeService()
    within = {"articles": ["2018/sochi.txt"], "published_from": "2018-01-01", "published_to": None}
    await asked(service, question="How wide?", filter=within)
    await asked(service, question="How wide?", filter=None)
    await asked(service, question="How wide?", filter={"articles": []})
    assert [question.within for question in service.chat.asked] == [
        Filter(("2018/sochi.txt",), date(2018, 1, 1), None),
        Filter(),
        Filter(()),
    ]


async def test_known_conversation_goes_on_and_an_unknown_one_is_404() -> None:
    service = FakeService()
    await asked(service, question="How wide?")
    assert (await asked(service, question="And when?", conversation_id="c0")).json()["conversation_id"] == "c0"
    response = await asked(service, question="And when?", conversation_id="c9")
    assert response.status_code == 404
    assert "c9" in response.json()["detail"]
    assert [question.conversation_id for question in service.chat.asked] == [None, "c0"]


async def test_question_is_passed_on_character_for_character() -> None:
    service = FakeService()
    text = "  Où est\tTürkiye?\r\n👩‍🚀 "
    body = (await asked(service, question=text)).json()
    assert body["question"] == text
    assert service.chat.asked == [Question(text)]


def test_citation_and_domain_have_the_same_fields() -> None:
    shown = set(ChatOut.model_fields["citations"].annotation.__args__[0].model_fields)  # type: ignore[union-attr]
    assert shown == set(Citation.__dataclass_fields__)
