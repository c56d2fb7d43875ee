#!/usr/bin/python3
"""Writes cases/{recursive,statespace,adaptive,recurrent}.txt: what SciPy, statsmodels and torch say to recursive filters,
state space models, adaptive filters and recurrent layers. Gradients come from torch, through recursions written out in the
plainest way; the values of these are compared here with SciPy's and statsmodels' before they are written.

Needs Debian's python3-scipy, python3-torch and python3-statsmodels. Run it as `python3 tests/agree/oracle_recursive.py`.
"""
import numpy as np
import scipy.signal as ss
import torch
from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

from oracle import C, File, R, V

torch.set_default_dtype(torch.float64)


def same(got, want, tolerance=1e-11):
    got = got.detach().numpy() if torch.is_tensor(got) else np.asarray(got)
    assert got.shape == np.shape(want), (got.shape, np.shape(want))
    assert np.abs(got - want).max() <= tolerance * max(1, np.abs(want).max()), (got, want)


def arrays(*tensors):
    return [t.detach().numpy() for t in tensors]


def lfilter(x, b, a, zi=None):
    """Transposed direct form II, sample by sample, over the last axis of x; b, a: [K] or [..., K]."""
    m = max(b.shape[-1], a.shape[-1])
    pad = lambda c: torch.cat((c / a[..., :1], torch.zeros(c.shape[:-1] + (m - c.shape[-1],), dtype=c.dtype)), -1)
    b, a = pad(b), pad(a)
    z = [torch.zeros((), dtype=x.dtype)] * (m - 1) if zi is None else [zi[..., k] for k in range(m - 1)]
    y = []
    for n in range(x.shape[-1]):
        v = b[..., 0] * x[..., n] + (z[0] if m > 1 else 0)
        z = [b[..., k] * x[..., n] - a[..., k] * v + (z[k] if k < m - 1 else 0) for k in range(1, m)]
        y.append(v)
    lead = y[0].shape
    return torch.stack(y, -1), torch.stack([q.expand(lead) for q in z], -1) if m > 1 else None


def checked_lfilter(x, b, a, zi=None, state=False):
    y, zf = lfilter(x, b, a, zi)
    if b.dim() == 1:
        if zi is None:
            same(y, ss.lfilter(*arrays(b, a, x)))
        else:
            w, z = ss.lfilter(*arrays(b, a, x), zi=zi.detach().numpy())
            same(y, w)
            same(zf, z)
    return zf if state else y


def lfilter_zi(b, a):
    m = max(len(b), len(a))
    pad = lambda c: torch.cat((c / a[0], torch.zeros(m - len(c))))
    b, a = pad(b), pad(a)
    M = torch.eye(m - 1) - torch.cat((-a[1:, None], torch.eye(m - 1)[:, :-1]), 1)
    return torch.linalg.solve(M, b[1:] - a[1:] * b[0])


def odd(x, n):
    return torch.cat((2 * x[..., :1] - x[..., 1:n + 1].flip(-1), x, 2 * x[..., -1:] - x[..., -n - 1:-1].flip(-1)), -1)


def even(x, n):
    return torch.cat((x[..., 1:n + 1].flip(-1), x, x[..., -n - 1:-1].flip(-1)), -1)


def edge(x, n):
    return torch.cat((x[..., :1].expand(x.shape[:-1] + (n,)), x, x[..., -1:].expand(x.shape[:-1] + (n,))), -1)


def filtfilt(x, b, a, kind="odd", padlen=None):
    n = 0 if kind is None else 3 * max(len(a), len(b)) if padlen is None else padlen
    u = {"odd": odd, "even": even, "constant": edge}[kind](x, n) if n else x
    zi = lfilter_zi(b, a)
    v = lfilter(u, b, a, zi * u[..., :1])[0].flip(-1)
    y = lfilter(v, b, a, zi * v[..., :1])[0].flip(-1)[..., n:n + x.shape[-1]]
    same(y, ss.filtfilt(*arrays(b, a, x), padtype=kind, padlen=padlen))
    return y


def sosfilt(x, sos, zi=None):
    z = []
    for s in range(sos.shape[0]):
        x, zf = lfilter(x, sos[s, :3], sos[s, 3:], None if zi is None else zi[..., s, :])
        z.append(zf)
    return x, torch.stack(z, -2)


def checked_sosfilt(x, sos, zi=None, state=False):
    y, z = sosfilt(x, sos, zi)
    c = sos / sos[:, 3:4]
    if zi is None:
        same(y, ss.sosfilt(*arrays(c, x)))
    else:
        want = ss.sosfilt(*arrays(c, x), zi=np.moveaxis(zi.numpy(), -2, 0) if zi.dim() > 2 else zi.detach().numpy())
        same(y, want[0])
    return z if state else y


def sosfilt_zi(sos):
    out, level = [], 1
    for c in sos:
        out.append(level * lfilter_zi(c[:3], c[3:]))
        level = level * c[:3].sum() / c[3:].sum()
    out = torch.stack(out)
    same(out, ss.sosfilt_zi((sos / sos[:, 3:4]).detach().numpy()))
    return out


def sosfiltfilt(x, sos, n):
    zi = sosfilt_zi(sos)
    u = odd(x, n)
    v = sosfilt(u, sos, zi * u[..., :1])[0].flip(-1)
    y = sosfilt(v, sos, zi * v[..., :1])[0].flip(-1)[..., n:-n]
    same(y, ss.sosfiltfilt((sos / sos[:, 3:4]).detach().numpy(), x.detach().numpy(), padlen=n))
    return y


def varying(x, b, a):
    y = []
    for n in range(x.shape[-1]):
        v = sum(b[..., n, k] * x[..., n - k] for k in range(b.shape[-1]) if k <= n)
        v = v - sum(a[..., n, k] * y[n - k] for k in range(1, a.shape[-1]) if k <= n)
        y.append(v / a[..., n, 0])
    return torch.stack(y, -1)


def rbj(kind, f, q, fs, g=None):
    """Audio EQ Cookbook."""
    w = 2 * np.pi * f / fs
    c, s = torch.cos(w), torch.sin(w)
    al = s / (2 * q)
    if g is not None:
        A = 10 ** (g / 40)
        r = 2 * torch.sqrt(A) * al
    t = {"lowpass": lambda: ((1 - c) / 2, 1 - c, (1 - c) / 2, 1 + al, -2 * c, 1 - al),
         "highpass": lambda: ((1 + c) / 2, -(1 + c), (1 + c) / 2, 1 + al, -2 * c, 1 - al),
         "bandpass": lambda: (al, 0 * c, -al, 1 + al, -2 * c, 1 - al),
         "skirt": lambda: (s / 2, 0 * c, -s / 2, 1 + al, -2 * c, 1 - al),
         "notch": lambda: (1 + 0 * c, -2 * c, 1 + 0 * c, 1 + al, -2 * c, 1 - al),
         "allpass": lambda: (1 - al, -2 * c, 1 + al, 1 + al, -2 * c, 1 - al),
         "peak": lambda: (1 + al * A, -2 * c, 1 - al * A, 1 + al / A, -2 * c, 1 - al / A),
         "lowshelf": lambda: (A * ((A + 1) - (A - 1) * c + r), 2 * A * ((A - 1) - (A + 1) * c), A * ((A + 1) - (A - 1) * c - r),
                              (A + 1) + (A - 1) * c + r, -2 * ((A - 1) + (A + 1) * c), (A + 1) + (A - 1) * c - r),
         "highshelf": lambda: (A * ((A + 1) + (A - 1) * c + r), -2 * A * ((A - 1) + (A + 1) * c), A * ((A + 1) + (A - 1) * c - r),
                               (A + 1) - (A - 1) * c + r, 2 * ((A - 1) - (A + 1) * c), (A + 1) - (A - 1) * c - r)}[kind]()
    t = torch.stack([v + 0 * al for v in t], -1)
    return t / t[..., 3:4]


def svf(x, f, q, fs):
    g, k = torch.tan(np.pi * f / fs), 1 / q
    s1 = s2 = torch.zeros(())
    out = []
    for n in range(len(x)):
        h = 1 / (1 + g[n] * (g[n] + k))
        v1 = h * (s1 + g[n] * (x[n] - s2))
        v2 = s2 + g[n] * v1
        s1, s2 = 2 * v1 - s1, 2 * v2 - s2
        out.append(torch.stack((v2, v1, x[n] - k * v1 - v2)))
    return torch.stack(out, 1)


def ballistics(x, attack, release):
    y, out = torch.zeros(()), []
    for n in range(x.shape[-1]):
        y = x[..., n] + torch.where(x[..., n] > y, attack, release) * (y - x[..., n])
        out.append(y)
    return torch.stack(out, -1)


def smoothing(t, fs):
    return torch.exp(torch.tensor(-np.log(9) / (fs * t)))


def gain_curve(level, T, ratio, W):
    out = []
    for v in level:
        o = v - T
        out.append((1 / ratio - 1) * (o if 2 * o > W else (o + W / 2) ** 2 / (2 * W) if 2 * o > -W else 0 * o))
    return torch.stack(out)


def recursive():
    t = File("recursive")
    a3, a6 = V([1.25, -0.8, 0.3]), V([1, -0.5, 0.2, 0.1, -0.15, 0.05])
    b3, b2 = R(3, seed=2), R(2, seed=3)
    for name, x, b, a in (("second", R(9), b3, a3), ("batch", R(2, 7), b2, a3), ("short", R(3), b2, a6), ("one", R(1), b3, a3),
                          ("first", R(6), R(1, seed=2), V([2.0, -0.9])), ("fir", R(6), b3, V([2.0])), ("long", R(10), b3, a6)):
        t.case(f"lfilter_{name}", "lfilter(x, b, a)", checked_lfilter, x=x, b=b, a=a)
    t.case("lfilter_complex", "lfilter(x, b, a)", checked_lfilter, x=C(7), b=C(2, seed=2), a=V([1, 0.3 - 0.4j, 0.2j], "complex"))
    t.case("lfilter_bank", "lfilter(x, b, a)", lambda x, b, a: lfilter(x, b, a)[0], x=R(6), b=R(2, 2, seed=2), a=R(2, 3, seed=3, lo=0.7, hi=1.2))
    for name, x, b, a, m in (("", R(7), b2, a3, (2,)), ("_short", R(3), b3, a6, (5,)), ("_batch", R(2, 5), b3, a3, (2, 2)), ("_fir", R(5), b3, V([2.0]), (2,))):
        zi = R(*m, seed=7)
        t.case("lfilter_zi_given" + name, "lfilter(x, b, a, zi)", checked_lfilter, x=x, b=b, a=a, zi=zi)
        t.case("lfilter_state" + name, "lfilter_state(x, b, a, zi)[1]", lambda x, b, a, zi: checked_lfilter(x, b, a, zi, True), x=x, b=b, a=a, zi=zi)

    def zi_of(b, a):
        z = lfilter_zi(b, a)
        same(z, ss.lfilter_zi(*arrays(b, a)))
        return z
    t.case("lfilter_zi", "lfilter_zi(b, a)", zi_of, b=b2, a=a6)
    t.case("lfilter_zi_b", "lfilter_zi(b, a)", zi_of, b=R(4, seed=5), a=V([2.0, -0.6]))

    def lfiltic(b, a, v, u):
        m = max(len(b), len(a)) - 1
        past = lambda c, p, k: sum(c[k + 1 + i] * p[i] for i in range(len(p)) if k + 1 + i < len(c))
        z = torch.stack([(past(b, u, k) - past(a, v, k)) / a[0] + 0 * a[0] for k in range(m)])
        same(z, ss.lfiltic(*arrays(b, a, v, u)))
        return z
    t.case("lfiltic", "lfiltic(b, a, v, u)", lfiltic, b=V([1.0, 0.4, -0.3]), a=V([1.0, -0.5, 0.2, 0.1]), v=R(3, seed=4), u=R(2, seed=5))
    t.case("lpc_synthesis", "lpc_synthesis(x, a, gain=0.5)", lambda x, a: lfilter(0.5 * x, torch.ones(1), a)[0], x=R(8), a=V([1.0, -0.6, 0.3, 0.2]))
    for name, nb, na in (("2", 3, 3), ("1", 1, 2), ("3", 2, 4)):
        t.case("lfilter_varying_" + name, "lfilter_varying(x, b, a)", varying, x=R(6), b=R(6, nb, seed=2), a=R(6, na, seed=3, lo=0.4, hi=0.9))
    t.case("lfilter_varying_batch", "lfilter_varying(x, b, a)", varying, x=R(2, 5), b=R(2, 5, 2, seed=2), a=R(2, 5, 3, seed=3, lo=0.4, hi=0.9))
    sos = V([[0.9, 0.2, -0.1, 1.0, -0.5, 0.3], [0.4, -0.3, 0.2, 2.0, 0.4, 0.5]])
    t.case("sosfilt", "sosfilt(x, sos)", checked_sosfilt, x=R(8), sos=sos)
    t.case("sosfilt_batch", "sosfilt(x, sos, zi)", lambda x, sos, zi: sosfilt(x, sos, zi)[0], x=R(3, 5), sos=sos, zi=R(3, 2, 2, seed=4))
    t.case("sosfilt_given", "sosfilt(x, sos, zi)", checked_sosfilt, x=R(6), sos=sos, zi=R(2, 2, seed=4))
    t.case("sosfilt_state", "sosfilt_state(x, sos, zi)[1]", lambda x, sos, zi: checked_sosfilt(x, sos, zi, True), x=R(6), sos=sos, zi=R(2, 2, seed=4))
    t.case("sosfilt_state_batch", "sosfilt_state(x, sos, zi)[1]", lambda x, sos, zi: sosfilt(x, sos, zi)[1], x=R(3, 5), sos=sos, zi=R(3, 2, 2, seed=4))
    t.case("sosfilt_zi", "sosfilt_zi(sos)", sosfilt_zi, sos=sos)
    t.case("filtfilt", "filtfilt(x, b, a)", filtfilt, x=R(12), b=b2, a=a3)
    t.case("filtfilt_even", "filtfilt(x, b, a, padtype=even, padlen=4)", lambda x, b, a: filtfilt(x, b, a, "even", 4), x=R(2, 8), b=b2, a=a3)
    t.case("filtfilt_constant", "filtfilt(x, b, a, padtype=constant, padlen=3)", lambda x, b, a: filtfilt(x, b, a, "constant", 3), x=R(6), b=b2, a=a3)
    t.case("filtfilt_none", "filtfilt(x, b, a, padtype=none)", lambda x, b, a: filtfilt(x, b, a, None), x=R(6), b=b2, a=a3)
    t.case("sosfiltfilt", "sosfiltfilt(x, sos)", lambda x, sos: sosfiltfilt(x, sos, 15), x=R(18), sos=sos)
    t.case("one_pole", "one_pole(x, c)", lambda x, c: lfilter(x * (1 - c), torch.ones(1), torch.stack((torch.ones(()), -c)))[0], x=R(6), c=V(0.8))
    f, q, g = V(3000.0), V(0.9), V(-4.5)
    for kind in ("lowpass", "highpass", "bandpass", "notch", "allpass"):
        t.case("biquad_" + kind, f"biquad_{kind}(f, q, fs=48kHz)", lambda f, q, kind=kind: rbj(kind, f, q, 48000), f=f, q=q)
    t.case("biquad_skirt", "biquad_bandpass(f, q, fs=48kHz, gain=skirt)", lambda f, q: rbj("skirt", f, q, 48000), f=f, q=q)
    t.case("biquad_bank", "biquad_lowpass(f, q, fs=48kHz)", lambda f, q: rbj("lowpass", f, q, 48000), f=V([100.0, 5000.0]), q=V([0.7, 2.0]))
    for kind in ("peak", "lowshelf", "highshelf"):
        t.case("biquad_" + kind, f"biquad_{kind}(f, g, q, fs=48kHz)", lambda f, g, q, kind=kind: rbj(kind, f, q, 48000, g), f=f, g=g, q=q)
    z = lambda f: torch.exp(-2j * np.pi * f[:, None] / 48000 * torch.arange(3.0))
    t.case("sos_response", "sos_response(sos, f, 48kHz)", lambda sos, f: ((z(f) @ sos[:, :3].T.to(torch.complex128)) / (z(f) @ sos[:, 3:].T.to(torch.complex128))).prod(-1), grad=["sos"], sos=sos, f=V([0.0, 1000.0, 20000.0]))
    low = V([900.0, 1000.0, 1500.0, 2000.0, 1800.0])
    t.case("svf", "stack(svf(x, f, q, fs=8kHz)[0], svf(x, f, q, fs=8kHz)[1], svf(x, f, q, fs=8kHz)[2])", lambda x, f, q: svf(x, f, q, 8000.0), x=R(5), f=low, q=V(0.8))
    t.case("ballistics", "ballistics(x, attack, release)", ballistics, x=R(9), attack=V(0.4), release=V(0.9))
    t.case("ballistics_batch", "ballistics(x, attack, release)", ballistics, x=R(2, 6), attack=V(0.4), release=V(0.9))
    t.case("envelope_follower", "envelope_follower(x, 2ms, 10ms)", lambda x: ballistics(x.abs(), smoothing(0.002, 1000), smoothing(0.01, 1000)), x=R(8, rate=1000.0))
    t.case("compressor_gain", "compressor_gain(x, -20, 4, 6)", lambda x: gain_curve(x, -20.0, 4.0, 6.0), x=V([-60.0, -22.5, -20.0, -18.0, -3.0]))
    t.case("compressor_gain_hard", "compressor_gain(x, -20, 4, 0)", lambda x: gain_curve(x, -20.0, 4.0, 0.0), x=V([-60.0, -22.5, -18.0, -3.0]))
    t.case("compressor", "compressor(x, T, r, 2ms, 10ms, knee=6, makeup=3)",
           lambda x, T, r: x * 10 ** ((3 - ballistics(-gain_curve(20 * torch.log10(torch.clamp(x.abs(), min=1e-8)), T, r, 6.0), smoothing(0.002, 1000), smoothing(0.01, 1000))) / 20),
           x=R(8, rate=1000.0), T=V(-12.0), r=V(4.0))
    t.save()


# ---- state space -------------------------------------------------------------------------------------------------------------
def kalman(y, A, Cm, Q, Rm, x0, P0, c=None, d=None, mask=None):
    """Filter and smoother by the textbook, missing components dropped from the observation."""
    at = lambda M, k, dims=2: M[k] if M.dim() > dims else M
    T, n = y.shape[0], x0.shape[0]
    x, P, ll, xf, Pf, xp, Pp = x0, P0, torch.zeros(()), [], [], [], []
    for k in range(T):
        xp.append(x)
        Pp.append(P)
        rows = [i for i in range(y.shape[1]) if mask is None or mask[k, i] > 0.5]
        if rows:
            H = at(Cm, k)[rows]
            S = H @ P @ H.T + at(Rm, k)[rows][:, rows]
            e = y[k][rows] - H @ x - (0 if d is None else at(d, k, 1)[rows])
            K = P @ H.T @ torch.linalg.inv(S)
            ll = ll - 0.5 * (e @ torch.linalg.inv(S) @ e + torch.linalg.slogdet(S)[1] + len(rows) * np.log(2 * np.pi))
            F = torch.eye(n) - K @ H
            x, P = x + K @ e, F @ P @ F.T + K @ at(Rm, k)[rows][:, rows] @ K.T
        xf.append(x)
        Pf.append(P)
        x = at(A, k) @ x + (0 if c is None else at(c, k, 1))
        P = at(A, k) @ P @ at(A, k).T + at(Q, k)
    xs, Ps = [xf[-1]], [Pf[-1]]
    for k in range(T - 2, -1, -1):
        G = Pf[k] @ at(A, k).T @ torch.linalg.inv(Pp[k + 1])
        xs.insert(0, xf[k] + G @ (xs[0] - xp[k + 1]))
        Ps.insert(0, Pf[k] + G @ (Ps[0] - Pp[k + 1]) @ G.T)
    out = {"xf": xf, "Pf": Pf, "xp": xp, "Pp": Pp, "xs": xs, "Ps": Ps}
    out = {name: torch.stack(v) for name, v in out.items()}
    out["ll"] = ll
    check_kalman(out, y, A, Cm, Q, Rm, x0, P0, c, d, mask)
    return out


def check_kalman(out, y, A, Cm, Q, Rm, x0, P0, c, d, mask):
    y, A, Cm, Q, Rm, x0, P0 = arrays(y, A, Cm, Q, Rm, x0, P0)
    last = lambda M, dims=2: np.moveaxis(M, 0, -1) if M.ndim > dims else M
    seen = y.copy()
    if mask is not None:
        seen[mask.detach().numpy() < 0.5] = np.nan
    m = KalmanSmoother(y.shape[1], x0.size)
    m.bind(seen)
    m.tolerance = 0
    m["design"], m["obs_cov"], m["transition"], m["state_cov"] = last(Cm), last(Rm), last(A), last(Q)
    m["selection"] = np.eye(x0.size)
    if c is not None:
        m["state_intercept"] = last(c.detach().numpy(), 1) if c.dim() > 1 else c.detach().numpy()[:, None]
    if d is not None:
        m["obs_intercept"] = last(d.detach().numpy(), 1) if d.dim() > 1 else d.detach().numpy()[:, None]
    m.initialize_known(x0, P0)
    r = m.smooth()
    same(out["ll"], r.llf_obs.sum(), 1e-10)
    same(out["xf"], r.filtered_state.T, 1e-10)
    same(out["Pf"], np.moveaxis(r.filtered_state_cov, -1, 0), 1e-10)
    same(out["xp"], r.predicted_state.T[:-1], 1e-10)
    same(out["Pp"], np.moveaxis(r.predicted_state_cov, -1, 0)[:-1], 1e-10)
    same(out["xs"], r.smoothed_state.T, 1e-10)
    same(out["Ps"], np.moveaxis(r.smoothed_state_cov, -1, 0), 1e-10)


def statespace():
    t = File("statespace")
    A, Cm = V([[0.9, 0.2, 0], [0, 0.8, 0.1], [0.1, 0, 0.7]]), V([[1, 0, 0.5], [0, 1, -0.3]])
    x0, y = R(3, seed=5), R(5, 2, seed=6, lo=-2, hi=2)
    Lq, Lr = V([[0.5, 0, 0], [0.1, 0.4, 0], [0, 0.2, 0.6]]), V([[0.7, 0], [0.2, 0.5]])
    Q, Rm, P0 = (V(np.array(L.array) @ np.array(L.array).T) for L in (Lq, Lr, V([[1, 0, 0], [0.3, 0.9, 0], [0, 0.1, 0.8]])))
    cov = lambda L: torch.tril(L) @ torch.tril(L).T
    model = dict(A=A, C=Cm, Q=Q, R=Rm, x0=x0, P0=P0)
    args = "y, A, C, Q, R, x0, P0"
    call = lambda key, **more: lambda y, A, C, Q, R, x0, P0, **kw: kalman(y, A, C, Q, R, x0, P0, **more, **kw)[key]
    t.case("kalman_loglik", f"kalman_loglik({args})", call("ll"), grad=["y", "A", "C", "x0"], y=y, **model)
    t.case("kalman_factors", "kalman_loglik(y, A, C, covariance(Q), covariance(R), x0, covariance(P0))",
           lambda y, A, C, Q, R, x0, P0: kalman(y, A, C, cov(Q), cov(R), x0, cov(P0))["ll"], y=y, A=A, C=Cm, Q=Lq, R=Lr, x0=x0, P0=Lq)
    for k, key in enumerate(("xf", "Pf", "xp", "Pp")):
        t.case("kalman_" + key, f"kalman_filter({args})[{k}]", call(key), grad=["y", "A", "C", "x0"], y=y, **model)
    t.case("kalman_xs", f"kalman_smoother({args})[0]", call("xs"), grad=["y", "A", "C", "x0"], y=y, **model)
    t.case("kalman_Ps", f"kalman_smoother({args})[1]", call("Ps"), grad=["A", "C"], y=y, **model)
    # missing observations: whole rows, and single components
    rows, single = V([1.0, 0, 1, 1, 0]), V([[1.0, 1], [0, 1], [0, 0], [1, 0], [1, 1]])
    for name, mask in (("rows", rows), ("single", single)):
        full = lambda mask: mask[:, None].expand(5, 2) if mask.dim() == 1 else mask
        for key, expr in (("ll", "kalman_loglik({})"), ("xf", "kalman_filter({})[0]"), ("xs", "kalman_smoother({})[0]"), ("Ps", "kalman_smoother({})[1]")):
            t.case(f"missing_{name}_{key}", expr.format(args + ", mask=mask"),
                   lambda y, A, C, Q, R, x0, P0, mask, key=key: kalman(y, A, C, Q, R, x0, P0, mask=full(mask))[key], grad=["A", "C", "x0"], y=y, mask=mask, **model)
    # offsets and control, constant and in time
    B, u = R(3, 2, seed=8), R(5, 2, seed=9)
    t.case("kalman_control", "kalman_loglik(y, A, C, 0.3*eye(3), 0.5*eye(2), [0.1, 0.2, 0.3], eye(3), B, u, c, d)",
           lambda y, A, C, B, u, c, d: kalman(y, A, C, 0.3 * torch.eye(3), 0.5 * torch.eye(2), torch.tensor([0.1, 0.2, 0.3]), torch.eye(3), c=u @ B.T + c, d=d)["ll"],
           y=y, A=A, C=Cm, B=B, u=u, c=R(3, seed=3), d=R(2, seed=4))
    At = V(np.array(A.array)[None] * np.linspace(0.8, 1.1, 5)[:, None, None])
    Ct = V(np.array(Cm.array)[None] * np.linspace(1.2, 0.7, 5)[:, None, None])
    Qt, Rt = (V(np.array(M.array)[None] * np.linspace(0.5, 2, 5)[:, None, None]) for M in (Q, Rm))
    varying_model = dict(A=At, C=Ct, Q=Qt, R=Rt, x0=x0, P0=P0)
    for key, expr in (("ll", f"kalman_loglik({args})"), ("xs", f"kalman_smoother({args})[0]")):
        t.case("varying_" + key, expr, call(key), grad=["y", "A", "C", "x0"], y=y, **varying_model)
    t.case("kalman_scalar", f"kalman_loglik({args})", call("ll"), grad=True, y=R(6, 1), A=V([[0.9]]), C=V([[1.0]]), Q=V([[0.3]]), R=V([[0.5]]), x0=V([0.2]), P0=V([[1.0]]))
    t.case("covariance_log", "covariance_log(L)", lambda L: (lambda l: l @ l.T)(torch.tril(L, -1) + torch.diag(torch.exp(torch.diagonal(L)))), L=R(3, 3))
    # an extended filter along given linearisations is the filter of the affine model
    at, f, h = R(4, 2, seed=11), R(4, 2, seed=12), R(4, 1, seed=13)
    aff = lambda F, at, f: f - (F @ at[:, :, None])[..., 0]
    t.case("kalman_linearised", "kalman_linearised(y, at, f, F, h, H, 0.2*eye(2), [[0.3]], [0.5, -0.5], eye(2))[0]",
           lambda y, at, f, F, h, H: kalman(y, F, H, 0.2 * torch.eye(2), torch.tensor([[0.3]]), torch.tensor([0.5, -0.5]), torch.eye(2), c=aff(F, at, f), d=aff(H, at, h))["xf"],
           y=R(4, 1), at=at, f=f, F=R(4, 2, 2, seed=14), h=h, H=R(4, 1, 2, seed=15))
    t.save()


# ---- adaptive filters --------------------------------------------------------------------------------------------------------
def adapt(x, d, w, update, part):
    """y, e, w of an adaptive filter; update(w, u, e, x up to n newest first, d likewise) gives the next weights."""
    L, ys, es = len(w), [], []
    for n in range(len(x)):
        past = torch.cat((x[:n + 1].flip(0), torch.zeros(L + 8, dtype=x.dtype)))
        wanted = torch.cat((d[:n + 1].flip(0), torch.zeros(8, dtype=d.dtype)))
        u = past[:L]
        ys.append((w * u).sum())
        es.append(d[n] - ys[-1])
        w = update(w, u, es[-1], past, wanted)
    return {"y": torch.stack(ys), "e": torch.stack(es), "w": w}[part]


def rls_update(lam, delta, L, dtype):
    P = [torch.eye(L, dtype=dtype) / delta]

    def update(w, u, e, past, wanted):
        g = P[0] @ u.conj()
        k = g / (lam + (u * g).sum())  # not u @ g: torch 1.13 of Debian returns rubbish for a complex dot product
        P[0] = (P[0] - torch.outer(k, u @ P[0])) / lam
        return w + k * e
    return update


def affine_update(mu, eps, order, L):
    def update(w, u, e, past, wanted):
        X = torch.stack([past[i:i + L] for i in range(order)])
        E = wanted[:order] - X @ w
        return w + mu * X.T @ torch.linalg.inv(X @ X.T + eps * torch.eye(order)) @ E
    return update


def block(x, d, w, mu, part, forget=None, eps=1e-3):
    L, ys, es, p = len(w), [], [], None
    full = torch.cat((torch.zeros(L), x))
    for b in range(len(x) // L):
        seg = full[b * L:b * L + 2 * L]
        y = torch.stack([(w * seg[L + i - torch.arange(L)]).sum() for i in range(L)])
        e = d[b * L:b * L + L] - y
        if forget is None:
            g = torch.stack([(e * seg[L - k:2 * L - k]).sum() for k in range(L)])
        else:
            X = torch.fft.fft(seg)
            now = (X * X.conj()).real
            p = now if p is None else forget * p + (1 - forget) * now
            g = torch.fft.ifft(X.conj() * torch.fft.fft(torch.cat((torch.zeros(L), e))) / (eps + p)).real[:L]
        w = w + mu * g
        ys.append(y)
        es.append(e)
    return {"y": torch.cat(ys), "e": torch.cat(es), "w": w}[part]


def adaptive():
    t = File("adaptive")
    x, d, w0, mu = R(7), R(7, seed=2), R(3, seed=3), V(0.3)
    parts = list(enumerate("yew"))
    lms = lambda mu, leak=0: lambda w, u, e, *_: (1 - mu * leak) * w + mu * e * u.conj()
    nlms = lambda mu, eps: lambda w, u, e, *_: w + mu * e * u.conj() / (eps + (u * u.conj()).sum())
    for k, p in parts:
        t.case("lms_" + p, f"lms(x, d, 3, mu, w)[{k}]", lambda x, d, mu, w, p=p: adapt(x, d, w, lms(mu), p), x=x, d=d, mu=mu, w=w0)
        t.case("nlms_" + p, f"nlms(x, d, 3, mu, w0=w)[{k}]", lambda x, d, mu, w, p=p: adapt(x, d, w, nlms(mu, 1e-3), p), x=x, d=d, mu=mu, w=w0)
        t.case("rls_" + p, f"rls(x, d, 3, m, delta=0.1, w0=w)[{k}]", lambda x, d, m, w, p=p: adapt(x, d, w, rls_update(m, 0.1, 3, x.dtype), p), x=x, d=d, m=V(0.95), w=w0)
    z, v, w = C(6, seed=4), C(6, seed=5), C(2, seed=6)
    t.case("lms_complex", "lms(x, d, 2, 0.3, w)[1]", lambda x, d, w: adapt(x, d, w, lms(0.3), "e"), x=z, d=v, w=w)
    t.case("nlms_complex", "nlms(x, d, 2, 0.3, w0=w)[2]", lambda x, d, w: adapt(x, d, w, nlms(0.3, 1e-3), "w"), x=z, d=v, w=w)
    t.case("rls_complex", "rls(x, d, 2, 0.9, delta=0.2, w0=w)[1]", lambda x, d, w: adapt(x, d, w, rls_update(0.9, 0.2, 2, x.dtype), "e"), x=z, d=v, w=w)
    t.case("lms_one_tap", "lms(x, d, 1, mu)[1]", lambda x, d, mu: adapt(x, d, torch.zeros(1), lms(mu), "e"), x=x, d=d, mu=mu)
    t.case("nlms_silence", "nlms(x, d, 2, mu)[1]", lambda x, d, mu: adapt(x, d, torch.zeros(2), nlms(mu, 1e-3), "e"), x=V([0.0, 0, 0, 0]), d=R(4), mu=mu)
    t.case("leaky_lms", "leaky_lms(x, d, 3, mu, leak=0.2, w0=w)[1]", lambda x, d, mu, w: adapt(x, d, w, lms(mu, 0.2), "e"), x=x, d=d, mu=mu, w=w0)
    t.case("sign_lms", "sign_lms(x, d, 3, mu, w0=w)[1]", lambda x, d, mu, w: adapt(x, d, w, lambda w, u, e, *_: w + mu * torch.sign(e) * u, "e"), x=x, d=d, mu=mu, w=w0)
    t.case("affine_projection", "affine_projection(x, d, 3, order=2, mu=mu, eps=0.01, w0=w)[1]", lambda x, d, mu, w: adapt(x, d, w, affine_update(mu, 0.01, 2, 3), "e"), x=x, d=d, mu=mu, w=w0)
    for k, p in parts:
        t.case("block_lms_" + p, f"block_lms(x, d, 3, mu, w)[{k}]", lambda x, d, mu, w, p=p: block(x, d, w, mu, p), x=R(9), d=R(9, seed=2), mu=mu, w=w0)
    t.case("fdaf", "fdaf(x, d, 3, mu, w, eps=0.1, forget=0.8)[1]", lambda x, d, mu, w: block(x, d, w, mu, "e", 0.8, 0.1), x=R(9), d=R(9, seed=2), mu=mu, w=w0)
    t.case("newest", "newest(x, 2, 5)", lambda x: torch.cat((x[:3].flip(0), torch.zeros(2))), x=R(6))
    t.save()


# ---- recurrent layers --------------------------------------------------------------------------------------------------------
def layer(kind, x, W, U, b, c, h0, cell0=None):
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    module = kind(W.shape[1], U.shape[1])
    with torch.no_grad():
        for name in names:
            delattr(module, name)
    for name, v in zip(names, (W, U, b, c)):
        setattr(module, name, v)
    module._flat_weights = [W, U, b, c]
    lead = (lambda v: v[None])
    first = lead(h0) if cell0 is None else (lead(h0), lead(cell0))
    return module(x, first)


def recurrent():
    t = File("recurrent")
    H, K = 3, 2
    for name, kind, gates in (("gru", torch.nn.GRU, 3), ("rnn", torch.nn.RNN, 1)):
        w = dict(W=R(gates * H, K, seed=2), U=R(gates * H, H, seed=3), b=R(gates * H, seed=4), c=R(gates * H, seed=5))
        t.case(name, f"{name}(x, W, U, b, c, h)", lambda x, W, U, b, c, h, kind=kind: layer(kind, x, W, U, b, c, h)[0], x=R(4, K), h=R(H, seed=6), **w)
        t.case(name + "_batch", f"{name}(x, W, U, b, c, h)", lambda x, W, U, b, c, h, kind=kind: layer(kind, x, W, U, b, c, h)[0], x=R(3, 2, K), h=R(2, H, seed=6), **w)
    w = dict(W=R(4 * H, K, seed=2), U=R(4 * H, H, seed=3), b=R(4 * H, seed=4), c=R(4 * H, seed=5), h=R(H, seed=6), q=R(H, seed=7))
    t.case("lstm", "lstm(x, W, U, b, c, h, q)[0]", lambda x, W, U, b, c, h, q: layer(torch.nn.LSTM, x, W, U, b, c, h, q)[0], x=R(4, K), **w)
    t.case("lstm_cell", "lstm(x, W, U, b, c, h, q)[1]", lambda x, W, U, b, c, h, q: layer(torch.nn.LSTM, x, W, U, b, c, h, q)[1][1][0], x=R(4, K), **w)

    def ssm(x, a, B, Cm, D):
        s, y = torch.zeros(a.shape[0], dtype=a.dtype), []
        for v in x:
            s = a * s + B @ v.to(B.dtype)
            y.append((Cm @ s).real + D @ v if a.is_complex() else Cm @ s + D @ v)
        return torch.stack(y)
    t.case("ssm_real", "ssm_diagonal(x, a, B, C, D)", lambda x, a, B, C, D: ssm(x, a, B, C, D), x=R(5, 2), a=V([0.9, -0.5, 0.3]), B=R(3, 2, seed=2), C=R(2, 3, seed=3), D=R(2, 2, seed=4))
    t.case("ssm_complex", "ssm_diagonal(x, a, B, C, D)", lambda x, a, B, C, D: ssm(x, a, B, C, D), x=R(5, 2), a=V([0.6 + 0.5j, -0.3j], "complex"), B=C(2, 2, seed=2), C=C(1, 2, seed=3), D=R(1, 2, seed=4))
    t.save()


if __name__ == "__main__":
    recursive()
    statespace()
    adaptive()
    recurrent()
