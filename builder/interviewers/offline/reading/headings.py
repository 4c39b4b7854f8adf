"""Lines below a heading: what stands under "Outputs:" or "Rules:" belongs to that topic."""

from collections.abc import Callable

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.inputs import inputs_answer
from builder.interviewers.offline.reading.outputs import as_schema, read_outputs
from builder.interviewers.offline.reading.telling import inputs_told, name_told, outputs_told, rules_told, tone_told
from builder.interviewers.offline.reading.text import Sentence


def under_heading(heard: Heard, sentence: Sentence, pack: Pack) -> Heard | None:
    """A line below "Outputs:" or "Rules:" belongs to that topic."""
    for topic in ("name", "inputs", "outputs", "tone", "rules"):
        if pack.says(f"heading_{topic}", sentence.heading):
            return _LISTED[topic](heard, sentence.text, pack)
    return None


def _name_line(heard: Heard, text: str, pack: Pack) -> Heard | None:
    return name_told(heard, text, pack)


def _inputs_line(heard: Heard, text: str, pack: Pack) -> Heard | None:
    found = inputs_answer(text, pack)
    return inputs_told(heard, found) if found else None


def _outputs_line(heard: Heard, text: str, pack: Pack) -> Heard | None:
    found = read_outputs(text, pack)
    before = heard.brief.schema if "outputs" in heard.learned else {}
    return outputs_told(heard, as_schema(found, before)) if found else None


def _tone_line(heard: Heard, text: str, pack: Pack) -> Heard | None:
    return tone_told(heard, text)


_LISTED: dict[str, Callable[[Heard, str, Pack], Heard | None]] = {
    "name": _name_line,
    "inputs": _inputs_line,
    "outputs": _outputs_line,
    "tone": _tone_line,
    "rules": rules_told,
}
