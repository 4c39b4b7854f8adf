"""What each hostile upload costs: seconds of processor time until its reason is there, and bytes of memory meanwhile.

`python -m bench.hostile_uploads`. Ends with an error when one takes more than its promise: two seconds (one for a
megabyte of brackets) and 64 MB. Times and memory are taken in rounds of their own: watching memory takes time.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator

from bench.report import markdown_table, write_json
from builder.importers.intake import Upload, intake
from tests.importers.hostile import MB, all_cases, brackets, heavy

LONGEST, LONGEST_OF_BRACKETS = 2.0, 1.0  # seconds
MOST_GROWTH = 64 * MB
SHOWN = 5

Case = tuple[str, Upload, float]


def cases() -> Iterator[Case]:
    """What it is, the upload, and the seconds that it may take."""
    for name, (file_name, content, _) in all_cases().items():
        yield name, Upload(file_name, content), LONGEST
    for name, (file_name, content) in heavy().items():
        yield name, Upload(file_name, content), LONGEST
    for file_name, content in brackets():
        told = f"1 MB of {content[:5].decode()} in {file_name or 'a text'}"
        yield told, Upload(file_name, content), LONGEST_OF_BRACKETS


def seconds(upload: Upload) -> float:
    began = time.process_time()
    intake([upload])
    return time.process_time() - began


def growth(upload: Upload) -> float:
    """In megabytes."""
    tracemalloc.start()
    try:
        intake([upload])
        return tracemalloc.get_traced_memory()[1] / MB
    finally:
        tracemalloc.stop()


def ranked(of: Callable[[Upload], float], given: list[Case]) -> dict[str, float]:
    found = {name: round(of(upload), 3) for name, upload, _ in given}
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def main() -> int:
    given = list(cases())
    seconds(given[0][1])  # what is imported at the first use counts for none
    took, grown = ranked(seconds, given), ranked(growth, given)
    for title, figures in (("seconds", took), ("MB", grown)):
        print(markdown_table([f"the {SHOWN} with the most", title], list(figures.items())[:SHOWN]), "\n")
    write_json("hostile_uploads", {"uploads": len(given), "seconds": took, "megabytes": grown})
    late = [name for name, _, most in given if took[name] > most]
    large = [name for name, megabytes in grown.items() if megabytes * MB > MOST_GROWTH]
    print(f"{len(given)} uploads; too slow: {late or 'none'}; too large: {large or 'none'}")
    return 1 if late or large else 0


if __name__ == "__main__":
    sys.exit(main())
