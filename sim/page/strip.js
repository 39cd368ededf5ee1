// One session as a strip of five-minute segments: the bowl, the rupture, presence and being felt.

// The marks of what happens to a rupture: form says it, colour only repeats it.
const RUPTURE_MARKS = [
  ["opens", "M-6 5L0 -6L6 5Z", "against solid"],
  ["missed", "M-5 0H5", "against"],
  [
    "noticed",
    "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0",
    "hoped",
  ],
  ["worked through", "M-6 0L-2 5L6 -5", "hoped thick"],
  ["not settled", "M-5 -2q2.5 -4 5 0t5 0M-5 4q2.5 -4 5 0t5 0", "open"],
  ["met by defending or clinging", "M-5 -5L5 5M5 -5L-5 5", "against thick"],
];

function ruptureMark(one) {
  if (one.onset) return 0;
  if (one.noticing) return 2;
  if (one.working === codes.WORKED_THROUGH) return 3;
  if (one.working === codes.UNSETTLED) return 4;
  if (one.working === codes.DEFENSIVE || one.working === codes.RIGID) return 5;
  return one.open && !one.noticed ? 1 : null;
}

// The strip: what is known up to a segment; later ones are still to come.
function strip(session, upto, { narrow, title, parted = null, still = false }) {
  const column = narrow ? 33 : 92,
    left = narrow ? 8 : 118;
  const n = session.segments.length;
  const width = left + n * column + 8;
  const rows = narrow
    ? { bowl: 30, rupture: 110, lines: 164 }
    : { bowl: 24, rupture: 108, lines: 152 };
  const height = rows.lines + (narrow ? 124 : 108);
  const known = session.segments.slice(0, upto);
  const x = (i) => left + (i - 0.5) * column;
  const y = scale([0, 1], [rows.lines + 84, rows.lines]);
  const names = [
    ["bowl", "Bowl"],
    ["rupture", "Rupture"],
    ["lines", "Presence, being felt"],
  ];
  const svg = picture(
    width,
    height,
    `${title}: ${known.map((one) => `segment ${one.index}, ${told(one)}`).join(" ") || "not begun"}`,
    session.segments.map((one) =>
      s(
        "g",
        {
          class:
            one.index > upto
              ? "column to-come"
              : one.index === upto && !still
                ? "column now"
                : "column",
        },
        s("rect", {
          x: x(one.index) - column / 2 + 1,
          y: rows.bowl - 8,
          width: column - 2,
          height: rows.lines + 94 - rows.bowl,
          rx: 4,
        }),
        text(
          x(one.index),
          rows.lines + 100,
          narrow ? (one.index - 1) * 5 : `${(one.index - 1) * 5}–${one.index * 5} min`,
          { "text-anchor": "middle", class: "tick" },
        ),
      ),
    ),
    narrow
      ? text(left + (n * column) / 2, height - 8, "minute at which each five begin", {
          "text-anchor": "middle",
          class: "tick",
        })
      : null,
    names.map(([row, words]) =>
      narrow
        ? text(left, rows[row] - 12, words + { bowl: "", rupture: "", lines: ", 0 to 1" }[row], {
            class: "row",
          })
        : rowName(words, rows[row] + { bowl: 32, rupture: 14, lines: 20 }[row]),
    ),
    known.map((one) => bowl(x(one.index), rows.bowl, narrow ? 24 : 46, one, narrow)),
    s("line", {
      x1: left,
      x2: left + n * column,
      y1: rows.rupture + 10,
      y2: rows.rupture + 10,
      class: "rule",
    }),
    known.map((one) => rupturePart(x(one.index), rows.rupture + 10, column, one)),
    [0, 0.5, 1].map((level) => [
      s("line", { x1: left, x2: left + n * column, y1: y(level), y2: y(level), class: "grid" }),
      narrow
        ? null
        : text(left - 6, y(level) + 4, short(level), { "text-anchor": "end", class: "tick" }),
    ]),
    line(
      known.map((one) => [x(one.index), y(one.presence)]),
      { class: "presence" },
    ),
    line(
      known.map((one) => [x(one.index), y(one.felt)]),
      { class: "felt" },
    ),
    known.map((one) => [
      s("rect", {
        x: x(one.index) - 3,
        y: y(one.presence) - 3,
        width: 6,
        height: 6,
        class: "presence dot",
      }),
      s("circle", { cx: x(one.index), cy: y(one.felt), r: 3.5, class: "felt dot" }),
    ]),
    parted !== null && parted <= n
      ? partedMark(x(parted), rows.bowl - 8, rows.lines + 88, column, parted > 0.7 * n)
      : null,
  );
  svg.setAttribute("class", "strip");
  return svg;
}

function rowName(words, y) {
  const parts = words.split(", ");
  return parts.map((part, i) =>
    text(8, y + i * 16, part, {
      class: parts.length > 1 ? `row ${i ? "felt-name" : "presence-name"}` : "row",
    }),
  );
}

// A bowl with what it holds; one that overflows spills.
function bowl(cx, top, half, one, narrow) {
  const w = narrow ? 13 : 30,
    hgt = narrow ? 40 : 52;
  const share = one.overflow ? 1 : Math.min(1, one.load / one.capacity);
  const level = top + 6 + (1 - share) * hgt;
  const wide = (yy) => w * Math.sqrt(Math.max(0, 1 - ((yy - top - 6) / hgt) ** 2.2));
  const depths = Array.from({ length: 13 }, (_, i) => level + ((top + 6 + hgt - level) * i) / 12);
  const right = depths.map((yy) => [cx + wide(yy), yy]),
    leftSide = depths.map((yy) => [cx - wide(yy), yy]);
  const rim = Array.from({ length: 25 }, (_, i) => top + 6 + (hgt * i) / 24);
  const outline = [
    ...rim.map((yy) => [cx - wide(yy), yy]),
    ...[...rim].reverse().map((yy) => [cx + wide(yy), yy]),
  ];
  const words = one.overflow === codes.ABSORBED ? "swallowed" : "pushes away";
  return s(
    "g",
    { class: one.overflow ? "bowl over" : "bowl" },
    band(right, leftSide, { class: "load" }),
    line(outline, { class: "rim" }),
    one.overflow
      ? s("path", {
          d: `M${cx - w - 3} ${top + 8}q-5 12 -1 20M${cx + w + 3} ${top + 8}q5 12 1 20M${cx - w} ${top + 2}q${w / 2} -7 ${w} 0t${w} 0`,
          class: "spill",
        })
      : null,
    one.overflow && !narrow
      ? text(cx, top + 74, words, { "text-anchor": "middle", class: "spilled" })
      : null,
    s(
      "title",
      {},
      one.overflow
        ? `overflows: ${words}`
        : `holds ${percent(one.load / one.capacity)} of what it can`,
    ),
  );
}

function rupturePart(cx, cy, column, one) {
  const which = ruptureMark(one);
  const bar =
    one.open || one.working
      ? s("line", {
          x1: cx - column / 2,
          x2: cx + (one.open ? column / 2 : 0),
          y1: cy,
          y2: cy,
          class: one.noticed || one.working ? "open-bar noticed" : "open-bar",
        })
      : null;
  const hurt = one.hostile
    ? s(
        "path",
        { d: `M${cx + 9} ${cy - 15}l4 6h-4l3 6`, class: "hostile" },
        s("title", {}, "a hostile word"),
      )
    : null;
  const sign =
    which === null
      ? null
      : s(
          "g",
          { transform: `translate(${cx} ${cy})`, class: "rupture-mark" },
          s("circle", { r: 9, class: "ground" }),
          s("path", { d: RUPTURE_MARKS[which][1], class: RUPTURE_MARKS[which][2] }),
        );
  return s("g", {}, bar, sign, hurt);
}

function partedMark(cx, top, bottom, column, last) {
  const at = cx - column / 2;
  return s(
    "g",
    { class: "parted" },
    s("line", { x1: at, x2: at, y1: top - 10, y2: bottom }),
    text(last ? at - 4 : at + 4, top - 3, "they part here", {
      "text-anchor": last ? "end" : "start",
    }),
  );
}

// What the marks mean.
function stripLegend() {
  const item = (d, kind, words) =>
    h(
      "li",
      {},
      s(
        "svg",
        { viewBox: "-9 -9 18 18", class: "key", "aria-hidden": "true" },
        s("path", { d, class: kind }),
      ),
      words,
    );
  return h(
    "ul",
    { class: "legend" },
    RUPTURE_MARKS.map(([words, d, kind]) => item(d, kind, words)),
    item("M1 -8l4 6h-4l3 6", "hostile", "a hostile word"),
    item("M-8 0H8", "presence", "presence"),
    item("M-8 0H8", "felt", "being felt"),
  );
}

// The alliance from session to session, with one of them chosen.
function allianceLine(dyads, chosen, last, { narrow, pick }) {
  const width = narrow ? 346 : 1046,
    height = 150,
    left = narrow ? 34 : 118;
  const x = scale([0, last], [left, width - 14]),
    lowest = Math.min(0.2, ...Object.values(dyads).flatMap(({ alliance }) => alliance)),
    y = scale([lowest, 1], [112, 12]);
  const dots = Array.from({ length: last }, (_, i) => i + 1).map((number) =>
    s(
      "g",
      { class: number === chosen ? "pick chosen" : "pick", onclick: () => pick(number) },
      s("rect", { x: x(number) - (x(1) - x(0)) / 2, y: 4, width: x(1) - x(0), height: 128 }),
      narrow && number % 3
        ? null
        : text(x(number), 130, number, { "text-anchor": "middle", class: "tick" }),
    ),
  );
  const label = Object.entries(dyads)
    .map(
      ([arm, { alliance }]) =>
        `${arm}: alliance from ${number(alliance[0])} to ${number(alliance.at(-1))}`,
    )
    .join("; ");
  return picture(
    width,
    height,
    label,
    dots,
    axisY(y, left, width - 14, { about: 4 }),
    narrow ? null : rowName("Alliance", 60),
    text((left + width) / 2, 147, "session", { "text-anchor": "middle", class: "tick" }),
    Object.entries(dyads).map(([arm, { alliance }]) => [
      line(
        alliance.map((level, i) => [x(i), y(level)]),
        { class: `course ${arm}` },
      ),
      alliance.length <= last
        ? s(
            "path",
            {
              d: `M${x(alliance.length - 1) - 4} ${y(alliance.at(-1)) - 4}l8 8m0 -8l-8 8`,
              class: `course ${arm}`,
            },
            s("title", {}, `${arm}: ended`),
          )
        : null,
    ]),
  );
}
