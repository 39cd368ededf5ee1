# %% [markdown]
# # 1. The chain in ten minutes
#
# Bruce, Manber, Shapiro and Constantino (2010) tell a story in three steps. A therapist who
# practises mindfulness comes to be on better terms with himself or herself. Such a therapist is
# more with the patient. And a patient who is met in this way learns to be with himself or herself,
# and suffers less.
#
# It is a good story. Is it enough of one to be *run*? Here it is written as a chain of small
# functions, and you can watch what happens to an effect as it travels. At each stop you will be
# asked to predict first. Do it, in writing: looking without predicting teaches little.

# %%
import sim
from os import environ

from matplotlib import pyplot as plt

from sim.figures import chain, style

replicates = int(environ.get("NOTEBOOK_REPLICATES", "200"))
# %matplotlib inline
plt.rcParams.update(style.style() | {"figure.dpi": 96})

# %% [markdown]
# ## One study, twice
#
# Eighteen trainees, each with seven outpatients, live through a treatment twice: once as they are,
# and once after an eight-week course. Same people, same luck; only the training differs. So
# whatever differs in the end is the training's doing.

# %%
words = ("reading=same", "precision=null", f"replicates={replicates}")
config = sim.configure("training=mbsr", *words)
comparison = sim.compare(config)
print(comparison.question)

# %% [markdown]
# **Predict.** The course raises therapists' attention by about a quarter of a standard deviation
# (SD), measured on the cushion. How many SD are left when it reaches the therapist in the room?
# What the patient feels? The patient's symptoms? Write down three numbers.

# %%
chain.lay_out(comparison)

# %% [markdown]
# **Look.** Read the picture from the top down. Each row is a step, with what it is without
# training, with it, and the difference in SD.
#
# The effect grows thin on its way. That is no flaw of the training: it is what happens in *any*
# chain whose links are not perfect. Half is lost between cushion and room, because half is what
# this world assumes to cross. Then everything a therapist does is one influence among many on what
# a patient feels, and what a patient feels in a session is one influence among many on how he or
# she fares.

# %%
steps = [
    "attention_on_the_cushion",
    "attention_in_the_room",
    "felt_attunement",
    "alliance",
    "patient_self_attunement",
    "symptom_severity",
]
effects = comparison.effects.set_index("step").loc[steps]
figure, axes = plt.subplots(figsize=(6.4, 2.6))
bars = axes.barh(effects["label"], effects["standardised"].abs(), color=style.palette()["blue"])
axes.bar_label(bars, fmt="%.2f", padding=3)
axes.invert_yaxis()
axes.set(title="The same effect, further and further down the chain", xlabel="size in SD")
plt.show()

# %% [markdown]
# It does not thin out evenly. More is felt than the therapist's attention alone would explain,
# since attitude arrives as well. And each row has an SD of its own, so that neighbours compare
# only roughly.
#
# ## Is the world without training believable?
#
# Before asking what training does to a world, one should ask whether that world looks like a
# clinic. These are its vital signs, beside the band in which studies would have us expect them.
#
# **Predict.** In what share of sessions do patients report a rupture? How many patients drop out?

# %%
signs = comparison.vital_signs
signs[["label", "value", "band_low", "band_high", "inside", "source"]].round(2)

# %% [markdown]
# Believable is not the same as right. The numbers behind this are mostly guesses, and notebook 5
# is about that.
#
# ## If nothing reaches the room
#
# **Predict.** Set the share of the gain that crosses from cushion to room to nought. What is left
# of the effect on patients: a little, by other ways? Nothing, more or less? Nothing at all?

# %%
closed = sim.compare(sim.configure("training=mbsr", "parameters.transfer=0", *words))
closed.effects.set_index("step").loc[steps, ["label", "standardised", "finding"]].round(3)

# %% [markdown]
# **Look.** Exactly nothing: no patient differs by a single bit. Training works through what
# happens in the room or it does not work. That is a claim, of course. In this model you can see
# it, and break it.
#
# ## Can training do harm?
#
# A model in which training can only help is not a model of training. There is a programme here
# that trains resonance, the being moved by another's feeling, and nothing that helps to *hold* it.
#
# **Predict.** Will patients feel more felt? Will their symptoms fall more, or less?

# %%
resonance = sim.compare(sim.configure("training=resonance", *words))
kept = ["presence", "felt_attunement", "alliance", "symptom_severity", "dropout"]
columns = ["label", "standardised", "standardised_low", "standardised_high", "finding"]
resonance.effects.set_index("step").loc[kept, columns].round(3)

# %% [markdown]
# **Look.** More feeling without more room for it: in this model the therapist runs over more
# often, and patients pay for it, a little. (For symptoms and dropout, higher is worse.)
#
# **A question to take away.** Which step of the chain do you trust least? Keep it in mind for
# notebook 4, in which you may cut it.
