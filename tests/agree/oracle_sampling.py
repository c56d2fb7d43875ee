#!/usr/bin/python3
"""Writes cases/sampling.txt: what SciPy, torch, torchaudio and scikit-image say to interpolation, warping and resampling.
Gradients to positions come from torch where it has the operator, else from a plain torch version whose values are compared
with SciPy's here before they are written.

Needs Debian's python3-scipy, python3-torch, python3-torchaudio and python3-skimage. Run it as
`python3 tests/agree/oracle_sampling.py`.
"""
import math

import numpy as np
import scipy.ndimage as nd
import scipy.signal as ss
import skimage.transform
import torch
import torch.nn.functional as F
import torchaudio.functional as AF

from oracle import C, File, R, V

MODES = {"edge": "nearest", "reflect": "mirror", "symmetric": "reflect", "wrap": "grid-wrap", "zero": "grid-constant"}


def place(k, n, outside):
    """Index tensor k on a signal of n samples; and whether it lies on it."""
    if outside == "zero":
        return k.clamp(0, n - 1), (k >= 0) & (k < n)
    if outside == "edge":
        k = k.clamp(0, n - 1)
    elif outside == "wrap":
        k = k % n
    elif outside == "reflect":
        k = k % max(2 * n - 2, 1)
        k = torch.where(k >= n, 2 * n - 2 - k, k)
    else:
        k = k % (2 * n)
        k = torch.where(k >= n, 2 * n - 1 - k, k)
    return k, torch.ones_like(k, dtype=torch.bool)


def kernel(name, taps, **how):
    """Weight of a neighbour at distance d."""
    def keys(d, a=how.get("a", -0.5)):
        d = d.abs()
        return torch.where(d <= 1, (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1,
                           torch.where(d < 2, a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a, 0 * d))

    def spline(d):
        d = d.abs()
        return torch.where(d <= 1, 2 / 3 - d ** 2 + d ** 3 / 2, torch.where(d < 2, (2 - d) ** 3 / 6, 0 * d))

    def sinc(d):
        u = d / (taps // 2)
        w = {"hann": 0.5 + 0.5 * torch.cos(math.pi * u), "lanczos": torch.sinc(u),
             "kaiser": torch.special.i0(how.get("beta", 14.769656459379492) * torch.sqrt((1 - u * u).clamp(min=0))) /
             torch.special.i0(torch.tensor(how.get("beta", 14.769656459379492)))}[how.get("window", "hann")]
        return torch.sinc(d) * w
    return {"linear": lambda d: 1 - d.abs(), "cubic": keys, "bspline": spline, "sinc": sinc}[name]


def interp(x, t, name, outside="zero", taps=2, **how):
    left = torch.floor(t.detach()).long() - (taps // 2 - 1)
    total = 0
    for k in range(taps):
        i, there = place(left + k, x.shape[-1], outside)
        total = total + torch.where(there, x[..., i] * kernel(name, taps, **how)(t - (left + k)), torch.zeros(1))
    return total


def lagrange(x, t, order, outside="zero"):
    left = (torch.floor(t.detach()) if order % 2 else torch.round(t.detach())).long() - order // 2
    total = 0
    for k in range(order + 1):
        i, there = place(left + k, x.shape[-1], outside)
        w = 1
        for j in range(order + 1):
            w = w * (t - left - j) / (k - j) if j != k else w
        total = total + torch.where(there, x[..., i] * w, torch.zeros(1))
    return total


def spline(x, t, outside):
    """The cubic spline through x continued by hand, far enough for its filter to forget where it ends."""
    how = {"zero": "constant", "edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap"}[outside]
    n = x.shape[-1]
    index = np.pad(np.arange(n), 80, mode=how) if outside != "zero" else None
    y = F.pad(x, (80, 80)) if outside == "zero" else x[..., torch.tensor(index)]
    k = torch.arange(-40, 41).abs()
    h = math.sqrt(3) * (math.sqrt(3) - 2) ** k.double()
    c = F.conv1d(y[None, None], h[None, None], padding=40)[0, 0]
    return interp(c, t + 80, "bspline", "edge", 4)


def same(a, b, tolerance):
    a = a.detach().numpy() if torch.is_tensor(a) else a
    assert np.abs(a - b).max() < tolerance, np.abs(a - b).max()


def right_slope(x, t):
    n = torch.floor(t.detach()).long()
    a, b = x[n.clamp(0, len(x) - 1)], x[(n + 1).clamp(0, len(x) - 1)]
    return a + (b - a) * (t - n)


def one_dimension(t):
    x, at = R(6), R(9, seed=2, lo=-4.3, hi=9.7)
    xs, ats = torch.tensor(x.array), torch.tensor(at.array)
    for outside in MODES:
        t.case(f"linear_{outside}", f"interp(x, t, outside={outside})", lambda x, t, o=outside: interp(x, t, "linear", o), x=x, t=at)
        t.case(f"cubic_{outside}", f"interp(x, t, mode=cubic, outside={outside})", lambda x, t, o=outside: interp(x, t, "cubic", o, 4), x=x, t=at)
        t.case(f"lagrange_{outside}", f"interp(x, t, mode=lagrange, outside={outside})", lambda x, t, o=outside: lagrange(x, t, 3, o), x=x, t=at)
        t.case(f"sinc_{outside}", f"interp(x, t, mode=sinc, outside={outside}, width=4)", lambda x, t, o=outside: interp(x, t, "sinc", o, 8),
               x=x, t=at)
        same(interp(xs, ats, "linear", outside), nd.map_coordinates(x.array, [at.array], order=1, mode=MODES[outside]), 1e-12)
        # SciPy 1.10 starts its filter for `reflect` by an estimate, which six samples show: 3e-8
        same(spline(xs, ats, outside), nd.map_coordinates(x.array, [at.array], order=3, mode=MODES[outside]),
             1e-7 if outside == "symmetric" else 1e-11)
        t.case(f"bspline_{outside}", f"interp(x, t, mode=bspline, outside={outside})", lambda x, t, o=outside: spline(x, t, o), x=x, t=at)
    t.case("nearest", "interp(x, t, mode=nearest, outside=reflect)",
           lambda x, t: x[place(torch.round(t).long(), 6, "reflect")[0]], grad=["x"], x=x, t=at)
    for order in (1, 2, 5, 7):
        t.case(f"lagrange_order_{order}", f"interp(x, t, mode=lagrange, order={order}, outside=edge)",
               lambda x, t, n=order: lagrange(x, t, n, "edge"), x=x, t=R(7, seed=5, lo=-1.2, hi=6.4))
    for window in ("lanczos", "kaiser"):
        t.case(f"sinc_{window}", f"interp(x, t, mode=sinc, width=3, window={window}, beta=6)",
               lambda x, t, w=window: interp(x, t, "sinc", "zero", 6, window=w, beta=6.0), x=x, t=at)
    t.case("cubic_a", "interp(x, t, mode=cubic, a=-0.75)", lambda x, t: interp(x, t, "cubic", "zero", 4, a=-0.75), x=x, t=at)
    t.case("interp_complex", "interp(x, t, mode=cubic)", lambda x, t: interp(x, t, "cubic", "zero", 4), x=C(6), t=at)
    t.case("interp_batch", "interp(x, t, outside=wrap)",
           lambda x, t: torch.stack([interp(a, b, "linear", "wrap") for a, b in zip(x, t)]), x=R(2, 5), t=R(2, 3, seed=3, lo=-2, hi=7))
    t.case("interp_at_samples", "interp(x, t, outside=edge)", right_slope,
           x=V([1.0, 2.0, 4.0, 8.0]), t=V([0.0, 1.0, 3.0, -1.0, 4.0]))
    t.case("spline_filter", "spline_filter(x)", lambda x: nd.spline_filter1d(x, 3, mode="mirror"), linear=True, x=R(9))
    t.case("spline_filter_wrap", "spline_filter(x, outside=wrap)", lambda x: nd.spline_filter1d(x, 3, mode="grid-wrap"), linear=True, x=R(9))


def two_dimensions(t):
    x, grid = R(2, 4, 5), R(3, 4, 2, seed=3, lo=-1.9, hi=1.9)
    for mode in ("bilinear", "bicubic", "nearest"):
        for padding in ("zeros", "border", "reflection"):
            for align in (0, 1):
                t.case(f"grid_sample_{mode}_{padding}_{align}", f"grid_sample(x, g, mode={mode}, padding={padding}, align_corners={align})",
                       lambda x, g, m=mode, p=padding, a=align: F.grid_sample(x[None], g[None], mode=m, padding_mode=p, align_corners=bool(a))[0],
                       grad=["x"] if mode == "nearest" else True, x=x, g=grid)
    t.case("grid_sample_batch", "grid_sample(x, g)", lambda x, g: F.grid_sample(x, g, align_corners=False),
           x=R(2, 1, 3, 3), g=R(2, 2, 2, 2, seed=3, lo=-1.1, hi=1.1))
    for align in (0, 1):
        t.case(f"affine_grid_{align}", f"affine_grid(m, 3, 4, align_corners={align})",
               lambda m, a=align: F.affine_grid(m[None], (1, 1, 3, 4), align_corners=bool(a))[0], m=R(2, 3))
    t.case("affine_grid_batch", "affine_grid(m, 2, 3)", lambda m: F.affine_grid(m, (2, 1, 2, 3), align_corners=False), m=R(2, 2, 3))

    def homography(m):
        base = F.affine_grid(torch.eye(2, 3)[None], (1, 1, 3, 4), align_corners=False)[0]
        p = torch.cat([base, torch.ones(3, 4, 1)], -1) @ m.T
        return p[..., :2] / p[..., 2:]
    near = np.eye(3) + 0.1 * R(3, 3).array
    t.case("homography_grid", "homography_grid(m, 3, 4)", homography, m=V(near))
    pixel = np.array([[1.1, 0.2, -0.4], [-0.1, 0.9, 0.7], [0.01, -0.02, 1.0]])
    x = R(6, 7)
    t.case("warp_perspective", f"warp_perspective(x, {rows(pixel)}, mode=bspline, outside=reflect)",
           lambda x: nd.map_coordinates(x, coordinates(pixel, 6, 7), order=3, mode="mirror"), linear=True, x=x)
    inside = np.array([[0.6, 0.1, 0.8], [-0.05, 0.7, 0.9], [0.01, 0.02, 1.0]])  # every pixel comes from within the picture
    t.case("warp_perspective_skimage", f"warp_perspective(x, {rows(inside)})",
           lambda x: skimage.transform.warp(x, inside, order=1, preserve_range=True, clip=False), linear=True, x=x)
    t.case("warp_affine_wrap", f"warp_affine(x, {rows(pixel[:2])}, outside=wrap)",
           lambda x: nd.map_coordinates(x, coordinates(np.vstack([pixel[:2], [0, 0, 1]]), 6, 7), order=1, mode="grid-wrap"), linear=True, x=x)

    def shift(x, d):
        r = torch.arange(4)[:, None] + d[0]
        c = torch.arange(5)[None, :] + d[1]
        g = torch.stack([(2 * c + 1) / 5 - 1, (2 * r + 1) / 4 - 1], -1)
        return F.grid_sample(x[None, None], g[None], align_corners=False, padding_mode="border")[0, 0]
    t.case("warp", "warp(x, d[0], d[1], outside=edge)", shift, x=R(4, 5), d=R(2, 4, 5, seed=4, lo=-1.7, hi=1.7))


def rows(m):
    return "[" + ", ".join("[" + ", ".join(repr(float(v)) for v in r) + "]" for r in m) + "]"


def coordinates(m, h, w):
    r, c = np.mgrid[0:h, 0:w]
    p = np.einsum("ij,jhw->ihw", m, np.stack([c, r, np.ones_like(r)]))
    return np.stack([p[1] / p[2], p[0] / p[2]])


def ratios(t):
    for up, down in ((1, 1), (2, 1), (1, 3), (3, 2), (4, 6), (5, 7)):
        t.case(f"resample_poly_{up}_{down}", f"resample_poly(x, {up}, {down})", lambda x, u=up, d=down: ss.resample_poly(x, u, d), linear=True, x=R(11))
        t.case(f"upfirdn_{up}_{down}", f"upfirdn(x, h, up={up}, down={down})",
               lambda x, h, u=up, d=down: F.conv1d(torch.cat([x[:, None], torch.zeros(len(x), u - 1)], 1).reshape(-1)[:(len(x) - 1) * u + 1][None, None],
                                                   h.flip(0)[None, None], padding=len(h) - 1)[0, 0, ::d], x=R(9), h=R(5, seed=2))
        same(ss.upfirdn(R(5, seed=2).array, R(9).array, up, down),
             F.conv1d(torch.cat([torch.tensor(R(9).array)[:, None], torch.zeros(9, up - 1)], 1).reshape(-1)[:8 * up + 1][None, None],
                      torch.tensor(R(5, seed=2).array).flip(0)[None, None], padding=4)[0, 0, ::down].numpy(), 1e-12)
    t.case("upfirdn_complex", "upfirdn(x, h, up=3, down=2)", lambda x, h: ss.upfirdn(h, x, 3, 2), linear=True, x=C(6), h=C(4, seed=2))
    for orig, new in ((2, 1), (1, 2), (3, 2), (44100, 48000), (16000, 11025)):
        t.case(f"resample_{orig}_{new}", f"resample(x, {orig}, {new})", lambda x, o=orig, n=new: AF.resample(x, o, n), x=R(13))
    t.case("resample_width", "resample(x, 3, 5, lowpass_filter_width=16, rolloff=0.9)", lambda x: AF.resample(x, 3, 5, lowpass_filter_width=16, rolloff=0.9), x=R(9))
    t.case("resample_kaiser", "resample(x, 5, 3, window=kaiser)", lambda x: AF.resample(x, 5, 3, resampling_method="kaiser_window"), x=R(20))
    t.case("decimate", "decimate(x, 3)", lambda x: ss.decimate(x, 3, ftype="fir"), linear=True, x=R(30))
    for n, m in ((8, 5), (8, 12), (7, 4), (6, 6), (5, 9), (8, 6), (6, 8)):
        t.case(f"resample_fft_{n}_{m}", f"resample_fft(x, {m})", lambda x, m=m: ss.resample(x, m), linear=True, x=R(n))
    t.case("firwin", "firwin(21, 0.3)*x", lambda x: x.numpy() * ss.firwin(21, 0.3), grad=False, x=R(21))
    t.case("firwin_kaiser", "firwin(20, 0.45, window=kaiser, beta=7)*x", lambda x: x.numpy() * ss.firwin(20, 0.45, window=("kaiser", 7)), grad=False, x=R(20))
    pascal = torch.tensor([1.0, 4, 6, 4, 1]) / 16
    t.case("blur_pool", "blur_pool(x, size=5)", lambda x: F.conv1d(x[None, None], pascal[None, None], stride=2, padding=2)[0, 0], x=R(9))
    t.case("blur_pool2", "blur_pool2(x)",
           lambda x: F.conv2d(x[None, None], torch.outer(torch.tensor([1.0, 2, 1]), torch.tensor([1.0, 2, 1]))[None, None] / 16, stride=2, padding=1)[0, 0],
           x=R(6, 7))


if __name__ == "__main__":
    table = File("sampling")
    one_dimension(table)
    two_dimensions(table)
    ratios(table)
    table.save()
