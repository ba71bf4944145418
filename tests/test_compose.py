"""compose.yaml: it parses, and what it names stands in the Dockerfile, the settings and the application."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import APIRoute

from qa.api import health
from qa.serving import GRACE_S
from qa.settings import Settings, variable_of

ROOT = Path(__file__).parent.parent
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SET_BY_THE_IMAGE = {"QA_DATA_DIR", "QA_HOST", "QA_PORT"}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def service(compose: Any) -> Any:
    (service,) = compose["services"].values()
    return service


def image(instruction: str) -> str:
    """What stands behind an instruction of the Dockerfile."""
    (said,) = re.findall(rf"^{instruction} (.*)$", IMAGE, re.MULTILINE)
    return str(said)


def image_environment() -> dict[str, str]:
    return dict(pair.split("=") for pair in image("ENV").split())


def test_every_setting_can_be_given_and_none_that_does_not_exist(service: Any) -> None:
    assert set(service["environment"]) | SET_BY_THE_IMAGE == {variable_of(name) for name in Settings.model_fields}
    assert image_environment().keys() >= SET_BY_THE_IMAGE


def test_it_does_not_start_without_a_key(service: Any) -> None:
    assert service["environment"]["QA_API_KEYS"].startswith("${QA_API_KEYS:?")


def test_the_image_is_that_of_the_dockerfile(service: Any) -> None:
    assert (ROOT / service["build"] / "Dockerfile").is_file()


def test_it_is_published_on_this_machine_alone_at_the_port_of_the_image(service: Any) -> None:
    (port,) = service["ports"]
    assert re.fullmatch(r"127\.0\.0\.1:\$\{QA_PORT:-\d+\}:" + image("EXPOSE"), port)
    assert image_environment()["QA_PORT"] == image("EXPOSE")


def test_the_library_is_kept_in_a_named_volume(compose: Any, service: Any) -> None:
    name, _, target = service["volumes"][0].partition(":")
    assert name in compose["volumes"]
    assert target == image("VOLUME") == image_environment()["QA_DATA_DIR"]


def test_the_articles_are_mounted_where_the_service_reads_them_and_cannot_be_changed(service: Any) -> None:
    mounted = service["volumes"][1]
    assert (mounted["type"], mounted["read_only"]) == ("bind", True)
    assert mounted["target"] == service["environment"]["QA_ARTICLES_DIR"]
    default = re.fullmatch(r"\$\{QA_ARTICLES_DIR:-(.*)\}", mounted["source"])
    assert default is not None
    assert (ROOT / default[1]).is_dir()


def test_its_health_is_whether_it_can_answer(service: Any) -> None:
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", service["healthcheck"]["test"][-1])
    assert asked is not None
    assert asked[1] == image("EXPOSE")
    assert asked[2] == "/readyz"
    assert "/readyz" in {route.path for route in health.router.routes if isinstance(route, APIRoute)}


def test_requests_in_flight_may_end_before_it_is_killed(service: Any) -> None:
    assert int(service["stop_grace_period"].removesuffix("s")) > GRACE_S
