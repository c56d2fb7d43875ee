#!/usr/bin/python3
"""Writes cases/singular.txt: every point at which torch, or the obvious formula, gives NaN or an infinite gradient, and its
neighbours where conventions differ: what value and derivative dspc gives there (lang-spec/gradients.md, section 5).

The numbers are not torch's but those of the page, written out by hand; where torch 1.13 says otherwise, the comment tells what.
Run it as `python3 tests/agree/oracle_singular.py`.
"""
import numpy as np
import torch

from oracle import File, V

torch.set_default_dtype(torch.float64)
inf = float("inf")


def chosen(value, slope):
    """value and derivative at this point: both arrays of the shape of x, or numbers."""
    def f(x):
        step = torch.as_tensor(slope) * (x - x.detach())
        return torch.as_tensor(value) + (step if not step.is_complex() else (torch.conj(torch.as_tensor(slope)) * (x - x.detach())).real)
    return f


class Still(torch.autograd.Function):
    """-inf with derivative 0, where x - x would be NaN."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(-inf)

    @staticmethod
    def backward(ctx, g):
        return torch.zeros_like(ctx.saved_tensors[0])


def points(t):
    zero, zeros = V([0.0]), V([0j], "complex")
    t.case("abs_complex", "abs(x)", chosen([0.0], [0j]), x=zeros)
    t.case("root_of_squares", "sqrt(re(x)^2 + im(x)^2)", chosen([0.0], [0j]), x=zeros)  # torch: NaN
    t.case("hypot", "hypot(x, y0)", lambda x, y0: 0 * x + 0 * y0, x=zero, y0=zero)  # NaN
    t.case("atan2", "atan2(x, y0)", lambda x, y0: 0 * x + 0 * y0, x=zero, y0=zero)  # NaN
    t.case("angle", "angle(x)", chosen([0.0], [0j]), x=zeros)
    t.case("angle_cut", "angle(x)", chosen([np.pi], [-1j]), x=V([-1 + 0j], "complex"))
    t.case("unit_complex", "unit(x)", lambda x: 0 * x, x=zeros)  # z/|z|: NaN
    t.case("power_of_abs2", "abs(x)^2", chosen([0.0], [0j]), x=zeros)
    t.case("power_of_abs", "abs(x)^0.5", chosen([0.0], [0j]), x=zeros)  # NaN
    t.case("power_of_abs3", "abs(x)^0.3", chosen([0.0], [0j]), x=zeros)  # NaN
    t.case("sqrt", "sqrt(x)", chosen([0.0], [0.0]), x=zero)  # inf
    t.case("power", "x^0.5", chosen([0.0], [0.0]), x=zero)  # inf
    t.case("power3", "x^0.3", chosen([0.0], [0.0]), x=zero)  # inf
    t.case("log", "log(x)", chosen([-inf], [0.0]), x=zero)  # inf
    t.case("log_floor", "log(x, floor=1e-10)", chosen([np.log(1e-10)], [0.0]), x=zero)
    t.case("where_root", "where(x > 0, sqrt(x), 0)", chosen([0.0, 2.0], [0.0, 0.25]), x=V([0.0, 4.0]))  # NaN
    t.case("where_quotient", "where(x > 0, 1/x, 0)", chosen([0.0, 0.25], [0.0, -0.0625]), x=V([0.0, 4.0]))  # NaN
    t.case("norm", "norm(x)", lambda x: 0 * x.sum(), x=V([0.0, 0.0, 0.0]))
    t.case("std", "std(x)", lambda x: 0 * x.sum(), x=V([3.0, 3.0, 3.0]))  # torch 2: NaN
    t.case("clip", "clip(x, 0, 1)", chosen([0.0, 1.0], [1.0, 1.0]), x=V([0.0, 1.0]))
    t.case("hardtanh", "hardtanh(x)", chosen([-1.0, 1.0], [1.0, 1.0]), x=V([-1.0, 1.0]))  # torch: 0
    t.case("relu", "relu(x)", chosen([0.0], [0.0]), x=zero)
    t.case("abs", "abs(x)", chosen([0.0], [0.0]), x=zero)
    t.case("soft_threshold", "soft_threshold(x, 1)", chosen([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]), x=V([-1.0, 0.0, 1.0]))
    for name, value in (("round", [0.0, 2.0]), ("floor", [0.0, 1.0]), ("sign", [1.0, 1.0])):
        t.case(name, f"{name}(x) + 0*x", chosen(value, [0.0, 0.0]), x=V([0.5, 1.5]))
    t.case("max_ties", "max(x)", lambda x: x[1], x=V([1.0, 2.0, 2.0]))  # torch: half to each
    t.case("max_axis_ties", "max(x, axis=1)", lambda x: x[:, 0], x=V([[2.0, 2.0], [3.0, 1.0]]))
    t.case("maximum_tie", "maximum(x, y0)", lambda x, y0: x + 0 * y0, x=V([2.0]), y0=V([2.0]))  # torch: half to each
    t.case("median_of_four", "median(x)", lambda x: (x[0] + x[3]) / 2, x=V([2.0, 1.0, 9.0, 4.0]))  # torch: the lower one
    t.case("prod_zero", "prod(x)", lambda x: x.prod(), x=V([0.0, 2.0, 3.0]))
    t.case("prod_zeros", "prod(x)", lambda x: x.prod(), x=V([0.0, 2.0, 0.0]))
    t.case("asin", "asin(x)", chosen([-np.pi / 2, np.pi / 2], [0.0, 0.0]), x=V([-1.0, 1.0]))  # inf
    t.case("acos", "acos(x)", chosen([np.pi, 0.0], [0.0, 0.0]), x=V([-1.0, 1.0]))  # inf
    t.case("xlogy", "xlogy(x, y0)", lambda x, y0: 0 * x + 0 * y0, x=zero, y0=zero)  # NaN
    t.case("logsumexp", "logsumexp(x)", lambda x: Still.apply(x), x=V([-inf, -inf]))  # NaN
    t.case("softmax_ties", "softmax(x)", lambda x: x.softmax(-1), x=V([5.0, 5.0]))
    t.case("cholesky", "cholesky(x)", lambda x: torch.linalg.cholesky((x + x.T) / 2), x=V([[4.0, 2.0], [2.0, 3.0]]))
    t.case("variance_of_one", "var(x)", lambda x: 0 * x.sum(), x=V([5.0]))
    t.case("layer_norm_flat", "layer_norm(x)", lambda x: torch.nn.functional.layer_norm(x, (3,)), x=V([2.0, 2.0, 2.0]))
    t.case("unit_rows_zero", "unit_rows(x)", lambda x: torch.stack((x[0] / x[0].norm(), 0 * x[1])), x=V([[3.0, 4.0], [0.0, 0.0]]))


def silence(t):
    s = "stft(x, n_fft=4, hop=2)"
    still = V([0.0] * 8)
    frames = torch.zeros(5, 3)
    none = lambda value: lambda x: value + 0 * x.sum() + frames
    t.case("silence_abs", f"abs({s})", none(0.0), x=still)
    t.case("silence_log_eps", f"log(abs({s}) + 1e-7)", none(np.log(1e-7)), x=still)
    t.case("silence_root", f"sqrt(abs2({s}))", none(0.0), x=still)  # NaN
    t.case("silence_root_of_parts", f"sqrt(re({s})^2 + im({s})^2)", none(0.0), x=still)  # NaN
    t.case("silence_log", f"log(abs({s}))", none(-inf), x=still)  # NaN
    t.case("silence_log_power", f"log(abs2({s}))", none(-inf), x=still)
    t.case("silence_floor", f"log(abs({s}), floor=1e-7)", none(np.log(1e-7)), x=still)
    t.case("silence_db", f"amplitude_to_db({s})", none(-100.0), x=still)
    t.case("silence_phase", f"angle({s})", none(0.0), x=still)
    t.case("silence_unit", f"unit({s})", lambda x: (0 * x.sum() + frames).to(torch.complex128), x=still)
    t.case("silence_compressed", f"abs({s})^0.3", none(0.0), x=still)  # NaN


if __name__ == "__main__":
    file = File("singular")
    points(file)
    silence(file)
    file.save()
