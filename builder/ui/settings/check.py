"""Trying out what was entered: one cheap call, a verdict in words, and the provider's own list of models."""

import asyncio

import streamlit as st

from builder.core.errors import BuilderError
from builder.services.models import Models, Verdict
from builder.ui import bridge
from builder.ui.plain import plain
from builder.ui.settings.desk import Desk, Found, told
from builder.ui.words import Words

LONGEST = 10.0  # seconds, call and list together


def check(mine: Desk, say: Words, *, has_model: bool) -> None:
    pressed = st.button(say("settings.check"), key=mine.key("check"), icon=":material/network_check:")
    if pressed or mine.check_due:
        mine.check_due = False
        failed = mine.found.failed
        with st.spinner(say("settings.check.running")):
            mine.found = bridge.run(examine(bridge.app().models, mine.name, say))
        mine.names = mine.found.names or mine.names
        if mine.is_aside:
            _toast(mine.found, say)
        mine.is_aside = False
        if failed != mine.found.failed:
            st.rerun()  # the head of the card stands above already, and says otherwise
    _show(mine.found, say, has_model)


async def examine(models: Models, provider: str, say: Words, longest: float = LONGEST) -> Found:
    """The verdict; with it the list when it may help: all is well, or only the model's name is wrong."""
    verdict = None
    try:
        async with asyncio.timeout(longest):
            verdict = await models.check(provider, language=say.language)
            if verdict.ok or verdict.kind == "model":
                return Found(verdict, tuple(await models.names(provider, language=say.language)))
    except BuilderError as error:
        return Found(verdict, no_names=" ".join(told(error, say)))
    except TimeoutError:
        return Found(verdict or Verdict(False, "slow", say("settings.check.slow"), "", longest))
    return Found(verdict)


def _toast(found: Found, say: Words) -> None:
    """For who pressed a button further down and may not see the verdict."""
    if found.failed:
        st.toast(say("settings.check.bad"), icon=":material/error:")
    else:
        st.toast(say("settings.check.good"), icon=":material/check_circle:")


def _show(found: Found, say: Words, has_model: bool) -> None:
    """Elsewhere the next step may be to come here; here it is said by what stands on the card."""
    verdict = found.verdict
    if verdict and verdict.ok and not has_model:
        st.info(say("settings.check.pick"), title=say("settings.check.reached"), icon=":material/arrow_downward:")
    elif verdict and verdict.ok:
        took = say("settings.check.took", ms=max(1, round(verdict.seconds * 1000)))
        st.success(took, title=say("settings.check.good"), icon=":material/check_circle:")
    elif verdict and verdict.error:
        title, advice = told(verdict.error, say)
        st.error(advice, title=title, icon=":material/error:")
    elif verdict:
        step = say.maybe(f"settings.check.step.{verdict.kind}") or plain(verdict.next_step)
        advice = f"{plain(verdict.reason)} {step}"
        st.error(advice, title=say("settings.check.bad"), icon=":material/error:")
    if found.no_names:
        st.warning(found.no_names, title=say("settings.model.list_failed"), icon=":material/list:")
