#!/usr/bin/python3
"""Writes cases/distances.txt: what torch.nn.functional says, in double precision, to the losses of probabilities, likelihoods and
margins, with its defaults.

Needs Debian's python3-torch. Run it as `python3 tests/agree/oracle_distances.py`.
"""
import torch
import torch.nn.functional as F

from oracle import File, I, R, V

torch.set_default_dtype(torch.float64)


def likelihoods(t):
    x, p = R(3, 4, lo=-3, hi=0), R(3, 4, seed=2, lo=0.05, hi=1)
    for r in ("mean", "batchmean", "sum", "none"):
        t.case(f"kl_div_{r}", f"kl_div(x, p, reduction={r})", lambda x, p, r=r: F.kl_div(x, p, reduction=r), x=x, p=p)
    t.case("kl_div_log", "kl_div(x, q, log_target=1)", lambda x, q: F.kl_div(x, q, log_target=True), x=x, q=R(3, 4, seed=2, lo=-2, hi=0))
    t.case("kl_div_zero", "kl_div(x, p)", lambda x, p: F.kl_div(x, p), grad=["x"], x=R(3, lo=-3, hi=0), p=V([0.0, 1.0, 0.0]))
    for r in ("mean", "sum", "none"):
        t.case(f"nll_loss_{r}", f"nll_loss(x, i, reduction={r})", lambda x, i, r=r: F.nll_loss(x, i, reduction=r), x=x, i=I(3))
        t.case(f"gaussian_nll_{r}", f"gaussian_nll_loss(x, p, v, reduction={r})", lambda x, p, v, r=r: F.gaussian_nll_loss(x, p, v, reduction=r),
               x=x, p=p, v=R(3, 4, seed=3, lo=0.2, hi=2))
        t.case(f"poisson_nll_{r}", f"poisson_nll_loss(x, p, reduction={r})", lambda x, p, r=r: F.poisson_nll_loss(x, p, reduction=r), x=x, p=p)
    t.case("gaussian_nll_full", "gaussian_nll_loss(x, p, v, full=1)", lambda x, p, v: F.gaussian_nll_loss(x, p, v, full=True), x=x, p=p, v=R(3, 1, seed=3, lo=0.2, hi=2))
    t.case("gaussian_nll_floor", "gaussian_nll_loss(x, p, v, eps=0.5)", lambda x, p, v: F.gaussian_nll_loss(x, p, v, eps=0.5), grad=["x", "p"],
           x=x, p=p, v=R(3, 4, seed=3, lo=0.2, hi=0.9))
    t.case("poisson_nll_mean_itself", "poisson_nll_loss(x, p, log_input=0)", lambda x, p: F.poisson_nll_loss(x, p, log_input=False), x=R(3, 4, lo=0.1, hi=3), p=p)
    for r in ("mean", "sum", "none"):
        t.case(f"smooth_l1_{r}", f"smooth_l1_loss(a, b, beta=0.7, reduction={r})", lambda a, b, r=r: F.smooth_l1_loss(a, b, beta=0.7, reduction=r),
               a=R(3, 4, lo=-2, hi=2), b=R(3, 4, seed=2, lo=-2, hi=2))


def vectors(t):
    a, b, c = R(4, 5), R(4, 5, seed=2), R(4, 5, seed=3)
    t.case("cosine_similarity", "cosine_similarity(a, b)", lambda a, b: F.cosine_similarity(a, b, dim=-1), a=a, b=b)
    t.case("cosine_similarity_one", "cosine_similarity(a, b)", lambda a, b: F.cosine_similarity(a, b, dim=-1), a=R(5), b=R(5, seed=2))
    for p in (1, 2, 3, 1.5):
        t.case(f"pairwise_distance_{p}", f"pairwise_distance(a, b, p={p})", lambda a, b, p=p: F.pairwise_distance(a, b, p), a=a, b=b)
    t.case("pairwise_distance_inf", "pairwise_distance(a, b, p=inf)", lambda a, b: F.pairwise_distance(a, b, float("inf")), a=a, b=b)
    t.case("pairwise_distance_same", "pairwise_distance(a, a)", lambda a: F.pairwise_distance(a, a), grad=False, a=a)
    for r in ("mean", "sum", "none"):
        t.case(f"triplet_{r}", f"triplet_margin_loss(a, b, c, reduction={r})", lambda a, b, c, r=r: F.triplet_margin_loss(a, b, c, reduction=r), a=a, b=b, c=c)
        t.case(f"cosine_embedding_{r}", f"cosine_embedding_loss(a, b, s, margin=-0.5, reduction={r})",
               lambda a, b, s, r=r: F.cosine_embedding_loss(a, b, s, margin=-0.5, reduction=r), grad=["a", "b"], a=a, b=b, s=V([1.0, -1.0, -1.0, 1.0]))
    t.case("triplet_swap", "triplet_margin_loss(a, b, c, margin=0.4, p=1, swap=1)", lambda a, b, c: F.triplet_margin_loss(a, b, c, margin=0.4, p=1, swap=True), a=a, b=b, c=c)


def margins(t):
    x, y, s = R(6, lo=-2, hi=2), R(6, seed=2, lo=-2, hi=2), V([1.0, -1.0, -1.0, 1.0, 1.0, -1.0])
    for r in ("mean", "sum", "none"):
        t.case(f"margin_ranking_{r}", f"margin_ranking_loss(x, y, s, margin=0.3, reduction={r})",
               lambda x, y, s, r=r: F.margin_ranking_loss(x, y, s, margin=0.3, reduction=r), grad=["x", "y"], x=x, y=y, s=s)
        t.case(f"hinge_embedding_{r}", f"hinge_embedding_loss(x, s, reduction={r})", lambda x, s, r=r: F.hinge_embedding_loss(x, s, reduction=r), grad=["x"], x=x, s=s)
        t.case(f"soft_margin_{r}", f"soft_margin_loss(x, s, reduction={r})", lambda x, s, r=r: F.soft_margin_loss(x, s, reduction=r), grad=["x"], x=x, s=s)
        t.case(f"multi_margin_{r}", f"multi_margin_loss(z, i, reduction={r})", lambda z, i, r=r: F.multi_margin_loss(z, i, reduction=r), z=R(3, 4), i=I(3))
    t.case("margin_ranking", "margin_ranking_loss(x, y, s)", lambda x, y, s: F.margin_ranking_loss(x, y, s), grad=["x", "y"], x=x, y=y, s=s)
    t.case("multi_margin_squares", "multi_margin_loss(z, i, p=2, margin=0.6)", lambda z, i: F.multi_margin_loss(z, i, p=2, margin=0.6), z=R(3, 4), i=I(3))


if __name__ == "__main__":
    distances = File("distances")
    for group in (likelihoods, vectors, margins):
        group(distances)
    distances.save()
