// The picture by sigma, with labels that do not lie on one another and numbers that can be dragged.

import Graph from 'graphology';
import type Sigma from 'sigma';
import type { Dot } from './drawing';
import { encircle, isNamed, sign, trace, weight } from './flat';
import { type Labelled, placed } from './labels';
import { font, grain, labelHigh, looks, radius, width } from './looks';
import { EDGE, type Hands, type Picture } from './picture';

/** With more lines than that only numbers are drawn while the picture moves. */
const LINES_LIGHT = 5000;

export function withSigma(place: HTMLElement, hands: Hands, Renderer: typeof Sigma): Picture {
  const graph = new Graph({ type: 'directed', multi: false });
  let wanted: Labelled[] = [];
  let cursor: string | undefined;
  let way: string[] = [];
  let signed: Dot[] = [];
  let signs: Record<string, string> = {};
  let selected = new Set<string>();
  const sigma = new Renderer(graph, place, {
    allowInvalidContainer: true,
    labelDensity: 1,
    labelGridCellSize: 60,
    labelRenderedSizeThreshold: 5,
    defaultEdgeColor: looks().line,
    zIndex: true,
    defaultDrawNodeHover: () => undefined,
    // A label is only asked for here; all of a frame are written together, when it is known which have room.
    defaultDrawNodeLabel: (_, data) => {
      const { label, x, y, size } = data;
      const { weight: weighs, must } = data as unknown as { weight: number; must: boolean };
      if (label !== null) wanted.push({ label, x, y, radius: size, weight: weighs, must });
    },
  });
  sigma.on('beforeRender', () => {
    wanted = [];
  });
  sigma.on('afterRender', () => {
    const pen = sigma.getCanvases()['labels']?.getContext('2d');
    if (!pen) return;
    const [size, style] = [grain(), looks()];
    const { width: wide, height: high } = sigma.getDimensions();
    for (const dot of signed) {
      const data = sigma.getNodeDisplayData(dot.id);
      if (data === undefined) continue;
      const { x, y } = sigma.framedGraphToViewport(data);
      if (x > 0 && y > 0 && x < wide && y < high) sign(pen, dot, signs, x, y, sigma.scaleSize(data.size), size, style, selected.has(dot.id) || dot.pinned);
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
    pen.fillStyle = style.ink;
    for (const one of placed(wanted, labelHigh(size), (text) => pen.measureText(text).width)) pen.fillText(one.label, one.x, one.y);
  });
  const wasDragged = dragging(sigma, graph, hands);
  // Letting go of what was dragged is no click.
  sigma.on('clickNode', ({ node, event }) => {
    if (!wasDragged()) hands.pick(node, (event.original as MouseEvent).shiftKey);
  });
  sigma.on('clickStage', () => {
    if (!wasDragged()) hands.pick(undefined, false);
  });
  let before = '';
  return {
    show: (drawing, marked) => {
      const [now, large] = [looks(), grain()];
      [cursor, way] = [marked.cursor, marked.path];
      signs = drawing.signs;
      signed = [...drawing.dots.values()].filter((dot) => dot.grade !== null || dot.role !== null || dot.entity !== null);
      selected = marked.selected;
      graph.clear();
      for (const dot of drawing.dots.values()) {
        const chosen = marked.selected.has(dot.id);
        graph.addNode(dot.id, {
          x: dot.x,
          y: dot.y,
          size: radius(dot, large) + large * (chosen ? 4 : dot.pinned ? 2 : 0),
          color: chosen ? now.path : now.kinds[dot.kind],
          label: dot.label,
          forceLabel: chosen || way.includes(dot.id) || dot.seed || dot.pinned,
          weight: weight(dot, marked),
          must: isNamed(dot, marked),
          zIndex: chosen || way.includes(dot.id) ? 1 : 0,
        });
      }
      for (const line of drawing.lines) {
        graph.addEdge(line.from, line.to, { size: width(line, large), color: now.line });
      }
      for (const { entity, number } of drawing.uses) graph.addEdge(entity, number, { size: large, color: now.use });
      const heavy = drawing.lines.length > LINES_LIGHT;
      sigma.setSetting('hideEdgesOnMove', heavy);
      sigma.setSetting('hideLabelsOnMove', heavy);
      const drawn = [...drawing.dots.keys()].join();
      if (drawn !== before) sigma.setCustomBBox(null); // what was dragged aside moves nothing else until other numbers come
      before = drawn;
      sigma.refresh();
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
    end: () => sigma.kill(),
  };
}

/** What is dragged is pinned where it is let go; the answer says whether the last press was a drag. */
function dragging(sigma: Sigma, graph: Graph, hands: Hands): () => boolean {
  let dragged: string | undefined;
  let moved = false;
  sigma.on('downNode', ({ node }) => {
    [dragged, moved] = [node, false];
    if (sigma.getCustomBBox() === null) sigma.setCustomBBox(sigma.getBBox());
  });
  sigma.on('downStage', () => {
    moved = false;
  });
  sigma.on('moveBody', ({ event }) => {
    if (dragged === undefined) return;
    const { x, y } = sigma.viewportToGraph(event);
    graph.mergeNodeAttributes(dragged, { x, y });
    moved = true;
    event.preventSigmaDefault();
    event.original.preventDefault();
  });
  const drop = () => {
    if (dragged !== undefined && moved) hands.pin(dragged, graph.getNodeAttribute(dragged, 'x'), graph.getNodeAttribute(dragged, 'y'));
    dragged = undefined;
  };
  sigma.on('upNode', drop);
  sigma.on('upStage', drop);
  return () => moved;
}
