# %% [markdown]
# # 7. Writing your own mechanism
#
# By now you may think that a link of this chain is wrong. Good. Write yours. Every step is one
# small function, and yours can stand in its place: in the Clinic, in which you can watch single
# people, and in the compiled engine, which lives thousands, with equal results.

# %%
import sim
from os import environ

import inspect
import math

import pandas as pd
from matplotlib import pyplot as plt

from sim.chain import rupture
from sim.chain.curves import logistic
from sim.figures import style

replicates = int(environ.get("NOTEBOOK_REPLICATES", "200"))
# %matplotlib inline
plt.rcParams.update(style.style() | {"figure.dpi": 96})
colours = style.palette()

# %% [markdown]
# ## The link as it is
#
# `rupture.onset` gives the probability that a rupture begins in these five minutes. This is all of
# it:

# %%
print(inspect.getsource(rupture.onset))

# %% [markdown]
# Four letters are all the vocabulary: `p` the parameters, `t` the therapist, `c` the patient (the
# client), `d` what is between the two.
#
# ## A rival account
#
# Suppose you say: all that matters is whether the patient feels felt, here and now; and a good
# alliance protects. That is a theory of one line. Note what it leaves out: hostile words, the
# bowl, what the patient fears.
#
# A link is plain arithmetic. It may use `math`, the shapes of `sim.chain.curves`, and functions
# and constants of your own.

# %%
#: How steeply the chance rises with what is not felt.
STEEPNESS = 1.5


def onset_of_my_own(p, c, d):
    """A rival account: only what is not felt matters, and a little chance."""
    return 0.01 + 0.1 * steep(1.0 - d.felt) * math.exp(-d.alliance)


def steep(x):
    return logistic(STEEPNESS * (x - 0.5))


# %% [markdown]
# It may also call the original. This one does nothing but that; it is here to show that replacing
# a link by itself changes nothing.


# %%
def lapse_as_it_is(p, t):
    """The link itself, called from a replacement: no change, and no going round in circles."""
    return rupture.lapse(p, t)


mine = {"rupture.onset": onset_of_my_own, "rupture.lapse": lapse_as_it_is}

# %% [markdown]
# ## In the Clinic
#
# The Clinic lives one study, a week a step, in plain Python: one can stop it, look at anybody, or
# put a `print` into the link.

# %%
small = sim.configure("therapists.n=3", "patients.per_therapist=4", "reading=same")
clinic = sim.Clinic(small, rng=1, links=mine)
for _ in range(12):
    clinic.step()
patient = clinic.patients[0]
print(f"week {clinic.week}: a patient of the arm {patient.arm}, alliance {patient.alliance:.2f},")
print(f"chance of a rupture in a session {patient.rupture_probability:.2f}")
_ = clinic.run()

# %% [markdown]
# ## In the engine: the same, to the last bit
#
# The engine compiles your link together with the chain. (The first time this takes about half a
# minute.)
#
# **Predict.** One of the two is ordinary Python, the other machine code. Will the patients'
# results agree to three digits? To ten? In every bit?

# %%
engine = sim.simulate(
    sim.configure("therapists.n=3", "patients.per_therapist=4", "reading=same", "seed=1"),
    replicates=1,
    record="patients",
    links=mine,
)
there = clinic.table("patients")
numbers = engine.patients.select_dtypes("number").columns
equal = {name: (there[name] == engine.patients[name]) | pd.isna(there[name]) for name in numbers}
assert all(column.all() for column in equal.values())
f"{len(numbers)} columns of {len(engine.patients)} rows: equal to the last bit"

# %% [markdown]
# **Look.** In every bit. So what you find by watching a few people in the Clinic is true of the
# thousands in the engine.
#
# ## What your theory changes
#
# **Predict.** With your link in place, will training prevent more ruptures than with the chain's
# own, or fewer? What will that do to the alliance?

# %%
words = ("training=mbsr", "reading=same", "precision=null", f"replicates={replicates}")
accounts = {
    "the chain's own": sim.compare(sim.configure(*words)),
    "my own": sim.compare(sim.configure(*words), links=mine),
}
steps = ["ruptures_per_session", "share_noticed", "share_repaired", "alliance", "symptom_severity"]
effects = {name: one.effects.set_index("step").loc[steps] for name, one in accounts.items()}
pd.DataFrame(
    {"step": effects["my own"]["label"]}
    | {f"untrained, {name}": one["untrained"].round(3) for name, one in effects.items()}
    | {f"effect, {name}": one["standardised"].round(3) for name, one in effects.items()}
).reset_index(drop=True)

# %%
figure, axes = plt.subplots(figsize=(6.8, 2.6))
looks = style.series(list(accounts), reference="the chain's own")
for shift, (name, rows) in zip((-0.12, 0.12), effects.items(), strict=True):
    look = looks[name]
    y = [place + shift for place in range(len(steps))]
    axes.hlines(y, rows["standardised_low"], rows["standardised_high"], color=look.colour)
    axes.plot(rows["standardised"], y, linestyle="", label=name, **look.dots)
axes.axvline(0.0, color=colours["grey"], linewidth=0.8)
axes.set_yticks(range(len(steps)), effects["my own"]["label"])
axes.invert_yaxis()
axes.set(title="The effect of training under two accounts of rupture", xlabel="SD")
axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# **Look.** By the chain's own account training prevents ruptures. By yours it does not; there are
# even a few more of them, since an open rupture that is repaired makes room for a new one. What
# becomes of ruptures hardly differs, and the alliance and symptoms little. So a study that wants
# to tell the two accounts apart should count ruptures.
#
# But look at the columns *untrained* as well: with your link there are more ruptures to begin
# with, and some of the difference may come from that alone. A fair contest is one in which the
# untrained worlds are alike. Try another number for the `0.1` until they are.
#
# ## When a link does not fit
#
# **Predict.** The function below takes two of the three records that the link is given. What will
# happen: a crash in the middle of a run, a wrong number, or a word beforehand?


# %%
def too_few(p, c):
    return 0.05


try:
    sim.Clinic(small, links={"rupture.onset": too_few})
except sim.AttuneError as error:
    print(error)

# %% [markdown]
# **A question to take away.** Write down the link you believe in, in one sentence, then in one
# line of Python. What did you have to decide that the sentence had left open? That is the theory
# getting better.
#
# Links also work from a file, on the command line: see [Your own link](../docs/your_own_link.md).
