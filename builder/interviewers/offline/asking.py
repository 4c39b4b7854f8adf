"""Which question is next, and its words. One question at a time; what is known is never asked."""

from builder.core.session import Mode
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.deciding import suggested_name
from builder.interviewers.offline.memory import CONFIRM, Memory
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.inputs import addressed_input

MOST_MISSES = 2
ORDER = ("purpose", "return_type", "name", "rules", "inputs", "outputs", "tone", "greeting")
QUICK = ("purpose", "return_type", "name", "rules", "inputs", "outputs")


def next_topic(memory: Memory, mode: Mode, pack: Pack) -> str:
    """The next topic to ask about; CONFIRM when everything is known."""
    for topic in QUICK if mode == "quick" else ORDER:
        if not memory.brief.knows(topic) and _matters(topic, memory, pack):
            return topic
    return CONFIRM


def _matters(topic: str, memory: Memory, pack: Pack) -> bool:
    brief = memory.brief
    match topic:
        case "outputs":
            return brief.return_type == "structured"
        case "tone":
            return "rules" not in memory.path
        case "greeting":
            return brief.return_type == "unstructured" and talks(brief, pack)
        case _:
            return True


def talks(brief: Brief, pack: Pack) -> bool:
    """Does the agent hold a conversation, so that its first words matter?"""
    said = " ".join([brief.purpose.noun, brief.purpose.deed, *brief.purpose.more])
    return brief.voice or pack.says("talks", said) or pack.says("voice", said)


def question(topic: str, brief: Brief, pack: Pack) -> str:
    """The question with its example, in plain words."""
    if topic == "name":
        return pack.text("ask.name", example=suggested_name(brief, pack))
    if topic == "rules" and brief.tone:
        return pack.text("ask.rules_only")
    return pack.text(f"ask.{topic}")


def suggestions(topic: str, brief: Brief, pack: Pack) -> tuple[str, ...]:
    """Short answers to tap."""
    if topic == "name":
        return (suggested_name(brief, pack), pack.text("tap.decide"))
    if topic == "inputs":
        said = " ".join([brief.purpose.noun, brief.purpose.deed, *brief.purpose.more])
        guess = addressed_input(said, pack)
        return (*((guess.phrase[:1].upper() + guess.phrase[1:],) if guess else ()), pack.text("tap.decide"))
    return pack.list(f"tap.{topic}")
