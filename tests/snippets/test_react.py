"""The hook and its component, in a page of jsdom on a real server; where a token is needed, through the proxy."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder.snippets.base import AgentHere, SessionHere
from tests.node.modules import node
from tests.snippets.conftest import CONVERSATION, Served, run, with_packages, written
from tests.snippets.test_express import proxy
from tests.snippets.test_session import assert_types

HERE = Path(__file__).parent
AS_BUNDLERS_READ_IT = {"compilerOptions": {"allowJs": True, "jsx": "react-jsx"}, "include": ["*"]}


@contextmanager
def origin(served: Served, here: SessionHere | AgentHere, folder: Path) -> Iterator[str]:
    """The server that brought the page: with tokens the proxy, else nobody in particular."""
    if not served.token:
        yield "http://127.0.0.1:1"
        return
    (folder / "proxy").mkdir()
    with proxy(folder / "proxy", served.place(here), served.token) as visitor:
        yield str(visitor.base_url).removesuffix("api/")


def rendered(served: Served, here: SessionHere | AgentHere, folder: Path, harness: str) -> list[str]:
    """What the harness says; it never gets the token."""
    page = folder / "page"
    page.mkdir()
    written(page, "react", served.place(here))
    with_packages(page)
    (page / "tsconfig.json").write_text(json.dumps(AS_BUNDLERS_READ_IT), "utf-8")
    shutil.copy(HERE / harness, page)
    with origin(served, here, folder) as address:
        done = run([node(), page / harness], ORIGIN=address, NODE_OPTIONS="--import tsx")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_hook_streams_stops_tells_errors_and_lets_go_when_its_component_goes(
    served: Served, tmp_path: Path
) -> None:
    session = served.session()
    said = rendered(served, session, tmp_path, "react_session.tsx")
    served.stop(session)
    unknown = "This call does not go through here." if served.token else "This session is not there."
    assert said[:4] == ["opening", "streaming", "stopped", "taken back"]
    assert said[4] == "error: The model cannot be reached. Try again later."
    assert said[5:7] == ["all well", "gone"]
    assert said[7].startswith(f"unknown: {unknown}")
    assert said[8:] == ["no complaints"]


def test_the_form_of_an_agent_fills_its_prompts_and_tells_errors(served: Served, tmp_path: Path) -> None:
    prompts, error = rendered(served, served.agent(CONVERSATION), tmp_path, "react_agent.tsx")
    assert json.loads(prompts) == ["Greet in Welsh {x}, never say {tongue}.", "Ann"]
    assert error.startswith("This call does not go through here." if served.token else "This agent is not")


def test_the_types_fit_the_hooks(served: Served, tmp_path: Path) -> None:
    for here in (served.session(), served.agent()):
        written(tmp_path, "react", served.place(here))
    (tmp_path / "use.tsx").write_text(
        """
        import { useInterview } from "./useInterview.mjs";
        import { useAgent } from "./useAgent.mjs";
        export function Page() {
          const { messages, suggestions, busy, error, send, stop } = useInterview("id", "/api");
          const name: string = useAgent().agent?.name ?? suggestions.join();
          // @ts-expect-error an error is no text
          const wrong: string = error;
          return <button disabled={busy} onClick={() => (messages.length ? stop() : send(name))}>{wrong}</button>;
        }
        """,
        "utf-8",
    )
    assert_types(tmp_path, "use.tsx")
