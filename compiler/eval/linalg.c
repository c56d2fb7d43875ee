/* linalg.c: matrix products, elimination, Cholesky factors, triangular systems, by definition. */
#include <math.h>
#include <stdlib.h>

#include "eval/evaluators.h"

/* A matrix within a tensor: one item of it. ct reads its conjugate transpose. */
typedef struct matrix {
    const tensor *t;
    int64_t at, cols;
    bool ct;
} matrix;

static cval mat(const matrix *m, int64_t i, int64_t j) {
    return m->ct ? cv_conj(tensor_get(m->t, m->at + j * m->cols + i)) : tensor_get(m->t, m->at + i * m->cols + j);
}

void eval_matmul(const call *c) { /* attributes ta, tb */
    const tensor *a = c->args[0], *b = c->args[1];
    const type *y = &c->out->type;
    bool ta = attr_int(c->n, 0) != 0, tb = attr_int(c->n, 1) != 0;
    int64_t rows = axis_size(y, 2), cols = axis_size(y, 1), inner = axis_size(&a->type, ta ? 2 : 1);
    for (int64_t item = 0; item < lead_count(y, 2); item++) {
        matrix ma = {a, item_offset(&a->type, 2, y, 2, item), axis_size(&a->type, 1), ta};
        matrix mb = {b, item_offset(&b->type, 2, y, 2, item), axis_size(&b->type, 1), tb};
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < cols; j++) {
                csum s = {0.0L, 0.0L};
                for (int64_t k = 0; k < inner; k++) csum_mul(&s, mat(&ma, i, k), mat(&mb, k, j));
                tensor_put(c->out, (item * rows + i) * cols + j, csum_value(&s));
            }
    }
}

/* ---- elimination with row exchanges ---------------------------------------------------------------------------------- */
static void swap_rows(tensor *t, int64_t at, int64_t cols, int64_t i, int64_t j) {
    for (int64_t k = 0; k < cols && i != j; k++) {
        cval a = tensor_get(t, at + i * cols + k);
        tensor_put(t, at + i * cols + k, tensor_get(t, at + j * cols + k));
        tensor_put(t, at + j * cols + k, a);
    }
}

static double magnitude(cval a) {
    return hypot(a.re, a.im);
}

/* What pivots are compared by, as in LAPACK. */
static double pivot_size(cval a) {
    return fabs(a.re) + fabs(a.im);
}

/* Column k: the largest element on or below the diagonal comes up; the rows below become row - l * row k, l kept in place. */
static int64_t eliminate_column(tensor *f, int64_t at, int64_t n, int64_t k) {
    int64_t pivot = k;
    for (int64_t i = k + 1; i < n; i++)
        if (pivot_size(tensor_get(f, at + i * n + k)) > pivot_size(tensor_get(f, at + pivot * n + k))) pivot = i;
    swap_rows(f, at, n, k, pivot);
    cval diagonal = tensor_get(f, at + k * n + k);
    if (diagonal.re == 0.0 && diagonal.im == 0.0) return pivot; /* singular: the column is zero already */
    for (int64_t i = k + 1; i < n; i++) {
        cval l = cv_div(tensor_get(f, at + i * n + k), diagonal);
        tensor_put(f, at + i * n + k, l);
        for (int64_t j = k + 1; j < n; j++) {
            cval less = cv_mul(l, tensor_get(f, at + k * n + j));
            tensor_put(f, at + i * n + j, cv_sub(tensor_get(f, at + i * n + j), less));
        }
    }
    return pivot;
}

void eval_lu(
    const call *c) { /* rows 0..n-1: L below the diagonal (ones on it), U; row n: what row k was exchanged with */
    const tensor *a = c->args[0];
    int64_t n = axis_size(&a->type, 1);
    for (int64_t item = 0; item < lead_count(&a->type, 2); item++) {
        int64_t at = item * (n + 1) * n;
        for (int64_t i = 0; i < n * n; i++) tensor_put(c->out, at + i, tensor_get(a, item * n * n + i));
        for (int64_t k = 0; k < n; k++)
            tensor_put(c->out, at + n * n + k, cv((double)eliminate_column(c->out, at, n, k), 0.0));
    }
}

/* Solves the triangular system m x = b in place, b's columns at `at` of t. `lower` is the shape of m as read (after ct). */
static void triangular(const matrix *m, bool lower, bool unit, int64_t n, tensor *t, int64_t at, int64_t cols) {
    for (int64_t s = 0; s < n; s++) {
        int64_t i = lower ? s : n - 1 - s;
        for (int64_t col = 0; col < cols; col++) {
            csum sum = {0.0L, 0.0L};
            for (int64_t j = lower ? 0 : i + 1; j < (lower ? i : n); j++)
                csum_mul(&sum, mat(m, i, j), tensor_get(t, at + j * cols + col));
            cval x = cv_sub(tensor_get(t, at + i * cols + col), csum_value(&sum));
            bool real = t->type.dt != T_COMPLEX;
            cval d = mat(m, i, i);
            if (!unit) x = real ? cv(x.re / d.re, 0.0) : cv_div(x, d);
            tensor_put(t, at + i * cols + col, x);
        }
    }
}

static void copy_item(tensor *to, int64_t at, const tensor *from, int64_t begin, int64_t count) {
    for (int64_t i = 0; i < count; i++) tensor_put(to, at + i, tensor_get(from, begin + i));
}

/* P a = L U, so a x = b is  x = U^-1 L^-1 P b,  and a^H x = b is  x = P^T L^-H U^-H b. Arguments a, f, b; attribute ct. */
void eval_lu_solve(const call *c) {
    const tensor *f = c->args[1], *b = c->args[2];
    const type *y = &c->out->type;
    bool ct = attr_int(c->n, 0) != 0;
    int64_t n = axis_size(y, 2), cols = axis_size(y, 1);
    for (int64_t item = 0; item < lead_count(y, 2); item++) {
        int64_t at = item * n * cols, fat = item_offset(&f->type, 2, y, 2, item), pivots = fat + n * n;
        matrix m = {f, fat, n, ct};
        copy_item(c->out, at, b, item_offset(&b->type, 2, y, 2, item), n * cols);
        if (!ct) {
            for (int64_t k = 0; k < n; k++) swap_rows(c->out, at, cols, k, (int64_t)tensor_get(f, pivots + k).re);
            triangular(&m, true, true, n, c->out, at, cols);
            triangular(&m, false, false, n, c->out, at, cols);
        } else {
            triangular(&m, true, false, n, c->out, at, cols);
            triangular(&m, false, true, n, c->out, at, cols);
            for (int64_t k = n - 1; k >= 0; k--) swap_rows(c->out, at, cols, k, (int64_t)tensor_get(f, pivots + k).re);
        }
    }
}

void eval_lu_logabsdet(const call *c) {
    const tensor *f = c->args[1];
    int64_t n = axis_size(&f->type, 1);
    for (int64_t item = 0; item < lead_count(&c->out->type, 0); item++) {
        int64_t at = item_offset(&f->type, 2, &c->out->type, 0, item);
        long double s = 0.0L;
        for (int64_t k = 0; k < n; k++) s += log(magnitude(tensor_get(f, at + k * n + k)));
        c->out->v[item] = (double)s;
    }
}

void eval_lu_det(const call *c) {
    const tensor *f = c->args[1];
    int64_t n = axis_size(&f->type, 1);
    for (int64_t item = 0; item < lead_count(&c->out->type, 0); item++) {
        int64_t at = item_offset(&f->type, 2, &c->out->type, 0, item);
        cval p = cv(1.0, 0.0);
        for (int64_t k = 0; k < n; k++) {
            p = cv_mul(p, tensor_get(f, at + k * n + k));
            if ((int64_t)tensor_get(f, at + n * n + k).re != k) p = cv(-p.re, -p.im); /* an exchange changes the sign */
        }
        tensor_put(c->out, item, p);
    }
}

/* l[i,j] = (a[i,j] - sum over k < j of l[i,k] conj(l[j,k])) / l[j,j];  l[j,j] = sqrt of that numerator at i = j. */
void eval_cholesky(const call *c) {
    const tensor *a = c->args[0];
    tensor *l = c->out;
    int64_t n = axis_size(&a->type, 1);
    for (int64_t item = 0; item < lead_count(&a->type, 2); item++) {
        int64_t at = item * n * n;
        for (int64_t j = 0; j < n; j++)
            for (int64_t i = j; i < n; i++) {
                csum s = {0.0L, 0.0L};
                for (int64_t k = 0; k < j; k++)
                    csum_mul(&s, tensor_get(l, at + i * n + k), cv_conj(tensor_get(l, at + j * n + k)));
                cval rest = cv_sub(tensor_get(a, at + i * n + j), csum_value(&s));
                double d = i == j ? sqrt(rest.re > 0.0 ? rest.re : NAN) : tensor_get(l, at + j * n + j).re;
                tensor_put(l, at + i * n + j, i == j ? cv(d, 0.0) : cv(rest.re / d, rest.im / d));
            }
    }
}

void eval_trisolve(const call *c) { /* arguments l, b; attributes lower, ct */
    const tensor *l = c->args[0], *b = c->args[1];
    const type *y = &c->out->type;
    bool lower = attr_int(c->n, 0) != 0, ct = attr_int(c->n, 1) != 0;
    int64_t n = axis_size(y, 2), cols = axis_size(y, 1);
    for (int64_t item = 0; item < lead_count(y, 2); item++) {
        matrix m = {l, item_offset(&l->type, 2, y, 2, item), n, ct};
        copy_item(c->out, item * n * cols, b, item_offset(&b->type, 2, y, 2, item), n * cols);
        triangular(&m, lower != ct, false, n, c->out, item * n * cols, cols);
    }
}
