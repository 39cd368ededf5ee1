# %% [markdown]
# # 4. Cutting links and exact mediation
#
# "It works through the alliance." "It works through empathy." How would we know? In people one
# measures a mediator and computes; the result leans on assumptions that nobody can check. In a
# model one may do what cannot be done in life: cut the link, keep everybody and all their luck the
# same, and look what is left.

# %%
import sim
from os import environ

from matplotlib import pyplot as plt

from sim.figures import decomposition as decomposition_figure
from sim.figures import ladder, style
from sim.study import decomposition, mechanism

replicates = int(environ.get("NOTEBOOK_REPLICATES", "100"))
# %matplotlib inline
plt.rcParams.update(style.style() | {"figure.dpi": 96})

# %% [markdown]
# ## Six cuts
#
# | | What is cut |
# |---|---|
# | K3 | attitude: practice gains no curiosity, openness, acceptance or love |
# | K4 | attention: practice gains no stability of attention |
# | K7 | resonance: therapists feel nothing of what their patients feel |
# | K10 | recognition: patients cannot recognise that they are met |
# | K11 | noticing: what practice gains does not help to notice a rupture |
# | K15 | into the patient: nothing between the two changes how patients are with themselves |
#
# **Predict.** For each cut, what per cent of the effect on *symptoms* will be left? Six numbers,
# in writing. Which cut would you expect to hurt most?

# %%
config = sim.configure(
    "study=mechanism", "knockout=[k3,k4,k7,k10,k11,k15]", f"replicates={replicates}"
)
cuts = mechanism.mechanism(config)
ladder.lay_out(cuts)

# %% [markdown]
# **Look.** Read it row by row, from left to right: to the left of a cut hardly anything changes,
# and to the right of it something dies. (A framed cell is one for which the theory says what to
# expect.)
#
# Two things are worth a pause.
#
# - *Feeling felt is the waist of the chain.* Without recognition (K10) or resonance (K7), little
#   is left of the effect on symptoms, however present the therapist is.
# - *The parts do not add up.* Sum what the six cuts take away from symptoms, and you will get more
#   than there was.

# %%
symptoms = cuts.effects[
    (cuts.effects["quantity"] == "symptom_severity") & (cuts.effects["case"] == "")
].set_index("knockout")
taken = 1.0 - symptoms["left"]
print(taken.map("{:.0%}".format).to_string())
print(f"in all {taken.sum():.0%}")

# %% [markdown]
# **Predict.** Why more than 100%? Have an answer before you read on.
#
# **Look.** Links lie in a row. If either of two is needed, cutting either one takes nearly all.
# "How much is due to this link?" has no answer by cutting alone, just as one cannot say what share
# of a journey was due to the second bridge.
#
# ## A split that adds up
#
# To share an effect out fairly, take a stage of the chain, the *processes* between therapist and
# patient for instance, and live a world for every set of them: those in the set carry the
# training, the others are as with the untrained twin. The mean contribution over all orders, the
# Shapley value, adds up to the whole, exactly.
#
# **Predict.** Among what is trained, attention or attitude: which carries more of the effect on
# symptoms?

# %%
small = max(1, replicates // 10)
split = decomposition.decomposition(
    sim.configure("study=decomposition", f"replicates={small}", "therapists.n=18")
)
decomposition_figure.lay_out(split)

# %%
print(split.answer)
print(split.held)

# %% [markdown]
# ## What a study would have said
#
# The picture also shows what a trial would *estimate* from mediators it measured, without error,
# in the same world.

# %%
own = split.effects[
    (split.effects["stage"] == "processes")
    & (split.effects["outcome"] == "symptom_severity")
    & split.effects["estimated"].notna()
]
own.set_index("label")[["shapley", "estimated", "jointly", "estimated_sd"]].round(3)

# %% [markdown]
# **Look.** *shapley* is what happens. *estimated* is what trials would say on average with one
# mediator at a time, *jointly* with all mediators of the stage in one equation, and *estimated_sd*
# is how far the estimate of a single trial strays. Two things go wrong. One mediator at a time,
# whatever moves both mediator and outcome poses as mediation, and the average may be several times
# too large. And a single trial strays by more than there is to find.
#
# **A question to take away.** Think of a mediation analysis you have read. Which arrow into both
# mediator and outcome did it have to assume away?
