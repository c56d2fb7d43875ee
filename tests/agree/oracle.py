#!/usr/bin/python3
"""Writes cases/*.txt: what NumPy, SciPy and torch say to the expressions that test_agree.c gives to dspc.

Needs Debian's python3-numpy, python3-scipy and python3-torch; the case files are kept in the repository, so that running
the tests needs none of them. Run it as `python3 tests/agree/oracle.py` after adding a case.

A case in the file:
    case NAME
    x real 2,3 SEED LO HI [RATE]      an input: type, shape (- for a scalar), random values between LO and HI
    x real 3 = 1 2 3                  or its values, written out
    : EXPRESSION                      in the dsp language
    y real 2,3 values...              the expected value
    g x values...                     expected gradient with respect to x of Re sum conj(p) y, where p is random: seed 99,
                                      between -1 and 1. Complex values are re im pairs. dL/dRe + i dL/dIm (torch's convention).
"""
import os

import numpy as np
import scipy.fft as sf
import scipy.signal as ss
import torch
import torch.nn.functional as F

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")
torch.set_default_dtype(torch.float64)


def uniform(seed, count, lo, hi):
    """The generator that test_agree.c has too: a linear congruential one, so both sides know the inputs exactly."""
    k, out = seed, []
    for _ in range(count):
        k = (k * 1103515245 + 12345) % 2147483648
        out.append(lo + (hi - lo) * (k / 2147483648.0))
    return np.array(out)


class Input:
    def __init__(self, kind, shape, seed=1, lo=-1.0, hi=1.0, rate=None, values=None):
        self.kind, self.shape, self.seed, self.lo, self.hi, self.rate = kind, tuple(shape), seed, lo, hi, rate
        n = int(np.prod(self.shape)) if self.shape else 1
        self.written = values is not None
        if values is not None:
            a = np.array(values)
        elif kind == "complex":
            a = uniform(seed, 2 * n, lo, hi)
            a = a[0::2] + 1j * a[1::2]
        elif kind == "int":
            a = np.floor(uniform(seed, n, lo, hi + 1)).astype(np.int64)
        else:
            a = uniform(seed, n, lo, hi)
        dt = {"real": np.float64, "complex": np.complex128, "int": np.int64}[kind]
        self.array = a.astype(dt).reshape(self.shape)

    def line(self, name):
        shape = ",".join(map(str, self.shape)) or "-"
        if self.written:
            return f"{name} {self.kind} {shape} = {numbers(self.array)}"
        rate = "" if self.rate is None else f" {self.rate:g}"
        return f"{name} {self.kind} {shape} {self.seed} {self.lo:g} {self.hi:g}{rate}"


def R(*shape, seed=1, lo=-1.0, hi=1.0, rate=None):
    return Input("real", shape, seed, lo, hi, rate)


def C(*shape, seed=1, lo=-1.0, hi=1.0, rate=None):
    return Input("complex", shape, seed, lo, hi, rate)


def I(*shape, seed=1, lo=0, hi=3):
    return Input("int", shape, seed, lo, hi)


def V(values, kind="real"):
    a = np.array(values)
    return Input(kind, a.shape, values=a)


def plain(tensor):
    return tensor.resolve_conj().resolve_neg().numpy()


def text(x):
    s = "%.13g" % x
    return "0" if s in ("-0", "0") else s


def numbers(a):
    a = np.asarray(a).reshape(-1)
    if np.iscomplexobj(a):
        a = np.stack([a.real, a.imag], 1).reshape(-1)
    return " ".join(text(float(v)) for v in a)


class File:
    """One case file. `f` takes torch tensors; if it is not made of torch functions, say linear=True (each argument alone)
    and the gradient comes from the columns of its matrix, or grad=False."""

    def __init__(self, name):
        self.name, self.lines, self.seen = name, [], set()

    def case(self, name, expr, fn, /, grad=True, linear=False, **inputs):
        assert name not in self.seen, name
        self.seen.add(name)
        args = {k: torch.tensor(v.array) for k, v in inputs.items()}
        if linear:
            self.write(name, expr, inputs, *self.by_columns(fn, args, grad))
            return
        active = [k for k, v in inputs.items() if v.kind != "int"] if grad is True else list(grad or [])
        for k in active:
            args[k].requires_grad_(True)
        y = fn(**args)
        if not torch.is_tensor(y):
            y = torch.tensor(y)
        g = {}
        if active:
            p = self.projection(y)
            loss = (torch.conj(p) * y).real.sum() if y.is_complex() else (p * y).sum()
            loss.backward()
            for k in active:
                g[k] = args[k].grad if args[k].grad is not None else torch.zeros_like(args[k])
        self.write(name, expr, inputs, plain(y.detach()), {k: plain(v) for k, v in g.items()})

    @staticmethod
    def projection(y):
        n = y.numel() if torch.is_tensor(y) else y.size
        if (y.is_complex() if torch.is_tensor(y) else np.iscomplexobj(y)):
            a = uniform(99, 2 * n, -1, 1)
            a = a[0::2] + 1j * a[1::2]
        else:
            a = uniform(99, n, -1, 1)
        a = a.reshape(tuple(y.shape))
        return torch.tensor(a) if torch.is_tensor(y) else a

    def by_columns(self, f, args, grad):
        a = {k: v.numpy() for k, v in args.items()}
        y = np.asarray(f(**a))
        p = self.projection(y)
        g = {}
        for k in (a if grad is True else grad or []):
            out = np.zeros(a[k].shape, a[k].dtype)
            for i in range(a[k].size):
                parts = []
                for unit in ((1.0, 1j) if np.iscomplexobj(a[k]) else (1.0,)):
                    e = np.zeros(a[k].size, a[k].dtype)
                    e[i] = unit
                    parts.append(np.real(np.vdot(p, f(**{**a, k: e.reshape(a[k].shape)}))))
                out.reshape(-1)[i] = parts[0] + (1j * parts[1] if len(parts) > 1 else 0)
            g[k] = out
        return y, g

    def write(self, name, expr, inputs, y, g):
        y = np.asarray(y)
        kind = "complex" if np.iscomplexobj(y) else "int" if y.dtype.kind in "iub" else "real"
        self.lines.append(f"case {name}")
        self.lines += [v.line(k) for k, v in inputs.items()]
        self.lines.append(f": {expr}")
        shape = ",".join(map(str, y.shape)) or "-"
        self.lines.append(f"y {kind} {shape} {numbers(y)}")
        self.lines += [f"g {k} {numbers(v)}" for k, v in g.items()]

    def save(self):
        os.makedirs(HERE, exist_ok=True)
        with open(os.path.join(HERE, self.name + ".txt"), "w") as out:
            out.write("# Written by tests/agree/oracle.py; do not edit.\n" + "\n".join(self.lines) + "\n")
        print(f"{self.name}: {len(self.seen)} cases")


# ---- point-wise ------------------------------------------------------------------------------------------------------------
def pointwise():
    t = File("pointwise")
    x, y = R(3), R(3, seed=2)
    pos, off = R(3, seed=3, lo=0.2, hi=3), R(3, seed=4, lo=0.5, hi=2)
    z, w = C(3, seed=5), C(3, seed=6)
    t.case("add", "x + y", lambda x, y: x + y, x=R(2, 3), y=y)
    t.case("add_scalar", "x + y", lambda x, y: x + y, x=R(), y=R(seed=2))
    t.case("sub_mixed", "x - z", lambda x, z: x - z, x=x, z=z)
    t.case("neg", "-z", lambda z: -z, z=z)
    t.case("mul", "x*y", lambda x, y: x * y, x=R(2, 1), y=y)
    t.case("mul_complex", "z*w", lambda z, w: z * w, z=z, w=w)
    t.case("mul_mixed", "x*z", lambda x, z: x * z, x=x, z=z)
    t.case("div", "x/y", lambda x, y: x / y, x=x, y=off)
    t.case("div_complex", "z/w", lambda z, w: z / w, z=z, w=w)
    t.case("div_mixed", "x/z", lambda x, z: x / z, x=x, z=z)
    t.case("floordiv", "floordiv(x, y)", lambda x, y: torch.floor(x / y), grad=False, x=R(4, lo=-5, hi=5), y=R(4, seed=4, lo=0.5, hi=2))
    t.case("mod", "x % y", lambda x, y: torch.remainder(x, y), x=R(4, lo=-5, hi=5), y=R(4, seed=4, lo=0.5, hi=2))
    t.case("pow", "x^y", lambda x, y: x ** y, x=pos, y=y)
    t.case("pow_half", "x^2.5", lambda x: x ** 2.5, x=pos)
    t.case("pow_whole", "x^3 + x^4 + x^7", lambda x: x ** 3 + x ** 4 + x ** 7, x=x)
    t.case("pow_negative", "x^(-2)", lambda x: x ** -2, x=x)
    t.case("pow_complex", "z^w", lambda z, w: z ** w, z=z, w=w)
    t.case("square", "square(z)", lambda z: z * z, z=z)
    t.case("recip", "recip(z)", lambda z: 1 / z, z=z)
    for name in ("exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atan", "sigmoid", "erf", "sinc", "relu"):
        t.case(name, f"{name}(x)", lambda x, name=name: getattr(torch, name)(x), x=x)
    for name in ("asin", "acos", "atanh"):
        t.case(name, f"{name}(x)", lambda x, name=name: getattr(torch, name)(x), x=R(3, lo=-0.9, hi=0.9))
    t.case("acosh", "acosh(x)", lambda x: torch.acosh(x), x=R(3, lo=1.2, hi=4))
    for name in ("log1p", "sqrt"):
        t.case(name, f"{name}(x)", lambda x, name=name: getattr(torch, name)(x), x=pos)
    for name in ("exp", "sin", "cos", "sqrt"):
        t.case(name + "_complex", f"{name}(z)", lambda z, name=name: getattr(torch, name)(z), z=z)
    t.case("log", "log(x)", lambda x: torch.log(x), x=pos)
    t.case("log_floor", "log(x, floor=0.5)", lambda x: torch.log(torch.clamp(x, min=0.5)), x=R(5, lo=-1, hi=2))
    t.case("log_complex", "log(z)", lambda z: torch.log(z), z=z)
    t.case("log10", "log10(x)", lambda x: torch.log10(x), x=pos)
    t.case("log2", "log2(x)", lambda x: torch.log2(x), x=pos)
    t.case("softplus", "softplus(x)", lambda x: F.softplus(x, threshold=1e9), x=R(4, lo=-20, hi=20))
    t.case("softplus_large", "softplus(x)", lambda x: torch.logaddexp(x, torch.zeros(3)), x=V([-800.0, 40.0, 900.0]))
    t.case("sigmoid_large", "sigmoid(x)", lambda x: torch.sigmoid(x), x=V([-800.0, -40.0, 900.0]))
    t.case("atan2", "atan2(x, y)", lambda x, y: torch.atan2(x, y), x=x, y=y)
    t.case("hypot", "hypot(x, y)", lambda x, y: torch.hypot(x, y), x=x, y=y)
    t.case("i0", "i0(x)", lambda x: torch.special.i0(x), x=R(4, lo=-9, hi=9))
    t.case("i1", "i1(x)", lambda x: torch.special.i1(x), x=R(4, lo=-9, hi=9))
    t.case("abs", "abs(x)", lambda x: torch.abs(x), x=V([-1.5, 0.0, 2.0]))
    t.case("abs_complex", "abs(z)", lambda z: torch.abs(z), z=V([3 + 4j, 0j, -1 + 0.5j], "complex"))
    t.case("abs2", "abs2(z)", lambda z: torch.abs(z) ** 2, z=z)
    t.case("magnitude_power", "magnitude(z) + power(z)", lambda z: torch.abs(z) + torch.abs(z) ** 2, z=z)
    t.case("unit", "unit(z)", lambda z: torch.sgn(z), z=V([3 + 4j, 0j, -1 + 0.5j], "complex"))
    t.case("unit_random", "unit(z)", lambda z: torch.sgn(z), z=z)
    t.case("angle", "angle(z)", lambda z: torch.angle(z), z=V([3 + 4j, 0j, -1 + 0.5j, -2j], "complex"))
    t.case("phase", "phase(z)", lambda z: torch.angle(z), z=z)
    for name in ("sign", "round", "floor", "ceil"):
        t.case(name, f"{name}(x)", lambda x, name=name: getattr(torch, name)(x), grad=False, x=V([-2.5, -1.2, -0.5, 0.0, 0.5, 1.5, 2.7]))
    t.case("maximum", "maximum(x, y)", lambda x, y: torch.maximum(x, y), x=R(2, 3), y=y)
    t.case("minimum", "min(x, y)", lambda x, y: torch.minimum(x, y), x=R(2, 3), y=y)
    t.case("clip", "clip(x, -0.5, 0.5)", lambda x: torch.clamp(x, -0.5, 0.5), x=V([-1.0, -0.5, 0.1, 0.5, 2.0]))
    t.case("where", "where(x > 0, x*y, y)", lambda x, y: torch.where(x > 0, x * y, y), x=R(2, 3), y=y)
    t.case("compare", "where((x < y) or not (x <= 0.5) and (y != x), 1, 0)", lambda x, y: torch.where((x < y) | (~(x <= 0.5) & (y != x)), 1, 0), grad=False, x=R(6), y=R(6, seed=8))
    t.case("to_int", "to_int(x)", lambda x: torch.trunc(x).long(), grad=False, x=R(5, lo=-9, hi=9))
    t.case("int_arithmetic", "7*i div 3 + (i - 5) % 3", lambda i: 7 * i // 3 + (i - 5) % 3, grad=False, i=I(6, lo=-6, hi=6))
    t.case("stop_gradient", "x*stop_gradient(x)", lambda x: x * x.detach(), x=x)
    t.case("complex", "complex(x, y)", lambda x, y: torch.complex(x, y), x=x, y=y)
    t.case("re_im", "re(z) + 2*im(z)", lambda z: z.real + 2 * z.imag, z=z)
    t.case("conj", "conj(z)*z*z", lambda z: torch.conj(z) * z * z, z=z)
    t.case("expj", "expj(x)", lambda x: torch.exp(1j * x), x=x)
    t.case("polar", "polar(x, y)", lambda x, y: torch.polar(x, y), x=pos, y=y)
    t.case("imaginary", "x*2j + 1", lambda x: x * 2j + 1, x=x)
    t.case("softmax", "softmax(x)", lambda x: torch.softmax(x, -1), x=R(2, 3, lo=-5, hi=5))
    t.case("softmax_axis", "softmax(x, axis=0)", lambda x: torch.softmax(x, 0), x=R(3, 2, lo=-5, hi=5))
    t.case("softmax_large", "softmax(x)", lambda x: torch.softmax(x, -1), x=V([1000.0, 999.0, -1000.0]))
    t.case("log_softmax", "log_softmax(x)", lambda x: torch.log_softmax(x, -1), x=R(2, 3, lo=-5, hi=5))
    t.case("gelu", "gelu(x)", lambda x: F.gelu(x), x=R(4, lo=-3, hi=3))
    t.case("gelu_tanh", "gelu(x, approximate=tanh)", lambda x: F.gelu(x, approximate="tanh"), x=R(4, lo=-3, hi=3))
    t.case("leaky_relu", "leaky_relu(x)", lambda x: F.leaky_relu(x), x=V([-2.0, 0.0, 1.5]))
    t.case("elu", "elu(x, alpha=0.7)", lambda x: F.elu(x, 0.7), x=V([-2.0, 1.5, -800.0, 800.0]))
    t.case("silu", "silu(x)", lambda x: F.silu(x), x=x)
    t.case("hardtanh", "hardtanh(x)", lambda x: F.hardtanh(x), x=V([-2.0, -0.5, 0.3, 4.0]))
    t.case("soft_threshold", "soft_threshold(x, 0.3)", lambda x: F.softshrink(x, 0.3), x=R(6))
    t.case("layer_norm", "layer_norm(x)", lambda x: F.layer_norm(x, (4,)), x=R(2, 4))
    t.case("dense", "dense(x, W, b)", lambda x, W, b: F.linear(x, W, b), x=R(2, 3), W=R(4, 3, seed=2), b=R(4, seed=3))
    t.case("dense_vector", "x -> dense(W)", lambda x, W: F.linear(x, W), x=R(3), W=R(2, 3, seed=2))
    t.case("power_to_db", "power_to_db(x, ref=0.5)", lambda x: 10 * torch.log10(torch.clamp(x, min=1e-10)) - 10 * np.log10(0.5), x=R(4, lo=-0.5, hi=2))
    t.case("power_to_db_top", "power_to_db(x, top_db=3)", lambda x: (lambda d: torch.maximum(d, d.max() - 3))(10 * torch.log10(torch.clamp(x, min=1e-10))), x=R(2, 3, lo=0.1, hi=1))
    t.case("amplitude_to_db", "amplitude_to_db(x)", lambda x: 20 * torch.log10(torch.clamp(torch.abs(x), min=1e-5)), x=R(4))
    t.case("db_to_amplitude", "db_to_amplitude(x) + db_to_power(x)", lambda x: 10 ** (x / 20) + 10 ** (x / 10), x=R(3, lo=-40, hi=20))
    t.save()


# ---- reductions ------------------------------------------------------------------------------------------------------------
def reductions():
    t = File("reductions")
    m, z = R(2, 3), C(2, 3, seed=5)
    t.case("sum", "sum(x)", lambda x: x.sum(), x=m)
    t.case("sum_axis", "sum(x, axis=0)", lambda x: x.sum(0), x=z)
    t.case("sum_axes", "sum(x, axis=[0, 2], keepdims=1)", lambda x: x.sum((0, 2), keepdim=True), x=R(2, 3, 2))
    t.case("mean", "mean(x)", lambda x: x.mean(), x=z)
    t.case("mean_axis", "mean(x, axis=-1)", lambda x: x.mean(-1), x=m)
    t.case("var", "var(x)", lambda x: x.var(unbiased=False), x=m)
    t.case("var_axis", "var(x, axis=1, ddof=1, keepdims=1)", lambda x: x.var(1, unbiased=True, keepdim=True), x=m)
    t.case("var_complex", "var(x)", lambda x: torch.var(x, unbiased=False), grad=False, x=z)
    t.case("std", "std(x, axis=0)", lambda x: x.std(0, unbiased=False), x=m)
    t.case("std_constant", "std(x)", lambda x: x.std(unbiased=False), x=V([2.0, 2.0, 2.0]))
    t.case("prod", "prod(x)", lambda x: x.prod(), x=m)
    t.case("prod_axis", "prod(x, axis=0)", lambda x: x.prod(0), x=R(3, 2, 2))
    t.case("prod_zero", "prod(x)", lambda x: x.prod(), x=V([0.0, 2.0, 3.0]))
    t.case("max", "max(x)", lambda x: x.max(), x=m)
    t.case("max_axis", "max(x, axis=0)", lambda x: x.max(0).values, x=m)
    t.case("min_axis", "min(x, axis=1, keepdims=1)", lambda x: x.min(1, keepdim=True).values, x=m)
    t.case("argmax", "argmax(x, axis=1)", lambda x: x.argmax(1), grad=False, x=R(3, 4))
    t.case("argmax_all", "argmax(x)", lambda x: x.argmax(), grad=False, x=R(3, 4))
    t.case("argmax_axes", "argmax(x, axis=[1, 2], keepdims=1)", lambda x: x.reshape(2, 12).argmax(1)[:, None, None], grad=False, x=R(2, 3, 4))
    t.case("argmax_ties", "argmax(x, axis=0)", lambda x: torch.tensor(np.argmax(x.numpy(), 0)), grad=False, x=V([[2.0, 1, 5], [2, 7, 5], [1, 7, 5]]))
    t.case("argmin_ties", "argmin(x)", lambda x: torch.tensor(np.argmin(x.numpy())), grad=False, x=V([[2.0, 1, 5], [2, 7, 1]]))
    t.case("argmin", "argmin(x)", lambda x: x.argmin(), grad=False, x=R(5))
    t.case("logsumexp", "logsumexp(x)", lambda x: torch.logsumexp(x, -1), x=R(2, 3, lo=-9, hi=9))
    t.case("logsumexp_axes", "logsumexp(x, axis=[0, 1])", lambda x: torch.logsumexp(x, (0, 1)), x=R(2, 3, lo=-9, hi=9))
    t.case("logsumexp_large", "logsumexp(x)", lambda x: torch.logsumexp(x, -1), x=V([1000.0, 1000.5]))
    t.case("norm", "norm(x)", lambda x: torch.linalg.norm(x), x=m)
    t.case("norm_zero", "norm(x)", lambda x: torch.norm(x), x=V([0.0, 0.0]))
    t.case("norm_complex", "norm(x, axis=1)", lambda x: torch.sqrt((torch.abs(x) ** 2).sum(1)), x=z)
    t.case("norm_1", "norm(x, p=1, axis=0)", lambda x: torch.linalg.vector_norm(x, 1, 0), x=m)
    t.case("norm_3", "norm(x, p=3)", lambda x: torch.linalg.vector_norm(x, 3), x=m)
    t.case("rms", "rms(x)", lambda x: (x * x).mean().sqrt(), x=m)
    t.case("dot", "dot(x, y)", lambda x, y: torch.dot(x, y), x=R(4), y=R(4, seed=2))
    t.case("dot_complex", "dot(x, y)", lambda x, y: (x * y).sum(-1), x=z, y=C(2, 3, seed=6))
    t.case("vdot", "vdot(x, y)", lambda x, y: (torch.conj(x) * y).sum(), x=C(3, seed=5), y=C(3, seed=6))
    t.case("cumsum", "cumsum(x)", lambda x: torch.cumsum(x, -1), x=z)
    t.case("cumsum_reverse", "cumsum(x, reverse=1)", lambda x: torch.flip(torch.cumsum(torch.flip(x, (-1,)), -1), (-1,)), x=m)
    t.case("cumsum_1", "cumsum(x)", lambda x: torch.cumsum(x, -1), x=R(1))
    t.case("cumprod", "cumprod(x)", lambda x: torch.cumprod(x, -1), x=R(2, 4))
    t.case("cumprod_complex", "cumprod(x)", lambda x: torch.cumprod(x, -1), x=z)
    t.case("cumprod_zero", "cumprod(x)", lambda x: torch.cumprod(x, -1), x=V([2.0, 0.0, 3.0, 0.0, 5.0]))
    t.case("diff", "diff(x)", lambda x: torch.diff(x), x=R(2, 4))
    t.save()


# ---- shapes ---------------------------------------------------------------------------------------------------------------
def shapes():
    t = File("shapes")
    m, z = R(2, 3), C(2, 3, seed=5)
    t.case("reshape", "reshape(x, [3, -1])", lambda x: x.reshape(3, -1), x=m)
    t.case("permute", "permute(x, [2, 0, 1])", lambda x: x.permute(2, 0, 1), x=R(2, 3, 2))
    t.case("transpose", "transpose(x)", lambda x: x.transpose(-1, -2), x=z)
    t.case("ctranspose", "x'", lambda x: x.mH, x=z)
    t.case("slice", "x[1, 0:2]", lambda x: x[1, 0:2], x=m)
    t.case("slice_step", "x[..., 5:0:-2]", lambda x: x[..., [5, 3, 1]], x=R(2, 6))
    t.case("slice_negative", "x[-1, ::2]", lambda x: x[-1, ::2], x=z)
    t.case("index_array", "x[[2, 0, 2]]", lambda x: x[[2, 0, 2]], x=R(3, 2))
    t.case("concat", "concat(x, y, axis=1)", lambda x, y: torch.cat((x, y), 1), x=m, y=C(2, 1, seed=6))
    t.case("stack", "stack(x, y, axis=1)", lambda x, y: torch.stack((x, y), 1), x=m, y=R(2, 3, seed=2))
    t.case("array", "[x, y, 2*x]", lambda x, y: torch.stack((x, y, 2 * x)), x=R(2), y=R(2, seed=2))
    t.case("squeeze", "squeeze(unsqueeze(x, 1), 1)*2", lambda x: x * 2, x=m)
    t.case("broadcast", "broadcast(x, [2, 3, 4])", lambda x: x.expand(2, 3, 4), x=R(3, 1))
    t.case("expand", "expand(x, [2, 3])", lambda x: x.expand(2, 3), x=C(3))
    t.case("flip", "flip(x)", lambda x: torch.flip(x, (-1,)), x=m)
    t.case("flip_axis", "flip(x, axis=0)", lambda x: torch.flip(x, (0,)), x=R(3, 2, 2))
    for k in (0, 1, 4, -1):
        t.case(f"roll_{k}", f"roll(x, {k})", lambda x, k=k: torch.roll(x, k, -1), x=R(2, 3))
    t.case("roll_axis", "roll(x, 1, axis=0)", lambda x: torch.roll(x, 1, 0), x=R(3, 2))
    t.case("tile", "tile(x, 3)", lambda x: x.repeat(1, 3), x=m)
    t.case("repeat", "repeat(x, 2)", lambda x: torch.repeat_interleave(x, 2, -1), x=z)
    t.case("upsample_zeros", "upsample_zeros(x, 3)", lambda x: np.concatenate([x[:, :, None], np.zeros((2, 3, 2))], 2).reshape(2, 9), linear=True, x=m)
    for mode, name in (("zero", "constant"), ("reflect", "reflect"), ("symmetric", "symmetric"), ("edge", "edge"), ("wrap", "wrap")):
        for n in (1, 2, 5):
            for lo, hi in ((2, 1), (0, 7)) if n != 1 else ((2, 3),):
                t.case(f"pad_{mode}_{n}_{lo}_{hi}", f"pad(x, {lo}, {hi}, mode={mode})", lambda x, lo=lo, hi=hi, name=name: np.pad(x, ((0, 0), (lo, hi)), mode=name), linear=True, x=R(2 if n < 5 else 1, n))
    t.case("pad_constant", "pad(x, 1, 2, mode=constant, value=2.5)", lambda x: F.pad(x, (1, 2), value=2.5), x=z)
    t.case("pad_torch_names", "pad(x, 2, mode=replicate) + pad(x, 2, mode=circular)", lambda x: F.pad(x, (2, 2), mode="replicate") + F.pad(x, (2, 2), mode="circular"), x=R(1, 1, 4))
    t.case("delay", "delay(x, 2)", lambda x: F.pad(x[..., :-2], (2, 0)), x=R(2, 5))
    t.case("advance", "advance(x, 2)", lambda x: F.pad(x[..., 2:], (0, 2)), x=C(5))
    t.case("one_hot", "one_hot(i, 4)", lambda i: F.one_hot(i, 4).double(), grad=False, i=I(3))
    t.case("take", "take(x, [2, 0], axis=1)", lambda x: x[:, [2, 0]], x=z)
    t.case("take_axis0", "take(x, [1, 1, 0], axis=0)", lambda x: x[[1, 1, 0]], x=R(2, 3, 2))
    t.case("take_one", "take(x, 1, axis=0)", lambda x: x[1], x=R(3, 2, 2))
    t.case("gather", "gather(x, i)", lambda x, i: torch.gather(x, -1, i), x=R(2, 4), i=I(2, 3))
    t.case("pick", "pick(x, i)", lambda x, i: x[torch.arange(3), i], x=R(3, 4), i=I(3))
    t.case("scatter_add", "scatter_add(x, i, n=5)", lambda x, i: torch.zeros(2, 5).scatter_add(-1, i, x), x=R(2, 4), i=I(2, 4))
    t.case("diag", "diag(x)", lambda x: torch.diag(x), x=R(3))
    t.case("diag_matrix", "diag(x)", lambda x: torch.diag(x), x=R(3, 3))
    t.case("diagonal", "diagonal(x)", lambda x: torch.diagonal(x, dim1=-2, dim2=-1), x=C(2, 3, 2))
    t.case("diag_embed", "diag_embed(x)", lambda x: torch.diag_embed(x), x=C(2, 3))
    t.case("tril", "tril(x)", lambda x: torch.tril(x), x=R(2, 3, 4))
    t.case("tril_k", "tril(x, k=-1) + triu(x, k=1)", lambda x: torch.tril(x, -1) + torch.triu(x, 1), x=C(3, 3))
    t.case("triu", "triu(x)", lambda x: torch.triu(x), x=R(4, 3))
    t.case("eye", "eye(2, 3)", lambda: torch.eye(2, 3), grad=False)
    t.case("tri", "tri(3, 4, k=1)", lambda: torch.tensor(np.tri(3, 4, 1)), grad=False)
    t.case("arange", "arange(1, 8, 3)", lambda: torch.arange(1, 8, 3), grad=False)
    t.case("linspace", "linspace(x, y, 5)", lambda x, y: torch.stack([x + (y - x) * k / 4 for k in range(5)]), x=R(), y=R(seed=2))
    t.case("linspace_1", "linspace(2, 3, 1)", lambda: torch.linspace(2, 3, 1), grad=False)
    t.case("zeros_ones", "zeros(2, 2) + 3*ones([2, 2]) + full([2, 2], 0.5)", lambda: 3.5 * torch.ones(2, 2), grad=False)
    t.case("sort", "sort(x)", lambda x: torch.sort(x).values, x=R(2, 5))
    t.case("sort_descending", "sort(x, descending=1)", lambda x: torch.sort(x, descending=True).values, x=R(5))
    t.case("argsort", "argsort(x)", lambda x: torch.argsort(x), grad=False, x=R(2, 5))
    t.case("frame", "frame(x, size=4, hop=3)", lambda x: x.unfold(-1, 4, 3), x=R(2, 11))
    t.case("frame_1", "frame(x, size=1, hop=1)", lambda x: x.unfold(-1, 1, 1), x=C(1))
    t.case("frame_gap", "frame(x, size=2, hop=4)", lambda x: x.unfold(-1, 2, 4), x=C(9))
    t.case("overlap_add", "overlap_add(x, hop=3, n=11)", lambda x: F.pad(F.fold(x.transpose(-1, -2), (1, 10), (1, 4), stride=(1, 3))[:, 0, 0], (0, 1)), x=R(2, 3, 4))
    # positions: torch's grid_sample with align_corners, bilinear, one row
    def grid(x, t_, mode, padding):
        n = x.shape[-1]
        gx = t_ * 2 / (n - 1) - 1
        g = torch.stack((gx, torch.zeros_like(gx)), -1).reshape(1, 1, -1, 2)
        return F.grid_sample(x.reshape(1, 1, 1, n), g, mode=mode, padding_mode=padding, align_corners=True).reshape(-1)
    t.case("interp", "interp(x, t)", lambda x, t: grid(x, t, "bilinear", "zeros"), x=R(5), t=R(6, seed=2, lo=-1.5, hi=5.5))
    t.case("interp_edge", "interp(x, t, outside=edge)", lambda x, t: grid(x, t, "bilinear", "border"), x=R(5), t=R(6, seed=2, lo=-1.5, hi=5.5))
    t.case("interp_nearest", "interp(x, t, mode=nearest)", lambda x, t: grid(x, t, "nearest", "zeros"), grad=["x"], x=R(5), t=R(6, seed=2, lo=-1.5, hi=5.5))
    t.case("interp_nearest_edge", "interp(x, t, mode=nearest, outside=edge)", lambda x, t: grid(x, t, "nearest", "border"), grad=["x"], x=R(5), t=R(6, seed=2, lo=-1.5, hi=5.5))
    t.case("interp_node", "interp(x, t)", lambda x, t: x[[1]] + (x[[2]] - x[[1]]) * (t - 1), x=V([1.0, 2.0, 4.0, 8.0]), t=V([1.0]))
    t.save()


# ---- linear algebra --------------------------------------------------------------------------------------------------------
def linalg():
    t = File("linalg")
    for kind, G in (("real", R), ("complex", C)):
        a, b = G(3, 3), G(3, 2, seed=2)
        t.case(f"matmul_{kind}", "x @ y", lambda x, y: x @ y, x=G(2, 3), y=b)
        t.case(f"matmul_t_{kind}", "x' @ y", lambda x, y: x.mH @ y, x=G(3, 2), y=b)
        t.case(f"matmul_tt_{kind}", "x' @ y'", lambda x, y: x.mH @ y.mH, x=G(3, 2), y=G(2, 3, seed=2))
        t.case(f"matmul_batch_{kind}", "matmul(x, y)", lambda x, y: torch.matmul(x, y), x=G(2, 2, 3), y=b)
        t.case(f"matvec_{kind}", "x @ y", lambda x, y: x @ y, x=G(2, 3), y=G(3, seed=2))
        t.case(f"vecmat_{kind}", "x @ y", lambda x, y: x @ y, x=G(3), y=b)
        t.case(f"outer_{kind}", "outer(x, y)", lambda x, y: torch.outer(x, y), x=G(2), y=G(3, seed=2))
        t.case(f"solve_{kind}", "solve(a, b)", lambda a, b: torch.linalg.solve(a, b), a=a, b=b)
        t.case(f"solve_vector_{kind}", "solve(a, b)", lambda a, b: torch.linalg.solve(a, b), a=a, b=G(3, seed=2))
        t.case(f"solve_batch_{kind}", "solve(a, b)", lambda a, b: torch.linalg.solve(a, b), a=G(2, 3, 3), b=G(2, 3, 1, seed=2))
        t.case(f"solve_1_{kind}", "solve(a, b)", lambda a, b: torch.linalg.solve(a, b), a=G(1, 1), b=G(1, 2, seed=2))
        t.case(f"inv_{kind}", "inv(a)", lambda a: torch.linalg.inv(a), a=a)
        t.case(f"det_{kind}", "det(a)", lambda a: torch.linalg.det(a), a=a)
        t.case(f"logdet_{kind}", "logdet(a)", lambda a: torch.linalg.slogdet(a)[1], a=a)
        t.case(f"trace_{kind}", "trace(a)", lambda a: torch.diagonal(a).sum(), a=a)
        t.case(f"solve_tri_{kind}", "solve_tri(l, b)", lambda l, b: torch.linalg.solve_triangular(torch.tril(l), b, upper=False), l=G(3, 3, lo=0.5, hi=1.5), b=b)
        t.case(f"solve_tri_upper_{kind}", "solve_tri(l, b, lower=0)", lambda l, b: torch.linalg.solve_triangular(torch.triu(l), b.unsqueeze(-1), upper=True).squeeze(-1), l=G(3, 3, lo=0.5, hi=1.5), b=G(3, seed=2))
        t.case(f"trisolve_ct_{kind}", "trisolve(l, b, ct=1)", lambda l, b: torch.linalg.solve_triangular(torch.tril(l).mH, b, upper=True), l=G(3, 3, lo=0.5, hi=1.5), b=b)
        pd = "(a @ a' + 2*eye(3))"
        make = lambda a: a @ a.mH + 2 * torch.eye(3)
        t.case(f"cholesky_{kind}", f"cholesky({pd})", lambda a: torch.linalg.cholesky(make(a)), a=a)
        t.case(f"solve_pd_{kind}", f"solve_pd({pd}, b)", lambda a, b: torch.linalg.solve(make(a), b), a=a, b=b)
        t.case(f"solve_pd_vector_{kind}", f"solve_pd({pd}, b)", lambda a, b: torch.linalg.solve(make(a), b), a=a, b=G(3, seed=2))
    t.case("solve_mixed", "solve(a, b)", lambda a, b: torch.linalg.solve(a.to(torch.complex128), b), a=R(3, 3), b=C(3, 2, seed=2))
    t.save()


def dst_ortho(x, kind, inverse=False):
    """The orthogonal DST-II or III. scipy.fft.dst(norm="ortho") scales the wrong end: its matrix is not orthogonal."""
    n = x.shape[-1]
    m = sf.dst(np.eye(n), 2, axis=0) / np.sqrt(2 * n)
    m[-1] /= np.sqrt(2)
    assert np.abs(m @ m.T - np.eye(n)).max() < 1e-14
    return x @ (m.T if (kind == 2) != inverse else m)


# ---- transforms ------------------------------------------------------------------------------------------------------------
def transforms():
    t = File("transforms")
    for n in (1, 2, 5, 6):
        z = C(n)
        t.case(f"fft_{n}", "fft(x)", lambda x: torch.fft.fft(x), x=z)
        t.case(f"ifft_{n}", "ifft(x)", lambda x: torch.fft.ifft(x), x=z)
        t.case(f"rfft_{n}", "rfft(x)", lambda x: torch.fft.rfft(x), x=R(n))
        t.case(f"irfft_{n}", f"irfft(x, n={n})", lambda x, n=n: torch.fft.irfft(x, n=n), x=C(n // 2 + 1))
        t.case(f"hfft_{n}", f"hfft(x, n={n})", lambda x, n=n: torch.fft.hfft(x, n=n), x=C(n // 2 + 1))
    for norm in ("ortho", "forward"):
        t.case(f"fft_{norm}", f"fft(x, norm={norm})", lambda x, norm=norm: torch.fft.fft(x, norm=norm), x=C(2, 3))
        t.case(f"ifft_{norm}", f"ifft(x, norm={norm})", lambda x, norm=norm: torch.fft.ifft(x, norm=norm), x=C(2, 3))
        t.case(f"rfft_{norm}", f"rfft(x, norm={norm})", lambda x, norm=norm: torch.fft.rfft(x, norm=norm), x=R(2, 4))
        t.case(f"irfft_{norm}", f"irfft(x, norm={norm})", lambda x, norm=norm: torch.fft.irfft(x, norm=norm), x=C(2, 3))
        t.case(f"rfft2_{norm}", f"rfft2(x, norm={norm})", lambda x, norm=norm: torch.fft.rfft2(x, norm=norm), x=R(3, 4))
        t.case(f"irfft2_{norm}", f"irfft2(x, norm={norm})", lambda x, norm=norm: torch.fft.irfft2(x, norm=norm), x=C(3, 3))
    t.case("fft_real", "fft(x)", lambda x: torch.fft.fft(x), x=R(2, 5))
    t.case("fft_cut", "fft(x, n=3)", lambda x: torch.fft.fft(x, n=3), x=C(5))
    t.case("fft_padded", "fft(x, n=7)", lambda x: torch.fft.fft(x, n=7), x=R(4))
    t.case("rfft_cut", "rfft(x, n=3)", lambda x: torch.fft.rfft(x, n=3), x=R(2, 5))
    t.case("rfft_padded", "rfft(x, n=8)", lambda x: torch.fft.rfft(x, n=8), x=R(5))
    t.case("irfft_cut", "irfft(x, n=4)", lambda x: torch.fft.irfft(x, n=4), x=C(5))
    t.case("irfft_padded", "irfft(x, n=9)", lambda x: torch.fft.irfft(x, n=9), x=C(2, 3))
    for shape in ((1, 1), (2, 3), (3, 4)):
        s = f"{shape[0]}x{shape[1]}"
        t.case(f"fft2_{s}", "fft2(x)", lambda x: torch.fft.fft2(x), x=C(*shape))
        t.case(f"ifft2_{s}", "ifft2(x)", lambda x: torch.fft.ifft2(x), x=C(*shape))
        t.case(f"rfft2_{s}", "rfft2(x)", lambda x: torch.fft.rfft2(x), x=R(*shape))
        t.case(f"irfft2_{s}", f"irfft2(x, n={shape[1]})", lambda x, shape=shape: torch.fft.irfft2(x, s=shape), x=C(shape[0], shape[1] // 2 + 1))
    t.case("fft2_batch", "fft2(x)", lambda x: torch.fft.fft2(x), x=R(2, 2, 3))
    t.case("fftn", "fftn(x)", lambda x: torch.fft.fftn(x), x=C(2, 2, 3))
    t.case("ifftn", "ifftn(x, norm=ortho)", lambda x: torch.fft.ifftn(x, norm="ortho"), x=C(2, 2, 3))
    t.case("rfftn", "rfftn(x)", lambda x: torch.fft.rfftn(x), x=R(2, 2, 3))
    t.case("irfftn", "irfftn(x, n=3)", lambda x: torch.fft.irfftn(x, s=(2, 2, 3)), x=C(2, 2, 2))
    for n in (1, 4, 5):
        t.case(f"fftshift_{n}", "fftshift(x)", lambda x: torch.fft.fftshift(x, -1), x=R(2, n))
        t.case(f"ifftshift_{n}", "ifftshift(x)", lambda x: torch.fft.ifftshift(x, -1), x=C(n))
    t.case("fftshift_2", "fftshift(x, dims=2)", lambda x: torch.fft.fftshift(x), x=R(3, 4))
    t.case("ifftshift_2", "ifftshift(x, dims=2)", lambda x: torch.fft.ifftshift(x), x=R(3, 5))
    t.case("fftfreq", "fftfreq(5, d=0.5)", lambda: torch.fft.fftfreq(5, 0.5), grad=False)
    t.case("fftfreq_even", "fftfreq(6)", lambda: torch.fft.fftfreq(6), grad=False)
    t.case("rfftfreq", "rfftfreq(6, d=0.5)", lambda: torch.fft.rfftfreq(6, 0.5), grad=False)
    for name, f, inverse in (("dct", sf.dct, sf.idct), ("dst", sf.dst, sf.idst)):
        for kind in (1, 2, 3, 4):
            for norm in ("none", "ortho"):
                for n in (1, 4, 5):
                    if kind == 1 and n == 1 and name == "dct":
                        continue
                    arg = None if norm == "none" else norm
                    if name == "dst" and norm == "ortho" and kind in (2, 3):
                        t.case(f"dst{kind}_ortho_{n}", f"dst(x, type={kind}, norm=ortho)", lambda x, kind=kind: dst_ortho(x, kind), linear=True, x=R(n))
                        t.case(f"idst{kind}_ortho_{n}", f"idst(x, type={kind}, norm=ortho)", lambda x, kind=kind: dst_ortho(x, kind, True), linear=True, x=R(n))
                        continue
                    t.case(f"{name}{kind}_{norm}_{n}", f"{name}(x, type={kind}, norm={norm})", lambda x, f=f, kind=kind, arg=arg: f(x, kind, norm=arg), linear=True, x=R(n))
                    if n == 5:
                        t.case(f"i{name}{kind}_{norm}_{n}", f"i{name}(x, type={kind}, norm={norm})", lambda x, f=inverse, kind=kind, arg=arg: f(x, kind, norm=arg), linear=True, x=R(n))
    t.case("dct_batch", "dct(x)", lambda x: sf.dct(x), linear=True, x=R(2, 3))
    t.save()


# ---- convolution -----------------------------------------------------------------------------------------------------------
def convolution():
    t = File("convolution")
    for n, k in ((6, 3), (5, 4), (3, 5), (1, 1), (4, 1)):
        for mode in ("full", "same", "valid"):
            def conv(x, h, mode=mode, n=n):
                if mode == "same":  # centred on the first argument, as scipy.signal.convolve
                    full = np.convolve(x, h)
                    start = (len(h) - 1) // 2
                    return full[start:start + n]
                return ss.convolve(x, h, mode=mode, method="direct")
            t.case(f"conv_{mode}_{n}_{k}", f"conv(x, h, mode={mode})", conv, linear=True, x=R(n), h=R(k, seed=2))
            t.case(f"correlate_{mode}_{n}_{k}", f"correlate(x, h, mode={mode})", lambda x, h, mode=mode: ss.correlate(x, h, mode=mode, method="direct"), linear=True, x=C(n), h=C(k, seed=2))
    t.case("conv_complex", "conv(x, h)", lambda x, h: np.convolve(x, h), linear=True, x=C(4), h=C(3, seed=2))
    t.case("conv_mixed", "conv(x, h, mode=same)", lambda x, h: np.convolve(x, h, "same"), linear=True, x=C(4), h=R(3, seed=2))
    t.case("conv_batch", "convolve(x, h)", lambda x, h: np.stack([np.convolve(r, h) for r in x]), linear=True, x=R(2, 4), h=R(3, seed=2))
    t.case("conv_pairs", "conv(x, h)", lambda x, h: np.stack([np.convolve(r, q) for r, q in zip(x, h)]), linear=True, x=R(2, 4), h=R(2, 2, seed=2))
    t.case("conv_blog", "conv(x, [0.25, 0.5, 0.25], mode=same)", lambda x: np.convolve(x, [0.25, 0.5, 0.25], "same"), linear=True, x=V([1.0, 2, 3, 4, 5, 6, 7, 8]))
    circ = lambda x, h: np.array([sum(h[k] * x[(i - k) % len(x)] for k in range(len(h))) for i in range(len(x))])
    for n, k in ((6, 3), (4, 4), (3, 7), (1, 2)):
        t.case(f"conv_circular_{n}_{k}", "conv(x, h, mode=circular)", circ, linear=True, x=R(n), h=R(k, seed=2))
    t.case("conv_circular_complex", "conv(x, h, mode=circular)", circ, linear=True, x=C(5), h=C(3, seed=2))
    t.case("conv_circular_long", "conv(x, h, mode=circular)", circ, linear=True, x=R(53), h=R(50, seed=2))
    t.case("conv_circular_long_complex", "conv(x, h, mode=circular)", circ, linear=True, grad=False, x=C(52), h=C(49, seed=2))
    t.case("fir", "fir(x, h)", lambda x, h: ss.lfilter(h, 1, x), linear=True, x=R(2, 6), h=R(3, seed=2))
    t.case("fir_long", "fir(x, h)", lambda x, h: np.convolve(x, h)[:3], linear=True, x=C(3), h=C(5, seed=2))
    for mode in ("full", "same", "valid"):
        for a, b in (((4, 5), (3, 2)), ((3, 3), (1, 1))):
            s = f"{a[0]}x{a[1]}_{b[0]}x{b[1]}"
            t.case(f"conv2_{mode}_{s}", f"conv2(x, h, mode={mode})", lambda x, h, mode=mode: ss.convolve2d(x, h, mode=mode), linear=True, x=R(*a), h=R(*b, seed=2))
            t.case(f"correlate2_{mode}_{s}", f"correlate2(x, h, mode={mode})", lambda x, h, mode=mode: ss.correlate(x, h, mode=mode, method="direct"), linear=True, x=R(*a), h=R(*b, seed=2))
    t.case("conv2_complex", "convolve2d(x, h)", lambda x, h: ss.convolve2d(x, h), linear=True, x=C(2, 3), h=C(2, 2, seed=2))
    def circ2(x, h):
        y = np.zeros(x.shape, np.result_type(x, h))
        for p in range(h.shape[0]):
            for q in range(h.shape[1]):
                y = y + h[p, q] * np.roll(x, (p, q), (0, 1))
        return y
    t.case("conv2_circular", "conv2(x, h, mode=circular)", circ2, linear=True, x=R(3, 4), h=R(2, 3, seed=2))
    t.case("conv2_circular_large", "conv2(x, h, mode=circular)", circ2, linear=True, grad=["h"], x=R(12, 12), h=R(11, 12, seed=2))
    for i, (c, n, o, k, kw) in enumerate(((2, 7, 3, 3, {}), (2, 8, 4, 3, dict(stride=2, padding=1)), (4, 9, 4, 2, dict(stride=2, dilation=3, groups=2)), (1, 1, 1, 1, {}), (3, 6, 3, 3, dict(padding=2, dilation=2, groups=3)))):
        args = "".join(f", {a}={v}" for a, v in kw.items())
        t.case(f"conv1d_{i}", f"conv1d(x, w, b{args})", lambda x, w, b, kw=kw: F.conv1d(x, w, b, **kw), x=R(c, n), w=R(o, c // kw.get("groups", 1), k, seed=2), b=R(o, seed=3))
    t.case("conv1d_batch", "conv1d(x, w)", lambda x, w: F.conv1d(x, w), x=R(2, 2, 5), w=R(3, 2, 2, seed=2))
    t.case("conv1d_complex", "conv1d(x, w)", lambda x, w: F.conv1d(x, w), x=C(1, 2, 5), w=C(2, 2, 2, seed=2))
    for i, (c, h, w_, o, p, q, kw) in enumerate(((2, 4, 5, 2, 3, 2, {}), (2, 5, 4, 4, 2, 3, dict(stride=2, padding=1, groups=2)), (1, 5, 6, 1, 2, 2, dict(stride=(2, 1), padding=(0, 1), dilation=(1, 2))))):
        args = "".join(f", {a}={list(v) if isinstance(v, tuple) else v}" for a, v in kw.items())
        t.case(f"conv2d_{i}", f"conv2d(x, w, b{args})", lambda x, w, b, kw=kw: F.conv2d(x, w, b, **kw), x=R(c, h, w_), w=R(o, c // kw.get("groups", 1), p, q, seed=2), b=R(o, seed=3))
    for i, (c, n, g, k, kw) in enumerate(((2, 4, 3, 3, {}), (2, 4, 2, 3, dict(stride=2, padding=1, output_padding=1)), (4, 3, 1, 2, dict(stride=3, groups=2, dilation=2)))):
        args = "".join(f", {a}={v}" for a, v in kw.items())
        t.case(f"conv_transpose1d_{i}", f"conv_transpose1d(x, w, b{args})", lambda x, w, b, kw=kw: F.conv_transpose1d(x, w, b, **kw), x=R(c, n), w=R(c, g, k, seed=2), b=R(g * kw.get("groups", 1), seed=3))
    t.case("conv_transpose1d_complex", "conv_transpose1d(x, w)", lambda x, w: F.conv_transpose1d(x, w), x=C(1, 2, 3), w=C(2, 2, 2, seed=2))
    t.case("conv_transpose2d", "conv_transpose2d(x, w, b, stride=[2, 1], padding=[1, 0], output_padding=[1, 0])", lambda x, w, b: F.conv_transpose2d(x, w, b, stride=(2, 1), padding=(1, 0), output_padding=(1, 0)), x=R(2, 3, 3), w=R(2, 2, 3, 2, seed=2), b=R(2, seed=3))
    t.save()


# ---- windows and short-time spectra ----------------------------------------------------------------------------------------
NAMES = {"rect": "boxcar", "hann": "hann", "hamming": "hamming", "blackman": "blackman", "blackmanharris": "blackmanharris", "nuttall": "nuttall",
         "flattop": "flattop", "kaiser": ("kaiser", 12.0), "tukey": ("tukey", 0.5), "bartlett": "bartlett", "cosine": "cosine"}


def windows():
    t = File("windows")
    for name, scipy_name in NAMES.items():
        for n in (1, 2, 7, 8):
            t.case(f"{name}_{n}", f"{name}({n})", lambda n=n, s=scipy_name: ss.get_window(s, n), linear=True, grad=False)
            if n in (1, 7):
                t.case(f"{name}_{n}_symmetric", f"{name}({n}, periodic=0)", lambda n=n, s=scipy_name: ss.get_window(s, n, fftbins=False), linear=True, grad=False)
        t.case(f"get_window_{name}", f"get_window({name}, 5)", lambda s=scipy_name: ss.get_window(s, 5), linear=True, grad=False)
    for n in (1, 6, 7):
        t.case(f"gaussian_{n}", f"gaussian({n}, sigma=1.5)", lambda n=n: ss.get_window(("gaussian", 1.5), n), linear=True, grad=False)
    t.case("tukey_quarter", "tukey(9, alpha=0.25, periodic=0)", lambda: ss.windows.tukey(9, 0.25), linear=True, grad=False)
    t.case("tukey_0", "tukey(5, alpha=0)", lambda: ss.windows.tukey(5, 0), linear=True, grad=False)
    t.case("kaiser_beta", "kaiser(6, beta=b)", lambda b: torch.special.i0(b * torch.sqrt(torch.clamp(1 - (torch.arange(6) / 3 - 1) ** 2, min=0))) / torch.special.i0(b), b=R(lo=3, hi=9))
    t.save()


def stft(x, n_fft, hop, win_length=None, window="hann", **kw):
    win_length = win_length or n_fft
    w = torch.tensor(ss.get_window(window, win_length))
    return torch.stft(x, n_fft, hop, win_length, w, return_complex=True, **kw).transpose(-1, -2)


def spectra():
    t = File("spectra")
    t.case("stft", "stft(x, n_fft=8, hop=3)", lambda x: stft(x, 8, 3), x=R(19))
    t.case("stft_default_hop", "stft(x, n_fft=8)", lambda x: stft(x, 8, 2), x=R(9))
    t.case("stft_odd", "stft(x, n_fft=5, hop=2)", lambda x: stft(x, 5, 2), x=R(2, 9))
    t.case("stft_short_window", "stft(x, n_fft=8, hop=4, win_length=5, window=hamming)", lambda x: stft(x, 8, 4, 5, "hamming"), x=R(12))
    t.case("stft_no_centre", "stft(x, n_fft=6, hop=4, center=0, normalized=1)", lambda x: stft(x, 6, 4, center=False, normalized=True), x=R(15))
    t.case("stft_zero_pad", "stft(x, n_fft=6, hop=3, pad_mode=zero)", lambda x: stft(x, 6, 3, pad_mode="constant"), x=R(10))
    t.case("stft_rect", "stft(x, n_fft=4, hop=4, window=rect)", lambda x: stft(x, 4, 4, window="boxcar"), x=R(8))
    t.case("stft_complex", "stft(x, n_fft=4, hop=3, center=0)", lambda x: stft(x, 4, 3, center=False, onesided=False), x=C(10))
    t.case("stft_weights", "stft(x, n_fft=6, hop=3, weights=w)", lambda x, w: torch.fft.rfft(F.pad(x[None, None], (3, 3), mode="reflect")[0, 0].unfold(-1, 6, 3) * w), x=R(9), w=R(6, seed=2))
    for n, hop, frames in ((8, 2, 4), (8, 4, 3), (5, 2, 4)):
        def istft(s, n=n, hop=hop):
            return torch.istft(s.transpose(-1, -2), n, hop, window=torch.tensor(ss.get_window("hann", n)))
        t.case(f"istft_{n}_{hop}", f"istft(s, n_fft={n}, hop={hop})", istft, s=C(frames, n // 2 + 1))
    t.case("istft_length", "istft(s, hop=2, length=7, normalized=1)", lambda s: torch.istft(s.transpose(-1, -2), 8, 2, window=torch.tensor(ss.get_window("hann", 8)), length=7, normalized=True), s=C(4, 5))
    t.case("istft_rect", "istft(s, n_fft=4, hop=3, window=rect, center=0)", lambda s: torch.istft(s.transpose(-1, -2), 4, 3, window=torch.ones(4), center=False), s=C(2, 3, 3))
    t.case("istft_stft", "x -> stft(n_fft=8, hop=2) -> istft(n_fft=8, hop=2, length=13)", lambda x: x * 1.0, x=R(13))
    t.case("spectrogram", "spectrogram(x, n_fft=8)", lambda x: torch.abs(stft(x, 8, 4)) ** 2, x=R(2, 12))
    t.case("spectrogram_1", "spectrogram(x, n_fft=6, hop=2, power=1)", lambda x: torch.abs(stft(x, 6, 2)), x=R(9))
    t.case("spectrogram_3", "spectrogram(x, n_fft=4, hop=2, power=3)", lambda x: torch.abs(stft(x, 4, 2)) ** 3, x=R(6))

    # Filter banks by their published formulas: HTK, Slaney (librosa.filters.mel, torchaudio.functional.melscale_fbanks)
    def to_mel(f, scale):
        if scale == "htk":
            return 2595 * np.log10(1 + np.asarray(f) / 700)
        f = np.asarray(f, float)
        return np.where(f < 1000, f / (200 / 3), 15 + np.log(np.maximum(f, 1) / 1000) / (np.log(6.4) / 27))

    def to_hz(m, scale):
        if scale == "htk":
            return 700 * (10 ** (m / 2595) - 1)
        return np.where(m < 15, m * 200 / 3, 1000 * np.exp((m - 15) * np.log(6.4) / 27))

    def bank(bins, bands, df, fmin=0.0, fmax=None, scale="htk", norm="none"):
        fmax = fmax or df * (bins - 1)
        f = to_hz(np.linspace(to_mel(fmin, scale), to_mel(fmax, scale), bands + 2), scale)
        ramps = f[:, None] - df * np.arange(bins)[None]
        d = np.diff(f)
        w = np.maximum(0, np.minimum(-ramps[:-2] / d[:-1, None], ramps[2:] / d[1:, None]))
        return w * (2 / (f[2:] - f[:-2]))[:, None] if norm == "slaney" else w

    for scale in ("htk", "slaney"):
        t.case(f"hz_to_mel_{scale}", f"hz_to_mel(f, scale={scale})", lambda f, scale=scale: torch.tensor(to_mel(f.numpy(), scale)), grad=False, f=R(5, lo=0, hi=8000))
        t.case(f"mel_to_hz_{scale}", f"mel_to_hz(m, scale={scale})", lambda m, scale=scale: torch.tensor(to_hz(m.numpy(), scale)), grad=False, m=R(5, lo=0, hi=40))
        for norm in ("none", "slaney"):
            t.case(f"mel_filterbank_{scale}_{norm}", f"mel_filterbank(9, 4, 500Hz, fmin=100Hz, fmax=3500Hz, scale={scale}, norm={norm})", lambda scale=scale, norm=norm: bank(9, 4, 500, 100, 3500, scale, norm), linear=True, grad=False)
    t.case("mel", "mel(x, bands=3, df=500Hz)", lambda x: x @ torch.tensor(bank(9, 3, 500.0)).T, x=R(2, 9))
    t.case("mel_of_stft", "x -> stft(n_fft=16, hop=8) -> magnitude -> mel(bands=4, scale=slaney, norm=slaney)", lambda x: torch.abs(stft(x, 16, 8)) @ torch.tensor(bank(9, 4, 500.0, scale="slaney", norm="slaney")).T, x=R(24, rate=8000))
    t.case("log_mel", "log_mel(x, n_fft=16, hop=8, bands=3, floor=0.1)", lambda x: torch.log(torch.clamp(torch.abs(stft(x, 16, 8)) @ torch.tensor(bank(9, 3, 500.0)).T, min=0.1)), x=R(24, rate=8000))
    def mfcc(x):
        d = 10 * torch.log10(torch.clamp(torch.abs(stft(x, 16, 8)) ** 2 @ torch.tensor(bank(9, 4, 500.0)).T, min=1e-10))
        d = torch.maximum(d, d.max() - 80)
        return (d @ torch.tensor(sf.dct(np.eye(4), norm="ortho", axis=0)).T)[..., :3]
    t.case("mfcc", "mfcc(x, count=3, n_fft=16, bands=4, sr=8kHz)", mfcc, x=R(24))
    t.save()


# ---- losses ----------------------------------------------------------------------------------------------------------------
def losses():
    t = File("losses")
    a, b = R(2, 3), R(2, 3, seed=2)
    for r in ("mean", "sum", "none"):
        t.case(f"mse_{r}", f"mse(a, b, reduction={r})", lambda a, b, r=r: F.mse_loss(a, b, reduction=r), a=a, b=b)
        t.case(f"l1_{r}", f"l1_loss(a, b, reduction={r})", lambda a, b, r=r: F.l1_loss(a, b, reduction=r), a=a, b=b)
        t.case(f"huber_{r}", f"huber(a, b, delta=0.5, reduction={r})", lambda a, b, r=r: F.huber_loss(a, b, delta=0.5, reduction=r), a=a, b=b)
        t.case(f"bce_{r}", f"bce(p, t, reduction={r})", lambda p, t, r=r: F.binary_cross_entropy(p, t, reduction=r), grad=["p"], p=R(2, 3, lo=0.05, hi=0.95), t=R(2, 3, seed=2, lo=0, hi=1))
        t.case(f"bce_logits_{r}", f"bce_logits(z, t, reduction={r})", lambda z, t, r=r: F.binary_cross_entropy_with_logits(z, t, reduction=r), z=R(2, 3, lo=-9, hi=9), t=R(2, 3, seed=2, lo=0, hi=1))
        t.case(f"cross_entropy_{r}", f"cross_entropy(x, i, reduction={r})", lambda x, i, r=r: F.cross_entropy(x, i, reduction=r), x=R(3, 4, lo=-5, hi=5), i=I(3))
    t.case("mse_complex", "mse(a, b)", lambda a, b: (torch.abs(a - b) ** 2).mean(), a=C(3), b=C(3, seed=2))
    t.case("l1_complex", "l1_loss(a, b)", lambda a, b: torch.abs(a - b).mean(), a=C(3), b=C(3, seed=2))
    t.case("cross_entropy_one", "cross_entropy(x, i)", lambda x, i: F.cross_entropy(x[None], i[None]), x=R(4), i=I())
    t.case("huber_default", "huber(a, b)", lambda a, b: F.huber_loss(a, b), a=R(6, lo=-3, hi=3), b=R(6, seed=2))
    t.case("charbonnier", "charbonnier(a, b, eps=0.1)", lambda a, b: torch.sqrt((a - b) ** 2 + 0.01).mean(), a=a, b=b)
    t.case("charbonnier_offset", "charbonnier(a, b, eps=1, offset=1)", lambda a, b: (torch.sqrt((a - b) ** 2 + 1) - 1).mean(), a=a, b=b)
    t.case("bce_certain", "bce(p, t)", lambda p, t: F.binary_cross_entropy(p, t), grad=False, p=V([0.0, 1.0, 0.0]), t=V([1.0, 1.0, 0.0]))
    pos = dict(a=R(2, 3, 4, lo=0.1, hi=1), b=R(2, 3, 4, seed=2, lo=0.1, hi=1))
    fro = lambda x: torch.sqrt((x * x).sum((-1, -2)))
    t.case("spectral_convergence", "spectral_convergence(a, b)", lambda a, b: (fro(a - b) / fro(b)).mean(), **pos)
    t.case("log_magnitude", "log_magnitude_loss(a, b)", lambda a, b: (a.log() - b.log()).abs().mean(), **pos)

    # auraloss 0.4: STFTLoss with w_sc = w_log_mag = 1, MultiResolutionSTFTLoss
    def magnitude(x, n, hop, win):
        s = stft(x, n, hop, win)
        return torch.sqrt(torch.clamp(s.real ** 2 + s.imag ** 2, min=1e-8))

    def one(x, t_, n, hop, win):
        p, q = magnitude(x, n, hop, win), magnitude(t_, n, hop, win)
        return (fro(q - p) / fro(q)).mean() + (p.log() - q.log()).abs().mean()

    t.case("stft_loss", "stft_loss(a, b, n_fft=16, hop=5, win_length=12)", lambda a, b: one(a, b, 16, 5, 12), a=R(2, 30), b=R(2, 30, seed=2))
    t.case("multi_resolution_stft", "multi_resolution_stft(a, b, n_fft=[16, 32, 8], hop=[4, 7, 3], win_length=[16, 25, 8])",
           lambda a, b: (one(a, b, 16, 4, 16) + one(a, b, 32, 7, 25) + one(a, b, 8, 3, 8)) / 3, a=R(40), b=R(40, seed=2))
    t.case("multi_resolution_stft_default", "multi_resolution_stft(a, b)",
           lambda a, b: (one(a, b, 1024, 120, 600) + one(a, b, 2048, 240, 1200) + one(a, b, 512, 50, 240)) / 3, grad=False, a=R(2000), b=R(2000, seed=2))

    def si_sdr(x, y, zero_mean=True, eps=1e-8):
        if zero_mean:
            x, y = x - x.mean(-1, keepdim=True), y - y.mean(-1, keepdim=True)
        part = y * (x * y).sum(-1, keepdim=True) / ((y * y).sum(-1, keepdim=True) + eps)
        return (10 * torch.log10((part ** 2).sum(-1) / (((x - part) ** 2).sum(-1) + eps) + eps)).mean()

    t.case("si_sdr", "si_sdr(a, b)", lambda a, b: si_sdr(a, b), a=R(2, 6), b=R(2, 6, seed=2))
    t.case("si_sdr_loss", "si_sdr_loss(a, b, zero_mean=0)", lambda a, b: -si_sdr(a, b, False), a=R(6), b=R(6, seed=2))
    t.case("l1", "l1(x)", lambda x: x.abs().sum(), x=C(3))
    t.case("l2", "l2(x)", lambda x: (x.abs() ** 2).sum(), x=C(3))
    t.case("smooth_l1", "smooth_l1(x, eps=0.1)", lambda x: torch.sqrt(x * x + 0.01).sum(), x=R(3))
    t.case("tv", "tv(x)", lambda x: torch.diff(x).abs().sum(), x=R(2, 5))
    t.case("tv_smooth", "tv(x, eps=0.1)", lambda x: torch.sqrt(torch.diff(x) ** 2 + 0.01).sum(), x=R(2, 5))

    def tv2(x, eps):
        dx = F.pad(x[..., :, 1:] - x[..., :, :-1], (0, 1))
        dy = F.pad(x[..., 1:, :] - x[..., :-1, :], (0, 0, 0, 1))
        s = dx ** 2 + dy ** 2 + eps ** 2
        return torch.sqrt(s[..., :-1, :]).sum() + torch.sqrt(s[..., -1, :-1]).sum()

    t.case("tv2", "tv2(x)", lambda x: tv2(x, 0.0), x=R(2, 3, 4))
    t.case("tv2_smooth", "tv2(x, eps=0.1)", lambda x: tv2(x, 0.1), x=R(3, 4))
    t.case("tv2_aniso", "tv2(x, mode=aniso)", lambda x: torch.diff(x).abs().sum() + torch.diff(x, dim=-2).abs().sum(), x=R(2, 3, 4))
    t.save()


if __name__ == "__main__":
    pointwise()
    reductions()
    shapes()
    linalg()
    transforms()
    convolution()
    windows()
    spectra()
    losses()
