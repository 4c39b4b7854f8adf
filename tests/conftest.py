"""Property tests without luck, the same examples in each run, however slow the machine: `--hypothesis-profile=chance`
looks for new ones. And failures are told when they happen, so that a run that is cut off says what it found."""

import pytest
from hypothesis import HealthCheck, settings

QUIET = [HealthCheck.too_slow]
settings.register_profile("same", deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
settings.register_profile("chance", deadline=None, suppress_health_check=QUIET)
settings.load_profile("same")


class ToldAtOnce:
    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            told = f"{report.nodeid} ({report.when}) failed after {report.duration:.0f} s"
            self._terminal.write_line(f"\n{told}\n{report.longreprtext}")


@pytest.hookimpl(trylast=True)  # the terminal registers itself at this call
def pytest_configure(config: pytest.Config) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal and not hasattr(config, "workerinput"):  # a worker's own terminal is read by nobody
        config.pluginmanager.register(ToldAtOnce(terminal))
