"""What schemathesis calls a failure and is none: each narrow, each with why the description cannot say it."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemathesis import Response
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.openapi.checks import RejectedPositiveData, UndefinedContentType

from builder.api import idempotency
from builder.api.description import PARAMETERS
from builder.core.agent import KEYS
from tests.fuzz import told

LONGEST_ADDRESS = 60_000  # characters
_KEY = re.compile(PARAMETERS["IdempotencyKey"]["schema"]["pattern"])


@dataclass(frozen=True)
class Rule:
    """A rule that refuses valid requests by 422, and that JSON Schema cannot say.

    The problem document says it by how its `detail` begins, or by the `codes` of its problems: all of them are here.
    """

    why: str
    operations: Sequence[str]
    detail: str = ""
    codes: Sequence[str] = ()

    def holds(self, operation: str, problem: Mapping[str, Any]) -> bool:
        codes = [one.get("code", "") for one in problem.get("problems", ())]
        if operation not in self.operations or re.match(self.detail, problem["detail"]) is None:
            return False
        return set(codes) <= set(self.codes) if self.codes else bool(self.detail)


# What is not right about a configuration beyond its shape.
_UNFIT = (
    *("unused_placeholder", "unlisted_placeholder", "stray_brace", "unknown_step", "double_prompt"),
    *("bad_schema", "schema_required", "schema_too_deep", "schema_root", "schema_empty"),
)
_UNFINISHED = tuple(f"missing_{key}" for key in (*KEYS, "system_prompt", "user_prompt", "key"))
RULES = (
    Rule(
        "a place in a list is a value that the list itself gave",
        ("listAgents", "listSessions", "listArtifacts"),
        r"The place to go on from is not known\.",
    ),
    Rule(
        "a text has to name a task, so that an agent can be made of it",
        ("generateAgent",),
        r"I find no task in this text\.|No usable configuration came out of this text",
    ),
    Rule(
        "placeholders of a prompt are those that are explained, steps lead to steps, and the form of the answers is a "
        "JSON Schema by itself",
        ("createAgent", "updateAgent"),
        codes=_UNFIT,
    ),
    Rule(
        "which interviewers there are, and which are ready, is a matter of the server's settings",
        ("createSession", "switchInterviewer", "improveField"),
        r"There is no interviewer",
    ),
    Rule("code has to be Python that the scan lets through", ("createArtifact",), r"This code is not stored\."),
    Rule("what is dropped or renamed has to be there", ("editDraft",), codes=("unknown_entry",)),
    Rule("an empty field cannot be improved", ("improveField",), codes=("empty",)),
    Rule(
        "only a finished draft can be saved or exported",
        ("saveSession", "getSessionExport", "downloadSessionExports", "createBundle"),
        codes=(*_UNFIT, *_UNFINISHED),
    ),
    Rule(
        "whether an address leads to a file that may be fetched shows when it is tried",
        ("previewImport",),
        codes=("address_unusable", "address_port", "address_password", "address_private"),
    ),
)
TOO_LONG = "an address of more than 64 KB is refused by the server itself, before there is an application"
MODEL_FAILED = "the model did not answer, and that is what the answer says"
SPACES = "spaces around the value of a header are no part of it, nor are the quotes of a structured one"


def is_key(given: str) -> bool:
    return 1 <= len(given) <= idempotency.LONGEST_KEY and _KEY.fullmatch(given) is not None


def rule_that_refused(operation: str, response: Response) -> str:
    """Why it is there; "" when no rule did."""
    problem = json.loads(response.content) if response.status_code == 422 else {}
    return next((rule.why for rule in RULES if problem and rule.holds(operation, problem)), "")


def excuse(failure: Failure, operation: str, headers: Mapping[str, Any], response: Response) -> str:
    """Why it is no failure; "" when it is one."""
    if isinstance(failure, RejectedPositiveData):
        return rule_that_refused(operation, response)
    if isinstance(failure, UndefinedContentType) and response.content == b"Invalid HTTP request received.":
        return TOO_LONG if len(str(response.request.url)) > LONGEST_ADDRESS else ""
    if isinstance(failure, ServerError) and response.status_code == 502 and told.BAD_MODEL in os.environ:
        return MODEL_FAILED
    if isinstance(failure, AcceptedNegativeData) and _is_only_a_key_in_spaces(failure, headers):
        return SPACES
    return ""


def _is_only_a_key_in_spaces(failure: AcceptedNegativeData, headers: Mapping[str, Any]) -> bool:
    given = str(headers.get("Idempotency-Key", ""))
    return "`Idempotency-Key`" in failure.message and not is_key(given) and bool(idempotency.plain(given))
