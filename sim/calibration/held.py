"""What is never fitted: every number between a therapist's mindfulness and a patient.

The generic world - people, alliance, dose, dropout, therapist variance, measurement - may be
fitted, and the step from training to therapists' own questionnaires. The numbers below say how a
trait, a skill or a state of the therapist's reaches the room and the patient. No study that is used
here relates the two, so nothing may move them: they keep their priors, and what follows from them
alone is called so.

A test reads the chain: every number that stands in a product with what training moves in a
therapist, or with what comes of it, is in one of the two lists below.
"""

from __future__ import annotations

from typing import Final

#: From the cushion to the room, and what the therapist's state in the room then does.
HELD: Final = (
    # from practice to the room: kappa, and what else is carried there
    "transfer",
    "resonance_trait",
    "bowl_trait",
    "reset_effect",
    "hope_expectancy",
    "ego_reactivity",
    "ego_rigidity",
    # what practice costs in the room
    "costs",
    "technique_lesson",
    # from the therapist's traits to presence and to the relationship with oneself
    "return_attention",
    "return_kindness",
    "drift_attention",
    "drift_load",
    "drift_agitation",
    "drift_fatigue",
    "budget_attention",
    "kindness_acceptance",
    "kindness_love",
    "kindness_introject",
    "kindness_compassion",
    "knowing_base",
    "knowing_curiosity",
    "befriending_base",
    "befriending_acceptance",
    "decentring_slope",
    "decentring_relief",
    "catch_attention",
    "catch_knowing",
    "catch_focus",
    "catch_return",
    "lapse_depth",
    "dull_agitation",
    "dull_catching",
    "dull_fatigue",
    # the bowl: how what it holds, and does not hold, shows
    "absorbed_decentring",
    "discharge_presence",
    "hook_capacity",
    "hook_load",
    "overflow_blur",
    "overflow_steepness",
    "strain",
    # from oneself to the other: tau, and what is carried over
    "self_to_other",
    "rung_slope",
    "ceiling_floor",
    "ceiling_slope",
    "warmth_befriending",
    "warmth_intention",
    "steadiness_slope",
    "read_knowing",
    "read_focus",
    "read_overflow",
    "breadth_openness",
    "breadth_formulation",
    "said_floor",
    "unsaid_floor",
    "express_floor",
    "express_overflow",
    "express_resonance",
    "safety_floor",
    # from the therapist's state to acts, ruptures and their repair
    "hostile_introject",
    "hostile_befriending",
    "hostile_overflow",
    "enact_attention",
    "exchange_reactivity",
    "exchange_awareness",
    "lapse_rate",
    "notice_presence",
    "notice_subtle",
    "notice_steadiness",
    "notice_skill",
    "notice_focus",
    "stance_slope",
    "work_stance",
    "work_skill",
    "flexibility_presence",
    "defend_reactivity",
    "defend_awareness",
    "cling_rigidity",
    "cling_presence",
    "adherence_dip",
    "technique_presence",
    "acting_acceptance",
    "acting_technique",
    # the routes into the patient
    "safety_route",
    "modelling_route",
    "model_base",
    "model_slope",
    "model_warmth",
    "facet_rate",
)

#: Numbers that stand beside what training moves and may be fitted all the same, and why.
FREE: Final = {
    "agitation_fading": "how long unrest lasts in anybody",
    "aim_calling": "from practice to the therapist alone",
    "aim_hours": "from practice to the therapist alone",
    "aim_maturing": "from practice to the therapist alone",
    "alliance_rate": "how fast any alliance moves",
    "bowl_size": "what an average therapist's bowl holds: a level, no slope",
    "climb_rate": "from what the patient shows to the therapist, not from the therapist",
    "conceptualisation_spread": "a rival of mindfulness: what trials and therapist shares speak of",
    "discharge_rest": "how fast anybody's bowl empties: a level, no slope",
    "drift_base": "how long an average mind stays: a level, no slope",
    "goal_conceptualisation": "a rival of mindfulness: what trials and therapist shares speak of",
    "hostile_rate": "how often an average therapist is hostile: a level, no slope",
    "overflow_release": "what an overflow lets go of in anybody",
    "presence_noise": "chance",
    "return_base": "how soon an average mind comes back: a level, no slope",
    "task_technique": "a rival of mindfulness: what trials and therapist shares speak of",
    "technique_spread": "a rival of mindfulness: what trials and therapist shares speak of",
}

#: The two that the headline is shown along: transfer, and self-to-other.
KAPPA, TAU = "transfer", "self_to_other"
