#!/usr/bin/python3
"""Writes cases/arrays.txt: what torch and torchaudio say to beamformers, steering vectors and noise.

Needs Debian's python3-torch and python3-torchaudio. Run it as `python3 tests/agree/oracle_arrays.py`.
"""
import numpy as np
import torch
import torchaudio.functional as AF

from oracle import C, File, R, V

torch.set_default_dtype(torch.float64)


def hermitian(a):
    """A positive definite matrix of a: a a' + I."""
    return a @ a.conj().transpose(-1, -2) + torch.eye(a.shape[-1], dtype=a.dtype)


HERM = "{0} @ {0}' + eye(3)"


def arrays():
    t = File("arrays")
    p, f = R(4, 3, seed=1, lo=-0.1, hi=0.1), R(5, seed=2, lo=0, hi=4000)

    def direction(a, e):
        return torch.stack((a.cos() * e.cos(), a.sin() * e.cos(), e.sin()), -1)
    t.case("direction", "direction(a, e)", direction, a=R(4), e=R(4, seed=2))

    def far(p, a, e, f):
        return torch.exp(-2j * np.pi * f[:, None] * (-(p @ direction(a, e)) / 343))
    t.case("steering_far", "steering(f, far_delays(p, direction(a, e)))", far, p=p, a=R(), e=R(seed=2), f=f)

    def near(p, s, f):
        d = (p - s).norm(dim=-1)
        return torch.exp(-2j * np.pi * f[:, None] * d / 343)
    t.case("steering_near", "steering(f, near_delays(p, s))", near, p=p, s=R(3, seed=3, lo=1, hi=2), f=f)
    t.case("steering_near_loss", "near_steering(f, p, s)", lambda p, s, f: near(p, s, f) / (4 * np.pi * (p - s).norm(dim=-1)), p=p, s=R(3, seed=3, lo=1, hi=2), f=f)

    x = C(2, 3, 6, 5, seed=4)  # batch, microphones, frames, bins; torch has frames last
    turn = lambda x: x.transpose(-1, -2)
    t.case("psd", "psd(x)", lambda x: AF.psd(turn(x)) / x.shape[-2], x=x)
    t.case("psd_mask", "psd(x, mask=m)", lambda x, m: AF.psd(turn(x), turn(m)), x=x, m=R(2, 6, 5, seed=5, lo=0.1, hi=1))
    t.case("spatial_covariance", "spatial_covariance(x)", lambda x: x @ x.conj().transpose(-1, -2) / 7, x=C(3, 7))
    t.case("apply_weights", "apply_weights(w, x)", lambda w, x: turn(AF.apply_beamforming(w, turn(x))), w=C(2, 5, 3, seed=6), x=x)

    s, n, d = C(5, 3, 3, seed=7), C(5, 3, 3, seed=8), C(5, 3, seed=9)
    on_n, on_s = HERM.format("n"), HERM.format("s")
    t.case("mvdr", f"mvdr({on_n}, d)", lambda n, d: AF.mvdr_weights_rtf(d, hermitian(n), eps=0.0), n=n, d=d)
    t.case("mvdr_plain", f"mvdr({on_n}, d, reg=0)", lambda n, d: AF.mvdr_weights_rtf(d, hermitian(n), diagonal_loading=False, eps=0.0), n=n, d=d)
    t.case("mvdr_souden", f"mvdr_souden({on_s}, {on_n}, ref=1)", lambda s, n: AF.mvdr_weights_souden(hermitian(s), hermitian(n), 1), s=s, n=n)
    for k in (1, 2, 3, 4):
        t.case(f"rtf_power{k}", f"rtf_power({on_s}, {on_n}, ref=2, iterations={k})", lambda s, n, k=k: AF.rtf_power(hermitian(s), hermitian(n), 2, n_iter=k), s=s, n=n)

    def mwf(s, n):
        load = lambda r: r + (1e-7 * torch.einsum("...ii->...", r).real[..., None, None] + 1e-8) * torch.eye(3)
        return torch.linalg.solve(load(hermitian(s) + 2 * hermitian(n)), hermitian(s))[..., 0]
    t.case("mwf", f"mwf({on_s}, {on_n}, mu=2)", mwf, s=s, n=n)

    def lcmv(n, c, g):
        v = torch.linalg.solve(hermitian(n), c)
        return (v @ torch.linalg.solve(c.conj().transpose(-1, -2) @ v, g[..., None]))[..., 0]
    t.case("lcmv", f"lcmv({on_n}, C, q, reg=0)", lambda n, C, q: lcmv(n, C, q), n=n, C=C(5, 3, 2, seed=10), q=C(5, 2, seed=11))
    t.case("steered_power", f"steered_power({on_n}, d)", lambda n, d: torch.einsum("fm,fmn,fn->f", d.conj(), hermitian(n), d).real / 9, n=n, d=d)
    t.case("beam_pattern", "beam_pattern(w, d)", lambda w, d: (w.conj() * d).sum(-1).abs() ** 2, w=C(5, 3, seed=12), d=d)

    def sinc_delay(x, d, taps):
        whole = torch.floor(d).detach()
        i = torch.arange(x.shape[-1])
        k = torch.arange(taps) - (taps // 2 - 1)
        out = 0
        for m in range(taps):
            u = k[m] - (d - whole)
            h = torch.sinc(u) * torch.cos(np.pi / taps * u) ** 2
            j = i - whole[..., None].long() - k[m]
            seen = torch.where((j >= 0) & (j < x.shape[-1]), torch.gather(x, -1, j.clamp(0, x.shape[-1] - 1)), torch.zeros(()))
            out = out + h[..., None] * seen
        return out
    t.case("fractional_delay", "fractional_delay(x, d, taps=8)", lambda x, d: sinc_delay(x, d, 8), x=R(4, 16), d=V([0.0, 2.3, -4.6, 17.5]))

    def spectral(x, d):
        k = torch.arange(13)
        return torch.fft.irfft(torch.fft.rfft(x, 24) * torch.exp(-2j * np.pi * k / 24 * d[..., None]), 24)[..., :16]
    t.case("spectral_delay", "spectral_delay(x, d, room=8)", spectral, x=R(3, 16), d=V([0.0, 2.3, -4.6]))
    t.case("delay_and_sum", "delay_and_sum(x, tau, r=1, taps=8)", lambda x, tau: sinc_delay(x, -tau, 8).mean(0), x=R(3, 16), tau=R(3, seed=5, lo=-4, hi=4))
    t.case("add_noise", "add_noise(x, v, s)", lambda x, v, s: AF.add_noise(x, v, s), x=R(2, 9), v=R(2, 9, seed=2), s=V([[5.0], [-3.0]])) if hasattr(AF, "add_noise") else None
    t.save()


if __name__ == "__main__":
    arrays()
