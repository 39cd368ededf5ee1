// The loops over people, as this executor writes them: therapist, week, session, patient, segment.
// Everything else is the chain itself (chain.py translated). The order is that of sim/engine and
// sim/clinic.py; a test holds all three to the same numbers.

// A therapist's patients have the ids therapist * SLOTS + slot.
const SLOTS = 4096;

const original = {};

// Cut links: what they tell is what would be so without them. Any other link is whole.
function cut(names) {
  for (const name of Object.keys(without)) {
    const [module, link] = name.split(".");
    original[name] ??= chain[module][link];
    const wanted = names.includes(name) ? without[name] : original[name];
    if (chain[module][link] !== wanted) chain[module][link] = wanted;
  }
}

// A record, or a set of parameters, with some values of one's own.
function record(kind, values = {}) {
  const made = records[kind]();
  for (const key of Object.keys(made)) if (key in values) made[key] = values[key];
  return made;
}

// Live one therapist's study: the weeks before, the treatment, and the time after.
//
// world: p, frame, therapists, patients (populations), people, luck (seeds), replicate.
// watch: called with a word for the moment and (t, c, d, number, index) after each thing that
// happens: "week", "begin", "segment", "finish", "between", "end", "afterwards". It reads only.
function live(world, programme, who, caseload, watch = () => {}) {
  const { p, frame, people, luck, replicate } = world;
  const t = records.Therapist(),
    patients = [],
    dyads = [];
  population.therapist(p, world.therapists, t, who, people, replicate);
  course.prepare(p, frame, programme, t);
  for (let k = 0; k < caseload; k++) {
    const c = records.Patient(),
      d = records.Dyad();
    population.patient(p, world.patients, c, who * SLOTS + k, people, replicate);
    population.dyad(p, t, c, d, people, replicate);
    course.welcome(p, c, d);
    patients.push(c);
    dyads.push(d);
    watch("meet", t, c, d, k);
  }
  for (let week = -frame.lead_in_weeks; week < frame.weeks; week++) {
    course.week(p, programme, t, week, luck, replicate);
    watch("week", t, null, null, week);
    for (let turn = 0; week >= 0 && turn < frame.sessions_per_week; turn++) {
      const number = week * frame.sessions_per_week + turn + 1;
      for (let k = 0; k < caseload; k++) {
        const c = patients[k],
          d = dyads[k];
        if (course.takes_place(frame, c, who, luck, replicate, number)) {
          attend(world, programme, t, c, d, number, watch);
        }
        course.between_sessions(p, frame, c, d, who, luck, replicate, number);
        watch("between", t, c, d, number);
      }
    }
  }
  for (let k = 0; k < caseload; k++) {
    course.close(patients[k]);
    watch("end", t, patients[k], dyads[k], k);
  }
  for (let week = 0; week < frame.follow_up_weeks; week++) {
    for (let k = 0; k < caseload; k++) {
      course.afterwards(p, frame, patients[k], dyads[k], luck, replicate, week);
      watch("afterwards", t, patients[k], dyads[k], week);
    }
  }
  return { therapist: t, patients, dyads };
}

// Live one session; segments count from 1.
function attend(world, programme, t, c, d, number, watch) {
  const { p, frame, luck, replicate } = world;
  session.begin(p, programme, t, c, d, luck, replicate, number);
  watch("begin", t, c, d, number);
  for (let index = 1; index <= frame.segments; index++) {
    session.segment(p, t, c, d, luck, replicate, number, index);
    watch("segment", t, c, d, number, index);
  }
  session.finish(p, frame, t, c, d);
  watch("finish", t, c, d, number);
}
