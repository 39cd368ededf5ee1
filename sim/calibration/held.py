"""What is never fitted: every number between a therapist's mindfulness and a patient.

The generic world - people, alliance, dose, dropout, therapist variance, measurement - may be
fitted, and the step from training to therapists' own questionnaires. The numbers below say how a
trait, a skill or a state of the therapist's reaches the room and the patient. No study that is used
here relates the two, so nothing may move them: they keep their priors, and what follows from them
alone is called so.
"""

from __future__ import annotations

#: From the cushion to the room, and what the therapist's state in the room then does.
HELD = (
    # from practice to the room: kappa, and what else is carried there
    "transfer",
    "resonance_trait",
    "bowl_trait",
    "reset_effect",
    "hope_expectancy",
    # from the therapist's traits to presence and to the relationship with oneself
    "return_attention",
    "return_kindness",
    "drift_attention",
    "budget_attention",
    "kindness_acceptance",
    "kindness_love",
    "kindness_introject",
    "kindness_compassion",
    "knowing_curiosity",
    "befriending_acceptance",
    "decentring_slope",
    "catch_attention",
    "catch_knowing",
    "catch_focus",
    "dull_catching",
    "absorbed_decentring",
    "discharge_presence",
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
    "breadth_openness",
    "said_floor",
    "unsaid_floor",
    "express_floor",
    "express_resonance",
    "safety_floor",
    # from the therapist's state to acts, ruptures and their repair
    "hostile_introject",
    "hostile_befriending",
    "enact_attention",
    "exchange_reactivity",
    "exchange_awareness",
    "lapse_rate",
    "notice_presence",
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
    "technique_presence",
    "acting_acceptance",
    # the routes into the patient
    "safety_route",
    "modelling_route",
    "model_slope",
    "model_warmth",
    "facet_rate",
)

#: The two that the headline is shown along: transfer, and self-to-other.
KAPPA, TAU = "transfer", "self_to_other"
