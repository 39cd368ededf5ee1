// The experiment: what the reader can set; and what can be done with it: share, export, begin anew.

const SLIDERS = {
  hours: { label: "Practice a week", step: 0.5, write: (x) => `${short(x)} h` },
  supervision: { label: "Supervision raises transfer", step: 0.05, write: (x) => `+${percent(x)}` },
  severity: {
    label: "Patients' severity",
    step: 0.1,
    write: (x) => `${x > 0 ? "+" : ""}${short(x)} SD`,
  },
  caseload: { label: "Caseload", step: 1, write: (x) => `${x} patients` },
  hooks: { label: "Hooks", step: 0.05, write: (x) => `${percent(x)} of themes` },
};

function controls(root) {
  const world = choice("World", "world", facts.worlds);
  const training = choice("Programme of the trained", "training", facts.training);
  const sliders = Object.fromEntries(Object.keys(SLIDERS).map((name) => [name, slider(name)]));
  root
    .querySelector(".settings")
    .replaceChildren(
      world.field,
      training.field,
      ...Object.values(sliders).map(({ field }) => field),
    );
  root.querySelector("details").open = !matchMedia(NARROW).matches;
  root.querySelector(".another").addEventListener("click", () => change({ seed: state.seed + 1 }));
  root
    .querySelector(".reset")
    .addEventListener("click", () =>
      change({ ...defaults, cuts: [], view: state.view, lesson: state.lesson }),
    );
  root.querySelector(".mend").addEventListener("click", () => change({ cuts: [] }));
  root.querySelector(".export").addEventListener("click", exportRun);
  root.querySelector(".share").addEventListener("click", share);
  return () => {
    world.input.value = state.world;
    training.input.value = state.training;
    for (const [name, { input, said }] of Object.entries(sliders)) {
      const value = name in { hours: 0, supervision: 0 } ? asked(name) : state[name];
      input.value = value;
      said.textContent = SLIDERS[name].write(value);
      input.setAttribute("aria-valuetext", SLIDERS[name].write(value));
    }
    root
      .querySelector(".about")
      .replaceChildren(
        h("b", {}, facts.worlds[state.world].label),
        `: ${facts.worlds[state.world].about} `,
        h("b", {}, facts.training[state.training].label),
        `: ${facts.training[state.training].about}`,
      );
    root.querySelector(".mend").hidden = state.cuts.length === 0;
    root.querySelector(".mend").textContent = `Mend ${many(state.cuts.length, "cut link")}`;
    root.querySelector(".seed").textContent = `draw ${state.seed}`;
    root.querySelector(".set").textContent = setting();
  };
}

// All that is set, in a line.
function setting() {
  const said = Object.entries(SLIDERS).map(([name, { label, write }]) => {
    const value = name in state && state[name] === null ? asked(name) : state[name];
    return `${label.toLowerCase()} ${write(value)}`;
  });
  const head = [facts.worlds[state.world].label, facts.training[state.training].label];
  return [...head, ...said, `draw ${state.seed}`].join(" · ");
}

function choice(label, name, options) {
  const input = h(
    "select",
    {
      id: `set-${name}`,
      onchange: () =>
        change(
          name === "training"
            ? { training: input.value, hours: null, supervision: null }
            : { [name]: input.value },
        ),
    },
    Object.entries(options).map(([value, { label: words }]) => h("option", { value }, words)),
  );
  return {
    input,
    field: h("div", { class: "field" }, h("label", { for: input.id }, label), input),
  };
}

// A slider; while it moves, the page follows once a frame.
function slider(name) {
  const [min, max] = LIMITS[name];
  const { label, step } = SLIDERS[name];
  let waiting = false;
  const follow = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      change({ [name]: Number(input.value) });
    });
  };
  const input = h("input", { type: "range", id: `set-${name}`, min, max, step, oninput: follow });
  const said = h("output", { for: `set-${name}` });
  return {
    input,
    said,
    field: h(
      "div",
      { class: "field" },
      h("label", { for: `set-${name}` }, label, " ", said),
      input,
    ),
  };
}

// The run as a table: one row a patient and arm; the last column is what brings the page back to it.
function csv() {
  const columns = [
    "sessions",
    "presence",
    "felt",
    "overflows",
    "opened",
    "noticed",
    "mended",
    "alliance",
    "intake",
    "severity",
    "well_being",
    "relationships",
    "self_attunement",
    "ending",
  ];
  const names = {
    felt: "felt_attunement",
    opened: "ruptures",
    mended: "repaired",
    overflows: "overflows_per_session",
    intake: "symptom_severity_pre",
    severity: "symptom_severity_post",
    well_being: "well_being_post",
    relationships: "relationships_post",
    self_attunement: "self_attunement_post",
    sessions: "sessions_attended",
    alliance: "alliance_late",
  };
  const head = [
    "arm",
    "therapist",
    "patient",
    "practice_hours",
    ...columns.map((name) => names[name] ?? name),
    "address",
  ];
  const rows = Object.entries(population100()).flatMap(([arm, therapists]) =>
    therapists.flatMap((one, t) =>
      one.patients.map((patient, k) => [
        arm,
        t,
        t * SLOTS + k,
        one.hours,
        ...columns.map((name) => patient[name]),
        fragment(),
      ]),
    ),
  );
  return [head, ...rows].map((row) => row.join(",")).join("\n") + "\n";
}

function exportRun() {
  const link = h("a", {
    href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })),
    download: `attune-${state.training}-${state.world}-draw-${state.seed}.csv`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  announce("The run was saved as CSV: a row a patient and arm.");
}

async function share() {
  try {
    await navigator.clipboard.writeText(location.href);
    announce("The address of this view was copied: it holds all that is set.");
  } catch {
    announce("The address above holds all that is set: copy it from there.");
  }
}

// Say something to everybody, also to who cannot see it.
function announce(words) {
  document.querySelector(".announce").textContent = words;
}
