"""Small words ("yes", "not yet", "thanks", "help") at every question: they never land in the agent."""

import json

import pytest

from tests.interviewers.talking import Talk

ANSWERS = {
    "en": (
        "An agent that answers questions of guests about our castle.",
        "Ordinary text.",
        "CastleTalk",
        "Kind. It never names prices.",
        "the guest's question",
    ),
    "de": (
        "Ein Agent, der Fragen der Gäste zu unserer Burg beantwortet.",
        "Normaler Text.",
        "CastleTalk",
        "Freundlich. Er nennt nie Preise.",
        "die Frage des Gastes",
    ),
    "es": (
        "Un agente que contesta preguntas de los huéspedes sobre nuestro castillo.",
        "Texto normal.",
        "CastleTalk",
        "Amable. Nunca da precios.",
        "la pregunta del huésped",
    ),
    "fr": (
        "Un agent qui répond aux questions des clients sur notre château.",
        "Texte normal.",
        "CastleTalk",
        "Aimable. Il ne donne jamais de prix.",
        "la question du client",
    ),
}
NO_YES = {
    "en": ("no thanks", "not yet", "skip", "stop", "wait", "thank you!", "hello", "what?", "help", "haha", "..."),
    "de": ("nein danke", "noch nicht", "überspringen", "stopp", "moment", "vielen Dank!", "hallo", "Hilfe"),
    "es": ("no gracias", "todavía no", "saltar", "para nada", "espera", "¡muchas gracias!", "hola", "no entiendo"),
    "fr": ("non merci", "pas encore", "passer", "pas du tout", "attends", "merci beaucoup !", "bonjour", "aide"),
}
YES = {
    "en": ("yep", "that's fine", "yes that's it, thanks"),
    "de": ("jep", "stimmt so", "ja genau"),
    "es": ("vale", "de acuerdo", "está bien"),
    "fr": ("ouais", "c'est bon", "bien sûr"),
}
LEFT_OPEN = {
    "en": ("you choose", "decide the rest for me"),
    "de": ("mach du", "such du was aus", "entscheide du alles"),
    "es": ("elige tú", "decide todo"),
    "fr": ("choisis", "décidez de tout"),
}


def _talk(language: str, answered: int) -> Talk:
    talk = Talk.begin(language=language)
    talk.say(*ANSWERS[language][:answered])
    return talk


def _landed(talk: Talk, words: str) -> bool:
    core = words.strip("¡!?. ").lower()
    told = {name: talk.value(name) for name in talk.session.draft.entries if name != "system_prompt"}
    rules = str(talk.value("system_prompt") or "").lower()
    return len(core) > 2 and (core in json.dumps(told, ensure_ascii=False).lower() or f"- {core}." in rules)


@pytest.mark.parametrize("answered", range(6))
@pytest.mark.parametrize("language", ANSWERS)
def test_small_words_never_land_in_the_agent(language: str, answered: int) -> None:
    for words in (*NO_YES[language], *YES[language], *LEFT_OPEN[language]):
        talk = _talk(language, answered)
        assert talk.say(words).strip(), words
        assert not _landed(talk, words), words


@pytest.mark.parametrize("language", ANSWERS)
def test_only_a_yes_finishes(language: str) -> None:
    for words in NO_YES[language]:
        talk = _talk(language, 5)
        talk.say(words)
        assert talk.stage == "FINALIZING", words
    for words in YES[language]:
        talk = _talk(language, 5)
        talk.say(words)
        assert talk.stage == "COMPLETED", words


@pytest.mark.parametrize("answered", range(1, 5))
def test_a_halt_is_no_leave_to_decide(answered: int) -> None:
    talk = _talk("en", answered)
    before = talk.config
    talk.say("stop")
    assert talk.config == before


@pytest.mark.parametrize("said", ["Finish it, you decide.", "Yes, finish it. You decide what is open.", "Finish it"])
def test_who_wants_it_finished_agrees_to_the_plan(said: str) -> None:
    talk = Talk.begin()
    talk.say(ANSWERS["en"][0], "You decide the rest.")
    assert talk.stage == "FINALIZING"
    talk.say(said)
    assert talk.stage == "COMPLETED"
