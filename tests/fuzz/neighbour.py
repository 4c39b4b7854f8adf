"""Somebody else on the same server, with data of every kind."""

import sqlite3
from pathlib import Path

import httpx

from tests.api.real_calls import CONFIG, finished
from tests.fuzz.told import Foreign

MARK = "Quokkabuttonhole"  # in everything that is theirs, and nowhere else
CODE = {"type": "code", "name": f"{MARK}.py", "content": f"def {MARK}() -> bool: ...\n"}
OWNED = ("session_id", "agent_id", "artifact_id", "token_id")
Rows = dict[str, list[str]]


class Neighbour:
    """Has a finished session with artifacts, an agent with two versions and a token."""

    def __init__(self, api: str, secret: str, database: Path, owner: str) -> None:
        self._client = httpx.Client(
            base_url=api, headers={"Authorization": f"Bearer {secret}"}, trust_env=False, timeout=60
        )
        self._database = database
        self._owner = owner
        self.foreign = Foreign()

    def move_in(self) -> None:
        with self._client as client:
            session = finished(client)
            client.post(f"/v1/sessions/{session}/message", json={"message": f"Always say {MARK}."}).raise_for_status()
            context = {"initial_message": f"An agent for {MARK}s", "context": {"company": MARK}}
            other = client.post("/v1/sessions/create", json=context).json()["session_id"]
            made = client.post(f"/v1/sessions/{session}/artifacts", json=CODE).raise_for_status().json()
            agent = client.post("/v1/agents", json={**CONFIG, "name": MARK}).raise_for_status().json()["id"]
            client.put(f"/v1/agents/{agent}", json={**CONFIG, "name": MARK, "tone": MARK}).raise_for_status()
            token = client.post("/v1/tokens", json={"name": MARK}).raise_for_status().json()["id"]
            messages = client.get(f"/v1/sessions/{session}/talk").json()["messages"]
            artifacts = [one["id"] for one in client.get(f"/v1/sessions/{session}/artifacts").json()["artifacts"]]
        ids = {
            "session_id": [session, other],
            "agent_id": [agent],
            "id": [agent],
            "artifact_id": [made["id"], *artifacts],
            "token_id": [token],
            "message_id": [messages[0]["id"]],
        }
        self.foreign = Foreign(ids, [MARK])

    def belongings(self) -> Rows:
        """Every row of the database that is theirs or holds a word of theirs, as it is stored."""
        with sqlite3.connect(self._database) as database:
            database.row_factory = sqlite3.Row
            tables = [row["name"] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {table: database.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
        theirs = {table: filter(self._is_theirs, found) for table, found in rows.items()}
        return {table: sorted(repr(tuple(row)) for row in found) for table, found in theirs.items()}

    def _is_theirs(self, row: sqlite3.Row) -> bool:
        known = {self._owner, *(one for name in OWNED for one in self.foreign.ids.get(name, ()))}
        named = {"owner", "id", *OWNED}.intersection(row.keys())
        return any(row[name] in known for name in named) or MARK in repr(tuple(row))

    def has_still(self, before: Rows) -> None:
        """Raises AssertionError unless every byte is as it was."""
        now = self.belongings()
        changed = [table for table in before if before[table] != now[table]]
        assert not changed, f"What belongs to {self._owner} was changed in: {', '.join(changed)}"
        assert sum(map(len, before.values())) > 20, "There was nothing to protect."
