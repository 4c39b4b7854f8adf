"""How a rate is written: "10/minute", "5 per second", or off."""

import re

RATE = re.compile(r"[1-9]\d{0,6}\s*(/|per )\s*(second|minute|hour|day)")
OFF = "off"


def is_rate(text: str) -> bool:
    return text == OFF or RATE.fullmatch(text) is not None
