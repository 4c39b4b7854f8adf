"""The pinned environments of the platforms' libraries. Several, because the libraries disagree on pydantic."""

from pathlib import Path

from bench.environments import ROOT, Environments

ENVIRONMENTS = Environments(Path(__file__).parent / "envs", ROOT / ".export-envs", "EXPORT_ENVS")
OPTIONAL = frozenset(("crewai",))  # 830 MB: only made by its own command, `make test-exports-crewai`
