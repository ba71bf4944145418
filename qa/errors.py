"""Every error of ours.

QaError
├── ConfigurationError   the settings cannot work                    500, exit 2
├── WeightsMissing       the embedding's weights are not installed   500, exit 2
├── LibraryLocked        another process holds the data folder       503, exit 2
├── LibraryDamaged       the database of record cannot be read       500, exit 2
├── CacheDamaged         an index must be rebuilt from the record    500, mended at the next start
├── InvalidInput         what was sent cannot be taken as it is      422
│   ├── TooLarge                                                     413
│   └── UnsupportedType                                              415
├── UnsupportedValue     known to the OpenAI API, not done here      400
├── NotFound             no such article, version, conversation      404
├── StillRunning         the first request of a key is not done yet  409
├── NotReady             the library is empty or not yet open        503
├── ModelFailed          a language model gave no usable reply       502, and the turn is answered without it
└── Unauthorized         a key is needed                             401

Each says what was wrong, with the value, and what to do about it. Foreign exceptions are translated where they are
caught, with `raise … from`.
"""

from __future__ import annotations

from enum import StrEnum


class QaError(Exception):
    """Base of all. `str(error)` is the detail, written for the person who has to mend it."""

    status = 500
    title = "The service failed"
    retry_after_s: float | None = None
    """Seconds after which the same request may well succeed, where that can be told."""


class ConfigurationError(QaError):
    title = "The configuration cannot work"


class WeightsMissing(ConfigurationError):
    title = "The embedding's weights are missing"


class LibraryLocked(QaError):
    status = 503
    title = "The library is in use"


class LibraryDamaged(QaError):
    title = "The library cannot be read"


class CacheDamaged(QaError):
    title = "An index is damaged"


class InvalidInput(QaError):
    status = 422
    title = "The input cannot be used"


class TooLarge(InvalidInput):
    status = 413
    title = "The input is too large"


class UnsupportedType(InvalidInput):
    status = 415
    title = "The content type is not supported"


class NotFound(QaError):
    status = 404
    title = "Not found"


class StillRunning(QaError):
    status = 409
    title = "The first request is still running"
    retry_after_s = 1


class NotReady(QaError):
    status = 503
    title = "Not ready to answer"


class Failure(StrEnum):
    """What a language model's endpoint did instead of replying; qa/answering/ falls back by it."""

    UNREACHABLE = "unreachable"  # no connection, or it broke before the first token
    UNAUTHORIZED = "unauthorized"
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"  # any other status from 400 to 499, or a filter let no word through
    SERVER_ERROR = "server_error"
    NOT_A_REPLY = "not_a_reply"  # HTML, bad JSON, an error frame
    SLOW = "slow"  # no first token in time
    STALLED = "stalled"  # silence after the first token
    TOO_LONG = "too_long"  # not done in the time that a whole reply may take
    CUT_OFF = "cut_off"  # the stream ended without saying that it was done, or said `length`
    EMPTY = "empty"
    ENDLESS = "endless"  # longer than allowed, or the same words again and again
    RESTING = "resting"  # the circuit breaker is open


class ModelFailed(QaError):
    """failure: what happened. has_begun: whether a token was given before. retry_after_s: as the endpoint asked for."""

    status = 502
    title = "The language model gave no usable reply"

    def __init__(
        self, detail: str, failure: Failure, *, has_begun: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(detail)
        self.failure = failure
        self.has_begun = has_begun
        self.retry_after_s = retry_after_s


class UnsupportedValue(QaError):
    """param: the name of the parameter."""

    status = 400
    title = "Not supported here"

    def __init__(self, detail: str, param: str) -> None:
        super().__init__(detail)
        self.param = param


class Unauthorized(QaError):
    status = 401
    title = "A key is needed"
