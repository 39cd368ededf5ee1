# %% [markdown]
# # 3. Trained against untrained
#
# Notebook 1 spoke of averages. Nobody treats an average. Here we look at the people the average is
# made of: how patients move through treatment with trained and with untrained therapists, how much
# they differ anyway, and why a small effect is so hard to see.

# %%
import sim
from os import environ

from matplotlib import pyplot as plt

from sim.figures import style, trajectories
from sim.study import courses

replicates = int(environ.get("NOTEBOOK_REPLICATES", "200"))
# %matplotlib inline
plt.rcParams.update(style.style() | {"figure.dpi": 96})
colours = style.palette()

# %% [markdown]
# ## Through the treatment
#
# **Predict.** Draw two lines for the alliance over the sessions, one for patients of trained
# therapists and one for the others. Where do they part: at the first session, or later? Now the
# same for symptoms.

# %%
config = sim.configure("training=mbsr", "reading=same", "precision=null")
same = sim.simulate(config, replicates=max(2, replicates // 5), record="sessions")
question = "The same therapists with and without an eight-week course"
trajectories.lay_out(courses.table(same, "untrained"), question, "untrained")

# %% [markdown]
# **Look.** The bands (the middle 80% of patients) lie over each other; only the row of differences
# shows anything. The alliance parts from the first sessions on, since the therapist who walks in
# is a different one from the beginning. Symptoms part late and little: they are moved by what
# gathers over weeks.
#
# ## The same patient, twice
#
# Every patient here lived both lives: with the therapist untrained, and with the same therapist
# trained, under the same luck. In life nobody can see that. Here we subtract.
#
# **Predict.** On average patients end a little better with the trained therapist. In what share of
# the pairs is *this* patient better off?

# %%
keys = ["replicate", "therapist", "patient"]
ends = same.patients.set_index([*keys, "arm"])["symptom_severity_post"].unstack("arm")
gain = ends["untrained"] - ends["trained"]

figure, axes = plt.subplots(figsize=(6.4, 2.6))
axes.hist(gain.clip(-0.1, 0.2), bins=60, color=colours["blue"])
axes.axvline(0.0, color=colours["grey"], linewidth=1)
axes.axvline(gain.mean(), color=colours["orange"], linewidth=1.5, label=f"mean {gain.mean():.3f}")
axes.set(
    title="How much better off each patient is with the same therapist trained",
    xlabel="fewer symptoms, SD (what lies further out: in the outermost bars)",
    ylabel="patients",
)
axes.legend(frameon=False)
plt.show()

# %%
f"{(gain > 0).mean():.0%} better, {(gain < 0).mean():.0%} worse, {(gain == 0).mean():.0%} the same"

# %% [markdown]
# **Look.** Nearly everybody is better off, and hardly anybody by much: what one patient gains is a
# few hundredths of an SD, far less than a questionnaire could show. Here and there a moment goes
# differently, a rupture opens that would not have, and a patient is worse off in the world that is
# better on average.
#
# Take care with this picture. It is true for this way of holding luck the same; another way would
# pair the lives differently and give other shares. The mean does not depend on it, the shares do.
# "So many per cent of patients benefit" cannot be learned from any trial.
#
# ## What a study sees
#
# A study has no second life to subtract. It compares some people with other people.
#
# **Predict.** Here are the symptoms at the end in both arms. How far will the two curves overlap?

# %%
bins = [x / 5 for x in range(-25, 16)]
figure, axes = plt.subplots(figsize=(6.4, 2.6))
looks = style.series(["untrained", "trained"], reference="untrained")
for arm, look in looks.items():
    values = ends[arm]
    axes.hist(values, bins=bins, density=True, histtype="step", color=look.colour, label=arm)
    axes.axvline(values.mean(), color=look.colour, linestyle=look.line, linewidth=1)
axes.set(title="Symptom severity at the end, all patients", xlabel="SD of intake", yticks=[])
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# **Look.** You would not find the difference by eye, and no patient could tell from the outcome
# which kind of therapist he or she had. Now let the model run the study as the world would: two
# groups of *different* therapists with *different* patients, over and over.
#
# **Predict.** Each dot below will be one study of 36 therapists. How many of them will have the
# sign wrong?

# %%
apart = sim.simulate(
    sim.configure("training=mbsr", "reading=independent", "precision=null"), replicates=replicates
)


def differences(results):
    """Trained minus untrained, a number a study."""
    means = results.trials.set_index(["replicate", "arm"])["symptom_severity_post"].unstack("arm")
    return means["trained"] - means["untrained"]


readings = {"same people\nand luck": differences(same), "different\npeople": differences(apart)}
figure, axes = plt.subplots(figsize=(6.4, 2.2))
for y, values in enumerate(readings.values()):
    height = [y + 0.25 * ((i * 7) % 11 / 10 - 0.5) for i in range(len(values))]
    axes.plot(values, height, "o", markersize=3, alpha=0.6, color=colours["blue"])
    axes.plot(values.mean(), y, "D", color=colours["orange"])
axes.axvline(0.0, color=colours["grey"], linewidth=1)
axes.set_yticks(range(len(readings)), list(readings))
axes.set(title="The effect on symptoms, a dot a study", xlabel="trained minus untrained, SD")
axes.margins(y=0.4)
plt.show()

# %%
{
    name.replace("\n", " "): f"{(values > 0).mean():.0%} of studies point the wrong way"
    for name, values in readings.items()
}

# %% [markdown]
# **Look.** Both rows are about the same true effect. Only the noise differs. That is why the model
# can afford to ask about effects no trial could find, and why a trial that finds a *large* effect
# should make you wonder. Notebook 6 goes there.
#
# **A question to take away.** A colleague says: "I tried it and my patients did better." Which row
# of the last figure is the colleague on?
