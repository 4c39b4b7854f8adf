"""What a reply says of the parts of a message that changed nothing: kept for later, there already, no place found."""

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading import acts
from builder.interviewers.offline.reading.heard import Heard
from builder.interviewers.offline.reading.text import plain, word_count
from builder.interviewers.offline.replying import not_found
from builder.interviewers.offline.writing.description import enumerated, shortened

_SHORT = 2  # words
_SHORT_YES = 6
_LONGEST_NAMED = 160


def remarks(heard: Heard, pack: Pack) -> str:
    """One short sentence each; "" when every part of the message was taken."""
    lines = []
    if heard.kept:
        lines.append(pack.text("say.kept", names=enumerated(list(heard.kept), pack)))
    if heard.already:
        lines.append(pack.text("say.there_already", names=enumerated(list(heard.already), pack)))
    if heard.unknown:
        lines.append(not_found(heard, pack))
    if left := _not_taken(heard, pack):
        lines.append(pack.text("say.no_place", text=shortened("; ".join(left), _LONGEST_NAMED)))
    return " ".join(lines)


def _not_taken(heard: Heard, pack: Pack) -> list[str]:
    """The sentences beside those that were taken. Who tells for the first time what they need tells stories, too."""
    if not (heard.learned or heard.kept or heard.already):
        return []
    wishes = [plain(text) for text in heard.leftover if _is_wish(text, pack)]
    first = "purpose" in heard.learned and "purpose" not in heard.corrected
    return [text for text in wishes if not first or pack.says("also", text) or pack.says("add_words", text)]


def _is_wish(text: str, pack: Pack) -> bool:
    """Not small talk, not a question, not a story about oneself: something that was to change the agent."""
    agrees = acts.begins_with("yes", text, pack) and word_count(text) <= _SHORT_YES
    if agrees or word_count(text) <= _SHORT or "?" in text or acts.act_of(text, pack):
        return False
    return not (acts.is_remark(text, pack) or acts.is_about_oneself(text, pack) or pack.says("first_person", text))
