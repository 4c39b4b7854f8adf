"""The plan: what will be built, in plain words, before the person says yes."""

from builder.core import output
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import plain, uncapital
from builder.interviewers.offline.writing.description import enumerated, sentence_of, shortened

_LONGEST_LINE = 220
_MOST_RULES = 6


def plan(brief: Brief, pack: Pack) -> str:
    """A few lines, one for each thing that matters. No question marks: the only question comes after it."""
    lines = [
        _line("name", brief, "name", pack, text=brief.name),
        _line(
            "purpose", brief, "purpose", pack, text=plain(brief.texts.get("description") or sentence_of(brief, pack))
        ),
        _line("inputs", brief, "inputs", pack, text=_inputs(brief, pack)),
        _line(brief.return_type or "unstructured", brief, "return_type", pack, text=_outputs(brief, pack)),
        _line("tone", brief, "tone", pack, text=brief.tone),
        _line("rules", brief, "rules", pack, text=" ".join(brief.rules[:_MOST_RULES])),
        _line("greeting", brief, "greeting", pack, text=f"“{brief.greeting}”" if brief.greeting else ""),
    ]
    return "\n".join([pack.text("plan.intro"), "", *(f"- {line}" for line in lines if line)])


def _line(key: str, brief: Brief, topic: str, pack: Pack, *, text: str) -> str:
    if not text:
        return pack.text("plan.plain_text") if key == "unstructured" else ""
    mine = f" {pack.text('plan.assumed')}" if brief.sources.get(topic) == "assumed" else ""
    quiet = shortened(text.replace("\n", " "), _LONGEST_LINE)
    if topic != "greeting" or mine:
        quiet = quiet.replace("?", "")
    return pack.text(f"plan.{key}", text=quiet) + mine


def _inputs(brief: Brief, pack: Pack) -> str:
    return enumerated([uncapital(entry.phrase, pack) for entry in brief.inputs], pack)


def _outputs(brief: Brief, pack: Pack) -> str:
    if brief.return_type != "structured":
        return ""
    needed = output.required(brief.schema)
    names = [
        name if name in needed else f"{name} ({pack.text('prompt.optional')})"
        for name in output.properties(brief.schema)
    ]
    return enumerated(names, pack)
