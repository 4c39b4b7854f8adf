"""Agent2Agent: the card by which other agents find this one. It is public: no prompt ever stands in it."""

from builder.core.agent import AgentConfig
from builder.exporters import naming
from builder.exporters.base import Export, Exporter, File
from builder.exporters.notes import Note, left_out
from builder.exporters.pairs import without_empty
from builder.exporters.writing import as_json

TITLE = "A2A"
ADDRESS = "https://your-agent.example/a2a"
TEXT, JSON = "text/plain", "application/json"


class A2A(Exporter):
    name = "a2a"
    title = TITLE
    shelf = "standard"
    rank = 12
    purpose = "A card by which other agents find yours."
    place = "At `/.well-known/agent-card.json` of the server on which your agent runs."
    version = "a2a-sdk 1.3 (protocol 1.0)"

    def write(self, config: AgentConfig) -> Export:
        given = [JSON if config.schema_definition else TEXT]
        name = naming.kebab(config.name)
        skill = {
            "id": name,
            "name": config.name,
            "description": config.description,
            "tags": name.split("-"),
            "examples": list(config.conversation_starters or ()),
            "outputModes": given,
        }
        card = {
            "name": config.name,
            "description": config.description,
            "version": "1.0.0",
            "supportedInterfaces": [{"url": ADDRESS, "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}],
            "capabilities": {"streaming": False},
            "defaultInputModes": [TEXT],
            "defaultOutputModes": given,
            "skills": [without_empty(skill)],
        }
        notes = [Note("added", "", "address_yours", {"new": ADDRESS})]
        notes += left_out(config, TITLE, ("name", "description", "conversation_starters"))
        return Export((File("agent-card.json", as_json(card)),), tuple(notes))
