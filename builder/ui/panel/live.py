"""Typing is saved after a short pause, not only when a field is left: a reload loses nothing, gaps are found at once.

Streamlit's one-line boxes can do that themselves; for boxes of several lines this presses their own "apply" keys.
"""

import streamlit as st

PAUSE = "700ms"

_JS = """
const started = new WeakMap()
export default function ({ data, parentElement }) {
  if (!started.has(parentElement)) started.set(parentElement, start(data))
  return () => { started.get(parentElement)?.(); started.delete(parentElement) }
}
function start(data) {
  const waiting = new Map()
  const apply = (box) => {
    waiting.delete(box)
    if (box.isConnected) {
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }))
    }
  }
  const typed = ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement) || !target.closest(data.inside)) return
    clearTimeout(waiting.get(target))
    waiting.set(target, setTimeout(() => apply(target), data.pause))
  }
  const leaving = () => { for (const [box, timer] of waiting) { clearTimeout(timer); apply(box) } }
  document.addEventListener("input", typed)
  window.addEventListener("pagehide", leaving)
  return () => {
    document.removeEventListener("input", typed)
    window.removeEventListener("pagehide", leaving)
  }
}
"""


def typing(inside: str) -> None:
    """For all boxes inside the container with this key."""
    mount = st.components.v2.component("live_typing", html="<span></span>\n", js=_JS)
    mount(data={"inside": f".st-key-{inside}", "pause": int(PAUSE.removesuffix("ms"))}, key=f"live_{inside}", height=1)
