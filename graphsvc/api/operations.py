"""The operations that are shipped: the files of `schema/operations`, what each kind of client asks."""

from pathlib import Path
from typing import Final

DISPATCHERS: Final = "dispatcher-"
"""What the names of a dispatcher's operations begin with."""


def operation(name: str) -> str:
    """The document of an operation."""
    return (_folder() / f"{name}.graphql").read_text(encoding="utf-8")


def operations(kind: str = "") -> list[str]:
    """The documents whose names begin so, in the order of their names."""
    return [file.read_text(encoding="utf-8") for file in sorted(_folder().glob(f"{kind}*.graphql"))]


def schema_folder() -> Path:
    """Where SDL and operations are: beside the package's modules in an install, at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "schema"
    return installed if installed.is_dir() else package.parent / "schema"


def _folder() -> Path:
    return schema_folder() / "operations"
