"""The program knows its revisions by the names of their files; Alembic, which does the steps, reads the files."""

from alembic.config import Config
from alembic.script import ScriptDirectory

from builder.store.migrate import MIGRATIONS, revisions


def test_the_names_of_the_files_say_what_alembic_finds_in_them() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    found = ScriptDirectory.from_config(config)
    assert revisions() == [step.revision for step in reversed(list(found.walk_revisions()))]
    assert found.get_heads() == [revisions()[-1]]
