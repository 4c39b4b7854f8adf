"""Cards of the Agent2Agent protocol, 1.0 and 0.3: what an agent says of itself in public."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.a2a import JSON
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import RESULT, output
from builder.importers.prompts import described, named, prompts
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

_SIGNS = frozenset(("capabilities", "defaultInputModes", "supportedInterfaces", "protocolVersion", "url"))
_ELSEWHERE = ("url", "supportedInterfaces", "additionalInterfaces", "documentationUrl", "iconUrl")
_OF_THE_SERVER = ("version", "protocolVersion", "preferredTransport", "capabilities", "defaultInputModes")


class A2AImporter(Importer):
    name = "a2a"
    title = "A2A"
    rank = 1

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or not isinstance(data.get("skills"), list):
            return False
        return isinstance(data.get("name"), str) and len(_SIGNS & set(data)) >= 2

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed(*_OF_THE_SERVER)
        whole.refuse("reads_elsewhere", *_ELSEWHERE)
        skills = [Taking(data, f"skills.{place}") for place, data in enumerate(whole.items("skills"))]
        about = whole.text("description")
        system, examples = _system(about, skills), [text for skill in skills for text in skill.texts("examples")]
        texts = prompts([(False, system)] if system else "", where="skills")
        name, of_name = named(whole.anything("name"), document.path)
        description, of_description = described(about, system)
        result, of_result = _output(whole)
        found: dict[str, Any] = {**name, **description, **result, "prompts": texts.items}
        found |= {"conversation_starters": examples} if examples else {}
        made = [Remark("added", "skills", "system_made")] if system else []
        remarks = [*texts.remarks, *made, *of_name, *of_description, *of_result]
        remarks += [remark for part in (whole, *skills) for remark in part.rest()]
        return Reading(found, tuple(remarks))


def _system(about: str, skills: list[Taking]) -> str:
    """A card holds no instructions: they are made of what it says."""
    told = list[str]()
    for skill in skills:
        name, said = skill.text("name") or skill.text("id"), skill.text("description")
        skill.passed("id", "tags", "inputModes", "outputModes")
        if said.strip() and said != about:
            told.append(f"- {name}: {said}" if name else f"- {said}")
    return "\n\n".join(filter(str.strip, (about, "\n".join(told))))


def _output(whole: Taking) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    if whole.texts("defaultOutputModes") != [JSON]:
        return output(None)
    named_result = {"type": "object", "properties": {RESULT: {"type": "string"}}}
    return output(named_result)[0], (Remark("added", "defaultOutputModes", "output_made"),)
