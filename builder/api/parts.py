"""What routes ask for: the services, and ids that may be asked about."""

import uuid
from typing import Annotated

from fastapi import Depends, Request

from builder.core.errors import NotFound
from builder.services.interview import Interviews
from builder.wiring import App


async def _interviews(request: Request) -> Interviews:
    app: App = await request.app.state.find()
    return app.interviews


Talks = Annotated[Interviews, Depends(_interviews)]


def spelled(given: object) -> str:
    """The id in its one spelling. NotFound for what cannot be one: such a session is not there."""
    try:
        return str(uuid.UUID(given if isinstance(given, str) else ""))
    except ValueError:
        raise NotFound("There is no such session.", "Begin one with POST /session/.") from None
