"""Why a file is no agent, or was not opened: a code with a sentence and a next step, for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Unreadable(Exception):
    """A text, file or archive that is not read any further; `code` is one of WORDS, `params` fill its gaps."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Refused:
    """`path` is the upload's or member's; "" when it was pasted."""

    path: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return WORDS[self.code][0].format(**self.params)

    @property
    def next_step(self) -> str:
        return WORDS[self.code][1].format(**self.params)

    def to_json(self) -> dict[str, Any]:
        told = {"path": self.path, "code": self.code, "params": dict(self.params)}
        return {**told, "reason": self.reason, "next_step": self.next_step}


_ONE_BY_ONE = "Bring in fewer at a time."
_PACK_ANEW = "Pack the files anew with your system's own zip command, or send them one by one."
_AS_TEXT = "Save it as UTF-8, or paste its text."
_WRITTEN_ANEW = "Have it written anew by the program it comes from, or paste the prompts alone."

WORDS: Mapping[str, tuple[str, str]] = {
    "empty": ("There is nothing in it.", "Choose another file, or paste a text."),
    "too_large": ("It is larger than {longest}.", "Take out what is not about the agent."),
    "too_much_at_once": ("What came before it is as much as is read at once.", "Bring it in by itself."),
    "more_agents": ("Only its first {count} agents were read.", "Bring in the others by themselves."),
    "too_many_uploads": ("More than {most} files came at once.", _ONE_BY_ONE),
    "not_text": ("It is not a text.", "Send JSON, YAML, Markdown, Python or a zip of such files."),
    "not_utf8": ("Its letters are not written in UTF-8.", _AS_TEXT),
    "other_archive": ("It is packed in a way that is not opened here.", "Unpack it and send a zip or the files."),
    "broken_zip": ("The zip file is damaged.", _PACK_ANEW),
    "encrypted": ("The zip file has a password.", "Pack it without one."),
    "odd_packing": ("“{name}” is packed in a way that is not opened here.", _PACK_ANEW),
    "too_many_members": ("The zip file holds more than {most} files.", _ONE_BY_ONE),
    "too_large_inside": ("Unpacked, the zip file is larger than {longest}.", _ONE_BY_ONE),
    "bomb": ("“{name}” would become {ratio} times as large as it is packed.", _PACK_ANEW),
    "nested_archive": ("A packed file within a packed file is not opened.", "Send the inner one by itself."),
    "leads_out": ("The name “{name}” would lead out of the folder.", _PACK_ANEW),
    "odd_name": ("The name “{name}” has signs that not every system takes.", "Give the file a plain name."),
    "reserved_name": ("“{name}” is a name that some systems keep for themselves.", "Give the file another name."),
    "double_member": ("Two files in the zip file are called “{name}”.", _PACK_ANEW),
    "no_file": ("“{name}” is a link or a device and no file.", "Pack the file itself."),
    "broken_json": ("It is not valid JSON: see line {line}, column {column}.", "Correct that place and try again."),
    "broken_yaml": ("It is not valid YAML: see line {line}.", "Correct that place and try again."),
    "double_key": ("“{key}” stands twice in one object.", "Keep one of the two."),
    "not_a_number": ("It holds NaN or Infinity, which no configuration can.", "Write a number, or leave the key out."),
    "big_number": ("It holds a number that is too large.", "Write a smaller one."),
    "too_deep": ("It is nested more than {deepest} levels deep.", "Make it flatter."),
    "too_many_values": ("It holds more than {most} values.", "Bring in the agent alone, without its data."),
    "too_long_text": ("One of its texts has more than {longest} characters.", "Shorten it."),
    "yaml_tag": ("“{tag}” would make the reader build or run something.", "Write the value without the tag."),
    "yaml_loop": ("A part of it holds itself.", "Write it without aliases."),
    "yaml_aliases": ("It repeats parts of itself too often.", "Write it without aliases."),
    "yaml_key": ("One of its keys is no text.", "Write a short text as the key."),
    "no_agent": ("No agent was found in it.", "See which files can be brought in."),
    "same_agent": ("It is “{name}” again; “{path}” says more of it.", "Send it by itself if you want this one."),
    "typescript": (
        "It is a program in TypeScript or JavaScript; such programs are not read here.",
        "Export it as Python, or paste the agent's instructions alone.",
    ),
    "broken_python": ("It is not valid Python: see line {line}.", "Paste the whole program, unchanged."),
    "not_read": ("It could not be read.", _WRITTEN_ANEW),
}
