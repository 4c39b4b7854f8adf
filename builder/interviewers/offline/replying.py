"""The words of a reply: what was understood, an explanation where one is needed, then the open question."""

from builder.core import output
from builder.core.check import check
from builder.interviewers.offline.asking import question
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.memory import CONFIRM
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import acts
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.text import uncapital
from builder.interviewers.offline.writing.changes import outputs_changed
from builder.interviewers.offline.writing.description import enumerated, finite, shortened
from builder.interviewers.offline.writing.plan import plan
from builder.interviewers.offline.writing.system_prompt import with_article

_MOST_ACKNOWLEDGED = 3
_LONGEST_SAID = 140
_ORDER = ("purpose", "name", "return_type", "inputs", "outputs", "tone", "rules", "greeting", "language")


def acknowledged(
    heard: Heard, before: Brief, pack: Pack, decided: tuple[str, ...] = (), waiting: tuple[str, ...] = ()
) -> str:
    """One or two short sentences on what was understood or decided in this turn.

    What touches a field edited by hand (`waiting`) is only proposed, and the words say so.
    """
    topics = [topic for topic in _ORDER if (topic in heard.learned or topic in decided) and topic not in waiting]
    said = [
        outputs_changed(before.schema, heard.brief.schema, pack)
        if topic == "outputs" and topic in heard.corrected
        else _said(topic, heard, pack, decided)
        for topic in topics
    ]
    lines = [text for text in said if text][:_MOST_ACKNOWLEDGED]
    if waiting:
        lines.append(pack.text("say.waiting"))
    elif heard.mended_name:
        lines.append(pack.text("ack.mended", name=heard.brief.name))
    return " ".join(lines).replace("….", "…")


def _said(topic: str, heard: Heard, pack: Pack, decided: tuple[str, ...]) -> str:
    brief = heard.brief
    key = topic if topic != "return_type" else brief.return_type
    if topic == "purpose" and len(heard.learned) > 1 and "purpose" in heard.corrected:
        return ""
    if not key or (topic == "return_type" and "outputs" in heard.learned):
        return ""
    text = _value(topic, brief, pack)
    kind = "decided" if topic in decided else "changed" if topic in heard.corrected else "ack"
    if topic == "purpose" and kind == "ack":
        key = brief.purpose.form or "free"
    if not text and topic in ("tone", "rules", "greeting", "inputs"):
        return ""
    return pack.text(f"{kind}.{key}", text=text, who=_who(brief, pack))


def _who(brief: Brief, pack: Pack) -> str:
    """The agent with its relative pronoun, for languages in which the deed stands behind one."""
    noun = with_article(brief.purpose.noun, pack) if brief.purpose.noun else pack.text("prompt.an_assistant")
    return f"{noun}, {brief.purpose.relative or pack.text('prompt.relative')}"


def _value(topic: str, brief: Brief, pack: Pack) -> str:
    match topic:
        case "purpose":
            found = finite(brief.purpose, pack) or with_article(brief.purpose.noun, pack)
        case "inputs":
            found = enumerated([uncapital(entry.phrase, pack) for entry in brief.inputs], pack)
        case "outputs":
            found = enumerated(list(output.properties(brief.schema)), pack)
        case "rules":
            found = str(len(brief.rules)) if brief.rules else ""
        case "language":
            found = brief.language
        case _:
            found = str(getattr(brief, topic, ""))
    return shortened(found, _LONGEST_SAID).replace("?", "")


def with_question(text: str, topic: str, brief: Brief, pack: Pack) -> str:
    """The reply's text and below it the open question, or the plan with the question for a yes."""
    asked = f"{plan(brief, pack)}\n\n{pack.text('ask.confirm')}" if topic == CONFIRM else question(topic, brief, pack)
    return f"{text}\n\n{asked}".strip()


def explanation(heard: Heard, asked: str, pack: Pack) -> str:
    """What a word or the open question means, in one or two sentences."""
    said = " ".join([heard.asked_back, *heard.leftover]).lower()
    return pack.explained(said) or pack.text(f"explain.{asked or 'confirm'}")


def not_clear(heard: Heard, asked: str, times: int, pack: Pack) -> str:
    """What to say to an answer that does not fit; never the same twice in a row."""
    if heard.unknown:
        return not_found(heard, pack)
    again = "_again" if times % 2 == 0 else ""
    if asked == CONFIRM:
        return pack.text("say.how_to_change")
    said = [*heard.leftover, *([heard.asked_back] if heard.asked_back else [])]
    chat = heard.asked_back or any(_is_chat(text, pack) for text in said)
    return pack.text(f"say.off_topic{again}" if chat else f"say.not_clear{again}")


def _is_chat(text: str, pack: Pack) -> bool:
    """A "yes" where nothing was to be agreed to is no small talk."""
    return acts.act_of(text, pack) is None and (acts.is_remark(text, pack) or acts.is_about_oneself(text, pack))


def after_the_end(heard: Heard, pack: Pack) -> str:
    """The agent is finished and nothing was changed: a question gets the plan, thanks get a word."""
    if heard.unknown:
        return not_found(heard, pack)
    if heard.puzzled and (found := pack.explained(f"{heard.asked_back} {' '.join(heard.leftover)}".lower())):
        return found
    if heard.asked_back or heard.puzzled:
        return plan(heard.brief, pack)
    return pack.text("say.how_to_change") if heard.leftover else pack.text("say.ok")


def not_found(heard: Heard, pack: Pack) -> str:
    """A correction of something that does not exist names what does."""
    if not heard.unknown:
        return pack.text("say.how_to_change")
    names = list(output.properties(heard.brief.schema))
    if not names:
        return pack.text("say.no_outputs", part=heard.unknown)
    return pack.text("say.unknown_part", part=heard.unknown, outputs=enumerated(names, pack))


def about_broken(heard: Heard, pack: Pack) -> str:
    """A kind word about JSON that cannot be read, with the line where it breaks."""
    pasted = heard.pasted
    if pasted is None:
        return ""
    reason = pack.table("broken").get(pasted.flaw, pack.text("broken.other"))
    return pack.text("say.broken", line=pasted.line, reason=reason)


def about_config(heard: Heard, pack: Pack) -> str:
    """A pasted configuration that is not valid: the first things to mend."""
    problems = check(heard.config)[:3]
    lines = [f"- {problem.reason} {problem.next_step}" for problem in problems]
    return "\n".join([pack.text("say.bad_config"), *lines])
