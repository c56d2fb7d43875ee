#!/usr/bin/python3
"""Prints cases/textbook.sh: the resonator and the Kalman filter written as in a textbook, against SciPy and statsmodels and, for
the gradients, against adjoints derived by hand.

Needs Debian's python3-scipy and python3-statsmodels: python3 tests/e2e/oracle_textbook.py >tests/e2e/cases/textbook.sh
"""
import numpy as np
from scipy.signal import lfilter
from statsmodels.tsa.statespace.kalman_filter import KalmanFilter

PROGRAM = """size N = 12
size T = 6
size n = 4
size m = 2

# a resonator by its difference equation, as in the textbook
pipeline resonator {
  input x : real[N], d : real[N]
  param b : real[2] = [1, 0],  a : real[2] = [-1.8, 0.9]
  for n in 0..N {
    y[n] = b[0]*x[n] + b[1]*x[n-1] - a[0]*y[n-1] - a[1]*y[n-2]     # before the start signals are 0, unless `from` says
  }
  loss mse(y, d)
}

# state-space: what a `for` reads before it assigns is its state
def kalman_loglik(y: real[T, m], A: real[n, n], C: real[m, n], Q: real[n, n], R: real[m, m], x0: real[n], P0: real[n, n]) {
  x = x0;  P = P0;  ll = 0
  for t in 0..T {
    e  = y[t] - C @ x
    S  = C @ P @ C' + R
    K  = solve(S, C @ P)'
    ll = ll - 0.5*(dot(e, solve(S, e)) + logdet(S) + m*log(2*pi))
    x  = A @ (x + K @ e)
    P  = A @ joseph(P, K, C, R) @ A' + Q
  }
  return ll
}

pipeline kalman {
  input y : real[T, m]
  param A : real[n, n], C : real[m, n], Q : real[n, n], R : real[m, m], x0 : real[n], P0 : real[n, n]
  loss kalman_loglik(y, A, C, Q, R, x0, P0)
}
"""


def resonator(x, d, b, a):
    """mean (y - d)^2; y = b/(1, a) x. With the cotangent v = 2 (y - d)/N, w = 1/(1, a) run backwards over v:
    dL/dx = corr(w, b), dL/db[k] = sum w[n] x[n-k], dL/da[k] = -sum w[n] y[n-1-k]."""
    N, den = len(x), np.concatenate(([1], a))
    y = lfilter(b, den, x)
    w = lfilter([1], den, (2 * (y - d) / N)[::-1])[::-1]
    late = lambda s, k: np.concatenate((np.zeros(k), s[:N - k]))
    early = lambda s, k: np.concatenate((s[k:], np.zeros(k)))
    return {"loss": np.mean((y - d) ** 2), "b": [w @ late(x, k) for k in range(2)], "a": [-(w @ late(y, k + 1)) for k in range(2)],
            "x": sum(b[k] * early(w, k) for k in range(2)), "d": -2 * (y - d) / N}


def loglik(y, A, C, Q, R, x0, P0):
    f = KalmanFilter(C.shape[0], C.shape[1], initialization="known", initial_state=x0, initial_state_cov=P0, tolerance=0)
    f.bind(y.copy())
    f["design"], f["transition"], f["state_cov"], f["obs_cov"], f["selection"] = C, A, Q, R, np.eye(len(x0))
    return f.loglike()


def kalman(y, A, C, Q, R, x0, P0):
    """The adjoint of the recursion, statement by statement, from the last to the first."""
    T, n, inv = len(y), len(x0), np.linalg.inv
    x, P, ll, kept = x0, P0, 0.0, []
    for t in range(T):
        e, S = y[t] - C @ x, C @ P @ C.T + R
        K = (inv(S) @ C @ P).T
        F = np.eye(n) - K @ C
        J = F @ P @ F.T + K @ R @ K.T
        ll -= 0.5 * (e @ inv(S) @ e + np.linalg.slogdet(S)[1] + len(e) * np.log(2 * np.pi))
        kept.append((x, P, e, S, K, F, J))
        x, P = A @ (x + K @ e), A @ J @ A.T + Q
    assert abs(ll - loglik(y, A, C, Q, R, x0, P0)) < 1e-10
    A_, C_, Q_, R_, y_ = (np.zeros_like(v) for v in (A, C, Q, R, y))
    x_, P_ = np.zeros(n), np.zeros((n, n))
    for t in reversed(range(T)):
        x, P, e, S, K, F, J = kept[t]
        Si = inv(S)
        Q_ += P_  # P = A J A' + Q
        A_ += P_ @ A @ J.T + P_.T @ A @ J
        J_ = A.T @ P_ @ A
        A_ += np.outer(x_, x + K @ e)  # x = A (x + K e)
        u_ = A.T @ x_
        x_, K_, e_ = u_, np.outer(u_, e), K.T @ u_
        P_ = F.T @ J_ @ F  # J = F P F' + K R K', F = I - K C
        F_ = J_ @ F @ P.T + J_.T @ F @ P
        R_ += K.T @ J_ @ K
        K_ = K_ + J_ @ K @ R.T + J_.T @ K @ R - F_ @ C.T
        C_ -= K.T @ F_
        e_ = e_ - 0.5 * (Si + Si.T) @ e  # ll
        S_ = 0.5 * (Si.T @ np.outer(e, e) @ Si.T - Si.T)
        G_ = Si.T @ K_.T  # K = (inv(S) C P)'
        S_ = S_ - G_ @ K
        C_ += G_ @ P.T
        P_ = P_ + C.T @ G_
        R_ += S_  # S = C P C' + R
        C_ += S_ @ C @ P.T + S_.T @ C @ P
        P_ = P_ + C.T @ S_ @ C
        y_[t] = e_  # e = y - C x
        C_ -= np.outer(e_, x)
        x_ = x_ - C.T @ e_
    return {"loss": ll, "A": A_, "C": C_, "Q": Q_, "R": R_, "x0": x_, "P0": P_, "y": y_}


def text(v):
    return " ".join(repr(float(k)) for k in np.ravel(v))


def csv(v):
    return "\n".join(",".join(repr(float(k)) for k in row) for row in np.atleast_2d(v))


def case(name, inputs, wrt, out):
    for k, v in inputs.items():
        print(f"cat >{k}.csv <<'END'\n{csv(v)}\nEND")
    arguments = " ".join(f"--in {k}={k}.csv" for k in inputs) + "".join(f" --wrt={k}" for k in wrt)
    results = " ".join(f"--out {'loss' if k == 'loss' else 'grad.' + k}=g_{k}.csv" for k in out)
    print(f"status 0 dspc grad textbook.dsp --pipeline={name} {arguments} {results}")
    for k, v in out.items():
        print(f"near g_{k}.csv 1e-9 {text(v)}")


def main():
    rng = np.random.default_rng(3)
    draw = lambda *shape: np.round(rng.standard_normal(shape), 3)
    print('. "$LIB"')
    print("# Written by oracle_textbook.py. Two programs as a textbook has them: checked, and against SciPy, statsmodels and adjoints")
    print("# derived by hand.")
    print("cat >textbook.dsp <<'END'\n" + PROGRAM + "END")
    print("status 0 dspc check textbook.dsp")
    x, d, b, a = draw(12), draw(12), np.array([0.7, 0.2]), np.array([-1.5, 0.8])
    case("resonator", {"x": x, "d": d, "b": b, "a": a}, ["x", "d"], resonator(x, d, b, a))
    spd = lambda k: (lambda L: np.round(L @ L.T + 0.5 * np.eye(k), 3))(draw(k, k) / 2)
    A, C = np.round(0.4 * draw(4, 4), 3), draw(2, 4)
    v = {"y": draw(6, 2), "A": A, "C": C, "Q": spd(4), "R": spd(2), "x0": draw(4), "P0": spd(4)}
    case("kalman", v, ["y"], kalman(**v))


if __name__ == "__main__":
    main()
