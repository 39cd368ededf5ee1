// Predict first: lessons in which the reader commits to a prediction, then runs it, then reads why.
// A lesson asks a question with choices or a number; its run gives a picture, the answer and words.

const done = {};

function lessonsView(root) {
  let shown = null;
  const list = root.querySelector(".lesson-list"),
    place = root.querySelector(".lesson");
  const draw = () => {
    const chosen = LESSONS.find(({ name }) => name === state.lesson) ?? LESSONS[0];
    list.replaceChildren(
      ...LESSONS.map((lesson, i) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              "aria-current": lesson === chosen ? "step" : null,
              onclick: () => {
                change({ lesson: lesson.name });
                place.querySelector("h3").focus();
              },
            },
            h("b", {}, `${i + 1} `),
            lesson.title,
            done[lesson.name]
              ? h("span", { class: "hoped" }, " ✓", h("span", { class: "hidden" }, " done"))
              : "",
          ),
        ),
      ),
    );
    if (shown === chosen.name) return;
    shown = chosen.name;
    place.replaceChildren(...lessonParts(chosen, draw));
  };
  return () => state.view === "lessons" && draw();
}

function lessonParts(lesson, redraw) {
  const result = h("div", { class: "result" });
  const name = `answer-${lesson.name}`;
  const answer = lesson.choices ? choices(lesson, name) : guess(lesson, name);
  const button = h("button", { type: "submit", class: "primary" }, "Commit and run");
  const hint = h("p", { class: "hint", role: "status" });
  const form = h("form", { novalidate: true }, answer.field, button, hint);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = answer.value();
    if (said === null) {
      hint.textContent =
        "Choose first: a prediction you have committed to is what makes the answer worth reading.";
      form.querySelector("input").focus();
      return;
    }
    for (const input of form.elements) input.disabled = true;
    hint.textContent = "Running …";
    await pause();
    const outcome = await lesson.run(said);
    hint.textContent = "";
    done[lesson.name] = true;
    const head = h(
      "h4",
      { tabindex: -1 },
      outcome.right ? "As you predicted" : "Not as you predicted",
    );
    result.replaceChildren(
      head,
      h("p", { class: "verdict" }, outcome.said),
      h("div", { class: "figure" }, outcome.figure),
      h("h4", {}, "Why"),
      ...outcome.why.map((words) => h("p", {}, words)),
      following(lesson),
    );
    redraw();
    head.focus();
  });
  return [
    h("h3", { tabindex: -1 }, lesson.title),
    ...lesson.scene.map((words) => h("p", {}, words)),
    form,
    result,
  ];
}

function choices(lesson, name) {
  const inputs = lesson.choices.map(([value, words]) =>
    h("label", {}, h("input", { type: "radio", name, value }), " ", words),
  );
  return {
    field: h("fieldset", {}, h("legend", {}, lesson.question), inputs),
    value: () => document.querySelector(`[name="${name}"]:checked`)?.value ?? null,
  };
}

function guess({ question, guess: { low, high, unit } }, name) {
  let moved = false;
  const middle = Math.round((low + high) / 2);
  const said = h("output", { for: name }, `not yet chosen`);
  const touch = () => {
    moved = true;
    said.textContent = `${input.value}${unit}`;
  };
  const input = h("input", {
    type: "range",
    id: name,
    min: low,
    max: high,
    step: 1,
    value: middle,
    oninput: touch,
    onchange: touch,
    onclick: touch, // on the middle, where it stands: nothing moves, and yet it is chosen
  });
  return {
    field: h("div", { class: "guess" }, h("label", { for: name }, question), input, said),
    value: () => (moved ? Number(input.value) : null),
  };
}

function following(lesson) {
  const next = LESSONS[LESSONS.indexOf(lesson) + 1];
  if (!next)
    return h("p", {}, "That was the last lesson. The other views are yours to try things in.");
  return h(
    "button",
    {
      type: "button",
      class: "primary",
      onclick: () => {
        change({ lesson: next.name });
        document.querySelector(".lesson h3").focus();
      },
    },
    `Next: ${next.title}`,
  );
}

// Let the page breathe, so that it can say that it is running.
function pause() {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

// Bars with their numbers: [label, value, words, kind]; on a narrow screen under their labels.
function bars(rows, label) {
  const narrow = matchMedia(NARROW).matches;
  const height = narrow ? 44 : 30;
  const left = narrow ? 2 : 230;
  const width = narrow ? 350 : 700;
  const most = Math.max(...rows.map(([, value]) => Math.abs(value)), 1e-9);
  const x = scale([0, most], [left, width - 110]);
  const words = rows.map(([name, , said]) => `${name}: ${said}`).join("; ");
  const bar = ([name, value, said, kind = ""], i) => {
    const y = i * height + (narrow ? 20 : 7);
    const end = x(Math.abs(value));
    return s(
      "g",
      { class: `bar ${kind}` },
      narrow
        ? text(left + 5, y - 5, name)
        : text(left - 10, y + 13, name, { "text-anchor": "end" }),
      s("rect", { x: left, y, width: Math.max(0, end - left), height: 17, rx: 2 }),
      text(end + 8, y + 13, said, { class: "said" }),
    );
  };
  const bottom = rows.length * height + 4;
  const svg = picture(
    width,
    bottom + 4,
    `${label}. ${words}`,
    s("line", { x1: left, x2: left, y1: 0, y2: bottom, class: "zero" }),
    rows.map(bar),
  );
  svg.setAttribute("class", "bars");
  return svg;
}

// Twenty intervals, one above the other, and the truth as a line.
function forest(trials, truth) {
  const row = 15,
    width = matchMedia(NARROW).matches ? 350 : 700,
    top = 8,
    bottom = top + trials.length * row;
  const ends = trials.flatMap(({ low, high }) => [low, high]);
  const x = scale([Math.min(...ends), Math.max(...ends)], [20, width - 20]);
  return picture(
    width,
    bottom + 44,
    `Effects on symptom severity found by ${trials.length} trials, with 95% intervals; the true effect is ${signed(truth)} SD`,
    s("line", { x1: x(0), x2: x(0), y1: top, y2: bottom, class: "zero" }),
    s("line", { x1: x(truth), x2: x(truth), y1: top, y2: bottom, class: "truth" }),
    trials.map(({ point, low, high, finding }, i) => {
      const y = top + (i + 0.5) * row;
      return s(
        "g",
        { class: `effect ${finding}` },
        s("line", { x1: x(low), x2: x(high), y1: y, y2: y, class: "interval" }),
        mark(x(point), y, finding, 4),
      );
    }),
    axisX(x, bottom, "effect on symptom severity each trial finds (SD); dashed: the truth"),
  );
}
