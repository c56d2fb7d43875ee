#!/usr/bin/python3
"""Writes cases/{layers,smooth}.txt: what torch, torchaudio and SciPy say to layers, activations, attention, quantisers, lapped
transforms and smooth stand-ins. Where a library has no such function, the formula is written out here in torch.

Needs Debian's python3-torch, python3-torchaudio and python3-scipy. Run it as `python3 tests/agree/oracle_layers.py`.
"""
import numpy as np
import scipy.signal as ss
import scipy.stats
import torch
import torch.nn.functional as F
import torchaudio.functional as AF

from oracle import C, File, I, R, V

torch.set_default_dtype(torch.float64)


def same(got, want, tolerance=1e-11):
    got = got.detach().numpy()
    assert np.abs(got - want).max() <= tolerance * max(1, np.abs(want).max()), (got, want)


def activations(t):
    x = R(3, 4, lo=-4, hi=4)
    for name in ("relu6", "selu", "mish", "softsign", "tanhshrink"):
        t.case(name, f"{name}(x)", lambda x, f=getattr(F, name): f(x), x=x)
    t.case("celu", "celu(x, alpha=1.5)", lambda x: F.celu(x, 1.5), x=x)
    t.case("hard_sigmoid", "hard_sigmoid(x)", lambda x: (x / 6 + 0.5).clamp(0, 1), x=x)  # torch takes 1/6 in single precision
    t.case("hard_swish", "hard_swish(x)", lambda x: F.hardswish(x), x=x)
    t.case("log_sigmoid", "log_sigmoid(x)", lambda x: F.logsigmoid(x), x=x)
    t.case("prelu", "prelu(x, a)", lambda x, a: torch.where(x > 0, x, a[:, None] * x), x=x, a=R(3, seed=2))
    t.case("glu", "glu(x)", lambda x: F.glu(x), x=x)
    t.case("glu_axis", "glu(x, axis=0)", lambda x: F.glu(x, 0), x=R(4, 3))
    t.case("snake", "snake(x, a)", lambda x, a: x + (a[:, None] * x).sin() ** 2 / a[:, None], x=x, a=R(3, seed=2, lo=0.5, hi=2))
    t.case("exp_sigmoid", "exp_sigmoid(x)", lambda x: 2 * x.sigmoid() ** np.log(10) + 1e-7, x=x)


def norm_by(x, m, v, w, b):
    each = lambda q: q[:, None]
    y = (x - each(m)) / (each(v) + 1e-5).sqrt() * each(w) + each(b)
    same(F.batch_norm(x, m.detach(), v.detach(), w, b), y.detach().numpy())
    return y


def normalisation(t):
    x, w, b = R(2, 4, 6), R(4, seed=2), R(4, seed=3)
    t.case("layer_norm", "layer_norm(x, 1e-5, w, b)", lambda x, w, b: F.layer_norm(x, (6,), w, b), x=x, w=R(6, seed=2), b=R(6, seed=3))
    t.case("rms_norm", "rms_norm(x, 1e-3, w)", lambda x, w: x / (x.square().mean(-1, True) + 1e-3).sqrt() * w, x=x, w=R(6, seed=2))
    t.case("instance_norm", "instance_norm(x, weight=w, bias=b)", lambda x, w, b: F.instance_norm(x, weight=w, bias=b), x=x, w=w, b=b)
    t.case("instance_norm2", "instance_norm(x, dims=2, weight=w)", lambda x, w: F.instance_norm(x, weight=w, bias=torch.zeros(2)), x=R(2, 2, 3, 4), w=R(2, seed=2))
    t.case("group_norm", "group_norm(x, 2, weight=w, bias=b)", lambda x, w, b: F.group_norm(x, 2, w, b), x=x, w=w, b=b)
    t.case("group_norm2", "group_norm(x, 2, dims=2, weight=w, bias=b)", lambda x, w, b: F.group_norm(x, 2, w, b), x=R(2, 4, 3, 2), w=w, b=b)
    t.case("batch_norm", "batch_norm(x, m, v, w, b)", norm_by, x=x, m=R(4, seed=4), v=R(4, seed=5, lo=0.5, hi=2), w=w, b=b)
    t.case("weight_norm", "weight_norm(v, u)", lambda v, u: u[:, None, None] * v / v.flatten(1).norm(dim=1)[:, None, None], v=R(3, 2, 4), u=R(3, seed=2))
    t.case("avg_pool1d", "avg_pool1d(x, 3, 2)", lambda x: F.avg_pool1d(x, 3, 2), x=R(2, 3, 8))
    t.case("max_pool1d", "max_pool1d(x, 3, 2)", lambda x: F.max_pool1d(x, 3, 2), x=R(2, 3, 8))
    t.case("avg_pool2d", "avg_pool2d(x, 2)", lambda x: F.avg_pool2d(x, 2), x=R(2, 4, 6))
    t.case("max_pool2d", "max_pool2d(x, 2)", lambda x: F.max_pool2d(x, 2), x=R(2, 4, 6))
    t.case("embedding", "embedding(e, i)", lambda e, i: F.embedding(i, e), e=R(5, 3), i=I(2, 4, lo=0, hi=4))


def mixing(t):
    q = dict(q=R(2, 4, 3), k=R(2, 5, 3, seed=2), v=R(2, 5, 2, seed=3))
    t.case("attention", "attention(q, k, v)", lambda q, k, v: (q @ k.transpose(-1, -2) / 3 ** 0.5).softmax(-1) @ v, **q)
    seen = torch.arange(4)[:, None] >= torch.arange(5)
    t.case("attention_causal", "attention(q, k, v, causal=1)",
           lambda q, k, v: (q @ k.transpose(-1, -2) / 3 ** 0.5).masked_fill(~seen, float("-inf")).softmax(-1) @ v, **q)
    w = dict(x=R(2, 5, 4), W=R(12, 4, seed=2), b=R(12, seed=3), O=R(4, 4, seed=4), o=R(4, seed=5))

    def heads(x, W, b, O, o, mask=None):
        y = x.transpose(0, 1)
        return F.multi_head_attention_forward(y, y, y, 4, 2, W, b, None, None, False, 0.0, O, o, attn_mask=mask, need_weights=False)[0].transpose(0, 1)
    t.case("multihead_attention", "multihead_attention(x, W, O, 2, b, o)", heads, **w)
    t.case("multihead_causal", "multihead_attention(x, W, O, 2, b, o, causal=1)",
           lambda x, W, b, O, o: heads(x, W, b, O, o, torch.ones(5, 5, dtype=torch.bool).triu(1)), **w)

    def feed(x, W1, W2, b1, b2):
        return F.linear(F.gelu(F.linear(x, W1, b1)), W2, b2)
    f = dict(P=R(6, 4, seed=6), Q=R(4, 6, seed=7), p=R(6, seed=8), r=R(4, seed=9))
    n = dict(u=R(4, seed=10), c=R(4, seed=11), h=R(4, seed=12), d=R(4, seed=13))
    t.case("fourier_mixing", "fourier_mixing(x)", lambda x: torch.fft.fft2(x).real, x=R(2, 5, 4))

    def fnet(x, P, Q, p, r, u, c, h, d):
        y = F.layer_norm(x + torch.fft.fft2(x).real, (4,), u, c, 1e-12)
        return F.layer_norm(y + F.linear(F.gelu(F.linear(y, P, p), approximate="tanh"), Q, r), (4,), h, d, 1e-12)
    t.case("fnet_block", "fnet_block(x, P, Q, p, r, u, c, h, d)", fnet, x=R(2, 5, 4), **f, **n)

    def transformer(x, W, b, O, o, P, Q, p, r, u, c, h, d):
        y = F.layer_norm(x + heads(x, W, b, O, o), (4,), u, c)
        return F.layer_norm(y + feed(y, P, Q, p, r), (4,), h, d)
    t.case("transformer_block", "transformer_block(x, W, O, P, Q, 2, b, o, p, r, u, c, h, d, activation=gelu)", transformer, **w, **f, **n)

    def encoding(x):
        k, n = torch.arange(6), torch.arange(5)[:, None]
        a = n / 10000 ** (2 * torch.div(k, 2, rounding_mode="floor") / 6)
        return x + torch.where(k % 2 == 0, a.sin(), a.cos())
    t.case("positional_encoding", "x + positional_encoding(5, 6)", encoding, x=R(5, 6))


def quantisers(t):
    x = R(3, 5, lo=-1, hi=1)
    t.case("quantise", "quantise(x, 0.25, -0.75, 0.75)", lambda x: (0.25 * (x / 0.25).round()).clamp(-0.75, 0.75) + 0 * x, x=x)
    t.case("quantise_ste", "quantise_ste(x, 0.25, -0.75, 0.75)", lambda x: x.clamp(-0.75, 0.75) + ((0.25 * (x / 0.25).round()).clamp(-0.75, 0.75) - x.clamp(-0.75, 0.75)).detach(), x=x)

    def mu_law(x):
        k = AF.mu_law_encoding(x.detach(), 256)
        y = 2 * k.double() / 255 - 1
        y = y.sign() * (256 ** y.abs() - 1) / 255
        same(y, AF.mu_law_decoding(k, 256).numpy(), 1e-5)  # torchaudio decodes in single precision
        return x + (y - x).detach()
    t.case("mu_law_ste", "mu_law_ste(x)", mu_law, x=x)
    t.case("mu_law_compress", "mu_law_compress(x)", lambda x: x.sign() * torch.log1p(255 * x.abs()) / np.log1p(255), x=x)
    t.case("mu_law_expand", "mu_law_expand(x)", lambda x: x.sign() * (256 ** x.abs() - 1) / 255, x=x)

    def soft_round(x, a):
        k = x.floor()
        return k + 0.5 + 0.5 * torch.tanh(a * (x - k - 0.5)) / torch.tanh(a / 2)
    t.case("soft_round", "soft_round(x, a)", soft_round, x=R(7, lo=-3, hi=3), a=V(3.0))
    z, e = R(4, 3), R(5, 3, seed=2)

    def nearest(z, e):
        return e[torch.cdist(z, e).argmin(-1)]
    t.case("vector_quantise", "vector_quantise(z, e)[0]", lambda z, e: z + (nearest(z, e) - z).detach(), z=z, e=e)
    t.case("vector_penalty", "vector_quantise(z, e)[2]", lambda z, e: F.mse_loss(nearest(z, e), z.detach()) + 0.25 * F.mse_loss(z, nearest(z, e).detach()), z=z, e=e)
    t.case("soft_vector_quantise", "soft_vector_quantise(z, e, 0.5)", lambda z, e: (-(z[:, None] - e).square().sum(-1) / 0.5).softmax(-1) @ e, z=z, e=e)
    t.case("logistic_bits", "logistic_bits(q, s)", lambda q, s: -torch.log2(((q + 0.5) / s).sigmoid() - ((q - 0.5) / s).sigmoid()), q=R(7, lo=-4, hi=4), s=V(0.8))


def lapped(t):
    def mdct(x, M, w):
        x = F.pad(x, (M, M)).unfold(-1, 2 * M, M) * w
        n, k = torch.arange(2 * M), torch.arange(M)[:, None]
        return (2 / M) ** 0.5 * x @ torch.cos(np.pi / M * (n + 0.5 + M / 2) * (k + 0.5)).T

    sine = torch.sin(np.pi / 8 * (torch.arange(8) + 0.5))
    t.case("mdct", "mdct(x, 4)", lambda x: mdct(x, 4, sine), x=R(2, 12))
    t.case("mdct_kbd", "mdct(x, 4, kbd_window(4))", lambda x: mdct(x, 4, torch.tensor(ss.windows.kaiser_bessel_derived(8, np.pi * 4))), x=R(12))
    t.case("mdct_round", "imdct(mdct(x, 4))", lambda x: x + 0, x=R(2, 12))
    t.case("harmonics", "harmonics(f, a, 100)", lambda f, a: (a * torch.sin(2 * np.pi / 100 * (f.cumsum(-1) - f)[:, None] * torch.arange(1, 4))).sum(-1), f=R(9, lo=5, hi=12), a=R(9, 3, seed=2))
    t.case("upsample_frames", "upsample_frames(c, 9)", lambda c: F.interpolate(c.T[None], size=9, mode="linear", align_corners=True)[0].T, c=R(4, 2))


def stand_ins(t):
    x = R(3, 6, lo=-2, hi=2)
    t.case("smooth_abs", "smooth_abs(x, 0.1)", lambda x: (x.abs() ** 2 + 0.01).sqrt(), x=C(5))
    t.case("smooth_sqrt", "smooth_sqrt(x, 0.1)", lambda x: (x + 0.01).sqrt() - 0.1, x=R(5, lo=0, hi=1))
    t.case("smooth_unit", "smooth_unit(x, 0.1)", lambda x: x / (x.real ** 2 + x.imag ** 2 + 0.01).sqrt(), x=C(5))
    t.case("smooth_clip", "smooth_clip(x, -1, 1, 5)", lambda x: -1 + (F.softplus(5 * (x + 1)) - F.softplus(5 * (x - 1))) / 5, x=x)
    t.case("smooth_soft", "smooth_soft_threshold(x, 1, 0.2)", lambda x: x - (-1 + (F.softplus(5 * (x + 1)) - F.softplus(5 * (x - 1))) / 5), x=x)
    t.case("smooth_hard", "smooth_hard_threshold(x, 1, 0.2)", lambda x: x * ((x.abs() - 1) / 0.2).sigmoid(), x=x)
    t.case("smooth_max", "smooth_max(x, 3)", lambda x: (3 * x).logsumexp(-1) / 3, x=x)
    t.case("smooth_maximum", "smooth_maximum(x, y, 3)", lambda x, y: torch.stack((3 * x, 3 * y)).logsumexp(0) / 3, x=x, y=R(3, 6, seed=2))
    t.case("soft_argmax", "soft_argmax(x, 3)", lambda x: ((3 * x).softmax(-1) * torch.arange(6)).sum(-1), x=x)
    t.case("soft_sort", "soft_sort(x, 0.3)", lambda x: (((x.sort(-1).values[..., None] - x[..., None, :]).abs() / -0.3).softmax(-1) @ x[..., None])[..., 0], x=x)
    t.case("soft_rank", "soft_rank(x, 0.3)", lambda x: ((x[..., None] - x[..., None, :]) / 0.3).sigmoid().sum(-1) - 0.5, x=x)
    t.case("hard_rank", "soft_rank(x, 1e-4)", lambda x: torch.tensor(scipy.stats.rankdata(x.detach().numpy(), axis=-1) - 1) + 0 * x, x=R(2, 5))
    t.case("median_odd", "median(x)", lambda x: x.median(-1).values, x=R(3, 5))
    t.case("median_even", "median(x)", lambda x: (lambda s: (s[..., 2] + s[..., 3]) / 2)(x.sort(-1).values), x=x)

    def peaks(x):
        m = torch.zeros_like(x)
        m[ss.find_peaks(x.detach().numpy(), height=0)[0]] = 1
        return m + 0 * x
    t.case("peaks", "peaks(x, 0)", peaks, x=R(16))
    d = lambda x: x[1:] - x[:-1]
    t.case("soft_peaks", "soft_peaks(x, 4)", lambda x: F.pad((4 * d(x)[:-1]).sigmoid() * (-4 * d(x)[1:]).sigmoid(), (1, 1)), x=R(9))

    def parabola(x):
        if x.dim() == 2:
            return torch.stack([parabola(r) for r in x], -1)
        k = int(x[1:-1].argmax()) + 1
        a, b, c = x[k - 1], x[k], x[k + 1]
        s = 0.5 * (a - c) / (a - 2 * b + c)
        return torch.stack((k + s, b - 0.25 * (a - c) * s))
    t.case("peak_parabola", "stack(peak_parabola(x)[0], peak_parabola(x)[1])", parabola, x=V([0.1, 0.5, 0.2, 0.7, 0.9, 0.3]))
    t.case("peak_parabola_rows", "stack(peak_parabola(x)[0], peak_parabola(x)[1])", parabola, x=V([[0.1, 0.5, 0.2, 0.7, 0.9, 0.3], [0.4, 0.8, 0.7, -0.7, 0.6, 0.3]]))


if __name__ == "__main__":
    layers = File("layers")
    for group in (activations, normalisation, mixing, quantisers, lapped):
        group(layers)
    layers.save()
    smooth = File("smooth")
    stand_ins(smooth)
    smooth.save()
