"""AG2: an agent's spec as JSON, and beside it the functions that the spec names."""

from dataclasses import replace

from builder.core.agent import AgentConfig
from builder.exporters.base import Export, Exporter, File
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.instructions import as_text
from builder.exporters.notes import left_out
from builder.exporters.openai_strict import STRICT
from builder.exporters.pairs import without_empty
from builder.exporters.python_text import stubs
from builder.exporters.toolbox import server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "AG2"
RESULT = "Reply"
# AG2 hands it to the model of any provider as it is, but for one: there all is made required and closed.
_SUBSET = replace(STRICT, type_lists=False)
_WRITTEN = ("name", "system_prompt", FIELD, "goals", "tone", "language", "guardrails", "tools")
_ABOUT_TOOLS = '"""The tools of the agent: write what they do."""\n'


class AG2(Exporter):
    name = "ag2"
    title = TITLE
    shelf = "framework"
    rank = 8
    purpose = "An agent for a network of agents, or for a Python program."
    place = (
        "`AgentSpec.model_validate_json(open(\"ag2_agent.json\").read())"
        ".to_agent(config=your_model, available_tools=[...])`"
    )
    version = "ag2 1.2.1"

    def write(self, config: AgentConfig) -> Export:
        told, tools = as_text(config, TITLE), toolbox(config, TITLE)
        own = stubs(tools.functions, TITLE)
        result = fit(config.schema_definition, _SUBSET) if config.schema_definition else Fitted({}, ())
        spec = {
            "name": config.name,
            "prompt": [told.content],
            "tool_names": [stub.name for stub in own],
            "response_schema": {"name": RESULT, "json_schema": result.schema} if result.schema else {},
        }
        files = [File("ag2_agent.json", as_json(without_empty(spec)))]
        if own:
            files.append(File("tools.py", "\n\n".join([_ABOUT_TOOLS, *(stub.source for stub in own)])))
        notes = [*told.notes, *result.notes, *tools.notes, *(note for stub in own for note in stub.notes)]
        told_of = (*_WRITTEN, *(note.field for note in told.notes))
        notes += [*server_notes(config, tools, TITLE, ()), *left_out(config, TITLE, told_of)]
        return Export(tuple(files), tuple(notes))
