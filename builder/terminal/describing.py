"""`python -m builder openapi`: the description of the API, without a server."""

import json

from builder.api.app import description_of


def run() -> None:
    print(json.dumps(description_of(), ensure_ascii=False, indent=2))
