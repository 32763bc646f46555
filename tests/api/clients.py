"""A client of the API for tests: one caller with a role and a region, asking the application in this process."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from graphsvc.api.app import make_app
from graphsvc.api.room import Room
from graphsvc.model.callers import Role

GRAPHQL = "application/graphql-response+json"


@dataclass
class Client:
    """Asks as somebody; without a token as a stranger."""

    room: Room
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request, answered."""
        given = dict(options.pop("headers", {}))
        own = {"authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {**own, **self.headers, **given}

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(make_app(self.room), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(asked())

    def post(self, query: str, variables: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        """A document, sent as most clients do."""
        body = {"query": query, "variables": variables or {}, **more}
        return self.send("POST", "/graphql", json=body, headers={"accept": GRAPHQL})

    def data(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The data of an answer without errors."""
        answer = self.post(query, variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def code(self, query: str, variables: Mapping[str, Any] | None = None) -> str:
        """The code of the one error of an answer."""
        errors = self.post(query, variables).json()["errors"]
        assert len(errors) == 1, errors
        code: str = errors[0]["extensions"]["code"]
        return code


def forged(text: str) -> str:
    """An id that nobody made: one of ours whose first letter is another, whatever that is.

    Not the last one: of that some bits count for nothing, so that another letter may spell the same id.
    """
    return ("B" if text[0] == "A" else "A") + text[1:]


def caller(room: Room, role: Role | str, region: str = "", **options: Any) -> Client:
    """Somebody with a fresh token of a role and region."""
    made = room.service.access.create(
        **{"role": Role(role), "region": region, "expires_at": None, "purpose": None, **options}
    )
    return Client(room, made.token)
