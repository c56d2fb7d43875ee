#!/usr/bin/python3
"""Writes cases/online.txt: derivatives inside a program, delays in loops, filters for nonlinear models, Gustafsson's zero-phase filter. Gradients come from
torch, through recursions written out in the plainest way; second derivatives by create_graph.

Needs Debian's python3-numpy and python3-torch. Run it as `python3 tests/agree/oracle_online.py`.
"""
import numpy as np
import scipy.signal as ss
import torch

from oracle import C, File, R, V
from oracle_recursive import adapt, kalman

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def grad(y, *x):
    """Of y with respect to x, so that it can be differentiated in its turn."""
    g = torch.autograd.grad(y, x, create_graph=True)
    return g[0] if len(x) == 1 else g


def free(x):
    return x if x.requires_grad else x.detach().clone().requires_grad_(True)


def jacobian(f, x):
    x = free(x)
    y = f(x)
    return y, torch.stack([grad(y[i], x) if y[i].requires_grad else torch.zeros_like(x) for i in range(len(y))])


def walk_update(q, r, p0, L):
    P = [p0 * torch.eye(L)]

    def update(w, u, e, past, wanted):
        g = P[0] @ u
        k = g / (r + u @ g)
        P[0] = P[0] - torch.outer(k, g) + q * torch.eye(L)
        return w + k * e
    return update


# ---- nonlinear filters -------------------------------------------------------------------------------------------------------
def log_normal(e, S):
    return -0.5 * (e @ torch.linalg.inv(S) @ e + torch.linalg.slogdet(S)[1] + len(e) * np.log(2 * np.pi))


def there(mask, t, m):
    """The indices of the numbers that are observed at step t; the others are taken out of y, h and R."""
    if mask is None:
        return list(range(m))
    return [k for k in range(m) if (mask[t] if mask.dim() == 1 else mask[t, k]) > 0.5]


def ekf(y, f, h, Q, Rm, x0, P0, mask=None):
    x, P, ll, xf, Pf = x0, P0, torch.zeros(()), [], []
    for t in range(len(y)):
        k = there(mask, t, y.shape[1])
        if k:
            z, H = jacobian(lambda x: h(x)[k], x)
            S = H @ P @ H.T + Rm[k][:, k]
            K = P @ H.T @ torch.linalg.inv(S)
            ll = ll + log_normal(y[t][k] - z, S)
            x, P = x + K @ (y[t][k] - z), P - K @ S @ K.T
        xf.append(x)
        Pf.append(P)
        x, F = jacobian(f, x)
        P = F @ P @ F.T + Q
    return torch.stack(xf), torch.stack(Pf), ll


def ukf(y, f, h, Q, Rm, x0, P0, alpha=1.0, beta=2.0, kappa=0.0, mask=None):
    n = len(x0)
    s = alpha ** 2 * (n + kappa)
    wm = torch.full((2 * n + 1,), 0.5 / s)
    wc = wm.clone()
    wm[0] = 1 - n / s
    wc[0] = wm[0] + 1 - alpha ** 2 + beta

    def transform(x, P, g):
        L = torch.linalg.cholesky(s * P)
        X = torch.stack([x] + [x + L[:, i] for i in range(n)] + [x - L[:, i] for i in range(n)])
        Y = torch.stack([g(v) for v in X])
        m = wm @ Y
        return m, (Y - m).T @ (wc[:, None] * (Y - m)), (X - x).T @ (wc[:, None] * (Y - m))
    x, P, ll, xf, Pf = x0, P0, torch.zeros(()), [], []
    for t, v in enumerate(y):
        k = there(mask, t, len(v))
        if k:
            z, S, Cross = transform(x, P, lambda x: h(x)[k])
            S = S + Rm[k][:, k]
            K = Cross @ torch.linalg.inv(S)
            ll = ll + log_normal(v[k] - z, S)
            x, P = x + K @ (v[k] - z), P - K @ S @ K.T
        xf.append(x)
        Pf.append(P)
        x, P, _ = transform(x, P, f)
        P = P + Q
    return torch.stack(xf), torch.stack(Pf), ll


# ---- delays --------------------------------------------------------------------------------------------------------------------
def at(signal, n, d):
    """signal[n-d], linearly between samples, 0 before the start; signal is a list."""
    k = int(torch.floor(d))
    f = d - k
    old = lambda m: signal[m] if m >= 0 else torch.zeros(())
    return (1 - f) * old(n - k) + f * old(n - k - 1)


def each(d, n):
    return d if d.dim() == 0 else d[n]


def feedback(x, d, g):
    y = []
    for n in range(len(x)):
        y.append(x[n] + g * at(y, n, each(d, n)))
    return torch.stack(y)


def all_pass(x, d, g):
    v, y = [], []
    for n in range(len(x)):
        past = at(v, n, each(d, n))
        v.append(x[n] + g * past)
        y.append(past - g * v[-1])
    return torch.stack(y)


def network(x, d, A, b, c):
    s, y = [], []
    for n in range(len(x)):
        out = torch.stack([at([v[k] for v in s], n, d[k]) for k in range(len(d))])
        s.append(A @ out + b * x[n])
        y.append(c @ out)
    return torch.stack(y)


def cases():
    t = File("online")
    # derivatives inside a program
    x, p, v = R(5), R(5, seed=2), R(5, seed=3)
    f = lambda x, p: (torch.sin(x) * p).sum() + (x[:2] * x[1:3]).prod()
    text = "sum(sin(x)*p) + prod(x[0:2]*x[1:3])"
    t.case("grad", f"grad({text}, x)", lambda x, p: grad(f(x, p), x), x=x, p=p)
    t.case("grad_second", f"grad({text}, x, p)[1]", lambda x, p: grad(f(x, p), x, p)[1], x=x, p=p)
    t.case("grad_of_grad", f"grad(dot(grad({text}, x), v), x)", lambda x, p, v: grad(grad(f(x, p), x) @ v, x), x=x, p=p, v=v)
    t.case("grad_complex", "grad(sum(abs2(fft(z*h))*w) + re(z[0]^3), z)", lambda z, h, w: grad((torch.fft.fft(z * h).abs() ** 2 * w).sum() + (z[0] ** 3).real, z),
           z=C(4), h=C(4, seed=2), w=R(4, seed=3))
    t.case("vjp", "vjp(lfilter(x, b, a), w, a)", lambda x, b, a, w: vjp_filter(x, b, a, w), x=x, b=R(2, seed=4), a=V([1.0, -0.5, 0.3]), w=p)
    t.case("jvp", "jvp(x^3*p, x, v)", lambda x, p, v: 3 * x ** 2 * p * v, x=x, p=p, v=v)
    t.case("jacobian", "jacobian(tanh(A @ x), x)", lambda A, x: jacobian(lambda x: torch.tanh(A @ x), x)[1], A=R(3, 5, seed=7), x=x)
    t.case("jacobian_matrix", "jacobian([sum(A), A[0, 1]*A[1, 0]], A)",
           lambda A: torch.stack([torch.ones(2, 2), torch.stack([torch.stack([torch.zeros(()), A[1, 0]]), torch.stack([A[0, 1], torch.zeros(())])])]), A=R(2, 2))

    # steps down a gradient, and through them
    for k in range(2):
        t.case(f"descend_{k}", f"descend(mse, w, x, mu=mu)[{k}]", lambda w, x, mu, k=k: mse_descend(w, x, mu)[k], w=R(3, seed=4), x=R(4, 3), mu=V(0.3))
    x, d, w0 = R(7), R(7, seed=2), R(3, seed=3)
    for k, part in enumerate("yew"):
        t.case("rls_random_walk_" + part, f"rls_random_walk(x, d, 3, q, r, p0, w)[{k}]",
               lambda x, d, q, r, p0, w, part=part: adapt(x, d, w, walk_update(q, r, p0, 3), part), x=x, d=d, q=V(0.02), r=V(0.5), p0=V(2.0), w=w0)

    # nonlinear filters: x' = x p and y = hypot(x, p), as functions of two arguments that the prelude has
    y, x0, p = R(4, 2, lo=0.5, hi=1.5), R(2, seed=5, lo=0.4, hi=1.2), V([0.9, 1.1])
    L, M = V([[0.5, 0], [0.1, 0.4]]), V([[0.7, 0], [0.2, 0.5]])
    cov = lambda L: torch.tril(L) @ torch.tril(L).T
    model = lambda p: (lambda x: x * p, lambda x: torch.sqrt(x * x + p * p))
    for name, fn in (("ekf", ekf), ("ukf", ukf)):
        for k, key in enumerate(("xf", "Pf", "ll")):
            t.case(f"{name}_{key}", f"{name}(y, mul, hypot, covariance(L), covariance(M), x, covariance(L), p=p)[{k}]",
                   lambda y, p, L, M, x, fn=fn, k=k: fn(y, *model(p), cov(L), cov(M), x, cov(L))[k], y=y, p=p, L=L, M=M, x=x0)
            t.case(f"{name}_linear_{key}", f"{name}(y, mul, add, covariance(L), covariance(M), x, covariance(L), p=p)[{k}]",
                   lambda y, p, L, M, x, k=k, key=key: kalman(y, torch.diag(p), torch.eye(2), cov(L), cov(M), x, cov(L), d=p)[key], y=y, p=p, L=L, M=M, x=x0)
    t.case("ukf_spread", "ukf(y, mul, hypot, covariance(L), covariance(M), x, covariance(L), p=p, alpha=0.5, kappa=1)[0]",
           lambda y, p, L, M, x: ukf(y, *model(p), cov(L), cov(M), x, cov(L), 0.5, 2.0, 1.0)[0], y=y, p=p, L=L, M=M, x=x0)
    seen = V([1.0, 0, 1, 1])
    for k in (0, 2):
        t.case(f"ekf_missing_{k}", f"ekf(y, mul, hypot, covariance(L), covariance(M), x, covariance(L), p=p, mask=s)[{k}]",
               lambda y, p, L, M, x, s, k=k: ekf(y, *model(p), cov(L), cov(M), x, cov(L), s)[k], grad=["p", "L", "M", "x"], y=y, p=p, L=L, M=M, x=x0, s=seen)
    partly = V([[1.0, 1], [0, 0], [0, 1], [1, 0]])
    for name, fn, s in (("ekf_partly", ekf, partly), ("ukf_missing", ukf, seen), ("ukf_partly", ukf, partly)):
        for k in (0, 1, 2):
            t.case(f"{name}_{k}", f"{name[:3]}(y, mul, hypot, covariance(L), covariance(M), x, covariance(L), p=p, mask=s)[{k}]",
                   lambda y, p, L, M, x, s, fn=fn, k=k: fn(y, *model(p), cov(L), cov(M), x, cov(L), mask=s)[k], grad=["y", "p", "L", "M", "x"],
                   y=y, p=p, L=L, M=M, x=x0, s=s)

    # delays: in blocks (from 16 samples on), and by a window
    for kind, short, N, d in (("far", 16, 60, 20.3), ("far_whole", 16, 60, 17.0), ("near", 1, 12, 3.7), ("near_least", 1, 12, 1.0)):
        names = f"shortest={short}, longest=30"
        sig = dict(x=R(N), d=V(d), g=V(0.6))
        t.case("feedback_comb_" + kind, f"feedback_comb(x, d, g, {names})", feedback, **sig)
        t.case("allpass_comb_" + kind, f"allpass_comb(x, d, g, {names})", all_pass, **sig)
        t.case("feedforward_comb_" + kind, "feedforward_comb(x, d, g)",
               lambda x, d, g: torch.stack([x[n] + g * at(list(x), n, d) for n in range(len(x))]), **sig)
    t.case("comb_modulated", "feedback_comb(x, d, g, longest=30)", feedback, x=R(50), d=R(50, seed=2, lo=16.5, hi=24.0), g=V(-0.7))
    t.case("comb_modulated_near", "feedback_comb(x, d, g, shortest=1, longest=6)", feedback, x=R(20), d=R(20, seed=2, lo=1.5, hi=5.5), g=V(-0.7))
    t.case("delay_network", "delay_network(x, d, A, b, c, longest=24)", network, x=R(60), d=V([17.2, 21.9]), A=V([[0.5, 0.3], [-0.3, 0.5]]), b=R(2, seed=4), c=R(2, seed=5))
    t.case("delay_network_near", "delay_network(x, d, A, b, c, shortest=1, longest=6)", network, x=R(16), d=V([2.2, 4.9, 3.0]), A=R(3, 3, seed=3, lo=-0.4, hi=0.4), b=R(3, seed=4), c=R(3, seed=5))
    # zero-phase filtering without continued ends; cascades that change
    b, a = ss.butter(3, 0.3)
    for name, irlen in (("", None), ("_irlen", 9)):
        more = f", irlen={irlen}" if irlen else ""
        t.case("filtfilt_gust" + name, f"filtfilt(x, {list(b)}, {list(a)}, method=gust{more})",
               lambda x, irlen=irlen: ss.filtfilt(b, a, x, method="gust", irlen=irlen), linear=True, x=R(2, 30))
    t.case("filtfilt_gust_taps", "filtfilt(x, [1, 0.5, 0.2], [2], method=gust)", lambda x: ss.filtfilt([1, 0.5, 0.2], [2], x, method="gust"), linear=True, x=R(20))
    t.case("filtfilt_gust_coefficients", "filtfilt(x, b, a, method=gust)", gust, x=R(14), b=V([0.3, 0.2, 0.1]), a=V([1.1, -0.5, 0.3]))
    t.case("sosfilt_varying", "sosfilt_varying(x, c)", changing, x=R(6), c=R(6, 2, 6, seed=2, lo=0.2, hi=0.6))
    t.save()


def biquad(x, c):
    """Transposed direct form II with coefficients c: [N, 6]."""
    z, y = [torch.zeros(()), torch.zeros(())], []
    for v, k in zip(x, c):
        k = k / k[3]
        y.append(k[0] * v + z[0])
        z = [k[1] * v - k[4] * y[-1] + z[1], k[2] * v - k[5] * y[-1]]
    return torch.stack(y)


def changing(x, c):
    for s in range(c.shape[1]):
        x = biquad(x, c[:, s])
    return x


def gust(x, b, a):
    """SciPy's _filtfilt_gust, with a filter that torch can differentiate."""
    fixed = lambda x: biquad(x, torch.cat((b, a)).expand(len(x), 6))
    N = len(x)
    z, o = [torch.ones(()), torch.zeros(())], []
    for n in range(N):
        o.append(z[0])
        z = [z[1] - a[1] / a[0] * o[-1], -a[2] / a[0] * o[-1]]
    o = torch.stack(o)
    O = torch.stack([o, torch.cat((torch.zeros(1), o[:-1]))])
    S = torch.stack([fixed(row.flip(0)) for row in O])
    fb = fixed(fixed(x).flip(0)).flip(0)
    bf = fixed(fixed(x.flip(0)).flip(0))
    M = torch.cat((S.flip(1) - O, O.flip(1) - S)).T
    c = torch.linalg.inv(M.T @ M) @ M.T @ (bf - fb)
    y = fb + torch.cat((S.flip(1), O.flip(1))).T @ c
    want = ss.filtfilt(b.detach().numpy(), a.detach().numpy(), x.detach().numpy(), method="gust")
    assert np.abs(y.detach().numpy() - want).max() < 1e-11
    return y


def vjp_filter(x, b, a, w):
    y = []
    for n in range(len(x)):
        v = sum(b[k] * x[n - k] for k in range(len(b)) if n >= k) - sum(a[k] * y[n - k] for k in range(1, len(a)) if n >= k)
        y.append(v / a[0])
    return grad((torch.stack(y) * w).sum(), a)


def mse_descend(w, x, mu):
    costs = []
    for v in x:
        c = ((w - v) ** 2).mean()
        costs.append(c)
        w = w - mu * grad(c, w)
    return torch.stack(costs), w


if __name__ == "__main__":
    cases()
