"""The whole product as a user meets it: a process, a port, HTTP; on the articles of the first run."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import SEEDS, Place, Running, serving

from qa.ownership import holder

pytestmark = [pytest.mark.process, pytest.mark.integration]
README_QUESTION = "By what date should the demilitarised zone be created?"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Articles of its own, and a library over them; `indexed` beside it is a copy that no service holds."""
    root = tmp_path_factory.mktemp("service")
    made = Place(root, Path(shutil.copytree(SEEDS, root / "articles")))
    done = made.qa("index")
    assert done.returncode == 0, done.stderr
    shutil.copytree(root / "data", root / "indexed")
    return made


@pytest.fixture
def elsewhere(place: Place, tmp_path: Path) -> Place:
    """The same articles with a library of the test's own."""
    shutil.copytree(place.root / "indexed", tmp_path / "data")
    return Place(tmp_path, place.articles)


BANNED = """
import ipaddress, os, sys
def ban(event, arguments):
    if event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if host not in {None, "", "localhost"} and not ipaddress.ip_address(host).is_loopback:
        with open(os.environ["TRIED"], "a") as tried:
            tried.write(f"{host}\\n")
        raise RuntimeError(f"a connection to {host!r} was tried")
sys.addaudithook(ban)
"""


@pytest.fixture(scope="module")
def service(place: Place) -> Iterator[Running]:
    """It may connect to nobody but this machine; whom it tried is noted in `tried`."""
    (place.root / "ban").mkdir()
    (place.root / "ban" / "sitecustomize.py").write_text(BANNED)
    with serving(place, PYTHONPATH=str(place.root / "ban"), TRIED=str(place.root / "tried")) as running:
        yield running


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


def text_of(place: Place, article_id: str) -> str:
    return (place.articles / article_id).read_bytes().decode("utf-8-sig")


def ask(client: httpx.Client, question: str, **more: Any) -> Any:
    response = client.post("/v1/chat", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return response.json()


def test_question_of_the_readme_is_answered_with_the_exact_sentence(client: httpx.Client, place: Place) -> None:
    turn = ask(client, README_QUESTION)
    assert turn["status"] == "answered"
    assert "October 15" in turn["answer"]
    assert turn["citations"]
    for number, citation in enumerate(turn["citations"], start=1):
        text = text_of(place, citation["article_id"])
        assert citation["number"] == number
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["line"] == text.count("\n", 0, citation["start"]) + 1
        raw = (place.articles / citation["article_id"]).read_bytes()
        assert citation["version"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert any("October 15" in citation["quote"] for citation in turn["citations"])
    assert all(turn["answer"][c["start"] : c["end"]] == c["text"] for c in turn["claims"])


def test_question_beside_the_articles_is_abstained_from(client: httpx.Client) -> None:
    turn = ask(client, "Which wines go well with grilled aubergines?")
    assert turn["status"] == "abstained"
    assert turn["reason"] in {"nothing_retrieved", "not_in_articles", "unsupported"}
    assert turn["citations"] == turn["claims"] == []
    assert len(turn["nearest"]) <= 3


def test_filter_that_allows_no_article_leaves_nothing_to_answer_from(client: httpx.Client) -> None:
    turn = ask(client, README_QUESTION, filter={"articles": []})
    assert (turn["status"], turn["reason"]) == ("abstained", "nothing_retrieved")
    assert turn["nearest"] == []


def test_filter_keeps_the_search_within_its_articles(client: httpx.Client, place: Place) -> None:
    for path in sorted(place.articles.iterdir()):
        body = {"query": "Idlib", "limit": 50, "filter": {"articles": [path.name]}}
        results = client.post("/v1/search", json=body).json()["results"]
        assert {result["article_id"] for result in results} == {path.name}


def test_search_gives_exact_ranges_and_whole_passages(client: httpx.Client, place: Place) -> None:
    results = client.post("/v1/search", json={"query": README_QUESTION, "limit": 5}).json()["results"]
    assert len(results) == 5
    assert [result["score"] for result in results] == sorted((result["score"] for result in results), reverse=True)
    for result in results:
        text = text_of(place, result["article_id"])
        passage = result["passage"]
        assert text[result["start"] : result["end"]] == result["quote"]
        assert passage["first"] <= result["sentence"] <= passage["last"]
        assert all(text[s["start"] : s["end"]] == s["quote"] for s in passage["sentences"])


def test_articles_are_listed_and_read_as_their_files_are(client: httpx.Client, place: Place) -> None:
    listed = client.get("/v1/articles").json()
    assert listed["next"] is None
    assert [entry["id"] for entry in listed["articles"]] == sorted(path.name for path in place.articles.iterdir())
    for entry in listed["articles"]:
        article = client.get(f"/v1/articles/{entry['id']}", params={"version": entry["version"]}).json()
        assert article["text"] == text_of(place, entry["id"])
        assert len(article["sentences"]) == entry["sentences"]


def test_article_that_is_put_is_asked_about_at_once_and_one_deleted_is_not_found(
    client: httpx.Client, place: Place
) -> None:
    text = "The lighthouse of Norderney\n\nThe lighthouse of Norderney was painted green by Ada Quist in 1907.\n"
    question = "Who painted the lighthouse of Norderney green?"
    put = client.put("/v1/articles/sea/lighthouse.md", content=text.encode())
    assert (put.status_code, put.json()["title"]) == (201, "The lighthouse of Norderney")
    assert (place.articles / "sea" / "lighthouse.md").read_text() == text
    told = ask(client, question)
    assert ("Ada Quist" in told["answer"], told["citations"][0]["article_id"]) == (True, "sea/lighthouse.md")
    assert client.delete("/v1/articles/sea/lighthouse.md").status_code == 204
    assert not (place.articles / "sea" / "lighthouse.md").exists()
    assert "Ada Quist" not in json.dumps(ask(client, question))
    assert client.put("/v1/articles/..%2fout.md", content=text.encode()).status_code == 422
    assert not (place.root / "out.md").exists()


def test_conversation_that_an_answer_began_is_known_and_others_are_not(client: httpx.Client) -> None:
    begun = ask(client, README_QUESTION)["conversation_id"]
    assert ask(client, "How wide will the zone be?", conversation_id=begun)["conversation_id"] == begun
    unknown = client.post("/v1/chat", json={"question": "a", "conversation_id": begun[::-1]})
    assert unknown.status_code == 404


BAD: list[tuple[bytes, int]] = [
    (b'{"question": ""}', 422),
    (json.dumps({"question": "a" * 4001}).encode(), 422),
    (b'{"question": "   "}', 422),
    (b'{"question": "a\\u0000b"}', 422),
    (b'{"question": "\\u200b\\u200d"}', 422),
    (b'{"question": "\\ud800"}', 422),
    (b'{"question": NaN}', 422),
    (b'{"question": 1e999}', 422),
    (b'{"question": "a", "filter": {"articles": ["\\udc00"]}}', 422),
    (b'{"question": "a"', 422),
    (b"\xff\xfe", 422),
    (b"", 422),
    (b"[" * 100_000, 422),
    (b'{"question": "a", "colour": "red"}', 422),
    (b'{"question": "a", "conversation_id": "not an id"}', 422),
    (b'{"question": "a", "conversation_id": "unknown"}', 404),
    (b'{"question": "a", "filter": {"published_from": "yesterday"}}', 422),
    (b'{"question": "a", "stream": "yes"}', 422),
    (b'{"question": "a", "stream": true, "conversation_id": "unknown"}', 404),
    (b'{"question": "a"}'.ljust(300_000), 413),
]


@pytest.mark.parametrize(("content", "status"), BAD, ids=range(len(BAD)))
def test_bad_input_gets_its_stated_status_as_a_problem(client: httpx.Client, content: bytes, status: int) -> None:
    response = client.post("/v1/chat", content=content, headers=JSON)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/chat", 405),
        ("GET", "/v1/articles/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/v1/articles/%00%ff", 404),
        ("GET", "/v1/articles?limit=x", 422),
        ("GET", "/v1/articles?after=%00", 200),
        ("HEAD", "/v1/articles", 200),
        ("OPTIONS", "/v1/search", 405),
        ("GET", "/", 200),
        ("HEAD", "/web/app.js", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
    ],
)
def test_paths_and_methods_are_answered_sanely(client: httpx.Client, method: str, path: str, status: int) -> None:
    assert client.request(method, path).status_code == status


def raw(service: Running, sent: bytes) -> bytes:
    """What comes back for these bytes, until the service closes or falls silent."""
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_what_is_no_http_gets_a_problem_too(service: Running) -> None:
    head, _, body = raw(service, b"\x16\x03\x01 not http\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == 400


def test_upgrade_to_a_websocket_is_passed_over_and_the_request_answered(service: Running) -> None:
    upgrade = (
        b"Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
    )
    head, _, body = raw(service, b"GET /v1/chat HTTP/1.1\r\nHost: x\r\n" + upgrade + b"\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 ")
    assert json.loads(body)["status"] == 405


def test_body_that_ends_early_does_no_harm(service: Running, client: httpx.Client) -> None:
    head = b"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    assert b"HTTP/1.1 5" not in raw(service, head + b'{"question": ')
    assert client.get("/readyz").status_code == 200


def test_stated_length_of_gigabytes_is_refused_before_it_is_sent(service: Running) -> None:
    head = b"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n"
    assert raw(service, head).startswith(b"HTTP/1.1 413 ")


def test_body_of_any_length_is_refused_and_its_sender_gets_to_read_that(client: httpx.Client) -> None:
    for pieces in (5, 200):
        response = client.post("/v1/chat", content=(b" " * 65536 for _ in range(pieces)), headers=JSON)
        assert response.status_code == 413
    assert client.get("/readyz").status_code == 200


def test_endless_body_is_cut_off(service: Running) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    head = b"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall((b"10000\r\n" + b" " * 65536 + b"\r\n") * 3000)


def test_many_at_once_are_all_answered(service: Running) -> None:
    def one(number: int) -> Any:
        with service.client() as client:
            return ask(client, README_QUESTION, conversation_id=None)["answer"]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(24)))) == 1


@pytest.mark.parametrize("command", [("serve",), ("index",)])
def test_second_process_on_the_data_folder_is_refused_naming_the_first(
    service: Running, command: tuple[str, ...]
) -> None:
    done = service.place.qa(*command)
    assert done.returncode == 2
    assert done.stdout == ""
    assert str(service.process.pid) in done.stderr
    assert "qa serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_question_on_the_command_line_is_put_to_the_running_service(service: Running) -> None:
    done = service.place.qa("ask", README_QUESTION)
    assert done.returncode == 0, done.stderr
    assert "October 15" in done.stdout
    assert f"\n    {service.place.articles}" in done.stdout
    as_json = service.place.qa("ask", README_QUESTION, "--json")
    assert json.loads(as_json.stdout)["status"] == "answered"


def test_doctor_asks_the_running_service_and_finds_all_well(service: Running) -> None:
    done = service.place.qa("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(service.process.pid) in done.stdout
    assert "5 as indexed" in done.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_signal_ends_the_service_cleanly(elsewhere: Place, number: signal.Signals, code: int) -> None:
    data = elsewhere.root / "data"
    with serving(elsewhere) as running:
        assert holder(data) is not None
        ended, out, err = running.ended_by(number)
    assert ended == code, err
    assert f"Ready at {running.url}" in out
    assert "Traceback" not in err
    assert ("Stopped." in err) is (code == 130)
    assert holder(data) is None
    again = elsewhere.qa("ask", README_QUESTION)
    assert "October 15" in again.stdout, again.stderr


def test_request_in_flight_is_answered_before_the_service_ends(elsewhere: Place) -> None:
    with serving(elsewhere) as running:
        host, port = running.url.removeprefix("http://").split(":")
        body = json.dumps({"question": README_QUESTION}).encode()
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(
                b"POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body)
            )
            connection.sendall(body[:10])
            time.sleep(0.2)
            running.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(body[10:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        running.process.communicate(timeout=30)
        assert running.process.returncode == 0


def test_empty_library_is_indexed_before_it_is_served(tmp_path: Path) -> None:
    with serving(Place(tmp_path, SEEDS)) as running:
        with running.client() as client:
            assert "October 15" in ask(client, README_QUESTION)["answer"]
        _, out, _ = running.ended_by(signal.SIGTERM)
    indexed, ready = out.splitlines()
    assert "5 added" in indexed
    assert ready.startswith(f"Ready at {running.url} ")


def test_keys_close_the_service_to_those_without_and_the_command_line_has_one(elsewhere: Place) -> None:
    with serving(elsewhere, QA_API_KEYS="first,second") as running, running.client() as client:
        assert client.get("/v1/articles").status_code == 401
        assert client.get("/v1/articles", headers={"Authorization": "Bearer second"}).status_code == 200
        assert "October 15" in running.place.qa("ask", README_QUESTION, QA_API_KEYS="first").stdout
        refused = running.place.qa("ask", README_QUESTION, QA_API_KEYS="other")
        begun = client.post("/v1/chat", json={"question": "Why?"}, headers={"Authorization": "Bearer first"}).json()
        asking = {"question": "And when?", "conversation_id": begun["conversation_id"]}
        foreign = client.post("/v1/chat", json=asking, headers={"Authorization": "Bearer second"})
    assert (foreign.status_code, foreign.json()["title"]) == (404, "Not found")
    assert refused.returncode == 1
    assert "401" in refused.stderr


def banned(place: Place, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BANNED + code],
        cwd=place.root,
        env=place.environment(TRIED=str(place.root / "tried")),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_ban_stops_a_connection_to_elsewhere(tmp_path: Path) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    assert "a connection to '192.0.2.1' was tried" in banned(Place(tmp_path, SEEDS), code).stderr
    assert (tmp_path / "tried").read_text() == "192.0.2.1\n"


def test_nothing_but_loopback_is_ever_connected_to(tmp_path: Path) -> None:
    place = Place(tmp_path, SEEDS)
    run = "import sys; sys.argv = ['qa', *{}]; from qa.cli import main; main()"
    indexed = banned(place, run.format(["index"]))
    assert indexed.returncode == 0, indexed.stderr
    assert "5 added" in indexed.stdout
    asked = banned(place, run.format(["ask", README_QUESTION]))
    assert asked.returncode == 0, asked.stderr
    assert "October 15" in asked.stdout
    assert not (tmp_path / "tried").exists()


def test_running_service_connects_to_nobody(client: httpx.Client, place: Place) -> None:
    ask(client, README_QUESTION)
    for path in ("/docs", "/readyz", "/v1/articles"):
        assert client.get(path).is_success
    assert not (place.root / "tried").exists()
