"""A button that puts a text on the clipboard, in the browser alone."""

import streamlit as st

_HTML = """<button type="button"><span aria-live="polite"></span></button>
"""
_CSS = """
button {
  font: inherit; font-size: .875rem; min-height: 2.5rem; padding: .25rem .75rem; cursor: pointer; white-space: nowrap;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, .6rem);
}
button:hover { border-color: var(--st-primary-color); color: var(--st-link-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
"""
_JS = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  const label = button.querySelector("span")
  if (!button.dataset.busy) label.textContent = data.label
  const oldWay = (text) => {
    const box = document.createElement("textarea")
    box.value = text
    document.body.appendChild(box)
    box.select()
    const done = document.execCommand("copy")
    box.remove()
    return done
  }
  button.onclick = async () => {
    let done = false
    try { await navigator.clipboard.writeText(data.text); done = true } catch { done = oldWay(data.text) }
    button.dataset.busy = "yes"
    label.textContent = done ? data.done : data.failed
    setTimeout(() => { delete button.dataset.busy; label.textContent = data.label }, 2000)
  }
}
"""


def copy_button(text: str, *, label: str, done: str, failed: str, key: str) -> None:
    """Registered at each call: Streamlit keeps one registration a name, and nothing happens at import."""
    mount = st.components.v2.component("copy_button", html=_HTML, css=_CSS, js=_JS)
    mount(
        data={"text": text, "label": label, "done": done, "failed": failed}, key=key, width="content", height="content"
    )
