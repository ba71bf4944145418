from __future__ import annotations

from urllib.parse import quote

import pytest
from doors import TEXT, FakeService, article, client_of

from qa.fakes import FakeShelf

pytestmark = pytest.mark.anyio
IDS = ["a b.txt", "100%.txt", "Où/Türkiye's “zone”.txt", "a/b/c.txt", "x#y?z=1&w.txt", "_"]


@pytest.mark.parametrize("article_id", IDS)
async def test_article_is_found_by_any_id_a_path_can_have(article_id: str) -> None:
    service = FakeService(library=FakeShelf([article(article_id)]))
    async with client_of(service) as client:
        for safe in ("/", ""):
            response = await client.get(f"/v1/articles/{quote(article_id, safe=safe)}")
            assert response.status_code == 200
            assert response.json()["id"] == article_id


async def test_ranges_cut_the_sentences_out_of_the_text() -> None:
    async with client_of(FakeService()) as client:
        body = (await client.get("/v1/articles/2018/sochi.txt")).json()
    assert body["text"] == TEXT
    assert [body["text"][s["start"] : s["end"]] for s in body["sentences"]] == [
        "The zone",
        "It will be 15-20 kilometres wide.",
        "Both sides agreed.",
        "It starts in October.",
    ]
    assert body["sentences"][0] == {"number": 1, "start": 0, "end": 8, "line": 1, "paragraph": 1, "role": "title"}
    rest = {"title": "The zone", "published": "2018-09-17", "version": "sha256:aa", "encoding": "utf-8"}
    assert {name: body[name] for name in rest} == rest


async def test_version_that_was_asked_for_is_given_and_an_unknown_one_is_404() -> None:
    async with client_of(FakeService()) as client:
        assert (await client.get("/v1/articles/2018/sochi.txt?version=sha256:aa")).status_code == 200
        response = await client.get("/v1/articles/2018/sochi.txt?version=sha256:bb")
    assert response.status_code == 404
    assert "sha256:bb" in response.json()["detail"]


@pytest.mark.parametrize("path", ["nothing.txt", "", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "a" * 3000])
async def test_unknown_article_is_404(path: str) -> None:
    async with client_of(FakeService()) as client:
        response = await client.get(f"/v1/articles/{path}")
    assert response.status_code == 404
    assert response.json()["title"] == "Not found"


async def test_pages_follow_one_another_to_the_end() -> None:
    service = FakeService(library=FakeShelf([article(article_id) for article_id in IDS]))
    seen: list[str] = []
    after: dict[str, str] = {}
    async with client_of(service) as client:
        for _ in IDS:
            page = (await client.get("/v1/articles", params={"limit": 4, **after})).json()
            seen += [entry["id"] for entry in page["articles"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
    assert seen == sorted(IDS)
    assert page["next"] is None


async def test_page_that_ends_with_the_last_article_has_no_next() -> None:
    service = FakeService(library=FakeShelf([article("a"), article("b")]))
    async with client_of(service) as client:
        assert (await client.get("/v1/articles?limit=2")).json()["next"] is None
        assert (await client.get("/v1/articles?limit=1")).json()["next"] == "a"


async def test_entry_of_the_list_has_no_text() -> None:
    async with client_of(FakeService()) as client:
        body = (await client.get("/v1/articles")).json()
    assert body["articles"] == [
        {
            "id": "2018/sochi.txt",
            "version": "sha256:aa",
            "title": "The zone",
            "published": "2018-09-17",
            "encoding": "utf-8",
            "sentences": 4,
            "characters": len(TEXT),
        }
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "limit must be at least 1, not 0."),
        ("limit=101", "limit must be at most 100, not 101."),
        ("limit=x", "limit must be a whole number, not 'x'."),
        ("limit=", "limit must be a whole number, not ''."),
        ("limit=" + "9" * 5000, "limit must be a whole number, not '999"),
        ("limit=1e999", "limit must be a whole number"),
        ("before=a", "before is not known here"),
        ("after=" + "a" * 5000, "after has 5,000 characters"),
    ],
)
async def test_bad_query_is_422_in_words(query: str, words: str) -> None:
    async with client_of(FakeService()) as client:
        response = await client.get(f"/v1/articles?{query}")
    assert response.status_code == 422
    assert words in response.json()["detail"]


async def test_article_that_is_put_is_201_and_put_again_200_byte_for_byte() -> None:
    service, raw = FakeService(), b"\xef\xbb\xbfLine one\r\nLine two"
    async with client_of(service) as client:
        for status in (201, 200):
            response = await client.put(
                "/v1/articles/new/a%20b.txt", content=raw, headers={"content-type": "text/plain"}
            )
            assert response.status_code == status
            assert response.json()["id"] == "new/a b.txt"
    assert service.filing.files == {"new/a b.txt": raw}


async def test_article_that_is_deleted_is_204_and_then_404() -> None:
    service = FakeService()
    async with client_of(service) as client:
        await client.put("/v1/articles/a.txt", content=b"Text.")
        gone = await client.delete("/v1/articles/a.txt")
        again = await client.delete("/v1/articles/a.txt")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (again.status_code, again.headers["content-type"]) == (404, "application/problem+json")
    assert service.filing.files == {}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_id_with_a_line_end_behind_it_is_not_the_id_without(method: str) -> None:
    service = FakeService()
    async with client_of(service) as client:
        await client.put("/v1/articles/2018/sochi.txt", content=b"Text.")
        response = await client.request(method, "/v1/articles/2018/sochi.txt%0A", content=b"Other." * (method == "PUT"))
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
    assert service.filing.files == {"2018/sochi.txt": b"Text."}


@pytest.mark.parametrize(("size", "status"), [(1000, 201), (1001, 413)])
async def test_article_may_be_as_large_as_the_setting_says(size: int, status: int) -> None:
    async with client_of(FakeService(), max_article_bytes=1000) as client:
        assert (await client.put("/v1/articles/a.txt", content=b"x" * size)).status_code == status


async def test_content_type_that_is_no_text_is_415() -> None:
    async with client_of(FakeService()) as client:
        response = await client.put("/v1/articles/a.txt", content=b"%PDF", headers={"content-type": "application/pdf"})
    assert response.status_code == 415
    assert "application/pdf" in response.json()["detail"]
