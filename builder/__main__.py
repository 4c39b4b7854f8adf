"""The command line: `python -m builder serve`, and small things that need no browser."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from builder import settings, wiring
from builder.api import logs
from builder.core.errors import BuilderError
from builder.core.session import Message, Session
from builder.core.token import SCOPES
from builder.services.models import Setup
from builder.services.smoke import trials
from builder.store.turns import Answer

NOT_SET_UP = 2  # what check-model ends with when there is nothing to check
PLAUSIBLE = (
    ("It should answer questions about late invoices.", "Noted. **Which tone** should it have? For example friendly."),
    ("Friendly, but it never promises a refund.", "I have:\n\n- tone: friendly\n- no refund\n\nWhat is it given?"),
    ("The customer's message.", "Then `{customer_message}` goes into the user prompt. What comes out?"),
    ("A reply, and a priority: low, medium or high.", "Understood: *reply* as text, *priority* as one of three words."),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it worked, 1 with a sentence on the error output when it did not.

    `check-model` ends with 1 when something failed and with 2 when no model is set up.
    """
    options = _parser().parse_args(arguments)
    logs.set_up(as_json=False)
    try:
        return options.command(options) or 0
    except BuilderError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # who reads what we print has read enough; nothing is left to say at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"This did not work: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m builder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="start the pages and the API")
    serve.add_argument("--host", help="address to listen on (default: HOST, else 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on, 0 for a free one (default: PORT, else 8501)")
    serve.set_defaults(command=_serve)
    migrate = commands.add_parser("migrate", help="bring the database to the newest form, with a backup")
    migrate.set_defaults(command=_migrate)
    fill = commands.add_parser("fill-session", help="add messages to the talk of a session, for measurements")
    fill.add_argument("session")
    fill.add_argument("messages", type=int)
    fill.set_defaults(command=_fill_session)
    generate = commands.add_parser("generate", help="one specification in, a configuration out")
    generate.add_argument("spec", help="what the agent should do; - reads it from the input")
    generate.set_defaults(command=_generate)
    check = commands.add_parser("check-model", help="try each language model that is set up; costs a few cents at most")
    check.set_defaults(command=_check_model)
    described = commands.add_parser("openapi", help="print the description of the API as it is, /api/openapi.json")
    described.set_defaults(command=_openapi)
    export = commands.add_parser("export", help="a configuration as the files of another platform")
    export.add_argument("target", nargs="?", help="the platform; without it all of them are listed")
    export.add_argument("file", nargs="?", default="-", help="the file that people download; - reads the input")
    export.add_argument("--to", metavar="FOLDER", help="where the files go (default: NAME-TARGET, here)")
    export.set_defaults(command=_export)
    bring = commands.add_parser("import", help="files of this product or of other platforms as agents")
    bring.add_argument("file", nargs="+", help="JSON, YAML, Markdown, Python, a zip, or an address; - reads the input")
    conflicts = ("version", "copy", "skip")
    bring.add_argument("--on-conflict", choices=conflicts, help="where an agent of the name has other content")
    bring.set_defaults(command=_import)
    _add_token_commands(commands.add_parser("token", help="tokens of programs: create, list, revoke"))
    _add_chat(commands.add_parser("chat", help="build an agent by talking, here in the terminal"))
    return parser


def _add_chat(chat: argparse.ArgumentParser) -> None:
    chat.add_argument("--server", metavar="URL", help="default: the one of HOST and PORT; when none runs, the database")
    chat.add_argument("--session", metavar="ID", help="go on with this talk")
    chat.add_argument("--mode", choices=("full", "quick"), default="full", help="quick: only the questions still open")
    chat.add_argument("--language", metavar="TAG", help="for example de (default: the one of LANG)")
    chat.epilog = "A server that asks for a token is given the one in AGENT_BUILDER_TOKEN."
    chat.set_defaults(command=_chat)


def _add_token_commands(token: argparse.ArgumentParser) -> None:
    commands = token.add_subparsers(required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="a new token; what opens the door is printed this once")
    create.add_argument("name", help="for whom it is")
    create.add_argument("--scope", choices=SCOPES, default="write", help="each may do what those before it may")
    create.set_defaults(command=_create_token)
    commands.add_parser("list", help="all tokens, without what they open with").set_defaults(command=_list_tokens)
    revoke = commands.add_parser("revoke", help="the token opens nothing from now on")
    revoke.add_argument("id")
    revoke.set_defaults(command=_revoke_token)


def _serve(options: argparse.Namespace) -> None:
    from builder import server  # Streamlit takes a second to load; the other commands need none of it

    chosen = settings.load()
    logs.set_up(as_json=chosen.logs_json, with_words=chosen.log_prompts)
    server.serve(options.host or chosen.host, chosen.port if options.port is None else options.port)


def _migrate(_: argparse.Namespace) -> None:
    wiring.build(settings.load())
    print("The database is up to date.")


def _fill_session(options: argparse.Namespace) -> None:
    store = wiring.build(settings.load()).store
    for number in range(options.messages // 2):
        wish, answer = PLAUSIBLE[number % len(PLAUSIBLE)]
        question = Message(uuid4().hex, "user", f"{wish} (wish {number + 1})", datetime.now(UTC))
        asked = store.turns.ask("local", options.session, question, uuid4().hex, None, 0)
        told = Answer(asked.session, replace(asked.reply, text=answer, state="done"))
        store.turns.conclude("local", options.session, asked.session.revision, told, partial(_as_told, told))


def _as_told(told: Answer, _: Session) -> Answer:
    return told


def _generate(options: argparse.Namespace) -> None:
    text = sys.stdin.read() if options.spec == "-" else options.spec
    print(json.dumps(asyncio.run(_generated(text)), ensure_ascii=False, indent=2))


async def _generated(text: str) -> dict[str, Any]:
    app = wiring.build(settings.load())
    try:
        return await app.interviews.generate(text)
    finally:
        await app.rest()


def _openapi(_: argparse.Namespace) -> None:
    from builder.api.app import description_of  # the routes take a while to load; the other commands need none of it

    print(json.dumps(description_of(), ensure_ascii=False, indent=2))


def _export(options: argparse.Namespace) -> None:
    from builder.terminal import exporting  # finds the exporters; the other commands need none of them

    print(exporting.run(options.target, options.file, options.to) if options.target else exporting.listed())


def _import(options: argparse.Namespace) -> int:
    from builder.terminal import importing  # finds the importers; the other commands need none of them

    return importing.run(options.file, options.on_conflict)


def _chat(options: argparse.Namespace) -> int:
    from builder.terminal import start  # brings an HTTP client and the API along; the other commands need neither

    return start.run(options)


def _create_token(options: argparse.Namespace) -> None:
    token, secret = asyncio.run(wiring.build(settings.load()).tokens.create(options.name, options.scope))
    print(f"{token.id}  {token.scope}  {token.name}", file=sys.stderr)
    print("Keep it safe; it is not shown again. Send it as: Authorization: Bearer ...", file=sys.stderr)
    print(secret)


def _list_tokens(_: argparse.Namespace) -> None:
    for token in asyncio.run(wiring.build(settings.load()).tokens.all()):
        state = f"revoked {token.revoked:%Y-%m-%d}" if token.revoked else "in force"
        print(f"{token.id}  {token.scope:<5}  {token.created:%Y-%m-%d}  {state:<18}  {token.name}")


def _revoke_token(options: argparse.Namespace) -> None:
    asyncio.run(wiring.build(settings.load()).tokens.revoke(options.id))
    print("It opens nothing from now on.")


def _check_model(_: argparse.Namespace) -> int:
    return asyncio.run(_checked(wiring.build(settings.load())))


async def _checked(app: wiring.App) -> int:
    """A table for each provider; 0: all went well, 1: something did not, 2: none is set up."""
    ready = [setup for setup in await app.models.setups() if setup.ready]
    if not ready:
        print("No key is set and no model of your own, so there is nothing to check.")
        print("Enter one on the page Settings, or set for example GOOGLE_API_KEY; README.md says more.")
        return NOT_SET_UP
    try:
        outcomes = [await _table(app, setup) for setup in ready]
    finally:
        await app.rest()
    return 0 if all(outcomes) else 1


async def _table(app: wiring.App, setup: Setup) -> bool:
    """Prints what was tried with one provider; did all of it go well?"""
    print(f"\n{setup.title}: {setup.model}" + (f" at {setup.address}" if setup.address else ""))
    count = failures = 0
    async for trial in trials(app.models, app.engines.of(setup.provider)):
        count, failures = count + 1, failures + (not trial.ok)
        print(f"  {'ok    ' if trial.ok else 'FAILED'} {trial.seconds * 1000:7.0f} ms  {trial.name:<28} {trial.note}")
    print(f"  {count - failures} of {count} went well.", flush=True)
    return not failures


if __name__ == "__main__":
    sys.exit(main())
