"""An output schema for readers that follow no references, or only some of them."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.fitting import Fitted, fit
from builder.exporters.resolving import holds_references
from builder.exporters.subset import NO_REFERENCES


def in_one_piece(schema: Mapping[str, Any] | None) -> Fitted:
    """The schema as it is; one with references is written without. Empty where there is none."""
    schema = schema or {}
    return fit(schema, NO_REFERENCES) if holds_references(schema) else Fitted(dict(schema), ())
