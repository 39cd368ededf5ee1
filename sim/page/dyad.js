// One patient with one therapist, session by session, segment by segment; and what happened in words.

const EVENTS = [
  "overflow",
  "onset",
  "noticing",
  "working",
  "hostile",
  "answered",
  "lapse",
  "caught",
];

// Live one therapist's caseload, and keep one patient's sessions segment by segment. The patients
// are numbered through: the first of the second therapist follows the last of the first.
function liveDyad(chosen, arm, patient) {
  const who = Math.floor(patient / chosen.caseload);
  const world = worldOf(chosen);
  const dyads = liveCaseload(world, programmeOf(chosen, arm), who, chosen.caseload);
  return dyads[patient % chosen.caseload];
}

function liveCaseload(world, programme, who, caseload) {
  const dyads = new Map();
  let current = null;
  live(world, programme, who, caseload, (moment, t, c, d, number, segment) => {
    const dyad = c && dyads.get(c.patient);
    if (moment === "meet") {
      dyads.set(c.patient, { sessions: [], alliance: [d.alliance], ending: null });
    } else if (moment === "begin") {
      current = {
        number,
        hooked: d.hooked,
        open: d.rupture_open,
        segments: [],
        before: d.alliance,
      };
    } else if (moment === "segment") current.segments.push(keep(t, c, d, segment));
    else if (moment === "finish") {
      current.after = d.alliance;
      dyad.sessions.push(current);
      dyad.alliance.push(d.alliance);
    } else if ((moment === "between" && !c.in_treatment) || moment === "end") {
      dyad.ending ??= {
        number: dyad.sessions.length,
        how: facts.endings[c.ending].replace("_", " "),
      };
    }
  });
  return [...dyads.values()];
}

// Whose session is shown: the one chosen; else one in which much happens with an untrained therapist.
function chosenDyad() {
  const everybody = therapistsOf(state) * state.caseload;
  if (state.patient !== null)
    return { patient: state.patient % everybody, session: state.session ?? 1 };
  const world = worldOf(state),
    programme = programmeOf(state, "untrained");
  let best = { patient: 0, session: 1, score: -1 };
  for (let who = 0; who < 4; who++) {
    liveCaseload(world, programme, who, state.caseload).forEach(({ sessions }, k) => {
      for (const { number, segments } of sessions) {
        const score = new Set(
          segments.flatMap((one) => [
            one.overflow && "over",
            one.onset && "on",
            one.noticing && "seen",
            one.working === codes.WORKED_THROUGH && "done",
            one.hostile && "hurt",
          ]),
        ).size;
        if (score > best.score)
          best = { patient: who * state.caseload + k, session: number, score };
      }
    });
  }
  return { ...best, session: state.session ?? best.session };
}

function keep(t, c, d, index) {
  const kept = {
    index,
    presence: t.presence,
    load: t.load,
    capacity: t.capacity,
    affect: c.affect,
    felt: d.felt,
    open: d.rupture_open,
    noticed: d.rupture_noticed,
    kind: d.rupture_kind,
  };
  for (const event of EVENTS) kept[event] = d[event];
  return kept;
}

// What happened in five minutes, in words.
function told(one) {
  const said = [];
  if (one.caught) said.push("The therapist's mind wanders off, and is caught in time");
  else if (one.lapse) said.push("The therapist's mind wanders off unnoticed");
  if (one.overflow === codes.ABSORBED)
    said.push("The bowl overflows: the therapist is swallowed by what the patient feels");
  if (one.overflow === codes.PUSHED_AWAY)
    said.push("The bowl overflows: the therapist pushes the patient away");
  if (one.hostile)
    said.push(
      one.answered
        ? "A hostile word slips out, and the patient answers in kind"
        : "A hostile word slips out",
    );
  const kind = one.kind === codes.CONFRONTATION ? "confronts" : "withdraws";
  if (one.onset) said.push(`A rupture opens: the patient ${kind}`);
  else if (one.noticing) said.push("The therapist notices the rupture");
  else if (one.working === codes.WORKED_THROUGH) said.push("The rupture is worked through");
  else if (one.working === codes.DEFENSIVE)
    said.push("The rupture is spoken of, and the therapist defends");
  else if (one.working === codes.RIGID)
    said.push("The rupture is spoken of, and the therapist clings to the model");
  else if (one.working === codes.UNSETTLED)
    said.push("The rupture is spoken of, and not yet settled");
  else if (one.open && !one.noticed) said.push("The rupture goes unnoticed");
  if (!said.length)
    said.push(
      one.felt > 0.25
        ? "The bowl holds; the patient feels met"
        : "The bowl holds; the patient is only partly met",
    );
  return `${said.join(". ")}.`;
}
