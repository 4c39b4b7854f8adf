"""The pinned environments of the platforms' libraries. Two, because the libraries disagree on pydantic."""

from pathlib import Path

from bench.environments import ROOT, Environments

ENVIRONMENTS = Environments(Path(__file__).parent / "envs", ROOT / ".export-envs", "EXPORT_ENVS")
