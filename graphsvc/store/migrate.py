"""Brings a catalogue's tables to the newest schema, step by step (Alembic)."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

FOLDER = Path(__file__).with_name("migrations")


def config() -> Config:
    """Alembic's configuration: there is no ini file, and the connection is handed in."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return settings


def upgrade(connection: sa.Connection) -> None:
    """Run every migration that the database has not had, inside the connection's transaction."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
