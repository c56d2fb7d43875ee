#!/usr/bin/python3
"""Writes cases/{imaging,proximal,tomography,phase,rooms}.txt: what scipy.ndimage, scikit-image, PyWavelets and torchaudio say to operators of inverse
problems. Where a library has no gradient it comes from torch, through the formula written out, whose values are compared here
with the library's before they are written.

Needs Debian's python3-scipy, python3-skimage, python3-pywt and python3-torch. Run it as `python3 tests/agree/oracle_inverse.py`.
"""
import numpy as np
import pywt
import scipy.ndimage as ndi
import scipy.optimize
import skimage.metrics as sm
import skimage.restoration as sr
import skimage.transform as st
import torch
import torch.nn.functional as F
import torchaudio

from oracle import C, File, R, V

torch.set_default_dtype(torch.float64)


def same(got, want, tolerance=1e-11):
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, (got.shape, want.shape)
    assert np.abs(got - want).max() <= tolerance * max(1, np.abs(want).max()), (got, want)


# ---- pictures ------------------------------------------------------------------------------------------------------------------
NDI = {"zero": "constant", "reflect": "mirror", "symmetric": "reflect", "edge": "nearest", "wrap": "wrap"}


def imaging():
    t = File("imaging")
    x, psf = R(5, 6), R(3, 5, seed=2)
    for ours, theirs in NDI.items():
        t.case("blur_" + ours, f"blur(x, h, boundary={ours})", lambda x, h, m=theirs: ndi.convolve(x, h, mode=m), linear=True, x=x, h=psf)
        t.case("gaussian_filter_" + ours, f"gaussian_filter(x, 0.8, boundary={ours})", lambda x, m=theirs: ndi.gaussian_filter(x, 0.8, mode=m), linear=True, x=x)
    t.case("blur_valid", "blur(x, h, boundary=valid)", lambda x, h: F.conv2d(x[None, None], h.flip((0, 1))[None, None])[0, 0], x=x, h=psf)
    t.case("blur_downsample", "blur_downsample(x, h, 2)", lambda x, h: ndi.convolve(x, h, mode="wrap")[::2, ::2], linear=True, x=R(6, 8), h=R(3, 3, seed=2))
    t.case("gaussian_filter_wide", "gaussian_filter(x, 1.7)", lambda x: ndi.gaussian_filter(x, 1.7), linear=True, x=R(4, 5))
    centred = lambda f: (lambda x: np.fft.fftshift(f(np.fft.ifftshift(x), norm="ortho")))
    for shape in ((4, 5), (5, 3)):
        t.case("fft2c_%d_%d" % shape, "fft2c(x)", centred(np.fft.fft2), linear=True, x=C(*shape))
        t.case("ifft2c_%d_%d" % shape, "ifft2c(x)", centred(np.fft.ifft2), linear=True, x=C(*shape))
    t.case("sense", "sense(x, m, k)", lambda x, m, k: k * torch.fft.fftshift(torch.fft.fft2(torch.fft.ifftshift(m * x, dim=(-2, -1)), norm="ortho"), dim=(-2, -1)),
           x=C(4, 4), m=C(2, 4, 4, seed=2), k=R(4, 4, seed=3))

    psf = V(np.array([[1.0, 2, 1], [2, 5, 2], [1, 3, 1]]) / 18)
    t.case("wiener", "wiener(x, h, 0.1)", lambda x, h: sr.wiener(x, h, 0.1, clip=False), linear=True, grad=["x"], x=R(6, 8), h=psf)
    t.case("wiener_odd", "wiener(x, h, 0.3)", lambda x, h: sr.wiener(x, h, 0.3, clip=False), linear=True, grad=["x"], x=R(5, 7), h=psf)
    t.case("richardson_lucy", "richardson_lucy(x, h, steps=7)", lambda x, h: sr.richardson_lucy(x.numpy(), h.numpy(), num_iter=7, clip=False), grad=False, x=R(7, 6, lo=0.1, hi=1), h=psf)

    pair = dict(x=R(9, 8, lo=0, hi=1), y=R(9, 8, seed=2, lo=0, hi=1))
    numpy = lambda f: (lambda x, y: torch.tensor(f(x.numpy(), y.numpy())))
    t.case("psnr", "psnr(x, y)", numpy(lambda x, y: sm.peak_signal_noise_ratio(y, x, data_range=1)), grad=False, **pair)
    t.case("psnr_range", "psnr(x, y, range=255)", numpy(lambda x, y: sm.peak_signal_noise_ratio(y, x, data_range=255)), grad=False, **pair)
    t.case("ssim", "ssim(x, y)", numpy(lambda x, y: sm.structural_similarity(x, y, data_range=1)), grad=False, **pair)

    def ssim(x, y, win=7):
        box = torch.ones(1, 1, win, win) / win**2
        m = lambda v: F.conv2d(v[None, None], box)[0, 0]
        fair = win**2 / (win**2 - 1)
        a, b = m(x), m(y)
        vx, vy, vxy = fair * (m(x * x) - a * a), fair * (m(y * y) - b * b), fair * (m(x * y) - a * b)
        s = ((2 * a * b + 0.01**2) * (2 * vxy + 0.03**2) / ((a * a + b * b + 0.01**2) * (vx + vy + 0.03**2))).mean()
        same(s.item(), sm.structural_similarity(x.detach().numpy(), y.detach().numpy(), data_range=1))
        return s
    t.case("ssim_gradient", "ssim(x, y)", ssim, **pair)
    t.save()


# ---- shrinkage -----------------------------------------------------------------------------------------------------------------
def simplex(x, s):
    """argmin |x - p| over p >= 0, sum p = s: by its one-dimensional dual, and the gradient on the active set."""
    level = scipy.optimize.brentq(lambda t: np.maximum(x.detach().numpy() - t, 0).sum() - s, -10, 10, xtol=1e-15)
    on = (x > level).double()
    return on * (x - ((x * on).sum() - s) / on.sum())


def tv_denoise(x, weight, steps):
    u, p = x, [torch.zeros_like(x), torch.zeros_like(x)]
    for _ in range(steps - 1):
        g = [torch.cat((u[1:] - u[:-1], 0 * u[:1])), torch.cat((u[:, 1:] - u[:, :-1], 0 * u[:, :1]), 1)]
        n = torch.sqrt(g[0] ** 2 + g[1] ** 2 + 1e-300)
        p = [(p[k] - 0.25 * g[k]) / (1 + 0.25 / weight * n) for k in range(2)]
        z = lambda q, k: torch.cat((0 * q.narrow(k, 0, 1), q.narrow(k, 0, q.shape[k] - 1)), k)
        u = x + sum(z(p[k], k) - p[k] for k in range(2))
    same(u.detach().numpy(), sr.denoise_tv_chambolle(x.detach().numpy(), weight=float(weight), eps=0, max_num_iter=steps))
    return u


def proximal():
    t = File("proximal")
    x, z = R(7, lo=-3, hi=3), C(5, lo=-3, hi=3)
    plain = lambda f: (lambda x: torch.tensor(f(x.detach().numpy())))
    t.case("soft_real", "soft_threshold(x, 1.1)", plain(lambda x: pywt.threshold(x, 1.1, "soft")), grad=False, x=x)
    t.case("soft_complex", "soft_threshold(x, 1.1)", plain(lambda x: pywt.threshold(x, 1.1, "soft")), grad=False, x=z)
    t.case("hard_real", "hard_threshold(x, 1.1)", plain(lambda x: pywt.threshold(x, 1.1, "hard")), grad=False, x=x)
    t.case("hard_complex", "hard_threshold(x, 1.1)", plain(lambda x: pywt.threshold(x, 1.1, "hard")), grad=False, x=z)
    t.case("garrote_real", "garrote_threshold(x, 1.1)", plain(lambda x: pywt.threshold(x, 1.1, "garrote")), grad=False, x=x)
    t.case("firm_real", "firm_threshold(x, 0.6, 1.9)", plain(lambda x: pywt.threshold_firm(x, 0.6, 1.9)), grad=False, x=x)
    t.case("soft_gradient", "soft_threshold(x, 1.1)", lambda x: F.softshrink(x, 1.1), x=x)
    t.case("soft_gradient_complex", "soft_threshold(x, t)", lambda x, t: x / abs(x) * F.relu(abs(x) - t), x=z, t=V(1.1))
    t.case("hard_gradient", "hard_threshold(x, 1.1)", lambda x: F.hardshrink(x, 1.1), x=x)
    t.case("garrote_gradient", "garrote_threshold(x, t)", lambda x, t: torch.where(abs(x) > t, x - t * t / x, 0 * x), x=x, t=V(1.1))
    t.case("firm_gradient", "firm_threshold(x, a, b)", lambda x, a, b: torch.where(abs(x) <= a, 0 * x, torch.where(abs(x) >= b, x, torch.sign(x) * b * (abs(x) - a) / (b - a))),
           x=x, a=V(0.6), b=V(1.9))
    group = lambda x, t, d: x * F.relu(1 - t / torch.linalg.vector_norm(x, dim=d, keepdim=True))
    t.case("group", "group_threshold(x, t)", lambda x, t: group(x, t, -1), x=R(4, 3), t=V(0.9))
    t.case("group_first", "group_threshold(x, t, axis=0)", lambda x, t: group(x, t, 0), x=C(4, 3), t=V(0.9))
    t.case("prox_huber", "prox_huber(x, 0.7, delta=1.2)", lambda x: torch.where(abs(x) <= 1.7 * 1.2, x / 1.7, x - torch.sign(x) * 0.7 * 1.2), x=x)
    t.case("project_ball", "project_ball(x, 1.5)", lambda x: x * 1.5 / torch.linalg.vector_norm(x), x=x)
    t.case("project_ball_inside", "project_ball(x, 50)", lambda x: 1 * x, x=z)
    t.case("project_simplex", "project_simplex(x)", lambda x: simplex(x, 1), x=x)
    t.case("project_simplex_sum", "project_simplex(x, 6.5)", lambda x: simplex(x, 6.5), x=x)
    t.case("project_l1", "project_l1(x, 2.5)", lambda x: torch.sign(x) * simplex(abs(x), 2.5), x=x)
    t.case("project_l1_complex", "project_l1(x, 2.5)", lambda x: x / abs(x) * simplex(abs(x), 2.5), x=z)
    t.case("tv_denoise", "tv_denoise(x, w, steps=12)", lambda x, w: tv_denoise(x, w, 12), x=R(5, 6), w=V(0.15))
    t.case("tv_denoise_long", "tv_denoise(x, w, steps=60)", lambda x, w: tv_denoise(x, w, 60), x=R(4, 4), w=V(0.5))
    t.save()


# ---- tomography ------------------------------------------------------------------------------------------------------------------
def disk(n):
    k = np.arange(n) - n // 2
    return (k[:, None] ** 2 + k**2 <= (n // 2 - 1.5) ** 2).astype(float)


def tomography():
    t = File("tomography")
    degrees = np.array([0.0, 17, 45, 90, 123.4, 171])
    a = V(np.deg2rad(degrees))
    for n in (8, 9):
        x = V(R(n, n).array * disk(n))
        t.case(f"radon_{n}", "radon(x, a)", lambda x, a: torch.tensor(st.radon(x.numpy(), degrees).T), grad=False, x=x, a=a)
    t.case("radon_diagonal", "radon(x, a, detectors=9)", lambda x, a: torch.tensor(st.radon(x.numpy(), degrees, circle=False).T), grad=False, x=V(np.pad(R(4, 4).array, 1)), a=a)
    t.case("radon_transpose", "radon(pad2(x, 2, 2, 2, 2), a)", lambda x, a: st.radon(np.pad(x, 2), degrees).T, linear=True, grad=["x"], x=R(4, 4), a=a)
    for name, theirs in (("ramp", "ramp"), ("shepp_logan", "shepp-logan"), ("cosine", "cosine"), ("hamming", "hamming"), ("hann", "hann"), ("none", None)):
        for n in (8, 9):
            t.case(f"fbp_{name}_{n}", f"fbp(s, a, filter={name})", lambda s, a, f=theirs: st.iradon(s.T, degrees, filter_name=f), linear=True, grad=["s"], s=R(6, n), a=a)
    t.case("fbp_whole", "fbp(s, a, circle=0, n=7)", lambda s, a: st.iradon(s.T, degrees, output_size=7, circle=False), linear=True, grad=["s"], s=R(6, 9), a=a)
    t.case("fbp_square", "fbp(s, a, n=6)", lambda s, a: st.iradon(s.T, degrees, output_size=6, circle=True), linear=True, grad=["s"], s=R(6, 9), a=a)
    t.save()


# ---- phase retrieval ---------------------------------------------------------------------------------------------------------------
def phase():
    t = File("phase")
    x, masks, y = C(4, 5), C(3, 4, 5, seed=2), R(3, 4, 5, seed=3, lo=0.1, hi=2)
    seen = lambda x, m: torch.fft.fft2(torch.conj(m) * x, norm="ortho")
    t.case("coded", "coded_diffraction(x, m)", seen, x=x, m=masks)
    t.case("coded_transpose", "coded_transpose(z, m)", lambda z, m: (m * torch.fft.ifft2(z, norm="ortho")).sum(0), z=C(3, 4, 5), m=masks)
    t.case("intensity", "intensity_loss(coded_diffraction(x, m), y)", lambda x, m, y: ((abs(seen(x, m)) ** 2 - y) ** 2).mean() / 2, x=x, m=masks, y=y)
    t.case("amplitude", "amplitude_loss(coded_diffraction(x, m), y)", lambda x, m, y: ((abs(seen(x, m)) - y.sqrt()) ** 2).mean() / 2, x=x, m=masks, y=y)
    t.case("poisson", "poisson_loss(coded_diffraction(x, m), y)", lambda x, m, y: F.poisson_nll_loss((abs(seen(x, m)) ** 2).log(), y, log_input=True), x=x, m=masks, y=y)

    def flow(y, m, x):
        gain = (abs(m) ** 2).mean()
        size = x.numel() / (m.shape[0] * gain**2 * (abs(x) ** 2).sum())
        for k in range(5):
            z = seen(x, m)
            x = x - min(1 - np.exp(-(k + 1) / 330), 0.2) * size * (m * torch.fft.ifft2((abs(z) ** 2 - y) * z, norm="ortho")).sum(0)
        return x
    t.case("wirtinger_flow", "wirtinger_flow(y, m, x, steps=5)", flow, y=y, m=masks, x=x)

    def griffin_lim(s, momentum=0.99, steps=6, length=24):
        return torchaudio.functional.griffinlim(s.T, torch.hann_window(8), 8, 2, 8, 1.0, steps, momentum, length, False)
    s = R(13, 5, lo=0.2, hi=1)
    t.case("griffin_lim", "griffin_lim(s, 8, 2, length=24, steps=6)", griffin_lim, grad=False, s=s)
    t.case("griffin_lim_plain", "griffin_lim(s, 8, 2, length=24, steps=6, momentum=0)", lambda s: griffin_lim(s, momentum=0), grad=False, s=s)
    t.save()


# ---- rooms -------------------------------------------------------------------------------------------------------------------------
def image_method(room, source, mic, beta, n, fs, order, width=81, c=343.0):
    """Allen and Berkley 1979, equations 8 to 10, image by image, with Peterson's windowed arrivals."""
    h, k = torch.zeros(n), torch.arange(n)
    walls = beta.expand(6)
    trips = range(-order, order + 1)
    for r in [(a, b, c) for a in trips for b in trips for c in trips]:
        for p in [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]:
            d2, gain = 0, 1
            for i in range(3):
                d2 = d2 + ((1 - 2 * p[i]) * source[i] + 2 * r[i] * room[i] - mic[i]) ** 2
                gain = gain * walls[2 * i] ** abs(r[i] - p[i]) * walls[2 * i + 1] ** abs(r[i])
            d = torch.sqrt(d2)
            t = k - d * fs / c
            near = (abs(k - torch.round(d.detach() * fs / c)) <= width // 2) & (abs(t) < width / 2)
            h = h + torch.where(near, gain / (4 * np.pi * d) * torch.sinc(t) * 0.5 * (1 + torch.cos(2 * np.pi * t / width)), torch.zeros(n))
    return h


def rooms():
    t = File("rooms")
    place = dict(room=V([3.0, 4.0, 2.5]), s=V([1.1, 0.7, 1.3]), m=V([2.0, 3.1, 1.2]))
    t.case("shoebox_direct", "shoebox_rir(room, s, m, 64, 4000, beta=b, order=0, width=21)", lambda room, s, m, b: image_method(room, s, m, b, 64, 4000, 0, 21), b=V(0.7), **place)
    t.case("shoebox_walls", "shoebox_rir(room, s, m, 90, 2000, beta=b, order=1, width=15)", lambda room, s, m, b: image_method(room, s, m, b, 90, 2000, 1, 15),
           b=V([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), **place)
    t.case("shoebox_two", "shoebox_rir(room, s, m, 80, 1000, beta=0.6, order=2)", lambda room, s, m: image_method(room, s, m, torch.tensor(0.6), 80, 1000, 2), **place)
    sabine = lambda room, t: torch.sqrt(1 - 0.161 * room.prod() / (2 * (room[0] * room[1] + room[1] * room[2] + room[2] * room[0]) * t))
    t.case("sabine_beta", "sabine_beta(room, t)", sabine, room=place["room"], t=V(0.4))

    def late(s, g):
        out = 0
        for k in range(g.shape[2]):
            moved = torch.cat((torch.zeros_like(s[:, : 2 + k]), s[:, : s.shape[1] - 2 - k]), 1)
            out = out + (moved * g[:, None, :, k]).sum(0)
        return out
    t.case("late_prediction", "late_prediction(s, g, 2)", late, s=C(2, 7, 3), g=C(2, 3, 2, seed=2))
    t.case("dereverberation_loss", "dereverberation_loss(d, eps=0.01)", lambda d: (abs(d) ** 2 + 0.01).log().mean(), d=C(4, 3))
    t.save()


if __name__ == "__main__":
    rooms()
    phase()
    imaging()
    proximal()
    tomography()
