"""The TypeScript client: generated from the API's description, strict, and at work against a running server.

Its own tests are written in TypeScript and run by Node; here are the servers that they talk to.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from builder import __version__
from tests.api.conftest import serving
from tests.api.test_tokens import made
from tests.clients.generate import SOURCES, described, generated
from tests.node.modules import CLIENT, node, node_modules

TESTS = sorted((CLIENT / "test").glob("*.test.ts"))
README = (CLIENT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```ts\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
PACKAGE = json.loads((CLIENT / "package.json").read_text("utf-8"))


def run(*arguments: str | Path, folder: Path = CLIENT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Node with these arguments. Colours and warnings of the machine's own settings stay out."""
    env = {"PATH": os.environ["PATH"], "NO_COLOR": "1", **environment}
    command = [node(), *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL
    )


def assert_well(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def installed() -> Path:
    return node_modules(CLIENT)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The environment that names the servers: scripted, guided, and one that asks for tokens, with a token."""
    folder, guided_folder, closed_folder = (tmp_path_factory.mktemp(name) for name in ("open", "guided", "closed"))
    with (
        serving(folder, scripted=True) as client,
        serving(guided_folder) as guided,
        serving(closed_folder, scripted=True, api_tokens="required") as closed,
    ):
        yield {
            "BUILDER_ADDRESS": str(client.base_url).rstrip("/"),
            "BUILDER_GUIDED_ADDRESS": str(guided.base_url).rstrip("/"),
            "BUILDER_CLOSED_ADDRESS": str(closed.base_url).rstrip("/"),
            "BUILDER_TOKEN": made(closed_folder, "write")["Authorization"].removeprefix("Bearer "),
        }


@pytest.fixture(scope="module")
def built(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a program that has the built package installed."""
    program = tmp_path_factory.mktemp("program")
    package = program / "node_modules" / PACKAGE["name"]
    package.mkdir(parents=True)
    assert_well(run(installed / "typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", package / "dist"))
    (package / "package.json").write_text(json.dumps(PACKAGE), "utf-8")
    (program / "package.json").write_text('{"type": "module"}', "utf-8")
    return program


def test_the_generated_files_are_those_of_the_description(installed: Path) -> None:
    for name, text in generated(described()).items():
        same = (SOURCES / name).read_text("utf-8") == text
        assert same, f"{name} is not what the API's description makes of it now. Run: make typescript-client"


def test_the_client_has_the_version_of_the_server_and_needs_no_other_package() -> None:
    assert PACKAGE["version"] == __version__
    assert "dependencies" not in PACKAGE


@pytest.mark.parametrize("folder", [CLIENT, CLIENT.parent.parent / "tests" / "node"], ids=lambda folder: folder.name)
def test_packages_are_pinned_and_no_registry_is_named(folder: Path) -> None:
    package = json.loads((folder / "package.json").read_text("utf-8"))
    wanted = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    locked = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, found in locked.items() if "resolved" in found] == []
    assert [name for name, found in locked.items() if name and "integrity" not in found] == []


def test_it_compiles_strictly_and_what_must_not_compile_does_not(installed: Path) -> None:
    assert_well(run(installed / "typescript/bin/tsc"))


def test_a_wrong_type_is_found(installed: Path, tmp_path: Path) -> None:
    """That the check above can fail: the same compiler, the same settings, one mistake."""
    wrong = tmp_path / "wrong.ts"
    wrong.write_text(
        f'import {{ createClient }} from "{SOURCES}/index.js";\n'
        'void createClient({ address: "" }).getSession({ session_id: 5 });\n',
        "utf-8",
    )
    settings = {"extends": str(CLIENT / "tsconfig.json"), "compilerOptions": {"types": []}, "include": ["wrong.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    done = run(installed / "typescript/bin/tsc", folder=tmp_path)
    assert "Type 'number' is not assignable to type 'string'" in done.stdout and done.returncode != 0


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_its_own_tests_pass(file: Path, installed: Path, servers: Mapping[str, str]) -> None:
    done = run("--import", "tsx", "--test", "--test-reporter=spec", file, **servers)
    assert_well(done)
    passed = re.search(r"^ℹ pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) > 0, done.stdout


def test_a_test_of_its_own_that_fails_is_seen(installed: Path, tmp_path: Path) -> None:
    failing = tmp_path / "failing.test.ts"
    failing.write_text('import { test } from "node:test";\ntest("no", () => { throw new Error("seen"); });\n', "utf-8")
    done = run("--import", "tsx", "--test", failing)
    with pytest.raises(AssertionError, match="seen"):
        assert_well(done)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_its_readme_compiles_and_runs(
    number: int, installed: Path, built: Path, servers: Mapping[str, str]
) -> None:
    kind = "BUILDER_ADDRESS" if '"slow ' in EXAMPLES[number] else "BUILDER_GUIDED_ADDRESS"  # to be stopped in time
    example = EXAMPLES[number].replace("http://127.0.0.1:8501/api", servers[kind])
    (built / f"example{number}.ts").write_text(example, "utf-8")
    strict = ("--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom")
    assert_well(run(installed / "typescript/bin/tsc", *strict, f"example{number}.ts", folder=built))
    tsx = (installed / "tsx/dist/loader.mjs").as_uri()
    done = run("--import", tsx, f"example{number}.ts", folder=built)
    assert_well(done)
    for line in re.findall(r"// prints: (.+)$", example, re.MULTILINE):
        assert line in done.stdout


def test_the_built_package_runs_in_plain_node(built: Path, servers: Mapping[str, str]) -> None:
    program = built / "program.js"
    program.write_text(
        f'import {{ createClient }} from "{PACKAGE["name"]}";\n'
        f'console.log(await createClient({{ address: "{servers["BUILDER_ADDRESS"]}" }}).pingServer());\n',
        "utf-8",
    )
    done = run(program, folder=built)
    assert (done.returncode, done.stdout.strip()) == (0, "ok"), done.stderr
