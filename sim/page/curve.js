// Where the boxes of the chain stand, and the curves between them.

const BOX = { wide: [124, 66], narrow: [106, 62] };

// Where things stand: along the page on a wide screen, down the page on a narrow one.
function layout(narrow) {
  const [width, height] = BOX[narrow ? "narrow" : "wide"];
  const at = narrow
    ? ({ stage, lane }) => [180 + lane * 118, 62 + stage * 124]
    : ({ stage, lane }) => [72 + stage * 152, 268 + lane * 118];
  return { narrow, width, height, at, size: narrow ? [360, 860] : [1056, 446] };
}

// Where a link leaves or reaches a box, off its middle: links stand beside each other in the order of
// the lanes they come from or go to.
function port(name, node, end) {
  const other = end === "from" ? "to" : "from";
  const lane = ([one, link]) =>
    (link.bend ?? mean(link[other].map((far) => facts.nodes[far].lane))) +
    (one === name ? 1e-6 : 0);
  const here = Object.entries(facts.links)
    .filter(
      ([, link]) =>
        link[end].includes(node) &&
        Math.abs(link.bend ?? 0) <= 1.3 &&
        link[other].some((far) => facts.nodes[far].stage !== facts.nodes[node].stage),
    )
    .sort((a, b) => lane(a) - lane(b))
    .map(([one]) => one);
  return here.includes(name)
    ? (here.indexOf(name) - (here.length - 1) / 2) * Math.min(9, 42 / here.length)
    : 0;
}

// A curve between two boxes; a bend leads it through a lane of its own.
function curve(from, to, bend, shift, { narrow, at, width, height }) {
  const [x1, y1] = at(from).map(
    (x, i) => x + (i === (narrow ? 0 : 1) && from.stage !== to.stage ? shift[0] : 0),
  );
  const [x2, y2] = at(to).map(
    (x, i) => x + (i === (narrow ? 0 : 1) && from.stage !== to.stage ? shift[1] : 0),
  );
  const along = narrow ? [0, 1] : [1, 0];
  const half = narrow ? height / 2 : width / 2;
  const side = narrow ? width / 2 : height / 2;
  if (from.stage === to.stage)
    return beside([x1, y1], [x2, y2], Math.abs(from.lane - to.lane) > 1, { narrow, half, side });
  const a = [x1 + along[0] * half, y1 + along[1] * half];
  const b = [x2 - along[0] * half, y2 - along[1] * half];
  if (bend === undefined) return cubic(a, mix(a, b, narrow, 0.5, 0), mix(a, b, narrow, 0.5, 1), b);
  const far = narrow ? Math.max(-1.42, Math.min(1.42, bend)) : bend;
  const reach = at({ stage: 0, lane: far })[narrow ? 0 : 1];
  if (Math.abs(bend) > 1.3) return around(at(from), at(to), reach, Math.sign(bend) * side, narrow);
  const between = (share, i) => a[i] + share * (b[i] - a[i]);
  const [lead, land] = [0.2, 0.8].map((share) =>
    narrow ? [reach, between(share, 1)] : [between(share, 0), reach],
  );
  return cubic(a, over(a, lead), over(b, land), b);
}

// From one box's side over all others to the side of another.
function around([x1, y1], [x2, y2], reach, side, narrow) {
  return narrow
    ? cubic(
        [x1 + side, y1],
        over([x1 + side, y1], [reach, y1]),
        over([x2 + side, y2], [reach, y2]),
        [x2 + side, y2],
      )
    : cubic(
        [x1, y1 + side],
        over([x1, y1 + side], [x1, reach]),
        over([x2, y2 + side], [x2, reach]),
        [x2, y2 + side],
      );
}

// A control point that lets the middle of a cubic reach a point's lane: it has to reach further.
function over(end, control) {
  return control.map((x, i) => x + (x - end[i]) * 0.33);
}

function mix(a, b, narrow, share, end) {
  const middle = narrow ? a[1] + share * (b[1] - a[1]) : a[0] + share * (b[0] - a[0]);
  const other = end ? b : a;
  return narrow ? [other[0], middle] : [middle, other[1]];
}

// Between boxes of one stage: straight to a neighbour, around to one further off.
function beside([x1, y1], [x2, y2], far, { narrow, half, side }) {
  const sign = narrow ? Math.sign(x2 - x1) : Math.sign(y2 - y1);
  if (!far) {
    const a = narrow ? [x1 + sign * side, y1] : [x1, y1 + sign * side];
    const b = narrow ? [x2 - sign * side, y2] : [x2, y2 - sign * side];
    return cubic(a, a, b, b);
  }
  const out = 44;
  const a = narrow ? [x1, y1 + half] : [x1 - half, y1];
  const b = narrow ? [x2, y2 + half] : [x2 - half, y2];
  return narrow
    ? cubic(a, [a[0], a[1] + out], [b[0], b[1] + out], b)
    : cubic(a, [a[0] - out, a[1]], [b[0] - out, b[1]], b);
}

function cubic(a, c1, c2, b) {
  const d = `M${a.join(" ")}C${c1.join(" ")} ${c2.join(" ")} ${b.join(" ")}`;
  const middle = [0, 1].map((i) => (a[i] + 3 * c1[i] + 3 * c2[i] + b[i]) / 8);
  return { d, middle };
}
