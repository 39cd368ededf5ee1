// What is measured on a population: the course of every patient, and the effects of training along
// the chain, standardised as in the report.

const MEASURES = {
  hours: { label: "Hours practised", who: "therapist", unit: "hours", better: 1 },
  attention: {
    label: "Attention, in the room",
    who: "therapist",
    unit: "SD",
    sd: 1,
    of: "trait",
    better: 1,
  },
  attitude: {
    label: "Attitude, in the room",
    who: "therapist",
    unit: "SD",
    sd: 1,
    of: "trait",
    better: 1,
  },
  therapist_self_attunement: {
    label: "Therapist's self-attunement",
    who: "therapist",
    unit: "level",
    of: "therapists",
    better: 1,
  },
  presence: { label: "Presence", who: "patient", unit: "level", of: "patients", better: 1 },
  overflows: {
    label: "Overflows per session",
    who: "patient",
    unit: "per session",
    of: "patients",
    better: -1,
  },
  felt: { label: "Attunement felt", who: "patient", unit: "level", of: "patients", better: 1 },
  ruptures: {
    label: "Ruptures per session",
    who: "patient",
    unit: "per session",
    of: "patients",
    better: -1,
  },
  repaired: {
    label: "Repaired, of all ruptures",
    who: "events",
    unit: "share",
    of: "yes or no",
    better: 1,
  },
  alliance: {
    label: "Alliance, last session",
    who: "patient",
    unit: "level",
    of: "patients",
    better: 1,
  },
  self_attunement: {
    label: "Patient's self-attunement",
    who: "patient",
    unit: "SD",
    sd: 1,
    of: "intake",
    better: 1,
  },
  severity: {
    label: "Symptom severity",
    who: "patient",
    unit: "SD",
    sd: 1,
    of: "intake",
    better: -1,
  },
  well_being: { label: "Well-being", who: "patient", unit: "SD", sd: 1, of: "intake", better: 1 },
  relationships: {
    label: "Relationships",
    who: "patient",
    unit: "SD",
    sd: 1,
    of: "intake",
    better: 1,
  },
};

// What can be followed from session to session.
const COURSES = {
  severity: { label: "Symptom severity", unit: "in SD at intake", read: (c) => c.symptom_severity },
  well_being: { label: "Well-being", unit: "in SD at intake", read: (c) => c.well_being },
  relationships: { label: "Relationships", unit: "in SD at intake", read: (c) => c.relationships },
  self_attunement: {
    label: "Patient's self-attunement",
    unit: "in SD at intake",
    read: (c) => c.self_attunement,
  },
  alliance: { label: "Alliance", unit: "level, 0 to 1", read: (c, d) => d.alliance },
  felt: { label: "Attunement felt", unit: "level, 0 to 1", read: (c, d) => d.felt_attunement },
};

// Live an arm: one entry a therapist, each with the patients and what was counted of them.
function liveArm(world, programme, therapists, caseload, first = 0) {
  const lived = [];
  for (let who = first; who < first + therapists; who++) {
    const counts = new Map();
    const of = (c) => counts.get(c.patient);
    const watch = (moment, t, c, d) => {
      if (moment === "meet") counts.set(c.patient, tally(c, d));
      else if (moment === "finish") count(of(c), d, world.frame.segments);
      else if (moment === "between") follow(of(c), c, d);
      else if (moment === "end") close(of(c), c);
    };
    const { therapist: t } = live(world, programme, who, caseload, watch);
    lived.push({
      hours: t.practice_hours,
      attention: t.attention,
      attitude: (t.curiosity + t.openness + t.acceptance + t.love) / 4,
      therapist_self_attunement: t.self_attunement,
      patients: [...counts.values()],
    });
  }
  return lived;
}

function tally(c, d) {
  const courses = {};
  for (const [name, { read }] of Object.entries(COURSES)) courses[name] = [read(c, d)];
  return {
    courses,
    intake: c.symptom_severity,
    sessions: 0,
    sums: { presence: 0, felt: 0, overflows: 0 },
    opened: 0,
    noticed: 0,
    mended: 0,
  };
}

function count(patient, d, segments) {
  patient.sessions += 1;
  patient.sums.presence += d.sum_presence / segments;
  patient.sums.felt += d.sum_felt / segments;
  patient.sums.overflows += d.overflows;
  patient.opened += d.ruptures;
  patient.noticed += d.noticed;
  patient.mended += d.repaired;
  patient.alliance = d.alliance;
}

function follow(patient, c, d) {
  for (const [name, { read }] of Object.entries(COURSES)) patient.courses[name].push(read(c, d));
}

function close(patient, c) {
  const each = 1 / Math.max(1, patient.sessions);
  patient.presence = patient.sums.presence * each;
  patient.felt = patient.sums.felt * each;
  patient.overflows = patient.sums.overflows * each;
  patient.ruptures = patient.opened * each;
  patient.severity = c.symptom_severity;
  patient.well_being = c.well_being;
  patient.relationships = c.relationships;
  patient.self_attunement = c.self_attunement;
  patient.ending = facts.endings[c.ending];
}

// Live both arms of what is chosen: the same people, with the same luck.
function liveBoth(chosen, n = therapistsOf(chosen)) {
  const world = worldOf(chosen);
  const arms = {};
  for (const arm of ["untrained", "trained"]) {
    arms[arm] = liveArm(world, programmeOf(chosen, arm), n, chosen.caseload);
  }
  return arms;
}

// The values of a measure, one list a therapist.
function valuesOf(arm, name) {
  const { who } = MEASURES[name];
  if (who === "therapist") return arm.map((therapist) => [therapist[name]]);
  return arm.map((therapist) => therapist.patients.map((one) => one[name]));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values) {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

// The effect of training on a measure: means of both arms, difference, and the difference in SD with
// its 95% interval. Therapists are the units: their differences are paired, for they are the same.
function effect(arms, name) {
  const { who, sd, better } = MEASURES[name];
  const { untrained, trained } = arms;
  let before, after, differences, spread;
  if (who === "events") {
    const pair = (arm) => arm.map((t) => [sum(t.patients, "mended"), sum(t.patients, "opened")]);
    const [a, b] = [pair(untrained), pair(trained)];
    const [shareA, shareB] = [a, b].map(
      (all) => all.reduce((x, [m]) => x + m, 0) / all.reduce((x, [, n]) => x + n, 0),
    );
    const [perA, perB] = [a, b].map((all) => all.reduce((x, [, n]) => x + n, 0) / all.length);
    before = shareA;
    after = shareB;
    // Linearised ratio: what each therapist adds to either share.
    differences = a.map(
      ([m, n], i) =>
        (b[i][0] - shareB * b[i][1]) / perB - (m - shareA * n) / perA + shareB - shareA,
    );
    spread = Math.sqrt(shareA * (1 - shareA));
  } else {
    const [a, b] = [valuesOf(untrained, name), valuesOf(trained, name)];
    const flat = a.flat();
    before = mean(flat);
    after = mean(b.flat());
    differences = a.map((list, i) => mean(b[i]) - mean(list));
    spread = sd ?? deviation(flat);
  }
  const difference = after - before;
  const error = deviation(differences) / Math.sqrt(differences.length);
  const exact = differences.every((one) => one === 0);
  const reach = critical(differences.length - 1) * error;
  const [low, high] = [difference - reach, difference + reach].map((x) => x / (spread || 1));
  const way = exact ? 0 : low > 0 ? 1 : high < 0 ? -1 : 0;
  return {
    name,
    before,
    after,
    difference,
    exact,
    standardised: exact ? 0 : spread > 0 ? difference / spread : NaN,
    low: exact ? 0 : low,
    high: exact ? 0 : high,
    finding: way * better > 0 ? "hoped" : way * better < 0 ? "against" : "open",
  };
}

function sum(list, name) {
  return list.reduce((all, one) => all + one[name], 0);
}

// Student's t at 97.5%: Cornish and Fisher's series, good to three digits from 3 degrees on.
function critical(degrees) {
  if (degrees < 3) return [NaN, 12.706, 4.303][degrees];
  const z = 1.959964,
    z3 = z ** 3,
    z5 = z ** 5,
    z7 = z ** 7;
  return (
    z +
    (z3 + z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees ** 3)
  );
}

// What is chosen, lived once and kept until something is chosen anew; with and without cut links.
const kept = new Map();

function population100(chosen = state) {
  const { world, training, severity, caseload, hooks, seed, cuts } = chosen;
  const programme = [training, asked("hours", chosen), asked("supervision", chosen)];
  const key = JSON.stringify([world, programme, severity, caseload, hooks, seed, cuts]);
  if (!kept.has(key)) {
    if (kept.size > 3) kept.delete(kept.keys().next().value);
    kept.set(key, liveBoth(chosen));
  }
  return kept.get(key);
}

function effects(chosen = state) {
  const arms = population100(chosen);
  return Object.fromEntries(Object.keys(MEASURES).map((name) => [name, effect(arms, name)]));
}
