// The population: a hundred dyads a side. Effects along the chain, courses with bands, and where the
// patients end up.

function populationView(root) {
  const media = matchMedia(NARROW);
  const find = (name) => root.querySelector(name);
  const choice = find(".outcome");
  choice.append(
    ...Object.entries(COURSES).map(([name, { label }]) => h("option", { value: name }, label)),
  );
  choice.addEventListener("change", () => change({ outcome: choice.value }));
  const draw = () => {
    const narrow = media.matches;
    const arms = population100();
    const listed = Object.values(effects()).filter(({ name }) => name !== "hours");
    choice.value = state.outcome;
    find(".effects-here").replaceChildren(effectPlot(listed, narrow));
    find(".courses-here").replaceChildren(coursePlot(arms, state.outcome, narrow));
    find(".spread-here").replaceChildren(spreadPlot(arms, state.outcome, narrow));
    find(".endings-here").replaceChildren(endingTable(arms));
    const patients = therapistsOf(state) * state.caseload;
    find(".who").textContent =
      `${patients} patients of ${therapistsOf(state)} therapists an arm: the same people, with the same luck, with and without training. Intervals are over these therapists; another draw of people gives another picture.`;
  };
  media.addEventListener("change", () => state.view === "population" && draw());
  return () => state.view === "population" && draw();
}

// A dot and its interval for every step of the chain, as in the report.
function effectPlot(listed, narrow) {
  const row = narrow ? 34 : 24,
    left = narrow ? 8 : 210,
    right = narrow ? 340 : 470;
  const width = narrow ? 350 : 700,
    top = 26;
  const ends = listed.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  const reach = Math.max(0.1, ...ends.map(Math.abs));
  const x = scale(
    [
      Math.max(-1.5, Math.min(...ends, -0.05 * reach)),
      Math.min(1.5, Math.max(...ends, 0.05 * reach)),
    ],
    [left + 10, right - 10],
  );
  const clamp = (value) => Math.max(x.domain[0], Math.min(x.domain[1], value));
  const bottom = top + listed.length * row;
  const rows = listed.map((one, i) => {
    const y = top + (i + 0.5) * row + (narrow ? 7 : 0);
    const { label, better, of } = MEASURES[one.name];
    const shown = Number.isFinite(one.standardised);
    return s(
      "g",
      { class: `effect ${one.finding}` },
      text(narrow ? left : 8, narrow ? y - 13 : y + 4, label + (better < 0 ? " ↓" : "")),
      shown
        ? s("line", {
            x1: x(clamp(one.low)),
            x2: x(clamp(one.high)),
            y1: y,
            y2: y,
            class: "interval",
          })
        : null,
      shown ? mark(x(clamp(one.standardised)), y, one.finding) : null,
      text(
        narrow ? right : 640,
        narrow ? y - 13 : y + 4,
        one.exact
          ? "exactly 0"
          : `${signed(one.standardised)} [${number(one.low)}, ${number(one.high)}]`,
        { "text-anchor": "end", class: "said" },
      ),
      narrow ? null : text(650, y + 4, of === "yes or no" ? "yes/no" : of, { class: "tick" }),
    );
  });
  const words = listed.map((one) => `${MEASURES[one.name].label} ${effectSaid(one)}`).join("; ");
  return picture(
    width,
    bottom + 44,
    `Effects of training along the chain. ${words}`,
    narrow ? null : text(640, 14, "difference, SD [95%]", { "text-anchor": "end", class: "tick" }),
    narrow ? null : text(650, 14, "SD of", { class: "tick" }),
    ticks(x.domain, narrow ? 4 : 6).map((tick) =>
      s("line", { x1: x(tick), x2: x(tick), y1: top, y2: bottom, class: "grid" }),
    ),
    s("line", { x1: x(0), x2: x(0), y1: top - 4, y2: bottom, class: "zero" }),
    rows,
    axisX(x, bottom, "difference, trained minus untrained (SD)", { about: narrow ? 4 : 6 }),
  );
}

// Means with the band that holds the middle 80% of patients.
function coursePlot(arms, name, narrow) {
  const width = narrow ? 350 : 520,
    height = 300,
    left = 44;
  const lived = Object.fromEntries(
    Object.entries(arms).map(([arm, therapists]) => [arm, byTime(therapists, name)]),
  );
  const all = Object.values(lived).flatMap(({ low, high }) => [...low, ...high]);
  const n = lived.untrained.middle.length - 1;
  const x = scale([0, n], [left, width - 12]),
    y = scale([Math.min(...all), Math.max(...all)], [height - 46, 24]);
  const along = (values) => values.map((value, i) => [x(i), y(value)]);
  const label = Object.entries(lived)
    .map(
      ([arm, { middle }]) => `${arm}: mean from ${number(middle[0])} to ${number(middle.at(-1))}`,
    )
    .join("; ");
  return picture(
    width,
    height,
    `${COURSES[name].label} from intake to the end. ${label}`,
    axisY(y, left, width - 12, { about: 5 }),
    Object.entries(lived).map(([arm, { low, high }]) =>
      band(along(low), along(high), { class: `spread ${arm}` }),
    ),
    Object.entries(lived).map(([arm, { middle }]) =>
      line(along(middle), { class: `course ${arm}` }),
    ),
    axisX(x, height - 46, "session", { about: 6 }),
    text(4, 12, `${COURSES[name].label} (${COURSES[name].unit})`, { class: "tick" }),
  );
}

function byTime(therapists, name) {
  const courses = therapists.flatMap((one) => one.patients.map((patient) => patient.courses[name]));
  const moments = courses[0].map((_, i) =>
    courses.map((course) => course[i]).sort((a, b) => a - b),
  );
  return {
    low: moments.map((all) => quantile(all, 0.1)),
    middle: moments.map(mean),
    high: moments.map((all) => quantile(all, 0.9)),
  };
}

function quantile(sorted, share) {
  const place = share * (sorted.length - 1),
    below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (place - below) * (next - sorted[below]);
}

// Where the patients are in the end: a dot each, stacked, with the mean of each arm.
function spreadPlot(arms, name, narrow) {
  const width = narrow ? 350 : 520,
    height = 300,
    left = 12,
    bins = narrow ? 22 : 32;
  const lived = Object.fromEntries(
    Object.entries(arms).map(([arm, therapists]) => [
      arm,
      therapists.flatMap((one) => one.patients.map((patient) => patient.courses[name].at(-1))),
    ]),
  );
  const all = Object.values(lived).flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const x = scale([low, high], [left + 8, width - 20]);
  const step = (x(high) - x(low)) / bins;
  const rows = { untrained: [128, -1], trained: [132, 1] };
  const counted = Object.fromEntries(
    Object.entries(lived).map(([arm, values]) => [arm, histogram(values, low, high, bins)]),
  );
  const most = Math.max(...Object.values(counted).flat());
  const size = Math.min(step, 104 / most);
  const columns = Object.entries(counted).map(([arm, counts]) => {
    const [base, way] = rows[arm];
    const middle = mean(lived[arm]);
    return s(
      "g",
      { class: `people ${arm}` },
      counts.flatMap((count, i) =>
        Array.from({ length: count }, (_, k) =>
          s("circle", {
            cx: x(low) + (i + 0.5) * step,
            cy: base + way * (k + 0.6) * size,
            r: Math.max(1, size / 2 - 0.4),
          }),
        ),
      ),
      s("line", {
        x1: x(middle),
        x2: x(middle),
        y1: base,
        y2: base + way * 112,
        class: `course ${arm}`,
      }),
      text(
        x(middle) + (middle > (low + high) / 2 ? -5 : 5),
        base + way * 108 + 4,
        `${arm}, mean ${number(middle)}`,
        { class: "said", "text-anchor": middle > (low + high) / 2 ? "end" : "start" },
      ),
    );
  });
  const label = Object.entries(lived)
    .map(([arm, values]) => `${arm}: mean ${number(mean(values))}, SD ${number(deviation(values))}`)
    .join("; ");
  return picture(
    width,
    height,
    `${COURSES[name].label} at the end, a dot a patient. ${label}`,
    s("line", { x1: left, x2: width - 12, y1: 130, y2: 130, class: "rule" }),
    columns,
    axisX(x, height - 46, `${COURSES[name].label}, end (${COURSES[name].unit})`, { about: 6 }),
  );
}

function histogram(values, low, high, bins) {
  const counts = Array(bins).fill(0);
  for (const value of values)
    counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low || 1)) * bins))] += 1;
  return counts;
}

function endingTable(arms) {
  const kinds = ["completed", "improved", "dropped_out"];
  const counts = (arm, kind) =>
    arms[arm].flatMap((one) => one.patients).filter((patient) => patient.ending === kind).length;
  return h(
    "table",
    {},
    h("caption", {}, "How the treatments end, patients"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "arm"),
        kinds.map((kind) => h("th", { scope: "col", class: "n" }, kind.replace("_", " "))),
      ),
    ),
    h(
      "tbody",
      {},
      Object.keys(arms).map((arm) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, arm),
          kinds.map((kind) => h("td", { class: "n" }, counts(arm, kind))),
        ),
      ),
    ),
  );
}
