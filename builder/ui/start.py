"""Ways to begin an agent from the first page: from a sentence, or from a template."""

from collections.abc import AsyncGenerator
from typing import Any, cast

from builder.core.convert import as_config, as_draft
from builder.templates import Template
from builder.ui import bridge
from builder.ui.build import begin

PATIENCE = 60.0


def from_sentence(text: str, language: str) -> str:
    """A new session in which the person has already said this; the answer is on its way. Returns the session's id."""
    session_id = begin(language)
    bridge.run(_say(session_id, text))
    return session_id


async def _say(session_id: str, text: str) -> None:
    """Waits until the message is stored; the turn goes on, and the Build page follows it."""
    events = cast(AsyncGenerator[Any, None], bridge.app().interviews.send(session_id, text, linger=PATIENCE))
    await anext(events)
    await events.aclose()


def from_template(template: Template, language: str) -> str:
    """A new session whose draft is the template's, open to every change. Returns the session's id."""
    return bridge.run(bridge.app().interviews.begin(language=language, config=template.config)).id


def use_template(template: Template) -> str:
    """The template as an agent of the gallery, as it is. Returns the id of a session that shows it unchanged."""
    agent = bridge.run(bridge.app().gallery.create(template.config))
    session = bridge.run(bridge.app().gallery.open(agent.id))
    if as_config(session.draft) == as_config(as_draft(template.config)):
        return session.id
    return bridge.run(bridge.app().interviews.begin(language=session.language, config=template.config)).id
