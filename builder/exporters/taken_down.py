"""Platforms that speak give nothing back while they talk: what an agent finds out is taken down after the call."""

import re
from collections.abc import Collection, Mapping

from builder.core.agent import AgentConfig
from builder.core.placeholders import used
from builder.exporters.fitting import FIELD
from builder.exporters.notes import Note

# The line above the outputs in prompts that our own interviewer writes.
HEADS = (
    "What you give back, and nothing else:",
    "Lo que devuelves, y nada más:",
    "Das gibst du zurück, und nichts anderes:",
    "Ce que tu renvoies, et rien d'autre :",
)
# Stands behind the rules of speaking.
RULES: Mapping[str, str] = {
    "en": "- What you need to know comes from the caller: ask for it. Your results are taken down after the call; do "
    "not read them out.",
    "es": "- Lo que necesitas saber lo dice quien llama: pregúntalo. Los resultados se anotan después de la llamada; "
    "no los leas en voz alta.",
    "de": "- Was du wissen musst, sagt dir, wer anruft: Frage danach. Deine Ergebnisse werden nach dem Anruf notiert; "
    "lies sie nicht vor.",
    "fr": "- Ce que tu dois savoir vient de la personne qui appelle : demande-le. Tes résultats sont notés après "
    "l'appel ; ne les lis pas à voix haute.",
}
_OUTPUT = re.compile(r"- (?P<name>.+?)(?: \([^()]*\))?(?: ?: .*)?")


def without_outputs(content: str, config: AgentConfig, platform: str) -> tuple[str, tuple[Note, ...]]:
    """The prompt without its list of outputs, where every line of that names one; in other words it stays."""
    properties = (config.schema_definition or {}).get("properties")
    names = set(properties) if isinstance(properties, Mapping) else set()
    parts = content.split("\n\n")
    kept = [part for part in parts if not _is_list_of(part, names)]
    if len(kept) in (0, len(parts)):
        return content, ()
    return "\n\n".join(kept), (Note("rewritten", "system_prompt", "outputs_unspoken", {"platform": platform}),)


def _is_list_of(part: str, names: Collection[str]) -> bool:
    head, *lines = part.split("\n")
    told = [_OUTPUT.fullmatch(line) for line in lines]
    return head in HEADS and bool(told) and not used(part) and all(line and line["name"] in names for line in told)


def hardly_fits(platform: str) -> Note:
    return Note("rewritten", FIELD, "taken_down", {"platform": platform})
