"""What an export left out, wrote otherwise or renamed: one sentence each, by code, so that pages can translate it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["lost", "rewritten", "renamed", "added"]


@dataclass(frozen=True, slots=True)
class Note:
    """`code` is stable, `params` fill the gaps of its sentence; `field` is a key of the configuration, with a path below.

    lost: nowhere in the files. rewritten: there, in another form or another place. renamed: there, under another name.
    added: the platform needs something that the configuration does not say.
    """

    kind: Kind
    field: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English. Raises KeyError for a code without one."""
        return WORDS[self.code].format(**self.params)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "field": self.field, "code": self.code, "params": dict(self.params), "text": self.text}


WORDS: Mapping[str, str] = {
    "no_slot": "{platform} has no place for “{key}”.",
    "in_metadata": "“{key}” stands in the metadata: {platform} keeps it there and does not use it.",
    "in_instructions": "“{key}” stands as words in the instructions.",
    "name_changed": "The name “{old}” is “{new}” there.",
    "text_cut": "“{key}” has {length} characters; {platform} takes {longest}. The rest is left out.",
    "placeholders_form": "Placeholders are written {form}.",
    "placeholders_text": "{platform} fills no placeholders: they stand as text, to be replaced before use.",
    "template_escaped": "Text that {platform} would take for a command is written so that it stays text.",
    "model_chosen": "No model is set; the file names {model}.",
    "placeholder_key": "The key is left out: put your own where the file says so.",
    "schema_inlined": "A part of the output schema that stood elsewhere was put in its place.",
    "schema_reference": "The reference “{reference}” leads into itself or elsewhere; that part is open.",
    "schema_merged": "Parts that hold together were made one.",
    "schema_one_of": "“Exactly one of” is “one of” there.",
    "schema_types": "Several types are several alternatives there.",
    "schema_first_way": "{platform} knows no alternatives: the first one is used.",
    "schema_places": "A list with a kind for each place is a list of any of these kinds.",
    "schema_map": "An object with free keys is a list of names and values there.",
    "schema_nullable": "It may be left out; there it is required and may be null.",
    "schema_any": "A value of any kind is a text there, written as JSON.",
    "schema_cut": "What lies deeper is a text there, written as JSON.",
    "schema_in_words": "The rule “{keyword}” stands in the description, in words.",
    "schema_keyword": "The rule “{keyword}” is left out.",
}
