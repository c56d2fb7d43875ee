/* The command line: every option of the table is read, in every spelling, and wrong ones are named. */
#include "driver/options.h"

#include <CUnit/CUnit.h>
#include <string.h>

CU_ErrorCode add_driver_options_tests(void);

enum { MAX_WORDS = 8 };

static read_outcome read_words(arena *a, options *o, const char **why, const char *w1, const char *w2, const char *w3,
                               const char *w4) {
    const char *words[] = {"dspc", w1, w2, w3, w4};
    char *argv[MAX_WORDS];
    int n = 0;
    for (size_t i = 0; i < COUNT_OF(words) && words[i]; i++) argv[n++] = arena_strdup(a, words[i]);
    argv[n] = NULL;
    *why = "";
    return options_read(a, n, argv, o, why);
}

static const char *sample_value(const option_row *row, arena *a) {
    switch (row->kind) {
    case INT: return "3";
    case REAL: return "0.5";
    case PAIR: return "a=b";
    case BYTES: return "64K";
    case STATES: return "every:3";
    case CHOICE: return arena_strndup(a, row->value, strcspn(row->value, "|"));
    default: return "text";
    }
}

/* Each option with each command it belongs to: --name=value, --name value, -lvalue; and refused by the others. */
static void test_every_option(void) {
    arena *a = arena_new("test");
    options o;
    const char *why;
    for (int c = 0; c < CMD_COUNT; c++)
        for (int k = 0; k < OPT_COUNT; k++) {
            const option_row *row = option_info((option_id)k);
            const char *cmd = command_info((command_id)c)->name, *v = sample_value(row, a);
            bool flag = row->kind == FLAG, mine = row->commands >> c & 1;
            const char *joined = flag ? arena_printf(a, "--%s", row->name) : arena_printf(a, "--%s=%s", row->name, v);
            read_outcome got = read_words(a, &o, &why, cmd, joined, "file", NULL);
            if (!mine) {
                CU_ASSERT_EQUAL(got, READ_BAD);
                continue;
            }
            CU_ASSERT_TRUE(opt_given(&o, (option_id)k));
            CU_ASSERT_EQUAL(got, k == OPT_help ? READ_HELP : READ_OK);
            if (flag || k == OPT_help) continue;
            CU_ASSERT_EQUAL(read_words(a, &o, &why, cmd, arena_printf(a, "--%s", row->name), v, "file"), READ_OK);
            CU_ASSERT_TRUE(opt_given(&o, (option_id)k));
            if (!row->letter) continue;
            CU_ASSERT_EQUAL(read_words(a, &o, &why, cmd, arena_printf(a, "-%c%s", row->letter, v), "file", NULL),
                            READ_OK);
            CU_ASSERT_STRING_EQUAL(opt_text(&o, (option_id)k, ""), row->kind == PAIR ? "b" : v);
        }
    arena_free(a);
}

static void test_values(void) {
    arena *a = arena_new("test");
    options o;
    const char *why;
    CU_ASSERT_EQUAL(read_words(a, &o, &why, "run", "--in=x=a=b", "--in=y=2", "f"), READ_OK);
    CU_ASSERT_EQUAL(o.of[OPT_in].uses.len, 2);
    CU_ASSERT_STRING_EQUAL(o.of[OPT_in].uses.data[0].name, "x");
    CU_ASSERT_STRING_EQUAL(o.of[OPT_in].uses.data[0].value, "a=b");
    CU_ASSERT_EQUAL(read_words(a, &o, &why, "fit", "--steps=7", "--lr=1e-3", "f"), READ_OK);
    CU_ASSERT_EQUAL(opt_int(&o, OPT_steps, 0), 7);
    CU_ASSERT_EQUAL(opt_real(&o, OPT_lr, 0), 1e-3);
    CU_ASSERT_EQUAL(opt_int(&o, OPT_output, 5), 5);
    CU_ASSERT_EQUAL(read_words(a, &o, &why, "fmt", "--", "--odd.dsp", "-"), READ_OK);
    CU_ASSERT_EQUAL(o.nfiles, 2);
    CU_ASSERT_STRING_EQUAL(o.files[0], "--odd.dsp");
    arena_free(a);
}

static void refused(const char *w1, const char *w2, const char *w3, const char *part) {
    arena *a = arena_new("test");
    options o;
    const char *why;
    CU_ASSERT_EQUAL(read_words(a, &o, &why, w1, w2, w3, NULL), READ_BAD);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, part));
    arena_free(a);
}

static void test_refused(void) {
    refused(NULL, NULL, NULL, "a command is needed");
    refused("rnu", NULL, NULL, "did you mean 'run'?");
    refused("--in", "x=1", NULL, "the command comes first");
    refused("fit", "f", "--step=3", "did you mean --steps?");
    refused("fit", "f", "--steps=0", "at least 1");
    refused("fit", "f", "--lr=nan", "above 0");
    refused("fit", "f", "--optimizer=adan", "did you mean 'adam'?");
    refused("run", "f", "--in=x=", "NAME=FILE|NUMBER");
    refused("run", "f", "--quiet=yes", "takes no value");
    refused("run", "f", "-z", "unknown option -z");
    refused("run", "f", "g", "one too many");
}

/* The texts printed from the tables name every command and option. */
static void test_texts(void) {
    strbuf help = {0}, man = {0}, completion = {0};
    print_help(&help);
    print_man_page(&man, "1");
    print_completion(&completion);
    for (int c = 0; c < CMD_COUNT; c++) {
        strbuf own = {0};
        print_command_help(&own, (command_id)c);
        CU_ASSERT_PTR_NOT_NULL(strstr(sb_text(&help), command_info((command_id)c)->name));
        CU_ASSERT_PTR_NOT_NULL(strstr(sb_text(&man), command_info((command_id)c)->name));
        for (int k = 0; k < OPT_COUNT; k++)
            if (option_info((option_id)k)->commands >> c & 1) {
                CU_ASSERT_PTR_NOT_NULL(strstr(sb_text(&own), option_info((option_id)k)->name));
                CU_ASSERT_PTR_NOT_NULL(strstr(sb_text(&completion), option_info((option_id)k)->name));
            }
        sb_free(&own);
    }
    sb_free(&help);
    sb_free(&man);
    sb_free(&completion);
}

CU_ErrorCode add_driver_options_tests(void) {
    CU_pSuite s = CU_add_suite("driver/options", NULL, NULL);
    if (!s || !CU_add_test(s, "every option with every command", test_every_option) ||
        !CU_add_test(s, "values", test_values) || !CU_add_test(s, "refused", test_refused) ||
        !CU_add_test(s, "help, man page, completion", test_texts))
        return CU_get_error();
    return CUE_SUCCESS;
}
