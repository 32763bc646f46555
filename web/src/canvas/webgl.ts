// The picture by sigma, with labels that do not lie on one another and numbers that can be dragged.

import Graph from 'graphology';
import type Sigma from 'sigma';
import { NodePointProgram } from 'sigma/rendering';
import type { Dot, Drawing } from './drawing';
import { encircle, HOLE, isNamed, lookedFor, type Marked, sign, signedIn, trace, under, weight } from './flat';
import { type Labelled, placed, write } from './labels';
import { layer, sameDots } from './layers';
import { font, grain, labelHigh, type Looks, looks, radius, width } from './looks';
import { EDGE, type Hands, type Picture } from './picture';
import { isHeavy, sheaf } from './sheaf';

export function withSigma(place: HTMLElement, hands: Hands, Renderer: typeof Sigma): Picture {
  const lines = sheaf(place);
  let wanted: Labelled[] = [];
  let cursor: string | undefined;
  let way: string[] = [];
  let signed: Set<Dot> = new Set();
  /** What may lie over something with a sign. In a heavy picture nobody looks: to compare thousands with thousands takes longer than to draw them. */
  let upper: Dot[] = [];
  let signs: Record<string, string> = {};
  let selected = new Set<string>();
  const sigma = new Renderer(new Graph(), place, {
    allowInvalidContainer: true,
    labelDensity: 1,
    labelGridCellSize: 60,
    labelRenderedSizeThreshold: 5,
    defaultEdgeColor: looks().line,
    nodeProgramClasses: { circle: Points },
    zIndex: true,
    defaultDrawNodeHover: () => undefined,
    // A label is only asked for here; all of a frame are written together, when it is known which have room.
    defaultDrawNodeLabel: (_, data) => {
      const { label, x, y, size } = data;
      const { weight: weighs, must } = data as unknown as { weight: number; must: boolean };
      if (label !== null) wanted.push({ label, x, y, radius: size, weight: weighs, must });
    },
  });
  const spotOf = (dot: Dot): Spot | undefined => {
    const data = sigma.getNodeDisplayData(dot.id);
    return data === undefined ? undefined : { id: dot.id, dot, ...sigma.framedGraphToViewport(data), radius: sigma.scaleSize(data.size) };
  };
  sigma.on('beforeRender', () => {
    wanted = [];
  });
  sigma.on('afterRender', () => {
    const pen = sigma.getCanvases()['labels']?.getContext('2d');
    if (!pen) return;
    const [size, style] = [grain(), looks()];
    const { width: wide, height: high } = sigma.getDimensions();
    const inSight = (dots: Iterable<Dot>): Spot[] => [...dots].flatMap((dot) => {
      const spot = spotOf(dot);
      return spot !== undefined && spot.x > 0 && spot.y > 0 && spot.x < wide && spot.y < high ? [spot] : [];
    });
    const marked = (dot: Dot) => selected.has(dot.id) || way.includes(dot.id);
    const above = inSight(upper);
    for (const { dot, x, y, radius: size_ } of inSight(signed)) {
      const inner = dot.grade === 'LOW' ? HOLE * size_ : 0;
      // Signs are drawn over all dots: one that lies beneath another has none.
      const beneath = !marked(dot) && above.some((other) => layer(other.dot) > layer(dot) && Math.hypot(other.x - x, other.y - y) < other.radius + inner);
      if (!beneath) sign(pen, dot, signs, x, y, size_, size, style, selected.has(dot.id) || dot.pinned);
    }
    const onWay = way.map((id) => sigma.getNodeDisplayData(id)).filter((data) => data !== undefined);
    if (onWay.length === way.length) {
      trace(pen, onWay.map((data) => {
        const { x, y } = sigma.framedGraphToViewport(data);
        return [x, y, sigma.scaleSize(data.size)];
      }), size);
    }
    const stood = cursor === undefined ? undefined : sigma.getNodeDisplayData(cursor);
    if (stood !== undefined) {
      const { x, y } = sigma.framedGraphToViewport(stood);
      encircle(pen, x, y, sigma.scaleSize(stood.size), size);
    }
    pen.font = font(size);
    const others = inSight(shown === undefined ? [] : lookedFor(shown));
    write(pen, placed(wanted, others, sigma.getDimensions(), labelHigh(size), (text) => pen.measureText(text).width), others, size, style.ink, style.ground);
  });
  // Lines of a heavy picture are drawn again where its numbers lie elsewhere than before.
  let stands = '';
  sigma.on('afterRender', () => {
    const { x, y, ratio } = sigma.getCamera().getState();
    const { width: wide, height: high } = sigma.getDimensions();
    const now = [x, y, ratio, wide, high].join();
    if (now === stands) return;
    stands = now;
    lines.moved(() => sigma.getGraph().mapNodes((id) => {
      const { x: across, y: down } = sigma.framedGraphToViewport(sigma.getNodeDisplayData(id) as { x: number; y: number });
      return [across, down];
    }));
  });
  let shown: Drawing | undefined;
  const touched = ({ x, y }: { x: number; y: number }) => {
    const drawn = [...(shown?.dots.values() ?? [])].map(spotOf).filter((spot) => spot !== undefined);
    return under(drawn, x, y, grain());
  };
  const wasDragged = dragging(sigma, hands, lines.hide, touched);
  // Letting go of what was dragged is no click.
  sigma.on('clickStage', ({ event }) => {
    if (!wasDragged()) hands.pick(touched(event), (event.original as MouseEvent).shiftKey);
  });
  let theme = '';
  return {
    show: (drawing, marked) => {
      const [now, large] = [looks(), grain()];
      const touched = [...selected, ...way, cursor ?? '', ...marked.selected, ...marked.path, marked.cursor ?? ''];
      [cursor, way] = [marked.cursor, marked.path];
      selected = marked.selected;
      const dressed = `${now.ground} ${large}`;
      if (drawing === shown && dressed === theme) {
        const graph = sigma.getGraph();
        for (const id of new Set(touched)) {
          const dot = drawing.dots.get(id);
          if (dot !== undefined) graph.mergeNodeAttributes(id, dress(dot, marked, now, large));
        }
        sigma.scheduleRender(); // rings and ways are drawn over it, also where no number changed
        return;
      }
      const same = sameDots(shown?.dots, drawing.dots);
      [shown, theme] = [drawing, dressed];
      signs = drawing.signs;
      signed = signedIn(drawing);
      const lowest = Math.min(...[...signed].map(layer));
      upper = isHeavy(drawing) ? [] : [...drawing.dots.values()].filter((dot) => layer(dot) > lowest);
      const graph = new Graph({ type: 'directed', multi: false });
      for (const dot of drawing.dots.values()) graph.addNode(dot.id, { x: dot.x, y: dot.y, label: dot.label, ...dress(dot, marked, now, large) });
      if (!isHeavy(drawing)) {
        for (const line of drawing.lines) graph.addEdge(line.from, line.to, { size: width(line, large), color: now.line });
        for (const { entity, number } of drawing.uses) graph.addEdge(entity, number, { size: large, color: now.use });
      }
      lines.hold(drawing);
      stands = '';
      if (!same) sigma.setCustomBBox(null); // what was dragged aside moves nothing else until other numbers come
      sigma.setGraph(graph); // made before it is given: sigma would hear of each number and line by itself
    },
    fit: () => {
      sigma.setCustomBBox(null);
      sigma.refresh();
      void sigma.getCamera().animatedReset({ duration: 0 });
    },
    zoom: (by) => {
      const camera = sigma.getCamera();
      camera.setState({ ratio: camera.ratio / by });
    },
    look: (id) => {
      const data = sigma.getNodeDisplayData(id);
      if (data === undefined) return;
      const { x, y } = sigma.framedGraphToViewport(data);
      const { width: wide, height: high } = sigma.getDimensions();
      if (x < EDGE || y < EDGE || x > wide - EDGE || y > high - EDGE) sigma.getCamera().setState({ x: data.x, y: data.y });
    },
    at: (id) => {
      const data = sigma.getNodeDisplayData(id);
      if (data === undefined) return undefined;
      const { x, y } = sigma.framedGraphToViewport(data);
      return [x, y];
    },
    end: () => {
      lines.end();
      sigma.kill();
    },
  };
}

/** How a number is drawn, marked or not. */
function dress(dot: Dot, marked: Marked, now: Looks, large: number) {
  const chosen = marked.selected.has(dot.id);
  const onWay = marked.path.includes(dot.id);
  return {
    size: radius(dot, large) + large * (chosen ? 4 : dot.pinned ? 2 : 0),
    color: chosen ? now.path : now.kinds[dot.kind],
    forceLabel: chosen || onWay || dot.seed || dot.pinned,
    weight: weight(dot, marked),
    must: isNamed(dot, marked),
    zIndex: chosen || onWay ? 1 : 0,
  };
}

/** Where a dot is drawn, in pixels. */
interface Spot {
  id: string;
  dot: Dot;
  x: number;
  y: number;
  radius: number;
}

/**
 * Points in one draw: an instance each takes software seconds for 10,000. Without the second picture, of who lies where, that
 * sigma draws for the mouse with each frame: where each number lies is known, and it is asked for once a click.
 */
class Points extends NodePointProgram {
  constructor(gl: WebGLRenderingContext, _: WebGLFramebuffer | null, renderer: Sigma) {
    super(gl, null, renderer);
  }
}

/** What is dragged is pinned where it is let go; the answer says whether the last press was a drag. */
function dragging(sigma: Sigma, hands: Hands, hideLines: () => void, touched: (at: { x: number; y: number }) => string | undefined): () => boolean {
  let dragged: string | undefined;
  let moved = false;
  sigma.on('downStage', ({ event }) => {
    [dragged, moved] = [touched(event), false];
    if (dragged !== undefined && sigma.getCustomBBox() === null) sigma.setCustomBBox(sigma.getBBox());
  });
  sigma.on('moveBody', ({ event }) => {
    if (dragged === undefined) return;
    const { x, y } = sigma.viewportToGraph(event);
    sigma.getGraph().mergeNodeAttributes(dragged, { x, y });
    hideLines();
    moved = true;
    event.preventSigmaDefault();
    event.original.preventDefault();
  });
  const drop = () => {
    const graph = sigma.getGraph();
    if (dragged !== undefined && moved) hands.pin(dragged, graph.getNodeAttribute(dragged, 'x'), graph.getNodeAttribute(dragged, 'y'));
    dragged = undefined;
  };
  sigma.on('upStage', drop);
  return () => moved;
}
