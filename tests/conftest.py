"""Property tests without luck: the same examples in each run, however slow the machine.

`--hypothesis-profile=chance` looks for new ones."""

from hypothesis import HealthCheck, settings

QUIET = [HealthCheck.too_slow]
settings.register_profile("same", deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
settings.register_profile("chance", deadline=None, suppress_health_check=QUIET)
settings.load_profile("same")
