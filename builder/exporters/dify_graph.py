"""Nodes, edges and features of a Dify app as its canvas keeps them."""

from collections.abc import Mapping
from typing import Any

_WIDTH, _HEIGHT, _APART = 244, 90, 304


def node(name: str, kind: str, title: str, data: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The node that stands at the `place` from the left."""
    position = {"x": 80 + place * _APART, "y": 280}
    return {
        "id": name,
        "type": "custom",
        "data": {"type": kind, "title": title, "desc": "", "selected": False, **data},
        "position": position,
        "positionAbsolute": dict(position),
        "sourcePosition": "right",
        "targetPosition": "left",
        "width": _WIDTH,
        "height": _HEIGHT,
    }


def edge(source: str, target: str) -> dict[str, Any]:
    return {
        "id": f"{source}-{target}",
        "type": "custom",
        "source": source,
        "sourceHandle": "source",
        "target": target,
        "targetHandle": "target",
        "data": {"sourceType": source, "targetType": target, "isInIteration": False, "isInLoop": False},
        "zIndex": 0,
    }


def features(opening: str, questions: list[str]) -> dict[str, Any]:
    """All that the web app of an agent may have besides its graph; what is not used is off."""
    off = ("suggested_questions_after_answer", "speech_to_text", "retriever_resource", "sensitive_word_avoidance")
    return {
        "opening_statement": opening,
        "suggested_questions": questions,
        **{name: {"enabled": False} for name in off},
        "text_to_speech": {"enabled": False, "language": "", "voice": ""},
        "file_upload": {"enabled": False},
    }
