"""Texts in Dify's template language: `{{#node.variable#}}`, with names of at most 30 characters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from builder.core.agent import AgentConfig
from builder.core.placeholders import used
from builder.exporters.braces import convert, names
from builder.exporters.free_name import free
from builder.exporters.hints import sentences, told_once
from builder.exporters.naming import renamed
from builder.exporters.notes import Note

LONGEST_NAME = 30
MESSAGE = "sys.query"
# Between two gaps Dify takes a text that is nothing but a way to a value for that value.
_WAY = re.compile(r"(?:start|llm|end|answer|sys|env|conversation)(?:\.[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True)
class Names:
    """`there`: our names -> Dify's, of what the start node asks for; `asked`: our names -> sentences.

    `message`: the placeholder that is the person's message, "" outside of chats."""

    there: Mapping[str, str]
    asked: Mapping[str, str]
    message: str
    notes: tuple[Note, ...]

    def form(self, name: str) -> str:
        return f"{{{{#{MESSAGE if name == self.message else f'start.{self.there[name]}'}#}}}}"


def names_there(config: AgentConfig, *, is_chat: bool) -> Names:
    message = used(config.prompt("user").content)[0] if is_chat else ""
    hints = sentences(config)
    asked = {name: hints[name] for name in names(config) if name != message}
    there = dict[str, str]()
    for name in sorted(asked, key=len):  # the short ones keep theirs
        there[name] = free(name[:LONGEST_NAME], there.values(), LONGEST_NAME)
    notes = [note for old, new in there.items() for note in renamed(old, new, "placeholders")]
    return Names(there, asked, message, (*notes, *told_once(config)))


def template(content: str, there: Names) -> str:
    """A prompt as Dify fills it; nothing else in it looks like a gap."""
    return convert(content, there.form, _text)


def _text(piece: str) -> str:
    bare = piece.replace("{{#", "{{ #")
    return f" {bare}" if _WAY.fullmatch(bare) else bare


def literal(text: str) -> str:
    """Of an opening or a suggested question: Dify fills what stands in two braces."""
    return re.sub(r"\{(?=\{)", "{ ", text)
