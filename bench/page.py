"""`python -m bench.page`: the investigators' page in a real Chromium, on the folder that `graphsvc demo` makes.

- first useful paint: from the address to the first person in the list, as a multiple of the frame alone (first
  contentful paint of the same load), the median of fresh browsers' visits;
- canvas: how long it takes until its numbers are there, and until all of its lines are; how long a frame takes while
  the picture is panned, and while it is zoomed, with 300, 2,000 and 10,000 numbers, as a multiple of the frames of the
  same browser that pans a picture of 30 numbers; and the longest task of each.

Chromium draws WebGL in software here: a graphics card is quicker.
"""

import argparse
import re
import shutil
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

VISITS = 5
LIMITS = (30, 300, 2_000, 10_000)
STEPS = 40
ZOOMS = 12
ZOOM_MS = 60
LINES_LOOK_MS = 250
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LINES_DRAWN = """
() => {
  const lines = document.querySelector('.stage .sheaf');
  if (lines === null) return [0, 0];
  return lines.hidden ? [0, -1] : [Number(lines.dataset.drawn), Number(lines.dataset.lines)];
}
"""
WHEN_THERE = """
window.there_ = {};
const looking = setInterval(() => {
  const told = [...document.querySelectorAll('.canvas p[role=status]')];
  const said = told.some((one) => one.textContent.includes('are drawn'));
  if (said && there_.asked === undefined) {
    there_.asked = true;
    requestAnimationFrame(() => requestAnimationFrame(() => { there_.numbers = performance.now(); }));
  }
  const lines = document.querySelector('.stage .sheaf');
  if (lines === null || lines.hidden || lines.dataset.drawn !== lines.dataset.lines) return;
  there_.lines = performance.now();
  clearInterval(looking);
}, 10);
"""
"""Notes when a picture's numbers, and all of its lines, are there: whoever asks from outside looks twice a second."""
WITHOUT_WEBGL = """
const whole = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith('webgl') ? null : whole.call(this, kind, ...more);
};
"""
PATIENCE_MS = 120_000
OPTIONS = ("--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking", "--no-first-run")
FIRST_PERSON = """
new MutationObserver((_, watching) => {
  if (document.querySelector('td a[href^="#/person/"]') === null) return;
  watching.disconnect();
  requestAnimationFrame(() => { window.firstPerson = performance.now(); });
}).observe(document, {childList: true, subtree: true});
"""
FRAMES = """
() => {
  window.frames_ = [];
  window.tasks_ = [];
  const noted = (list) => window.tasks_.push(...list.getEntries().map((one) => one.duration));
  window.watching ??= new PerformanceObserver(noted);
  window.watching.observe({ entryTypes: ['longtask'] });
  let before = performance.now();
  const next = (now) => {
    window.frames_.push(now - before);
    before = now;
    window.going = requestAnimationFrame(next);
  };
  window.going = requestAnimationFrame(next);
}
"""


@contextmanager
def served(home: Path) -> Iterator[tuple[str, str]]:
    """`graphsvc serve` on a free port: its address and a token, got for its link."""
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    url = token = ""
    for line in process.stderr:
        token = token or "".join(re.findall(r"#token=(\S+)", line))
        url = url or "".join(re.findall(r"serving (\S+)/graphql", line))
        if "startup complete" in line:
            break
    token = opened(url, token)
    try:
        yield url, token
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def opened(url: str, link: str) -> str:
    """The token that a link's is exchanged for: many browsers come in with it."""
    answer = httpx.post(f"{url}/link", headers={"authorization": f"Bearer {link}"}, timeout=60)
    return str(answer.json()["token"])


def first_paint(browser: Browser, url: str, token: str) -> tuple[float, float]:
    """Milliseconds until the frame, and until the first person, of a browser that knows nothing yet."""
    page = browser.new_context(viewport={"width": 1500, "height": 1000}).new_page()
    page.add_init_script(FIRST_PERSON)
    page.goto(f"{url}/#token={token}")
    page.locator("td a[href^='#/person/']").first.wait_for(timeout=PATIENCE_MS)
    page.evaluate(TWO_FRAMES)
    frame = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    person = page.evaluate("window.firstPerson")
    page.context.close()
    return float(frame), float(person)


def there(page: Page, url: str, seeds: str, limit: int) -> tuple[int, float, int, float]:
    """Numbers drawn and the milliseconds until they are; lines, and the milliseconds until all of them are."""
    page.goto("about:blank")
    page.goto(f"{url}/#/canvas/{seeds}?hops=2&limit={limit}")
    page.locator(".stage canvas").first.wait_for(timeout=PATIENCE_MS)
    page.get_by_text("numbers are drawn").wait_for(timeout=PATIENCE_MS)
    page.evaluate(TWO_FRAMES)
    drawn = int(page.get_by_text("numbers are drawn").inner_text().split()[0].replace(",", ""))
    lines = lines_drawn(page)
    page.wait_for_timeout(50)  # it was noted
    at = page.evaluate("window.there_")
    return drawn, float(at["numbers"]), lines, float(at.get("lines", at["numbers"]))


def lines_drawn(page: Page) -> int:
    """Wait until all lines of a heavy picture are drawn, some at a time while nothing moves: how many they are.

    0 for a light picture, which has them with its numbers.
    """
    for _ in range(PATIENCE_MS // LINES_LOOK_MS):
        drawn, lines = page.evaluate(LINES_DRAWN)
        if drawn == lines:
            return int(lines)
        page.wait_for_timeout(LINES_LOOK_MS)
    raise TimeoutError("the lines of the picture are not all drawn")


def moved(page: Page, move: Callable[[float, float], None]) -> tuple[list[float], float]:
    """The length of each frame while something moves, and the longest task of the page's main thread, milliseconds."""
    box = page.locator(".stage").bounding_box()
    assert box is not None
    page.evaluate(FRAMES)
    move(box["x"], box["y"])
    frames, longest = page.evaluate(
        "() => { cancelAnimationFrame(window.going); return [frames_, Math.max(0, ...tasks_)]; }"
    )
    return frames[1:], float(longest)


def panned(page: Page) -> tuple[list[float], float]:
    """While the picture is dragged by a corner: nothing lies there to be dragged."""

    def drag(x: float, y: float) -> None:
        for step in range(STEPS):
            page.mouse.move(x + 8 + 4 * step, y + 8 + 3 * step)

    box = page.locator(".stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=4)  # it moves: what is hidden meanwhile is hidden
    found = moved(page, drag)
    page.mouse.up()
    return found


def zoomed(page: Page) -> tuple[list[float], float]:
    """While it is made larger and smaller again by the wheel, in its middle."""

    def wheel(x: float, y: float) -> None:
        for step in range(ZOOMS):
            page.mouse.wheel(0, -120 if step < ZOOMS / 2 else 120)
            page.wait_for_timeout(ZOOM_MS)

    box = page.locator(".stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return moved(page, wheel)


def canvases(page: Page, name: str, url: str, seeds: str) -> None:
    """Print a table of pictures, each larger than the one before."""
    print(f"\n{name}\n\n{HEAD}")
    floor = 0.0
    for limit in LIMITS:
        drawn, numbers_at, lines, lines_at = there(page, url, seeds, limit)
        cells = [f"{drawn:,}", f"{numbers_at:.0f}", f"{lines:,}" if lines else "light", f"{lines_at:.0f}"]
        for move in (panned, zoomed):
            frames, task = move(page)
            lines_drawn(page)  # the next measure begins from a picture that rests
            median, p95 = statistics.median(frames), sorted(frames)[int(0.95 * len(frames))]
            floor = floor or median
            cells += [f"{median:.1f}", f"{p95:.1f}", f"{max(frames):.0f}", f"{task:.0f}", f"{median / floor:.1f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


HEAD = (
    "| numbers | there after ms | lines | there after ms"
    + "".join(f" | {move} frame, median ms | p95 | longest | longest task | × 30 numbers" for move in ("pan", "zoom"))
    + " |\n"
    + "|--:" * 14
    + "|"
)


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, default=Path("graphsvc-demo"), help="made by graphsvc demo")
    home = options.parse_args().home
    if not home.is_dir():
        sys.exit(f"{home} is not there: graphsvc demo makes one")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with served(home) as (url, token), sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        visits = [first_paint(browser, url, token) for _ in range(VISITS)]
        frame, person = (statistics.median(times) for times in zip(*visits, strict=True))
        print(f"first person {person:.0f} ms, frame {frame:.0f} ms: × {person / frame:.1f} (median of {VISITS})\n")
        page = browser.new_context(viewport={"width": 1500, "height": 1000}).new_page()
        page.add_init_script("localStorage.setItem('language', 'en')")
        page.goto(f"{url}/#token={token}")
        page.goto(f"{url}/#/networks")
        page.locator("tbody a[href^='#/network/']").first.click()  # people may still be listed
        members = page.locator("section:has(h2:text('Members')) tbody td:first-child a")
        members.first.wait_for(timeout=PATIENCE_MS)
        seeds = ",".join(
            (members.nth(k).get_attribute("href") or "").split("/")[-1] for k in range(min(members.count(), 20))
        )
        for name, script in (("WebGL", ""), ("two dimensions", WITHOUT_WEBGL)):
            page = page.context.new_page()
            page.add_init_script(
                f"{WHEN_THERE} {script} if (origin !== 'null') localStorage.setItem('language', 'en');"
            )
            page.goto(f"{url}/#token={token}")
            page.locator("td a[href^='#/person/']").first.wait_for(timeout=PATIENCE_MS)
            canvases(page, name, url, seeds)
        browser.close()


if __name__ == "__main__":
    main()
