"""Why a fit can fail: a failed fit is counted as failed, and never as "not significant".

A kernel marks what it cannot fit with one of these numbers and goes on with the next trial. Where
every trial fails, the design or the data are at fault, and `check` says so in one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def check(failure: Codes, analysis: str) -> None:
    """Refuse to go on if every single trial failed.

    Raises
    ------
    AnalysisError
        With the most frequent reason.
    """
    import numpy as np

    if failure.size == 0 or (failure == NONE).any():
        return
    code: Any = np.bincount(failure).argmax()
    raise AnalysisError(f"{analysis} cannot be computed: {REASONS[code]}")
