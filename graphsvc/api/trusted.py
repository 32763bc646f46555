"""Operations that are known beforehand: the files of `schema/operations`, each by the SHA-256 of its text.

Where the setting `documents` is `trusted`, nothing else is answered: no stranger's document is ever parsed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from graphsvc.api.operations import operations
from graphsvc.api.refusals import Refusal
from graphsvc.errors import InvalidSetting


@dataclass(frozen=True)
class Trusted:
    """Trusted documents by their id: `sha256:` and the hex of the digest."""

    documents: Mapping[str, str]

    @classmethod
    def load(cls) -> "Trusted":
        """The operations that were shipped."""
        texts = operations()
        if not texts:
            raise InvalidSetting("there are no operations in schema/operations to be trusted")
        return cls({document_id(text): text for text in texts})

    def document(self, name: str) -> str:
        """The document of an id. Refused for one that is not in the list."""
        found = self.documents.get(name)
        if found is None:
            raise Refusal("DOCUMENT_NOT_TRUSTED", "no trusted operation has this id")
        return found

    def refuse_others(self, text: str) -> str:
        """A text that is a trusted document word by word; refused otherwise."""
        return self.document(document_id(text))


def document_id(text: str) -> str:
    """The id of a document."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
