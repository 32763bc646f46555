"""The command group: global options, and the commands in the order in which people meet them."""

import os
from dataclasses import replace
from pathlib import Path

import click

from graphsvc import __version__
from graphsvc.cli import (
    asking,
    demo,
    dispatching,
    exploring,
    keeping,
    learning,
    loading,
    neo4j,
    replaying,
    reporting,
    rights,
    saying,
    serving,
    texts,
    tokens,
)
from graphsvc.cli.desk import Desk
from graphsvc.configuration import configured


class InOrder(click.Group):
    """A group that lists its commands as they were added: the order of the work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of addition."""
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder (or GRAPHSVC_HOME); default ./graphsvc-data, made on first use.",
)
@click.version_option(__version__, prog_name="graphsvc")
@click.pass_context
def graphsvc(ctx: click.Context, home: Path | None) -> None:
    """From contact events to the people who will probably lose money to fraud next: ranked, with reason and deadline.

    \b
    First steps:
      graphsvc demo                     the whole job on a world made on the spot
      graphsvc load feeds/              contact events, flags and other feeds into the data folder
      graphsvc analyse                  find networks, suspicion and exposure
      graphsvc victims                  who will probably lose money next, and why

    Results go to stdout, progress and notes to stderr. Exit status: 0 done, 1 failed, 2 wrong usage,
    3 a file was refused, 130 interrupted. Numbers print masked; --raw-numbers shows them and is audited.
    """
    found = configured(os.environ)
    if home is not None:
        sources = {**found.sources, "home": "--home"}
        found = replace(found, settings=replace(found.settings, home=home), sources=sources)
    ctx.obj = Desk(found.settings, found)


for command in (
    demo.demo,
    loading.simulate,
    loading.load,
    loading.analyse,
    asking.victims,
    asking.networks,
    asking.network,
    asking.number,
    asking.entity,
    exploring.connected,
    exploring.communities,
    exploring.path,
    saying.flag,
    saying.unflag,
    reporting.measures,
    reporting.bulletin,
    rights.appeal,
    rights.appeals,
    rights.release,
    texts.texts,
    replaying.replay,
    replaying.evaluate,
    learning.learn,
    serving.serve,
    dispatching.dispatch,
    tokens.token,
    neo4j.neo4j,
    keeping.export,
    keeping.audit,
    keeping.retention,
    keeping.doctor,
    keeping.completion,
):
    graphsvc.add_command(command)
