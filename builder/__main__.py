"""The command line: `python -m builder serve`, and small things that need no browser."""

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from builder.core.errors import BuilderError
from builder.core.token import SCOPES


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it worked, 1 with a sentence on the error output when it did not.

    `check-model` ends with 1 when something failed and with 2 when no model is set up.
    """
    options = _parser().parse_args(arguments)
    with _loading():
        from builder.api import logs
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


@contextmanager
def _loading() -> Iterator[None]:
    """Each command loads its own part, and no other. What is loaded stays: to look for garbage in it, as Python does
    again and again meanwhile, takes a fifth of the time and finds none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
    with _loading():
        from builder import settings
        from builder.api import logs

        chosen = settings.load()  # refused before the long part of the loading begins
        logs.set_up(as_json=chosen.logs_json, with_words=chosen.log_prompts)
        from builder import server

    server.serve(options.host or chosen.host, chosen.port if options.port is None else options.port)


def _migrate(_: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import database

    database.migrate()


def _fill_session(options: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import database

    database.fill(options.session, options.messages)


def _generate(options: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import generating

    generating.run(options.spec)


def _check_model(_: argparse.Namespace) -> int:
    with _loading():
        from builder.terminal import checking

    return checking.run()


def _openapi(_: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import describing

    describing.run()


def _export(options: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import exporting

    print(exporting.run(options.target, options.file, options.to) if options.target else exporting.listed())


def _import(options: argparse.Namespace) -> int:
    with _loading():
        from builder.terminal import importing

    return importing.run(options.file, options.on_conflict)


def _chat(options: argparse.Namespace) -> int:
    with _loading():
        from builder.terminal import start

    return start.run(options)


def _create_token(options: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import tokens

    tokens.create(options.name, options.scope)


def _list_tokens(_: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import tokens

    tokens.show()


def _revoke_token(options: argparse.Namespace) -> None:
    with _loading():
        from builder.terminal import tokens

    tokens.revoke(options.id)


if __name__ == "__main__":
    sys.exit(main())
