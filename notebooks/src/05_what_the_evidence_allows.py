# %% [markdown]
# # 5. What the evidence allows
#
# A simulation prints numbers with the same calm face whether they rest on forty trials or on
# somebody's hunch. This notebook looks behind the face. You will count what is evidence and what
# is assumed, visit a world in which nothing untested is believed, and see how the answer moves
# with one number that nobody has measured.
#
# **One thing first, plainly.** The world the model lives in by default, `calibrated`, has been
# fitted to published figures about therapies in general; the world `theory` has not, its numbers
# were only chosen so that the untrained world is believable. Both stand beside each other below.
# Nothing is fitted that relates a therapist's training to patients: no calibration can tell what
# training does, only in what kind of clinic it would do it.

# %%
import sim
from os import environ

import pandas as pd
from IPython.display import Markdown
from matplotlib import pyplot as plt
from scipy import stats

from sim import choices, parameters
from sim.figures import style

replicates = int(environ.get("NOTEBOOK_REPLICATES", "60"))
# %matplotlib inline
plt.rcParams.update(style.style() | {"figure.dpi": 96})

# %% [markdown]
# ## Every number has a passport
#
# The parameter table holds every number of the theory with its default, its range, its prior, its
# source and a grade of evidence. The grades, best first: *meta-analysis*, *study*, *seed paper*
# (the paper the theory comes from), *recalled* (a published figure quoted from memory and still to
# be looked up), *assumed*. (`attune parameters` prints the same table in a terminal.)
#
# **Predict.** Of all these numbers, what share would you guess is graded *assumed*? Write it down.

# %%
table = pd.DataFrame(
    {
        "name": one.name,
        "evidence": one.evidence,
        "default": one.default,
        "prior": one.prior,
        "link": one.link,
        "source": one.source,
    }
    for one in parameters.table().values()
)
counts = table["evidence"].value_counts().reindex(list(parameters.EVIDENCE), fill_value=0)
colours = style.palette()

figure, axes = plt.subplots(figsize=(6.4, 2.0))
shades = [colours["grey"] if grade == "assumed" else colours["blue"] for grade in counts.index]
bars = axes.barh(counts.index, counts, color=shades)
axes.bar_label(bars, padding=3)
axes.invert_yaxis()
axes.set(title="How the numbers of the model are known", xlabel="parameters")
plt.show()

# %%
f"{counts['assumed'] / counts.sum():.0%} of {counts.sum()} numbers are assumed."

# %% [markdown]
# **Look.** Nearly all of them. Now see *what* the rest are about: most describe instruments (the
# mean of a questionnaire, its reliability) and not the theory. The links that carry the story,
# from the cushion to the room and from the room to the patient, are not among them.

# %%
table[table["evidence"] != "assumed"].drop(columns="evidence").set_index("name")

# %% [markdown]
# ## More than one world
#
# A *world* is a named set of values of this table. These there are, in their own words:

# %%
there = choices.groups()["world"]
names = ["theory", "calibrated", "plain"]
Markdown("\n".join(f"- `{name}`: {there[name].about}" for name in names))

# %% [markdown]
# **Predict.** In the world `plain`, how far does the effect of an eight-week course reach? To the
# therapist on the cushion? Into the room? To the patient?

# %%
SHOWN = [
    "attention_on_the_cushion",
    "attention_in_the_room",
    "felt_attunement",
    "alliance",
    "patient_self_attunement",
    "symptom_severity",
]


def effects(*words):
    """The effect of training, trained minus untrained, in SD: the same people, the same luck."""
    config = sim.configure("reading=same", "precision=null", f"replicates={replicates}", *words)
    return sim.compare(config).effects.set_index("step")


worlds = {name: effects(f"world={name}").loc[SHOWN] for name in names}
pd.DataFrame(
    {"step": worlds["theory"]["label"]}
    | {name: one["standardised"].round(3) for name, one in worlds.items()}
    | {"finding in plain": worlds["plain"]["finding"]}
).reset_index(drop=True)

# %% [markdown]
# **Look.** On the cushion the gain is even larger: that practice is forgotten again is one of the
# things nobody has tested, so in `plain` nothing is forgotten. But the way into the room is an
# assumed link too, it is closed, and patients are left *exactly* as they were: not nearly zero,
# but the same numbers to the last bit.
#
# No world is the truth. `theory` says what would follow if the authors were right about
# everything and our guesses at its strengths were fair. `calibrated` has therapies as studies
# found them and the step from training to patients at the middle of what is believed. `plain`
# does not say training is useless; it says how little has been tested. The distance between these
# columns is what nobody knows.

# %% [markdown]
# ## One number that nobody has measured
#
# `transfer` is the share of what is gained on the cushion that reaches the room.

# %%
passport = parameters.table()["transfer"]
f"default {passport.default}, prior {passport.prior}; {passport.evidence}: {passport.source}"

# %% [markdown]
# Its prior is flat from 0 to 1. That is honest: we know nothing about it.
#
# **Predict.** Sketch the effect on what patients feel, and on their symptoms, against transfer
# from 0 to 1. A straight line? One that levels off? Does it begin at zero?

# %%
shares = [0.0, 0.25, 0.5, 0.75, 1.0]
swept = {share: effects(f"parameters.transfer={share}") for share in shares}

figure, panels = plt.subplots(1, 2, figsize=(7.2, 2.7), layout="constrained")
for axes, step in zip(panels, ("felt_attunement", "symptom_severity"), strict=True):
    rows = pd.DataFrame({share: one.loc[step] for share, one in swept.items()}).T
    low, high = (
        rows[f"standardised_{end}"].astype(float).fillna(rows["standardised"].astype(float))
        for end in ("low", "high")
    )
    axes.fill_between(shares, low, high, color=colours["blue"], alpha=0.2, linewidth=0)
    axes.plot(shares, rows["standardised"].astype(float), "o-", color=colours["blue"])
    axes.axhline(0.0, color=colours["grey"], linewidth=0.8)
    axes.axvline(passport.default, color=colours["grey"], linewidth=0.8, linestyle=":")
    axes.set(title=rows["label"].iloc[0], xlabel="transfer (dotted: default)", ylabel="SD")
plt.show()

# %% [markdown]
# **Look.** It begins at exactly nought and is close to a straight line: twice the transfer, twice
# the effect. The band is the Monte Carlo interval: how well we know what *the model* does. It is
# thin, and more replicates would make it thinner. The curve as a whole is the other uncertainty:
# with a flat prior, every point on it is as likely as any other. No number of replicates shrinks
# that.
#
# When a report shows you a narrow interval, ask which of the two it is about.

# %% [markdown]
# ## Which guesses matter most?
#
# Take a few assumed numbers along the chain and set each, one at a time, to the 10th and the 90th
# percentile of its prior.
#
# **Predict.** Rank them: which one moves the effect on symptoms most?

# %%
KINDS = {
    "uniform": lambda low, high: stats.uniform(low, high - low),
    "normal": stats.norm,
    "lognormal": lambda median, sd: stats.lognorm(s=sd, scale=median),
    "beta": stats.beta,
}
MOVED = [
    "transfer",
    "recognise_safety",
    "safety_felt",
    "modelling_route",
    "severity_self_attunement",
    "severity_fear",
]


def percentile(one, share):
    """A percentile of the prior, held within the range that the parameter may take."""
    kind, _, numbers = one.prior.rstrip(")").partition("(")
    value = KINDS[kind](*map(float, numbers.split(","))).ppf(share)
    return float(min(max(value, one.low), one.high))


rows = []
for name in MOVED:
    one = parameters.table()[name]
    ends = [percentile(one, share) for share in (0.1, 0.9)]
    moved = [effects(f"parameters.{name}={value}").loc["symptom_severity"] for value in ends]
    rows.append([name, *ends, *(float(effect["standardised"]) for effect in moved)])
tornado = pd.DataFrame(rows, columns=["name", "low", "high", "effect_low", "effect_high"])
width = (tornado["effect_high"] - tornado["effect_low"]).abs()
tornado = tornado.assign(width=width).sort_values("width").reset_index(drop=True)

# %%
usual = float(worlds["theory"].loc["symptom_severity", "standardised"])
figure, axes = plt.subplots(figsize=(6.8, 2.8))
for y, row in tornado.iterrows():
    axes.plot([row["effect_low"], row["effect_high"]], [y, y], color=colours["grey"], linewidth=2)
    axes.plot(row["effect_low"], y, "o", color=colours["orange"], label="10th" if y == 0 else None)
    axes.plot(row["effect_high"], y, "s", color=colours["blue"], label="90th" if y == 0 else None)
axes.axvline(usual, color=colours["grey"], linewidth=0.8, linestyle=":")
axes.axvline(0.0, color=colours["grey"], linewidth=0.8)
axes.set_yticks(range(len(tornado)), tornado["name"])
axes.set(
    title="Effect on symptom severity, one guess moved at a time", xlabel="SD (less is better)"
)
axes.legend(
    title="percentile of the prior", frameon=False, loc="center left", bbox_to_anchor=(1, 0.5)
)
plt.show()

# %% [markdown]
# **Look.** Some guesses hardly matter, and whoever has one study to run should not spend it on
# them. One at a time is a rough tool, since guesses work together; but it already says where
# knowledge is worth most.
#
# ## What may be said, then
#
# - *May be said:* if the links act as the paper says, with strengths like these, then an effect of
#   training on patients' symptoms is small, and this is the path it takes.
# - *May not be said:* mindfulness training of therapists lowers symptoms by so many SD.
#
# **A question to take away.** Choose one parameter of the figure. What study would measure it?
# Whom would you need, and what would you look at?
