#!/usr/bin/python3
"""Writes cases/networks.txt: what the modules of torch.nn themselves say, in double precision, to the layers, attention blocks,
activations, poolings and cells of the prelude, with the defaults of those modules.

Needs Debian's python3-torch. Run it as `python3 tests/agree/oracle_networks.py`.
"""
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


if __name__ == "__main__":
    networks = File("networks")
    for group in (activations, norms, pools, moves, attending):
        group(networks)
    networks.save()
