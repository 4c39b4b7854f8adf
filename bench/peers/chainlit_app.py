"""Chainlit with a stub behind it; `chainlit run` serves this file."""

import chainlit as cl
from stub import history, reply_chunks


@cl.on_chat_start
async def show_history() -> None:
    for role, text in history():
        await cl.Message(text, type="user_message" if role == "user" else "assistant_message").send()


@cl.on_message
async def answer(question: cl.Message) -> None:
    reply = cl.Message("")
    for chunk in reply_chunks(question.content):
        await reply.stream_token(chunk)
    await reply.send()
