"""What a program told when it began the session reaches the model, as material."""

from builder.core.session import CONTEXT, Session
from builder.interviewers.expert.instructions import instructions
from builder.interviewers.expert.memory import Memory
from builder.interviewers.expert.sending import state
from builder.interviewers.expert.taking import Taken


def test_the_context_of_a_program_is_sent_as_data() -> None:
    context = {"company": "Example Ltd", "sizes": [1, 2]}
    sent = state(Session("s", notes={CONTEXT: context}), Memory(), Taken("Hello"))
    assert sent["context"] == context
    assert "`context`" in instructions("Interview")


def test_a_session_without_context_sends_none() -> None:
    assert "context" not in state(Session("s"), Memory(), Taken("Hello"))
