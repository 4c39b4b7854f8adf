"""Starting templates: complete agents that a person can use as they are or change. One JSON file each.

The gallery shows them, and the interviewer knows from them what a trade usually needs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from builder.core.agent import AgentConfig
from builder.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sample talk. A structured agent's text is the JSON document it gives back."""

    role: Literal["user", "agent"]
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """Mappings are keyed by language ("es"); English stands in the plain fields. `keywords` are lower
    case and meant as whole words."""

    id: str
    title: str
    summary: str
    category: str
    needs: tuple[str, ...]
    config: Mapping[str, Any]
    dialogue: tuple[Line, ...]
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    categories: Mapping[str, str]
    needs_in_other_languages: Mapping[str, tuple[str, ...]]
    keywords: Mapping[str, tuple[str, ...]]

    def agent(self) -> AgentConfig:
        """The configuration as a typed value."""
        return AgentConfig.model_validate(self.config)

    def title_in(self, language: str) -> str:
        return self.titles.get(language[:2], self.title)

    def summary_in(self, language: str) -> str:
        return self.summaries.get(language[:2], self.summary)

    def category_in(self, language: str) -> str:
        return self.categories.get(language[:2], self.category)

    def needs_in(self, language: str) -> tuple[str, ...]:
        return self.needs_in_other_languages.get(language[:2], self.needs)


@cache
def all_templates() -> tuple[Template, ...]:
    """Every template, by title."""
    read = [_read(file.read_text("utf-8")) for file in files(__name__).iterdir() if file.name.endswith(".json")]
    return tuple(sorted(read, key=lambda template: template.title))


def find(template_id: str) -> Template:
    """The template with this id. Raises NotFound."""
    for template in all_templates():
        if template.id == template_id:
            return template
    raise NotFound(f"There is no template “{template_id}”.", "Choose one of the templates on the first page.")


def _read(text: str) -> Template:
    fields = json.loads(text)
    return Template(
        **fields
        | {
            "needs": tuple(fields["needs"]),
            "dialogue": tuple(Line(**line) for line in fields["dialogue"]),
            "needs_in_other_languages": _tuples(fields["needs_in_other_languages"]),
            "keywords": _tuples(fields["keywords"]),
        }
    )


def _tuples(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(items) for language, items in lists.items()}
