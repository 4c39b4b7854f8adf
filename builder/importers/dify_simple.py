"""Dify's simple apps (chatbot, agent, text generator): one prompt, a form and a model, without a graph."""

from collections.abc import Mapping
from typing import Any

from builder.importers import prompts
from builder.importers.dify_flow import messages
from builder.importers.dify_parts import asked, model, opening, pass_what_is_off, tools
from builder.importers.dify_text import Gaps
from builder.importers.remarks import Remark
from builder.importers.taking import Taking


def simple(told: Taking) -> tuple[dict[str, Any], list[Remark]]:
    """The values of a `model_config`, and its remarks."""
    names, of_form = asked(told.items("user_input_form"), told.place("user_input_form"))
    gaps = Gaps(hints={name: hint for name, hint in names.items() if hint})
    system, user = _texts(told, gaps, list(names))
    written = prompts.prompts(system, user, gaps.sentences(), told.place("pre_prompt"))
    of_model, of_agent = told.inside("model"), told.inside("agent_mode")
    values = {**model(of_model), **opening(told), "return_type": "unstructured", "prompts": written.items}
    named, of_tools = tools(of_agent.anything("tools"), of_agent.place("tools"))
    of_agent.passed("enabled", "strategy", "max_iteration")
    told.passed("prompt_type", "dataset_query_variable")
    unfilled = [name for name in names if name not in gaps.said]
    unused = [Remark("left_out", f"user_input_form.{name}"[:200], "unknown_part") for name in unfilled]
    pass_what_is_off(told)
    remarks = [*of_form, *gaps.remarks, *written.remarks, *unused, *of_model.rest(), *of_tools, *of_agent.rest()]
    return {**values, **({"tools": named} if named else {})}, [*remarks, *told.remarks]


def _texts(told: Taking, gaps: Gaps, names: list[str]) -> tuple[prompts.Parts, prompts.Parts | None]:
    """The prompt; of those who write all messages by hand, the messages."""
    pre_prompt, is_by_hand = told.text("pre_prompt"), told.text("prompt_type") == "advanced"
    chat, completion = told.inside("chat_prompt_config"), told.inside("completion_prompt_config")
    by_hand = chat.anything("prompt") or completion.anything("prompt")
    completion.passed("conversation_histories_role")
    told.remarks += [*chat.rest(), *completion.rest()]
    if not is_by_hand or not by_hand:
        return _filled(gaps.cut(pre_prompt, told.place("pre_prompt")), gaps, names, told), None
    system, user = messages(by_hand if isinstance(by_hand, list | Mapping) else [], told, gaps)
    return _filled(system, gaps, names, told), user and _filled(user, gaps, names, told)


def _filled(cut: prompts.Parts, gaps: Gaps, names: list[str], told: Taking) -> prompts.Parts:
    """With the gaps `{{name}}` of the form, too; without a form, of any name."""
    found = list[tuple[bool, str]]()
    for is_gap, piece in cut:
        if is_gap:
            found.append((True, piece))
            continue
        for inner_gap, inner in prompts.parts(piece, prompts.DOUBLE, names or None):
            found += gaps.cut_jinja(f"{{{{{inner}}}}}", {}, told.place("pre_prompt")) if inner_gap else [(False, inner)]
    return found


