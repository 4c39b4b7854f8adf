"""What to provide for the placeholders, for platforms that ask for each of them once."""

from builder.core.agent import AgentConfig
from builder.exporters.braces import names
from builder.exporters.notes import Note


def sentences(config: AgentConfig) -> dict[str, str]:
    """By name, in the order in which the names stand; one of both prompts is explained as in the system prompt."""
    known = dict(config.prompt("user").placeholders) | dict(config.prompt("system").placeholders)
    return {name: known[name] for name in names(config)}


def told_once(config: AgentConfig) -> list[Note]:
    """A note for each placeholder of which the prompts say two different things."""
    system, user = (config.prompt("system").placeholders, config.prompt("user").placeholders)
    twice = [name for name, hint in user.items() if system.get(name, hint) != hint]
    return [Note("rewritten", "placeholders", "sentence_once", {"name": name}) for name in twice]


def hint_left_out(name: str, platform: str) -> Note:
    """Nothing in the files says what to provide for this placeholder."""
    return Note("lost", f"placeholders.{name}", "hint_left_out", {"platform": platform, "name": name})
