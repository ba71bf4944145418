"""The official client of the OpenAI API against a running service."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from openai import AuthenticationError, BadRequestError, NotFoundError, OpenAI
from processes import SEEDS, Place, Running, serving

pytestmark = [pytest.mark.process, pytest.mark.integration]
QUESTION = "By what date should the demilitarised zone be created?"
MESSAGES: Any = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(Place(tmp_path_factory.mktemp("openai"), SEEDS), QA_API_KEYS="secret") as running:
        yield running


@pytest.fixture
def client(service: Running) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{service.url}/v1", api_key="secret", max_retries=0) as client:
        yield client


def test_models_are_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["qa", "extractive"]
    assert client.models.retrieve("qa").owned_by == "qa"


def test_question_is_answered_with_annotations_that_lead_to_the_sentence(client: OpenAI, service: Running) -> None:
    message = client.chat.completions.create(model="qa", messages=MESSAGES).choices[0].message
    content, citations = message.content, message.to_dict()["citations"]
    assert content
    assert message.annotations
    assert isinstance(citations, list)
    quotes = {citation["quote"] for citation in citations}
    for annotation in message.annotations:
        cited = annotation.url_citation
        path, _, place = cited.url.partition("#char=")
        with service.client() as web:
            text = web.get(path, headers={"Authorization": "Bearer secret"}).json()["text"]
        start, end = map(int, place.split(","))
        assert text[start:end] in quotes
        assert content[cited.start_index : cited.end_index].strip()


def test_follow_up_with_the_message_as_it_was_given_is_streamed(client: OpenAI) -> None:
    first = client.chat.completions.create(model="qa", messages=MESSAGES).choices[0].message
    messages = [*MESSAGES, first, {"role": "user", "content": "How wide will the zone be?"}]
    chunks = list(
        client.chat.completions.create(
            model="qa", messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    plain = client.chat.completions.create(model="qa", messages=messages)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == plain.choices[0].message.content
    assert chunks[-1].usage == plain.usage


def test_accumulated_stream_is_the_plain_message(client: OpenAI) -> None:
    plain = client.chat.completions.create(model="qa", messages=MESSAGES).choices[0].message
    with client.chat.completions.stream(model="qa", messages=MESSAGES) as stream:
        whole = stream.get_final_completion().choices[0].message
    assert (whole.content, whole.annotations) == (plain.content, plain.annotations)
    assert whole.to_dict()["citations"] == plain.to_dict()["citations"]


def test_refusals_are_the_errors_that_the_client_knows(client: OpenAI, service: Running) -> None:
    with pytest.raises(BadRequestError) as refused:
        client.chat.completions.create(model="qa", messages=MESSAGES, n=2)
    assert refused.value.param == "n"
    image: Any = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]
    with pytest.raises(BadRequestError, match="only text is read"):
        client.chat.completions.create(model="qa", messages=image, stream=True)
    with pytest.raises(NotFoundError, match="use one of qa, extractive"):
        client.chat.completions.create(model="gpt", messages=MESSAGES)
    with pytest.raises(AuthenticationError):
        OpenAI(base_url=f"{service.url}/v1", api_key="other", max_retries=0).models.list()


def test_example_of_the_readme_asks_asks_on_streams_and_prints_the_citations(service: Running) -> None:
    readme = (SEEDS.parent / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    here = example.replace("http://localhost:8000", service.url).replace('"none"', '"secret"')
    assert here.count(service.url) == here.count('"secret"') == 1
    done = subprocess.run([sys.executable, "-c", here], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, follow_up, *cited = done.stdout.strip().splitlines()
    assert "[1]" in first
    assert "[1]" in follow_up
    assert all(re.fullmatch(r"\[\d+\] \S+\.txt, line \d+: .+", line) for line in cited)
    assert cited
