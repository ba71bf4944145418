"""Foreign exceptions as ModelFailed: by HTTP status where there is one, else by what became of the connection.

Every client has its own tree of exceptions, which is imported only with the client, and some stand on httpx, others on
its successor; so what they share is looked at: `status_code`, `response.headers` and the names of httpx's errors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from qa.errors import Failure, ModelFailed

SHOWN = 200  # characters of a foreign message

WHAT_AND_MEND = {
    Failure.UNREACHABLE: "cannot be reached ({why}): see that it runs, and that QA_LLM_BASE_URL is right.",
    Failure.UNAUTHORIZED: "refused the key ({why}): set QA_LLM_API_KEY to one that it takes.",
    Failure.RATE_LIMITED: "asks for fewer requests ({why}): ask again later, or its operator for a higher limit.",
    Failure.REFUSED: "refused the request ({why}): see that it has the model of QA_LLM_MODEL.",
    Failure.SERVER_ERROR: "failed ({why}): see its own log.",
    Failure.NOT_A_REPLY: "sent what is no reply ({why}): QA_LLM_BASE_URL must be the API's own, often ending in /v1.",
    Failure.SLOW: "gave no token within {why}: use a faster model, or raise QA_LLM_FIRST_TOKEN_S.",
    Failure.STALLED: "was silent for {why} in the middle of a reply: use a faster one, or raise QA_LLM_SILENCE_S.",
    Failure.TOO_LONG: "was not done within {why}: use a faster model, or raise QA_LLM_TOTAL_S.",
    Failure.CUT_OFF: "ended before its reply was complete ({why}).",
    Failure.EMPTY: "gave an empty reply ({why}): try another model.",
    Failure.ENDLESS: "went on without end ({why}): try another model.",
}


def failed(
    failure: Failure, where: str, why: str, *, has_begun: bool = False, retry_after_s: float | None = None
) -> ModelFailed:
    """The failure of a model, which is named by `where`, in words that say how to mend it."""
    detail = f"{where} {WHAT_AND_MEND[failure].format(why=why)}"
    return ModelFailed(detail, failure, has_begun=has_begun, retry_after_s=retry_after_s)


def translated(error: Exception, where: str, secret: str, *, has_begun: bool) -> ModelFailed:
    """secret: the key, which some endpoints repeat in their refusals; it is left out."""
    why = _said(error).replace(secret, "…") if secret else _said(error)
    status, failure = status_of(error), failure_of(error, has_begun=has_begun)
    why = f"{type(error).__name__}: {why}" if failure is Failure.NOT_A_REPLY else why
    why = f"status {status}: {why}" if status and str(status) not in why else why
    return failed(failure, where, why[:SHOWN], has_begun=has_begun, retry_after_s=retry_after_of(error))


def failure_of(error: Exception, *, has_begun: bool) -> Failure:
    status = status_of(error)
    if status:
        return _failure_of_status(status)
    if any(_is_of_the_connection(each) for each in _causes(error)):
        return Failure.CUT_OFF if has_begun else Failure.UNREACHABLE
    return Failure.NOT_A_REPLY


def _failure_of_status(status: int) -> Failure:
    if status in (401, 403):
        return Failure.UNAUTHORIZED
    if status == 429:
        return Failure.RATE_LIMITED
    if status >= 500:
        return Failure.SERVER_ERROR
    return Failure.REFUSED if status >= 400 else Failure.NOT_A_REPLY


def _is_of_the_connection(error: BaseException) -> bool:
    return isinstance(error, OSError) or any(each.__name__ == "TransportError" for each in type(error).__mro__)


def status_of(error: Exception) -> int | None:
    """The HTTP status that it stands for, from 300 to 599."""
    found = (getattr(each, "status_code", None) for each in _causes(error))
    return next((each for each in found if isinstance(each, int) and 300 <= each <= 599), None)


def retry_after_of(error: Exception) -> float | None:
    """The seconds of a Retry-After header; its other form, a date, is not used by these APIs."""
    headers = (getattr(getattr(each, "response", None), "headers", None) for each in _causes(error))
    said = next((each.get("retry-after") for each in headers if each is not None), None)
    try:
        seconds = float(said or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    yield error
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def _said(error: Exception) -> str:
    """The innermost message: `Connection error.` says less than what caused it."""
    *_, innermost = _causes(error)
    return " ".join(str(innermost).split()) or type(innermost).__name__
