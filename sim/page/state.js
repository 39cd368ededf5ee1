// What the reader has chosen: kept here, written into the fragment of the address, and turned into
// what the engine lives.

const facts = JSON.parse(document.getElementById("facts").textContent);

const defaults = {
  view: "chain",
  world: facts.defaults.world,
  training: facts.defaults.training,
  hours: null, // null: as the programme says
  supervision: null,
  severity: 0,
  caseload: 7,
  hooks: facts.therapists[facts.defaults.therapists].hooks,
  seed: 1,
  cuts: [],
  patient: null, // null: somebody to whom much happens
  session: null,
  arm: "untrained",
  outcome: "severity",
  lesson: null,
};

const state = { ...defaults, cuts: [] };

// A hundred patients an arm, as far as the caseload divides them.
const DYADS = 100;

const listeners = [];

function onChange(listener) {
  listeners.push(listener);
}

// Change something, tell the address, and let all parts of the page follow.
function change(values, { remember = true } = {}) {
  const before = { ...state };
  Object.assign(state, values);
  if (remember) rememberState();
  for (const listener of listeners) listener(before);
}

// Some browsers allow only so many changes of the address a minute; the next one catches up.
function rememberState() {
  try {
    history.replaceState(null, "", fragment());
  } catch {
    // The page itself has followed; only the address is behind.
  }
}

function fragment() {
  const said = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (key === "view" || JSON.stringify(value) === JSON.stringify(defaults[key])) continue;
    said.set(key, Array.isArray(value) ? value.join(".") : value);
  }
  const rest = said.toString();
  return `#${state.view}${rest ? `&${rest}` : ""}`;
}

// Read the address; what is not understood, or out of its range, is left as it was.
function restore() {
  const [view, ...rest] = location.hash.slice(1).split("&");
  const said = new URLSearchParams(rest.join("&"));
  const values = { ...defaults, cuts: [] };
  if (VIEWS.includes(view)) values.view = view;
  for (const key of ["world", "training"]) {
    const group = key === "world" ? facts.worlds : facts.training;
    if (Object.hasOwn(group, said.get(key) ?? "")) values[key] = said.get(key);
  }
  for (const [key, [low, high]] of Object.entries(LIMITS)) {
    const number = said.has(key) ? Number(said.get(key)) : NaN;
    if (number >= low && number <= high) values[key] = number;
  }
  for (const key of ["caseload", "seed", "patient", "session"]) {
    if (values[key] !== null) values[key] = Math.trunc(values[key]);
  }
  if (said.has("cuts"))
    values.cuts = said
      .get("cuts")
      .split(".")
      .filter((name) => Object.hasOwn(facts.links, name));
  if (["trained", "untrained"].includes(said.get("arm"))) values.arm = said.get("arm");
  if (Object.hasOwn(COURSES, said.get("outcome") ?? "")) values.outcome = said.get("outcome");
  if (said.has("lesson")) values.lesson = said.get("lesson");
  return values;
}

const VIEWS = ["chain", "session", "twin", "population", "lessons"];

const LIMITS = {
  hours: [0, 14],
  supervision: [0, 1],
  severity: [-1.5, 2.5],
  caseload: [1, 20],
  hooks: [0, 1],
  seed: [1, 4294967295],
  patient: [0, 999],
  session: [1, 18],
};

// What the chosen programme says, unless the reader says otherwise.
function asked(name, chosen = state) {
  const key = { hours: "hours_per_week", supervision: "supervision" }[name];
  return chosen[name] ?? facts.training[chosen.training][key] ?? 0;
}

// The parameters of a world, with links cut.
function parametersOf(chosen) {
  const p = record("Parameters", facts.worlds[chosen.world].parameters);
  for (const name of chosen.cuts) {
    for (const parameter of facts.links[name].parameters) {
      p[parameter] = facts.parameters[parameter].neutral;
    }
  }
  return p;
}

// What the engine lives by: the world, and the programme of an arm.
function worldOf(chosen, people = {}) {
  cut(chosen.cuts.flatMap((name) => facts.links[name].links));
  const therapists = facts.therapists[facts.defaults.therapists];
  const patients = facts.patients[facts.defaults.patients];
  return {
    p: parametersOf(chosen),
    frame: record("Frame", facts.setting[facts.defaults.setting]),
    therapists: record("TherapistPopulation", {
      ...therapists,
      hooks: chosen.hooks,
      ...people.therapists,
    }),
    patients: record("PatientPopulation", {
      ...patients,
      severity: chosen.severity,
      ...people.patients,
    }),
    people: chosen.seed,
    luck: chosen.seed,
    replicate: 0,
  };
}

function programmeOf(chosen, arm) {
  if (arm === "untrained") return record("Programme", facts.training.none);
  return record("Programme", {
    ...facts.training[chosen.training],
    hours_per_week: asked("hours", chosen),
    supervision: asked("supervision", chosen),
  });
}

function therapistsOf(chosen) {
  return Math.max(2, Math.round(DYADS / chosen.caseload));
}
