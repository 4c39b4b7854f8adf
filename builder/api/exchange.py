"""Exports and imports as JSON: targets, files with notes, previews, and what became of what was brought in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from builder.api import wire
from builder.core.readable import readable_value
from builder.exporters.base import Export, Exporter
from builder.services.imports import Brought, Candidate, Preview

if TYPE_CHECKING:
    from builder.importers.refusals import Refused


def target_json(exporter: Exporter) -> wire.Json:
    names = ("name", "title", "shelf", "purpose", "place", "version", "rank")
    return {name: getattr(exporter, name) for name in names}


def export_json(exporter: Exporter, export: Export) -> wire.Json:
    return {
        "target": target_json(exporter),
        "files": [{"path": file.path, "content": file.content} for file in export.files],
        "notes": [wire.plain(note.to_json()) for note in export.notes],
    }


def preview_json(preview: Preview) -> wire.Json:
    found: wire.Json = readable_value(
        {
            "candidates": [_candidate_json(candidate) for candidate in preview.candidates],
            "refused": [_refused_json(refused) for refused in preview.refused],
        }
    )
    return found


def _candidate_json(candidate: Candidate) -> wire.Json:
    item = candidate.item
    return {
        "path": item.path,
        "importer": item.importer,
        "title": item.title,
        "config": wire.plain(item.values),
        "standing": candidate.standing,
        "agent": wire.agent_json(candidate.agent) if candidate.agent else None,
        "problems": [wire.plain(problem) for problem in item.problems],
        "remarks": [wire.plain(remark.to_json()) for remark in item.remarks],
    }


def _refused_json(refused: "Refused") -> wire.Json:
    said = {"reason": refused.reason, "next_step": refused.next_step}
    return {"path": refused.path, "code": refused.code, "params": wire.plain(refused.params), **said}


def outcomes_json(brought: Iterable[Brought]) -> list[wire.Json]:
    return [
        {
            "index": index,
            "outcome": one.outcome,
            "agent": wire.agent_json(one.agent) if one.agent else None,
            "detail": str(one.error) if one.error else None,
            "problems": [wire.plain(problem) for problem in one.problems],
        }
        for index, one in enumerate(brought)
    ]
