"""`python -m bench.page`: the investigators' page in a real Chromium, on the folder that `graphsvc demo` makes.

- first useful paint: from the address to the first person in the list, as a multiple of the frame alone (first
  contentful paint of the same load), the median of fresh browsers' visits;
- canvas: how long a frame takes while the picture is panned, with 300, 2,000 and 10,000 numbers, as a multiple of the
  frames of the same browser that pans a picture of 30 numbers; and how long it takes until the picture is there.

Chromium draws WebGL in software here: a graphics card is quicker.
"""

import argparse
import re
import shutil
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

VISITS = 5
LIMITS = (30, 300, 2_000, 10_000)
STEPS = 40
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
    """`graphsvc serve` on a free port: its address and its link's token."""
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    url = token = ""
    for line in process.stderr:
        token = token or "".join(re.findall(r"#token=(\S+)", line))
        url = url or "".join(re.findall(r"serving (\S+)/graphql", line))
        if "startup complete" in line:
            break
    try:
        yield url, token
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def first_paint(browser: Browser, url: str, token: str) -> tuple[float, float]:
    """Milliseconds until the frame, and until the first person, of a browser that knows nothing yet."""
    page = browser.new_context(viewport={"width": 1500, "height": 1000}).new_page()
    page.add_init_script(FIRST_PERSON)
    page.goto(f"{url}/#token={token}")
    page.locator("td a[href^='#/person/']").first.wait_for(timeout=PATIENCE_MS)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    frame = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    person = page.evaluate("window.firstPerson")
    page.context.close()
    return float(frame), float(person)


def panned(page: Page, url: str, seeds: str, limit: int) -> tuple[int, float, list[float]]:
    """Numbers drawn, milliseconds until they are there, and the length of each frame while the picture is panned."""
    page.goto("about:blank")
    page.goto(f"{url}/#/canvas/{seeds}?hops=2&limit={limit}")
    page.locator(".stage canvas").first.wait_for(timeout=PATIENCE_MS)
    page.get_by_text("numbers are drawn").wait_for(timeout=PATIENCE_MS)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    there = float(page.evaluate("performance.now()"))
    drawn = int(page.get_by_text("numbers are drawn").inner_text().split()[0].replace(",", ""))
    box = page.locator(".stage").bounding_box()
    assert box is not None
    x, y = box["x"] + 8, box["y"] + 8  # a corner: nothing lies there to be dragged
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 12, steps=4)  # it moves: what is hidden meanwhile is hidden
    page.evaluate(FRAMES)
    for step in range(4, STEPS):
        page.mouse.move(x + 4 * step, y + 3 * step)
    frames: list[float] = page.evaluate("() => { cancelAnimationFrame(window.going); return window.frames_; }")
    page.mouse.up()
    return drawn, there, frames[1:]


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
        page.locator("tbody tr a").first.click()
        members = page.locator("section:has(h2:text('Members')) tbody td:first-child a")
        members.first.wait_for(timeout=PATIENCE_MS)
        seeds = ",".join(
            (members.nth(k).get_attribute("href") or "").split("/")[-1] for k in range(min(members.count(), 20))
        )
        print("| numbers drawn | there after ms | frame, median ms | p95 ms | × 30 numbers |\n|--:|--:|--:|--:|--:|")
        floor = 0.0
        for limit in LIMITS:
            drawn, there, frames = panned(page, url, seeds, limit)
            median, p95 = statistics.median(frames), sorted(frames)[int(0.95 * len(frames))]
            floor = floor or median
            print(f"| {drawn:,} | {there:.0f} | {median:.1f} | {p95:.1f} | {median / floor:.1f} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
