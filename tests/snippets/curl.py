"""The curl that tests of snippets run: the system's own, else installed by the package manager.

Run as a program it makes sure that there is one.
"""

import os
import re
import shutil
import subprocess
import sys

OLDEST = (7, 76)  # it knows --fail-with-body


def found() -> bool:
    """Is there a curl that is new enough?"""
    path = shutil.which("curl")
    if path is None:
        return False
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"curl (\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST


def _installed() -> bool:
    if shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "curl"]):
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # what counts is whether it is there then
    return found()


if __name__ == "__main__":
    if not found() and not _installed():
        sys.exit(f"No curl {'.'.join(map(str, OLDEST))} or newer was found, nor could one be installed. Install it.")
    print(f"curl: {shutil.which('curl')}")
