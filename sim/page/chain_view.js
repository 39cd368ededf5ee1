// The chain as a picture: boxes from practice to outcome, and links that can be cut.

function chainView(root) {
  const media = matchMedia(NARROW);
  let shown = null;
  let pointed = "transfer";
  const draw = () => {
    shown = chainPicture(layout(media.matches), point);
    root.querySelector(".chain-picture").replaceChildren(shown.svg);
    update();
  };
  const point = (name) => {
    pointed = name;
    root.querySelector(".pointed").replaceChildren(...inShort(name));
    passport(root.querySelector(".passport"), name);
  };
  const update = () => {
    const now = effects();
    const whole = state.cuts.length ? effects({ ...state, cuts: [] }) : null;
    shown.update(now, whole);
    root.querySelector(".chain-links").replaceChildren(...linkButtons(point));
    root.querySelector(".chain-said").textContent = chainSaid(now, whole);
    point(pointed);
  };
  media.addEventListener("change", draw);
  draw();
  return update;
}

// Cut a link, or mend it.
function toggle(name) {
  const cuts = state.cuts.includes(name)
    ? state.cuts.filter((one) => one !== name)
    : [...state.cuts, name];
  change({ cuts });
}

function chainPicture(place, point) {
  const groups = {};
  const boxes = {};
  for (const [name, link] of Object.entries(facts.links)) {
    groups[name] = linkGroup(name, link, place, point);
  }
  for (const [name, node] of Object.entries(facts.nodes)) boxes[name] = box(node, place);
  const svg = s(
    "svg",
    {
      viewBox: `0 0 ${place.size.join(" ")}`,
      class: "chain",
      role: "group",
      "aria-label": "The chain from practice to outcome; its links are buttons that cut them",
    },
    bands(place),
    Object.values(groups).map((one) => one.group),
    Object.values(boxes).map((one) => one.group),
    Object.values(groups).map((one) => one.knots),
  );
  const update = (now, whole) => {
    for (const one of Object.values(groups)) one.update(now);
    for (const one of Object.values(boxes)) one.update(now, whole);
  };
  return { svg, update };
}

// The relationships as bands behind their boxes.
function bands({ narrow, at, width, height, size }) {
  const spans = {};
  for (const { place, stage } of Object.values(facts.nodes)) {
    const [low, high] = spans[place] ?? [stage, stage];
    spans[place] = [Math.min(low, stage), Math.max(high, stage)];
  }
  return Object.entries(spans).map(([name, [low, high]]) => {
    const [x0, y0] = at({ stage: low, lane: 0 });
    const [x1, y1] = at({ stage: high, lane: 0 });
    const words = facts.places[name];
    if (narrow) {
      const top = y0 - height / 2 - 24;
      return s(
        "g",
        { class: "band" },
        s("rect", { x: 2, y: top, width: size[0] - 4, height: y1 - top + height / 2 + 10, rx: 6 }),
        text(10, top + 15, words),
      );
    }
    const left = x0 - width / 2 - 8;
    const middle = (left + x1 + width / 2 + 8) / 2;
    const parts = x1 > x0 ? [words] : words.split(/(?<=with) /);
    return s(
      "g",
      { class: "band" },
      s("rect", { x: left, y: 38, width: x1 - left + width / 2 + 8, height: size[1] - 40, rx: 6 }),
      parts.map((part, i) =>
        text(middle, 31 - 16 * (parts.length - 1 - i), part, { "text-anchor": "middle" }),
      ),
    );
  });
}

function box(node, { at, width, height }) {
  const [x, y] = at(node);
  const value = text(x, y + 9, "", { "text-anchor": "middle", class: "value" });
  const was = text(x, y + 24, "", { "text-anchor": "middle", class: "was" });
  const title = s("title");
  const group = s(
    "g",
    { class: "box" },
    title,
    s("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 7 }),
    text(x, y - 12, node.label + (MEASURES[node.measure].better < 0 ? " ↓" : ""), {
      "text-anchor": "middle",
      class: "label",
    }),
    value,
    was,
  );
  const update = (now, whole) => {
    const { finding } = now[node.measure];
    const sign = node.measure === "hours" ? "" : `${SIGNS[finding]} `;
    value.textContent = sign + boxValue(now[node.measure]);
    was.textContent =
      whole && node.measure !== "hours"
        ? `was ${boxValue(whole[node.measure], "")}`
        : values(now[node.measure]);
    group.setAttribute("class", `box ${node.measure === "hours" ? "" : finding}`);
    title.textContent = `${MEASURES[node.measure].label}: ${effectSaid(now[node.measure])}`;
  };
  return { group, update };
}

function boxValue(one, unit = " SD") {
  if (one.name === "hours") return `${number(one.after)} h`;
  return one.exact ? "exactly 0" : `${signed(one.standardised)}${unit}`;
}

function values(one) {
  if (one.name === "hours") return "";
  if (MEASURES[one.name].unit === "share") return `${percent(one.before)} → ${percent(one.after)}`;
  return `${plain(one.before)} → ${plain(one.after)}`;
}

function effectSaid(one) {
  if (one.name === "hours") return `${number(one.after)} hours on average`;
  if (one.exact) return "exactly 0: the arms do not differ at all";
  return `${signed(one.standardised)} SD [${number(one.low)}, ${number(one.high)}], ${values(one)}`;
}

// A link: one stroke from each box it leaves to each it reaches, wider the more arrives there.
function linkGroup(name, link, place, point) {
  const strokes = [];
  for (const from of link.from) {
    for (const to of link.to) {
      const shift = [port(name, from, "from"), port(name, to, "to")];
      strokes.push({ to, ...curve(facts.nodes[from], facts.nodes[to], link.bend, shift, place) });
    }
  }
  const paths = strokes.map(({ d }) => s("path", { d, class: "stroke" }));
  const areas = strokes.map(({ d }) => s("path", { d, class: "area" }));
  const [kx, ky] = strokes[0].middle;
  const knots = s(
    "g",
    { class: "knot", "aria-hidden": "true" },
    s("circle", { cx: kx, cy: ky, r: 8 }),
    s("path", { d: `M${kx - 3.5} ${ky - 3.5}l7 7m0 -7l-7 7` }),
  );
  const group = s(
    "g",
    { class: "link", role: "button", tabindex: 0, "data-link": name },
    paths,
    areas,
  );
  const events = {
    click: () => toggle(name),
    focus: () => point(name),
    pointerenter: () => point(name),
  };
  for (const [event, act] of Object.entries(events)) group.addEventListener(event, act);
  knots.addEventListener("click", () => toggle(name));
  knots.addEventListener("pointerenter", () => point(name));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle(name);
  });
  const update = (now) => {
    const gone = state.cuts.includes(name);
    group.setAttribute("aria-pressed", gone);
    group.setAttribute("aria-label", `${link.label}: ${gone ? "cut; mend it" : "whole; cut it"}`);
    group.classList.toggle("cut", gone);
    knots.classList.toggle("cut", gone);
    strokes.forEach(({ to }, i) => {
      const one = now[facts.nodes[to].measure];
      const arrives = gone || one.exact ? 0 : Math.abs(one.standardised) || 0;
      paths[i].style.strokeWidth = gone ? 1.5 : 1 + 12 * Math.sqrt(Math.min(1, arrives));
      paths[i].classList.toggle("dead", arrives === 0);
      paths[i].classList.toggle("faint", one.finding === "open" && arrives > 0);
      paths[i].classList.toggle("against", one.finding === "against");
    });
  };
  return { group, knots, update };
}

// The links once more, as a list: for fingers, for the keyboard and for whoever listens.
function linkButtons(point) {
  return Object.entries(facts.links).map(([name, link]) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "toggle",
          "aria-pressed": String(state.cuts.includes(name)),
          onclick: () => {
            toggle(name);
            document.querySelector(`.chain-links [data-of="${name}"]`)?.focus();
          },
          onpointerenter: () => point(name),
          "data-of": name,
        },
        link.label,
      ),
    ),
  );
}

// What the theory says of a link, and how well its numbers are known.
function passport(root, name) {
  const link = facts.links[name];
  root.replaceChildren(
    h(
      "h3",
      {},
      link.label,
      state.cuts.includes(name) ? h("span", { class: "against" }, " – cut") : "",
    ),
    h("p", {}, link.says),
    h("p", { class: "quiet" }, arriving(link)),
    h(
      "ul",
      { class: "claims" },
      link.claims.map((number) =>
        h("li", {}, h("b", {}, number), ` ${facts.claims[number].says}`, certainty(number)),
      ),
    ),
    ...link.knockouts.map((one) => knockout(link, facts.knockouts[one])),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["its numbers", "value", "evidence", "source"].map((word) =>
            h("th", { scope: "col" }, word),
          ),
        ),
      ),
      h("tbody", {}, link.parameters.map(numberRow), link.links.map(linkRow)),
    ),
  );
}

// A link in a line, above the picture: what it says, and how well its numbers are known.
function inShort(name) {
  const link = facts.links[name];
  const grades = [...new Set(link.parameters.map((one) => facts.parameters[one].evidence))];
  const known = grades.length
    ? `Its strength: ${grades.join(", ")}.`
    : "It has no number of its own.";
  return [h("b", {}, `${link.label}.`), ` ${link.says} `, h("span", { class: "quiet" }, known)];
}

// The knock-out of the command line that asks the same, and whether it is the same cut.
function knockout(link, { number, title, about, parameters, wider }) {
  const same =
    !wider &&
    parameters.length === link.parameters.length &&
    parameters.every((one) => link.parameters.includes(one));
  const said = same ? "the same cut." : `cuts it in its own way. ${about}`;
  return h("p", { class: "knockout" }, h("b", {}, number), ` ${title}, of “attune mechanism”: ${said}`);
}

// What of the training arrives where a link ends: its strength.
function arriving(link) {
  const now = effects();
  const ends = link.to.map((end) => {
    const one = now[facts.nodes[end].measure];
    return `${MEASURES[one.name].label.toLowerCase()} ${boxValue(one)}`;
  });
  return `What of the training arrives where it ends, by this link and all others: ${ends.join("; ")}.`;
}

function certainty(number) {
  const said = facts.claims[number].certainty;
  return said ? h("span", { class: "quiet" }, ` (the paper: ${said})`) : "";
}

function numberRow(name) {
  const one = facts.parameters[name];
  const own = facts.worlds[state.world].parameters[name];
  const value = own ?? one.value;
  const source = facts.sources[one.source];
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, one.meaning),
    h("td", { class: "n" }, `${short(value)} `, h("span", { class: "quiet" }, one.unit)),
    h("td", {}, one.evidence),
    h(
      "td",
      { class: "quiet" },
      own === undefined
        ? source
        : `set by this world; the table says ${short(one.value)} (${source})`,
    ),
  );
}

function linkRow(name) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, facts.equations[name].caption),
    h("td", { colspan: 3, class: "quiet" }, `a link of the chain, ${name}`),
  );
}

function chainSaid(now, whole) {
  const symptoms = now.severity;
  const said = symptoms.exact
    ? "Training changes no patient at all."
    : `Training moves symptom severity by ${signed(symptoms.standardised)} SD, 95% interval ${number(symptoms.low)} to ${number(symptoms.high)}.`;
  if (!whole) return said;
  const names = state.cuts.map((name) => facts.links[name].label.toLowerCase()).join("; ");
  return `${said} With all links whole it was ${signed(whole.severity.standardised)} SD. Cut: ${names}. Both arms live without a link that is cut.`;
}
