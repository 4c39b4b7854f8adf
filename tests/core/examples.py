"""A valid configuration of each kind, and Hypothesis strategies for operations."""

from typing import Any

from hypothesis import strategies as st

from builder.core.draft import FIELDS
from builder.core.operation import Operation


def structured(**changes: Any) -> dict[str, Any]:
    prompts = [
        {
            "prompt_type": "system",
            "content": "You sort letters for {firm_name}.",
            "placeholders": {"firm_name": "The name of the firm."},
        },
        {"prompt_type": "user", "content": "{letter}", "placeholders": {"letter": "The text of the letter."}},
    ]
    schema = {
        "type": "object",
        "properties": {"urgent": {"type": "boolean"}, "desk": {"type": "string", "enum": ["sales", "law"]}},
        "required": ["desk"],
    }
    base = {"name": "LetterSorter", "description": "Sorts letters.", "return_type": "structured", "prompts": prompts}
    return {key: value for key, value in {**base, "schema_definition": schema, **changes}.items() if value is not ...}


def conversational(**changes: Any) -> dict[str, Any]:
    return structured(**{"return_type": "unstructured", "schema_definition": ..., **changes})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["a", "b", "priority", "Bad Name", ""])
operations = st.builds(
    Operation,
    action=st.sampled_from(["set", "unset", "add", "remove", "put", "drop", "rename"]),
    field=st.sampled_from([*FIELDS, "nonsense"]),
    value=json_values | st.sampled_from(["structured", "unstructured", "Hello {a} and {{b}}", {"type": "string"}]),
    key=st.none() | names,
    source=st.sampled_from(["user", "assumed"]),
)
