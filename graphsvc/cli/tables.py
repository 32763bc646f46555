"""Tables that fit the terminal: nothing in them is ever cut.

Where the terminal is too narrow, columns that matter less are left out, and the table says which; where that is not
enough, each row becomes a few lines of names and values.
"""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_BETWEEN: Final = 2  # blanks between columns
_PROSE_LEAST: Final = 24  # columns of the terminal that a text broken into lines needs


class FittingTable:
    """A table with a title. What a column is for is said by a sign behind its name.

    `#` aligned to the right; `~` prose, may be broken into lines; `-` may be left out where there is no room.
    """

    def __init__(self, title: str, *columns: str) -> None:
        """No rows yet."""
        self.title = title
        self.names = [column.rstrip("#~-") for column in columns]
        self.signs = [column[len(name) :] for column, name in zip(columns, self.names, strict=True)]
        self.rows: list[tuple[Text, ...]] = []

    def add_row(self, *cells: str | Text) -> None:
        """A cell for each column, as it is."""
        self.rows.append(tuple(cell if isinstance(cell, Text) else Text(cell) for cell in cells))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As a table if there is room for one, else row by row."""
        shown = list(range(len(self.names)))
        left_out = [column for column in reversed(shown) if "-" in self.signs[column]]
        dropped: list[int] = []
        while self._width(shown) > options.max_width and left_out:
            dropped.append(left_out.pop(0))
            shown.remove(dropped[-1])
        if self._width(shown) > options.max_width:
            yield from self._row_by_row()
            return
        yield self._table(shown)
        if dropped:
            names = ", ".join(self.names[column] for column in sorted(dropped))
            yield Text(f"no room for: {names} (a wider terminal or --json has it)", style="dim")

    def _table(self, shown: Sequence[int]) -> Table:
        made = Table(title=self.title, title_justify="left", title_style="bold", header_style="dim", box=None)
        made.pad_edge = False
        for column in shown:
            right, prose = "#" in self.signs[column], "~" in self.signs[column]
            made.add_column(
                self.names[column], justify="right" if right else "left", no_wrap=not prose, overflow="fold"
            )
        for row in self.rows:
            made.add_row(*(row[column] for column in shown))
        return made

    def _width(self, shown: Sequence[int]) -> int:
        """The least that these columns need."""
        needed = [self._needed(column) for column in shown]
        return sum(needed) + _BETWEEN * (len(needed) - 1)

    def _needed(self, column: int) -> int:
        cells = [cell_len(row[column].plain) for row in self.rows]
        widest = max([*cells, cell_len(self.names[column])])
        return min(widest, _PROSE_LEAST) if "~" in self.signs[column] else widest

    def _row_by_row(self) -> RenderResult:
        yield Text(self.title, style="bold")
        widest = max(cell_len(name) for name in self.names)
        for row in self.rows:
            yield row[0] if row[0].plain else Text("–")
            lines = Table.grid(padding=(0, 2))
            lines.add_column(style="dim", no_wrap=True, width=widest)
            lines.add_column(overflow="fold")
            for name, cell in zip(self.names[1:], row[1:], strict=True):
                if cell.plain:
                    lines.add_row(name, cell)
            yield Padding(lines, (0, 0, 0, 2))
