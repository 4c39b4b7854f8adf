"""Programs of the OpenAI Agents SDK, as people paste them: read as trees, and never run."""

from typing import Any

import pytest

from builder.importers.intake import Intake, Item, Upload, intake

# As OpenAI's Agent Builder writes a workflow out: agents at the top, their texts in functions, the run below.
WORKFLOW = '''
from agents import Agent, FileSearchTool, HostedMCPTool, ModelSettings, RunConfig, RunContextWrapper, Runner
from agents import TResponseInputItem, WebSearchTool, function_tool, trace
from openai.types.shared.reasoning import Reasoning
from pydantic import BaseModel

stock = HostedMCPTool(tool_config={
  "type": "mcp",
  "server_label": "stock",
  "allowed_tools": ["count", "reserve"],
  "authorization": "Bearer abcdefgh12345678",
  "require_approval": "always",
  "server_url": "https://mcp.example.com/sse"
})
web = WebSearchTool(search_context_size="medium")
files = FileSearchTool(vector_store_ids=["vs_123"])

class SortSchema(BaseModel):
  kind: str
  urgent: bool

class AnswererContext:
  def __init__(self, state_branch: str) -> None:
    self.state_branch = state_branch

def answerer_instructions(run_context: RunContextWrapper[AnswererContext], _agent: Agent[AnswererContext]):
  state_branch = run_context.context.state_branch
  return f"""You answer customers of the branch {state_branch}.
Never promise a date. Write {{"a": 1}} as it stands."""

sorter = Agent(
  name="Sort letters",
  instructions="""Sort the letter.
Say what kind it is.""",
  model="gpt-5-mini",
  output_type=SortSchema,
  model_settings=ModelSettings(temperature=1, top_p=1, max_tokens=2048, store=True)
)

answerer = Agent(
  name="Answerer",
  instructions=answerer_instructions,
  model="gpt-5",
  tools=[stock, web, files],
  model_settings=ModelSettings(store=True, reasoning=Reasoning(effort="low", summary="auto"))
)

class WorkflowInput(BaseModel):
  input_as_text: str

async def run_workflow(workflow_input: WorkflowInput):
  with trace("Letters"):
    workflow = workflow_input.model_dump()
    history: list[TResponseInputItem] = [
      {"role": "user", "content": [{"type": "input_text", "text": workflow["input_as_text"]}]}
    ]
    sorted_temp = await Runner.run(sorter, input=[
      *history,
      {"role": "user", "content": [{"type": "input_text", "text": f"The letter: {workflow['input_as_text']}"}]}
    ], run_config=RunConfig(trace_metadata={"workflow_id": "wf_1"}))
    answer_temp = await Runner.run(answerer, input=[*history])
    raise SystemExit("this ran")
'''


def read(text: str, name: str = "") -> Intake:
    return intake([Upload(name, text.encode())])


def agent(*arguments: str, before: str = "") -> Item:
    head = "from agents import Agent, ModelSettings, Runner, function_tool\nfrom pydantic import BaseModel, Field\n"
    [item] = read(f"{head}from typing import *\n{before}\nthing = Agent({', '.join(arguments)})\n").items
    return item


def system(item: Item) -> str:
    return str(item.values["prompts"][0]["content"])


def schema(type_: str, before: str = "") -> Any:
    item = agent("name='A'", "instructions='Be kind.'", f"output_type={type_}", before=before)
    return item.values["schema_definition"]


def told(item: Item) -> list[tuple[str, str]]:
    return [(remark.where, remark.code) for remark in item.remarks]


def test_a_workflow_of_agent_builder_is_all_its_agents() -> None:
    sorter, answerer = read(WORKFLOW).items
    assert (sorter.importer, sorter.path, answerer.path) == ("openai_python", "#sorter", "#answerer")
    assert sorter.values["name"] == "SortLetters"
    assert [prompt["content"] for prompt in sorter.values["prompts"]] == [
        "Sort the letter.\nSay what kind it is.",
        "The letter: {input_as_text}",
    ]
    assert sorter.values["schema_definition"] == {
        "type": "object",
        "properties": {"kind": {"type": "string"}, "urgent": {"type": "boolean"}},
        "required": ["kind", "urgent"],
    }
    settings = {"temperature": 1, "top_p": 1, "max_tokens": 2048, "store": True}
    assert sorter.values["model"] == {"provider": "openai", "name": "gpt-5-mini", "settings": settings}
    assert system(answerer) == (
        'You answer customers of the branch {state_branch}.\nNever promise a date. Write {{"a": 1}} as it stands.'
    )
    assert answerer.values["model"]["settings"]["reasoning"] == {"effort": "low", "summary": "auto"}
    mcp = {"name": "stock", "url": "https://mcp.example.com/sse", "tools": ["count", "reserve"]}
    assert answerer.values["tools"] == [
        {"mcp": mcp},
        {"name": "web_search", "parameters": {}},
        {"name": "file_search", "parameters": {}},
    ]
    assert (sorter.problems, answerer.problems) == ((), ())


def test_keys_do_not_come_along() -> None:
    answerer = read(WORKFLOW).items[1]
    assert "abcdefgh12345678" not in repr(answerer)
    assert ("answerer.tools.0.authorization", "is_key") in told(answerer)
    keyed = agent("name='A'", "instructions='x'", "model=Chat(model='gpt-5', api_key='sk-abcdefghijklmnop1234')")
    assert "abcdefghijklmnop" not in repr(keyed)
    assert keyed.values["model"]["name"] == "gpt-5"


def test_a_pasted_text_between_fences_is_read() -> None:
    assert len(read(f"Here it is:\n```python\n{WORKFLOW}\n```\nThat is all.").items) == 2
    assert len(read(WORKFLOW, "agents.py").items) == 2


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("'Be ' 'kind.'", "Be kind."),
        ("'Be ' + 'kind' + DOT", "Be kind."),
        ("f'Serve {COMPANY} and {customer}'", "Serve ACME and {customer}"),
        ("f'{user.name} in {data[\"city\"]} {get(\"x\")!r:>10} {4}'", "{name} in {city} {get} 4"),
        ("'Serve {who} {{now}}'.format(who=x)", "Serve {who} {{now}}"),
        ("'Serve %s in %(city)s 100%%' % who", "Serve {who} in {city} 100%"),
        ("dedent('''\n    One\n      two\n''').strip()", "One\n  two"),
        ("'\\n'.join(['One', f'two {n}', COMPANY])", "One\ntwo {n}\nACME"),
        ("lambda context, agent: f'Serve {context.context.name}'", "Serve {name}"),
        ("RULES", "Be short. Serve ACME."),
        ("'Answer in JSON: {\"a\": {}}'", 'Answer in JSON: {{"a": {{}}}}'),
    ],
)
def test_texts_are_put_together_without_a_run(said: str, meant: str) -> None:
    before = "COMPANY = 'ACME'\nDOT = '.'\nRULES = f'Be short. Serve {COMPANY}.'\n"
    assert system(agent("name='A'", f"instructions={said}", before=before)) == meant


def test_what_only_a_run_would_tell_is_refused() -> None:
    calls = ("load('prompt.txt')", "open('/etc/passwd').read()", "__import__('os').system('x')")
    for said in (*calls, "'a' * 9**9", "nothing"):
        item = agent("name='A'", f"instructions={said}")
        assert ("thing.instructions", "runs_code") in told(item), said
        assert "missing_system_prompt" in [problem.code for problem in item.problems]


def test_guardrails_hooks_and_servers_of_programs_are_refused() -> None:
    parts = ("input_guardrails", "output_guardrails", "hooks", "mcp_servers", "tool_use_behavior")
    item = agent("name='A'", "instructions='x'", *(f"{part}=[thing]" for part in parts), "odd=1")
    assert {(f"thing.{part}", "runs_code") for part in parts} <= set(told(item))
    assert ("thing.odd", "unknown_part") in told(item)


def test_tools_are_named_with_what_they_take() -> None:
    before = '''
@function_tool
async def look_up(context: RunContextWrapper, number: int, note: str = "") -> str:
    """Finds an order.

    Args:
        number: The order's number.
    """
    raise SystemExit("this ran")

@function_tool(name_override="send_mail", description_override="Sends it.")
def other(to: str): ...

helper = Agent(name="Helper", instructions="Help.")
'''
    asked = "helper.as_tool(tool_name='ask', tool_description='Asks.')"
    arguments = f"tools=[look_up, other, {asked}, make(), CodeInterpreterTool()]"
    head = "from agents import Agent, function_tool\n"
    items = read(f"{head}{before}\nthing = Agent(name='A', instructions='x', {arguments})").items
    item = next(item for item in items if item.values["name"] == "A")
    found = {tool["name"]: tool["parameters"] for tool in item.values["tools"]}
    assert list(found) == ["look_up", "send_mail", "ask", "code_interpreter"]
    assert found["look_up"]["properties"]["number"] == {"type": "integer", "description": "The order's number."}
    assert found["look_up"]["required"] == ["number"]
    assert found["send_mail"]["description"] == "Sends it."
    assert ("thing.tools.3", "runs_code") in told(item)


@pytest.mark.parametrize(
    ("type_", "meant"),
    [
        ("str", {"type": "string"}),
        ("Optional[int]", {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        ("float | None", {"anyOf": [{"type": "number"}, {"type": "null"}]}),
        ("Literal['a', 'b']", {"type": "string", "enum": ["a", "b"]}),
        ("list[str]", {"type": "array", "items": {"type": "string"}}),
        ("set[int]", {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}),
        ("dict[str, bool]", {"type": "object", "additionalProperties": {"type": "boolean"}}),
        ("datetime.date", {"type": "string", "format": "date"}),
        ("Annotated[int, Field(ge=1, le=9)]", {"type": "integer", "minimum": 1, "maximum": 9}),
        ("Annotated[str, 'What it is.']", {"type": "string", "description": "What it is."}),
        ("'Literal[1, 2]'", {"type": "integer", "enum": [1, 2]}),
        ("Any", {}),
        ("Colour", {"type": "string", "enum": ["red", "blue"]}),
        ("Alias", {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_types_are_schemas(type_: str, meant: Any) -> None:
    before = "class Colour(str, Enum):\n    RED = 'red'\n    BLUE = 'blue'\nAlias = list[str]\n"
    found = schema("M", f"{before}class M(BaseModel):\n    a: {type_}\n")
    assert found == {"type": "object", "properties": {"a": meant}, "required": ["a"]}


def test_models_say_what_is_needed_what_is_usual_and_what_is_meant() -> None:
    before = '''
class Line(BaseModel):
    sku: str = Field(min_length=2, pattern="^[A-Z]+$", description="Its sign.")
    count: int = 1

class Base(BaseModel):
    """What every answer has."""
    id: str

class Answer(Base):
    """An answer."""
    model_config = ConfigDict(extra="forbid")
    lines: List[Line] = Field(..., max_length=3)
    note: Optional[str] = None
    tags: list[str] = Field(default_factory=list)
    _hidden: int = 3
    kind: ClassVar[str] = "x"

    @field_validator("note")
    def check(cls, value): raise SystemExit("this ran")
'''
    found = schema("Answer", before)
    assert found["required"] == ["id", "lines"]
    assert found["description"] == "An answer."
    assert found["additionalProperties"] is False
    assert list(found["properties"]) == ["id", "lines", "note", "tags"]
    assert found["properties"]["lines"]["maxItems"] == 3
    line = found["properties"]["lines"]["items"]
    rules = {"minLength": 2, "pattern": "^[A-Z]+$", "description": "Its sign."}
    assert line["properties"]["sku"] == {"type": "string", **rules}
    assert line["properties"]["count"] == {"type": "integer", "default": 1}
    assert line["required"] == ["sku"]


def test_typed_dictionaries_and_data_classes_are_schemas_too() -> None:
    typed = "class T(TypedDict, total=False):\n    a: Required[str]\n    b: int\n"
    assert schema("T", typed)["required"] == ["a"]
    data = "@dataclass\nclass D:\n    a: str\n    b: int = field(default=3)\n    c: NotRequired[int]\n"
    assert schema("D", data)["required"] == ["a"]


def test_a_class_that_holds_itself_refers_to_itself() -> None:
    found = schema("Node", "class Node(BaseModel):\n    name: str\n    children: list['Node']\n")
    assert found["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}
    assert found["$defs"]["Node"]["properties"]["name"] == {"type": "string"}


def test_an_output_that_is_no_object_stands_in_one() -> None:
    item = agent("name='A'", "instructions='x'", "output_type=list[str]")
    assert item.values["schema_definition"]["properties"] == {"result": {"type": "array", "items": {"type": "string"}}}
    assert ("thing.output_type", "schema_wrapped") in told(item)


def test_a_type_of_which_nothing_is_known_is_open_and_told() -> None:
    item = agent("name='A'", "instructions='x'", "output_type=Elsewhere")
    assert ("thing.output_type", "type_open") in told(item)


def test_handoffs_are_agents_of_their_own_and_the_one_that_hands_over_comes_first() -> None:
    text = '''
from agents import Agent, handoff
billing = Agent(name="Billing", instructions="Bills.", handoff_description="Knows bills.")
desk = Agent[Context](name="Desk", instructions="Hand over.", handoffs=[billing, handoff(billing)])
copy = billing.clone(name="Copy")
'''
    items = read(text).items
    assert [item.values["name"] for item in items] == ["Desk", "Billing", "Copy"]
    assert items[0].values["prompts"][0]["content"] == "Hand over."
    assert [remark.params["name"] for remark in items[0].remarks if remark.code == "handoff"] == ["Billing", "Billing"]
    assert [item.values["description"] for item in items[1:]] == ["Knows bills."] * 2
    assert system(items[2]) == "Bills."


def test_a_handover_is_told_by_the_name_of_the_agent() -> None:
    text = '''
from agents import Agent, handoff
b = Agent(name="Billing desk", instructions="Bills.")
desk = Agent(name="Desk", instructions="Hand over.", handoffs=[
    b, handoff(agent=b), handoff(Agent(name="In place")), far])
'''
    [desk, _] = read(text).items
    names = [remark.params["name"] for remark in desk.remarks if remark.code == "handoff"]
    assert names == ["Billing desk", "Billing desk", "In place", "far"]


def test_a_docstring_is_what_the_tool_says_of_itself() -> None:
    before = '''
@function_tool
def look_up(number: int) -> str:
    """Finds an order.

    Only those of this year
    are found.
    """

made = FunctionTool(name="made", description="Is made.", params_json_schema={}, on_invoke_tool=run)
'''
    item = agent("name='A'", "instructions='x'", "tools=[look_up, made]", before=before)
    found = {tool["name"]: tool["parameters"]["description"] for tool in item.values["tools"]}
    assert found == {"look_up": "Finds an order.\n\nOnly those of this year\nare found.", "made": "Is made."}


def test_agents_of_other_libraries_are_not_taken_for_these() -> None:
    for library in ("pydantic_ai", "crewai", "google.adk.agents", "agno.agent"):
        text = f"from {library} import Agent\na = Agent(name='A', instructions='Be kind.')"
        assert [item for item in read(text, "a.py").items if item.importer == "openai_python"] == []


def test_programs_that_cannot_be_read_say_why() -> None:
    [broken] = read("from agents import Agent\na = Agent(name='A'", "a.py").refused
    assert (broken.code, broken.params["line"]) == ("broken_python", 2)
    script = 'import { Agent } from "@openai/agents";\nconst a = new Agent({ name: "A", instructions: "Be kind." });'
    for name in ("", "a.ts"):
        [refused] = read(script, name).refused
        assert refused.code == "typescript"
        assert "Python" in refused.next_step


def test_nothing_of_a_program_runs() -> None:
    """Everything that a module can do when it is loaded, in one that is only read."""
    text = '''
import os, sys
from agents import Agent
os.environ["RAN"] = "yes"
open("ran.txt", "w").write("x")
sys.exit("this ran")
class Bad(type(exec("raise SystemExit"))):
    x = [c for c in ().__class__.__base__.__subclasses__()]
thing = Agent(name=(lambda: sys.exit())() or "A", instructions=exec("1") or "Be kind.")
'''
    [item] = read(text, "thing.py").items
    assert item.values["name"] == "thing"
