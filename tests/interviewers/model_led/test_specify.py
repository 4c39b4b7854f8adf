"""One specification in, a finished draft out."""

from builder.core.events import Agreed, Planned
from tests.interviewers.model_led.conftest import Begin
from tests.interviewers.model_led.talking import READY, answer, sets, step
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import Answer

TEXT = "Build an agent that sorts parcel complaints by urgency: low, medium or high."


async def test_everything_is_decided_in_one_call(begin: Begin) -> None:
    schema = step("set", "schema_definition", READY["schema_definition"])
    given = sets(**{name: READY[name] for name in READY if name not in ("schema_definition", "name")})
    talk = begin(answer("ParcelDesk is ready.", *given, schema, step("set", "name", "ParcelDesk", source="assumed")))
    assert await talk.specify(TEXT) == "ParcelDesk is ready."
    assert talk.calls == 1 and talk.is_valid and talk.session.stage == "COMPLETED"
    assert talk.session.draft.assumed == ["name"]
    assert "no talk" in talk.sent.system and talk.data["person"] == TEXT


async def test_what_the_model_leaves_open_is_decided_by_code_and_marked(begin: Begin) -> None:
    talk = begin(answer("Ready.", *sets(description="Sorts parcel complaints by urgency.", return_type="structured")))
    await talk.specify(TEXT)
    assert talk.is_valid and Planned() in talk.events and Agreed() in talk.events
    assert {"name", "system_prompt", "user_prompt", "schema_definition"} <= set(talk.session.draft.assumed)


async def test_a_model_that_says_nothing_useful_leaves_it_to_the_offline_guide(begin: Begin) -> None:
    talk = begin({"what": "nonsense"})
    assert await talk.specify(TEXT)
    assert talk.is_valid and "low" in str(talk.value("schema_definition"))


async def test_a_text_without_a_task_is_refused_as_such(begin: Begin) -> None:
    talk = begin(answer("There is no task.", heard="other"))
    await talk.specify("Hello there!")
    assert talk.failed and talk.failed.cause == "text"


async def test_a_fault_is_said_and_nothing_is_left(begin: Begin, fake: Gemini) -> None:
    talk = begin()
    fake.play([Answer(fault=faults.BAD_REQUEST)])
    await talk.specify(TEXT)
    assert talk.failed and talk.failed.cause == "engine" and talk.session.draft.entries == {}
