// Live courses, and give every field of every record after each thing that happens, as one array.

function trajectories(courses, fields) {
  const numbers = [];
  const take = (kind, record) => {
    for (const name of fields[kind]) numbers.push(record[name]);
  };
  const watch = (_moment, t, c, d) => {
    take("Therapist", t);
    if (c !== null) {
      take("Patient", c);
      take("Dyad", d);
    }
  };
  for (const one of courses) {
    cut(one.cuts);
    const world = {
      p: record("Parameters", one.parameters),
      frame: record("Frame", one.frame),
      therapists: record("TherapistPopulation", one.therapists),
      patients: record("PatientPopulation", one.patients),
      people: one.people,
      luck: one.luck,
      replicate: one.replicate,
    };
    live(world, record("Programme", one.programme), one.who, one.caseload, watch);
  }
  cut([]);
  return Float64Array.from(numbers);
}
