"""What an export left out, wrote otherwise or renamed: one sentence each, by code, so that pages can translate it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any, Literal

from builder.core.agent import AgentConfig

Kind = Literal["lost", "rewritten", "renamed", "added"]


@dataclass(frozen=True, slots=True)
class Note:
    """`code` is stable, `params` fill the gaps of its sentence; `field` is one of the configuration, with a path below.

    lost: nowhere in the files. rewritten: there, in another form or another place. renamed: there, under another name.
    added: the platform needs something that the configuration does not say.
    """

    kind: Kind
    field: str
    code: str
    params: Mapping[str, Any] = made_by(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English. Raises KeyError for a code without one, or for a gap that `params` do not fill."""
        return WORDS[self.code].format(**{"key": self.field, **self.params})

    def to_json(self) -> dict[str, Any]:
        told = {"kind": self.kind, "field": self.field, "code": self.code}
        return {**told, "params": dict(self.params), "text": self.text}


def left_out(config: AgentConfig, platform: str, written: Collection[str]) -> tuple[Note, ...]:
    """A note for each field that is set and not among `written`: the platform has no place for it.

    An exporter names as written what stands in its files, and what it has told in notes of its own."""
    return tuple(lost(field, platform) for field in fields(config) if field not in written)


def lost(field: str, platform: str) -> Note:
    return Note("lost", field, "no_slot", {"platform": platform})


def in_metadata(field: str, platform: str) -> Note:
    return Note("rewritten", field, "in_metadata", {"platform": platform})


def fields(config: AgentConfig) -> list[str]:
    """The fields that are set; of the prompts the two texts and their placeholders, as drafts name them.

    `return_type` is none of them: an output schema says it."""
    keys = [key for key in config.to_json() if key not in ("prompts", "return_type")]
    hints = ["placeholders"] if any(prompt.placeholders for prompt in config.prompts) else []
    return [*keys[:2], "system_prompt", "user_prompt", *hints, *keys[2:]]


WORDS: Mapping[str, str] = {
    "no_slot": "{platform} has no place for “{key}”.",
    "in_metadata": "“{key}” stands in the metadata: {platform} keeps it there and does not use it.",
    "kept_unused": "“{key}” stands in the file of the agent; the program does not use it.",
    "as_user": "{platform} has no system messages; “{key}” comes as the first message of the user.",
    "in_instructions": "“{key}” stands as words in the instructions.",
    "name_changed": "The name “{old}” is “{new}” there.",
    "text_cut": "“{key}” has {length} characters; {platform} takes {longest}. The rest is left out.",
    "placeholders_form": "Placeholders are written {form}.",
    "as_tool": "{platform} gives no results of a fixed form; “{tool}” is a tool that the agent calls with its result.",
    "sentence_once": "“{name}” stands in both prompts and is explained once, as in the first of them.",
    "placeholders_text": "{platform} fills no placeholders: they stand as text, to be replaced before use.",
    "template_escaped": "Text that {platform} would take for a command is written so that it stays text.",
    "model_chosen": "No model is set; the file names {model}.",
    "model_other": "{platform} does not run “{model}”; the file names {chosen}.",
    "model_unwritten": "This export does not write models of “{old}”; the file names {chosen}.",
    "model_unknown": "Whose model “{model}” is, its name does not tell; the file names {chosen}.",
    "provider_other": "“{model}” comes from {new} there, not from {old}.",
    "provider_named": "Whose model “{model}” is goes without saying there: {chosen}.",
    "setting_other": "{platform} has no setting “{key}”, or takes another kind of value for it.",
    "tool_code": "The tool “{tool}” is only named: its code is yours to write.",
    "parameters_simple": "What the tool takes has simple types there; its other rules are left out.",
    "tool_built_in": "The tool “{tool}” is the platform's own.",
    "tool_server": "{platform} has no place for tool servers; “{tool}” is left out.",
    "tool_elsewhere": "The tool server “{tool}” has no address that {platform} could reach.",
    "tool_server_apart": "Tool servers are set up in {platform} itself; “{tool}” is not in the files.",
    "server_tools_all": "All tools of the server are given there.",
    "tool_unread": "No name of a tool could be read there.",
    "tool_not_allowed": "The tool is not among those that are allowed; it is left out.",
    "tool_too_many": "{platform} takes {longest} tools; “{tool}” is left out.",
    "key_left_out": "A key stood here. It is left out: put yours where files say YOUR_KEY, or set it on the platform.",
    "character_replaced": "A character that no file can hold was replaced.",
    "schema_plain": "Parts of the output schema that say nothing by themselves are left out.",
    "schema_title": "The output has no title; it is “{new}” there.",
    "schema_inlined": "A part of the output schema that stood elsewhere was put in its place.",
    "schema_reference": "The reference “{reference}” leads into itself or elsewhere; that part is open.",
    "schema_merged": "Parts that hold together were made one.",
    "schema_one_of": "“Exactly one of” is “one of” there.",
    "schema_const": "A fixed value is a choice of one there.",
    "schema_typed": "It has no type; what else it says is for {type}, which it is there.",
    "schema_closed": "Nothing but the named outputs may come there.",
    "schema_required": "It may be left out; there it is required.",
    "schema_types": "Several types are several alternatives there.",
    "schema_first_way": "Alternatives are not known there: the first one is used.",
    "schema_places": "A list with a kind for each place is a list of any of these kinds.",
    "schema_map": "An object with free keys is a list of names and values there.",
    "schema_nullable": "It may be left out; there it is required and may be null.",
    "schema_any": "A value of any kind is a text there, written as JSON.",
    "schema_cut": "What lies deeper is a text there, written as JSON.",
    "schema_in_words": "The rule “{keyword}” stands in the description, in words.",
    "schema_keyword": "The rule “{keyword}” is left out.",
    "spoken_rules": "A section on how to speak stands at the end of the instructions.",
    "greeting_added": "You set no first message; the agent begins with “{new}”.",
    "outputs_unspoken": "The instructions do not list the outputs there: {platform} takes them down after the call.",
    "taken_down": "{platform} is for talking, and this agent gives back data: it hardly fits. What it finds out is "
    "read after the call, and what it would be given, the caller says.",
    "hint_as_example": "What to provide for a placeholder stands there as its example.",
    "value_other": "“{old}” is “{new}” there.",
    "tool_added": "The tool “{tool}” was added: with it the agent ends a call.",
    "schema_flattened": "Its parts stand by themselves there; their names say where they belong.",
    "expected_added": "{platform} asks what is expected; “{new}” stands there.",
    "team_result": "In a team of {platform} the output comes as text; the model is asked for its form.",
    "schema_described": "It has no description; its name stands for one.",
    "provider_by_name": "The name of the model says whose it is there: {new}.",
    "only_in_file": "“{key}” stands in “{new}” only; the other file has no place for it.",
    "memory_block": "It is the memory block “{new}” there.",
    "ends_trimmed": "{platform} drops blanks and line breaks at the beginning and the end of “{key}”.",
    "tools_only": "As an agent of its own it has the tools that its file names, and no others.",
    "tools_all": "Its file names no tools: as an agent of its own it may use all there are, the command line, too.",
    "merge_by_hand": "If your project has a file “{new}” already, add the section of this one to it by hand.",
    "address_yours": "“{new}” stands where the address belongs at which you run it.",
    "hint_left_out": "{platform} has no place for what to provide for “{name}”.",
    "language_unspoken": "The speech of {platform} does not know the language “{old}”.",
    "set_up_there": "{platform} has a place for “{key}” that this file does not fill: set it up there.",
    "line_breaks": "Line breaks of other kinds are plain ones there.",
}
