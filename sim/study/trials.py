"""What a comparison needs to know of each trial besides the means that the engine gives.

Sums run over people in their order, on all replicates of a block at once, so they depend neither
on how many replicates a block holds nor on how NumPy likes to add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import course

if TYPE_CHECKING:
    import numpy as np

    from sim.engine.blocks import Block

    Array = np.ndarray[Any, Any]

#: The outcome whose variance is split between and within therapists, before and after.
BEFORE, AFTER = "symptom_severity_pre", "symptom_severity_post"

#: The therapists' columns whose spread standardises a difference.
SPREAD = ("self_attunement_post", "fmi_self_post", "scs_self_post")


def more(block: Block) -> dict[str, Array]:
    """Work out more columns of the trials table, from a block's therapists and patients.

    Parameters
    ----------
    block : Block
        Some replicates, with the rows of their patients.

    Returns
    -------
    dict of str to array
        For each replicate and arm, in the order of the trials table:
        ``therapist_<column>_sd`` of the columns in `SPREAD`, the SD between therapists; of
        severity at intake and at the end, ``symptom_severity_{pre_ss,pre_post_sp}_{between,
        within}``, sums of squares and of products between and within therapists (those of the end
        alone are the engine's); ``completers``, how many completed or improved, and their means
        ``symptom_severity_{pre,post}_completers``.
    """
    columns = {
        **{f"therapist_{name}_sd": _sd_of_therapists(block, name) for name in SPREAD},
        **_completers(block),
        **_sums(block),
    }
    return {name: values.reshape(-1) for name, values in columns.items()}


def _sd_of_therapists(block: Block, name: str) -> Array:
    """Give the standard deviation of a column between therapists."""
    import numpy as np

    values = block.rows.therapists[name]
    n = values.shape[2]
    if n == 1:
        return np.full(values.shape[:2], np.nan)
    mean = _total([values[:, :, j] for j in range(n)]) / n
    squares = _total([(values[:, :, j] - mean) ** 2 for j in range(n)])
    sd: Array = np.sqrt(squares / (n - 1))
    return sd


def _completers(block: Block) -> dict[str, Array]:
    """Count those who completed or improved, and take the means of their severity."""
    import numpy as np

    rows = block.rows.patients
    people = _people(block)
    ending = rows["ending"]
    done = [np.isin(ending[:, :, j, k], (course.COMPLETED, course.IMPROVED)) for j, k in people]
    n = _total([stayed.astype(np.float64) for stayed in done])
    found = {"completers": n}
    for name in (BEFORE, AFTER):
        of_those = [
            np.where(stayed, rows[name][:, :, j, k], 0.0)
            for stayed, (j, k) in zip(done, people, strict=True)
        ]
        nobody = np.full_like(n, np.nan)
        found[f"{name}_completers"] = np.divide(_total(of_those), n, out=nobody, where=n > 0.0)
    return found


def _sums(block: Block) -> dict[str, Array]:
    """Split squares and products of severity between and within therapists."""
    x, y = block.rows.patients[BEFORE], block.rows.patients[AFTER]
    therapists = range(len(block.caseloads))
    x_means = [_mean_of(block, x, j) for j in therapists]
    y_means = [_mean_of(block, y, j) for j in therapists]
    x_mean, y_mean = _grand_mean(block, x_means), _grand_mean(block, y_means)
    found = {}
    for name, (a, a_means, a_mean), (b, b_means, b_mean) in (
        ("pre_ss", (x, x_means, x_mean), (x, x_means, x_mean)),
        ("pre_post_sp", (x, x_means, x_mean), (y, y_means, y_mean)),
    ):
        found[f"symptom_severity_{name}_between"] = _total(
            [
                int(block.caseloads[j]) * (a_means[j] - a_mean) * (b_means[j] - b_mean)
                for j in therapists
            ]
        )
        found[f"symptom_severity_{name}_within"] = _total(
            [(a[:, :, j, k] - a_means[j]) * (b[:, :, j, k] - b_means[j]) for j, k in _people(block)]
        )
    return found


def _people(block: Block) -> list[tuple[int, int]]:
    """List the patients there are: therapist and slot."""
    return [(j, k) for j, n in enumerate(block.caseloads) for k in range(int(n))]


def _mean_of(block: Block, values: Array, j: int) -> Array:
    """Give the mean over one therapist's patients."""
    n = int(block.caseloads[j])
    return _total([values[:, :, j, k] for k in range(n)]) / n


def _grand_mean(block: Block, means: list[Array]) -> Array:
    """Give the mean over all patients from those of the therapists."""
    total = _total([int(n) * mean for n, mean in zip(block.caseloads, means, strict=True)])
    return total / int(block.caseloads.sum())


def _total(parts: list[Array]) -> Array:
    """Add up, one after the other."""
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total
