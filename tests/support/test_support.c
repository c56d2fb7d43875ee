/* test_support.c: arenas, texts, numbers, names, files. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/support.h"

CU_ErrorCode add_support_support_tests(void);

static void arenas_give_zeroed_aligned_memory(void) {
    arena *a = arena_new("test");
    size_t total = 0;
    for (size_t n = 0; n < 3000; n = n * 2 + 1) {
        unsigned char *p = arena_alloc(a, n);
        CU_ASSERT((uintptr_t)p % 16 == 0);
        size_t dirty = 0;
        for (size_t i = 0; i < n; i++) dirty += p[i] != 0;
        CU_ASSERT(dirty == 0);
        memset(p, 0xFF, n);
        total += n;
    }
    char *big = arena_alloc(a, (size_t)20 << 20);
    CU_ASSERT(big[0] == 0 && big[((size_t)20 << 20) - 1] == 0);
    CU_ASSERT(arena_bytes(a) >= total + ((size_t)20 << 20));
    CU_ASSERT_STRING_EQUAL(arena_printf(a, "%s-%d", "x", 7), "x-7");
    CU_ASSERT_STRING_EQUAL(arena_strndup(a, "abcdef", 3), "abc");
    arena_free(a);
    arena_free(NULL);
}

static void vectors_grow(void) {
    arena *a = arena_new("test");
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++) vec_push(a, &v, i * i);
    CU_ASSERT(v.len == 1000);
    for (int i = 0; i < 1000; i++) CU_ASSERT(v.data[i] == i * i);
    arena_free(a);
}

static const char *as_text(strbuf *b, double x) {
    b->len = 0;
    sb_number(b, x);
    return sb_text(b);
}

/* The text by printf and strtod alone. */
static void tried_text(char *text, double x, bool single) {
    for (int digits = single ? 1 : 15; digits <= (single ? 9 : 17); digits++) {
        snprintf(text, NUMBER_TEXT, "%.*g", digits, x);
        if (single ? strtof(text, NULL) == (float)x : strtod(text, NULL) == x) return;
    }
}

/* Sizes from 1e-40 to 1e40, numbers of few digits and their neighbours among them. */
static void numbers_are_short(void) {
    uint64_t bits = 7;
    int wrong = 0;
    for (int i = 0; i < 60000; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double x = ((double)(bits >> 11) * 0x1p-53 - 0.5) * pow(10, (int)(bits % 81) - 40);
        if (i % 3 == 0) x = (double)((int)(bits >> 40) % 100000) / pow(10, i % 9);
        if (i % 6 == 0) x = nextafter(x, 10);
        if (i % 100 == 0) x = ldexp(i % 200 ? 1 : 3, i % 120 - 60);
        for (int single = 0; single < 2; single++) {
            double v = single ? (double)(float)x : x;
            char quick[NUMBER_TEXT], slow[NUMBER_TEXT];
            shortest_number(quick, v, single);
            tried_text(slow, v, single);
            if (strcmp(quick, slow) != 0 && wrong++ < 5) printf("%s instead of %s\n", quick, slow);
        }
    }
    CU_ASSERT(wrong == 0);
}

static void numbers_read_back_exactly(void) {
    strbuf b = {0};
    CU_ASSERT_STRING_EQUAL(as_text(&b, 0.1), "0.1");
    CU_ASSERT_STRING_EQUAL(as_text(&b, 16000), "16000");
    CU_ASSERT_STRING_EQUAL(as_text(&b, 1e-30), "1e-30");
    CU_ASSERT_STRING_EQUAL(as_text(&b, -0.0), "-0");
    CU_ASSERT_STRING_EQUAL(as_text(&b, INFINITY), "inf");
    CU_ASSERT_STRING_EQUAL(as_text(&b, -INFINITY), "-inf");
    CU_ASSERT_STRING_EQUAL(as_text(&b, NAN), "nan");
    CU_ASSERT_STRING_EQUAL(as_text(&b, 0.1 + 0.2), "0.30000000000000004");
    uint64_t bits = 1;
    int wrong = 0;
    for (int i = 0; i < 20000; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double x, back;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x)) continue;
        back = strtod(as_text(&b, x), NULL);
        wrong += memcmp(&x, &back, sizeof x) != 0;
    }
    CU_ASSERT(wrong == 0);
    sb_free(&b);
    CU_ASSERT_STRING_EQUAL(sb_text(&b), "");
}

static void interned_names_are_one(void) {
    arena *a = arena_new("test");
    interner *in = interner_new(a);
    const char *first[500];
    for (int i = 0; i < 500; i++) first[i] = intern(in, arena_printf(a, "name%d", i));
    for (int i = 0; i < 500; i++) CU_ASSERT(intern(in, arena_printf(a, "name%d", i)) == first[i]);
    CU_ASSERT(intern_n(in, "name1xyz", 5) == first[1]);
    CU_ASSERT(intern(in, "") == intern_n(in, "x", 0));
    arena_free(a);
}

static void maps_keep_their_order(void) {
    arena *a = arena_new("test");
    strmap *m = strmap_new(a);
    int values[300];
    CU_ASSERT(strmap_get(m, "k0") == NULL);
    for (int i = 0; i < 300; i++) strmap_set(m, arena_printf(a, "k%d", i), &values[i]);
    strmap_set(m, "k7", &values[8]);
    CU_ASSERT(strmap_len(m) == 300);
    CU_ASSERT(strmap_get(m, "k7") == &values[8] && strmap_get(m, "k299") == &values[299]);
    CU_ASSERT(strmap_get(m, "k300") == NULL);
    for (int i = 0; i < 300; i++) CU_ASSERT_STRING_EQUAL(strmap_key(m, i), arena_printf(a, "k%d", i));
    CU_ASSERT(strmap_value(m, 7) == &values[8]);
    arena_free(a);
}

static void near_names_are_suggested(void) {
    static const char *const known[] = {"magnitude", "mel", "stft", "Hz", "kHz", "relu", "correlate"};
    int n = (int)COUNT_OF(known);
    CU_ASSERT_STRING_EQUAL(nearest_name("magnitud", known, n), "magnitude");
    CU_ASSERT_STRING_EQUAL(nearest_name("hz", known, n), "Hz");
    CU_ASSERT_STRING_EQUAL(nearest_name("KHZ", known, n), "kHz");
    CU_ASSERT_STRING_EQUAL(nearest_name("sftt", known, n), "stft");
    CU_ASSERT_STRING_EQUAL(nearest_name("corelate", known, n), "correlate");
    CU_ASSERT(nearest_name("fourier", known, n) == NULL);
    CU_ASSERT(nearest_name("", known, n) == NULL);
    CU_ASSERT(nearest_name("x", known, n) == NULL);
    CU_ASSERT(nearest_name("relu", known, 0) == NULL);
}

static void files_are_whole_or_untouched(void) {
    arena *a = arena_new("test");
    char folder[] = "/tmp/dspc-test-XXXXXX";
    CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
    const char *path = arena_printf(a, "%s/file", folder), *why = NULL;
    size_t len = 99;
    CU_ASSERT(read_whole_file(a, path, 100, &len, &why) == NULL && why && len == 0);
    CU_ASSERT(write_whole_file(path, "one\0two", 7, &why));
    char *text = read_whole_file(a, path, 7, &len, &why);
    CU_ASSERT(text && len == 7 && memcmp(text, "one\0two", 8) == 0);
    CU_ASSERT(read_whole_file(a, path, 6, &len, &why) == NULL);
    CU_ASSERT_STRING_EQUAL(why, "the file is too big");
    CU_ASSERT(read_whole_file(a, folder, 100, &len, &why) == NULL);
    CU_ASSERT_STRING_EQUAL(why, "it is a directory");
    CU_ASSERT(!write_whole_file(folder, "x", 1, &why));
    CU_ASSERT(!write_whole_file(arena_printf(a, "%s/no/file", folder), "x", 1, &why));

    const char *other =
        arena_printf(a, "%s/link", folder); /* a link keeps pointing at the file, which keeps its mode */
    CU_ASSERT(chmod(path, 0640) == 0 && symlink("file", other) == 0);
    CU_ASSERT(write_whole_file(other, "", 0, &why));
    text = read_whole_file(a, path, 7, &len, &why);
    CU_ASSERT(text && len == 0);
    struct stat st;
    CU_ASSERT(lstat(other, &st) == 0 && S_ISLNK(st.st_mode));
    CU_ASSERT(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640);
    CU_ASSERT(write_whole_file("/dev/null", "x", 1, &why) && stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
    CU_ASSERT(unlink(path) == 0 && unlink(other) == 0 && rmdir(folder) == 0); /* and no temporary is left */
    arena_free(a);
}

static void hashes_differ(void) {
    CU_ASSERT(hash_bytes(0, "a", 1) != hash_bytes(0, "b", 1));
    CU_ASSERT(hash_bytes(0, "a", 1) != hash_bytes(1, "a", 1));
    CU_ASSERT(hash_bytes(5, "abc", 3) == hash_bytes(5, "abcd", 3));
}

CU_ErrorCode add_support_support_tests(void) {
    CU_pSuite s = CU_add_suite("support", NULL, NULL);
    if (!s) return CU_get_error();
    CU_add_test(s, "arenas give zeroed, aligned memory", arenas_give_zeroed_aligned_memory);
    CU_add_test(s, "vectors grow", vectors_grow);
    CU_add_test(s, "numbers read back exactly", numbers_read_back_exactly);
    CU_add_test(s, "numbers have the fewest digits", numbers_are_short);
    CU_add_test(s, "interned names are one", interned_names_are_one);
    CU_add_test(s, "maps keep their order", maps_keep_their_order);
    CU_add_test(s, "near names are suggested", near_names_are_suggested);
    CU_add_test(s, "files are whole or untouched", files_are_whole_or_untouched);
    CU_add_test(s, "hashes differ", hashes_differ);
    return CU_get_error();
}
