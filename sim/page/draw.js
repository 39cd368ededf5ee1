// Drawing: elements, scales, axes and marks as SVG. Colours come from the style sheet, so that a
// picture follows light, dark and print.

// Where pictures stand upright; in print they never do.
const NARROW = "screen and (max-width: 46rem)";

const SVG = "http://www.w3.org/2000/svg";

// An element of the page: h("p", { class: "quiet" }, "text", child).
function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

// An element of a picture.
function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined),
  );
  return element;
}

// A picture that says what it shows.
function picture(width, height, label, ...children) {
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    ...children,
  );
}

function text(x, y, words, attributes = {}) {
  return s("text", { x, y, ...attributes }, words);
}

// Map numbers from one stretch to another.
function scale([low, high], [from, to]) {
  const map = (x) => from + ((x - low) / (high - low || 1)) * (to - from);
  map.domain = [low, high];
  return map;
}

// Round numbers between two ends.
function ticks([low, high], about = 5) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((x) => x * power).find((x) => x >= rough) ?? power;
  const listed = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9; i++) listed.push(i * step);
  return listed;
}

function line(points, attributes = {}) {
  const d = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return s("path", { d, fill: "none", ...attributes });
}

function band(upper, lower, attributes = {}) {
  const d = [...upper, ...[...lower].reverse()]
    .map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join("");
  return s("path", { d: `${d}Z`, ...attributes });
}

function axisX(x, y, label, { about = 6, write = short } = {}) {
  const [low, high] = x.domain;
  return s(
    "g",
    { class: "axis", "aria-hidden": "true" },
    s("line", { x1: x(low), x2: x(high), y1: y, y2: y }),
    ticks([low, high], about).map((tick) => [
      s("line", { x1: x(tick), x2: x(tick), y1: y, y2: y + 4 }),
      text(x(tick), y + 16, write(tick), { "text-anchor": "middle" }),
    ]),
    text((x(low) + x(high)) / 2, y + 33, label, { "text-anchor": "middle", class: "name" }),
  );
}

function axisY(y, x, right, { about = 4, write = short } = {}) {
  return s(
    "g",
    { class: "axis", "aria-hidden": "true" },
    ticks(y.domain, about).map((tick) => [
      s("line", { x1: x, x2: right, y1: y(tick), y2: y(tick), class: "grid" }),
      text(x - 6, y(tick) + 4, write(tick), { "text-anchor": "end" }),
    ]),
  );
}

// A number with a true minus: two digits behind the point, three where it is small.
function number(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const said = value.toFixed(size >= 10 ? 0 : size >= 0.0995 || size === 0 ? 2 : 3);
  return (Number(said) === 0 ? said.replace("-", "") : said).replace("-", "−");
}

// The same with no more digits than a level or a count needs.
function plain(value) {
  return Number.isFinite(value)
    ? value.toFixed(Math.abs(value) >= 10 ? 0 : 2).replace("-", "−")
    : "–";
}

function signed(value) {
  return `${value > 0 ? "+" : ""}${number(value)}`;
}

function short(value) {
  return String(Number(value.toFixed(6))).replace("-", "−");
}

function percent(share) {
  return Number.isFinite(share) ? `${Math.round(100 * share)}%` : "–";
}

// The mark of a finding: filled circle as hoped, diamond against it, hollow circle open.
function mark(x, y, finding, size = 5) {
  if (finding === "against") {
    const d = `M${x} ${y - size - 1}L${x + size + 1} ${y}L${x} ${y + size + 1}L${x - size - 1} ${y}Z`;
    return s("path", { d, class: `mark ${finding}` });
  }
  return s("circle", { cx: x, cy: y, r: size, class: `mark ${finding}` });
}

const SIGNS = { hoped: "●", against: "◆", open: "○" };
