"""The little that a theme cannot say: what stays in sight while one reads, and what a phone shows."""

import json
from typing import Literal

import streamlit as st

Side = Literal["chat", "agent"]

_EVERYWHERE = """
.st-key-menu { border-bottom: 1px solid rgba(128,128,128,.25); padding-bottom: .35rem; }
/* The theme's colour is made for white letters on it; as a letter of its own it would be too dark at night. */
button[data-variant="segmented_control"][aria-checked="true"] { color: inherit !important; }
button[data-variant="segmented_control"][aria-checked="true"] p { font-weight: 600; }
/* Links to another view of the same page are links, not the mark of where one is. */
[data-testid="stPageLink-NavLink"][href*="agent="]:not(:hover), .st-key-to_gallery a:not(:hover) { background: none; }
[data-testid="stPageLink-NavLink"][href*="agent="] p, .st-key-to_gallery a p { font-weight: 400; }
[class*="st-key-recent_"] a p { overflow: hidden; text-overflow: ellipsis; }
/* The ring that buttons have. */
[data-testid="stPageLink-NavLink"]:focus-visible {
  box-shadow: 0 0 0 .2rem color-mix(in srgb, PRIMARY 50%, transparent);
}
/* What is ticked is a name: a label has no signs of Markdown, as a screen reader would read them out. */
[class*="st-key-wanted"] label p, [class*="st-key-take_"] label p { font-weight: 600; }
/* Streamlit's own hints in a box ("Press Enter to apply") are there in English only. */
[data-testid="InputInstructions"] { display: none; }
/* Snippets and tokens have buttons of their own for that, in the person's language. */
:is([class*="st-key-connect_"], .st-key-token_made)
  [data-testid="stCode"] > :has([data-testid="stElementToolbarButton"]) {
  display: none;
}
/* Two choices side by side, in two lines where they need them. */
:is([class*="st-key-return_type"], .st-key-way, [class*="st-key-conflict"]) [role="radiogroup"] {
  flex-wrap: nowrap;
}
:is([class*="st-key-return_type"], .st-key-way, [class*="st-key-conflict"]) [role="radio"] {
  min-width: 0; height: auto; white-space: normal;
}
/* A tile is one thing to press: its button lies over all of it. */
div[class*="st-key-tile_"] { position: relative; padding: .45rem .9rem .7rem; }
[class*="st-key-tile_"] :is([data-testid="stElementContainer"], [data-testid="stButton"], button) { position: static; }
[class*="st-key-tile_"] button[kind="tertiary"]::after { content: ""; position: absolute; inset: 0; z-index: 1; }
[class*="st-key-tile_"]:has(button[kind="tertiary"]:hover) { border-color: var(--st-primary-color, currentColor); }
/* What passes by does not lie on the buttons at the top. */
[data-testid="stToastContainer"] { top: auto !important; bottom: 1rem; }
/* As high as the boxes beside it. */
.st-key-kind [role="radio"] { min-height: 2.5rem; }
/* Bringing in stays in sight under a long list. */
[data-testid="stLayoutWrapper"]:has(> .st-key-import_bar) { position: sticky; bottom: 0; z-index: 2; }
.st-key-import_bar { background: BACKGROUND; border-top: 1px solid rgba(128,128,128,.25); padding: .6rem 0; }
.st-key-brand p { font-weight: 650; letter-spacing: -.01em; white-space: nowrap; }
@media (max-width: 640px) {
  .st-key-menu { gap: .15rem; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-brand) { display: none; }
  .st-key-menu a { padding-inline: .4rem; }
  div[class*="st-key-tile_"] { padding: .1rem .8rem .4rem; }
  [data-testid="stGrid"]:has([class*="st-key-tile_"]) { gap: .5rem; }
}
/* All four words in the longest language; the pictures say nothing that the words do not. */
@media (max-width: 400px) {
  .st-key-menu a > span:first-child { display: none; }
}
/* Streamlit's own menu stands beside the page, not above it: the page begins where the others do. */
@media (min-width: 900px) {
  .stMainBlockContainer { padding-top: .75rem; }
  [data-testid="stHeader"] { background: none; pointer-events: none; }
  [data-testid="stHeader"] :not(button, button *) { pointer-events: none; }
  [data-testid="stHeader"] button { pointer-events: auto; }
}
"""

_BUILD = """
.st-key-side_switch { display: none; }
@media (min-width: 641px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-chat_side) { position: sticky; top: .75rem; }
  .st-key-agent_side { border-left: 1px solid rgba(128,128,128,.25); padding-left: 1.75rem; }
}
@media (max-width: 640px) {
  .st-key-diagram { overflow-x: auto; }
  .st-key-diagram svg { min-width: 36rem; }
  .st-key-side_switch { display: block; }
  [data-testid="stColumn"]:has(.st-key-HIDDEN), .st-key-HIDDEN { display: none !important; }
}
"""

_UPLOADER = """
[data-testid="stFileUploaderDropzone"] > span button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] > span button p::after { content: BROWSE; font-size: .875rem; }
[data-testid="stFileUploaderDropzoneInstructions"] span { font-size: 0; }
[data-testid="stFileUploaderDropzoneInstructions"] span::after { content: DROP; font-size: .875rem; }
"""

# Streamlit takes other shades for code, too pale for letters; these of the theme can be read on the code's ground.
CODE = {
    "gray": "comment prolog doctype cdata punctuation",
    "blue": "keyword tag function class-name selector number regex",
    "green": "string char attr-value boolean constant symbol inserted",
    "violet": "attr-name property variable url",
    "orange": "operator entity decorator atrule",
    "red": "important deleted",
}


def everywhere() -> None:
    ground = f"light-dark({_theme('light', 'backgroundColor')}, {_theme('dark', 'backgroundColor')})"
    primary = f"light-dark({_theme('light', 'primaryColor')}, {_theme('dark', 'primaryColor')})"
    told = _EVERYWHERE.replace("BACKGROUND", ground).replace("PRIMARY", primary)
    st.html(f"<style>{told}{_code_colours()}</style>")


def _code_colours() -> str:
    """The page says by `color-scheme` which of the two looks is on."""
    rules = (
        f'[data-testid="stCode"] .token:is({", ".join(f".{kind}" for kind in kinds.split())}) '
        f"{{ color: light-dark({_letters('light', colour)}, {_letters('dark', colour)}); }}"
        for colour, kinds in CODE.items()
    )
    return "\n".join(rules)


def _letters(look: str, colour: str) -> str:
    return _theme(look, f"{colour}TextColor")


def _theme(look: str, name: str) -> str:
    return str(st.get_option(f"theme.{look}.{name}"))


def uploader(browse: str, drop: str) -> None:
    """Streamlit's own words in a box for files are there in English only."""
    told = _UPLOADER.replace("BROWSE", _quoted(browse)).replace("DROP", _quoted(drop))
    st.html(f"<style>{told}</style>")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def build(shown: Side) -> None:
    """On a phone one of the two sides is shown; both stay alive, so nothing typed is lost."""
    hidden = "agent_side" if shown == "chat" else "chat_side"
    st.html(f"<style>{_BUILD.replace('HIDDEN', hidden)}</style>")
