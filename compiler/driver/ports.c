/* ports.c: see ports.h. */
#include "driver/ports.h"

#include "driver/fit_batch.h"

#include <stdlib.h>
#include <string.h>

/* "expected one of: x (input), h (param)" */
static const char *list_names(job *j, const slots *const *groups, int n) {
    strbuf b = {0};
    for (int g = 0; g < n; g++)
        for (int i = 0; i < groups[g]->v.len; i++) sb_printf(&b, "%s%s", b.len ? ", " : "", groups[g]->v.data[i].name);
    const char *text = arena_strdup(j->a, sb_text(&b));
    sb_free(&b);
    return text;
}

static int unknown_port(job *j, const char *what, const char *name, const slots *const *groups, int n) {
    const char *names[256] = {NULL};
    int count = 0;
    for (int g = 0; g < n; g++)
        for (int i = 0; i < groups[g]->v.len && count < 256; i++) names[count++] = groups[g]->v.data[i].name;
    const char *near = nearest_name(name, names, count);
    const char *help = near ? arena_printf(j->a, "did you mean '%s'?", near)
                            : arena_printf(j->a, "there are: %s", list_names(j, groups, n));
    return complain_help(EXIT_USAGE, help, "--%s %s=...: the pipeline has no such name", what, name);
}

static bool as_number(const char *text, double *out) {
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0';
}

static int set_number(instance *x, slot *s, double v) {
    if (s->port->dtype == DSPC_INT && (v != (double)(int32_t)v))
        return complain(EXIT_WRONG, "--in %s=%g: '%s' is int", s->name, v, s->name);
    slot_fill(x, s, v); /* a number given to an array stands for all its elements */
    return EXIT_FINE;
}

static int set_file(job *j, instance *x, slot *s, const char *path, const char *const *sizes) {
    const char *why = "", *help = NULL;
    data_array d;
    if (!data_read(j->a, path, opt_given(j->o, OPT_allow_nonfinite), &d, &why)) {
        bool io = strncmp(why, "cannot read", 11) == 0;
        return complain(io ? EXIT_INTERNAL : EXIT_WRONG, "--in %s: %s", s->name, why);
    }
    s->file_rate = d.rate;
    if (feeds(j->o, s->name)) return feed_file(j, x, s, &d, path);
    type want = port_type(s->port);
    if (!data_fit(j->a, &d, &want, sizes, s->name, path, &why, &help))
        return complain_help(EXIT_WRONG, help, "%s", why);
    slot_store(x, s, d.v);
    return EXIT_FINE;
}

static int missing_inputs(job *j, const instance *x) {
    int missing = 0;
    for (int i = 0; i < x->in.v.len; i++) {
        const slot *s = &x->in.v.data[i];
        if (s->set || strcmp(s->name, opt_text(j->o, OPT_counter, "")) == 0) continue;
        type t = port_type(s->port);
        complain(EXIT_USAGE, "input '%s': %s has no value; say --in %s=%s", s->name, type_text(j->a, &t), s->name,
                 s->count == 1 ? "NUMBER" : "FILE");
        missing++;
    }
    return missing ? EXIT_USAGE : EXIT_FINE;
}

int ports_set(job *j, instance *x, size_names_fn *size_names, void *ctx) {
    const slots *groups[] = {&x->in, &x->params};
    for (int i = 0; i < j->o->of[OPT_in].uses.len; i++) {
        option_use use = j->o->of[OPT_in].uses.data[i];
        slot *s = slot_find(&x->in, use.name);
        if (!s) s = slot_find(&x->params, use.name);
        bool partners =
            x->partner && (slot_find(&x->partner->in, use.name) || slot_find(&x->partner->params, use.name));
        if (!s && partners) continue;
        if (!s) return unknown_port(j, "in", use.name, groups, 2);
        double v;
        s->given = use.value;
        int status = as_number(use.value, &v)
                         ? set_number(x, s, v)
                         : set_file(j, x, s, use.value, size_names ? size_names(ctx, s->name) : NULL);
        if (status != EXIT_FINE) return status;
    }
    return EXIT_FINE;
}

int ports_read(job *j, instance *x, size_names_fn *size_names, void *ctx) {
    int status = ports_set(j, x, size_names, ctx);
    return status == EXIT_FINE ? missing_inputs(j, x) : status;
}

/* The array an --out name stands for: an output, a param, `loss`, or grad.NAME. */
static slot *find_output(instance *x, const char *name) {
    if (strncmp(name, "grad.", 5) == 0) return slot_find(&x->grad, name + 5);
    slot *s = slot_find(&x->out, name);
    if (!s && strcmp(name, "loss") == 0 && x->loss >= 0) s = &x->out.v.data[x->loss];
    return s ? s : slot_find(&x->params, name);
}

static int no_gradient(job *j, instance *x, const char *name) {
    const char *leaf = name + 5;
    if (slot_find(&x->in, leaf))
        return complain_help(EXIT_USAGE, arena_printf(j->a, "say --wrt=%s", leaf),
                             "--out %s=...: '%s' is an input, and not differentiated", name, leaf);
    const slots *groups[] = {&x->grad};
    return unknown_port(j, "out", name, groups, 1);
}

int ports_check_outputs(job *j, instance *x, bool with_gradient) {
    for (int i = 0; i < j->o->of[OPT_out].uses.len; i++) {
        option_use use = j->o->of[OPT_out].uses.data[i];
        bool gradient = strncmp(use.name, "grad.", 5) == 0;
        if (gradient && !with_gradient)
            return complain(EXIT_USAGE, "--out %s=...: run computes no gradient; use dspc grad", use.name);
        if (!find_output(x, use.name)) {
            const slots *groups[] = {&x->out, &x->params};
            return gradient ? no_gradient(j, x, use.name) : unknown_port(j, "out", use.name, groups, 2);
        }
        if (strcmp(use.value, "-") != 0 && !data_known_ending(use.value))
            return complain(EXIT_USAGE,
                            "--out %s=%s: the ending does not say what kind of file to write; known are .npy .wav "
                            ".flac .aif .png .svg .csv .tsv .txt .dat, and - for a listing",
                            use.name, use.value);
    }
    return EXIT_FINE;
}

/* What a sound file is written with when the pipeline knows no rate: --rate, or that of the first sound file read. */
static double fallback_rate(const job *j, const instance *x) {
    for (int i = 0; i < x->in.v.len; i++)
        if (x->in.v.data[i].file_rate > 0) return opt_real(j->o, OPT_rate, x->in.v.data[i].file_rate);
    return opt_real(j->o, OPT_rate, 0);
}

int ports_write(job *j, instance *x) {
    int worst = EXIT_FINE;
    for (int i = 0; i < j->o->of[OPT_out].uses.len; i++) {
        option_use use = j->o->of[OPT_out].uses.data[i];
        data_array d = slot_array(x, find_output(x, use.name));
        const char *note = NULL, *why = "";
        if (d.rate <= 0) d.rate = fallback_rate(j, x);
        if (!data_write(j->a, use.value, use.name, &d, &note, &why)) worst = complain(EXIT_INTERNAL, "%s", why);
        else if (note && !opt_given(j->o, OPT_quiet)) fprintf(stderr, "dspc: note: %s\n", note);
    }
    return worst;
}
