#!/usr/bin/python3
"""Writes cases/sparsity.txt: group and wavelet penalties and their proximal maps, by NumPy's norms and PyWavelets' transforms, whose
matrices torch differentiates through. That a map is the proximal one is shown here by the optimality condition: (v - x)/t lies
in the penalty's sub-differential at x.

Needs Debian's python3-pywt and python3-torch. Run it as `python3 tests/agree/oracle_sparsity.py`.
"""
import numpy as np
import pywt
import torch
import torch.nn.functional as F

from oracle import C, File, R, V
from oracle_wavelets import word


def matrix(transform, shape):
    """The matrix of a linear transform of arrays, column by column."""
    n = int(np.prod(shape))
    return torch.tensor(np.stack([transform(e.reshape(shape)) for e in np.eye(n)], 1))


def row(x, name, mode, level):
    return np.concatenate(pywt.wavedec(x, name, mode=mode, level=level), axis=-1)


def row2(x, name, mode, level):
    c = pywt.wavedec2(x, name, mode=mode, level=level)
    return np.concatenate([c[0].ravel()] + [d.ravel() for bands in c[1:] for d in bands])


def coefficients(x, w):
    return w.to(x.dtype) @ x.reshape(-1)


def shrink(c, t):
    n = abs(c)
    return torch.where(n > t, c * (1 - t / torch.where(n > 0, n, n + 1)), 0 * c)


def groups(t):
    size = lambda x, d, eps: torch.sqrt((abs(x) ** 2).sum(d) + eps**2).sum()
    t.case("group_rows", "group_lasso(x)", lambda x: torch.linalg.vector_norm(x, dim=-1).sum(), x=R(4, 3))
    t.case("group_columns", "group_lasso(x, axis=0)", lambda x: torch.linalg.vector_norm(x, dim=0).sum(), x=C(4, 3))
    t.case("group_two_axes", "group_lasso(x, axis=[0, 2])", lambda x: torch.linalg.vector_norm(x, dim=(0, 2)).sum(), x=R(2, 4, 3))
    t.case("group_smooth", "group_lasso(x, eps=0.3)", lambda x: size(x, -1, 0.3), x=R(4, 3))
    t.case("group_smooth_complex", "group_lasso(x, axis=0, eps=0.3)", lambda x: size(x, 0, 0.3), x=C(4, 3))
    t.case("group_blocks", "group_lasso(reshape(x, [-1, 4]))", lambda x: torch.linalg.vector_norm(x.reshape(-1, 4), dim=-1).sum(), x=R(12))
    # the singular point: a group that is 0, beside one that is not
    t.case("group_zero", "group_lasso(x)", lambda x: x[0, 1] * 0.8 + x[0, 0] * 0.6 + 0 * x.sum(), x=V([[3.0, 4.0], [0.0, 0.0]]))
    t.case("group_zero_complex", "group_lasso(x)", lambda x: abs(x[1]).sum() + 0 * x.real.sum(), x=V([[0j], [3 - 4j]], "complex"))
    t.case("group_zero_smooth", "group_lasso(x, eps=0.5)", lambda x: size(x, -1, 0.5), x=V([[3.0, 4.0], [0.0, 0.0]]))
    t.case("group_threshold_zero", "group_threshold(x, 1)", lambda x: torch.stack((x[0] * F.relu(1 - 1 / torch.linalg.vector_norm(x[0])), 0 * x[1])),
           x=V([[3.0, 4.0], [0.0, 0.0]]))

    def sparse(x, a, b):
        y = F.softshrink(x, 1) if a is None else torch.sign(x) * F.relu(abs(x) - a)
        n = torch.linalg.vector_norm(y, dim=-1, keepdim=True)
        out = torch.where(n > b, y * (1 - b / n), 0 * y)
        p = out.detach()
        for v, q in zip(x.detach(), p):  # optimality: v - q in a d|q|_1 + b d|q|
            if q.norm() > 0:
                rest = v - q - float(b) * q / q.norm()
                assert (abs(rest) <= float(a) + 1e-12).all() and torch.allclose(rest[q != 0], float(a) * torch.sign(q[q != 0]))
        return out
    t.case("sparse_group", "sparse_group_threshold(x, a, b)", sparse, x=R(4, 5, lo=-2, hi=2), a=V(0.3), b=V(0.9))


def wavelets(t):
    for name, mode, level, n in (("db4", "periodization", 2, 32), ("haar", "periodization", 3, 24), ("sym4", "symmetric", 2, 27), ("bior2.2", "reflect", 3, 40),
                                 ("db2", "zero", 1, 9), ("coif1", "smooth", 2, 21)):
        w = matrix(lambda x: row(x, name, mode, level), (n,))
        call = f"wavelet={word(name)}, mode={mode}, level={level}"
        tag = f"{name.replace('.', '_')}_{mode}"
        t.case("l1_" + tag, f"wavelet_l1(x, {call})", lambda x: abs(coefficients(x, w)).sum(), x=R(n))
        t.case("l1_smooth_" + tag, f"wavelet_l1(x, {call}, eps=0.2)", lambda x: torch.sqrt(abs(coefficients(x, w)) ** 2 + 0.04).sum(), x=C(n))
        first = pywt.dwt_coeff_len(n, pywt.Wavelet(name).dec_len, mode)
        for _ in range(level - 1):
            first = pywt.dwt_coeff_len(first, pywt.Wavelet(name).dec_len, mode)
        t.case("l1_details_" + tag, f"wavelet_l1(x, {call}, details=1)", lambda x: abs(coefficients(x, w)[first:]).sum(), x=R(n))
    w = matrix(lambda x: row(x, "db4", "periodization", 3), (64,))
    t.case("l1_default", "wavelet_l1(x)", lambda x: abs(coefficients(x, w)).sum(), x=R(64))
    for name, mode, level, shape in (("db2", "periodization", 2, (8, 12)), ("haar", "symmetric", 1, (5, 6)), ("bior2.2", "reflect", 1, (7, 8))):
        w = matrix(lambda x: row2(x, name, mode, level), shape)
        call = f"wavelet={word(name)}, mode={mode}, level={level}"
        tag = f"{name.replace('.', '_')}_{mode}"
        t.case("l1_picture_" + tag, f"wavelet2_l1(x, {call})", lambda x: abs(coefficients(x, w)).sum(), x=R(*shape))
        t.case("l1_picture_smooth_" + tag, f"wavelet2_l1(x, {call}, eps=0.2)", lambda x: torch.sqrt(abs(coefficients(x, w)) ** 2 + 0.04).sum(), x=R(*shape))
        first = pywt.wavedec2(np.zeros(shape), name, mode=mode, level=level)[0].size
        t.case("l1_picture_details_" + tag, f"wavelet2_l1(x, {call}, details=1)", lambda x: abs(coefficients(x, w)[first:]).sum(), x=R(*shape))
    # a signal whose coefficients are 0: derivative 0, smooth or not
    t.case("l1_zero", "wavelet_l1(x, wavelet=haar, level=1)", lambda x: 0 * x.sum(), x=V([0.0, 0.0, 0.0, 0.0]))
    t.case("l1_flat_details", "wavelet_l1(x, wavelet=haar, level=2, details=1, eps=0.1)", lambda x: 0.3 + 0 * x.sum(), x=V([1.0, 1.0, 1.0, 1.0]))


def maps(t):
    def prox(w, first=0):
        assert np.allclose(w @ w.T, np.eye(len(w)))

        def f(x, step):
            c = coefficients(x, w)
            s = torch.cat((c[:first], shrink(c[first:], step)))
            y = (w.T.to(x.dtype) @ s).reshape(x.shape)
            rest = coefficients((x - y).detach(), w) / float(step)  # in the sub-differential of the sum of moduli at s
            on = abs(s.detach()) > 0
            on[:first] = False
            assert torch.allclose(rest[on], (s[on] / abs(s[on])).detach()) and (abs(rest) <= 1 + 1e-9).all() and (abs(rest[:first]) < 1e-9).all()
            return y
        return f

    for name, level, n, kind in (("haar", 2, 12, R), ("db2", 3, 32, R), ("sym4", 1, 10, C), ("coif1", 2, 24, R)):
        w = matrix(lambda x: row(x, name, "periodization", level), (n,))
        call = f"wavelet={name}, level={level}"
        t.case(f"prox_{name}", f"prox_wavelet_l1(x, step, {call})", prox(w), x=kind(n), step=V(0.35))
        t.case(f"prox_details_{name}", f"prox_wavelet_l1(x, step, {call}, details=1)", prox(w, n >> level), x=kind(n), step=V(0.35))
    w = matrix(lambda x: row2(x, "db2", "periodization", 2), (8, 12))
    t.case("prox_picture", "prox_wavelet2_l1(x, step, wavelet=db2, level=2)", prox(w), x=R(8, 12), step=V(0.35))
    t.case("prox_picture_details", "prox_wavelet2_l1(x, step, wavelet=db2, level=2, details=1)", prox(w, 6), x=R(8, 12), step=V(0.35))
    w = matrix(lambda x: row(x, "db2", "periodization", 2), (16,))
    bands = "t[wavelet_bands(16, wavelet=db2, level=2, mode=periodization)]"

    def by_band(x, t):
        c = coefficients(x, w)
        return w.T @ torch.sign(c).mul(F.relu(abs(c) - t[[0] * 4 + [1] * 4 + [2] * 8]))
    t.case("prox_by_band", f"prox_wavelet_l1(x, {bands}, wavelet=db2, level=2)", by_band, x=R(16), t=V([0.0, 0.2, 0.6]))


if __name__ == "__main__":
    t = File("sparsity")
    groups(t)
    wavelets(t)
    maps(t)
    t.save()
