"""What the gallery packs comes back whole, also where the names of agents are no names for files."""

from builder.importers.intake import Upload, intake
from builder.wiring import App
from tests.store.parts import config


async def test_an_archive_of_the_gallery_is_brought_in_again(app: App) -> None:
    names = ("Greeter", "greeter", "CON", "nul", "Host")
    agents = [await app.gallery.create(config(name, "Is kind.")) for name in names]
    _, content = await app.gallery.archive_of([agent.id for agent in agents])
    result = intake([Upload("agents.zip", content)])
    assert result.refused == ()
    assert [item.values for item in result.items] == [agent.config for agent in agents]
    assert [item.path for item in result.items][2:4] == ["CON_.json", "nul_.json"]
