#!/bin/sh
# The configuration of one agent of Agent Builder. Needs curl, nothing else.
# The token, where the server asks for one, is read from AGENT_BUILDER_TOKEN.
set -eu

BASE_URL="<base_url>"
AGENT="<id>"
VERSION="<version>"
FILE="<file>"

call() { # The token goes in by a pipe, so that no list of processes shows it.
  printf '%s\n' "${AGENT_BUILDER_TOKEN:+Authorization: Bearer $AGENT_BUILDER_TOKEN}" |
    curl --header @- --silent --show-error --fail-with-body --globoff "$@"
}

# The latest version, with its number and when it was saved; "configuration" is the agent itself.
call --url "$BASE_URL/v1/agents/$AGENT"
echo

# Always the same version, whatever is saved later.
call --url "$BASE_URL/v1/agents/$AGENT/versions/$VERSION"
echo

# The configuration alone, as a file where you are. One that is there already stays as it is.
if [ -e "$FILE" ]; then
  echo "Not written: $FILE is there already. Move it away, then run this again." >&2
  exit 1
fi
call --url "$BASE_URL/v1/agents/$AGENT/file" --output "$FILE"
echo "Written: $FILE" >&2
