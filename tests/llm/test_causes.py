"""Errors as faults: kinds by status, details short and without keys."""

import httpx2
import pytest
from pydantic_ai.exceptions import ModelQuotaExceededError, ModelRateLimitError

from builder.llm.causes import LONGEST_DETAIL, failure, fault_of, shortened
from builder.llm.faults import Kind


class Refused(Exception):
    """As the client libraries raise it."""

    def __init__(self, status: int, body: object = None) -> None:
        super().__init__(f"Error code: {status} - {body}")
        self.status_code = status
        self.body = body


@pytest.mark.parametrize(
    ("status", "kind"),
    [(301, "address"), (400, "request"), (401, "key"), (402, "quota"), (403, "key"), (404, "model"),
     (408, "connection"), (409, "server"), (413, "request"), (418, "request"), (422, "request"), (429, "busy"),
     (500, "server"), (502, "server"), (503, "server"), (529, "server")],
)  # fmt: skip
def test_a_status_tells_the_kind(status: int, kind: Kind) -> None:
    assert fault_of(Refused(status)).kind == kind


@pytest.mark.parametrize("said", ["API key not valid. Please pass a valid one.", "API key expired.", "invalid_api_key"])
def test_a_400_that_is_about_the_key_is_about_the_key(said: str) -> None:
    assert fault_of(Refused(400, {"error": {"message": said}})).kind == "key"
    assert fault_of(Refused(400, {"error": {"message": "contents is not specified"}})).kind == "request"


def test_a_quota_that_is_used_up_is_no_rush_that_passes() -> None:
    assert fault_of(ModelQuotaExceededError("gemini-9", "GenerateRequestsPerDay")).kind == "quota"
    assert fault_of(ModelRateLimitError("gemini-9", "GenerateRequestsPerMinute", retry_after=7.0)).wait == 7.0


def test_the_provider_s_own_sentence_is_the_detail() -> None:
    assert fault_of(Refused(400, {"error": {"message": "User location is not supported"}})).detail == (
        "User location is not supported"
    )


@pytest.mark.parametrize("body", [None, 7, {}, [], {"error": None}])
def test_a_refusal_without_words_is_told_by_its_status_and_not_by_the_library(body: object) -> None:
    assert fault_of(Refused(400, body)).detail == "HTTP 400"


def test_a_detail_is_one_short_line_without_tags_and_keys() -> None:
    said = f"<html><h1>Bad\n gateway</h1></html> for my-own-secret, sk-proj-abcdef123456, AIzaSyA1234567 {'x' * 999}"
    detail = shortened(said, "my-own-secret ")

    assert detail.startswith("Bad gateway for …, …, … xxx")
    assert len(detail) == LONGEST_DETAIL


def test_an_error_of_http_is_a_lost_connection() -> None:
    assert fault_of(httpx2.ConnectError("refused")).kind == "connection"
    assert fault_of(httpx2.ReadTimeout("")).kind == "connection"
    assert fault_of(httpx2.ReadTimeout("")).detail == "ReadTimeout"


def test_only_what_the_libraries_did_not_foresee_is_shown_as_a_cause() -> None:
    odd = TypeError("'NoneType' object is not iterable")

    assert failure(odd).__cause__ is odd
    assert failure(odd).fault.kind == "malformed"
    assert failure(httpx2.ConnectError("refused")).__cause__ is None
