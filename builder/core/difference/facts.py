"""One thing that changed, as a sentence by its code, so that pages can say it in other languages."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Literal

Mark = Literal["added", "removed", "changed"]
LONGEST_VALUE = 160
MOST_VALUES = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """`code` is stable; `params` fill the gaps of its sentence; `field` is a draft field."""

    code: str
    field: str
    mark: Mark
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def text(self) -> str:
        return sentence(self.code, self.params, WORDS)

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "mark": self.mark, "params": dict(self.params), "text": self.text}


def sentence(code: str, params: Mapping[str, Any], table: Mapping[str, str]) -> str:
    """The sentence of a code. The table has "CODE" (or "CODE.one" and "CODE.many" for a number n), "kind.K", "rule.R"
    and "root". Raises KeyError for a code that has none."""
    if "n" in params:
        code = f"{code}.{'one' if params['n'] == 1 else 'many'}"
    return table[code].format(**{name: _said(name, value, table) for name, value in params.items()})


def _said(name: str, value: Any, table: Mapping[str, str]) -> str:
    if name == "output":
        return str(value) or table["root"]
    if name == "rule":
        return table.get(f"rule.{value}", f"“{value}”")
    if name.endswith("kind"):
        return " | ".join(_kind(part, table) for part in str(value).split("|"))
    if name == "values":
        shown = [shown_value(item) for item in value[:MOST_VALUES]]
        return ", ".join([*shown, *(["…"] if len(value) > MOST_VALUES else [])])
    return value if isinstance(value, str) else shown_value(value)


def _kind(name: str, table: Mapping[str, str]) -> str:
    if name.startswith("list:"):
        return table["kind.list_of"].format(kind=_kind(name.removeprefix("list:"), table))
    return table.get(f"kind.{name}", name)


def shown_value(value: Any) -> str:
    """A value on one line: a text as it is, anything else as JSON, cut where it is long."""
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(written.split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1].rstrip()}…"


WORDS: Mapping[str, str] = {
    "text_set": "new: “{new}”",
    "text_gone": "removed, it was “{old}”",
    "text_changed": "“{old}” → “{new}”",
    "sentences_added.one": "{n} sentence added",
    "sentences_added.many": "{n} sentences added",
    "sentences_removed.one": "{n} sentence removed",
    "sentences_removed.many": "{n} sentences removed",
    "sentences_changed.one": "{n} sentence changed",
    "sentences_changed.many": "{n} sentences changed",
    "spacing": "only spaces, line breaks or the order changed",
    "now_structured": "programs read the answers now (structured data)",
    "now_unstructured": "people read the answers now (conversation)",
    "item_added": "“{item}” was added",
    "item_removed": "“{item}” was removed",
    "item_settings": "“{item}” has other settings",
    "moved": "in another order",
    "gap_added": "{{{name}}} is new",
    "gap_removed": "{{{name}}} was removed",
    "gap_renamed": "{{{old}}} is called {{{new}}} now",
    "gap_explained": "{{{name}}} is explained otherwise",
    "cases_added.one": "{n} case added",
    "cases_added.many": "{n} cases added",
    "cases_removed.one": "{n} case removed",
    "cases_removed.many": "{n} cases removed",
    "entry_set": "“{key}” is set: {new}",
    "entry_gone": "“{key}” is no longer set, it was {old}",
    "entry_changed": "“{key}”: {old} → {new}",
    "step_renamed": "step “{old}” is called “{new}” now",
    "step_kind": "step “{item}” is of another kind: {old} → {new}",
    "step_next": "step “{item}” leads elsewhere",
    "output_added": "“{output}” was added ({kind})",
    "output_added_required": "“{output}” was added ({kind}, required)",
    "output_removed": "“{output}” was removed",
    "output_renamed": "“{old}” is called “{new}” now",
    "output_required": "“{output}” became required",
    "output_optional": "“{output}” became optional",
    "output_kind": "“{output}”: {old_kind} → {new_kind}",
    "output_explained": "“{output}” is explained otherwise",
    "values_added": "“{output}” may also be: {values}",
    "values_removed": "“{output}” may no longer be: {values}",
    "values_set": "“{output}” may only be: {values}",
    "values_open": "“{output}” is no longer one of: {values}",
    "rule_set": "“{output}”: {rule} is {new}",
    "rule_gone": "“{output}”: {rule} was {old}, there is none any more",
    "rule_changed": "“{output}”: {rule} {old} → {new}",
    "closed": "“{output}” takes only what is listed",
    "opened": "“{output}” takes more than what is listed",
    "other": "“{output}” changed in its fine points: {rule}",
    "fits": "Everything that fitted before still fits",
    "listed": "Everything still fits that held only what was listed",
    "may_not": "Old outputs may not fit",
    "unknown": "It cannot be told whether old outputs still fit",
    "misfit_required": "“{output}” is required now",
    "misfit_unlisted": "“{output}” was not listed before and may have been anything",
    "misfit_closed": "“{output}” takes only what is listed",
    "misfit_gone": "“{output}” is not allowed any more",
    "misfit_kind": "“{output}” may have been: {kind}",
    "misfit_values": "“{output}” may have had another value than: {values}",
    "misfit_rule": "“{output}”: {rule} is {new} now",
    "misfit_unclear": "“{output}”: {rule} cannot be compared",
    "root": "the whole",
    "kind.text": "text",
    "kind.number": "number",
    "kind.whole": "whole number",
    "kind.yes_no": "yes or no",
    "kind.date": "date",
    "kind.choice": "one of several values",
    "kind.object": "object",
    "kind.list": "list",
    "kind.list_of": "list of {kind}",
    "kind.nothing": "nothing",
    "kind.any": "anything",
    "kind.never": "nothing at all",
    "rule.minimum": "the smallest value",
    "rule.maximum": "the largest value",
    "rule.exclusiveMinimum": "the value above which it lies",
    "rule.exclusiveMaximum": "the value below which it lies",
    "rule.multipleOf": "the number of which it is a multiple",
    "rule.minLength": "the least number of characters",
    "rule.maxLength": "the largest number of characters",
    "rule.minItems": "the least number of entries",
    "rule.maxItems": "the largest number of entries",
    "rule.minProperties": "the least number of parts",
    "rule.maxProperties": "the largest number of parts",
    "rule.uniqueItems": "no entry twice",
    "rule.pattern": "the pattern",
    "rule.format": "the format",
    "rule.size": "its size",
}
