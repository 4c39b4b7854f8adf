"""Which part of JSON Schema a platform takes. One function rewrites a schema for it: `fitting.fit`."""

from dataclasses import dataclass

BASIC = frozenset(("type", "description", "properties", "required", "items", "enum"))
NUMBERS = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"))
TEXTS = frozenset(("minLength", "maxLength", "pattern", "format"))
ARRAYS = frozenset(("minItems", "maxItems", "uniqueItems"))
OBJECTS = frozenset(("minProperties", "maxProperties"))
TOLD = NUMBERS | TEXTS | ARRAYS | OBJECTS | {"default", "examples"}  # what can be said in words instead


@dataclass(frozen=True, slots=True)
class Subset:
    """`keywords` stay as they are; of the others those in TOLD go into the description, the rest is dropped.

    Structure is rewritten where it is not taken: `$ref` inlined and `allOf` merged always, so that every platform gets
    the same plain form; `oneOf` as `anyOf`; type lists as `anyOf`; `const` as an enum of one.
    """

    keywords: frozenset[str] = BASIC | {"anyOf"}
    const: bool = False
    type_lists: bool = False
    one_of: bool = False
    maps: bool = True  # objects whose keys are not named
    untyped: bool = False  # a value of any kind
    closed: bool = False  # every object says additionalProperties: false
    all_required: bool = False  # an optional property becomes required and may be null
    only_text_enums: bool = False
    most_choices: int | None = None  # values in an enum
    deepest: int | None = None  # levels of objects and arrays below the root; 0: only plain values in it


# For platforms that take any schema but trip over references: nearly everything, with each reference in its place.
NO_REFERENCES = Subset(
    BASIC | NUMBERS | TEXTS | ARRAYS | OBJECTS | {"anyOf", "additionalProperties", "default", "examples", "title"},
    const=True,
    type_lists=True,
    one_of=True,
    untyped=True,
)
