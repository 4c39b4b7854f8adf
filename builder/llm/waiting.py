"""How long to wait before the next try: as the provider says, else longer each time."""

import random

from builder.llm.asking import Patience
from builder.llm.faults import Fault

JITTER = 0.2


def seconds_before(attempt: int, fault: Fault, patience: Patience, left: float) -> float | None:
    """Seconds before the try with this number (2 at first); None when there is none. `left`: to the deadline.

    A wait that the provider asks for is kept to the full or not begun: a try before it would be refused again.
    """
    if not fault.retried or attempt > patience.tries:
        return None
    if fault.wait is not None:
        return fault.wait if fault.wait <= patience.longest_wait and fault.wait < left else None
    growing = patience.first_wait * 2 ** (attempt - 2) * random.uniform(1 - JITTER, 1 + JITTER)
    wait = min(growing, patience.longest_wait)
    return wait if wait < left else None
