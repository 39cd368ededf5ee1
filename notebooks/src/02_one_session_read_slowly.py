# %% [markdown]
# # 2. One session, read slowly
#
# Averages hide what therapy is made of: five minutes, and then five more. Here you sit in on one
# session of one pair. Everything you will read was lived by the model; the words are chosen by
# fixed rules from what it wrote down, and nothing is said that is in no row of its tables.

# %%
import sim
from os import environ

from IPython.display import Markdown, display
from matplotlib import pyplot as plt

from sim import narrative
from sim.figures import session_strip, style
from sim.study.session_log import session_log

replicates = int(environ.get("NOTEBOOK_REPLICATES", "20"))
# %matplotlib inline
plt.rcParams.update(style.style() | {"figure.dpi": 96})

# %% [markdown]
# We look for a session in which a rupture begins early enough to be noticed. (It was looked for,
# so it is not a typical one.)

# %%
log = session_log(
    sim.configure("study=session", "study.find=missed_rupture", f"replicates={replicates}")
)
story = narrative.tell(log)
Markdown("\n\n".join([story.lead, *story.people]))

# %% [markdown]
# ## The first half
#
# Three things to keep an eye on. *Felt*: how far the patient feels met. *Presence*: how far the
# therapist is there. *Bowl*: how full of the patient's pain the therapist is; at 100% it runs
# over.
#
# **Predict.** From what you know of the two, what will be difficult between them?

# %%
session = story.chapters[0]


def told(moments):
    """Five minutes a paragraph, of the therapist without training."""
    for moment in moments:
        numbers = " · ".join(f"{name} {number}" for name, number in moment.told.margin.items())
        yield f"**{moment.clock}** {moment.told.text} *({numbers})*"


half = len(session.moments) // 2
Markdown(
    "\n\n".join([f"### {session.heading}", session.opening[0].text, *told(session.moments[:half])])
)

# %% [markdown]
# **Predict.** Stop here. Has something torn between them? If so, does the therapist know? What
# would you do in the next five minutes, and what do you expect this therapist to do?
#
# ## The second half

# %%
Markdown("\n\n".join([*told(session.moments[half:]), f"**Afterwards.** {session.closing[0].text}"]))

# %% [markdown]
# **Look.** Was it one mistake? Follow the numbers back. Presence that falls makes reading harder;
# a full bowl leaves less room; the patient shows less, so there is less to read. The model has no
# scene called "missing a rupture". It has a probability of noticing that depends on presence, on
# the cue and on what the therapist can bear, and here the draw went against them.
#
# ## The same hour as a picture
#
# Below, the therapist as told is drawn beside a *twin*: the same person with the same patient and
# the same luck, but trained.
#
# **Predict.** Where will the two lives first part, and over how big a thing?

# %%
session_strip.lay_out(log)

# %%
Markdown("\n\n".join(["### Where the two part", *story.parting]))

# %% [markdown]
# **Look.** A small difference of presence moves a probability by a little, and now and then that
# little decides. From there on the two worlds run apart, not always in favour of the trained one.
#
# ## How it went on

# %%
rows = [f"| {row.label} | {row.told} | {row.twin} |" for row in story.outcome]
head = [f"| | {story.worlds[0]} | {story.worlds[1]} |", "|---|---:|---:|"]
display(Markdown("\n\n".join(story.ending)), Markdown("\n".join([*head, *rows])))

# %% [markdown]
# ## What is model here, and what is not

# %%
Markdown("\n\n".join(story.honest))

# %% [markdown]
# ## The rows behind the words
#
# Finally the bare record of that session: one row, five minutes.

# %%
segments = log.results.table("segments")
mine = segments[(segments["arm"] == "untrained") & (segments["session"] == session.number)]
columns = ["segment", "presence", "load", "felt_attunement", "closeness"]
mine[columns].round(2).set_index("segment")

# %% [markdown]
# **A question to take away.** Find the five minutes in which you would have done something else.
# Which number would your doing have moved first: presence, the bowl, or what the patient feels?
