"""How long tests wait for what takes a moment: only a blow-up or a standstill fails. Benchmarks say how quick it is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 15.0  # seconds for milliseconds of work, on a machine that does much else
SOON = 4_000  # milliseconds for what a page is told; where it has to ask by itself it takes longer


@contextmanager
def at_once() -> Iterator[None]:
    """What is done inside takes this process less than `AT_ONCE`, however busy the machine is."""
    began = time.process_time()
    yield
    assert time.process_time() - began < AT_ONCE
