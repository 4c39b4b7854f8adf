"""Gradio's ChatInterface with a stub behind it: `gradio_app.py PORT`."""

import sys
from collections.abc import Iterator

import gradio as gr
from stub import history, reply_chunks


def answer(question: str, _earlier: list[dict[str, str]]) -> Iterator[str]:
    so_far = ""
    for chunk in reply_chunks(question):
        so_far += chunk
        yield so_far


def main(port: int) -> None:
    stored = [{"role": "user" if role == "user" else "assistant", "content": text} for role, text in history()]
    chat = gr.ChatInterface(answer, chatbot=gr.Chatbot(stored, height=600), analytics_enabled=False)
    chat.launch(server_name="127.0.0.1", server_port=port, ssr_mode=False, quiet=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
