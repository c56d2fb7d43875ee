#!/usr/bin/python3
"""Writes cases/wavelets.txt: what PyWavelets says to the wavelet transforms. Gradients are the transposes of its matrices,
column by column: in most modes its inverse is another matrix.

Needs Debian's python3-pywt. Run it as `python3 tests/agree/oracle_wavelets.py`.
"""
import numpy as np
import pywt

from oracle import File, R

MODES = ("zero", "constant", "symmetric", "periodic", "smooth", "periodization", "reflect", "antisymmetric", "antireflect")
NAMES = ["haar"] + [f"{f}{n}" for f, a, b in (("db", 1, 20), ("sym", 2, 20), ("coif", 1, 5)) for n in range(a, b + 1)]
NAMES += [f + w[4:] for w in pywt.wavelist("bior") for f in ("bior", "rbio")]


def word(name):
    return f'"{name}"' if "." in name else name


def filters(t):
    """All families, each in one case: the four filters of every member times the beginning of x."""
    for family in ("haar", "db", "sym", "coif", "bior", "rbio"):
        banks = {n: np.array(pywt.Wavelet(n).filter_bank) for n in NAMES if n.startswith(family)}
        each = ", ".join(f"wavelet_filters({word(n)}) @ x[0:{b.shape[1]}]" for n, b in banks.items())
        t.case("filters_" + family, f"concat({each})" if len(banks) > 1 else each,
               lambda x, banks=banks: np.concatenate([b @ x.numpy()[:b.shape[1]] for b in banks.values()]), grad=False, x=R(40))


def steps(t):
    def one(name, mode):
        return lambda x: np.stack(pywt.dwt(x, name, mode=mode), -2)

    for mode in MODES:
        for name, n in (("haar", 5), ("db3", 8), ("db3", 11), ("bior2.2", 7), ("sym5", 3), ("db2", 1), ("db4", 2)):
            if n == 1 and "reflect" in mode:
                continue  # PyWavelets 1.1.1 does not return; dspc repeats the sample
            t.case(f"dwt_{mode}_{name.replace('.', '_')}_{n}", f"dwt_bands(x, wavelet_filters({word(name)}), {mode})", one(name, mode),
                   linear=True, x=R(n))
        for name, m in (("haar", 3), ("db3", 6), ("rbio2.4", 5)):
            y = R(m, seed=2)
            t.case(f"idwt_{mode}_{name.replace('.', '_')}", f"idwt(x, y, wavelet={word(name)}, mode={mode})",
                   lambda x, y, name=name, mode=mode: pywt.idwt(x.numpy(), y.numpy(), name, mode=mode), grad=False, x=R(m), y=y)
            t.case(f"idwt_{mode}_{name.replace('.', '_')}_low", f"idwt(x, 0*x, wavelet={word(name)}, mode={mode})",
                   lambda x, name=name, mode=mode: pywt.idwt(x, 0 * x, name, mode=mode), linear=True, x=R(m))


def several(t):
    def dec(name, mode, level):
        return lambda x: np.concatenate(pywt.wavedec(x, name, mode=mode, level=level))

    def rec(name, mode, level, n):
        sizes = [len(c) for c in pywt.wavedec(np.zeros(n), name, mode=mode, level=level)]
        at = np.cumsum([0] + sizes)
        return sum(sizes), lambda c: pywt.waverec([c[a:b] for a, b in zip(at, at[1:])], name, mode=mode)[:n]

    for name, mode, level, n in (("db2", "symmetric", 3, 29), ("haar", "zero", 5, 32), ("db4", "periodization", 2, 31), ("bior4.4", "reflect", 2, 24),
                                 ("sym4", "smooth", 3, 40), ("haar", "periodization", 11, 6), ("haar", "periodization", 20, 5), ("db2", "antireflect", 6, 17)):
        tag = f"{name.replace('.', '_')}_{mode}_{level}"
        t.case("wavedec_" + tag, f"wavedec(x, wavelet={word(name)}, mode={mode}, level={level})", dec(name, mode, level), linear=True, x=R(n))
        size, f = rec(name, mode, level, n)
        t.case("waverec_" + tag, f"waverec(c, {n}, wavelet={word(name)}, mode={mode}, level={level})", f, linear=True, c=R(size))
    t.case("wavedec_default", "wavedec(x)", lambda x: np.concatenate(pywt.wavedec(x, "db4")), linear=True, x=R(64))
    t.case("wavedec_batch", "wavedec(x, wavelet=db2, level=2)", lambda x: np.concatenate(pywt.wavedec(x, "db2", level=2), axis=-1),
           linear=True, x=R(2, 12))


def pictures(t):
    def flat(c):  # pywt.ravel_coeffs would put the vertical details first
        return np.concatenate([c[0].ravel()] + [d.ravel() for level in c[1:] for d in level])

    def unflat(row, like):
        at, out = like[0].size, [row[:like[0].size].reshape(like[0].shape)]
        for level in like[1:]:
            out.append(tuple(row[at + k * d.size:at + (k + 1) * d.size].reshape(d.shape) for k, d in enumerate(level)))
            at += 3 * level[0].size
        return out

    for name, mode, level, h, w in (("haar", "symmetric", 1, 4, 6), ("db2", "symmetric", 2, 9, 8), ("db3", "periodization", 2, 7, 10),
                                    ("bior2.2", "reflect", 1, 6, 5), ("sym4", "antireflect", 1, 5, 3), ("haar", "periodization", 12, 3, 4)):
        tag = f"{name.replace('.', '_')}_{mode}"
        t.case("wavedec2_" + tag, f"wavedec2(x, wavelet={word(name)}, mode={mode}, level={level})",
               lambda x, name=name, mode=mode, level=level: flat(pywt.wavedec2(x, name, mode=mode, level=level)), linear=True, x=R(h, w))
        like = pywt.wavedec2(np.zeros((h, w)), name, mode=mode, level=level)
        t.case("waverec2_" + tag, f"waverec2(c, {h}, {w}, wavelet={word(name)}, mode={mode}, level={level})",
               lambda c, name=name, mode=mode, h=h, w=w, like=like: pywt.waverec2(unflat(c, like), name, mode=mode)[:h, :w],
               linear=True, c=R(len(flat(like))))
    for k, band in enumerate("ahvd"):
        t.case(f"dwt2_{band}", f"dwt2(x, wavelet=db2)[{k}]",
               lambda x, k=k: (lambda c: (c[0], *c[1])[k])(pywt.dwt2(x, "db2")), linear=True, x=R(5, 6))


if __name__ == "__main__":
    table = File("wavelets")
    filters(table)
    steps(table)
    several(table)
    pictures(table)
    table.save()
