"""Why a fit can fail: a failed fit is counted as failed, and never as "not significant".

A kernel marks what it cannot fit with one of these numbers and goes on with the next trial. Where
every trial fails, the design or the data are at fault, and `check` says so in one sentence.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.errors import AnalysisError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.int8]

(
    NONE,
    FEW_PATIENTS,
    ONE_ARM,
    FEW_THERAPISTS,
    NO_VARIANCE,
    COLLINEAR,
    NO_OPTIMUM,
    ONE_PATIENT_EACH,
) = range(8)

#: What each number means, as the end of "this trial cannot be analysed: ...".
REASONS = (
    "",
    "there are not more patients with complete values than coefficients to estimate",
    "every patient with complete values is in the same arm",
    "with one therapist an arm the arms cannot be told from the therapists; take more therapists",
    "the outcome has no variance that is left to explain",
    "the covariates do not vary, or are combinations of each other and the arm",
    "the likelihood has no maximum, because patients of the same therapist are all alike",
    "no therapist has two patients with complete values, so therapists are not told from patients",
)


def words(failure: Codes) -> NDArray[np.object_]:
    """Give the reasons in words; empty where nothing failed."""
    import numpy as np

    reasons: NDArray[np.object_] = np.array(REASONS, object)[failure]
    return reasons


def check(reasons: NDArray[np.object_], analysis: str) -> None:
    """Refuse to go on if every single trial failed.

    Parameters
    ----------
    reasons : array of str, (trials,)
        Why each has no answer, in words; empty where it has one.
    analysis : str
        What cannot be computed.

    Raises
    ------
    AnalysisError
        With the most frequent reason.
    """
    if len(reasons) == 0 or (reasons == "").any():
        return
    [(reason, _)] = Counter(reasons.tolist()).most_common(1)
    raise AnalysisError(f"{analysis} cannot be computed: {reason}")
