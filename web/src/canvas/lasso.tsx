// A lasso over the picture: what lies within the line that is drawn is selected.

import { useRef, useState } from 'preact/hooks';

export type Point = [number, number];

interface Lasso {
  /** Called with the line, in pixels of the picture, when it is let go. `add`: to what is selected already. */
  caught: (line: Point[], add: boolean) => void;
}

/** Nearer to the last point than so many pixels nothing is added to the line. */
const STEP = 3;

export function Lasso({ caught }: Lasso) {
  const line = useRef<Point[]>([]);
  const [drawn, setDrawn] = useState('');
  const point = (event: PointerEvent): Point => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  return (
    <svg
      class="lasso"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        line.current = [point(event)];
      }}
      onPointerMove={(event) => {
        const [last] = line.current.slice(-1);
        const next = point(event);
        if (last === undefined || Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP) return;
        line.current.push(next);
        setDrawn(line.current.join(' '));
      }}
      onPointerUp={(event) => {
        const whole = line.current;
        line.current = [];
        setDrawn('');
        if (whole.length > 2) caught(whole, event.shiftKey);
      }}
    >
      <polygon points={drawn} />
    </svg>
  );
}

/** Whether a point lies within a closed line, by how often a ray to the right crosses it. */
export function within(line: Point[], [x, y]: Point): boolean {
  let inside = false;
  line.forEach(([ax, ay], place) => {
    const [bx, by] = line[(place + 1) % line.length] as Point;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}
