"""`python -m builder check-model`: a table for each language model that is set up."""

import asyncio

from builder import settings, wiring
from builder.services.models import Setup
from builder.services.smoke import trials

NOT_SET_UP = 2


def run() -> int:
    """0: all went well, 1: something did not, 2: no model is set up."""
    app = wiring.build(settings.load())
    try:
        return asyncio.run(_checked(app))
    finally:
        app.close()


async def _checked(app: wiring.App) -> int:
    ready = [setup for setup in await app.models.setups() if setup.ready]
    if not ready:
        print("No key is set and no model of your own, so there is nothing to check.")
        print("Enter one on the page Settings, or set for example GOOGLE_API_KEY; README.md says more.")
        return NOT_SET_UP
    try:
        outcomes = [await _table(app, setup) for setup in ready]
    finally:
        await app.rest()
    return 0 if all(outcomes) else 1


async def _table(app: wiring.App, setup: Setup) -> bool:
    """Prints what was tried with one provider; did all of it go well?"""
    print(f"\n{setup.title}: {setup.model}" + (f" at {setup.address}" if setup.address else ""))
    count = failures = 0
    async for trial in trials(app.models, app.engines.of(setup.provider)):
        count, failures = count + 1, failures + (not trial.ok)
        print(f"  {'ok    ' if trial.ok else 'FAILED'} {trial.seconds * 1000:7.0f} ms  {trial.name:<28} {trial.note}")
    print(f"  {count - failures} of {count} went well.", flush=True)
    return not failures
