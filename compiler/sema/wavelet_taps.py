#!/usr/bin/python3
"""Writes wavelet_taps.c: the low-pass filters of the wavelets that wavelet.h knows, computed from their constructions in
60 digits. Needs python3-mpmath; `--check` also compares with PyWavelets (python3-pywt).

  db N    I. Daubechies, Ten Lectures on Wavelets (1992), ch. 6: ((1+z)/2)^N times the roots inside the unit circle of
          Q(y) = sum over k < N of C(N-1+k, k) y^k, y = (2 - z - 1/z)/4.
  sym N   the same polynomial with other choices between z and 1/z: those of least asymmetry.
  coif K  6K taps: orthonormal, 2K moments of the wavelet and 2K-1 of the scaling function about 2K vanish (Newton).
  bior    A. Cohen, I. Daubechies, J.-C. Feauveau (1992): Q's factors shared out between the two filters.
"""
import os
import sys

import mpmath as mp

mp.mp.dps = 60
SYMMETRIC = [0, 0, 1, 2, 5, 4, 5, 6, 21, 12, 42, 14, 26, 28, 154, 113, 357, 92, 666]  # inverted groups, sym2..20
# name: zeros at -1 of the reconstruction filter, of the decomposition filter, groups of roots of Q the former gets
BIORTHOGONAL = {f"{a}.{b}": (a, b, 0) for a, bs in ((1, (1, 3, 5)), (2, (2, 4, 6, 8)), (3, (1, 3, 5, 7, 9))) for b in bs}
BIORTHOGONAL.update({"4.4": (4, 4, 1), "5.5": (6, 4, 1), "6.8": (6, 8, 2)})
# first digits of Daubechies' tables, which the iteration makes exact
COIFLETS = [
    "-0.072733 0.3379 0.85257 0.38486 -0.072733 -0.015656",
    "0.016387 -0.041465 -0.067373 0.38611 0.81272 0.41701 -0.076489 -0.059434 0.02368 "
    "0.0056114 -0.0018232 -0.00072055",
    "-0.0037935 0.0077826 0.023453 -0.065772 -0.061123 0.40518 0.79378 0.42848 -0.0718 "
    "-0.082302 0.034555 0.015881 -0.009008 -0.0025745 0.0011175 0.00046622 -7.0983e-05 -3.46e-05",
    "0.00089231 -0.0016295 -0.0073462 0.016069 0.026682 -0.081267 -0.056077 0.41531 0.78224 "
    "0.43439 -0.066627 -0.09622 0.039334 0.025082 -0.015212 -0.0056583 0.0037514 0.0012666 "
    "-0.00058902 -0.00025997 6.2339e-05 3.123e-05 -3.2596e-06 -1.785e-06",
    "-0.000212082 0.000358578 0.00217829 -0.00415931 -0.0101316 0.0234083 0.0281697 -0.0919216 -0.0520467 "
    "0.421571 0.774294 0.437982 -0.0620378 -0.105563 0.0412875 0.0326748 -0.0197584 -0.00915951 "
    "0.00676152 0.00243158 -0.00166163 -0.000637559 0.000301858 0.000140356 -4.12199e-05 -2.12702e-05 3.70073e-06 "
    "2.06122e-06 -1.6238e-07 -9.60401e-08",
]


def product(a, b):
    r = [mp.mpc(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            r[i + j] += x * y
    return r


def roots_of_q(n):
    """The roots y of Q in groups: one real root, or a conjugate pair; by rising real part of z, the root inside."""
    if n == 1:
        return []
    ys = mp.polyroots([mp.binomial(n - 1 + k, k) for k in range(n)][::-1], maxsteps=400, extraprec=600)
    real = [[mp.re(y)] for y in ys if abs(mp.im(y)) < mp.mpf(10) ** -40]
    return real + [[y, mp.conj(y)] for y in ys if mp.im(y) >= mp.mpf(10) ** -40]


def inside(y):
    z = 1 - 2 * y + mp.sqrt((1 - 2 * y) ** 2 - 1)
    return z if abs(z) < 1 else 1 / z


def orthogonal(n, inverted=0):
    groups = sorted(([inside(y) for y in g] for g in roots_of_q(n)), key=lambda g: float(mp.re(g[0])))
    p = [mp.mpf(1)]
    for _ in range(n):
        p = product(p, [1, 1])
    for i, g in enumerate(groups):
        for z in g:
            p = product(p, [1, -1 / z if inverted >> i & 1 else -z])
    p = [mp.re(c) for c in p]
    return [c * mp.sqrt(2) / sum(p) for c in p]


def coiflet(k):
    n, c = 6 * k, 2 * k
    h = mp.matrix([mp.mpf(x) for x in COIFLETS[k - 1].split()])
    for _ in range(12):
        rows, rest = [[1] * n], [sum(h) - mp.sqrt(2)]
        for s in range(3 * k):
            at = lambda i: h[i] if 0 <= i < n else mp.mpf(0)
            rows.append([at(i + 2 * s) + at(i - 2 * s) for i in range(n)])
            rest.append(sum(h[i] * at(i + 2 * s) for i in range(n)) - (s == 0))
        for p in range(2 * k):
            signed = [(-1) ** i * mp.mpf(i - c) ** p / mp.mpf(n) ** p for i in range(n)]
            rows += [signed] + ([[abs(x) * (-1 if i < c and p % 2 else 1) for i, x in enumerate(signed)]] if p else [])
        rest += [sum(a * b for a, b in zip(r, h)) for r in rows[len(rest):]]
        step = mp.lu_solve(mp.matrix(rows), mp.matrix(rest))  # least squares: more conditions than taps, all consistent
        h -= step
        if mp.norm(step) < mp.mpf(10) ** -40:
            return list(h)
    raise SystemExit(f"coif{k}: the iteration did not converge: {mp.nstr(mp.norm(step), 5)}")


def biorthogonal(name):
    """(decomposition, reconstruction) low-pass filters in the places PyWavelets and MATLAB give them."""
    zr, zd, mine = BIORTHOGONAL[name]
    a, b = (int(x) for x in name.split("."))
    filters = []
    for dec in (True, False):
        p = [mp.sqrt(2)]
        for _ in range(zd if dec else zr):
            p = product(p, [mp.mpf(0.5)] * 2)
        for i, g in enumerate(roots_of_q((zr + zd) // 2)):
            for y in g if bool(mine >> i & 1) != dec else []:
                p = product(p, [1 / (4 * y), 1 - 1 / (2 * y), 1 / (4 * y)])  # 1 - (2 - z - 1/z)/(4 y)
        filters.append([mp.re(c) for c in p])
    longest = max(len(f) for f in filters)
    size = 12 if name == "5.5" else longest + longest % 2
    for k, f in enumerate(filters):
        centre = mp.mpf(size - 1) / 2 if len(f) % 2 == 0 else mp.mpf(size) / 2 - k
        before = int(centre - mp.mpf(len(f) - 1) / 2)
        filters[k] = [mp.mpf(0)] * before + f + [mp.mpf(0)] * (size - before - len(f))
    return filters


def table():
    for n in range(1, 21):
        h = orthogonal(n)
        yield f"db{n}", h[::-1], h
    for n in range(2, 21):
        h = orthogonal(n, SYMMETRIC[n - 2])
        yield f"sym{n}", h[::-1], h
    for k in range(1, 6):
        h = coiflet(k)
        yield f"coif{k}", h[::-1], h
    for name in BIORTHOGONAL:
        yield (f"bior{name}", *biorthogonal(name))


def check(name, dec, rec):
    import pywt
    w = pywt.Wavelet(name)
    apart = max(abs(float(a) - b) for a, b in zip(dec + rec, w.dec_lo + w.rec_lo)) if len(dec) == w.dec_len else 1
    print(f"{name:8} {apart:.1e}")
    return apart < 1e-10


def lines(values):
    text = [mp.nstr(v, 17, min_fixed=-1, max_fixed=1) for v in values]
    return "".join("    " + ", ".join(text[i:i + 5]) + ",\n" for i in range(0, len(text), 5))


def main():
    all_taps = list(table())
    if "--check" in sys.argv:
        sys.exit(0 if all([check(*w) for w in all_taps]) else 1)
    out = ["/* wavelet_taps.c: written by wavelet_taps.py; do not edit. Low-pass filters, see wavelet.h. */\n",
           "#include \"sema/wavelet.h\"\n\n/* clang-format off */\nconst double wavelet_taps[] = {\n"]
    index, at = [], 0
    for name, dec, rec in all_taps:
        both = name.startswith("bior")
        out.append(f"    /* {name} */\n" + (lines(dec) if both else "") + lines(rec))
        index.append(f"    {{\"{name}\", {len(rec)}, {at}, {str(both).lower()}}},\n")
        at += len(rec) * (1 + both)
    out.append("};\n\nconst wavelet_entry wavelet_index[] = {\n" + "".join(index) + "};\n\n")
    out.append(f"const int wavelet_count = {len(index)};\n")
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "wavelet_taps.c"), "w") as f:
        f.write("".join(out))


main()
