/* manual.c: the entries of the manual, gathered from the operator table and the prelude. */
#include "docgen/manual.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Names of the operator table that a row's derivative text is built with are hidden; so is what only rules use. */
static bool is_internal(const char *file) {
    return strstr(file, "rules.dsp") != NULL;
}

static const char *topic_of_file(arena *a, const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    return arena_strndup(a, base, strcspn(base, "."));
}

/* Splits the lines "example: ..." and "alias: ..." of a documentation from the rest. */
static void split_doc(arena *a, const char *text, entry *e) {
    strbuf doc = {0}, examples = {0}, aliases = {0};
    while (*text) {
        size_t n = strcspn(text, "\n");
        const char *p = text + strspn(text, " ");
        if (strncmp(p, "example:", 8) == 0) {
            p += 8 + strspn(p + 8, " ");
            sb_printf(&examples, "%.*s\n", (int)(text + n - p), p);
        } else if (strncmp(p, "alias:", 6) == 0) {
            p += 6 + strspn(p + 6, " ");
            sb_printf(&aliases, "%s%.*s", aliases.len ? ", " : "", (int)(text + n - p), p);
        } else {
            sb_printf(&doc, "%s%.*s", doc.len ? " " : "", (int)(text + n - p), p);
        }
        text += n + (text[n] == '\n');
    }
    e->doc = arena_strdup(a, sb_text(&doc));
    e->examples = arena_strdup(a, sb_text(&examples));
    e->aliases = arena_strdup(a, sb_text(&aliases));
    sb_free(&aliases);
    sb_free(&doc);
    sb_free(&examples);
}

static entry entry_of_row(arena *a, const op_row *r) {
    entry e = {.name = r->name,
               .topic = r->topic,
               .signature = r->sig,
               .doc = r->doc,
               .aliases = r->alias ? r->alias : "",
               .row = r};
    strbuf b = {0};
    for (int i = 0; i < OP_MAX_EXAMPLES && r->example[i]; i++) sb_printf(&b, "%s\n", r->example[i]);
    e.examples = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return e;
}

/* A signature over several lines in one: runs of white space become one space. */
static const char *one_line(arena *a, const char *s) {
    strbuf b = {0};
    if (strncmp(s, "def ", 4) == 0) s += 4;
    for (bool space = false; *s; s++) {
        if (*s == ' ' || *s == '\n') {
            space = true;
            continue;
        }
        if (space) sb_putc(&b, ' ');
        space = false;
        sb_putc(&b, *s);
    }
    const char *text = arena_strdup(a, sb_text(&b));
    sb_free(&b);
    return text;
}

/* Stable sort by topic, in the order the topics first appear. */
static void group_by_topic(manual *m) {
    entry *sorted = NEW_ARRAY(m->a, entry, m->n + 1);
    bool *done = NEW_ARRAY(m->a, bool, m->n + 1);
    int k = 0;
    for (int i = 0; i < m->n; i++)
        for (int j = i; j < m->n; j++)
            if (!done[j] && strcmp(m->entries[j].topic, m->entries[i].topic) == 0) {
                done[j] = true;
                sorted[k++] = m->entries[j];
            }
    m->entries = sorted;
}

/* The documentation of a built-in function may begin with its call where a signature cannot say it: "zeros(shape):
 * ..." */
static entry entry_of_builtin(arena *a, const def_doc *d) {
    entry e = {.name = d->name, .topic = "built in", .signature = d->signature, .file = d->file};
    split_doc(a, d->doc, &e);
    size_t n = strlen(d->name);
    const char *colon = strncmp(e.doc, d->name, n) == 0 && e.doc[n] == '(' ? strstr(e.doc, "): ") : NULL;
    if (colon) {
        e.signature = arena_strndup(a, e.doc, (size_t)(colon + 1 - e.doc));
        e.doc = colon + 3;
    }
    return e;
}

static entry entry_of_def(arena *a, const def_doc *d) {
    if (strcmp(d->file, BUILT_IN) == 0) return entry_of_builtin(a, d);
    entry e = {.name = d->name, .topic = topic_of_file(a, d->file), .file = d->file};
    e.signature = one_line(a, d->signature);
    split_doc(a, d->doc, &e);
    return e;
}

/* A row that a function of the same name stands before: users call the function, the row says how it is
 * differentiated. */
static bool merge_with_row(manual *m, const entry *e) {
    for (int i = 0; i < m->n; i++) {
        entry *old = &m->entries[i];
        if (!old->row || strcmp(old->name, e->name) != 0) continue;
        old->signature = e->signature;
        old->doc = e->doc;
        if (*e->examples) old->examples = e->examples;
        if (*e->aliases)
            old->aliases = arena_printf(m->a, "%s%s%s", old->aliases, *old->aliases ? ", " : "", e->aliases);
        return true;
    }
    return false;
}

manual manual_new(arena *a, session *s) {
    const def_doc *docs;
    int ndocs = sema_prelude_docs(s, &docs);
    manual m = {.a = a, .s = s, .entries = NEW_ARRAY(a, entry, OP_COUNT + ndocs)};
    for (int i = 0; i < OP_COUNT; i++) {
        const op_row *r = op_info((op_id)i);
        if (!r->hidden) m.entries[m.n++] = entry_of_row(a, r);
    }
    for (int i = 0; i < ndocs; i++) {
        if (is_internal(docs[i].file)) continue;
        entry e = entry_of_def(a, &docs[i]);
        if (!merge_with_row(&m, &e)) m.entries[m.n++] = e;
    }
    group_by_topic(&m);
    return m;
}

static const entry *entry_named(const manual *m, const char *name) {
    for (int i = 0; i < m->n; i++)
        if (strcmp(m->entries[i].name, name) == 0) return &m->entries[i];
    return NULL;
}

const entry *manual_find(const manual *m, const char *name) {
    const entry *own = entry_named(m, name);
    const char *here = own ? NULL : sema_elsewhere(m->s, name);
    return here ? entry_named(m, here) : own;
}

bool manual_has_topic(const manual *m, const char *topic) {
    for (int i = 0; i < m->n; i++)
        if (strcmp(m->entries[i].topic, topic) == 0) return true;
    return false;
}

const char *manual_nearest(const manual *m, const char *name) {
    const char **foreign;
    int nforeign = sema_foreign_names(m->s, &foreign), n = 0;
    const char **names = NEW_ARRAY(m->a, const char *, 2 * m->n + 1);
    name = last_part(name);
    for (int i = 0; i < m->n; i++) names[n++] = m->entries[i].name;
    for (int i = 0; i < m->n; i++)
        if (i == 0 || strcmp(m->entries[i].topic, m->entries[i - 1].topic) != 0) names[n++] = m->entries[i].topic;
    const char *near = nearest_name(name, names, n);
    return near ? near : nearest_name(name, foreign, nforeign);
}

/* Does a word of the text begin with these n letters? So `phase` finds "phases" and linear_phase, and `ad` no "read". */
static bool has_word(const char *text, const char *word, size_t n) {
    for (const char *p = text; *p; p++) {
        bool start = p == text || !isalnum((unsigned char)p[-1]);
        if (start && strncasecmp(p, word, n) == 0) return true;
    }
    return false;
}

static bool has_words(const entry *e, const char *words) {
    while (*words) {
        size_t n = strcspn(words, " ");
        if (n && !has_word(e->name, words, n) && !has_word(e->doc, words, n) && !has_word(e->aliases, words, n))
            return false;
        words += n + strspn(words + n, " ");
    }
    return true;
}

int manual_search(const manual *m, const char *words, const entry **out, int limit) {
    int n = 0;
    if (strlen(words) < 3) return 0;
    for (int i = 0; i < m->n && n < limit; i++)
        if (has_words(&m->entries[i], words)) out[n++] = &m->entries[i];
    return n;
}
