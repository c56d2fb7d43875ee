#!/usr/bin/python3
"""Writes cases/cepstrum.txt: what SciPy, NumPy and torchaudio say to cepstra, MFCC presets, the analytic signal and Welch's method.
Values are those of the libraries; gradients come from the same formula written in torch, whose values are compared with the
library's before they are written. librosa is not a package of Debian's: its MFCC is written out here from its documentation.

Needs Debian's python3-scipy, python3-torch and python3-torchaudio. Run it as `python3 tests/agree/oracle_cepstrum.py`.
"""
import math

import numpy as np
import scipy.fft as sf
import scipy.signal as ss
import torch
import torchaudio

from oracle import File, R, V

torch.set_default_dtype(torch.float64)


def same(got, want, tolerance=1e-11):
    got = got.detach().numpy()
    assert got.shape == np.shape(want), (got.shape, np.shape(want))
    assert np.abs(got - want).max() <= tolerance * max(1, np.abs(want).max()), np.abs(got - want).max()


def checked(formula, library, tolerance=1e-11):
    """The torch formula, once its value has been found to be the library's."""
    def f(**args):
        y = formula(**args)
        same(y, library(**{k: v.detach().numpy() for k, v in args.items()}), tolerance)
        return y
    return f


# ---- cepstra ---------------------------------------------------------------------------------------------------------------
def real_cepstrum(x, n=None):
    return torch.fft.irfft(torch.fft.rfft(x, n).abs().clamp_min(1e-12).log(), n or x.shape[-1])


def np_real_cepstrum(x, n=None):
    return np.fft.ifft(np.log(np.abs(np.fft.fft(x, n)))).real


def linear_phase(p, n):
    """Samples of delay in an unwrapped phase of n div 2 + 1 bins."""
    return np.round(-p[..., -1] * n / (2 * math.pi * (p.shape[-1] - 1)))


def complex_cepstrum(x, n):
    x = x * torch.where(x.detach().sum(-1, keepdim=True) < 0, -1.0, 1.0)
    X = torch.fft.rfft(x, n)
    p = X.angle()
    q = np.unwrap(p.detach().numpy())
    p = p + torch.tensor(q) - p.detach()
    p = p + torch.tensor(linear_phase(q, n))[..., None] * 2 * math.pi / n * torch.arange(X.shape[-1])
    return torch.fft.irfft(torch.complex(X.abs().log(), p), n)


def np_complex_cepstrum(x, n):
    """By the full transform, the phase unwrapped from zero frequency up and continued as an odd function."""
    X = np.fft.fft(x * np.where(x.sum(-1, keepdims=True) < 0, -1, 1), n)
    m = n // 2 + 1
    p = np.unwrap(np.angle(X[..., :m]))
    p = p + linear_phase(p, n)[..., None] * 2 * np.pi / n * np.arange(m)
    full = np.concatenate((p, -p[..., 1:n - m + 1][..., ::-1]), -1)
    return np.fft.ifft(np.log(np.abs(X)) + 1j * full).real


def minimum_phase(x, n):
    w = torch.zeros(n)
    w[0] = 1
    w[1:(n + 1) // 2] = 2
    if n % 2 == 0:
        w[n // 2] = 1
    return torch.fft.irfft(torch.exp(torch.fft.rfft(real_cepstrum(x, n) * w)), n)[..., :x.shape[-1]]


def low_lifter(c, cut):
    k = torch.arange(c.shape[-1])
    return c * ((k < cut) | (k > c.shape[-1] - cut))


def cepstra(t):
    t.case("unwrap", "unwrap(x)", lambda x: x + torch.tensor(np.unwrap(x.detach().numpy())) - x.detach(), x=R(3, 17, lo=-4, hi=4))
    for n, tag in ((None, ""), (16, "_16"), (21, "_21")):
        t.case("real_cepstrum" + tag, f"real_cepstrum(x{f', {n}' if n else ''})",
               checked(lambda x, n=n: real_cepstrum(x, n), lambda x, n=n: np_real_cepstrum(x, n)), x=R(2, 12))
    for n in (32, 45):
        t.case(f"complex_cepstrum_{n}", f"complex_cepstrum(x, {n})",
               checked(lambda x, n=n: complex_cepstrum(x, n), lambda x, n=n: np_complex_cepstrum(x, n)), x=R(2, 9))
    t.case("complex_cepstrum_back", "inverse_complex_cepstrum(complex_cepstrum(x, 64), delay=linear_delay(rfft(x, 64)))[..., 0:9]",
           lambda x: x * 1.0, x=R(2, 9, lo=-0.3))
    t.case("minimum_phase", "minimum_phase(x, 64)", lambda x: minimum_phase(x, 64), x=R(9))
    # SciPy makes minimum-phase filters of half the length; from the autocorrelation they have the magnitude asked for.
    h = ss.firwin(9, 0.4)
    got = minimum_phase(torch.tensor(np.convolve(h, h[::-1])), 4096).detach().numpy()
    want = ss.minimum_phase(np.convolve(h, h[::-1]), method="homomorphic", n_fft=4096)
    assert np.abs(np.abs(np.fft.fft(got, 64)) - np.abs(np.fft.fft(np.convolve(h, h[::-1]), 64))).max() < 1e-3 and len(want) == 9
    t.case("spectral_envelope", "spectral_envelope(x, cut=4, n=24)",
           lambda x: torch.fft.rfft(low_lifter(real_cepstrum(x, 24), 4)).real.exp(), x=R(2, 20))
    t.case("lifter_htk", "lifter(x, L=22)", lambda x: x * (1 + 11 * torch.sin(math.pi * torch.arange(13) / 22)), x=R(2, 13))
    t.case("lifter_librosa", "lifter(x, L=22, first=1)", lambda x: x * (1 + 11 * torch.sin(math.pi * torch.arange(1, 14) / 22)), x=R(2, 13))


# ---- features --------------------------------------------------------------------------------------------------------------
def slaney(f):
    return np.where(f < 1000, 3 * f / 200, 15 + 27 * np.log(np.maximum(f, 1e-9) / 1000) / np.log(6.4))


def slaney_hz(m):
    return np.where(m < 15, 200 * m / 3, 1000 * np.exp((m - 15) * np.log(6.4) / 27))


def librosa_mel(x, sr, n_fft, hop, bands):
    """librosa.feature.melspectrogram as its manual states it; the filters are compared with torchaudio's Slaney ones."""
    w = torch.hann_window(n_fft)
    S = torch.stft(x, n_fft, hop, window=w, center=True, pad_mode="constant", return_complex=True).abs() ** 2
    f = slaney_hz(np.linspace(slaney(np.array(0.0)), slaney(np.array(sr / 2)), bands + 2))
    at = np.linspace(0, sr / 2, n_fft // 2 + 1)
    fb = np.maximum(0, np.minimum((at[:, None] - f[:-2]) / (f[1:-1] - f[:-2]), (f[2:] - at[:, None]) / (f[2:] - f[1:-1])))
    fb = fb * 2 / (f[2:] - f[:-2])
    other = torchaudio.functional.melscale_fbanks(n_fft // 2 + 1, 0, sr / 2, bands, sr, norm="slaney", mel_scale="slaney").double()
    assert np.abs(other.numpy() - fb).max() < 1e-5 * fb.max()  # torchaudio's are made in single precision
    return S.transpose(-1, -2) @ torch.tensor(fb)


def to_db(m, top_db=80.0):
    d = 10 * torch.log10(m.clamp_min(1e-10))
    return torch.maximum(d, d.amax() - top_db)


def dct(n, count):
    return torch.tensor(sf.dct(np.eye(n), type=2, norm="ortho", axis=0)[:count])


def features(t):
    t.case("melspectrogram_librosa", "melspectrogram_librosa(x, n_fft=64, hop=16, bands=6, sr=8kHz)",
           lambda x: librosa_mel(x, 8000, 64, 16, 6), x=R(150))
    t.case("mfcc_librosa", "mfcc_librosa(x, count=5, n_fft=64, hop=16, bands=8, sr=8kHz)",
           lambda x: to_db(librosa_mel(x, 8000, 64, 16, 8)) @ dct(8, 5).T, x=R(150))
    t.case("mfcc_librosa_lifted", "mfcc_librosa(x, count=5, n_fft=64, hop=16, bands=8, sr=8kHz, L=10)",
           lambda x: (to_db(librosa_mel(x, 8000, 64, 16, 8)) @ dct(8, 5).T) * (1 + 5 * torch.sin(math.pi * torch.arange(1, 6) / 10)), x=R(150))
    t.case("deltas", "deltas(x)", lambda x: torchaudio.functional.compute_deltas(x.transpose(-1, -2)).transpose(-1, -2), x=R(2, 9, 3))
    t.case("deltas_3", "deltas(x, win=3)",
           lambda x: torchaudio.functional.compute_deltas(x.transpose(-1, -2), 3).transpose(-1, -2), x=R(6, 2))
    t.case("stft_librosa", "stft_librosa(x, n_fft=16)",
           lambda x: torch.stft(x, 16, 4, window=torch.hann_window(16), center=True, pad_mode="constant", return_complex=True).transpose(-1, -2), x=R(41))


# ---- SciPy's spectra -------------------------------------------------------------------------------------------------------
def stft_scipy(x, nperseg, noverlap):
    hop = nperseg - noverlap
    w = torch.tensor(ss.get_window("hann", nperseg))
    extra = nperseg // 2 + (-(x.shape[-1] + 2 * (nperseg // 2) - nperseg)) % hop
    around = torch.nn.functional.pad(x, (nperseg // 2, extra))
    return torch.fft.rfft(around.unfold(-1, nperseg, hop) * w / w.sum())


def hilbert(x, n=None):
    n = n or x.shape[-1]
    h = np.zeros(n)
    h[0] = 1
    h[1:(n + 1) // 2] = 2
    if n % 2 == 0:
        h[n // 2] = 1
    return torch.fft.ifft(torch.fft.fft(x, n) * torch.tensor(h))


def spectra(x, nperseg, noverlap, window, detrend):
    w = torch.tensor(ss.get_window(window, nperseg))
    f = x.unfold(-1, nperseg, nperseg - noverlap)
    return torch.fft.rfft((f - f.mean(-1, keepdim=True) if detrend else f) * w), w


def csd(x, y, fs, nperseg, noverlap, window="hann", detrend=True, scaling="density"):
    (X, w), (Y, _) = spectra(x, nperseg, noverlap, window, detrend), spectra(y, nperseg, noverlap, window, detrend)
    two = torch.full((nperseg // 2 + 1,), 2.0)
    two[0] = 1
    if nperseg % 2 == 0:
        two[-1] = 1
    return (X.conj() * Y).mean(-2) * two / (fs * (w ** 2).sum() if scaling == "density" else w.sum() ** 2)


def scipy_spectra(t):
    for nperseg, noverlap, n in ((8, 4, 37), (8, 6, 40), (9, 4, 31), (16, 8, 64)):
        t.case(f"stft_scipy_{nperseg}_{noverlap}", f"stft_scipy(x, nperseg={nperseg}, noverlap={noverlap})",
               checked(lambda x, a=nperseg, b=noverlap: stft_scipy(x, a, b),
                       lambda x, a=nperseg, b=noverlap: np.swapaxes(ss.stft(x, nperseg=a, noverlap=b)[2], -1, -2)), x=R(2, n))
    for n in (8, 9, 1):
        t.case(f"hilbert_{n}", "hilbert(x)", checked(hilbert, ss.hilbert), x=R(2, n))
    t.case("hilbert_padded", "hilbert(x, 12)", checked(lambda x: hilbert(x, 12), lambda x: ss.hilbert(x, 12)), x=R(2, 9))
    t.case("envelope", "envelope(x)", lambda x: hilbert(x).abs(), x=R(15))
    t.case("instantaneous_frequency", "instantaneous_frequency(x, r=8kHz)",
           lambda x: (hilbert(x)[1:] * hilbert(x)[:-1].conj()).angle() * 8000 / (2 * math.pi), x=R(15))
    for name, kw, options in (("", {}, {}), ("_flattop", {"window": "flattop"}, {}), ("_none", {"detrend": False}, {}),
                              ("_spectrum", {"scaling": "spectrum"}, {})):
        said = "".join(f", {k}={'none' if v is False else v}" for k, v in kw.items())
        for nperseg, noverlap, n in ((16, 8, 70), (15, 4, 40)):
            t.case(f"welch{name}_{nperseg}", f"welch(x, r=100Hz, nperseg={nperseg}, noverlap={noverlap}{said})",
                   checked(lambda x, a=nperseg, b=noverlap, kw=kw: csd(x, x, 100, a, b, **kw).real,
                           lambda x, a=nperseg, b=noverlap, kw=kw: ss.welch(x, 100, nperseg=a, noverlap=b, **({"detrend": False} if kw.get("detrend") is False else {}),
                                                                          **{k: v for k, v in kw.items() if k != "detrend"})[1]), x=R(2, n))
    t.case("csd", "csd(x, y, r=100Hz, nperseg=16)",
           checked(lambda x, y: csd(x, y, 100, 16, 8), lambda x, y: ss.csd(x, y, 100, nperseg=16)[1]), x=R(70), y=R(70, seed=5))
    t.case("coherence", "coherence(x, y, nperseg=16)",
           checked(lambda x, y: csd(x, y, 1, 16, 8).abs() ** 2 / (csd(x, x, 1, 16, 8).real * csd(y, y, 1, 16, 8).real),
                   lambda x, y: ss.coherence(x, y, nperseg=16)[1]), x=R(70), y=R(70, seed=5))
    t.case("periodogram", "periodogram(x, r=100Hz)",
           checked(lambda x: csd(x, x, 100, 21, 0, "boxcar").real, lambda x: ss.periodogram(x, 100)[1]), x=R(21))


if __name__ == "__main__":
    t = File("cepstrum")
    cepstra(t)
    features(t)
    scipy_spectra(t)
    t.save()
