"""Degrees of freedom are those of their definitions, written out with whole matrices."""

import numpy as np
import pytest

from sim.trial import reml, statistics


def trial(kind, seed):
    """Make one trial up, of a kind that the reference sets do not hold."""
    rng = np.random.default_rng(seed)
    shape = (1, 9, 6)
    arm = np.broadcast_to((np.arange(9) % 2)[None, :, None], shape).astype(float)
    clustered = np.ones(9, np.bool_)
    if kind == "crossed":
        arm = rng.integers(0, 2, size=shape).astype(float)
    elif kind == "nested":
        arm = np.broadcast_to((np.arange(9) < 7)[None, :, None], shape).astype(float)
        clustered = np.arange(9) < 7
    baseline, trait = rng.normal(size=shape), rng.normal(size=(1, 9, 1))
    outcome = 0.3 * arm + 0.5 * baseline + 0.7 * rng.normal(size=(1, 9, 1)) * clustered[:, None]
    outcome = outcome + rng.normal(size=shape)
    outcome[rng.random(shape) < 0.3] = np.nan
    covariates = [baseline, trait] if kind == "trait" else [baseline]
    return arm, outcome, covariates, clustered


def written_out(arm, outcome, covariates, clustered):
    """Give design, outcome, and what the two variances multiply."""
    seen = ~np.isnan(outcome[0])
    who = np.nonzero(seen)[0]
    columns = [np.broadcast_to(column, outcome.shape)[0][seen] for column in (arm, *covariates)]
    x = np.stack([np.ones(len(who)), *columns], axis=1)
    together = ((who[:, None] == who) & clustered[who][:, None]).astype(float)
    return x, outcome[0][seen], [together, np.eye(len(who))]


@pytest.mark.parametrize("kind", ["clustered", "crossed", "nested", "trait"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_satterthwaite_and_kenward_roger(kind, seed):
    made = trial(kind, seed)
    arm, outcome, covariates, clustered = made
    given = statistics.of_arrays(arm, outcome, *covariates, clustered=clustered)
    fits = reml.fit(given)
    x, y, parts = written_out(*made)
    residual = fits.sigma[0] ** 2
    variances = np.array([residual * fits.theta[0] ** 2, residual])

    def covariance(variances):
        inverse = np.linalg.inv(variances[0] * parts[0] + variances[1] * parts[1])
        return inverse, np.linalg.inv(x.T @ inverse @ x)

    def deviance(variances):
        inverse, phi = covariance(variances)
        r = y - x @ (phi @ x.T @ inverse @ y)
        return r @ inverse @ r - np.linalg.slogdet(inverse)[1] - np.linalg.slogdet(phi)[1]

    inverse, phi = covariance(variances)
    assert fits.estimate[0] == pytest.approx((phi @ x.T @ inverse @ y)[1], abs=1e-9)
    assert fits.se[0] == pytest.approx(np.sqrt(phi[1, 1]), abs=1e-9)

    if fits.singular[0]:
        assert fits.df_satterthwaite[0] == len(y) - x.shape[1]
    else:
        step = 1e-3 * variances
        e = np.diag(step)
        hessian = np.array(
            [
                [
                    deviance(variances + a + b)
                    - deviance(variances + a - b)
                    - deviance(variances - a + b)
                    + deviance(variances - a - b)
                    for b in e
                ]
                for a in e
            ]
        ) / (4.0 * np.outer(step, step))
        gradient = [
            covariance(variances + a)[1][1, 1] - covariance(variances - a)[1][1, 1] for a in e
        ] / (2.0 * step)
        of_variances = 2.0 * np.linalg.inv(hessian)
        df = 2.0 * phi[1, 1] ** 2 / (gradient @ of_variances @ gradient)
        assert fits.df_satterthwaite[0] == pytest.approx(df, rel=1e-4)

    p = [-x.T @ inverse @ part @ inverse @ x for part in parts]
    q = [[x.T @ inverse @ a @ inverse @ b @ inverse @ x for b in parts] for a in parts]
    information = np.array(
        [
            [
                np.trace(inverse @ parts[i] @ inverse @ parts[j])
                - 2.0 * np.trace(phi @ q[i][j])
                + np.trace(phi @ p[i] @ phi @ p[j])
                for j in range(2)
            ]
            for i in range(2)
        ]
    )
    w = 2.0 * np.linalg.inv(information)
    u = sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in range(2) for j in range(2))
    adjusted = phi + 2.0 * phi @ u @ phi
    along = np.array([(phi @ p[i] @ phi)[1, 1] for i in range(2)]) / phi[1, 1]
    assert fits.se_kr[0] == pytest.approx(np.sqrt(adjusted[1, 1]), rel=1e-7)
    assert fits.df_kr[0] == pytest.approx(2.0 / (along @ w @ along), rel=1e-6)
