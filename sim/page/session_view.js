// One session, and the twin: the same session in both arms, beside each other.

const SECONDS = 1.1;

function sessionView(root) {
  let upto = 10,
    timer = null,
    dyad = null,
    chosen = null;
  const media = matchMedia(NARROW);
  const find = (name) => root.querySelector(name);
  const current = () =>
    dyad.sessions.find((one) => one.number === chosen.session) ?? dyad.sessions.at(-1);
  const show = () => {
    const session = current();
    const n = session.segments.length;
    upto = Math.max(0, Math.min(n, upto));
    find(".strip-here").replaceChildren(
      strip(session, upto, { narrow: media.matches, title: `Session ${session.number}` }),
    );
    const last = session.segments[upto - 1];
    const words = last
      ? `${(upto - 1) * 5} to ${upto * 5} minutes. ${told(last)}`
      : opening(session);
    find(".told").textContent = words;
    find(".play").textContent = timer ? "Pause" : upto >= n ? "Play again" : "Play";
    find(".back").disabled = upto === 0;
    find(".step").disabled = upto >= n;
  };
  const draw = () => {
    chosen = chosenDyad();
    dyad = liveDyad(state, state.arm, chosen.patient);
    const session = current();
    find(".session-head").textContent = heading(session, dyad);
    find(".alliance-here").replaceChildren(
      allianceLine({ [state.arm]: dyad }, session.number, 18, {
        narrow: media.matches,
        pick: (session) => change({ patient: chosen.patient, session }),
      }),
    );
    syncDyad(root, chosen.patient, session.number, dyad.sessions.length);
    show();
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
  };
  const step = () => {
    upto += 1;
    if (upto >= current().segments.length) stop();
    show();
  };
  find(".play").addEventListener("click", () => {
    if (timer) stop();
    else {
      if (upto >= current().segments.length) upto = 0;
      timer = setInterval(step, 1000 * SECONDS);
    }
    show();
  });
  find(".step").addEventListener("click", () => {
    stop();
    step();
  });
  find(".back").addEventListener("click", () => {
    stop();
    upto -= 1;
    show();
  });
  find(".strip-key").replaceChildren(stripLegend());
  media.addEventListener("change", () => dyad && draw());
  dyadControls(root);
  return (before) => {
    if (before && (before.session !== state.session || before.patient !== state.patient)) {
      stop();
      upto = 10;
    }
    if (state.view !== "session") return stop();
    draw();
  };
}

function opening(session) {
  const theme = session.hooked
    ? "Today's theme is one this therapist cannot hold."
    : "Today's theme is one this therapist can hold.";
  return `The session begins. ${theme}${session.open ? " A rupture is still open from last time." : ""}`;
}

function heading(session, dyad) {
  const counts = (name, value) =>
    session.segments.filter((one) => (value === undefined ? one[name] : one[name] === value))
      .length;
  const parts = [
    `Session ${session.number} of ${dyad.sessions.length}`,
    `${many(counts("overflow"), "overflow")}`,
    `${many(counts("onset"), "rupture")} opened`,
    `${counts("noticing")} noticed`,
    `${counts("working", codes.WORKED_THROUGH)} worked through`,
  ];
  return `${parts.join(", ")}; alliance ${number(session.before)} → ${number(session.after)}.`;
}

function many(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

// Whose session, and which.
function dyadControls(root) {
  const patient = root.querySelector(".patient"),
    session = root.querySelector(".session");
  patient.addEventListener("input", () =>
    change({ patient: Number(patient.value) - 1, session: Number(session.value) }),
  );
  session.addEventListener("input", () =>
    change({ patient: Number(patient.value) - 1, session: Number(session.value) }),
  );
  for (const arm of root.querySelectorAll("[name=arm]"))
    arm.addEventListener("change", () => change({ arm: arm.value }));
}

function syncDyad(root, who, number, sessions) {
  const patient = root.querySelector(".patient"),
    session = root.querySelector(".session");
  patient.max = therapistsOf(state) * state.caseload;
  patient.value = who + 1;
  root.querySelector(".patient-said").textContent = who + 1;
  session.max = sessions;
  session.value = number;
  root.querySelector(".session-said").textContent = number;
  for (const arm of root.querySelectorAll("[name=arm]")) arm.checked = arm.value === state.arm;
}

function twinView(root) {
  const media = matchMedia(NARROW);
  const find = (name) => root.querySelector(name);
  const draw = () => {
    const narrow = media.matches;
    const { patient, session: eventful } = chosenDyad();
    const pick = (session) => change({ patient, session });
    const dyads = {
      untrained: liveDyad(state, "untrained", patient),
      trained: liveDyad(state, "trained", patient),
    };
    const parting = part(dyads.untrained, dyads.trained);
    const both = Math.max(dyads.untrained.sessions.length, dyads.trained.sessions.length);
    const chosen = Math.min(state.session ?? parting?.session ?? eventful, both);
    for (const [arm, dyad] of Object.entries(dyads)) {
      const session = dyad.sessions.find((one) => one.number === chosen);
      const at = parting?.session === chosen ? parting.segment : null;
      find(`.${arm}-strip`).replaceChildren(
        session
          ? strip(session, session.segments.length, {
              narrow,
              title: `${arm}, session ${chosen}`,
              parted: at,
              still: true,
            })
          : h(
              "p",
              { class: "quiet" },
              `This patient had left by session ${chosen} (${dyad.ending.how} after session ${dyad.ending.number}).`,
            ),
      );
      find(`.${arm}-head`).textContent = session ? heading(session, dyad) : "";
    }
    find(".parting").textContent = partingSaid(parting, dyads);
    find(".go").hidden = parting === null || parting.session === chosen;
    find(".go").onclick = () => pick(parting.session);
    find(".alliance-here").replaceChildren(allianceLine(dyads, chosen, 18, { narrow, pick }));
    find(".twins-end").textContent = twinsEnd(population100(), patient);
    syncDyad(root, patient, chosen, both);
  };
  find(".strip-key").replaceChildren(stripLegend());
  media.addEventListener("change", () => state.view === "twin" && draw());
  dyadControls(root);
  return () => state.view === "twin" && draw();
}

// The first five minutes in which something happens to one twin and not to the other.
function part(one, other) {
  for (let i = 0; i < Math.max(one.sessions.length, other.sessions.length); i++) {
    const [a, b] = [one.sessions[i], other.sessions[i]];
    if (!a || !b) return { session: (a ?? b).number, segment: 1, event: "ending" };
    for (let j = 0; j < a.segments.length; j++) {
      const event = EVENTS.find((name) => a.segments[j][name] !== b.segments[j][name]);
      if (event)
        return {
          session: a.number,
          segment: j + 1,
          event,
          untrained: a.segments[j],
          trained: b.segments[j],
        };
    }
  }
  return null;
}

function partingSaid(parting, dyads) {
  if (parting === null)
    return "With this luck the twins never part: the same things happen to both, session after session.";
  if (parting.event === "ending")
    return `They part before session ${parting.session}: ${endingSaid(dyads)}.`;
  const when = `session ${parting.session}, ${(parting.segment - 1) * 5} to ${parting.segment * 5} minutes`;
  return `They part in ${when}. Untrained: ${told(parting.untrained)} Trained: ${told(parting.trained)}`;
}

// How the twins fare in the end; and, so that nobody takes one for all, how often it is otherwise.
function twinsEnd({ untrained, trained }, patient) {
  const [one, other] = [untrained, trained].map((arm) =>
    arm.flatMap(({ patients }) => patients.map(({ severity }) => severity)),
  );
  const gain = one.map((severity, i) => severity - other[i]);
  const count = (is) => gain.filter(is).length;
  const how =
    gain[patient] > 0
      ? "the trained twin’s patient ends with fewer symptoms"
      : gain[patient] < 0
        ? "the trained twin’s patient ends with more symptoms"
        : "both end with the same symptoms";
  return `Symptom severity at the end: untrained ${number(one[patient])}, trained ${number(other[patient])} SD; ${how}. Of these ${gain.length} pairs of twins the trained one’s patient ends with fewer symptoms in ${count((x) => x > 0)}, with more in ${count((x) => x < 0)}, with the same in ${count((x) => x === 0)}.`;
}

function endingSaid(dyads) {
  return Object.entries(dyads)
    .map(([arm, { ending }]) => `${arm}, ${ending.how} after session ${ending.number}`)
    .join("; ");
}
