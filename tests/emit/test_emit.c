/* test_emit.c: the C text: golden outputs, compiled strictly by gcc and clang at every level and run against the
 * reference evaluator; random graphs; use from C++; two pipelines in one program; the same bytes every time. */
#include <stdlib.h>
#include <unistd.h>

#include "../ir/fixture.h"
#include "../lang/kit_golden.h"
#include "kit_emit.h"
#include "kit_random.h"

CU_ErrorCode add_emit_emit_tests(void);

static const char *const GOLDEN[] = {"smooth", "spectral", "border", "model", "iir", "strips", "states"};

static graph *read_graph(fixture *f, const char *name, const char *kind) {
    const char *path = arena_printf(f->mem, "tests/emit/golden/%s.%s.ir", name, kind);
    source *s = access(path, R_OK) == 0 ? source_of_file(f->mem, path) : NULL;
    return s ? graph_parse(f->mem, f->ops, f->d, s) : NULL;
}

static emit_case read_case(fixture *f, const char *name) {
    static const char *const kind[] = {"forward", "gradient"};
    emit_case c = {.name = name};
    for (size_t k = 0; k < COUNT_OF(kind); k++) {
        graph *g = read_graph(f, name, kind[k]);
        if (!g) continue;
        c.kind[c.nfns] = kind[k];
        c.graph[c.nfns++] = g;
    }
    if (c.nfns == 0) printf("%s\n", diags_text(f->d));
    return c;
}

static void check(const char *name, const char *bad) {
    if (bad) printf("\n%s: %.1500s\n", name, bad);
    CU_ASSERT_PTR_NULL(bad);
}

static const char *clang(void) {
    return getenv("CLANG") && *getenv("CLANG") ? getenv("CLANG") : "clang";
}
static const char *gcc(void) {
    return getenv("CC") && *getenv("CC") ? getenv("CC") : "gcc";
}

/* ---- golden outputs -------------------------------------------------------------------------------------------- */
static void golden_text(void) {
    for (size_t k = 0; k < COUNT_OF(GOLDEN); k++) {
        fixture f = fixture_new();
        emit_case c = read_case(&f, GOLDEN[k]);
        CU_ASSERT(c.nfns > 0);
        if (c.nfns > 0) {
            emit_text t = emit_text_of(f.mem, &c, 64), again = emit_text_of(f.mem, &c, 64);
            CU_ASSERT(golden_matches(f.mem, arena_printf(f.mem, "tests/emit/golden/%s.c", GOLDEN[k]), t.c));
            CU_ASSERT(golden_matches(f.mem, arena_printf(f.mem, "tests/emit/golden/%s.h", GOLDEN[k]), t.h));
            CU_ASSERT_STRING_EQUAL(t.c, again.c);
            CU_ASSERT_STRING_EQUAL(t.h, again.h);
        }
        fixture_free(&f);
    }
}

static void golden_with(const char *cc) {
    static const char *const level[] = {"-O0", "-O2", "-O3"};
    for (size_t k = 0; k < COUNT_OF(GOLDEN); k++)
        for (size_t i = 0; i < COUNT_OF(level); i++) {
            fixture f = fixture_new();
            emit_case c = read_case(&f, GOLDEN[k]);
            int precision = (k + i) % 2 ? 32 : 64;
            check(GOLDEN[k], emit_run(f.mem, &c, precision, cc, level[i], precision == 32 ? 2e-5 : 1e-12));
            fixture_free(&f);
        }
}

static void golden_by_gcc(void) {
    golden_with(gcc());
}
static void golden_by_clang(void) {
    golden_with(clang());
}

/* ---- random graphs --------------------------------------------------------------------------------------------- */
static void random_graphs(void) {
    static const char *const level[] = {"-O0", "-O1", "-O3"};
    for (uint64_t seed = 1; seed <= 18; seed++) {
        fixture f = fixture_new();
        graph *g = random_program(f.mem, f.ops, seed, 26);
        emit_case c = {.name = g->name, .nfns = 1, .kind = {"forward"}, .graph = {g}};
        check(g->name, emit_run(f.mem, &c, 64, seed % 3 ? gcc() : clang(), level[seed % 3], 1e-9));
        fixture_free(&f);
    }
}

/* ---- other programs -------------------------------------------------------------------------------------------- */
static void write_text(arena *a, const char *path, const char *text) {
    const char *why = NULL;
    if (!write_whole_file(path, text, strlen(text), &why)) CU_FAIL(why);
    (void)a;
}

static const char *put_case(fixture *f, const char *dir, const char *name) {
    emit_case c = read_case(f, name);
    emit_text t = emit_text_of(f->mem, &c, 64);
    write_text(f->mem, arena_printf(f->mem, "%s/%s.c", dir, name), t.c);
    write_text(f->mem, arena_printf(f->mem, "%s/%s.h", dir, name), t.h);
    return name;
}

/* Two pipelines, used from C++. */
static void two_from_cplusplus(void) {
    static const char text[] = "#include \"smooth.h\"\n#include \"spectral.h\"\n#include <cstdio>\n"
                               "int main() {\n"
                               "    smooth a;\n    spectral b;\n"
                               "    if (smooth_init(&a, NULL, 0) != DSPC_E_WORK) return 1;\n"
                               "    if (spectral_init(&b, NULL, 0) != DSPC_E_WORK) return 2;\n"
                               "    if (smooth_module() == spectral_module()) return 3;\n"
                               "    if (smooth_forward(&a, NULL, NULL, NULL) != DSPC_E_ARG) return 4;\n"
                               "    spectral_free(&b);\n    smooth_free(&a);\n    return 0;\n}\n";
    fixture f = fixture_new();
    const char *dir = test_folder(f.mem), *log = "", *build = getenv("BUILD") ? getenv("BUILD") : "build";
    put_case(&f, dir, "smooth");
    put_case(&f, dir, "spectral");
    write_text(f.mem, arena_printf(f.mem, "%s/main.cpp", dir), text);
    const char *san = getenv("SAN") && *getenv("SAN") ? "-fsanitize=address,undefined" : "";
    bool ok =
        shell(f.mem,
              arena_printf(
                  f.mem,
                  "%s -std=c99 %s -Iruntime/include -c %s/smooth.c -o %s/a.o && "
                  "%s -std=c99 %s -Iruntime/include -c %s/spectral.c -o %s/b.o && "
                  "g++ -std=c++11 %s -Wall -Wextra -Wpedantic -Werror -Iruntime/include -I%s %s/main.cpp %s/a.o %s/b.o "
                  "%s/lib/libdspc.a -lfftw3 -lfftw3f -lblas -lpthread -lm -o %s/main && %s/main",
                  gcc(), san, dir, dir, gcc(), san, dir, dir, san, dir, dir, dir, dir, build, dir, dir),
              &log);
    if (!ok) printf("\n%.1500s\n", log);
    CU_ASSERT(ok);
    (void)shell(f.mem, arena_printf(f.mem, "rm -rf %s", dir), &log);
    fixture_free(&f);
}

/* Words of C and C++, names of libm, and names that differ only by case or marks do not break the text. */
static void awkward_names(void) {
    static const char text[] = "graph class {\n"
                               "  %0 = leaf input \"new\" : real[40]\n"
                               "  %1 = leaf input \"sin\" : real[40]\n"
                               "  %2 = leaf param \"self\" : real\n"
                               "  %3 = leaf param \"i\" : real[40]\n"
                               "  %4 = sin(%0) : real[40]  # \"work\"\n"
                               "  %5 = mul(%4, %1) : real[40]  # \"sum_lanes\"\n"
                               "  %6 = mul(%5, %3) : real[40]  # \"lane\"\n"
                               "  %7 = sum(%6, axis=[0]) : real  # \"NULL\"\n"
                               "  %8 = mul(%7, %2) : real  # \"out\"\n"
                               "  output \"double\" %6\n"
                               "  output \"y1\" %5\n"
                               "  loss \"loss\" %8\n}\n";
    fixture f = fixture_new();
    graph *g = parse(&f, text);
    CU_ASSERT_PTR_NOT_NULL(g);
    emit_case c = {.name = "class", .nfns = 1, .kind = {"forward"}, .graph = {g}};
    if (g) check("class", emit_run(f.mem, &c, 64, gcc(), "-O1", 1e-12));
    fixture_free(&f);
}

/* A loop whose only row is one complex number that a reduction left in C locals: it reads both parts. */
static void row_of_one_number(void) {
    static const char text[] = "graph row {\n"
                               "  %0 = leaf input \"x\" : complex[1, 5]\n"
                               "  %1 = leaf input \"s\" : complex\n"
                               "  %2 = sum(%0, axis=[1]) : complex[1]\n"
                               "  %3 = scan(%1, %2, trip=1, states=1, slices=1, consts=0, flags=0) : complex {\n"
                               "    graph n {\n"
                               "      %0 = leaf \"n\" : int\n"
                               "      %1 = leaf \"s\" : complex\n"
                               "      %2 = leaf \"x\" : complex\n"
                               "      %3 = mul(%1, %2) : complex\n"
                               "      result \"s\" %3\n"
                               "    }\n"
                               "  }\n"
                               "  %4 = part(%3, index=0) : complex\n"
                               "  %5 = abs2(%4) : real\n"
                               "  loss \"loss\" %5\n}\n";
    fixture f = fixture_new();
    graph *g = parse(&f, text);
    CU_ASSERT_PTR_NOT_NULL(g);
    emit_case c = {.name = "row", .nfns = 1, .kind = {"forward"}, .graph = {g}};
    if (g) check("row", emit_run(f.mem, &c, 64, gcc(), "-O1", 1e-12));
    fixture_free(&f);
}

/* The text does not grow with the signal. */
static void size_of_text(void) {
    size_t length[2];
    for (int k = 0; k < 2; k++) {
        fixture f = fixture_new();
        int n = k ? 1000000 : 1000;
        graph *g = parse(
            &f, arena_printf(f.mem,
                             "graph long {\n  %%0 = leaf input \"x\" : real[%d]\n  %%1 = leaf param \"h\" : real[9]\n"
                             "  %%2 = conv_(%%0, %%1, dims=1, lo=0, n=%d) : real[%d]\n  %%3 = abs2(%%2) : real[%d]\n"
                             "  %%4 = sum(%%3, axis=[0]) : real\n  loss \"loss\" %%4\n}\n",
                             n, n, n, n));
        CU_ASSERT_PTR_NOT_NULL_FATAL(g);
        emit_case c = {.name = "long", .nfns = 1, .kind = {"forward"}, .graph = {g}};
        length[k] = strlen(emit_text_of(f.mem, &c, 64).c);
        fixture_free(&f);
    }
    CU_ASSERT(length[1] < length[0] + 100);
}

CU_ErrorCode add_emit_emit_tests(void) {
    CU_pSuite s = CU_add_suite("emit", NULL, NULL);
    if (!s) return CU_get_error();
    CU_ADD_TEST(s, golden_text);
    CU_ADD_TEST(s, golden_by_gcc);
    CU_ADD_TEST(s, golden_by_clang);
    CU_ADD_TEST(s, random_graphs);
    CU_ADD_TEST(s, two_from_cplusplus);
    CU_ADD_TEST(s, awkward_names);
    CU_ADD_TEST(s, row_of_one_number);
    CU_ADD_TEST(s, size_of_text);
    return CUE_SUCCESS;
}
