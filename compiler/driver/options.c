/* options.c: reading the command line by the tables. */
#include "driver/options.h"

#include "driver/loop_memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const command_row COMMANDS[CMD_COUNT] = {
#define COMMAND(id, ...) [CMD_##id] = {__VA_ARGS__},
#include "driver/commands.def"
#undef COMMAND
};

#define ALL_COMMANDS ((1u << CMD_COUNT) - 1)
#define C(x)         (1u << CMD_##x)
static const option_row OPTIONS[OPT_COUNT] = {
#define OPTION(id, ...) [OPT_##id] = {__VA_ARGS__},
#include "driver/options.def"
#undef OPTION
};
#undef C

const command_row *command_info(command_id id) {
    return &COMMANDS[id];
}
const option_row *option_info(option_id id) {
    return &OPTIONS[id];
}

bool opt_given(const options *o, option_id id) {
    return o->of[id].uses.len > 0;
}

const char *opt_text(const options *o, option_id id, const char *fallback) {
    int n = o->of[id].uses.len;
    return n ? o->of[id].uses.data[n - 1].value : fallback;
}

long opt_int(const options *o, option_id id, long fallback) {
    const char *s = opt_text(o, id, NULL);
    return s ? strtol(s, NULL, 10) : fallback;
}

double opt_real(const options *o, option_id id, double fallback) {
    const char *s = opt_text(o, id, NULL);
    return s ? strtod(s, NULL) : fallback;
}

bool opt_is(const options *o, option_id id, const char *choice, bool fallback) {
    const char *s = opt_text(o, id, NULL);
    return s ? strcmp(s, choice) == 0 : fallback;
}

static const char *suggest_command(arena *a, const char *name) {
    const char *names[CMD_COUNT];
    for (int i = 0; i < CMD_COUNT; i++) names[i] = COMMANDS[i].name;
    const char *near = nearest_name(name, names, CMD_COUNT);
    return near ? arena_printf(a, "; did you mean '%s'?", near) : "; `dspc --help` lists them";
}

static const char *suggest_option(arena *a, command_id cmd, const char *name) {
    const char *names[OPT_COUNT];
    int n = 0;
    for (int i = 0; i < OPT_COUNT; i++)
        if (OPTIONS[i].commands & (1u << cmd)) names[n++] = OPTIONS[i].name;
    const char *near = nearest_name(name, names, n);
    return near ? arena_printf(a, "; did you mean --%s?", near)
                : arena_printf(a, "; `dspc %s --help` lists its options", COMMANDS[cmd].name);
}

static bool is_choice(const char *choices, const char *value) {
    size_t n = strlen(value);
    for (const char *p = choices;; p++) {
        size_t len = strcspn(p, "|");
        if (len == n && strncmp(p, value, n) == 0) return true;
        p += len;
        if (!*p) return false;
    }
}

/* The last part of a bad value's message: "did you mean" among the choices, or the list of them. */
static const char *suggest_choice(arena *a, const char *choices, const char *value) {
    const char *names[16];
    int n = 0;
    char *copy = arena_strdup(a, choices);
    for (char *p = strtok(copy, "|"); p && n < 16; p = strtok(NULL, "|")) names[n++] = p;
    const char *near = nearest_name(value, names, n);
    return near ? arena_printf(a, "did you mean '%s'?", near) : arena_printf(a, "it is one of %s", choices);
}

static bool check_value(arena *a, const option_row *row, option_use *use, const char **why) {
    char *end;
    int64_t bytes;
    scan_keep keep;
    switch (row->kind) {
    case INT: {
        long v = strtol(use->value, &end, 10);
        if (end == use->value || *end || v < 1) {
            *why = arena_printf(a, "--%s=%s: a whole number of at least 1 is expected", row->name, use->value);
            return false;
        }
        return true;
    }
    case REAL: {
        double v = strtod(use->value, &end);
        if (end == use->value || *end || !(v > 0) || !isfinite(v)) {
            *why = arena_printf(a, "--%s=%s: a number above 0 is expected", row->name, use->value);
            return false;
        }
        return true;
    }
    case CHOICE:
        if (is_choice(row->value, use->value)) return true;
        *why = arena_printf(a, "--%s=%s: %s", row->name, use->value, suggest_choice(a, row->value, use->value));
        return false;
    case PAIR: {
        const char *eq = strchr(use->value, '=');
        if (!eq || eq == use->value || !eq[1]) {
            *why = arena_printf(a, "--%s %s: %s is expected", row->name, use->value, row->value);
            return false;
        }
        use->name = arena_strndup(a, use->value, (size_t)(eq - use->value));
        use->value = eq + 1;
        return true;
    }
    case BYTES:
        if (bytes_read(use->value, &bytes)) return true;
        *why = arena_printf(a, "--%s=%s: a number of bytes is expected, as in 65536, 64K, 16M or 1G", row->name,
                            use->value);
        return false;
    case STATES:
        if (checkpoint_read(use->value, &keep)) return true;
        *why = arena_printf(a, "--%s=%s: it is one of all, sqrt, every:K (K at least 1) and binomial:S (S at least 2)",
                            row->name, use->value);
        return false;
    default: return true;
    }
}

typedef struct reader {
    arena *a;
    int argc, at; /* argv[at] is the word at hand */
    char **argv;
    options *o;
    const char **why;
} reader;

static bool take_value(reader *r, option_id id, const char *value) {
    const option_row *row = &OPTIONS[id];
    if (row->kind == FLAG && value) {
        *r->why = arena_printf(r->a, "--%s takes no value", row->name);
        return false;
    }
    if (row->kind != FLAG && !value) {
        if (r->at + 1 >= r->argc) {
            *r->why = arena_printf(r->a, "--%s needs a value: %s", row->name, row->value);
            return false;
        }
        value = r->argv[++r->at];
    }
    option_use use = {.value = value ? value : ""};
    if (!check_value(r->a, row, &use, r->why)) return false;
    vec_push(r->a, &r->o->of[id].uses, use);
    return true;
}

static bool long_option(reader *r, const char *word) {
    const char *eq = strchr(word, '=');
    size_t n = eq ? (size_t)(eq - word) : strlen(word);
    char *name = arena_strndup(r->a, word, n);
    command_id cmd = r->o->command;
    for (int i = 0; i < OPT_COUNT; i++) {
        if (strcmp(OPTIONS[i].name, name) != 0) continue;
        if (OPTIONS[i].commands & (1u << cmd)) return take_value(r, (option_id)i, eq ? eq + 1 : NULL);
        *r->why = arena_printf(r->a, "dspc %s has no option --%s%s", COMMANDS[cmd].name, name,
                               suggest_option(r->a, cmd, name));
        return false;
    }
    *r->why = arena_printf(r->a, "unknown option --%s%s", name, suggest_option(r->a, cmd, name));
    return false;
}

static bool letter_option(reader *r, const char *word) {
    command_id cmd = r->o->command;
    for (int i = 0; i < OPT_COUNT; i++)
        if (OPTIONS[i].letter == word[1] && OPTIONS[i].commands & (1u << cmd))
            return take_value(r, (option_id)i, word[2] ? word + 2 + (word[2] == '=') : NULL);
    *r->why = arena_printf(r->a, "unknown option -%c; `dspc %s --help` lists its options", word[1], COMMANDS[cmd].name);
    return false;
}

static bool find_command(reader *r, const char *name) {
    for (int i = 0; i < CMD_COUNT; i++)
        if (strcmp(COMMANDS[i].name, name) == 0) {
            r->o->command = (command_id)i;
            return true;
        }
    *r->why = arena_printf(r->a, "unknown command '%s'%s", name, suggest_command(r->a, name));
    return false;
}

static bool count_operands(reader *r) {
    const command_row *c = &COMMANDS[r->o->command];
    if (r->o->nfiles < c->least)
        *r->why = arena_printf(r->a, "dspc %s needs %s; see `dspc %s --help`", c->name, c->operands, c->name);
    else if (r->o->nfiles > c->most)
        *r->why =
            arena_printf(r->a, "dspc %s takes %s, '%s' is one too many", c->name, c->operands, r->o->files[c->most]);
    else return true;
    return false;
}

read_outcome options_read(arena *a, int argc, char **argv, options *o, const char **why) {
    *o = (options){.mem = a, .command = CMD_COUNT, .files = NEW_ARRAY(a, const char *, argc + 1)};
    reader r = {.a = a, .argc = argc, .at = 2, .argv = argv, .o = o, .why = why};
    if (argc < 2) {
        *why = "a command is needed; `dspc --help` lists them";
        return READ_BAD;
    }
    bool asks_help = strcmp(argv[1], "help") == 0;
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (asks_help && argc == 2)) return READ_HELP;
    if (asks_help) return find_command(&r, argv[2]) ? READ_HELP : READ_BAD;
    if (argv[1][0] == '-') {
        *why = arena_printf(a, "the command comes first: dspc COMMAND [OPTION]...; '%s' is none", argv[1]);
        return READ_BAD;
    }
    if (!find_command(&r, argv[1])) return READ_BAD;
    bool only_operands = false;
    for (; r.at < argc; r.at++) {
        const char *w = argv[r.at];
        bool ok = true;
        if (only_operands || w[0] != '-' || !w[1]) o->files[o->nfiles++] = w;
        else if (strcmp(w, "--") == 0) only_operands = true;
        else ok = w[1] == '-' ? long_option(&r, w + 2) : letter_option(&r, w);
        if (!ok) return READ_BAD;
    }
    if (opt_given(o, OPT_help)) return READ_HELP;
    return count_operands(&r) ? READ_OK : READ_BAD;
}
