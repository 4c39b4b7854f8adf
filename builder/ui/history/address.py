"""What the address asks to see: the agent, one of its versions, or two of them side by side."""

from dataclasses import dataclass

import streamlit as st

from builder.ui import state

LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Address:
    """`version`: that one, to be read only. `earlier` and `later`: these two compared."""

    agent_id: str
    version: int | None = None
    earlier: int | None = None
    later: int | None = None


def asked() -> Address | None:
    """None: the address names no agent."""
    _follow(st.query_params.to_dict())
    agent_id = st.query_params.get("agent")
    if not agent_id:
        return None
    return Address(agent_id, _number("version"), _number("from"), _number("to"))


def _follow(wanted: dict[str, str]) -> None:
    """A link within the page shows its place, but leaves the old one in the address bar: it is sent after it.

    Only then: who comes from another page has the right address, and one more would be a step back that leads astray.
    """
    if state.get(state.ASKED) not in (None, wanted):
        go(wanted)
    state.put(state.ASKED, wanted)


def _number(name: str) -> int | None:
    """0, which no version has, for what is no number."""
    text = st.query_params.get(name)
    if not text:
        return None
    return min(int(text), LARGEST) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def of_agent(agent_id: str) -> dict[str, str]:
    return {"agent": agent_id}


def of_version(agent_id: str, number: int) -> dict[str, str]:
    return {"agent": agent_id, "version": str(number)}


def of_two(agent_id: str, earlier: int, later: int) -> dict[str, str]:
    return {"agent": agent_id, "from": str(earlier), "to": str(later)}


def go(wanted: dict[str, str]) -> None:
    st.query_params.from_dict(wanted)
