"""In which language is this written? By its function words and letters."""

import re

from builder.interviewers.offline.pack import Pack, codes, pack_for

_LETTERS = {"es": "ñ¿¡áíóú", "de": "ßäöü", "fr": "çœàèêùî"}
_ENOUGH = 1.0


def detect(text: str, otherwise: str = "en") -> str:
    """The code of a shipped language; `otherwise` when the text says too little."""
    sample = text[:2000].lower()
    points = {code: _points(sample, pack_for(code)) for code in codes()}
    best = max(points, key=lambda code: (points[code], code == otherwise))
    rest = max((points[code] for code in points if code != best), default=0.0)
    return best if points[best] >= _ENOUGH and points[best] > rest else otherwise


def _points(sample: str, pack: Pack) -> float:
    words = len(pack.words("detect").findall(sample))
    letters = _LETTERS.get(pack.code, "")
    return words + (0.8 * len(re.findall(f"[{letters}]", sample)) if letters else 0.0)
