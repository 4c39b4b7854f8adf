"""The user prompt: what the agent is handed each time, with a gap for each input."""

from builder.interviewers.offline.brief import Brief, Input
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import capital, plain


def user_prompt(brief: Brief, pack: Pack) -> str:
    """One labelled gap for each input; a single input of a talking agent stands alone."""
    if len(brief.inputs) == 1 and brief.return_type != "structured":
        return f"{{{brief.inputs[0].name}}}"
    return "\n\n".join(f"{_label(entry, pack)}:\n{{{entry.name}}}" for entry in brief.inputs)


def explained(brief: Brief, pack: Pack) -> dict[str, str]:
    """A sentence for each gap on what to put in."""
    return {entry.name: pack.text("inputs.sentence", phrase=_phrase(entry)) for entry in brief.inputs}


def _label(entry: Input, pack: Pack) -> str:
    article = pack.words("article").match(entry.phrase)
    rest = entry.phrase[article.end() :].strip() if article else entry.phrase
    return capital(_phrase(Input(entry.name, rest or entry.phrase)))


def _phrase(entry: Input) -> str:
    """The person's phrase without braces, which would be gaps of their own."""
    return plain(entry.phrase.replace("{", "").replace("}", "")) or entry.name.replace("_", " ")
