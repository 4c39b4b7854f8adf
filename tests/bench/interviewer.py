"""Interviewers of a few lines behind the plain endpoints, to try the scripted people on: from perfect to useless."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bench.interviews.person import Visitor
from bench.people import Person, all_people

Config = dict[str, Any]
QUESTIONS = {
    "en": {
        "return_type": "Should it answer in plain text, or give data to a program?",
        "name": "What is its name?",
        "description": "What should it do, in one sentence?",
        "tone": "Which tone should it use?",
        "rules": "What must it never do?",
        "inputs": "What is it given each time?",
        "outputs": "Which fields should the result contain?",
        "greeting": "How should it greet people?",
        "confirm": "Shall I finish it?",
    },
    "es": {
        "return_type": "¿Debe responder con texto o con datos para un programa?",
        "name": "¿Qué nombre debe llevar?",
        "description": "¿Qué debe hacer, en una frase?",
        "tone": "¿Qué tono debe tener?",
        "rules": "¿Qué no debe hacer nunca?",
        "inputs": "¿Qué recibe cada vez?",
        "outputs": "¿Qué campos debe tener el resultado?",
        "greeting": "¿Con qué saludo empieza?",
        "confirm": "¿Está bien así?",
    },
    "de": {
        "return_type": "Soll er mit Text antworten oder Daten für ein Programm liefern?",
        "name": "Welchen Namen soll er tragen?",
        "description": "Was soll er tun, in einem Satz?",
        "tone": "Welchen Ton soll er haben?",
        "rules": "Was darf er nie tun?",
        "inputs": "Was bekommt er jedes Mal?",
        "outputs": "Welche Felder soll das Ergebnis enthalten?",
        "greeting": "Wie soll er Menschen begrüßen?",
        "confirm": "Passt das so?",
    },
    "fr": {
        "return_type": "Doit-il répondre par du texte ou par des données pour un programme ?",
        "name": "Quel nom doit-il porter ?",
        "description": "Que doit-il faire, en une phrase ?",
        "tone": "Quel ton doit-il avoir ?",
        "rules": "Que ne doit-il jamais faire ?",
        "inputs": "Que reçoit-il chaque fois ?",
        "outputs": "Quels champs doit contenir le résultat ?",
        "greeting": "Comment doit-il saluer les gens ?",
        "confirm": "Cela vous convient ?",
    },
}
ROLE = {"en": "You are {}.", "es": "Eres {}.", "de": "Du bist {}.", "fr": "Tu es {}."}
DONE = "It is finished."


class Knowing:
    """Asks for each fact that is open, a question a turn, and makes exactly what the person wants."""

    def __init__(self) -> None:
        self.person: Person | None = None
        self.agenda: list[str] = []

    def reply(self, text: str) -> str:
        if self.person is None:
            self.person = BY_OPENING[text]
            self.agenda = self.plan(Visitor(self.person))
        return self.asked(self.agenda.pop(0)) if self.agenda else DONE

    def plan(self, visitor: Visitor) -> list[str]:
        topics = visitor.open_facts()
        if "rules" in topics and "tone" in topics:
            topics.remove("tone")  # it is told with the rules
        return [topic for topic in topics for _ in range(1 + (topic in visitor.detours))] + ["confirm"]

    def asked(self, topic: str) -> str:
        assert self.person
        return QUESTIONS[self.person["language"]][topic]

    def config(self) -> Config | None:
        return None if self.person is None or self.agenda else perfect(self.person)


class Insisting(Knowing):
    """Asks for the name twice."""

    def plan(self, visitor: Visitor) -> list[str]:
        topics = super().plan(visitor)
        return ["name", *topics] if "name" in topics else topics


class Hasty(Knowing):
    """Two questions in every turn."""

    def reply(self, text: str) -> str:
        first = super().reply(text)
        return f"{first} {super().reply('')}" if len(self.agenda) > 1 else first


class Inventing(Knowing):
    """Adds what nobody said: a figure and an address."""

    def config(self) -> Config | None:
        made = super().config()
        if made:
            made["guardrails"] = ["Give 15 % off.", "Write to help@shop.example."]
        return made


class Careless(Knowing):
    """Uses a placeholder that it does not explain."""

    def config(self) -> Config | None:
        made = super().config()
        if made:
            made["prompts"][1]["content"] += " {unexplained}"
        return made


class Deaf(Knowing):
    """Says one and the same thing for ever."""

    def reply(self, text: str) -> str:
        return "What is its name?"

    def config(self) -> Config | None:
        return None


class HardCoded(Knowing):
    """The same agent for everybody, at once."""

    def reply(self, text: str) -> str:
        return DONE

    def config(self) -> Config | None:
        return {
            "name": "SupportDesk",
            "description": "Answers customers of a software company.",
            "return_type": "structured",
            "prompts": [
                {"prompt_type": "system", "content": "You are kind to customers.", "placeholders": {}},
                {"prompt_type": "user", "content": "{ticket}", "placeholders": {"ticket": "What the customer wrote"}},
            ],
            "schema_definition": {"type": "object", "properties": {"answer": {"type": "string"}}},
        }


def application(make: Callable[[], Knowing]) -> Starlette:
    """The plain endpoints, one interviewer a session."""
    sessions: dict[str, Knowing] = {}

    async def begin(_: Request) -> Response:
        session_id = str(uuid4())
        sessions[session_id] = make()
        return JSONResponse({"session_id": session_id})

    async def talk(request: Request) -> Response:
        body = await request.json()
        if "spec" in body:
            known = (person for person in all_people() if body["spec"].startswith(person["opening"]))
            return JSONResponse(perfect(next(known)))
        return PlainTextResponse(stream(body["prompt"], sessions[body["session_id"]].reply(body["prompt"])))

    async def finished(request: Request) -> Response:
        config = sessions[request.query_params["session_id"]].config()
        return JSONResponse(config) if config else PlainTextResponse("Not finalized yet.", 202)

    return Starlette(
        routes=[
            Route("/session/", begin, methods=["POST"]),
            *(Route(path, talk, methods=["POST"]) for path in ("/chat/", "/generate/")),
            *(Route(path, finished) for path in ("/finalize/", "/generate/finalize/")),
        ]
    )


def stream(prompt: str, reply: str) -> str:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    texts = [("user", prompt), ("model", reply[: len(reply) // 2]), ("model", reply)]
    return "\n".join(json.dumps({"role": role, "timestamp": now, "content": text}) for role, text in texts)


def perfect(person: Person) -> Config:
    """What the person would have made."""
    facts = person["facts"]
    names = facts["name"].get("accept") or [facts["name"]["hints"].split("|")[0].title()]
    said = [fact["say"] for fact in (*facts["rules"], facts.get("tone"), facts.get("greeting")) if fact]
    content = "\n".join([ROLE[person["language"]].format(names[0]), facts["description"]["say"], *said])
    inputs = {entry["name"]: f"Please write here: {entry['say']}" for entry in facts["inputs"]}
    kind = facts["return_type"]["value"]
    fields = {entry["name"]: field(entry) for entry in facts["outputs"]} or {"answer": {"type": "string"}}
    required = [entry["name"] for entry in facts["outputs"] if entry["required"]]
    schema = {"type": "object", "properties": fields, "required": required}
    return {
        "name": names[0],
        "description": facts["description"]["say"],
        "return_type": kind,
        "prompts": [
            {"prompt_type": "system", "content": content, "placeholders": {}},
            {"prompt_type": "user", "content": "\n".join(f"{{{name}}}" for name in inputs), "placeholders": inputs},
        ],
        **({"schema_definition": schema} if kind == "structured" else {}),
    }


def field(entry: Mapping[str, Any]) -> Config:
    kind = entry["type"][0]
    made: Config = {"type": "string", "format": "date"} if kind == "date" else {"type": kind}
    made |= {"items": {"type": "string"}} if kind == "array" else {}
    made |= {"enum": entry["enum"]} if "enum" in entry else {}
    bounds = entry.get("range", {})
    return made | {word: bounds[key] for word, key in (("minimum", "min"), ("maximum", "max")) if key in bounds}


BY_OPENING: dict[str, Person] = {Visitor(person).open(): person for person in all_people()}
