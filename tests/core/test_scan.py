"""What is refused in generated Python, line by line, and what is not; and that no text at all breaks the scan."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core.scan import LONGEST, MOST_TOLD, scan
from tests.patience import at_once

# Put together here, so that no file of this project holds what looks like a key.
OPENAI = "sk-" + "proj-Ab3dEf6hIj9kLm2nOp5q"
GOOGLE = "AI" + "zaSyA1b2C3d4E5f6G7h8I9j0KlMnOpQrStUv"
AWS = "AK" + "IAIOSFODNN7EXAMPLE"
GITHUB = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
SLACK = "xox" + "b-1234567890-abcdefghij"
STRIPE = "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc"
HUGGING = "h" + "f_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"
SIGNED = "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"
RANDOM = "q8Zr2LxV7mNp4TbK9wYc3HfJ"
HEXED = "9f86d081884c7d659a2feaa0c55ad015"

HOSTILE = [
    # by name
    "eval('1+1')",
    "exec('x = 1')",
    "code = compile('1', 'f', 'eval')",
    "__import__('os')",
    "run = eval\nrun('1')",
    "list(map(eval, ['1']))",
    "def f(run=exec):\n    run('1')",
    "x = f\"{eval('1')}\"",
    "(lambda: eval)()('1')",
    "@eval\nclass A: pass",
    "match 1:\n    case eval.x: pass",
    "[eval][0]('1')",
    "for run in (eval, exec):\n    run('1')",
    "if (run := exec):\n    run('1')",
    "del x; print(eval)",
    "ｅｖａｌ('1')",
    # programs
    "import subprocess",
    "import subprocess as s\ns.run(['ls'])",
    "import json, subprocess as s",
    "from subprocess import run",
    "from subprocess import *",
    "from asyncio import subprocess",
    "import asyncio\nasyncio.subprocess.create_subprocess_shell('ls')",
    "import asyncio\nasyncio.create_subprocess_exec('ls')",
    "from asyncio import create_subprocess_shell as start",
    "def f():\n    import subprocess\n",
    "try:\n    import subprocess\nexcept ImportError:\n    pass",
    "import os\nos.system('ls')",
    "import os as o\no.system('ls')",
    "from os import system as x\nx('ls')",
    "from os import (\n    path,\n    popen,\n)",
    "import os\nos.popen('ls').read()",
    "import os\nos.execvp('ls', ['ls'])",
    "import os\nos.execl('/bin/ls', 'ls')",
    "import os\nos.spawnl(os.P_WAIT, '/bin/ls')",
    "import os\nos.posix_spawn('/bin/ls', [], {})",
    "from os import *",
    "import os\nrun = os.system\nrun('ls')",
    "import os\ngetattr(os, 'system')('ls')",
    "import os\ngetattr(os, 'sys' + 'tem')('ls')",
    "import os\nname = 'system'\ngetattr(os, name)('ls')",
    "import os\nos.__dict__['system']('ls')",
    "import os\nvars(os)['system']('ls')",
    "import os\no = os\no.system('ls')",
    "import os\n[os][0].system('ls')",
    "import os\ndef f(m): m.system('ls')\nf(os)",
    "import os.path\nos.system('ls')",
    "import os.path as p\np.os.system('ls')",
    "import logging\nlogging.os.system('ls')",
    "import logging\nl = logging\nl.os.system('ls')",
    "import logging\no = logging.os\no.system('ls')",
    "from logging import os as o\no.popen('ls')",
    "import posix\nposix.system('ls')",
    "import pty\npty.spawn('/bin/sh')",
    "from pty import spawn",
    "import ctypes\nctypes.CDLL(None).system(b'ls')",
    "from ctypes import CDLL as load",
    "import runpy\nrunpy.run_path('x.py')",
    "import code\ncode.interact()",
    "a" + ".b" * 30 + ".system('ls')",
    # ways around the names
    "import builtins\nbuiltins.eval('1')",
    "import builtins as b\nb.exec('1')",
    "from builtins import eval as e\ne('1')",
    "import builtins\ngetattr(builtins, 'eval')('1')",
    "import builtins\ngetattr(builtins, 'ev' + 'al')('1')",
    "getattr(__builtins__, 'eval')('1')",
    "__builtins__['eval']('1')",
    "__builtins__.eval('1')",
    "globals()['__builtins__']['eval']('1')",
    "globals()['__buil' + 'tins__']",
    "locals()['__builtins__']",
    "locals().get('__builtins__')",
    "import importlib\nimportlib.import_module('subprocess')",
    "import importlib as i\ni.import_module('subprocess')",
    "from importlib import import_module\nimport_module('subprocess').run(['ls'])",
    "from importlib import import_module as im\nim('os').system('ls')",
    "from importlib import import_module\nim = import_module\nim('os').system('ls')",
    "import importlib\nimportlib.import_module('sub' + 'process')",
    "import importlib\nimportlib.import_module(name='subprocess')",
    "import importlib\nlist(map(importlib.import_module, ['subprocess']))",
    "import importlib\nimportlib.__import__('subprocess')",
    "import sys\nsys.modules['os'].system('ls')",
    "from sys import modules\nmodules['os'].system('ls')",
    "().__class__.__base__.__subclasses__()[100]",
    "(lambda: 0).__globals__['os']",
    "getattr(f, '__globals__')",
    "__loader__.load_module('os')",
    "__spec__.loader.load_module('os')",
    "import sys\nsys._getframe().f_builtins",
    # secrets
    f"client = OpenAI(api_key='{OPENAI}')",
    f"# key: {OPENAI}",
    f'"""For trials: {GOOGLE}"""',
    f"x = '{GOOGLE}'",
    f"x = '{AWS}'",
    f"x = b'{GITHUB}'",
    f"x = ['{SLACK}']",
    f"x = '{STRIPE}'",
    f"x = '{HUGGING}'",
    f"x = '{SIGNED}'",
    f"x = '''{PEM}\nabc\n'''",
    f"key = '{GITHUB[:9]}' + '{GITHUB[9:]}'",
    "url = 'postgresql://anna:s3cr3t-9@db.example/x'",
    f"API_KEY = '{RANDOM}'",
    f"token: str = '{HEXED}'",
    f"self.secret = '{RANDOM}'",
    f"os_environ['DB_PASSWORD'] = '{RANDOM}'",
    f"connect(password='{RANDOM}')",
    f"headers = {{'Authorization': 'Bearer {RANDOM}'}}",
    f"def f(user, token='{RANDOM}'): pass",
    f"def f(*, token='{RANDOM}'): pass",
    f"user, password = 'anna', '{RANDOM}'",
    f"if (secret := '{RANDOM}'): pass",
    f"ok = token == '{RANDOM}'",
    f"environ.setdefault('API_KEY', '{RANDOM}')",
    # by what functions hold, and by functions that run text
    "print.__self__.eval('1+1')",
    "getattr(print, '__self__').eval('1+1')",
    "import webbrowser\nwebbrowser.get('sh -c %s')",
    "import pdb\npdb.run('1')",
    "import cProfile\ncProfile.run('1')",
    "from timeit import timeit\ntimeit('1')",
    "import pickle\npickle.loads(data)",
    "import pickle as p\nload = p.load\nload(file)",
    "\n".join(f"import m{number} as x" for number in range(12)) + "\nimport os as x\nx.system('ls')",
    # secrets in other ways of writing them
    f"API_KEY = f'{HEXED}'",
    f"x = ('{OPENAI[:12]}' '{OPENAI[12:]}')",
    f"x = '\\x73{OPENAI[1:]}'",
    f"call('{OPENAI[:8]}' + '{OPENAI[8:]}')",
    f"headers = [('Authorization', 'Bearer {HEXED}')]",
    "DB_PASSWORD = 'Tr0ub4dor&3horse'",
    f"f'{OPENAI[:6]}{{\"\"}}{OPENAI[6:]}'",
]

HARMLESS = [
    "",
    "# never use eval, exec, subprocess or os.system",
    '"""It does without eval(), exec() and __import__("os")."""',
    "x = 'eval is evil; import subprocess; os.system'",
    "print('exec')",
    "import re\npattern = re.compile(r'\\d+')",
    "model.eval()",
    "cursor.execute('select 1')",
    "getattr(model, 'eval')()",
    "metrics['eval'] = 1\nscores = {'eval': 1, 'exec': 2}",
    "def f(eval=None, *, exec=1): pass\nf(eval=True)",
    "class A:\n    def compile(self): ...\nA().compile()",
    "import os\nkey = os.environ['API_KEY']\npath = os.path.join('a', 'b')\nos.makedirs(path, exist_ok=True)",
    "from os import environ, path",
    "import os\nfork = hasattr(os, 'cpu_count')",
    "import sys\nprint(sys.argv, file=sys.stderr)",
    "import platform\nprint(platform.system())",
    "self.system = 'You are kind.'\nprint(self.system)",
    "import importlib\njson = importlib.import_module('json')",
    "from importlib import metadata, resources",
    "import json\nname = 'loads'\nprint(json.loads('1'))\ngetattr(self, name)",
    "from http import HTTPStatus\ncode = 1\nprint(code, HTTPStatus.OK)",
    "import asyncio\nasyncio.run(main())",
    "print('{name}'.format(**locals()), vars())",
    "import numpy as np\nprint(np.array([1]).mean())",
    "api_key = 'your-api-key-goes-here-12345'",
    "api_key = '<put the key of 2024 in here>'",
    "password = input('password: ')",
    "token = ''",
    "sort_key = 'created_at_2024_descending'",
    "primary_key = 'customerServiceRequestId'",
    "key_path = '/etc/keys/agents/2024/key.pem'",
    "name = 'sk-learn-something-long-name'",
    "url = 'postgresql://user:password@localhost/db'",
    "url = 'https://example.com/a:b@c'",
    "digest = '9f86d081884c7d659a2feaa0c55ad015'",
    "max_tokens = 1000\ntokens = ['a', 'b']",
    "# -*- coding: utf-8 -*-\nprint('ü')",
    "tokenizer = 'sentence-transformers/all-MiniLM-L6-v2'",
    "model_key = 'claude-3-5-sonnet-20241022-v2'",
    "session_key = '123e4567-e89b-42d3-a456-426614174000'",
    "PRIMARY_KEY = 'customer_order_identifier_2024_v2'",
    "password_hasher = 'pbkdf2_sha256'",
    "import timeit\nprint(timeit.default_timer())",
    "import pickle\npickle.dump(data, file)",
]


@pytest.mark.parametrize("code", HOSTILE)
def test_what_runs_other_code_or_holds_a_secret_is_refused(code: str) -> None:
    found = scan(code)
    assert found
    for problem in found:
        assert problem.line and problem.reason and problem.next_step and problem.field == "content"
        assert problem.code in ("forbidden_code", "secret_in_code"), problem


@pytest.mark.parametrize("code", HARMLESS)
def test_what_only_looks_like_it_is_not(code: str) -> None:
    assert scan(code) == []


def test_every_place_is_told_with_its_line_in_order() -> None:
    code = f"import json\nimport subprocess\n\n# {OPENAI}\nx = 1\neval('1'); eval('2')\npassword = '{RANDOM}'\n"
    found = scan(code)
    assert [(problem.line, problem.code) for problem in found] == [
        (2, "forbidden_code"),
        (4, "secret_in_code"),
        (6, "forbidden_code"),
        (7, "secret_in_code"),
    ]
    assert "subprocess" in found[0].reason and "password" in found[3].reason


def test_a_secret_is_not_repeated_in_what_is_told_about_it() -> None:
    told = [scan(f"x = '{secret}'\npassword = '{secret}'") for secret in (OPENAI, GOOGLE, AWS, GITHUB, RANDOM)]
    assert all(found for found in told)
    assert not any(secret in str(told) for secret in (OPENAI, GOOGLE, AWS, GITHUB, RANDOM))


def test_no_more_is_told_than_a_person_reads() -> None:
    assert len(scan("eval('1')\n" * 1000)) == MOST_TOLD


@pytest.mark.parametrize(
    ("code", "kind", "line"),
    [
        ("def f(:", "code_unreadable", 1),
        ("x = 1\n  y = 2", "code_unreadable", 2),
        ("x = 1\ny = (\n", "code_unreadable", 2),
        ("print 'hello'", "code_unreadable", 1),
        ("const x = () => 1;", "code_unreadable", 1),
        ("x = " + "9" * 10_000, "code_unreadable", 1),
        ("x = 1\0", "code_unreadable", 1),
        ("x = '\ud800'", "code_unreadable", None),
        ("# coding: utf-7\nx = 1", "code_encoding", 1),
        ("#!/usr/bin/python\n# vim: set fileencoding=unicode_escape :\nx = 1", "code_encoding", 2),
        ("a" + ".b" * 100_000 + "\n", "code_too_long", None),
        ("x\n" * LONGEST, "code_too_long", None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(code: str, kind: str, line: int | None) -> None:
    [found] = scan(code)
    assert (found.code, found.line) == (kind, line)
    assert found.reason and found.next_step


FULL = LONGEST - 100
DEEP = {
    "a megabyte of brackets": "[" * 1_000_000,
    "a megabyte of brackets that close": "[" * 500_000 + "]" * 500_000,
    "a megabyte of lines": "x = [1]\n" * 125_000,
    "brackets": "[" * (FULL // 2) + "]" * (FULL // 2),
    "calls": "f(" * (FULL // 3) + ")" * (FULL // 3),
    "a minus each": "-" * FULL + "1",
    "not not": "not " * (FULL // 4) + "1",
    "attributes": "a" + ".a" * (FULL // 2),
    "a long sum": "1" + "+1" * (FULL // 2),
    "lambdas": "lambda:" * (FULL // 7) + "1",
    "else if": "1 if 1 else " * (FULL // 12) + "1",
    "blocks": "".join(" " * depth + "if 1:\n" for depth in range(400)),
    "calls of calls": "a" + "()" * (FULL // 2),
    "one line": "x;" * (FULL // 2),
    "quotes": "'" * FULL,
    "texts": "'a' " * (FULL // 4),
    "braces in a text": "f'" + "{" * FULL,
    "signed tokens": "# " + "eyJ-" * (FULL // 4),
    "keys": "# " + "sk-" * (FULL // 3),
    "addresses": "# " + "://a:" * (FULL // 5),
    "chains": "\n".join(["a" + ".b" * 900] * (FULL // 1900)),
    "imports": "\n".join(f"import os as x{number % 50}" for number in range(FULL // 20)),
    "one value under very many names": "key = " * 12_000 + f"'{'q8Zr2LxV7mNp4TbK' * 1_500}'",
    "one name for very many modules": "import " + ", ".join(f"a{n} as x" for n in range(4_000)) + "\n" + "x;" * 20_000,
    "handing on": "import a\n" + "\n".join(f"x{n} = x{n - 1}.b" for n in range(1, FULL // 20)),
}


@pytest.mark.parametrize("what", DEEP)
def test_the_scan_is_quick_whatever_comes(what: str) -> None:
    with at_once():
        scan(DEEP[what])


def test_deep_code_is_refused_and_breaks_nothing() -> None:
    for what in ("brackets", "calls", "a minus each", "attributes", "lambdas", "blocks", "calls of calls"):
        [found] = scan(DEEP[what])
        assert found.code in ("code_too_deep", "code_unreadable"), what


@given(st.text(max_size=300))
def test_any_text_is_answered(code: str) -> None:
    assert all(problem.reason for problem in scan(code))


PIECES = [
    "eval", "os", "import ", "from ", "(", ")", "[", "]", ".", "=", "\n", " ", "'", '"', "x", ":", "f'{", "}", "\\",
    "system", "getattr", ",", "lambda", "__builtins__", "async ", "await ", "match ", "case ", "1", "#", "\t", ":=",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=500)
def test_any_scraps_of_python_are_answered(code: str) -> None:
    assert all(problem.reason for problem in scan(code))


def indented(code: str, depth: int) -> Iterator[str]:
    for number in range(depth):
        yield "    " * number + ("def f():" if number % 2 else "class A:")
    yield from ("    " * depth + line for line in code.splitlines())
    yield "    " * depth + "pass"  # a comment alone is no body


@given(st.sampled_from(HOSTILE), st.sampled_from(HARMLESS), st.integers(0, 4))
def test_what_is_hostile_stays_so_among_other_code_and_inside_of_it(bad: str, good: str, depth: int) -> None:
    wrapped = bad if "*" in bad or "'''" in bad else "\n".join(indented(bad, depth))  # `import *` stands at the top
    whole = f"{good}\n{wrapped}\n{good}\n"
    found = scan(whole)
    assert [problem for problem in found if problem.code in ("forbidden_code", "secret_in_code")], whole


@given(st.lists(st.sampled_from(HARMLESS), max_size=6))
def test_harmless_code_stays_so_together(parts: list[str]) -> None:
    assert scan("\n".join(parts)) == []
