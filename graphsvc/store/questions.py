"""Saved questions, each its owner's alone; numbers rest in them as registry ids."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import orjson
import sqlalchemy as sa

from graphsvc.errors import NotFound, Reason, UsageError
from graphsvc.model.questions import QUESTIONS_MOST, Criteria, Question, QuestionKind
from graphsvc.store.catalogue import Catalogue, Connection, take_ids
from graphsvc.store.tables import saved_question_numbers, saved_questions

_COUNTER: Final = "saved_questions"


def add(catalogue: Catalogue, made: Question) -> Question:
    """Keep a new question under an id of its own. UsageError where its owner keeps as many as one may."""
    columns = saved_questions.c
    with catalogue.writing() as connection:
        made = replace(made, question_id=take_ids(connection, _COUNTER, 1) + 1)  # whoever else saves waits here
        kept = sa.select(sa.func.count()).where(columns.owner == made.owner)
        if (connection.scalar(kept) or 0) >= QUESTIONS_MOST:
            raise UsageError(
                f"one person keeps at most {QUESTIONS_MOST} questions; forget one first",
                reason=Reason.QUESTIONS_FULL,
                most=QUESTIONS_MOST,
            )
        connection.execute(sa.insert(saved_questions), _row(made))
        rows = [{"question_id": made.question_id, "number": number} for number in made.numbers]
        if rows:
            connection.execute(sa.insert(saved_question_numbers), rows)
    return made


def listed(catalogue: Catalogue, owner: str) -> list[Question]:
    """The questions of somebody, the newest first."""
    columns, about = saved_questions.c, saved_question_numbers.c
    query = sa.select(*columns).where(columns.owner == owner).order_by(columns.question_id.desc())
    with catalogue.reading() as connection:
        rows = connection.execute(query).mappings().all()
        mine = about.question_id.in_([row["question_id"] for row in rows])
        numbers = connection.execute(sa.select(about.question_id, about.number).where(mine).order_by(about.number))
        of_each: dict[int, list[int]] = {row["question_id"]: [] for row in rows}
        for question_id, number in numbers:
            of_each[question_id].append(number)
    return [_question(row, of_each[row["question_id"]]) for row in rows]


def one(catalogue: Catalogue, question_id: int, owner: str) -> Question:
    """A question of somebody; NotFound where they have none of that id."""
    found = [question for question in listed(catalogue, owner) if question.question_id == question_id]
    if not found:
        raise NotFound("there is no such question of yours")
    return found[0]


def change(catalogue: Catalogue, question_id: int, owner: str, *, title: str | None, alert: bool | None) -> None:
    """Give a question another title, or have its growing told or not told."""
    given = {"title": title, "alert": None if alert is None else int(alert)}
    _change(catalogue, question_id, owner, {name: value for name, value in given.items() if value is not None})


def look(catalogue: Catalogue, question_id: int, owner: str, *, seen: Collection[int], at: int) -> None:
    """Keep what of its answer was looked at, and when."""
    _change(catalogue, question_id, owner, {"seen": orjson.dumps(sorted(seen)).decode(), "looked_at": at})


def forget(catalogue: Catalogue, question_id: int, owner: str) -> None:
    """Delete a question; NotFound where they have none of that id."""
    with catalogue.writing() as connection:
        chosen = _whose(question_id, owner)
        if not connection.execute(sa.delete(saved_questions).where(chosen)).rowcount:
            raise NotFound("there is no such question of yours")
        _forget_numbers(connection, [question_id])


def forget_unread(connection: Connection, before: int) -> int:
    """Delete questions that nobody has looked at since an instant (epoch ms); how many there were."""
    columns = saved_questions.c
    old = list(connection.scalars(sa.select(columns.question_id).where(columns.looked_at < before)))
    for start in range(0, len(old), 1000):
        some = old[start : start + 1000]
        connection.execute(sa.delete(saved_questions).where(columns.question_id.in_(some)))
        _forget_numbers(connection, some)
    return len(old)


def _forget_numbers(connection: Connection, question_ids: Sequence[int]) -> None:
    own = saved_question_numbers.c.question_id.in_(list(question_ids))
    connection.execute(sa.delete(saved_question_numbers).where(own))


def _change(catalogue: Catalogue, question_id: int, owner: str, changes: dict[str, Any]) -> None:
    with catalogue.writing() as connection:
        found = connection.execute(sa.update(saved_questions).where(_whose(question_id, owner)).values(**changes))
        if not found.rowcount:
            raise NotFound("there is no such question of yours")


def _whose(question_id: int, owner: str) -> sa.ColumnElement[bool]:
    columns = saved_questions.c
    return sa.and_(columns.question_id == question_id, columns.owner == owner)


def _row(made: Question) -> dict[str, Any]:
    return {
        "question_id": made.question_id,
        "owner": made.owner,
        "title": made.title,
        "kind": made.kind.value,
        "criteria": orjson.dumps(asdict(made.criteria)).decode(),
        "alert": int(made.alert),
        "saved_at": made.saved_at,
        "looked_at": made.looked_at,
        "seen": orjson.dumps(sorted(made.seen)).decode(),
    }


def _question(row: Any, numbers: Sequence[int]) -> Question:
    return Question(
        question_id=row["question_id"],
        owner=row["owner"],
        title=row["title"],
        kind=QuestionKind(row["kind"]),
        criteria=Criteria(**orjson.loads(row["criteria"])),
        numbers=tuple(numbers),
        alert=bool(row["alert"]),
        saved_at=row["saved_at"],
        looked_at=row["looked_at"],
        seen=frozenset(orjson.loads(row["seen"])),
    )
