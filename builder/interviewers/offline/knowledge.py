"""What agents of a trade usually need, from the starting templates."""

from collections.abc import Mapping
from typing import Any

from builder.templates import Template, all_templates

_SURE = 2  # keywords of a template that must occur


def usual_outputs(said: str, language: str) -> dict[str, Any]:
    """The outputs of the template that clearly fits what was said; {} when none does.

    Templates are written in English, so other languages get none.
    """
    text = said.lower()
    ranked = sorted(
        ((_hits(template, text, language), template.id, template) for template in _structured()),
        reverse=True,
        key=lambda r: r[:2],
    )
    if language != "en" or not ranked or ranked[0][0] < _SURE:
        return {}
    schema = ranked[0][2].config["schema_definition"]
    return dict(schema) if isinstance(schema, Mapping) else {}


def _structured() -> list[Template]:
    return [template for template in all_templates() if template.config.get("return_type") == "structured"]


def _hits(template: Template, text: str, language: str) -> int:
    return sum(word in text for word in template.keywords.get(language, ()))
