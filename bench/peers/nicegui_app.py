"""NiceGUI's chat elements with a stub behind them: `nicegui_app.py PORT`."""

import asyncio
import sys

from nicegui import ui
from stub import history, reply_chunks


@ui.page("/")
def chat_page() -> None:
    talk = ui.column().classes("w-full max-w-2xl mx-auto items-stretch")

    async def answer() -> None:
        question = box.value
        box.value = ""
        with talk:
            ui.chat_message(text=question, name="You", sent=True)
            bubble = ui.chat_message(name="Bot", sent=False)
        so_far = ""
        for chunk in reply_chunks(question):
            so_far += chunk
            with bubble.clear():
                ui.label(so_far)
            await asyncio.sleep(0)
        ui.run_javascript("window.scrollTo(0, document.body.scrollHeight)")

    with talk:
        for role, text in history():
            ui.chat_message(text=text, name="You" if role == "user" else "Bot", sent=role == "user")
    with ui.footer().classes("bg-white"):
        box = ui.input(placeholder="Message").props("outlined").classes("w-full max-w-2xl mx-auto")
        box.on("keydown.enter", answer)


def main(port: int) -> None:
    ui.run(host="127.0.0.1", port=port, show=False, reload=False, show_welcome_message=False)


if __name__ in {"__main__", "__mp_main__"}:
    main(int(sys.argv[1]))
