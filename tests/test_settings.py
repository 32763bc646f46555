"""Settings come from the environment once, and a bad value names its variable."""

from pathlib import Path

import pytest

from graphsvc.errors import InvalidSetting
from graphsvc.settings import Neo4jAddress, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_every_variable_is_read() -> None:
    settings = Settings.from_environment(
        {
            "GRAPHSVC_HOME": "/data",
            "GRAPHSVC_TIMEZONE": "Europe/Berlin",
            "GRAPHSVC_TOKEN_KEY": "a",
            "GRAPHSVC_VAULT_KEY": "b",
            "GRAPHSVC_NATIONAL_REGION": "de",
            "GRAPHSVC_LOCK_WAIT_SECONDS": "0.5",
            "GRAPHSVC_BATCH_ROWS": "2000",
            "GRAPHSVC_NEO4J_URL": "neo4j+s://graph.example:7687",
            "GRAPHSVC_NEO4J_USER": "sync",
            "GRAPHSVC_NEO4J_PASSWORD": "c",
            "GRAPHSVC_NEO4J_BOLT_PORT": "17687",
            "GRAPHSVC_NEO4J_HTTP_PORT": "17474",
            "GRAPHSVC_NEO4J_HEAP_MIB": "2048",
            "GRAPHSVC_NEO4J_PAGE_CACHE_MIB": "1024",
            "GRAPHSVC_NEO4J_CACHE": "/cache",
            "GRAPHSVC_JAVA_HOME": "/java",
        }
    )
    assert settings == Settings(
        home=Path("/data"),
        timezone="Europe/Berlin",
        token_key="a",
        vault_key="b",
        national_region="DE",
        lock_wait_seconds=0.5,
        batch_rows=2000,
        neo4j_url="neo4j+s://graph.example:7687",
        neo4j_user="sync",
        neo4j_password="c",
        neo4j_bolt_port=17687,
        neo4j_http_port=17474,
        neo4j_heap_mib=2048,
        neo4j_page_cache_mib=1024,
        neo4j_cache=Path("/cache"),
        java_home=Path("/java"),
    )


def test_a_server_elsewhere_needs_a_password_and_shows_none() -> None:
    url = {"GRAPHSVC_NEO4J_URL": "bolt://graph.example:7687"}
    with pytest.raises(InvalidSetting, match="GRAPHSVC_NEO4J_PASSWORD"):
        Settings.from_environment(url).neo4j_elsewhere()
    settings = Settings.from_environment(url | {"GRAPHSVC_NEO4J_PASSWORD": "open-sesame"})
    assert settings.neo4j_elsewhere() == Neo4jAddress("bolt://graph.example:7687", None, "neo4j", "open-sesame")
    assert "open-sesame" not in repr(settings) + repr(settings.neo4j_elsewhere())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRAPHSVC_TIMEZONE", "Mars/Olympus"),
        ("GRAPHSVC_TIMEZONE", "../etc"),
        ("GRAPHSVC_NATIONAL_REGION", "CHN"),
        ("GRAPHSVC_LOCK_WAIT_SECONDS", "soon"),
        ("GRAPHSVC_LOCK_WAIT_SECONDS", "nan"),
        ("GRAPHSVC_LOCK_WAIT_SECONDS", "-1"),
        ("GRAPHSVC_BATCH_ROWS", "10"),
        ("GRAPHSVC_NEO4J_URL", "graph.example"),
        ("GRAPHSVC_NEO4J_URL", "http://graph.example:7474"),
        ("GRAPHSVC_NEO4J_URL", "bolt://neo4j:secret@graph.example:7687"),
        ("GRAPHSVC_NEO4J_BOLT_PORT", "0"),
        ("GRAPHSVC_NEO4J_HTTP_PORT", "http"),
        ("GRAPHSVC_NEO4J_HEAP_MIB", "1"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        Settings.from_environment({name: value})
