#!/usr/bin/python3
"""Writes cases/networks.txt: what the modules of torch.nn themselves say, in double precision, to the layers, attention blocks,
activations, poolings, cells, quantisers and losses of the prelude, with the defaults of those modules; and what its random numbers
are, made a second time here, with torch's formulas behind them.

Needs Debian's python3-torch. Run it as `python3 tests/agree/oracle_networks.py`.
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.stateless import functional_call

from oracle import File, I, R, V

torch.set_default_dtype(torch.float64)


def call(module, inputs, **params):
    """A module with these parameters, dots in their names written as two underscores."""
    return functional_call(module, {k.replace("__", "."): v for k, v in params.items()}, inputs)


def activations(t):
    x = R(3, 4, lo=-4, hi=4)
    for ours, module in (("gelu", nn.GELU()), ("gelu_tanh", nn.GELU(approximate="tanh")), ("leaky_relu", nn.LeakyReLU()), ("elu", nn.ELU()),
                         ("celu", nn.CELU()), ("selu", nn.SELU()), ("silu", nn.SiLU()), ("softmax", nn.Softmax(-1)), ("softmin", nn.Softmin(-1)),
                         ("log_softmax", nn.LogSoftmax(-1)), ("hardtanh", nn.Hardtanh()), ("relu6", nn.ReLU6()), ("mish", nn.Mish()),
                         ("softsign", nn.Softsign()), ("log_sigmoid", nn.LogSigmoid()), ("tanhshrink", nn.Tanhshrink()), ("glu", nn.GLU())):
        t.case(ours, f"{ours}(x)", lambda x, m=module: m(x), x=x)
    t.case("hardtanh_limits", "hardtanh(x, -2, 1.5)", lambda x: F.hardtanh(x, -2, 1.5), x=x)
    t.case("hardshrink", "hard_threshold(x, 0.5)", lambda x: nn.Hardshrink()(x), x=x)
    t.case("softshrink", "soft_threshold(x, 0.5)", lambda x: nn.Softshrink()(x), x=x)
    t.case("threshold", "threshold(x, 0.1, 20)", lambda x: nn.Threshold(0.1, 20)(x), x=x)
    t.case("rrelu_eval", "rrelu(x, 1, train=0)", lambda x: nn.RReLU().eval()(x), x=x)
    t.case("softmax2d", "softmax(x, axis=-3)", lambda x: nn.Softmax2d()(x), x=R(2, 3, 2, 2))
    t.case("prelu_rows", "prelu(x, a, dims=0)", lambda x, a: F.prelu(x, a), x=R(3, 4, lo=-4, hi=4), a=R(4, seed=2))
    t.case("prelu_pictures", "prelu(x, a, dims=2)", lambda x, a: F.prelu(x, a), x=R(2, 3, 2, 2), a=R(3, seed=2))
    t.case("elu_alpha", "elu(x, alpha=0.7)", lambda x: F.elu(x, 0.7), x=x)


def norms(t):
    x, w, b = R(3, 4, 5), R(4, seed=2), R(4, seed=3)
    t.case("layer_norm", "layer_norm(x, weight=w, bias=b)", lambda x, w, b: call(nn.LayerNorm(5), x, weight=w, bias=b), x=x, w=R(5, seed=2), b=R(5, seed=3))
    t.case("layer_norm_two", "layer_norm(x, weight=w, bias=b, dims=2)", lambda x, w, b: call(nn.LayerNorm((4, 5)), x, weight=w, bias=b), x=x, w=R(4, 5, seed=2), b=R(4, 5, seed=3))
    t.case("layer_norm_plain", "layer_norm(x)", lambda x: nn.LayerNorm(5, elementwise_affine=False)(x), x=x)
    t.case("group_norm", "group_norm(x, 2, weight=w, bias=b)", lambda x, w, b: call(nn.GroupNorm(2, 4), x, weight=w, bias=b), x=x, w=w, b=b)
    t.case("instance_norm_plain", "instance_norm(x)", lambda x: nn.InstanceNorm1d(4)(x), x=x)
    t.case("instance_norm2_plain", "instance_norm(x, dims=2)", lambda x: nn.InstanceNorm2d(3)(x), x=R(2, 3, 2, 4))
    t.case("local_response", "local_response_norm(x, 3, alpha=0.5, k=2)", lambda x: nn.LocalResponseNorm(3, alpha=0.5, k=2)(x), x=x)
    t.case("local_response_even", "local_response_norm(x, 2)", lambda x: nn.LocalResponseNorm(2)(x), x=x)
    t.case("local_response_pictures", "local_response_norm(x, 3, alpha=0.5, dims=2)", lambda x: nn.LocalResponseNorm(3, alpha=0.5)(x), x=R(2, 4, 2, 3))
    t.case("normalize", "normalize(x)", lambda x: F.normalize(x, dim=-1), x=x)
    t.case("normalize_1", "normalize(x, 1, 0)", lambda x: F.normalize(x, 1, 0), x=x)
    for dims, shape in ((0, (5, 4)), (1, (3, 4, 5)), (2, (3, 4, 2, 3))):
        kind = nn.BatchNorm2d if dims == 2 else nn.BatchNorm1d

        def train(x, w, b, kind=kind):
            return call(kind(4), x, weight=w, bias=b)

        def statistics(x, which, kind=kind):
            m = kind(4, momentum=1.0)
            m(x)
            want = x.detach()
            over = [i for i in range(x.dim()) if i != 1]
            got = x.mean(over) if which == 1 else x.var(over)
            assert torch.allclose(got, (m.running_mean, m.running_var)[which - 1], rtol=1e-13), want
            return got
        v = dict(x=R(*shape), w=w, b=b)
        t.case(f"batch_norm_train{dims}", f"batch_norm_train(x, w, b, dims={dims})[0]", train, **v)
        t.case(f"batch_mean{dims}", f"batch_norm_train(x, dims={dims})[1]", lambda x, f=statistics: f(x, 1), x=R(*shape))
        t.case(f"batch_var{dims}", f"batch_norm_train(x, dims={dims})[2]", lambda x, f=statistics: f(x, 2), x=R(*shape))

        def evaluate(x, m, v, w, b, kind=kind):
            return call(kind(4).eval(), x, weight=w, bias=b, running_mean=m, running_var=v)
        t.case(f"batch_norm_eval{dims}", f"batch_norm(x, m, v, w, b, dims={dims})", evaluate, grad=("x", "w", "b"), m=R(4, seed=4), v=R(4, seed=5, lo=0.5, hi=2), **v)


def pools(t):
    x, p = R(2, 3, 7), R(2, 3, 5, 7)
    t.case("avg_pool1d", "avg_pool1d(x, 3, 2, 1)", lambda x: F.avg_pool1d(x, 3, 2, 1), x=x)
    t.case("max_pool1d", "max_pool1d(x, 3, 2, 1)", lambda x: F.max_pool1d(x, 3, 2, 1), x=x)
    t.case("max_pool1d_dilated", "max_pool1d(x, 2, 1, 1, 2)", lambda x: F.max_pool1d(x, 2, 1, 1, 2), x=x)
    t.case("avg_pool2d", "avg_pool2d(x, 3, 2, 1)", lambda x: F.avg_pool2d(x, 3, 2, 1), x=p)
    t.case("max_pool2d", "max_pool2d(x, 3, 2, 1)", lambda x: F.max_pool2d(x, 3, 2, 1), x=p)
    t.case("lp_pool1d", "lp_pool1d(x, 2, 3)", lambda x: F.lp_pool1d(x, 2, 3), x=R(2, 3, 7, lo=0.1, hi=1))
    t.case("lp_pool2d", "lp_pool2d(x, 3, 2)", lambda x: F.lp_pool2d(x, 3, 2), x=R(2, 4, 6, lo=0.1, hi=1))
    for n in (1, 2, 3, 5, 7, 9):
        t.case(f"adaptive_avg{n}", f"adaptive_avg_pool1d(x, {n})", lambda x, n=n: F.adaptive_avg_pool1d(x, n), x=x)
        t.case(f"adaptive_max{n}", f"adaptive_max_pool1d(x, {n})", lambda x, n=n: F.adaptive_max_pool1d(x, n), x=x)
    t.case("adaptive_max_long", "adaptive_max_pool1d(x, 6)", lambda x: F.adaptive_max_pool1d(x, 6), x=R(1, 2, 16))
    t.case("adaptive_avg_pictures", "adaptive_avg_pool2d(x, [2, 3])", lambda x: F.adaptive_avg_pool2d(x, (2, 3)), x=p)
    t.case("adaptive_max_pictures", "adaptive_max_pool2d(x, [2, 3])", lambda x: F.adaptive_max_pool2d(x, (2, 3)), x=p)


def moves(t):
    t.case("pixel_shuffle", "pixel_shuffle(x, 2)", lambda x: nn.PixelShuffle(2)(x), x=R(2, 8, 2, 3))
    t.case("pixel_unshuffle", "pixel_unshuffle(x, 2)", lambda x: nn.PixelUnshuffle(2)(x), x=R(2, 2, 4, 6))
    t.case("channel_shuffle", "channel_shuffle(x, 3, dims=2)", lambda x: torch.stack([F.channel_shuffle(x.detach(), 3)]).reshape(x.shape) * 0 + x.view(2, 3, 2, 2, 3).transpose(1, 2).reshape(2, 6, 2, 3), x=R(2, 6, 2, 3))
    t.case("bilinear", "bilinear(x, z, W, b)", lambda x, z, W, b: F.bilinear(x, z, W, b), x=R(2, 3), z=R(2, 4, seed=2), W=R(5, 3, 4, seed=3), b=R(5, seed=4))
    t.case("embedding", "embedding(e, i)", lambda e, i: call(nn.Embedding(5, 3), i, weight=e), e=R(5, 3), i=I(2, 4, lo=0, hi=4))


def resizing(t):
    x, p = R(2, 3, 5), R(1, 2, 4, 5)
    for n in (1, 3, 8, 10):
        t.case(f"nearest{n}", f"interpolate(x, {n})", lambda x, n=n: F.interpolate(x, n), x=x)
        for corners in (0, 1):
            t.case(f"linear{n}_{corners}", f"interpolate(x, {n}, mode=linear, align_corners={corners})",
                   lambda x, n=n, c=corners: F.interpolate(x, n, mode="linear", align_corners=c == 1), x=x)
    for mode in ("nearest", "bilinear", "bicubic"):
        for corners in (0,) if mode == "nearest" else (0, 1):
            more = {} if mode == "nearest" else dict(align_corners=corners == 1)
            for size in ((8, 7), (3, 2)):
                t.case(f"{mode}{size[0]}_{corners}", f"interpolate(x, [{size[0]}, {size[1]}], mode={mode}, align_corners={corners})",
                       lambda x, size=size, mode=mode, more=more: F.interpolate(x, size, mode=mode, **more), x=p)


def attending(t):
    q = dict(q=R(2, 4, 3), k=R(2, 5, 3, seed=2), v=R(2, 5, 2, seed=3))
    mask = V([[1, 1, 0, 1, 0], [0, 0, 1, 1, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 1]], "int")
    scores = lambda q, k: q @ k.transpose(-1, -2) / 3 ** 0.5
    t.case("attention_mask", "attention(q, k, v, mask=m)", lambda q, k, v, m: scores(q, k).masked_fill(m == 0, float("-inf")).softmax(-1) @ v, m=mask, **q)
    t.case("attention_bias", "attention(q, k, v, bias=m)", lambda q, k, v, m: (scores(q, k) + m).softmax(-1) @ v, m=R(4, 5, seed=4), **q)
    w = dict(W=R(12, 4, seed=2), b=R(12, seed=3), O=R(4, 4, seed=4), o=R(4, seed=5))

    def heads(x, W, b, O, o, memory=None, **more):
        m = x if memory is None else memory
        names = dict(in_proj_weight=W, in_proj_bias=b, out_proj__weight=O, out_proj__bias=o)
        module = nn.MultiheadAttention(4, 2, batch_first=True)
        params = {k.replace("__", "."): v for k, v in names.items()}
        return functional_call(module, params, (x, m, m), dict(need_weights=False, **more))[0]
    x, memory = R(2, 5, 4), R(2, 3, 4, seed=9)
    t.case("multihead", "multihead_attention(x, W, O, 2, b, o)", heads, x=x, **w)
    t.case("multihead_cross", "multihead_attention(x, W, O, 2, b, o, memory=m)", lambda m, **k: heads(memory=m, **k), x=x, m=memory, **w)
    t.case("multihead_causal", "multihead_attention(x, W, O, 2, b, o, causal=1)", lambda **k: heads(attn_mask=torch.ones(5, 5).triu(1) == 1, **k), x=x, **w)
    hide = V([[0, 0, 1], [0, 1, 1]], "int")
    t.case("multihead_padding", "multihead_attention(x, W, O, 2, b, o, memory=m, mask=1 - reshape(h, [2, 1, 1, 3]))",
           lambda m, h, **k: heads(memory=m, key_padding_mask=h == 1, **k), x=x, m=memory, h=hide, **w)
    t.case("multihead_weights", "mean(attention_weights(to_heads(dense(x, W[0:4], b[0:4]), 2), to_heads(dense(x, W[4:8], b[4:8]), 2)), axis=1)",
           lambda x, W, b: F.multi_head_attention_forward(x.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1), 4, 2, W, b, None, None, False, 0.0,
                                                          torch.eye(4), None)[1], x=x, W=w["W"], b=w["b"])
    f = dict(P=R(6, 4, seed=6), Q=R(4, 6, seed=7), p=R(6, seed=8), r=R(4, seed=9))
    n = dict(u=R(4, seed=10), c=R(4, seed=11), h=R(4, seed=12), d=R(4, seed=13))

    def encoder(x, W, b, O, o, P, Q, p, r, u, c, h, d, mask=None, **kind):
        module = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, batch_first=True, **kind)  # training: the path without shortcuts
        params = {"self_attn.in_proj_weight": W, "self_attn.in_proj_bias": b, "self_attn.out_proj.weight": O, "self_attn.out_proj.bias": o,
                  "linear1.weight": P, "linear1.bias": p, "linear2.weight": Q, "linear2.bias": r,
                  "norm1.weight": u, "norm1.bias": c, "norm2.weight": h, "norm2.bias": d}
        return functional_call(module, params, (x, mask))
    block = "transformer_block(x, W, O, P, Q, 2, b, o, p, r, u, c, h, d%s)"
    t.case("encoder_layer", block % "", encoder, x=x, **w, **f, **n)
    t.case("encoder_gelu_first", block % ", activation=gelu, norm_first=1", lambda **k: encoder(activation="gelu", norm_first=True, **k), x=x, **w, **f, **n)
    t.case("encoder_causal", block % ", causal=1", lambda **k: encoder(mask=torch.full((5, 5), float("-inf")).triu(1), **k), x=x, **w, **f, **n)

    def decoder(x, m, W, O, X, Y, P, Q, u):
        module = nn.TransformerDecoderLayer(4, 2, 6, dropout=0.0, batch_first=True)
        zero = lambda k: torch.zeros(k)
        params = {"self_attn.in_proj_weight": W, "self_attn.in_proj_bias": zero(12), "self_attn.out_proj.weight": O, "self_attn.out_proj.bias": zero(4),
                  "multihead_attn.in_proj_weight": X, "multihead_attn.in_proj_bias": zero(12), "multihead_attn.out_proj.weight": Y, "multihead_attn.out_proj.bias": zero(4),
                  "linear1.weight": P, "linear1.bias": zero(6), "linear2.weight": Q, "linear2.bias": zero(4), "norm2.weight": u}
        return functional_call(module, params, (x, m), dict(tgt_mask=torch.full((5, 5), float("-inf")).triu(1)))
    t.case("decoder_layer", "feed_forward_layer(attention_layer(attention_layer(x, W, O, 2, causal=1), X, Y, 2, g=u, memory=m), P, Q)", decoder,
           x=x, m=memory, W=w["W"], O=w["O"], X=R(12, 4, seed=14), Y=R(4, 4, seed=15), P=f["P"], Q=f["Q"], u=n["u"])


def cells(t):
    H, K = 3, 2
    for name, kind, gates in (("gru", nn.GRUCell, 3), ("rnn", nn.RNNCell, 1), ("lstm", nn.LSTMCell, 4)):
        w = dict(x=R(4, K), h=R(4, H, seed=6), W=R(gates * H, K, seed=2), U=R(gates * H, H, seed=3), b=R(gates * H, seed=4), c=R(gates * H, seed=5))

        def step(x, h, W, U, b, c, q=None, kind=kind):
            return call(kind(K, H), (x, h if q is None else (h, q)), weight_ih=W, weight_hh=U, bias_ih=b, bias_hh=c)
        if name == "lstm":
            t.case("lstm_cell_h", "lstm_cell(x, h, q, W, U, b, c)[0]", lambda f=step, **k: f(**k)[0], q=R(4, H, seed=7), **w)
            t.case("lstm_cell_c", "lstm_cell(x, h, q, W, U, b, c)[1]", lambda f=step, **k: f(**k)[1], q=R(4, H, seed=7), **w)
        else:
            t.case(f"{name}_cell", f"{name}_cell(x, h, W, U, b, c)", step, **w)

    def sequence(x, module, **params):  # torch.nn.RNNBase calls its kernel with a list of its own
        for name, v in params.items():
            delattr(module, name)
            setattr(module, name, v)
        module._flat_weights = list(params.values())
        return module(x)[0]
    x = R(5, 2, K)
    w = dict(W=R(3, K, seed=2), U=R(3, H, seed=3))
    t.case("rnn_relu", "rnn(x, W, U, activation=relu)", lambda x, W, U: sequence(x, nn.RNN(K, H, nonlinearity="relu", bias=False), weight_ih_l0=W, weight_hh_l0=U), x=x, **w)
    both = dict(W=R(9, K, seed=2), U=R(9, H, seed=3), X=R(9, K, seed=4), Y=R(9, H, seed=5))

    def two_ways(x, W, U, X, Y):
        return sequence(x, nn.GRU(K, H, bidirectional=True, bias=False), weight_ih_l0=W, weight_hh_l0=U, weight_ih_l0_reverse=X, weight_hh_l0_reverse=Y)
    t.case("gru_two_ways", "concat(gru(x, W, U), flip(gru(flip(x, axis=0), X, Y), axis=0), axis=-1)", two_ways, x=x, **both)


def mix64(z):
    """SplitMix64's output function, on arrays of 64 bits."""
    z = z + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def random(count, seed, start=0, step=1):
    i = np.arange(start, start + step * count, step, dtype=np.uint64)
    with np.errstate(over="ignore"):
        bits = mix64(mix64(np.full(count, seed, np.uint64)) + np.uint64(0x9E3779B97F4A7C15) * i)
    return torch.tensor(((bits >> np.uint64(41)).astype(np.float64) + 0.5) * 2.0**-23)


def chance(t):
    x, p = R(4, 6), R(2, 3, 2, 2)
    t.case("rand", "x*rand([4, 6], 5)", lambda x: x * random(24, 5).view(4, 6), x=x)
    t.case("randn", "x + randn([4, 6], 5)", lambda x: x + (-2 * random(24, 5, 0, 2).log()).sqrt().mul((2 * np.pi * random(24, 5, 1, 2)).cos()).view(4, 6), x=x)
    t.case("dropout", "dropout(x, 0.3, 5)", lambda x: x * (random(24, 5).view(4, 6) >= 0.3) / 0.7, x=x)
    t.case("dropout1d", "dropout1d(x, 0.3, 5)", lambda x: x * (random(4, 5).view(4, 1) >= 0.3) / 0.7, x=x)
    t.case("dropout2d", "dropout2d(x, 0.3, 5)", lambda x: x * (random(6, 5).view(2, 3, 1, 1) >= 0.3) / 0.7, x=p)

    def alpha(x, p=0.3):  # torch.nn.functional.alpha_dropout, as ATen computes it
        kept, al = (random(24, 5).view(4, 6) >= p).double(), 1.7580993408473766
        a = 1 / ((al * al * p + 1) * (1 - p)) ** 0.5
        return x * (kept * a) + (kept - 1) * al * a + al * a * p
    t.case("alpha_dropout", "alpha_dropout(x, 0.3, 5)", alpha, x=x)
    t.case("gumbel_softmax", "gumbel_softmax(x, 5, 0.7)", lambda x: ((x - (-random(24, 5).view(4, 6).log()).log()) / 0.7).softmax(-1), x=x)
    t.case("rrelu", "rrelu(x, 5)", lambda x: torch.where(x > 0, x, x * (1 / 8 + (1 / 3 - 1 / 8) * random(24, 5).view(4, 6))), x=x)
    t.case("attention_dropout", "attention(x, x, x, p=0.3, seed=5)", lambda x: ((x @ x.T / 6 ** 0.5).softmax(-1) * (random(16, 5).view(4, 4) >= 0.3) / 0.7) @ x, x=x)


def quantisers(t):
    x = V([-20.0, -13.1, -12.7, -3.26, -0.1, 0.0, 0.13, 0.37, 5.5, 12.6, 12.8, 30.0])
    fake = torch.fake_quantize_per_tensor_affine
    t.case("fake_quantise", "fake_quantise(x, 0.125, 3)", lambda x: fake(x, 0.125, 3, -128, 127), x=x)
    t.case("fake_quantise_4", "fake_quantise(x, 0.5, 7, 0, 15)", lambda x: fake(x, 0.5, 7, 0, 15), x=x)
    s, z = V([0.25, 0.5, 2.0]), V([0.0, 3.0, -1.0])
    t.case("fake_quantise_channels", "fake_quantise(x, unsqueeze(s, 1), unsqueeze(z, 1), -8, 7)",
           lambda x, s, z: torch.fake_quantize_per_channel_affine(x, s.float(), z.int(), 0, -8, 7), grad=("x",), x=R(3, 5, lo=-4, hi=4), s=s, z=z)


def losses(t):
    x, y = R(3, 4), R(3, 4, seed=2)
    label, sign = I(3, lo=0, hi=3, seed=3), V([1, -1, 1], "int")
    prob = R(3, 4, seed=2, lo=0.1, hi=1)
    for r in ("mean", "sum", "none"):
        t.case(f"smooth_l1_{r}", f"smooth_l1_loss(x, y, beta=0.4, reduction={r})", lambda x, y, r=r: F.smooth_l1_loss(x, y, beta=0.4, reduction=r), x=x, y=y)
        t.case(f"nll_{r}", f"nll_loss(x, k, reduction={r})", lambda x, k, r=r: F.nll_loss(x, k, reduction=r), x=x, k=label)
        t.case(f"gaussian_nll_{r}", f"gaussian_nll_loss(x, y, v, reduction={r})", lambda x, y, v, r=r: F.gaussian_nll_loss(x, y, v, reduction=r), x=x, y=y, v=prob)
        t.case(f"poisson_nll_{r}", f"poisson_nll_loss(x, v, reduction={r})", lambda x, v, r=r: F.poisson_nll_loss(x, v, reduction=r), x=x, v=prob)
        t.case(f"cosine_embedding_{r}", f"cosine_embedding_loss(x, y, s, margin=-0.9, reduction={r})", lambda x, y, s, r=r: F.cosine_embedding_loss(x, y, s, margin=-0.9, reduction=r), x=x, y=y, s=sign)
        t.case(f"triplet_{r}", f"triplet_margin_loss(x, y, z, reduction={r})", lambda x, y, z, r=r: F.triplet_margin_loss(x, y, z, reduction=r), x=x, y=y, z=R(3, 4, seed=4))
        t.case(f"ranking_{r}", f"margin_ranking_loss(x, y, s, margin=0.3, reduction={r})", lambda x, y, s, r=r: F.margin_ranking_loss(x, y, s, margin=0.3, reduction=r), x=R(3), y=R(3, seed=2), s=sign)
        t.case(f"hinge_embedding_{r}", f"hinge_embedding_loss(x, s, reduction={r})", lambda x, s, r=r: F.hinge_embedding_loss(x, s, reduction=r), x=R(3), s=sign)
        t.case(f"soft_margin_{r}", f"soft_margin_loss(x, s, reduction={r})", lambda x, s, r=r: F.soft_margin_loss(x, s, reduction=r), x=R(3), s=sign)
        t.case(f"multi_margin_{r}", f"multi_margin_loss(x, k, reduction={r})", lambda x, k, r=r: F.multi_margin_loss(x, k, reduction=r), x=x, k=label)
        t.case(f"cross_entropy_all_{r}", f"cross_entropy(x, k, weight=w, label_smoothing=0.2, ignore_index=2, reduction={r})",
               lambda x, k, w, r=r: F.cross_entropy(x, k, w, label_smoothing=0.2, ignore_index=2, reduction=r), grad=("x",), x=R(5, 4), k=V([0, 2, 3, 1, 2], "int"), w=R(4, seed=5, lo=0.5, hi=2))
    for r in ("mean", "sum", "none", "batchmean"):
        t.case(f"kl_div_{r}", f"kl_div(x, v, reduction={r})", lambda x, v, r=r: F.kl_div(x, v, reduction=r), x=x, v=prob)
    t.case("kl_div_zero", "kl_div(x, v, reduction=sum)", lambda x, v: F.kl_div(x, v, reduction="sum"), grad=("x",), x=R(3), v=V([0.0, 1.0, 0.0]))
    t.case("gaussian_nll_full", "gaussian_nll_loss(x, y, v, full=1)", lambda x, y, v: F.gaussian_nll_loss(x, y, v, full=True), x=x, y=y, v=prob)
    t.case("poisson_nll_plain", "poisson_nll_loss(v, y, log_input=0)", lambda v, y: F.poisson_nll_loss(v, y, log_input=False), v=prob, y=y)
    t.case("cosine_similarity", "cosine_similarity(x, y)", lambda x, y: F.cosine_similarity(x, y, -1), x=x, y=y)
    t.case("pairwise_distance", "pairwise_distance(x, y)", lambda x, y: F.pairwise_distance(x, y), x=x, y=y)
    t.case("cross_entropy_ignore", "cross_entropy(x, k)", lambda x, k: F.cross_entropy(x, k), x=x, k=V([1, -100, 3], "int"))
    t.case("cross_entropy_smooth", "cross_entropy(x, k, label_smoothing=0.1)", lambda x, k: F.cross_entropy(x, k, label_smoothing=0.1), x=x, k=label)


if __name__ == "__main__":
    networks = File("networks")
    for group in (activations, norms, pools, moves, resizing, attending, cells, chance, quantisers, losses):
        group(networks)
    networks.save()
