"""A name that nobody has yet."""

from collections.abc import Container


def free(name: str, taken: Container[str], longest: int | None = None) -> str:
    """The name, with a number behind it where it is taken: `name_2`. `longest`: of all characters, number and all."""
    found, number = name, 2
    while found in taken:
        ending = f"_{number}"
        found, number = name[: None if longest is None else longest - len(ending)] + ending, number + 1
    return found
