// The lessons: what each asks, how it is run, and why it comes out as it does. Every number a reader
// sees is lived when the lesson is run.

const plainly = () => ({ ...defaults, cuts: [] });

// So many therapists an arm are lived where a mean has to be steady.
const MANY = 60;

const LESSONS = [
  {
    name: "chain",
    title: "The chain",
    scene: [
      "A therapist learns to be mindful. The paper says what follows: attuned to himself or herself, the therapist attunes better to the patient; the patient feels felt, becomes attuned to himself or herself, and suffers less.",
      "Sixty therapists take an eight-week course before they see their patients. The same sixty, with the same patients and the same luck, do not.",
    ],
    question:
      "The course moves the therapists' own self-attunement by some amount, in standard deviations. How much of that amount will be left in the patients' symptoms?",
    choices: [
      ["most", "Most of it: a chain passes on what it is given"],
      ["half", "About half"],
      ["quarter", "About a quarter"],
      ["little", "About a tenth, or less"],
    ],
    async run(said) {
      const arms = liveBoth(plainly(), MANY);
      const names = [
        "attitude",
        "therapist_self_attunement",
        "presence",
        "felt",
        "alliance",
        "self_attunement",
        "severity",
      ];
      const found = names.map((name) => effect(arms, name));
      const left = Math.abs(found.at(-1).standardised / found[1].standardised);
      const right = left > 0.7 ? "most" : left > 0.35 ? "half" : left > 0.16 ? "quarter" : "little";
      return {
        right: said === right,
        said: `Of ${signed(found[1].standardised)} SD in the therapists' self-attunement, ${signed(found.at(-1).standardised)} SD arrives at symptom severity: ${percent(left)} of it.`,
        figure: bars(
          found.map((one) => [
            MEASURES[one.name].label,
            one.standardised,
            `${signed(one.standardised)} SD`,
            one.finding,
          ]),
          "Effects of training along the chain",
        ),
        why: [
          "Each bar is in standard deviations of its own, so close to the therapist they need not fall from one to the next. But further on every link passes on only a part of what reaches it, because much else acts there as well: who the patient is, how the two suit each other, what happens outside, chance. Parts of parts are soon small.",
          "This is no argument against training. It says where to look for its effects: near the therapist they are plain, far down the chain they need very many patients to be seen at all.",
        ],
      };
    },
  },
  {
    name: "bowl",
    title: "The bowl",
    scene: [
      "Awareness is like a bowl that holds what the therapist feels with the patient. When it holds more than it can, it overflows: the therapist is swallowed by the feeling, or pushes the patient away.",
      "Take untrained therapists, and change one thing at a time by one standard deviation: their bowls are larger; or their attention is steadier; or their patients' suffering is less severe.",
    ],
    question: "Which of the three will spare most overflows?",
    choices: [
      ["bowl", "The larger bowl"],
      ["attention", "The steadier attention"],
      ["patients", "The less severe patients"],
    ],
    async run(said) {
      const therapists = facts.therapists[facts.defaults.therapists];
      const changes = {
        "as they are": {},
        bowl: { therapists: { bowl_capacity: therapists.bowl_capacity + 1 } },
        attention: { therapists: { attention: therapists.attention + 1 } },
        patients: { patients: { severity: -1 } },
      };
      const found = {};
      for (const [name, people] of Object.entries(changes)) {
        const world = worldOf(plainly(), people);
        const arm = liveArm(world, programmeOf(plainly(), "untrained"), MANY, 7);
        found[name] = mean(valuesOf(arm, "overflows").flat());
        await pause();
      }
      const labels = {
        "as they are": "As they are",
        bowl: "Larger bowl",
        attention: "Steadier attention",
        patients: "Less severe patients",
      };
      const right = ["bowl", "attention", "patients"].reduce((a, b) =>
        found[b] < found[a] ? b : a,
      );
      return {
        right: said === right,
        said: `${labels[right]} spares most: ${number(found[right])} overflows a session instead of ${number(found["as they are"])}.`,
        figure: bars(
          Object.entries(found).map(([name, value]) => [
            labels[name],
            value,
            `${number(value)} a session`,
            name === right ? "hoped" : "",
          ]),
          "Overflows per session",
        ),
        why: [
          "What flows in is the patient's affect, in a dose that depends on how strongly the therapist resonates. What flows out depends on presence and on kindness toward one's own reactions, together. What the bowl holds is a third thing, its size. The paper keeps contents and bowl apart; so does the model.",
          "Overflow sets in steeply as the bowl fills, so a change in any of the three counts most where the bowl is nearly full. Look at a session with a severe patient in the view “One session”.",
        ],
      };
    },
  },
  {
    name: "ruptures",
    title: "Ruptures and repair",
    scene: [
      "A rupture is a strain in the alliance: the patient withdraws, or confronts. It can go unnoticed; noticed, it can be met with openness or with defence. Worked through, it can leave the two closer than before.",
      "Take a hundred ruptures that open in the sessions of untrained therapists.",
    ],
    question: "How many of a hundred will be worked through in the end?",
    guess: { low: 0, high: 100, unit: " of 100" },
    async run(said) {
      const arms = liveBoth(plainly(), MANY);
      const counts = Object.fromEntries(
        Object.entries(arms).map(([arm, all]) => {
          const patients = all.flatMap((one) => one.patients);
          return [
            arm,
            {
              opened: sum(patients, "opened"),
              noticed: sum(patients, "noticed"),
              mended: sum(patients, "mended"),
            },
          ];
        }),
      );
      const share = (arm, name) => counts[arm][name] / counts[arm].opened;
      const truth = Math.round(100 * share("untrained", "mended"));
      return {
        right: Math.abs(said - truth) <= 8,
        said: `You said ${said}; here it is ${truth}. ${Math.round(100 * share("untrained", "noticed"))} of a hundred are noticed.`,
        figure: bars(
          ["untrained", "trained"].flatMap((arm) => [
            [`${arm}: opened`, 1, String(counts[arm].opened), ""],
            [`${arm}: noticed`, share(arm, "noticed"), percent(share(arm, "noticed")), "hoped"],
            [
              `${arm}: worked through`,
              share(arm, "mended"),
              percent(share(arm, "mended")),
              "hoped",
            ],
          ]),
          "Ruptures opened, noticed and worked through",
        ),
        why: [
          "Noticing is necessary and not sufficient. Presence helps to notice, above all a withdrawal, whose cues are weak. Working through asks for something else: to speak of it, not to defend oneself, to hear what is negative, and to change. Attitude, not attention, carries most of that, and the patient must be able to take part.",
          "Training moves either step by one or two ruptures in a hundred, less than a draw of sixty therapists shows for sure. Because the steps multiply, a gain in one is worth more where the other is high.",
        ],
      };
    },
  },
  {
    name: "cutting",
    title: "Why cutting one link is enough",
    scene: [
      "If the chain is what carries the effect, then cutting a link should stop what passes through it. Four links are offered to the scissors; each is cut alone, for trained and untrained therapists alike.",
    ],
    question: "Which cut will leave least of the effect on the patients' symptoms?",
    choices: ["transfer", "presence_felt", "felt_alliance", "self_attunement_outcome"].map(
      (name) => [name, `${facts.links[name].label}: ${facts.links[name].says.split(/\.( |$)/)[0]}`],
    ),
    async run(said) {
      const names = [null, "transfer", "presence_felt", "felt_alliance", "self_attunement_outcome"];
      const found = [];
      for (const name of names) {
        found.push({
          name,
          ...effect(liveBoth({ ...plainly(), cuts: name ? [name] : [] }, MANY), "severity"),
          name,
        });
        await pause();
      }
      const [whole, ...cut] = found;
      const least = cut.reduce((a, b) =>
        Math.abs(b.standardised) < Math.abs(a.standardised) ? b : a,
      );
      const words = (one) => (one.exact ? "exactly 0" : `${signed(one.standardised)} SD`);
      return {
        right: said === least.name,
        said: `Without “${facts.links[least.name].label.toLowerCase()}” the effect is ${words(least)}; with all links whole it is ${words(whole)}.`,
        figure: bars(
          found.map((one) => [
            one.name ? facts.links[one.name].label : "All links whole",
            one.standardised,
            words(one),
            one.finding,
          ]),
          "Effect on symptom severity, by the link that is cut",
        ),
        why: [
          "Where everything has to pass through one link, cutting it is enough: what is zero once stays zero, however strong the other links are. From cushion to room is such a link; no effect of training reaches a patient without it, and the difference is not small but exactly none.",
          "Further down the chain runs in several strands: by way of the alliance, by safety, by taking in a model. Cutting one of them leaves the others, and sometimes all of the effect: a cut does not switch off what lies behind it, it makes it the same whatever lies before. Where reading no longer hangs on presence, everybody reads well, trained or not, and the other strands have all the more to work with. That is why a mediation study that measures one mediator finds only a part of the effect, and why one has to know the whole drawing to read it.",
        ],
      };
    },
  },
  {
    name: "trial",
    title: "Why a trial of 18 therapists sees so little",
    scene: [
      "Grepmair and colleagues (2007) randomised 18 therapists in training, who treated 124 patients. Let twenty trials of about that size be run in this model: nine therapists with training, nine without, seven patients each. Everybody is new in every trial; the training works, by a known amount.",
    ],
    question:
      "In how many of the twenty trials will the 95% interval of the effect on symptoms lie clear of zero, on the side hoped for?",
    guess: { low: 0, high: 20, unit: " of 20" },
    async run(said) {
      const truth = effect(liveBoth(plainly(), MANY * 2), "severity").standardised;
      const trials = [];
      for (let i = 0; i < 20; i++) {
        trials.push(trial(i));
        if (i % 4 === 3) await pause();
      }
      const clear = trials.filter(({ finding }) => finding === "hoped").length;
      const widths = mean(trials.map(({ low, high }) => (high - low) / 2));
      return {
        right: Math.abs(said - clear) <= 1,
        said: `You said ${said}; here it is ${clear} of 20. A trial's interval reaches ${number(widths)} SD to either side; the true effect is ${signed(truth)} SD.`,
        figure: forest(trials, truth),
        why: [
          "What is randomised are therapists, so therapists are what counts: eighteen of them, not a hundred and twenty-six patients. Each therapist's mean carries the luck of his or her patients and the differences between therapists, and an interval from nine against nine is wide.",
          "An effect on patients that comes down a long chain is small. A trial whose interval is many times wider than the effect will mostly find nothing; and when it does find something, it will have found far too much. If training did nothing at all, one trial in forty would still lie clear of zero on that side: twenty trials cannot tell the two worlds apart. Here symptoms are even known exactly; a questionnaire adds error of its own. “attune power” plans a trial with the process in it.",
        ],
      };
    },
  },
  {
    name: "evidence",
    title: "What the evidence does not say",
    scene: [
      `The model has ${Object.keys(facts.parameters).length} numbers: how strong each link is, how far people differ, how fast things fade. Each has a passport that says where it comes from: a meta-analysis, a study, the paper itself, a figure recalled, or nothing better than an assumption.`,
    ],
    question: "What share of them is graded “assumed”?",
    guess: { low: 0, high: 100, unit: "%" },
    async run(said) {
      const grades = {};
      for (const { evidence } of Object.values(facts.parameters))
        grades[evidence] = (grades[evidence] ?? 0) + 1;
      const all = Object.keys(facts.parameters).length;
      const truth = Math.round((100 * (grades.assumed ?? 0)) / all);
      const worlds = [];
      for (const [world, { label }] of Object.entries(facts.worlds)) {
        const found = effect(liveBoth({ ...plainly(), world }, MANY), "severity");
        worlds.push(
          `${label}: ${found.exact ? "exactly zero" : `${signed(found.standardised)} SD`}`,
        );
        await pause();
      }
      return {
        right: Math.abs(said - truth) <= 5,
        said: `You said ${said}%; it is ${truth}%. The effect on symptoms, world by world: ${worlds.join("; ")}.`,
        figure: bars(
          Object.entries(grades)
            .sort(([, a], [, b]) => b - a)
            .map(([grade, count]) => [
              grade,
              count,
              String(count),
              grade === "assumed" ? "against" : "hoped",
            ]),
          "Numbers of the model by the grade of their evidence",
        ),
        why: [
          "In the plain world every link that is assumed is switched off. The theory is rich and the evidence is thin. Nobody has measured how much of a gain on the cushion reaches the room, and everything passes through that link. A simulation cannot make up for this; what it can do is to say which numbers the answer hangs on.",
          "So read every effect on this page as one in a world you have chosen: “what the theory says” means “if the theory is right, and strong”. An interval on this page says how well we know what the model does, never whether the model is right.",
        ],
      };
    },
  },
];

// One trial: nine trained and nine untrained therapists with seven patients each, all of them new.
// Severity at the end is adjusted for severity at intake; therapists' means are compared by a t-test.
function trial(number) {
  const chosen = plainly(),
    first = 1000 + 18 * number;
  const world = worldOf(chosen);
  const arms = [
    liveArm(world, programmeOf(chosen, "untrained"), 9, 7, first),
    liveArm(world, programmeOf(chosen, "trained"), 9, 7, first + 9),
  ];
  const patients = arms.flatMap((arm) => arm.flatMap((one) => one.patients));
  const [x, y] = [patients.map((one) => one.intake), patients.map((one) => one.severity)];
  const [mx, my] = [mean(x), mean(y)];
  const slope =
    x.reduce((all, value, i) => all + (value - mx) * (y[i] - my), 0) /
    x.reduce((all, value) => all + (value - mx) ** 2, 0);
  const [before, after] = arms.map((arm) =>
    arm.map((one) => mean(one.patients.map((c) => c.severity - slope * c.intake))),
  );
  const point = mean(after) - mean(before);
  const reach = critical(16) * Math.sqrt((deviation(before) ** 2 + deviation(after) ** 2) / 9);
  const [low, high] = [point - reach, point + reach];
  return { point, low, high, finding: high < 0 ? "hoped" : low > 0 ? "against" : "open" };
}
