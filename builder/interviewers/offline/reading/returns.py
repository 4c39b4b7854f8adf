"""Does the agent give text to people or data to a program?"""

from typing import Literal

from builder.interviewers.offline.pack import Pack

ReturnType = Literal["structured", "unstructured"]


def sure_return_type(text: str, pack: Pack) -> ReturnType | None:
    """What a sentence says beyond doubt, although nobody asked."""
    text = pack.words("input_text").sub(" ", text)
    data, talk = pack.says("structured_strong", text), pack.says("unstructured_strong", text)
    if pack.says("not_structured", text) or (talk and not data):
        return "unstructured"
    return "structured" if data and not talk else None


def return_type_answer(text: str, pack: Pack) -> ReturnType | None:
    """What an answer to the question means, judged by all its words."""
    if sure := sure_return_type(text, pack):
        return sure
    data = len(pack.words("structured").findall(text)) + 2 * pack.says("structured_strong", text)
    talk = len(pack.words("unstructured").findall(text))
    if pack.says("not_structured", text):
        return "unstructured"
    if data == talk:
        return "structured" if data and pack.says("structured_strong", text) else None
    return "structured" if data > talk else "unstructured"


def is_spoken(text: str, pack: Pack) -> bool:
    return pack.says("voice", text)


def writes_for_people(text: str, pack: Pack) -> bool:
    """Poems, stories and the like are read by people; nobody need be asked."""
    return pack.says("writes", text)
