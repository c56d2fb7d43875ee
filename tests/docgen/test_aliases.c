/* test_aliases.c: `dspc ops` by the names of other libraries: aliases.txt, and that no two definitions claim one name. */
#include <CUnit/CUnit.h>
#include <string.h>
#include <stdio.h>

#include "docgen/manual.h"

CU_ErrorCode add_docgen_aliases_tests(void);

static void fail(const char *text) {
    CU_assertImplementation(CU_FALSE, __LINE__, text, __FILE__, "", CU_FALSE);
}

static void test_names(void) {
    arena *a = arena_new("aliases");
    manual m = manual_new(a, session_new(a, diags_new(a, NULL, false)));
    FILE *f = fopen("tests/docgen/aliases.txt", "r");
    CU_ASSERT_FATAL(f != NULL);
    char line[160], foreign[80], here[80];
    int asked = 0;
    while (f && fgets(line, sizeof line, f)) {
        if (*line == '#' || sscanf(line, "%79s %79s", foreign, here) != 2) continue;
        const entry *e = manual_find(&m, foreign);
        const char *name = e ? e->name : "-";
        if (strcmp(name, here) != 0) fail(arena_printf(a, "%s: %s, expected %s", foreign, name, here));
        asked++;
    }
    fclose(f);
    CU_ASSERT(asked > 200);
    arena_free(a);
}

/* What a wrong name is taken for: a name of ours, or one of another library that is known. */
static void test_suggestions(void) {
    static const char *const wrong[][2] = {{"covnolve", "convolve"},
                                           {"sfft", "stft"},
                                           {"stff", "stft"},
                                           {"cnov", "conv"},
                                           {"lfitler", "lfilter"},
                                           {"np.convlove", "convolve"},
                                           {"pywt.wavdec", "wavedec"},
                                           {"circshfit", "circshift"},
                                           {"mel_filtrebank", "mel_filterbank"},
                                           {"grifin_lim", "griffin_lim"},
                                           {"bogus_name_of_nothing", "-"}};
    arena *a = arena_new("suggestions");
    manual m = manual_new(a, session_new(a, diags_new(a, NULL, false)));
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *near = manual_nearest(&m, wrong[i][0]);
        if (strcmp(near ? near : "-", wrong[i][1]) != 0)
            fail(arena_printf(a, "%s: %s, expected %s", wrong[i][0], near ? near : "-", wrong[i][1]));
    }
    arena_free(a);
}

/* "np.convolve" stands at one definition; the few names listed with two belong to both. */
static void test_one_place(void) {
    static const char *const shared[] = {
        "angle", "real", "imag", "L1WaveletRecon", "WaveletPrior", "Orthogonal", "WaveletDenoiser", "denoise_wavelet"};
    arena *a = arena_new("one place");
    manual m = manual_new(a, session_new(a, diags_new(a, NULL, false)));
    strmap *known = strmap_new(a);
    for (int i = 0; i < m.n; i++) {
        const entry *e = &m.entries[i];
        for (const char *p = e->aliases; *p;) {
            size_t n = strcspn(p, ",");
            const char *alias = arena_strndup(a, p, n), *other = strmap_get(known, alias);
            bool both = false;
            for (size_t k = 0; k < COUNT_OF(shared); k++) both = both || strcmp(last_part(alias), shared[k]) == 0;
            if (other && !both) fail(arena_printf(a, "%s stands at %s and at %s", alias, other, e->name));
            strmap_set(known, alias, (void *)(uintptr_t)e->name);
            p += n + strspn(p + n, ", ");
        }
    }
    CU_ASSERT(strmap_len(known) > 900);
    arena_free(a);
}

CU_ErrorCode add_docgen_aliases_tests(void) {
    CU_pSuite suite = CU_add_suite("aliases", NULL, NULL);
    CU_add_test(suite, "names of other libraries", test_names);
    CU_add_test(suite, "suggestions for wrong names", test_suggestions);
    CU_add_test(suite, "each name stands at one place", test_one_place);
    return CU_get_error();
}
