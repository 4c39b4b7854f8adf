"""What nobody sends by accident: bytes that try to crash, to hang, to grow, to lead out or to run something."""

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from random import Random

from tests.exporters.configurations import configuration
from tests.exporters.schemas import bomb, nested

MB = 1_000_000
PROGRAM = b"from agents import Agent\na = Agent(name="
Cases = Mapping[str, tuple[str, bytes, str]]  # what it is -> name, content, the code of its refusal

TRAVERSALS = (
    "../a.json", "..", "a/../../b.json", "a/../b.json", "./a.json", "a/./b.json", "/etc/passwd.json",
    "//host/a.json", "/", "a//b.json", "..\\a.json", "a\\..\\b.json", "C:\\a.json", "C:a.json", "c:/a.json",
    "\\\\host\\share\\a.json", "\\a.json", "~/a.json", "~root/a.json", "a\0b.json", "a.json\0.txt", "a\nb.json",
    "a\rb.json", "a\tb.json", "\x7f.json", "a.json.", "a.json ", " a.json", "a./b.json", "a /b.json", ". ./a.json",
    ".../a.json", "․․/a.json", "‥/a.json", "．．/a.json", "a／..／b.json", "a∕b/..", "..⁄a.json", "﹒﹒/a.json",
    "\u202egnp.json", "a\u200bb.json", "\ufeffa.json", "a:b.json", "a|b.json", "a<b>.json", "a?.json", "a*.json",
    'a".json', "CON", "con.json", "AUX/a.json", "x/nul.txt", "COM1.json", "lpt9", "LPT¹.json", "CONIN$", "ＣＯＮ.json",
    "a" * 300 + ".json", "a/" * 20 + "b.json", "a\u2028b.json",
)  # fmt: skip


def packed(members: Mapping[str, bytes | str], **of_each: int) -> bytes:
    """A zip file; `of_each`: attributes that every member gets."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        for name, content in members.items():
            info = zipfile.ZipInfo("a")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            for key, value in of_each.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return held.getvalue()


def agent(**changes: object) -> str:
    return json.dumps(configuration(**changes))


def twice(first: str, second: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(first, agent())
        archive.writestr(second, agent(name="Other"))
    return held.getvalue()


def patched(content: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """The archive with some bytes of its first header of this kind replaced."""
    at = content.index(mark) + offset
    return content[:at] + value + content[at + len(value) :]


def encrypted() -> bytes:
    whole = packed({"a.json": agent()})
    return patched(patched(whole, b"PK\x01\x02", 8, b"\x01\x00"), b"PK\x03\x04", 6, b"\x01\x00")


def lying(size: int) -> bytes:
    """An archive that says its member is smaller than it is."""
    whole = packed({"a.json": b" " * 5 * MB})
    return patched(whole, b"PK\x01\x02", 24, struct.pack("<I", size))


def many_laughs() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines).encode()


def many_merges() -> bytes:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], k{n}: 1}}" for n in range(1, 12)]
    return "\n".join(lines).encode()


def nested_archive(levels: int) -> bytes:
    inner = packed({"bomb.json": b" " * 900_000})
    for _ in range(levels):
        inner = packed({f"{n}.zip": inner for n in range(4)})
    return inner


def archives() -> Cases:
    noise = Random(1).randbytes(490_000).hex()
    zeros = packed({"a.json": b"\0" * 30 * MB})
    link = packed({"a.json": "/etc/passwd"}, external_attr=0o120777 << 16)
    return {
        "a bomb": ("a.zip", zeros, "bomb"),
        "a sum": ("a.zip", packed({f"{n}.json": noise for n in range(10)}), "too_large_inside"),
        "a member that lies of its size": ("a.zip", lying(100), "broken_zip"),
        "many members": ("a.zip", packed({f"{n}.json": "" for n in range(5_000)}), "too_many_members"),
        "a large archive": ("a.zip", b"PK\x03\x04" + b"x" * 9 * MB, "too_large"),
        "archives in archives": ("a.zip", nested_archive(3), "nested_archive"),
        "a link": ("a.zip", link, "no_file"),
        "a device": ("a.zip", packed({"a.json": ""}, external_attr=0o020666 << 16), "no_file"),
        "a pipe": ("a.zip", packed({"a.json": ""}, external_attr=0o010666 << 16), "no_file"),
        "a password": ("a.zip", encrypted(), "encrypted"),
        "another packing": ("a.zip", patched(packed({"a": ""}), b"PK\x01\x02", 10, b"\x0e\x00"), "odd_packing"),
        "the same name twice": ("a.zip", twice("a.json", "a.json"), "double_member"),
        "the same name in capitals": ("a.zip", twice("a.json", "A.JSON"), "double_member"),
        "half an archive": ("a.zip", packed({"a.json": agent()})[:90], "broken_zip"),
        "an empty archive's mark": ("a.zip", b"PK\x05\x06", "broken_zip"),
        "a broken sum": ("a.zip", patched(packed({"a.json": agent()}), b"PK\x01\x02", 16, b"\0\0\0\0"), "broken_zip"),
        "gzip": ("a.gz", b"\x1f\x8b\x08\x00" + b"x" * 50, "other_archive"),
        "tar": ("a.tar", b"a" * 257 + b"ustar" + b"x" * 300, "other_archive"),
    }


def jsons() -> Cases:
    deep = '{"properties":' * 10_000 + "1" + "}" * 10_000
    return {
        "brackets": ("a.json", b"[" * MB, "too_deep"),
        "pasted brackets": ("", b"[" * MB, "too_deep"),
        "closed brackets": ("a.json", b"[" * (MB // 2) + b"]" * (MB // 2), "too_many_values"),
        "objects in objects": ("a.json", b'{"a":' * (MB // 5), "too_deep"),
        "depth 10,000": ("a.json", deep.encode(), "too_deep"),
        "depth 150": ("a.json", b"[" * 150 + b"]" * 150, "too_deep"),
        "many lists": ("a.json", b"[" + b"[]," * (MB // 3 - 2) + b"[]]", "too_many_values"),
        "many objects": ("a.json", b"[" + b"{}," * (MB // 3 - 2) + b"{}]", "too_many_values"),
        "many numbers": ("a.json", b"[" + b"1," * (MB // 2 - 2) + b"1]", "too_many_values"),
        "many keys": ("a.json", json.dumps({f"k{n}": 0 for n in range(60_000)}).encode(), "too_many_values"),
        "NaN": ("a.json", b'{"prompts": NaN}', "not_a_number"),
        "Infinity": ("a.json", b'{"prompts": -Infinity}', "not_a_number"),
        "a float without end": ("a.json", b"[1e999]", "big_number"),
        "a long number": ("a.json", b"[" + b"9" * 900_000 + b"]", "big_number"),
        "double keys": ("a.json", b'{"name": 1, "name": 2}', "double_key"),
        "escaped double keys": ("a.json", rb'{"name": 1, "n\u0061me": 2}', "double_key"),
        "quotes": ("a.json", b'"' * MB, "broken_json"),
        "backslashes": ("a.json", b'"' + b"\\" * (MB - 1), "broken_json"),
        "comments": ("a.json", b"/*" * (MB // 2), "broken_json"),
        "line comments": ("a.json", b"//\n" * (MB // 3), "broken_json"),
        "commas": ("a.json", b"[" + b"," * (MB - 1), "too_many_values"),
        "blanks": ("a.json", b"[1" + b" " * (MB - 3), "broken_json"),
        "a long text": ("a.json", json.dumps({"prompts": "x" * 900_000}).encode(), "too_long_text"),
        "a large text": ("a.json", b" " * (MB + 1), "too_large"),
    }


def yamls() -> Cases:
    return {
        "brackets of YAML": ("a.yaml", b"[" * MB, "too_deep"),
        "braces of YAML": ("a.yaml", b"{a: " * (MB // 4), "too_deep"),
        "points in points": ("a.yaml", b"- " * (MB // 2), "too_deep"),
        "steps": ("a.yaml", "".join(f"{' ' * n}a:\n" for n in range(1_400)).encode(), "too_deep"),
        "laughs": ("a.yaml", many_laughs(), "yaml_aliases"),
        "merges": ("a.yaml", many_merges(), "yaml_aliases"),
        "a long text again": ("a.yaml", b"a: &a " + b"x" * 90_000 + b"\nb: [" + b"*a," * 9_000 + b"]", "yaml_aliases"),
        "aliases": ("a.yaml", b"a: &a 1\nb: [" + b"*a," * (MB // 4) + b"]", "too_many_values"),
        "anchors": ("a.yaml", "".join(f"- &x{n} 1\n" for n in range(70_000)).encode(), "too_many_values"),
        "empty points": ("a.yaml", b"- \n" * (MB // 3), "too_many_values"),
        "documents": ("a.yaml", b"---\na: 1\n" * (MB // 10), "too_many_values"),
        "itself": ("a.yaml", b"a: &a [*a]", "yaml_loop"),
        "python object": ("a.yaml", b"a: !!python/object/apply:os.system ['touch /tmp/x']", "yaml_tag"),
        "python name": ("a.yaml", b"a: !!python/name:os.system", "yaml_tag"),
        "own tag": ("a.yaml", b"a: !Ref x", "yaml_tag"),
        "binary": ("a.yaml", b"a: !!binary aGk=", "yaml_tag"),
        "set": ("a.yaml", b"a: !!set {x, y}", "yaml_tag"),
        "a key that is a list": ("a.yaml", b"? [a, b]\n: c", "yaml_key"),
        "double keys of YAML": ("a.yaml", b"name: 1\nname: 2", "double_key"),
        "nan": ("a.yaml", b"a: .nan", "not_a_number"),
        "inf": ("a.yaml", b"a: -.inf", "not_a_number"),
        "a long number of YAML": ("a.yaml", b"a: " + b"9" * 100_000, "big_number"),
        "an unknown alias": ("a.yaml", b"a: *b", "broken_yaml"),
        "a head with a tag": ("a.md", b"---\na: !!python/name:os.system\n---\nText", "yaml_tag"),
    }


def texts() -> Cases:
    return {
        "nothing": ("a.json", b"", "empty"),
        "blanks only": ("", b" \n\t ", "empty"),
        "not UTF-8": ("a.json", b'{"name": "\xff\xfe\xfd"}', "not_utf8"),
        "Latin-1": ("", "Du bist ein höflicher Helfer.".encode("latin-1"), "not_utf8"),
        "a surrogate in UTF-8": ("", b"You are a helper \xed\xa0\x80 of people.", "not_utf8"),
        "too long in UTF-8": ("", b"You are a helper \xc0\xaf of people.", "not_utf8"),
        "a picture": ("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99, "not_text"),
        "a PDF": ("a.pdf", b"%PDF-1.7 " + b"x" * 99, "not_text"),
        "a program": ("a", b"\x7fELF" + b"\0" * 99, "not_text"),
        "NULs": ("a.json", b'{"a\0": 1}', "not_text"),
        "half of UTF-16": ("a.json", b"\xff\xfea\x00b", "not_text"),
        "brackets of Python": ("a.py", PROGRAM + b"(" * 20_000, "broken_python"),
        "all brackets of Python": ("a.py", PROGRAM + b"(" * 900_000, "no_agent"),
        "signs of Python": ("a.py", PROGRAM + b"-" * 20_000 + b"1)", "broken_python"),
        "a long sum": ("a.py", PROGRAM + b"'a'+" * 10_000 + b"'a')", "broken_python"),
        "many names": ("a.py", PROGRAM + b"1)\n" + b"Agent(\n)\n" * 90_000, "no_agent"),
        "a script": ("a.ts", b"import { Agent } from '@openai/agents';\nnew Agent({ name: 'A' });", "typescript"),
    }


def heavy() -> Mapping[str, tuple[str, bytes]]:
    """What is read, and is more than anybody writes: it must not take long, nor grow."""
    wide = {f"p{n}": {"type": ["string", "null"]} for n in range(9_000)}
    wrong = {f"p{n}": {"type": "thing", "minimum": "x"} for n in range(16_000)}
    choice = {"anyOf": [{"type": "string", "title": f"t{n}"} for n in range(16_000)]}
    chain = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(5_000)}
    texts = " ".join(f"{{p{n}}}" for n in range(12_000))
    doubled = "\n".join(f"a{n} = f'{{a{n + 1}}}{{a{n + 1}}}'" for n in range(40))
    lists = "\n".join([*(f"a{n} = [a{n + 1}, a{n + 1}]" for n in range(28)), "a28 = 1"])
    models = "\n".join(f"class M{n}(BaseModel):\n    a: M{n + 1}\n    b: M{n + 1}" for n in range(30))
    call = "Agent(name='A', instructions=a0, tools=a0, model_settings=ModelSettings(a=a0), output_type=M0)"
    program = f"from agents import Agent\nfrom pydantic import BaseModel\nx = {call}\n"
    return {
        "a wide schema": ("a.json", agent(schema_definition={"type": "object", "properties": wide}).encode()),
        "a wrong schema": ("a.json", agent(schema_definition={"type": "object", "properties": wrong}).encode()),
        "a chain": ("a.json", agent(schema_definition={"type": "object", "properties": {}, "$defs": chain}).encode()),
        "a wide choice": ("a.json", agent(schema_definition={"type": "object", "properties": {"a": choice}}).encode()),
        "a deep schema": ("a.json", agent(schema_definition=nested(45)).encode()),
        "a bomb of references": ("a.json", agent(schema_definition=bomb(40)).encode()),
        "many placeholders": ("a.json", agent(system=texts).encode()),
        "placeholders that nobody explains": ("a.json", agent().replace("You answer", texts[:90_000]).encode()),
        "many unknown keys": ("a.json", agent(**{f"key{n}": n for n in range(20_000)}).encode()),
        "many tools": ("a.json", agent(tools=[{"name": f"t{n}", "parameters": {}} for n in range(9_000)]).encode()),
        "many wrong tools": ("a.json", agent(tools=[{"nam": f"t{n}"} for n in range(20_000)]).encode()),
        "many prompts": ("a.json", agent(prompts=[{"prompt_type": "x", "content": "a"}] * 15_000).encode()),
        "many agents": ("a.json", f"[{','.join([agent()] * 1_200)}]".encode()),
        "many agents in an archive": ("a.zip", packed({f"{n}.json": agent(name=f"A{n}") for n in range(1_000)})),
        "prose with gaps": ("", (f"You are kind. {'{a b} {c} ' * 9_000}").encode()),
        "prose with braces": ("", b"You are a kind helper of all people. " * 200 + b"{" * 3_000),
        "prose in one line": ("", b"You are kind " * 7_000),
        "many headings": ("", b"Name: A\nInstructions:\n" + b"Name:\n" * 15_000),
        "a text in doubles": ("", f"{program}{doubled}".encode()),
        "a list in doubles": ("", f"{program}{lists}".encode()),
        "models in doubles": ("", f"{program}{models}".encode()),
        "many agents of a program": ("", b"from agents import Agent\n" + b"a = Agent(name='x')\n" * 3_000),
    }


def brackets() -> Iterator[tuple[str, bytes]]:
    """A megabyte of them, by the name of a file."""
    for name in ("a.json", "a.yaml", "a.md", "a.py", ""):
        for content in (b"[" * MB, b'{"a":' * (MB // 5), b"[{" * (MB // 2), b"(" * MB):
            yield name, content


def all_cases() -> Cases:
    named = {f"the name {name[:30]!r}": ("a.zip", packed({name: agent()}), "") for name in TRAVERSALS}
    return {**archives(), **jsons(), **yamls(), **texts(), **named}
