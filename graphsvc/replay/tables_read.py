"""Tables of other makers: columns by name, instants in whatever form a file has them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from graphsvc.errors import InputRefused

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": lambda path: pl.read_parquet(path),
    ".csv": lambda path: pl.read_csv(path),
    ".ndjson": lambda path: pl.read_ndjson(path),
}


def read_table(folder: Path, name: str, *, required: Schema, optional: Schema) -> pl.DataFrame | None:
    """The file NAME.parquet, .csv or .ndjson of a folder; None where there is none.

    The result has exactly the named columns, in their types: an optional one that the file lacks is null throughout.
    Raises InputRefused where a required one is missing or a value is of another kind.
    """
    path = next((folder / f"{name}{ending}" for ending in _READERS if (folder / f"{name}{ending}").is_file()), None)
    if path is None:
        return None
    try:
        found = _READERS[path.suffix](path)
    except (PolarsError, OSError):
        raise InputRefused(f"{path} cannot be read as {path.suffix[1:]}") from None
    missing = [column for column in required if column not in found.columns]
    if missing:
        raise InputRefused(f"{path} lacks the columns: {', '.join(missing)}")
    columns: list[pl.Expr | pl.Series] = []
    for column, kind in {**required, **optional}.items():
        if column not in found.columns:
            columns.append(pl.lit(None, kind).alias(column))
            continue
        try:
            columns.append(_as(found[column], kind).alias(column))
        except PolarsError:
            raise InputRefused(f"{path}: column {column} holds something that is not {kind}") from None
    return found.select(columns)


def read_needed(folder: Path, name: str, *, required: Schema, optional: Schema) -> pl.DataFrame:
    """The same, where the file must be there."""
    found = read_table(folder, name, required=required, optional=optional)
    if found is None:
        raise InputRefused(f"{folder} holds no {name}.parquet (nor .csv or .ndjson)")
    return found


def _as(column: pl.Series, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    """The column in that type; dates with a time and ISO-8601 texts become epoch milliseconds."""
    if kind == pl.Int64 and column.dtype == pl.String:
        plain = column.cast(pl.Int64, strict=False)
        if plain.null_count() == column.null_count():
            return plain
        return column.str.to_datetime("%+", time_unit="ms", time_zone="UTC").dt.epoch("ms")
    if kind == pl.Int64 and column.dtype.is_temporal():
        return column.dt.epoch("ms")
    if kind == pl.Boolean and column.dtype == pl.String:
        return column.str.to_lowercase().is_in(["true", "1"])
    return column.cast(kind)
