#!/usr/bin/python3
"""Writes cases/hearing.txt: weightings and loudness by the numbers of IEC 61672-1 and ITU-R BS.1770-4, per-channel energy
normalisation by librosa's documented formula, soft dynamic time warping by its recursion and by all alignments, least-squares
filters by SciPy.

Needs Debian's python3-scipy, python3-torch and python3-torchaudio. Run it as `python3 tests/agree/oracle_hearing.py`.
"""
import math

import numpy as np
import scipy.signal as ss
import torch
import torchaudio

from oracle import File, R, V

# BS.1770-4, tables 1 and 2: the two filters at 48 kHz, printed to 14 digits
SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])


def weightings(t):
    def a_weighting(f):
        """IEC 61672-1, equation (E.6), with its own numbers for the poles."""
        s = f * f
        r = 12194.217**2 * s * s / ((s + 20.598997**2) * torch.sqrt((s + 107.65265**2) * (s + 737.86223**2)) * (s + 12194.217**2))
        return torch.clamp(20 * torch.log10(r) + 2.0, min=-80)
    t.case("a_weighting", "a_weighting(f)", a_weighting, f=V([31.5, 125.0, 1000.0, 4000.0, 16000.0]))
    t.case("a_weighting_floor", "a_weighting(f)", a_weighting, f=V([1.0, 4.0, 20.0]))
    # the standard's table 3, to 0.1 dB
    t.case("a_weighting_table", "round(10*a_weighting(f))", lambda f: torch.tensor([-394.0, -262, -161, -86, -32, 0, 12, 10, -11, -66]), grad=False,
           f=V([10**(1.5), 10**1.8, 10**2.1, 10**2.4, 10**2.7, 1e3, 10**3.3, 10**3.6, 10**3.9, 10**4.2]))
    t.case("k_weighting", "k_weighting(48000)", lambda: torch.tensor([SHELF[0] + SHELF[1], PASS[0] + PASS[1]]), grad=False)


def loudness_of(x, weights):
    for b, a in (SHELF, PASS):
        x = torchaudio.functional.lfilter(x, torch.tensor(a), torch.tensor(b), clamp=False)
    z = x.unfold(-1, 19200, 4800).square().mean(-1)
    power = (torch.tensor(weights)[:, None] * z).sum(0)
    level = -0.691 + 10 * torch.log10(power)
    loud = power[level > -70]
    gate = -0.691 + 10 * torch.log10(loud.mean()) - 10
    return -0.691 + 10 * torch.log10(power[(level > -70) & (level > gate)].mean())


def loudness(t):
    signal = "g*x*where(arange(48000) < 30000, 1, 0.01)"
    quiet = torch.where(torch.arange(48000) < 30000, 1.0, 0.01)
    g = V(0.3)
    t.case("loudness", f"loudness({signal}, fs=48000)", lambda x, g: loudness_of((g * x * quiet)[None], [1.0]), grad=["g"], x=R(48000), g=g)
    t.case("loudness_channels", "loudness(g*x, fs=48000, weights=[1, 1.41])", lambda x, g: loudness_of(g * x, [1.0, 1.41]), grad=["g"], x=R(2, 30000),
           g=V([[0.3], [0.1]]))
    t.case("loudness_silent", "loudness(g*x, fs=48000)", lambda x, g: -70 + 0 * g, grad=["g"], x=R(24000), g=V(0.0))


def pcen_of(s, gain=0.98, bias=2.0, power=0.5, eps=1e-6, b=None, start=1.0):
    """librosa.pcen: S (eps + M)^-gain + bias, to the power, less bias^power; M by lfilter([b], [1, b - 1])."""
    if b is None:
        frames = 0.4 * 22050 / 512
        b = torch.tensor((math.sqrt(1 + 4 * frames**2) - 1) / (2 * frames**2))
    m, all_m = start + 0 * s[..., 0, :], []
    for k in range(s.shape[-2]):
        m = (1 - b) * m + b * s[..., k, :]
        all_m.append(m)
    m = torch.stack(all_m, -2)
    return (s * (eps + m) ** -gain + bias) ** power - bias**power


def pcen(t):
    s = R(7, 3, lo=0.0, hi=4)

    def librosa(s):
        y = pcen_of(s)
        frames = 0.4 * 22050 / 512
        b = (math.sqrt(1 + 4 * frames**2) - 1) / (2 * frames**2)
        n = s.detach().numpy()
        m = ss.lfilter([b], [1, b - 1], n, axis=0, zi=np.tile(ss.lfilter_zi([b], [1, b - 1])[:, None], (1, n.shape[1])))[0]
        smooth = np.exp(-0.98 * (np.log(1e-6) + np.log1p(m / 1e-6)))
        assert np.allclose(y.detach().numpy(), 2.0**0.5 * np.expm1(0.5 * np.log1p(n * smooth / 2.0)), rtol=1e-12, atol=1e-13)
        return y
    t.case("pcen", "pcen(s)", librosa, s=s)
    t.case("pcen_batch", "pcen(s)", pcen_of, s=R(2, 5, 3, lo=0.0, hi=4))

    def learned(s, gain, bias, power, c):
        frames = 2.0 * c
        return pcen_of(s, gain, bias, power, 1e-3, (torch.sqrt(1 + 4 * frames**2) - 1) / (2 * frames**2), s[..., 0, :])
    t.case("pcen_learned", "pcen(s, gain, bias, power, eps=1e-3, time_constant=c, frame_rate=2, start=s[..., 0, :])", learned, s=R(6, 3, lo=0.1, hi=2),
           gain=R(3, seed=2, lo=0.5, hi=1), bias=R(3, seed=3, lo=1, hi=2), power=R(3, seed=4, lo=0.3, hi=0.8), c=R(3, seed=5, lo=0.5, hi=3))
    t.case("pcen_no_bias", "pcen(s, bias=0)", lambda s: pcen_of(s, bias=0.0), s=R(4, 3, lo=0.1, hi=2))


def alignments(n, m):
    """All monotone paths from (0, 0) to (n - 1, m - 1)."""
    if n == 1 and m == 1:
        return [[(0, 0)]]
    out = []
    for dn, dm in ((1, 0), (0, 1), (1, 1)):
        if n - dn > 0 and m - dm > 0:
            out += [p + [(n - 1, m - 1)] for p in alignments(n - dn, m - dm)]
    return out


def soft_dtw(t):
    def of_costs(d, gamma):
        costs = torch.stack([sum(d[i, j] for i, j in p) for p in alignments(*d.shape)])
        return -gamma * torch.logsumexp(-costs / gamma, 0)

    def of_sequences(x, y, gamma):
        return of_costs((x[:, None] - y[None]).square().sum(-1), gamma)
    for n, m in ((1, 1), (1, 4), (3, 1), (4, 3), (4, 5)):
        t.case(f"soft_dtw_{n}_{m}", "soft_dtw(x, y, gamma)", of_sequences, x=R(n, 2), y=R(m, 2, seed=2), gamma=V(0.7))
    t.case("soft_dtw_hard", "soft_dtw(x, y, 0.001)", lambda x, y: of_sequences(x, y, 0.001), x=R(4, 2), y=R(5, 2, seed=2))
    t.case("soft_dtw_cost", "soft_dtw_cost(d, gamma)", of_costs, d=R(4, 4, lo=-1, hi=2), gamma=V(0.3))


def firls_of(n, bands, desired, weight, fs):
    """The normal equations of scipy.signal.firls, by torch, compared with SciPy's result."""
    want = ss.firls(n, bands.detach().numpy(), desired.detach().numpy(), weight=weight.detach().numpy(), fs=fs)
    m = (n - 1) // 2
    f, d = bands.reshape(-1, 2) * 2 / fs, desired.reshape(-1, 2)
    k = torch.arange(m + 1, dtype=torch.float64)
    slope = (d[:, 1] - d[:, 0]) / (f[:, 1] - f[:, 0])
    at0 = d[:, 0] - f[:, 0] * slope

    def inner(h):  # of cos(pi h f) over the bands
        return (weight * (f[:, 1] * torch.sinc(h * f[:, 1]) - f[:, 0] * torch.sinc(h * f[:, 0]))).sum()

    def ramp(h):  # of f cos(pi h f)
        p = math.pi * h
        each = lambda x: x * x / 2 if h == 0 else x * torch.sin(p * x) / p + torch.cos(p * x) / p**2
        return each(f[:, 1]) - each(f[:, 0])
    gram = torch.stack([torch.stack([inner(i - j) + inner(i + j) for j in k]) for i in k]) / 2
    right = torch.stack([(weight * (slope * ramp(float(i)))).sum() + (weight * at0 * (f[:, 1] * torch.sinc(i * f[:, 1]) - f[:, 0] * torch.sinc(i * f[:, 0]))).sum() for i in k])
    a = torch.linalg.solve(gram, right)  # response: sum of a[i] cos(pi i f)
    h = torch.cat((a[1:].flip(0) / 2, a[:1], a[1:] / 2))
    assert np.allclose(h.detach().numpy(), want, atol=1e-11), np.abs(h.detach().numpy() - want).max()
    return h


def designs(t):
    bands, gains = V([0.0, 3000.0, 5000.0, 9000.0, 12000.0, 24000.0]), V([1.0, 0.8, 0.1, 0.2, 1.5, 1.0])
    for n in (1, 3, 9, 21):
        t.case(f"firls_{n}", f"firls({n}, bands, desired, 48000, weight=w)", lambda bands, desired, w: firls_of(n, bands, desired, w, 48000), grad=n > 1,
               bands=bands, desired=gains, w=R(3, seed=3, lo=0.5, hi=2))
    t.case("firls_plain", "firls(15, bands, desired, 48000)", lambda bands, desired: firls_of(15, bands, desired, torch.ones(2), 48000),
           bands=V([0.0, 4000.0, 8000.0, 24000.0]), desired=V([1.0, 1.0, 0.0, 0.0]))
    at = V([10.0, 30.0, 49.0, 58.7, 90.0])

    def beta(a):
        y = torch.where(a > 50, 0.1102 * (a - 8.7), torch.where(a > 21, 0.5842 * torch.clamp(a - 21, min=1e-30) ** 0.4 + 0.07886 * (a - 21), 0 * a))
        assert np.allclose(y.detach().numpy(), [ss.kaiser_beta(v) for v in a.detach().numpy()], atol=1e-12)
        return y
    t.case("kaiser_beta", "kaiser_beta(a)", beta, a=at)


if __name__ == "__main__":
    t = File("hearing")
    weightings(t)
    loudness(t)
    pcen(t)
    soft_dtw(t)
    designs(t)
    t.save()
