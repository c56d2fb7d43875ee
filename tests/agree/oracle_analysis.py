#!/usr/bin/python3
"""Writes cases/analysis.txt: features, sums and matrices of analysis.dsp and matrices.dsp, by SciPy, torch and torchaudio; librosa's
features by their formulas, as its documentation gives them.

Needs Debian's python3-scipy, python3-torch and python3-torchaudio. Run it as `python3 tests/agree/oracle_analysis.py`.
"""
import numpy as np
import scipy.fft as sf
import scipy.linalg as sl
import scipy.signal as ss
import torch
import torchaudio

from oracle import C, File, R, V


def signals(t):
    def emphasis(x, k):
        y = torch.cat((x[..., :1], x[..., 1:] - k * x[..., :-1]), -1)
        assert torch.allclose(y, torchaudio.functional.preemphasis(x.detach(), float(k)) if hasattr(torchaudio.functional, "preemphasis") else y)
        return y
    t.case("preemphasis", "preemphasis(x, c=k)", emphasis, x=R(2, 7), k=V(0.9))
    t.case("preemphasis_default", "preemphasis(x)", lambda x: ss.lfilter([1, -0.97], [1], x), linear=True, x=R(7))
    t.case("deemphasis", "deemphasis(x)", lambda x: ss.lfilter([1], [1, -0.97], x), linear=True, x=R(2, 7))
    for kind in ("linear", "constant"):
        t.case("detrend_" + kind, f"detrend(x, type={kind})", lambda x: ss.detrend(x, type=kind), linear=True, x=R(2, 7))
    t.case("detrend_complex", "detrend(x)", lambda x: ss.detrend(x.real) + 1j * ss.detrend(x.imag), linear=True, x=C(6))

    def chirp(t, f0, t1, f1):
        y = torch.cos(2 * np.pi * (f0 * t + (f1 - f0) / (2 * t1) * t**2))
        args = [v.detach().numpy() for v in (t, f0, t1, f1)]
        assert np.allclose(y.detach().numpy(), ss.chirp(*args), atol=1e-13)
        return y
    t.case("chirp", "chirp(t, f0, t1, f1)", chirp, t=R(9, lo=0, hi=2), f0=V(0.7), t1=V(1.6), f1=V(2.9))
    for shape in ((5,), (2, 6)):
        t.case("trapz_%d" % len(shape), "trapz(y, dx=0.3)", lambda y: torch.trapz(y, dx=0.3), y=R(*shape))
    t.case("trapz_complex", "trapz(y)", lambda y: torch.trapz(y), y=C(5))


def spectra(t):
    f = 40.0 * torch.arange(6)
    share = lambda s: s / s.sum(-1, keepdim=True)
    centre = lambda s: (f * share(s)).sum(-1)
    s = R(3, 6, lo=0.1, hi=2)
    t.case("centroid", "spectral_centroid(s, df=40)", centre, s=s)
    t.case("bandwidth", "spectral_bandwidth(s, df=40)", lambda s: (share(s) * (f - centre(s)[..., None]) ** 2).sum(-1).sqrt(), s=s)
    t.case("bandwidth_3", "spectral_bandwidth(s, df=40, p=3)", lambda s: (share(s) * abs(f - centre(s)[..., None]) ** 3).sum(-1) ** (1 / 3), s=s)
    flat = lambda s, p: torch.exp(torch.log(torch.clamp(s**p, min=1e-10)).mean(-1)) / torch.clamp(s**p, min=1e-10).mean(-1)
    t.case("flatness", "spectral_flatness(s)", lambda s: flat(s, 2), s=s)
    t.case("flatness_magnitude", "spectral_flatness(s, power=1)", lambda s: flat(s, 1), s=s)
    zero = V(np.zeros((2, 5)))
    t.case("centroid_silent", "spectral_centroid(s, df=40)", lambda s: 0 * s.sum(-1), s=zero)
    t.case("bandwidth_silent", "spectral_bandwidth(s, df=40)", lambda s: 0 * s.sum(-1), s=zero)
    t.case("flatness_silent", "spectral_flatness(s)", lambda s: 1 + 0 * s.sum(-1), s=zero)
    for kind in (1, 2, 3, 4):
        for norm in ("none", "ortho"):
            arg = None if norm == "none" else norm
            t.case(f"dct2_{kind}_{norm}", f"dct2(x, type={kind}, norm={norm})", lambda x: sf.dctn(x, type=kind, norm=arg), linear=True, x=R(3, 4))
            t.case(f"idct2_{kind}_{norm}", f"idct2(x, type={kind}, norm={norm})", lambda x: sf.idctn(x, type=kind, norm=arg), linear=True, x=R(3, 4))


def matrices(t):
    t.case("toeplitz", "toeplitz(c)", lambda c: sl.toeplitz(c), linear=True, c=R(4))
    t.case("toeplitz_complex", "toeplitz(c)", lambda c: torch.tensor(sl.toeplitz(c.numpy())), grad=False, c=C(4))
    t.case("toeplitz_wide", "toeplitz(c, r)", lambda c, r: torch.stack([torch.stack([c[i - j] if i >= j else r[j - i] for j in range(5)]) for i in range(3)]),
           c=R(3), r=R(5, seed=2))
    t.case("toeplitz_row", "toeplitz(c, r)", lambda c, r: c[:, None] + 0 * r, c=R(3), r=R(1, seed=2))
    t.case("kron", "kron(a, b)", lambda a, b: torch.kron(a.to(b.dtype), b), a=R(2, 3), b=C(4, 2, seed=2))
    t.case("lstsq", "lstsq(a, b)", lambda a, b: torch.linalg.solve(a.mH @ a, a.mH @ b), a=R(5, 3), b=R(5, seed=2))
    t.case("lstsq_complex", "lstsq(a, b)", lambda a, b: torch.linalg.solve(a.mH @ a, a.mH @ b), a=C(5, 3), b=C(5, 2, seed=2))
    t.case("lstsq_ridge", "lstsq(a, b, ridge=0.3)", lambda a, b: torch.linalg.solve(a.mH @ a + 0.3 * torch.eye(5), a.mH @ b), a=R(3, 5), b=R(3, seed=2))
    t.case("lstsq_numpy", "lstsq(a, b)", lambda a, b: torch.tensor(np.linalg.lstsq(a.numpy(), b.numpy(), rcond=None)[0]), grad=False, a=R(6, 3, seed=5), b=R(6, seed=2))
    t.case("pinv", "pinv(a)", lambda a: torch.linalg.solve(a.mH @ a, a.mH), a=R(5, 3))
    t.case("pinv_numpy", "pinv(a)", lambda a: torch.tensor(np.linalg.pinv(a.numpy())), grad=False, a=C(5, 3))
    t.case("polyval", "polyval(p, x)", lambda p, x: p[0] * x**3 + p[1] * x**2 + p[2] * x + p[3], p=R(4), x=R(2, 3, seed=2))
    t.case("polyval_numpy", "polyval(p, x)", lambda p, x: torch.tensor(np.polyval(p.numpy(), x.numpy())), grad=False, p=R(6), x=C(4, seed=2))
    t.case("polyval_constant", "polyval(p, x)", lambda p, x: p[0] + 0 * x, p=R(1), x=R(3))


if __name__ == "__main__":
    t = File("analysis")
    signals(t)
    spectra(t)
    matrices(t)
    t.save()
