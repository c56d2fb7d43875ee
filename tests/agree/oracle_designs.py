#!/usr/bin/python3
"""Writes cases/designs.txt: what SciPy says to filter designs, responses and smoothers. Values come from scipy.signal; gradients from
torch, through the analogue prototype: a bilinear transform puts the digital frequency w at s = j tan(w/2), and a low-pass to
high-pass, band-pass or band-stop transformation is a substitution for s. What torch computes is compared with SciPy first.

Needs Debian's python3-scipy and python3-torch. Run it as `python3 tests/agree/oracle_designs.py`.
"""
import math

import numpy as np
import scipy.signal as ss
import torch

from oracle import C, File, R, V

torch.set_default_dtype(torch.float64)
FS = 48000.0
AT = [0.0, 700.0, 2500.0, 3100.0, 6000.0, 11000.0, 20000.0]


def substituted(f, at, kind):
    """The prototype's s for a digital frequency."""
    s = 1j * torch.tan(math.pi * at / FS)
    w = torch.tan(math.pi * f / FS)
    if kind == "lowpass":
        return s / w
    if kind == "highpass":
        return w / s
    band, middle = w[1] - w[0], w[0] * w[1]
    return (s * s + middle) / (band * s) if kind == "bandpass" else band * s / (s * s + middle)


def response(order, f, at, kind, ripple=None):
    t = math.pi * (2 * torch.arange(order) + 1) / (2 * order)
    if ripple is None:
        p, gain = torch.complex(-torch.sin(t), torch.cos(t)), 1.0
    else:
        e = 10 ** (ripple / 10) - 1
        mu = torch.asinh(1 / torch.sqrt(e)) / order
        p = torch.complex(-torch.sinh(mu) * torch.sin(t), torch.cosh(mu) * torch.cos(t))
        gain = 1 / torch.sqrt(1 + e) if order % 2 == 0 else 1.0
    s = substituted(f, at, kind)
    h = gain + 0j * s
    for k in range(order):
        h = h * -p[k] / (s - p[k])
    return h


def same(got, want):
    got = got.detach().numpy()
    assert got.shape == want.shape and np.abs(got - want).max() < 1e-9, (got, want)


def designs(t):
    for kind in ("lowpass", "highpass", "bandpass", "bandstop"):
        edges = (R(seed=5, lo=2000, hi=5000),) if kind.endswith("pass") and kind[0] in "lh" else (V([2000.0, 4700.0]),)
        at = [a for a in AT if a > 0] # where the substitution has no pole
        for order in (1, 2, 3, 4, 7):
            for ripple in (None, 0.7):
                name, args = ("butter", "") if ripple is None else ("cheby1", "r, ")

                def f_torch(f, at, r=None, order=order, kind=kind):
                    h = response(order, f, at, kind, r)
                    fn = f.detach().numpy()
                    sos = (ss.butter(order, fn, kind, output="sos", fs=FS) if r is None else
                           ss.cheby1(order, float(r), fn, kind, output="sos", fs=FS))
                    same(h, ss.sosfreqz(sos, at.numpy(), fs=FS)[1])
                    return h

                inputs = {"f": edges[0], "at": V(at)}
                active = ["f"]
                if ripple is not None:
                    inputs["r"] = V(ripple)
                    active.append("r")
                t.case(f"{name}_{kind}_{order}", f"sos_response({name}({order}, {args}f, 48000, kind={kind}), at, 48000)",
                       f_torch, grad=active, **inputs)
    t.case("butter_filters", "sosfilt(x, butter(5, f, 48000))",
           lambda x, f: torch.tensor(ss.sosfilt(ss.butter(5, float(f), output="sos", fs=FS), x.numpy())), grad=False,
           x=R(2, 40), f=V(4000.0))


def polynomial(c, w):
    k = torch.arange(c.shape[0])
    return (c * torch.exp(-1j * w[:, None] * k)).sum(-1)


def responses(t):
    def ours(b, a, n):
        w = torch.arange(n) * (math.pi / n)
        h = polynomial(b, w) / polynomial(a, w)
        same(h, ss.freqz(b.detach().numpy(), a.detach().numpy(), n)[1])
        return h

    def delay(b, a, n):
        w = torch.arange(n) * (math.pi / n)
        ramp = lambda c: (polynomial(c * torch.arange(c.shape[0]), w) / polynomial(c, w)).real
        y = ramp(b) - ramp(a)
        same(y, ss.group_delay((b.detach().numpy(), a.detach().numpy()), n)[1])
        return y

    a = V([1.25, -0.8, 0.3])
    for n in (1, 5, 16):
        t.case(f"freqz_{n}", f"freqz(b, a, {n})", lambda b, a, n=n: ours(b, a, n), b=R(4), a=a)
        t.case(f"group_delay_{n}", f"group_delay(b, a, {n})", lambda b, a, n=n: delay(b, a, n), b=V([1.0, 0.4, -0.2, 0.1]), a=a)
    t.case("freqz_long", "freqz(b, [1], 3)", lambda b: ours(b, torch.ones(1), 3), b=R(17))
    t.case("freqz_complex", "freqz(b, [1], 8)", lambda b: ours(b, torch.ones(1), 8), b=C(5))
    t.case("group_delay_fir", "group_delay(b, n=9)", lambda b: delay(b, torch.ones(1), 9), b=V([1.0, 0.4, -0.2, 0.1, 0.3]))

    def at_hertz(b, a, f):
        h = polynomial(b, 2 * math.pi * f / FS) / polynomial(a, 2 * math.pi * f / FS)
        same(h, ss.freqz(b.detach().numpy(), a.detach().numpy(), f.detach().numpy(), fs=FS)[1])
        return h

    t.case("frequency_response", "frequency_response(b, a, f, 48000)", at_hertz, b=R(4), a=a, f=V([0.0, 440.0, 9000.0, 23000.0]))

    def cascade(sos):
        w = torch.arange(6) * (math.pi / 6)
        h = torch.ones(6) + 0j
        for row in sos:
            h = h * polynomial(row[:3], w) / polynomial(row[3:], w)
        same(h, ss.sosfreqz(sos.detach().numpy(), 6)[1])
        return h

    t.case("sosfreqz", "sosfreqz(sos, 6)", cascade, sos=V([[1.0, 0.3, 0.2, 1.0, -0.8, 0.3], [0.5, -0.2, 0.1, 1.0, 0.5, 0.2]]))


def smoothers(t):
    for n, order, deriv, mode in ((5, 2, 0, "interp"), (7, 3, 1, "interp"), (9, 4, 2, "interp"), (5, 2, 0, "mirror"), (5, 3, 1, "nearest"),
                                  (7, 2, 0, "wrap"), (3, 1, 0, "constant"), (1, 0, 0, "interp"), (31, 5, 0, "interp")):
        t.case(f"savgol_{n}_{order}_{deriv}_{mode}", f"savgol_filter(x, {n}, {order}, deriv={deriv}, delta=0.5, mode={mode})",
               lambda x, a=n, b=order, d=deriv, m=mode: ss.savgol_filter(x, a, b, deriv=d, delta=0.5, mode=m), linear=True, x=R(2, 40))
    t.case("savgol_coeffs", "flip(savgol_weights(11, 3, 1, 1, [0.0])[0])", lambda: torch.tensor(ss.savgol_coeffs(11, 3, deriv=1)), grad=False)

    def medfilt(x, k):
        rows = torch.nn.functional.pad(x, (k // 2, k // 2)).unfold(-1, k, 1)
        y = rows.median(-1)[0]
        same(y, np.stack([ss.medfilt(row, k) for row in x.detach().numpy()]))
        return y

    for k in (1, 3, 7):
        t.case(f"medfilt_{k}", f"medfilt(x, {k})", lambda x, k=k: medfilt(x, k), x=R(2, 20))


if __name__ == "__main__":
    t = File("designs")
    designs(t)
    responses(t)
    smoothers(t)
    t.save()
