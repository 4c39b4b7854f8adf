#!/bin/sh
# A talk with one session of Agent Builder. Needs curl, nothing else.
# The token, where the server asks for one, is read from AGENT_BUILDER_TOKEN.
set -eu

BASE_URL="<base_url>"
SESSION="<id>"

call() { # The token goes in by a pipe, so that no list of processes shows it.
  printf '%s\n' "${AGENT_BUILDER_TOKEN:+Authorization: Bearer $AGENT_BUILDER_TOKEN}" |
    curl --header @- --silent --show-error --fail-with-body --no-buffer --globoff "$@"
}

# Say something. The reply comes as Server-Sent Events while it is written: its words are in "TextDelta".
call --url "$BASE_URL/v1/sessions/$SESSION/message" \
  --header 'Content-Type: application/json' --header 'Accept: text/event-stream' \
  --data '{"message": "What is still open?"}'

# Where the talk stands: stage, progress, what is collected and what is missing.
call --url "$BASE_URL/v1/sessions/$SESSION/status"
echo

# The configuration, once the talk is finished. Before: status 202 and "Not finalized yet."
call --url "$BASE_URL/v1/sessions/$SESSION/configuration"
echo
