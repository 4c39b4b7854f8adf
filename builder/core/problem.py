"""A problem: where something is wrong, why, and what to do. Plain words, for people.

The words stand in one table; the word packs of the pages translate them by the same codes.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from builder.core.operation import Operation


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """`code` is stable; `params` fills the gaps of its sentences.

    `field` is a draft field ("name") or a path below one ("schema_definition.priority"); "" means the whole.
    `mend` is set where only one repair makes sense.
    """

    code: str
    field: str
    reason: str
    next_step: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    line: int | None = None
    mend: Operation | None = None

    def to_json(self) -> dict[str, Any]:
        """As other programs read it; what is empty is left out."""
        found = {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
        found["mend"] = self.mend and self.mend.to_json()
        return {key: value for key, value in found.items() if value is not None and value != {}}


def problem(code: str, field: str, mend: Operation | None = None, **params: Any) -> Problem:
    """The problem with this code in English words. Raises KeyError for a code that has none."""
    reason, next_step = WORDS[code]
    return Problem(code, field, reason.format(**params), next_step.format(**params), params, mend=mend)


WORDS: Mapping[str, tuple[str, str]] = {
    "not_an_object": ("A configuration is a JSON object.", "Begin with {{ and end with }}."),
    "unknown_key": ("The key “{key}” is not known here.", "Remove it."),
    "misspelt_key": ("The key “{key}” is not known here.", "Did you mean “{near}”? Otherwise remove it."),
    "missing_name": ("The agent has no name yet.", "Give it a short name, for example CustomerService."),
    "missing_description": ("The description is empty.", "Say in one sentence what the agent does."),
    "missing_return_type": (
        "It is open whether people or programs read the answers.",
        "Choose conversational text or structured data.",
    ),
    "missing_system_prompt": (
        "The system prompt is empty.",
        "Write how the agent should work and what it must not do.",
    ),
    "missing_user_prompt": (
        "The user prompt is empty.",
        "Write what the agent is given each time, for example {{customer_message}}.",
    ),
    "missing_schema_definition": ("It is open which data the agent gives back.", "Add at least one output."),
    "double_prompt": ("There is more than one {kind} prompt.", "Keep one of them."),
    "bad_name": (
        "“{given}” cannot be a name: it starts with a letter and has only letters, digits, _ and -, 64 at the most.",
        "Choose a name such as CustomerService.",
    ),
    "mendable_name": (
        "“{given}” cannot be a name: it starts with a letter and has only letters, digits, _ and -, 64 at the most.",
        "“{mended}” would do.",
    ),
    "long_description": (
        "The description has {length} characters; {longest} are allowed.",
        "Shorten it to one sentence.",
    ),
    "bad_return_type": ("The return type is neither “structured” nor “unstructured”.", "Choose one of the two."),
    "bad_language": ("“{given}” is not a language tag.", "Write for example en, es, de-AT or pt-BR."),
    "missing_key": ("“{key}” is missing.", "Add it."),
    "empty": ("“{key}” is empty.", "Fill it in, or leave the key out."),
    "bad_value": ("“{key}” has a value of the wrong kind.", "It should be {wanted}."),
    "unlisted_placeholder": (
        "The placeholder {{{name}}} is not explained.",
        "Write a sentence on what to put in.",
    ),
    "unused_placeholder": (
        "“{name}” is explained, but the {prompt} prompt does not use it.",
        "Write {{{name}}} where it belongs, or remove the explanation.",
    ),
    "stray_brace": (
        "Line {at} has a single brace that is no placeholder.",
        "Write two braces for a literal one, or a name such as {{customer_message}}.",
    ),
    "needless_schema": (
        "A conversational agent has no output schema.",
        "Remove it, or make the agent structured.",
    ),
    "schema_not_object": (
        "The output schema is not a JSON object.",
        'Begin with {{"type": "object", "properties": ...}}.',
    ),
    "schema_too_deep": ("The output schema is nested more than {deepest} levels deep.", "Make it flatter."),
    "bad_schema": ("The output schema is not valid: {message}", "Correct that part of the schema."),
    "schema_root": ("The root of the output schema must be an object.", 'Write "type": "object" at its top.'),
    "schema_empty": ("The output schema names no outputs.", "Add at least one output."),
    "schema_required": (
        "“{name}” is required but is not among the outputs.",
        "Add it as an output, or make it not required.",
    ),
    "unknown_step": ("The step “{step}” leads to “{name}”, which does not exist.", "Name one of the steps."),
    "unknown_field": ("There is no field “{name}”.", "Use one of the fields of a configuration."),
    "unknown_entry": ("There is no “{name}” here.", "Name one that exists."),
    "bad_operation": ("The value does not fit this field.", "Send a value of the field's kind."),
    "unknown_tool": ("There is no tool “{name}” in the registry.", "Leave it out, or describe the step in words."),
    "too_many": ("More than {most} changes came at once.", "Ask for the rest in another message."),
    "bad_output": (
        "The description of this output cannot be read.",
        'Send an object such as {{"type": "string"}}.',
    ),
    "name_taken": (
        "An agent called “{name}” is there already, with other content.",
        "Bring it in as a new version of that agent, as a copy, or skip it.",
    ),
    "name_twice": (
        "An agent called “{name}” came in just before, with other content.",
        "Bring it in as a copy, or once more by itself.",
    ),
    "address_unusable": (
        "This is no address of a file on the web.",
        "Write for example https://example.com/agent.json.",
    ),
    "address_port": (
        "Such places are not opened: behind the number {port} is no server of the web, but another service.",
        "Use an address without that number, or get the file yourself and upload it.",
    ),
    "address_password": (
        "The address holds a name or a password.",
        "Get the file yourself and upload it.",
    ),
    "address_private": (
        "This address leads to a private place, such as this server itself or its own network.",
        "Get the file yourself and upload it. Who runs this server can allow it: IMPORT_PRIVATE_ADDRESSES.",
    ),
    "address_unknown": ("There is no server called “{host}”.", "Check the address."),
    "address_silent": ("“{host}” does not answer.", "Check the address, or try again later."),
    "address_slow": (
        "The file did not come within {seconds} seconds.",
        "Try again later, or get it yourself and upload it.",
    ),
    "address_answered": (
        "“{host}” does not give the file; it answered {status}.",
        "Check that the address opens in a private window of your browser, or upload the file.",
    ),
    "address_in_circles": (
        "The address leads on to another one, more than {most} times.",
        "Get the file yourself and upload it.",
    ),
    "address_too_large": (
        "The file has more than {most} bytes.",
        "Take a smaller one, or only the part with the agents.",
    ),
    "address_page": (
        "This address leads to a web page, not to a file.",
        "Use the address of the file itself; it is often behind “Raw” or “Download”.",
    ),
    "address_garbled": (
        "What “{host}” answers cannot be read.",
        "Get the file yourself and upload it.",
    ),
}
