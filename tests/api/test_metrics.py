from __future__ import annotations

import re

import pytest
from doors import FakeService, client_of

from qa.api.metrics import BUCKETS_S, Metrics

pytestmark = pytest.mark.anyio
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? \d+(\.\d+)?')


async def test_requests_are_counted_by_route_and_status_and_never_by_what_was_asked() -> None:
    async with client_of(FakeService()) as client:
        await client.post("/v1/chat", json={"question": "How wide is it?"})
        await client.post("/v1/chat", json={"question": ""})
        for path in ("/v1/articles/2018/sochi.txt", "/v1/articles/secret.txt", "/secret"):
            await client.get(path)
        response = await client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    for line in (
        'qa_http_requests_total{method="POST",route="/v1/chat",status="200"} 1',
        'qa_http_requests_total{method="POST",route="/v1/chat",status="422"} 1',
        'qa_http_requests_total{method="GET",route="/v1/articles/{article_id:path}",status="200"} 1',
        'qa_http_requests_total{method="GET",route="/v1/articles/{article_id:path}",status="404"} 1',
        'qa_http_requests_total{method="GET",route="none",status="404"} 1',
        'qa_http_request_duration_seconds_count{route="/v1/chat"} 2',
    ):
        assert line in response.text.splitlines()
    assert "secret" not in response.text


async def test_every_line_is_a_comment_or_a_sample() -> None:
    async with client_of(FakeService()) as client:
        await client.request("NONSENSE", '/"}')
        lines = (await client.get("/metrics")).text.splitlines()
    assert [line for line in lines if not line.startswith("# ") and not SAMPLE.fullmatch(line)] == []
    assert any(line.startswith("process_cpu_seconds_total ") for line in lines)


def test_buckets_hold_all_that_took_as_long_or_less() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.005, 0.02, 99.0):
        metrics.note("GET", "/", "200", seconds)
    held = dict(re.findall(r'_bucket\{route="/",le="([^"]+)"\} (\d+)', "\n".join(metrics.lines())))
    assert list(held) == [*map(str, BUCKETS_S), "+Inf"]
    assert (held["0.005"], held["0.01"], held["0.025"], held["10.0"], held["+Inf"]) == ("2", "2", "3", "3", "4")
