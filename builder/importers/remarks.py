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
    "is_key": "“{where}” is a key or a password. It was not taken over.",
    "name_mended": "The name “{old}” is “{new}” here.",
    "name_made": "The document names no agent; “{new}” comes from the file.",
    "description_made": "There is no description; its first sentence comes from the system prompt.",
    "description_cut": "The description was longer than {longest} characters.",
    "user_prompt_added": "There is no prompt for each question; “{content}” was added.",
    "placeholder_explained": "Nothing says what “{name}” is; its sentence was made from its name.",
    "template_rewritten": "What the platform fills in is written as a placeholder, “{name}”.",
    "template_kept": "“{text}” is a command of the platform's own templates; it stands as text.",
    "tool_named": "The tool “{tool}” is named; its code is not part of a configuration.",
    "schema_wrapped": "The output was no object; it stands in one, as “result”.",
    "only_first": "“{where}” holds several; the first one was taken.",
}
