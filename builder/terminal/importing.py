"""`python -m builder import`: files of this product or of others as agents, and what could not be taken over."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from builder import settings, wiring
from builder.core.errors import Invalid
from builder.importers.intake import Upload
from builder.services.imports import Brought, Candidate, Choice, Imports, OnConflict
from builder.terminal.safe import harmless, writable

LARGEST = 12_000_000  # bytes; intake takes no more anyway
_BESIDE = ("no_agent", "same_agent")  # a README in an archive, and an agent that is in it for several platforms


def run(sources: Sequence[str], on_conflict: OnConflict | None) -> int:
    """0: all came in, or was there; 1: something was refused, and is named. `sources`: paths, addresses, or - for the
    input. OSError for a file that cannot be read, Invalid for an address."""
    app = wiring.build(settings.load())
    try:
        return asyncio.run(_brought(app.imports, sources, on_conflict))
    finally:
        app.close()


async def _brought(imports: Imports, sources: Sequence[str], on_conflict: OnConflict | None) -> int:
    uploads = [await _upload(imports, source) for source in sources]
    preview = await imports.preview(uploads)
    choices = [Choice(one.item.values, on_conflict, one.item.title) for one in preview.candidates]
    brought = await imports.bring(choices)
    for candidate, one in zip(preview.candidates, brought, strict=True):
        _say(_told(candidate, one), sys.stdout)
    for refused in preview.refused:
        _say(f"{refused.path or 'input'}: {refused.reason} {refused.next_step}", sys.stderr)
    named = {upload.name for upload in uploads}
    beside = [one for one in preview.refused if one.code in _BESIDE and one.path not in named]
    came = bool(brought) and all(one.outcome != "refused" for one in brought)
    return 0 if came and len(beside) == len(preview.refused) else 1


def _say(text: str, stream: TextIO) -> None:
    print(writable(harmless(text), stream.encoding or "utf-8"), file=stream)


async def _upload(imports: Imports, source: str) -> Upload:
    if source.startswith(("http://", "https://")):
        return await imports.fetch(source)
    if source == "-":
        return Upload("", sys.stdin.buffer.read(LARGEST + 1))
    path = Path(source)
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Invalid(f"{source} has more than {LARGEST:,} bytes.", next_step="Take out what is not about the agents.")
    return Upload(path.name, content)


def _told(candidate: Candidate, one: Brought) -> str:
    item = candidate.item
    agent = f" {one.agent.name}, version {one.agent.version}" if one.agent else ""
    lines = [f"{item.path or 'input'} ({item.title}): {one.outcome}{agent}"]
    lines += [f"  {remark.kind:9} {remark.text}" for remark in item.remarks]
    if one.outcome == "refused":
        lines += [f"  {one.error}"] if not one.problems else []
        lines += [f"  {problem.field or 'all'}: {problem.reason} {problem.next_step}" for problem in one.problems]
    if [problem.code for problem in one.problems] == ["name_taken"]:
        lines.append("  Choose with --on-conflict version, copy or skip.")
    return "\n".join(lines)
