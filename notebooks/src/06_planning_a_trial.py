# %% [markdown]
# # 6. Planning a trial
#
# You want to know whether training therapists helps patients. How many therapists do you need? The
# model can run your trial ten thousand times, with dropout, questionnaires and therapists who
# differ, analyse each as you would, and tell you what you would have found.

# %%
import sim
from os import environ

import numpy as np
from matplotlib import pyplot as plt

from sim.figures import power as power_figure
from sim.figures import style
from sim.study import power
from sim.trial import design, wording

replicates = int(environ.get("NOTEBOOK_REPLICATES", "300"))
# %matplotlib inline
plt.rcParams.update(style.style() | {"figure.dpi": 96})
colours = style.palette()

# %% [markdown]
# ## A trial of eighteen therapists
#
# The best-known trial of this kind had nine therapists in each arm (Grepmair and colleagues,
# 2007). We take its *frame* only, not what it found.

# %%
config = sim.configure(
    "study=power", "design=grepmair2007", "precision=null", f"replicates={replicates}"
)
for head, text in wording.lines(design.of(config)):
    print(f"{head}: {text}")

# %% [markdown]
# **Predict.** In a world in which training does help, a little, in what per cent of such trials is
# the result significant at the 5% level? And in a world in which it does nothing?

# %%
planned = power.power(config)
power_figure.lay_out(planned.panel, planned.question, config.design.level)

# %% [markdown]
# **Look.** Two things to read off.
#
# - *Size* is the share of trials that are significant where there is nothing to find. It should be
#   5%. An analysis that treats patients as if they had nothing to do with their therapists may
#   give more. That is the price of ignoring that patients of one therapist are alike.
# - *Power* is the share that are significant in the world with an effect. If it is about as large
#   as the size, the trial cannot tell the two worlds apart, however well it is run.
#
# (There are few trials here so that the notebook is quick. `attune power` takes ten thousand.)

# %%
print(planned.answer)

# %% [markdown]
# ## Your own analysis
#
# `sim.analysis.fit_trials` is the analysis alone: give it a data frame, one row a patient, and it
# fits the mixed model. It does so to one trial or to hundreds, and to your own data as well as to
# simulated ones. Here are a few hundred trials of eighteen outpatient therapists an arm.

# %%
trials = sim.simulate(
    sim.configure("training=mbsr", "reading=independent", "precision=null"),
    replicates=replicates,
    record="patients",
)
fits = sim.analysis.fit_trials(
    trials.patients,
    outcome="gsi_self_post",
    arm="arm",
    control="untrained",
    covariates=["gsi_self_pre"],
    cluster="therapist",
    by="replicate",
)
fits[["replicate", "estimate", "se", "df_satterthwaite", "p_satterthwaite"]].head().round(3)

# %% [markdown]
# **Predict.** The next picture shows every trial's estimate, and marks those that are significant
# and would be written up with joy. Where will these lie: near the truth, or far from it?

# %%
truth = float(
    sim.compare(
        sim.configure("training=mbsr", "reading=same", "precision=null", f"replicates={replicates}")
    )
    .measures.set_index("step")
    .loc["gsi_self_post", "difference"]
)
found = fits["p_satterthwaite"] < 0.05
bins = np.linspace(fits["estimate"].min(), fits["estimate"].max(), 41)
figure, axes = plt.subplots(figsize=(6.4, 2.6))
axes.hist(fits["estimate"], bins=bins, color="0.8", label="all trials")
axes.hist(fits["estimate"][found], bins=bins, color=colours["orange"], label="significant")
axes.axvline(truth, color=colours["blue"], linewidth=1.5, label=f"the truth, {truth:.3f}")
axes.axvline(0.0, color=colours["grey"], linewidth=0.8)
axes.set(title="What trials find", xlabel="trained minus untrained, GSI", ylabel="trials")
axes.legend(frameon=False)
plt.show()

# %%
wrong = (np.sign(fits["estimate"][found]) != np.sign(truth)).mean()
exaggerated = (fits["estimate"][found].abs() / abs(truth)).mean()
print(f"{found.mean():.1%} of trials are significant;")
if found.any():
    print(f"they exaggerate the effect {exaggerated:.0f} times,")
    print(f"and {wrong:.0%} have the wrong sign.")

# %% [markdown]
# **Look.** The significant ones *must* lie far out: only an estimate many times too large gets
# past the threshold. So a small trial that succeeds does not tell you that the effect is large. It
# tells you that the trial was small, and lucky.
#
# ## How many, then?
#
# The standard error shrinks with the square root of the size. A trial has 80% power if the truth
# is 2.8 standard errors away from nought.
#
# **Predict.** How many therapists in all, with seven patients each, for an effect of this size?

# %%
now = config.therapists.n * 2
error = float(np.sqrt((fits["se"] ** 2).mean()))
needed = now * (2.8 * error / abs(truth)) ** 2
print(f"standard error with {now} therapists: {error:.3f}; effect: {truth:.3f}")
print(f"therapists needed, roughly: {float(f'{needed:.2g}'):,.0f}")

# %% [markdown]
# **Look.** Nobody will run that trial. That is worth knowing before one begins, and it does not
# mean that nothing can be learned. A study may look nearer to the cause: what patients *feel* in
# the session moves several times as much as what they report of their symptoms at the end, and a
# trial of felt attunement needs far fewer people.
#
# All this holds in the calibrated world, in which what training does to patients is assumed and not
# fitted. If transfer is twice what we assume, the effect is about twice as large, and the trial a
# quarter of the size. Notebook 5 shows how uncertain that is.
#
# **A question to take away.** Your ethics board asks why you want to run a trial with 20% power.
# What do you answer?
