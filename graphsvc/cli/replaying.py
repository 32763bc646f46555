"""Commands that ask how good the warnings were: on past feeds, with a virtual clock."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from graphsvc.cli.desk import Desk, json_option, pass_desk
from graphsvc.cli.output import emit, note, table

if TYPE_CHECKING:
    from graphsvc.replay.evaluate import Evaluation

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command(short_help="How good a replay was, against the truth.")
@click.argument("truth", type=_FOLDER)
@click.argument("replay", type=_FOLDER)
@click.option("--feeds", type=_FOLDER, help="The feeds that were replayed; default: the folder `feeds` beside TRUTH.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="The HTML page; default REPLAY/evaluation.html."
)
@json_option
@pass_desk
def evaluate(desk: Desk, truth: Path, replay: Path, feeds: Path | None, report: Path | None, as_json: bool) -> None:
    """Measure the warnings of REPLAY against TRUTH: precision, recall in time, lead, calibration, networks.

    Figures have 95 % intervals over gangs. A page with plots goes to REPLAY/evaluation.html. Tokens in the replay are
    matched with the key of the data folder (--home) that it was made with.
    """
    from graphsvc.replay.evaluate import as_document, evaluate
    from graphsvc.replay.feeds_read import feeds_beside
    from graphsvc.replay.page import page
    from graphsvc.store.tokens import number_tokens

    with desk.service() as service:
        found = evaluate(
            truth,
            replay,
            feeds if feeds is not None else feeds_beside(truth),
            region=service.settings.national_region,
            tokens=partial(number_tokens, service.registry.keys),
            now=service.time.wall(),
        )
    place = report if report is not None else replay / "evaluation.html"
    place.write_text(page(found, title=f"Replay {replay.resolve().name}"), encoding="utf-8")
    for text in found.notes:
        note(f"note: {text}")
    emit({**as_document(found), "report": str(place)}, as_json=as_json, render=lambda console: _show(console, found))
    note(f"with plots: {place}")


def _show(console: Console, found: "Evaluation") -> None:
    from graphsvc.replay.page import NAMES, interval, shown

    rows = table("How good the warnings were", "figure", "value#", "95 % interval#", "of#")
    for name, words in NAMES.items():
        if name in found.figures:
            one = found.figures[name]
            rows.add_row(words, shown(one.value), interval(one), "–" if one.of is None else f"{one.of:,}")
    console.print(rows)
    if found.hard_negatives is not None:
        held = found.hard_negatives
        console.print(f"innocents that look guilty: {held.held} of {held.innocent} held suspect at some cut")
