// The picture on a plain canvas: wheel, drag and click, without WebGL.

import type { Drawing } from './drawing';
import { type Camera, carried, fitting, type Marked, paint, paintDots, placeUnder, seen, under } from './flat';
import { sameDots } from './layers';
import { grain, radius } from './looks';
import { EDGE, type Hands, type Picture } from './picture';
import { isHeavy, sheaf } from './sheaf';

export function plain(place: HTMLElement, hands: Hands): Picture {
  const canvas = document.createElement('canvas');
  canvas.className = 'dots';
  place.replaceChildren(canvas);
  const lines = sheaf(place);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let drawing: Drawing = { dots: new Map(), lines: [], uses: [], signs: {} };
  let marked: Marked = { selected: new Set(), path: [] };
  let camera: Camera | undefined;
  /** With which the whole picture is seen; the camera begins from it. */
  let whole: Camera | undefined;
  let held: string | undefined;
  let dragged = false;
  /** What was dragged aside moves nothing else until other numbers come. */
  let aside = false;
  let stands = '';
  const size = () => [place.clientWidth, place.clientHeight] as const;
  /** After the picture is another one, or the stage has another size. */
  const refit = () => {
    if (aside || place.clientWidth === 0 || place.clientHeight === 0) return;
    const next = fitting(drawing, ...size());
    camera = camera === undefined || whole === undefined ? { ...next } : carried(camera, whole, next);
    whole = next;
  };
  let turn = 0;
  const now = () => {
    const [wide, high] = size();
    if (camera === undefined) return;
    const from = camera;
    [canvas.width, canvas.height] = [wide, high]; // and so it is empty
    (isHeavy(drawing) ? paintDots : paint)(context, wide, high, drawing, from, marked, grain());
    const stand = [from.x, from.y, from.scale, wide, high].join();
    if (stand === stands) return;
    stands = stand;
    lines.moved(() => [...drawing.dots.values()].map((dot) => seen(from, ...size(), dot)));
  };
  /** Once a frame, however often the hand moves. */
  const redraw = () => {
    cancelAnimationFrame(turn);
    turn = requestAnimationFrame(now);
  };
  const touched = ({ offsetX, offsetY }: MouseEvent) => {
    const from = camera;
    if (from === undefined) return undefined;
    const drawn = [...drawing.dots.values()].map((dot) => {
      const [x, y] = seen(from, ...size(), dot);
      return { id: dot.id, x, y, radius: radius(dot, grain()) };
    });
    return under(drawn, offsetX, offsetY, grain());
  };
  const leaving = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(kind: K, listen: (event: HTMLElementEventMap[K]) => void) =>
    canvas.addEventListener(kind, listen, { signal: leaving.signal, passive: false });
  on('wheel', (event) => {
    event.preventDefault();
    if (camera !== undefined) camera.scale *= event.deltaY < 0 ? 1.2 : 1 / 1.2;
    redraw();
  });
  on('pointerdown', (event) => {
    dragged = false;
    held = touched(event);
  });
  on('pointermove', (event) => {
    if (event.buttons !== 1 || camera === undefined) return;
    dragged ||= Math.abs(event.movementX) + Math.abs(event.movementY) > 1;
    const dot = held === undefined ? undefined : drawing.dots.get(held);
    if (dot !== undefined) {
      [dot.x, dot.y] = placeUnder(camera, ...size(), event.offsetX, event.offsetY);
      aside = true;
      lines.hide();
    } else {
      camera.x -= event.movementX / camera.scale;
      camera.y += event.movementY / camera.scale;
    }
    redraw();
  });
  on('pointerup', () => {
    const dot = held === undefined ? undefined : drawing.dots.get(held);
    if (dot !== undefined && dragged) hands.pin(dot.id, dot.x, dot.y);
    held = undefined;
  });
  on('click', (event) => {
    if (!dragged && camera !== undefined) hands.pick(touched(event), event.shiftKey);
  });
  const observer = new ResizeObserver(() => {
    refit();
    redraw();
  });
  observer.observe(place);
  return {
    show: (next, mark) => {
      if (drawing.dots.size === 0) camera = undefined;
      const other = next !== drawing;
      if (!sameDots(drawing.dots, next.dots)) aside = false;
      [drawing, marked] = [next, mark];
      if (other) {
        lines.hold(next);
        stands = '';
        refit();
      }
      redraw();
    },
    fit: () => {
      [camera, aside] = [undefined, false];
      refit();
      redraw();
    },
    zoom: (by) => {
      if (camera !== undefined) camera.scale *= by;
      redraw();
    },
    look: (id) => {
      const dot = drawing.dots.get(id);
      if (dot === undefined || camera === undefined) return;
      const [wide, high] = size();
      const [x, y] = [Math.abs(dot.x - camera.x) * camera.scale, Math.abs(dot.y - camera.y) * camera.scale];
      if (x > wide / 2 - EDGE || y > high / 2 - EDGE) [camera.x, camera.y] = [dot.x, dot.y];
      redraw();
    },
    at: (id) => {
      const dot = drawing.dots.get(id);
      return dot === undefined || camera === undefined ? undefined : seen(camera, ...size(), dot);
    },
    end: () => {
      cancelAnimationFrame(turn);
      lines.end();
      leaving.abort();
      observer.disconnect();
    },
  };
}
