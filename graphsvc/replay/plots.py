"""Plots as SVG inside a page: plain text, no script, no address, readable in black and white. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from graphsvc.replay.intervals import Estimate

WIDTH: Final = 420
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 14, 44


@dataclass(frozen=True)
class _Frame:
    """Turns figures into places on the sheet."""

    x_most: float
    y_most: float

    def x(self, value: float) -> float:
        """Across."""
        return _LEFT + value / self.x_most * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Up."""
        return HEIGHT - _BOTTOM - value / self.y_most * (HEIGHT - _TOP - _BOTTOM)

    def axes(self, across: str, up: str) -> list[str]:
        """Lines, five ticks each and their names."""
        marks = [
            f'<path d="M{_LEFT} {_TOP}V{HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}" class="axis"/>',
            f'<text x="{(WIDTH + _LEFT) / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(across)}</text>',
            f'<text transform="translate(12 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
        ]
        for k in range(6):
            x, y = self.x(self.x_most * k / 5), self.y(self.y_most * k / 5)
            marks.append(
                f'<text x="{x:.1f}" y="{HEIGHT - 26}" text-anchor="middle">{_tick(self.x_most * k / 5)}</text>'
            )
            marks.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_tick(self.y_most * k / 5)}</text>')
            marks.append(f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" class="grid"/>')
        return marks


def reliability(groups: Sequence[dict[str, float]], *, title: str) -> str:
    """Said against come, a point a group, on the diagonal of perfect calibration."""
    most = max([0.05, *(max(group["said"], group["came"]) for group in groups)])
    most = min(1.0, most * 1.1)
    frame = _Frame(most, most)
    marks = frame.axes("probability said", "share that came true")
    marks.append(f'<path d="M{frame.x(0):.1f} {frame.y(0):.1f}L{frame.x(most):.1f} {frame.y(most):.1f}" class="even"/>')
    points = [(frame.x(group["said"]), frame.y(group["came"])) for group in groups]
    marks.append(f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}" class="line"/>' if points else "")
    marks += [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"><title>said {group["said"]:.3f}, came {group["came"]:.3f}, '
        f"{group['warnings']:.0f} warnings</title></circle>"
        for (x, y), group in zip(points, groups, strict=True)
    ]
    return _sheet(marks, title)


def lead_times(hours: Sequence[float], losses: int, *, title: str) -> str:
    """Share of all losses that a warning preceded by at least so many hours; up to three days."""
    most = 72.0
    frame = _Frame(most, 1.0)
    marks = frame.axes("hours between warning and loss, at least", "share of losses")
    ascending = sorted(hours)
    steps = [(0.0, len(ascending))] + [
        (hour, len(ascending) - k - 1) for k, hour in enumerate(ascending) if hour <= most
    ]
    path = f"M{frame.x(0):.1f} {frame.y(len(ascending) / max(losses, 1)):.1f}"
    for hour, left in steps[1:]:
        path += f"H{frame.x(hour):.1f}V{frame.y(left / max(losses, 1)):.1f}"
    marks.append(f'<path d="{path}H{frame.x(most):.1f}" class="line"/>')
    return _sheet(marks, title)


def intervals(rows: Sequence[tuple[str, Estimate]], *, title: str) -> str:
    """One line a figure: its value, and its 95 % interval as a bar."""
    shown = [(name, one) for name, one in rows if one.value is not None]
    height = 30 * max(len(shown), 1) + 40
    left, right = 190, WIDTH - 50
    marks = []
    for k, (name, one) in enumerate(shown):
        y = 24 + 30 * k
        value = one.value or 0.0
        low, high = (value if end is None else end for end in (one.low, one.high))
        at, start, stop = (left + part * (right - left) for part in (value, low, high))
        marks += [
            f'<text x="{left - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>',
            f'<path d="M{left} {y}H{right}" class="grid"/><path d="M{start:.1f} {y}H{stop:.1f}" class="bar"/>',
            f'<circle cx="{at:.1f}" cy="{y}" r="4"/><text x="{right + 8}" y="{y + 4}">{value:.2f}</text>',
        ]
    return _sheet(marks, title, height)


def _sheet(marks: Sequence[str], title: str, height: int = HEIGHT) -> str:
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}">'
        f"{''.join(marks)}</svg><figcaption>{escape(title)}</figcaption></figure>"
    )


def _tick(value: float) -> str:
    return f"{value:.0f}" if value >= 5 or value == 0 else f"{value:.2f}"
