"""Each starting template is a whole, valid agent of good quality, and shows what it does."""

import json
import re
from collections import Counter

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from builder.core import placeholders
from builder.core.check import check
from builder.core.convert import as_config, operations
from builder.core.draft import Draft
from builder.core.errors import NotFound
from builder.templates import Template, all_templates, find

LANGUAGES = ("en", "es", "de", "fr")
each_template = pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.id)
structured = [template for template in all_templates() if template.config["return_type"] == "structured"]
conversational = [template for template in all_templates() if template.config["return_type"] == "unstructured"]


def system_prompt(template: Template) -> str:
    return template.agent().prompt("system").content


def test_there_are_enough_and_about_half_are_structured() -> None:
    assert len(all_templates()) >= 14
    assert min(len(structured), len(conversational)) >= 6
    assert len({template.category for template in all_templates()}) >= 8


def test_no_id_title_or_agent_name_is_used_twice() -> None:
    titles = [[template.title, *template.titles.values()] for template in all_templates()]
    for names in (
        [template.id for template in all_templates()],
        [template.config["name"].lower() for template in all_templates()],
        [title.lower() for pair in titles for title in set(pair)],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_a_template_is_found_by_its_id() -> None:
    assert find("billing_support").config["name"] == "BillingSupport"


def test_an_unknown_id_is_refused_with_a_next_step() -> None:
    with pytest.raises(NotFound, match="no template “nothing”"):
        find("nothing")


@each_template
def test_its_file_is_named_after_its_id(template: Template) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", template.id)


@each_template
def test_its_configuration_is_valid(template: Template) -> None:
    assert check(template.config) == []


@each_template
def test_its_configuration_survives_the_draft_unchanged(template: Template) -> None:
    draft = Draft()
    for operation in operations(draft, template.config):
        applied = draft.apply(operation)
        assert applied.problem is None
        draft = applied.draft
    assert as_config(draft) == template.agent().to_json() == template.config


@each_template
def test_every_placeholder_is_explained_in_a_sentence(template: Template) -> None:
    for prompt in template.agent().prompts:
        for name in placeholders.used(prompt.content):
            sentence = prompt.placeholders[name]
            assert len(sentence.split()) >= 4, name
            assert sentence.endswith("."), name


@each_template
def test_a_run_needs_something_from_the_person(template: Template) -> None:
    assert placeholders.used(template.agent().prompt("user").content)


@each_template
def test_its_system_prompt_names_role_task_steps_limits_gaps_and_data(template: Template) -> None:
    text = system_prompt(template)
    assert text.startswith("You ")
    for heading in ("Your task\n", "How you work\n", "Limits\n", "When something is missing\n"):
        assert heading in text, heading
    assert re.search(r"^1\. ", text, re.M)
    last_line = text.rsplit("\n", 1)[-1]
    assert re.search(r"instruction|order|command", last_line, re.I), "the last line says that input is data"


@each_template
def test_it_speaks_four_languages_on_the_screen(template: Template) -> None:
    for translated in (template.titles, template.summaries, template.categories, template.needs_in_other_languages):
        assert set(translated) == set(LANGUAGES) - {"en"}
    assert set(template.keywords) == set(LANGUAGES)
    for language in LANGUAGES:
        words = template.keywords[language]
        assert len(words) >= 4
        assert list(words) == [word.lower().strip() for word in words]
        assert len(set(words)) == len(words)
        assert template.title_in(f"{language}-XX").strip()
        assert template.summary_in(language).count(".") == 1, "one sentence"
        assert template.category_in(language).strip()
        assert len(template.needs_in(language)) == len(template.needs)


def test_an_unknown_language_gets_english_words() -> None:
    template = find("translation")
    assert (template.title_in("it"), template.summary_in("it")) == (template.title, template.summary)
    assert (template.category_in("it"), template.needs_in("it")) == (template.category, template.needs)


def test_a_category_has_one_name_in_each_language() -> None:
    for language in LANGUAGES:
        names = {(template.category, template.category_in(language)) for template in all_templates()}
        assert len(names) == len({category for category, _ in names})


@each_template
def test_it_invents_no_contact_address_or_price(template: Template) -> None:
    text = json.dumps(template.config, ensure_ascii=False)
    assert not re.search(r"https?://|www\.|\w@\w|[$€£]\s?\d|\d\s?[$€£]|\+\d{2}|\d{5,}", text)


@each_template
def test_its_description_is_one_sentence_about_the_agent(template: Template) -> None:
    description = template.config["description"]
    assert description.count(".") == 1
    assert description.endswith(".")
    assert not re.search(r"\b(I|we|want|need)\b", description)


@each_template
def test_its_sample_begins_with_a_person_and_ends_with_the_agent(template: Template) -> None:
    roles = [line.role for line in template.dialogue]
    assert roles == ["user", "agent"] * (len(roles) // 2)
    assert roles


@pytest.mark.parametrize("template", structured, ids=lambda template: template.id)
def test_its_sample_output_fits_its_schema(template: Template) -> None:
    validator = Draft202012Validator(template.config["schema_definition"], format_checker=FormatChecker())
    for line in template.dialogue:
        if line.role == "agent":
            assert [error.message for error in validator.iter_errors(json.loads(line.text))] == []


@pytest.mark.parametrize("template", structured, ids=lambda template: template.id)
def test_every_output_is_described_and_nothing_else_is_allowed(template: Template) -> None:
    schema = template.config["schema_definition"]
    assert schema["required"]
    assert schema["additionalProperties"] is False
    for name, output in schema["properties"].items():
        assert output.get("description", "").endswith("."), name


@pytest.mark.parametrize("template", structured, ids=lambda template: template.id)
def test_what_its_test_cases_expect_is_possible(template: Template) -> None:
    schema = {**template.config["schema_definition"], "required": []}
    for case in template.config.get("test_cases", []):
        assert [error.message for error in Draft202012Validator(schema).iter_errors(case["expect"])] == []


@each_template
def test_its_test_cases_fill_its_own_placeholders(template: Template) -> None:
    prompts = template.agent().prompts
    names = {name for prompt in prompts for name in placeholders.used(prompt.content)}
    asked = set(placeholders.used(template.agent().prompt("user").content))
    for case in template.config.get("test_cases", []):
        assert asked <= set(case["inputs"]) <= names


@pytest.mark.parametrize("template", conversational, ids=lambda template: template.id)
def test_a_conversational_template_opens_the_talk(template: Template) -> None:
    assert template.config.get("first_message") or template.config.get("conversation_starters")
