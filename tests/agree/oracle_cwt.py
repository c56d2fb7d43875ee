#!/usr/bin/python3
"""Writes cases/cwt.txt: what scipy.signal says to the continuous wavelet transform; PyWavelets, which takes
differences of a table, is only compared with here. Gradients are torch's, through the defining sums, whose values are SciPy's first.

Needs Debian's python3-scipy, python3-pywt and python3-torch. Run it as `python3 tests/agree/oracle_cwt.py`.
"""
import numpy as np
import pywt
import scipy.signal as ss
import torch

from oracle import C, File, R, V, uniform

ODD = [0.7, 1.5, 2.5, 3.1]  # 10 widths cut to a whole number are odd: SciPy's wavelets stand on a sample


def transform(x, s, psi, support=5, late=0):
    """y[s, n] = sum over m of x[m] conj(psi((m - n + late)/s))/sqrt(s), |m - n| <= support s, by its definition."""
    n = x.shape[-1]
    rows = []
    for k in range(len(s)):
        m = torch.arange(n)[None, :] - torch.arange(n)[:, None]
        w = psi((m + late) / s[k]) / torch.sqrt(s[k])
        rows.append((torch.conj(torch.where(abs(m) <= support * s[k].detach(), w, 0 * w)) * x[..., None, :]).sum(-1))
    return torch.stack(rows, -2)


def mexican(t):
    return 2 / (3**0.5 * np.pi**0.25) * (1 - t * t) * torch.exp(-t * t / 2)


def morlet(w):
    return lambda t: np.pi**-0.25 * torch.exp(1j * w * t) * torch.exp(-t * t / 2)


def same(got, want, tolerance):
    assert got.shape == want.shape and np.abs(got - want).max() <= tolerance * np.abs(want).max(), np.abs(got - want).max()


def against_libraries():
    x = uniform(1, 61, -1, 1)
    s = torch.tensor(ODD)
    same(transform(torch.tensor(x), s, mexican).numpy(), ss.cwt(x, ss.ricker, ODD), 1e-12)
    same(transform(torch.tensor(x), s, morlet(5)).numpy(), ss.cwt(x, ss.morlet2, ODD, dtype="complex128"), 1e-12)
    same(transform(torch.tensor(x), s, morlet(6)).numpy(), ss.cwt(x, ss.morlet2, ODD, dtype="complex128", w=6), 1e-12)
    theirs = pywt.cwt(x, [5.0, 6.0], "mexh")[0][:, 20:41]  # half a sample aside, and by differences of a table
    same(transform(torch.tensor(x), torch.tensor([5.0, 6.0]), mexican, 8, 0.5).numpy()[:, 20:41], theirs, 0.05)


def main():
    against_libraries()
    t = File("cwt")
    s = torch.tensor(ODD)
    numbers = ", ".join(map(str, ODD))
    t.case("ricker", f"cwt(x, [{numbers}], wavelet=ricker)", lambda x: ss.cwt(x, ss.ricker, ODD), linear=True, x=R(33))
    t.case("morlet", f"cwt(x, [{numbers}])", lambda x: ss.cwt(x, ss.morlet2, ODD, dtype="complex128"), linear=True, grad=False, x=R(33))
    t.case("morlet_6", f"cwt(x, [{numbers}], w=6)", lambda x: ss.cwt(x, ss.morlet2, ODD, dtype="complex128", w=6), linear=True, grad=False, x=R(33))
    t.case("morlet_gradient", f"cwt(x, [{numbers}])", lambda x: transform(x, s, morlet(5)), x=R(2, 17))
    t.case("morlet_complex", f"cwt(x, [{numbers}])", lambda x: transform(x, s, morlet(5)), x=C(17))
    t.case("ricker_complex", f"cwt(x, [{numbers}], wavelet=ricker)", lambda x: transform(x, s, mexican), x=C(2, 9))
    t.case("morlet_scales", "cwt(x, s, half=16, w=w)", lambda x, s, w: transform(x, s, morlet(w)), x=R(21), s=V(ODD), w=V(5.5))
    t.case("ricker_scales", "cwt(x, s, wavelet=ricker, half=40, support=8)", lambda x, s: transform(x, s, mexican, 8), x=R(21), s=V(ODD))
    t.case("ricker_table", "ricker(arange(15) - 7, 1.5)", lambda: torch.tensor(ss.ricker(15, 1.5)), grad=False)
    t.case("morlet_table", "morlet(arange(25) - 12, 2.5, w=6)", lambda: torch.tensor(ss.morlet2(25, 2.5, 6)), grad=False)
    frequencies = lambda f: 5 * 8000 / (2 * np.pi * f)  # scipy.signal.morlet2's documentation
    t.case("scales_of", "morlet_scales(f, 8000)", frequencies, f=V([100.0, 440, 1000]))
    t.save()


if __name__ == "__main__":
    main()
