"""Statements that are put together beforehand, for whoever asks first."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.prepared import Prepared, put_all_together
from graphsvc.store.tables import counters


def test_what_was_put_together_is_asked_without_a_look_at_the_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = sa.select(counters.c.next).where(counters.c.name == sa.bindparam("of"))
    early, elsewhere = Prepared(query), Prepared(query, only="a database that we do not have")
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite")) as catalogue, catalogue.reading() as connection:
        put_all_together(connection.dialect)
        late = Prepared(query)
        monkeypatch.setattr(sa.Select, "compile", lambda *_, **__: pytest.fail("it is put together now"))
        assert early.run(connection, of="nothing") == []
        assert elsewhere.run(connection, of="nothing") == []
        with pytest.raises(pytest.fail.Exception, match="put together now"):
            late.run(connection, of="nothing")
