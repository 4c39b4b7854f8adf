"""Ten cheap calls that show whether a model can do what the interview needs: for the owner of a server."""

from builder.services.smoke.run import Trial, trials

__all__ = ["Trial", "trials"]
