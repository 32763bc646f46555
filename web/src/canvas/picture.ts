// The picture on the screen: sigma where there is WebGL, a plain canvas where there is none. Both do the same few things.

import Graph from 'graphology';
import type Sigma from 'sigma';
import type { Drawing } from './drawing';
import { type Camera, fitting, type Marked, paint, stepsOf, under } from './flat';
import { looks, radius, width } from './looks';

export interface Picture {
  show: (drawing: Drawing, marked: Marked) => void;
  fit: () => void;
  end: () => void;
}

/** Called with what was clicked; undefined for the ground. `add`: to what is selected already. */
export type Pick = (id: string | undefined, add: boolean) => void;

export function hasWebgl(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

export async function picture(place: HTMLElement, pick: Pick): Promise<Picture> {
  if (!hasWebgl()) return plain(place, pick);
  const { default: Renderer } = await import('sigma'); // it does not even load without WebGL
  return withSigma(place, pick, Renderer);
}

function withSigma(place: HTMLElement, pick: Pick, Renderer: typeof Sigma): Picture {
  const graph = new Graph({ type: 'directed', multi: false });
  const style = looks();
  const sigma = new Renderer(graph, place, {
    allowInvalidContainer: true,
    labelColor: { color: style.ink },
    labelSize: 11,
    labelDensity: 0.6,
    labelRenderedSizeThreshold: 5,
    defaultEdgeColor: style.line,
    zIndex: true,
    defaultDrawNodeHover: () => undefined,
  });
  sigma.on('clickNode', ({ node, event }) => pick(node, (event.original as MouseEvent).shiftKey));
  sigma.on('clickStage', () => pick(undefined, false));
  return {
    show: (drawing, marked) => {
      const now = looks();
      const steps = stepsOf(marked.path);
      sigma.setSetting('labelColor', { color: now.ink });
      graph.clear();
      for (const dot of drawing.dots.values()) {
        const selected = marked.selected.has(dot.id);
        graph.addNode(dot.id, {
          x: dot.x,
          y: dot.y,
          size: radius(dot) + (selected ? 4 : 0),
          color: selected ? now.path : now.kinds[dot.kind],
          label: dot.label,
          forceLabel: selected || dot.seed,
          zIndex: selected ? 1 : 0,
        });
      }
      for (const line of drawing.lines) {
        const onPath = steps.has(`${line.from} ${line.to}`);
        graph.addEdge(line.from, line.to, { size: onPath ? 4 : width(line), color: onPath ? now.path : now.line });
      }
      sigma.refresh();
    },
    fit: () => void sigma.getCamera().animatedReset({ duration: 0 }),
    end: () => sigma.kill(),
  };
}

function plain(place: HTMLElement, pick: Pick): Picture {
  const canvas = document.createElement('canvas');
  place.replaceChildren(canvas);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let drawing: Drawing = { dots: new Map(), lines: [] };
  let marked: Marked = { selected: new Set(), path: [] };
  let camera: Camera | undefined;
  let dragged = false;
  const size = () => [place.clientWidth, place.clientHeight] as const;
  const redraw = () => {
    const [wide, high] = size();
    [canvas.width, canvas.height] = [wide, high];
    camera ??= fitting(drawing, wide, high);
    paint(context, wide, high, drawing, camera, marked);
  };
  const leaving = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(kind: K, listen: (event: HTMLElementEventMap[K]) => void) =>
    canvas.addEventListener(kind, listen, { signal: leaving.signal, passive: false });
  on('wheel', (event) => {
    event.preventDefault();
    if (camera !== undefined) camera.scale *= event.deltaY < 0 ? 1.2 : 1 / 1.2;
    redraw();
  });
  on('pointerdown', () => (dragged = false));
  on('pointermove', (event) => {
    if (event.buttons !== 1 || camera === undefined) return;
    dragged ||= Math.abs(event.movementX) + Math.abs(event.movementY) > 1;
    camera.x -= event.movementX / camera.scale;
    camera.y += event.movementY / camera.scale;
    redraw();
  });
  on('click', (event) => {
    if (dragged || camera === undefined) return;
    const [wide, high] = size();
    pick(under(drawing, camera, wide, high, event.offsetX, event.offsetY), event.shiftKey);
  });
  const observer = new ResizeObserver(redraw);
  observer.observe(place);
  return {
    show: (next, mark) => {
      if (drawing.dots.size === 0) camera = undefined;
      [drawing, marked] = [next, mark];
      redraw();
    },
    fit: () => {
      camera = undefined;
      redraw();
    },
    end: () => {
      leaving.abort();
      observer.disconnect();
    },
  };
}
