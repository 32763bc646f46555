// The picture by sigma, with labels that do not lie on one another and numbers that can be dragged.

import Graph from 'graphology';
import type Sigma from 'sigma';
import { NodePointProgram } from 'sigma/rendering';
import type { Dot, Drawing } from './drawing';
import { encircle, isNamed, type Marked, sign, signedIn, trace, weight } from './flat';
import { type Labelled, placed } from './labels';
import { sameDots } from './layers';
import { font, grain, labelHigh, type Looks, looks, radius, width } from './looks';
import { EDGE, type Hands, type Picture } from './picture';
import { isHeavy, sheaf } from './sheaf';

export function withSigma(place: HTMLElement, hands: Hands, Renderer: typeof Sigma): Picture {
  const lines = sheaf(place);
  let wanted: Labelled[] = [];
  let cursor: string | undefined;
  let way: string[] = [];
  let signed: Dot[] = [];
  let signs: Record<string, string> = {};
  let selected = new Set<string>();
  const sigma = new Renderer(new Graph(), place, {
    allowInvalidContainer: true,
    labelDensity: 1,
    labelGridCellSize: 60,
    labelRenderedSizeThreshold: 5,
    defaultEdgeColor: looks().line,
    nodeProgramClasses: { circle: NodePointProgram }, // points in one draw: an instance each takes software seconds for 10,000
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
  const wasDragged = dragging(sigma, hands, lines.hide);
  // Letting go of what was dragged is no click.
  sigma.on('clickNode', ({ node, event }) => {
    if (!wasDragged()) hands.pick(node, (event.original as MouseEvent).shiftKey);
  });
  sigma.on('clickStage', () => {
    if (!wasDragged()) hands.pick(undefined, false);
  });
  let shown: Drawing | undefined;
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

/** What is dragged is pinned where it is let go; the answer says whether the last press was a drag. */
function dragging(sigma: Sigma, hands: Hands, hideLines: () => void): () => boolean {
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
  sigma.on('upNode', drop);
  sigma.on('upStage', drop);
  return () => moved;
}
