"""What an import could not take as it stands: one sentence each, by code, so that pages can translate it."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any, Literal

Kind = Literal["left_out", "rewritten", "refused", "added"]


@dataclass(frozen=True, slots=True)
class Remark:
    """`where` is the place in the document ("tools.0.args"); `code` is stable, `params` fill the gaps of its sentence.

    left_out: not taken over. rewritten: taken over in another form. refused: left out because it would run or fetch
    something. added: a configuration needs it and the document does not say it.
    """

    kind: Kind
    where: str
    code: str
    params: Mapping[str, Any] = made_by(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English. Raises KeyError for a code without one, or for a gap that `params` do not fill."""
        return WORDS[self.code].format(**{"where": self.where, **self.params})

    def to_json(self) -> dict[str, Any]:
        told = {"kind": self.kind, "where": self.where, "code": self.code}
        return {**told, "params": dict(self.params), "text": self.text}


WORDS: Mapping[str, str] = {
    "unknown_part": "“{where}” has no place in a configuration.",
    "wrong_kind": "“{where}” is not of the kind that belongs there.",
    "runs_code": "“{where}” would run code. It was not taken over.",
    "reads_elsewhere": "“{where}” leads to another file or address. It was not read.",
    "file_missing": "“{where}” is in the file “{file}”, which did not come along.",
    "knows_file": "It knows the file “{file}”, which did not come along.",
    "is_key": "“{where}” is a key or a password. It was not taken over.",
    "name_mended": "The name “{old}” is “{new}” here.",
    "name_made": "The document names no agent; “{new}” comes from the file.",
    "name_from_text": "Nothing names the agent; “{new}” was made from what it says.",
    "description_made": "There is no description; its first sentence comes from the system prompt.",
    "description_cut": "The description was longer than {longest} characters.",
    "user_prompt_added": "There is no prompt for each question; “{content}” was added.",
    "placeholder_explained": "Nothing says what “{name}” is; its sentence was made from its name.",
    "template_rewritten": "What the platform fills in is written as a placeholder, “{name}”.",
    "template_kept": "“{text}” is a command of the platform's own templates; it stands as text.",
    "comment_left_out": "A comment in the text was left out.",
    "character_replaced": "A sign that no file can hold was replaced.",
    "too_deep": "What lies deeper than {deepest} levels was left open.",
    "empty_left_out": "“{where}” was empty and is left out.",
    "key_renamed": "“{old}” is called “{new}” in a configuration.",
    "hint_unused": "“{name}” is explained, but no prompt uses it.",
    "braces_doubled": "A brace that marks no placeholder is written twice.",
    "made_list": "“{where}” was one text; a configuration has a list there.",
    "prose_taken": "The whole text was taken as the system prompt.",
    "only_named": "“{where}” was named but its content is elsewhere.",
    "return_type_made": "The document does not say which kind of agent it is; it is “{value}” here.",
    "more_remarks": "{count} more parts were not taken over as they stood.",
    "text_of_function": "“{where}” is made by a function; the text that it gives back was taken.",
    "type_open": "Nothing in the text says what “{type}” is; that part is open.",
    "handoff": "It hands over to “{name}”, which is an agent of its own.",
    "tool_named": "The tool “{tool}” is named; its code is not part of a configuration.",
    "schema_wrapped": "The output was no object; it stands in one, as “result”.",
    "only_first": "“{where}” holds several; the first one was taken.",
    "in_system_prompt": "“{where}” stands in the system prompt.",
    "in_user_prompt": "“{where}” stands in the user prompt.",
    "comes_again": "“{where}” holds what exports to voices add; it is left out here and comes again.",
    "system_made": "There are no instructions; they were made from the description and the skills.",
    "output_made": "The answers are JSON, but nothing says of what form; “result” stands for it.",
}
