"""Microsoft 365 Copilot: the manifest of a declarative agent. Double square brackets name translations there."""

import re
from dataclasses import replace

from builder.core.agent import AgentConfig
from builder.exporters.base import Export, Exporter, File
from builder.exporters.instructions import Instructions, as_text, shortened
from builder.exporters.notes import Note, left_out, lost
from builder.exporters.pairs import without_empty
from builder.exporters.toolbox import Toolbox, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "Microsoft 365 Copilot"
SCHEMA = "https://developer.microsoft.com/json-schemas/copilot/declarative-agent/v1.8/schema.json"
BUILT_IN = {"web_search": "WebSearch", "code_execution": "CodeInterpreter", "run_code": "CodeInterpreter"}
BUILT_IN |= {"image_generation": "GraphicArt", "generate_image": "GraphicArt"}
LONGEST_INSTRUCTIONS, MOST_STARTERS = 8_000, 12
_OTHER_BREAKS = re.compile("[\u2028\u2029]")
_WRITTEN = ("name", "description", "system_prompt", "placeholders", "goals", "tone", "language", "guardrails")
_TOLD = ("tools", "conversation_starters")


class M365(Exporter):
    name = "m365"
    title = TITLE
    shelf = "assistant"
    rank = 17
    purpose = "An agent in Microsoft 365 Copilot."
    place = "As `appPackage/declarativeAgent.json` of a project of the Microsoft 365 Agents Toolkit."
    version = "declarative agent 1.8"

    def write(self, config: AgentConfig) -> Export:
        told, tools = as_text(config, TITLE, apart=True), toolbox(config, TITLE, BUILT_IN)
        instructions, of_instructions = _instructions(told.content)
        description, of_description = _line(config.description, "description")
        starters, of_starters = _starters(config)
        manifest = {
            "$schema": SCHEMA,
            "version": "v1.8",
            "name": config.name,
            "description": description,
            "instructions": instructions,
            "conversation_starters": [{"text": text} for text in starters],
            "capabilities": [{"name": name} for _, name in tools.built_in],
        }
        notes = [*_still_true(config, told, instructions, of_instructions), *of_instructions, *of_description]
        notes += [*of_starters, *_of_tools(tools), *server_notes(config, tools, TITLE, ()), *_lost(config)]
        return Export((File("declarativeAgent.json", as_json(without_empty(manifest))),), tuple(notes))


def _instructions(text: str) -> tuple[str, list[Note]]:
    """Breaks that its pattern does not know are others; at both ends no brackets may stand, and two bytes count."""
    mended = _OTHER_BREAKS.sub("\n", text)
    mended = f" {mended}" if mended.startswith("[[") else mended
    longest = LONGEST_INSTRUCTIONS - sum(ord(sign) > 0xFFFF for sign in mended[:LONGEST_INSTRUCTIONS])
    short, notes = shortened(mended, longest, "system_prompt", TITLE)
    short = f"{short[: longest - 1]} " if short.endswith("]]") else short
    is_same = short == text or bool(notes)
    escaped = Note("rewritten", "system_prompt", "template_escaped", {"platform": TITLE})
    return short, [*notes, *([] if is_same else [escaped])]


def _still_true(config: AgentConfig, told: Instructions, written: str, cut: list[Note]) -> list[Note]:
    """The notes on the instructions; what stands behind the cut is not told to stand in them."""
    said = {note.field: getattr(config, note.field) for note in told.notes if note.code == "in_instructions"}
    texts = {field: [value] if isinstance(value, str) else value for field, value in said.items()}
    gone = {field for field, each in texts.items() if any(_is_cut(text, told.content, written) for text in each)}
    kept = [note for note in told.notes if note.code != "in_instructions" or note.field not in gone]
    cuts = [note for note in cut if note.code == "text_cut"]
    return [*kept, *(replace(note, field=field) for note in cuts for field in texts if field in gone)]


def _is_cut(text: str, whole: str, written: str) -> bool:
    return text.strip() in whole and text.strip() not in written and len(written) < len(whole)


def _line(text: str, field: str) -> tuple[str, list[Note]]:
    """A text of one line, in which brackets are kept apart."""
    whole = re.sub(r"\[(?=\[)|\](?=\])", lambda match: f"{match[0]} ", " ".join(text.split()))
    return whole, [] if whole == text else [Note("rewritten", field, "template_escaped", {"platform": TITLE})]


def _starters(config: AgentConfig) -> tuple[list[str], list[Note]]:
    said = config.conversation_starters or []
    lines = [_line(text, f"conversation_starters.{place}") for place, text in enumerate(said[:MOST_STARTERS])]
    notes = [note for _, of_line in lines for note in of_line]
    notes += [lost(f"conversation_starters.{place}", TITLE) for place in range(MOST_STARTERS, len(said))]
    return [text for text, _ in lines], notes


def _lost(config: AgentConfig) -> list[Note]:
    user_only = config.prompt("user").placeholders and not config.prompt("system").placeholders
    also = [*(["return_type"] if config.schema_definition else []), *(["placeholders"] if user_only else [])]
    return [*left_out(config, TITLE, _WRITTEN + _TOLD), *(lost(field, TITLE) for field in also)]


def _of_tools(tools: Toolbox) -> list[Note]:
    """Functions have no place: they would be plug-ins with files of their own."""
    fields = tuple(tool.field for tool in tools.functions)
    others = [note for note in tools.notes if ".".join(note.field.split(".")[:2]) not in fields]
    return [*others, *(lost(field, TITLE) for field in fields)]
