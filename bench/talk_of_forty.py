"""A talk of forty turns about one agent: what a person says, and what a good model answers to it.

The draft grows all the time, to a system prompt of 150 words and six outputs; replies have about 45 words, the
person's messages about 15.
"""

import json
from dataclasses import dataclass, field
from typing import Any

Operation = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    person: str
    reply: str
    operations: list[Operation] = field(default_factory=list)
    topic: str = "rules"
    heard: str = "told"

    def answer(self, note: str) -> dict[str, Any]:
        return {
            "reply": self.reply,
            "suggestions": ["Yes", "Not quite", "You decide"],
            "heard": self.heard,
            "operations": self.operations,
            "topic": self.topic,
            "note": note,
        }


def _set(name: str, value: Any, source: str = "user") -> Operation:
    return {"action": "set", "field": name, "key": "", "value_json": _json(value), "source": source}


def _put(name: str, key: str, value: Any, source: str = "user") -> Operation:
    return {"action": "put", "field": name, "key": key, "value_json": _json(value), "source": source}


def _output(key: str, *values: str, kind: str = "string") -> Operation:
    return _put(
        "schema_definition", key, {"type": kind, **({"enum": list(values)} if values else {}), "required": True}
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


PROMPT = (
    "You are a triage assistant for the returns desk of an online bicycle shop.",
    "Read one return request and decide what happens to it.",
    "Use {return_request} for what the customer wants.",
    "Use {order_lines} to check that the item was bought from us and when it was delivered.",
    "Accept a return within 30 days of delivery when the item is unused.",
    "Always pass frames and forks on to the workshop.",
    "Refuse worn tyres, chains and brake pads.",
    "Never promise a refund, a date or a replacement.",
    "Never quote internal rules.",
    "Write the summary in English, in two sentences at the most.",
    "Stay factual and polite, even when the customer is rude.",
    "When it is unclear which item is meant, choose ask and name the missing fact in the summary.",
    "When the message is about something else, choose other.",
    "Give a certainty below 0.5 whenever you had to guess.",
    "Answer only with the output fields.",
)
# What the person says to each of the sentences above.
_ASKED = (
    "We run an online bicycle shop and need something that reads the return requests we get.",
    "It should decide what happens to each of them, so that nobody sorts them.",
    "All it gets is the text that the customer writes, usually a short e-mail.",
    "It can also see the lines of the order, with the items and the day of delivery.",
    "A return is fine within thirty days after the delivery, as long as the item is unused.",
    "Frames and forks are special, somebody in the workshop has to look at them first, always.",
    "Things that wear out, such as tyres, chains or brake pads, do not come back when worn.",
    "It must not promise anything to the customer, no money, no date and no new part.",
    "And please, our internal rules are never to be quoted in what it writes, not even one.",
    "The summary should be in English, short, since our team comes from five different countries.",
    "Some customers are quite rude when they write, so it should stay polite and factual anyway.",
    "Quite often it is unclear which item they mean, and then somebody has to ask them first.",
    "We also get messages that are no returns at all, such as questions about a repair.",
    "It should tell us when it is only guessing, so that a colleague can look again.",
    "There must be no text around the data, our order system cannot cope with that.",
)
_MORE: tuple[tuple[str, list[Operation]], ...] = (
    (
        "The answers go straight into our order system, so it has to be data and not prose.",
        [_set("return_type", "structured")],
    ),
    (
        "It is accepted, refused, or passed on to the workshop, these are the three ways we know.",
        [_output("decision", "accept", "refuse", "workshop")],
    ),
    (
        "We also want to know the reason, one of damaged, wrong item, does not fit and late.",
        [_output("reason", "damaged", "wrong item", "does not fit", "late")],
    ),
    ("A short summary would help my colleagues who read along every morning.", [_output("summary")]),
    (
        "Make the decision also know ask and other, for the cases from before.",
        [_output("decision", "accept", "refuse", "workshop", "ask", "other")],
    ),
    (
        "And a number for how certain it is, between zero and one.",
        [_put("schema_definition", "certainty", {"type": "number", "minimum": 0, "maximum": 1})],
    ),
    ("Call it ReturnDesk, that is what we call the team already.", [_set("name", "ReturnDesk")]),
    ("The order number should be in it, otherwise our system cannot match it.", [_output("order_number")]),
    (
        "Yes, the tone is factual and polite, with no jokes and no exclamation marks, please.",
        [_set("tone", "factual and polite")],
    ),
    (
        "Please add that it never promises a refund to what it must not do.",
        [
            {
                "action": "add",
                "field": "guardrails",
                "key": "",
                "value_json": _json("Never promises a refund or a date."),
                "source": "user",
            }
        ],
    ),
    ("And the item that the request is about, as the order calls it.", [_output("item")]),
    (
        "Its answers are always in English, whatever language the customer happens to write in.",
        [_set("language", "en")],
    ),
)
_QUESTIONS = (
    "What exactly do you mean by a placeholder, is that something I have to fill in myself?",
    "And what would happen with a request that names two items of the same order at once?",
    "How will it know how many days have passed when the customer does not write a date?",
    "Could we change the name later on, when the team has found a better one for it?",
    "Is there anything else you would usually ask somebody like us?",
    "Does it matter whether we write the rules in German or in English?",
    "Which of these things did I tell you, and which of them did you decide on your own?",
    "Will it also work when somebody sends a whole thread of messages?",
    "How long may such a request be before the assistant gets into trouble?",
    "Can I have a look at the whole thing before we finish it,?",
    "What would be the first thing that goes wrong with it in practice?",
)
_REPLIES = (
    "That helps, thank you. I have written it down the way you said it, and nothing else was changed by it. Now "
    "the assistant knows what to do in such a case without anybody looking over its shoulder. What should happen next "
    "in the cases where this is not so clear?",
    "Good, that is in now, word for word as you told me. It fits well with "
    "what was there before, so there is nothing to take back. Is there an exception to this that your team sees "
    "every week?",
    "Understood. This is one of the points where such assistants usually go wrong, so it is good to have it "
    "settled. The rest stays as it was before. Who in your team would notice first if the assistant got something like "
    "this wrong?",
)
_ANSWERED = (
    "A fair question. It means that this part is filled in anew for each request by your own system, so you need not "
    "do anything here, and nothing was changed by my answer. Shall we go on with what happens when the "
    "request is not complete?"
)


def _first_steps(turn: int) -> list[Operation]:
    request, lines = "Return request:\n{return_request}", "Order lines:\n{order_lines}"
    match turn:
        case 0:
            return [_set("description", "Reads return requests of a bicycle shop and decides what happens to each.")]
        case 2:
            return [_set("user_prompt", request)]
        case 3:
            return [
                _set("user_prompt", f"{request}\n\n{lines}"),
                _put("placeholders", "return_request", "The customer's message with the request."),
                _put("placeholders", "order_lines", "Items of the order with prices and delivery dates."),
            ]
    return []


def _turns() -> list[Turn]:
    rules = [
        Turn(said, _REPLIES[n % 3], [_set("system_prompt", " ".join(PROMPT[: n + 1])), *_first_steps(n)])
        for n, said in enumerate(_ASKED)
    ]
    more = [Turn(said, _REPLIES[n % 3], steps, "outputs") for n, (said, steps) in enumerate(_MORE)]
    asked = [Turn(said, _ANSWERED, [], "rules", "question") for said in _QUESTIONS]
    mixed = [turn for three in zip(rules, more, asked, strict=False) for turn in three]
    left = [turn for turn in (*rules, *more, *asked) if turn not in mixed]
    plan = Turn("No, that is everything I can think of, nothing else comes to my mind.", _REPLIES[0], [], "confirm")
    return [
        *mixed,
        *left,
        plan,
        Turn("Yes, exactly like this, please finish it, we try it on Monday.", _ANSWERED, [], "", "agree"),
    ]


TURNS = _turns()
MESSAGES = [turn.person for turn in TURNS]
ANSWERS = [turn.answer("The team tries it on Monday." if n % 6 == 5 else "") for n, turn in enumerate(TURNS)]
