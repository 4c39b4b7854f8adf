"""OpenAI's own types take the body, and its client sends it to a server as it is."""

import json
import re
from collections.abc import Iterator

import openai
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming

from tests.exports.checks.newer.openai_agents import filled, is_strict, spaced
from tests.exports.closed import hold, listening
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

ANSWER = {"id": "resp_1", "object": "response", "output": [], "status": "completed"}


def check(case: Case) -> None:
    body = json.loads(case.main)
    hold(body, ResponseCreateParamsNonStreaming)
    with listening(ANSWER) as (address, received):
        openai.OpenAI(api_key="none", base_url=f"{address}/v1", max_retries=0).responses.create(**body)
    path, _, arrived = received[0]
    demand(path == "/v1/responses", f"sent to {path}")
    demand(arrived == body, "the client sends something else")
    demand(filled(body["instructions"], case) == spaced(case.system, case), "other instructions")
    demand(filled(body["input"][-1]["content"], case) == spaced(case.user, case), "another question")
    if "text" in body:
        form = body["text"]["format"]
        demand(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", form["name"]), "a bad name of the format")
        is_strict(form["schema"])
    for tool in body.get("tools", []):
        if tool["type"] == "function":
            demand(tool["parameters"]["type"] == "object", "a tool that takes no object")
            is_strict(tool["parameters"])


def mutants(case: Case) -> Iterator[Mutant]:
    body = json.loads(case.main)
    wrong: dict[str, object] = {"input.0": {"role": "nobody", "content": "x"}, "instructions": 7}
    if "tools" in body:
        wrong["tools.0"] = {"type": "function", "name": "a", "strict": True}
    needed = ["text.format.name"] if "text" in body else []
    yield from json_mutants(case.files, needed, wrong)


if __name__ == "__main__":
    main(check, mutants)
