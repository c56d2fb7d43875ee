/* Arrays from and to files: what is written is read back, and damaged files are told of precisely. */
#include "data/data.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

CU_ErrorCode add_data_arrays_tests(void);

static const char *temp_path(arena *a, const char *ending) {
    return arena_printf(a, "/tmp/dspc-test-%ld%s", (long)getpid(), ending);
}

static data_array ramp(arena *a, dtype dt, int rank, const int64_t *shape) {
    data_array x = data_new(a, dt, rank, shape);
    int64_t n = data_count(&x) * (dt == T_COMPLEX ? 2 : 1);
    for (int64_t i = 0; i < n; i++) x.v[i] = dt == T_INT ? (double)(3 * i - 7) : (double)i / 3.0 - 1.0;
    return x;
}

static bool same(const data_array *x, const data_array *y, double tolerance) {
    if (x->dt != y->dt || x->rank != y->rank) return false;
    for (int k = 0; k < x->rank; k++)
        if (x->shape[k] != y->shape[k]) return false;
    int64_t n = data_count(x) * (x->dt == T_COMPLEX ? 2 : 1);
    for (int64_t i = 0; i < n; i++)
        if (!(fabs(x->v[i] - y->v[i]) <= tolerance)) return false;
    return true;
}

static void round_trip(const char *ending, const data_array *x, double tolerance) {
    arena *a = arena_new("test");
    data_array back;
    const char *why = "", *note;
    const char *path = temp_path(a, ending);
    CU_ASSERT_TRUE_FATAL(data_write(a, path, "x", x, &note, &why));
    CU_ASSERT_TRUE(data_read(a, path, true, &back, &why));
    CU_ASSERT_TRUE(same(x, &back, tolerance));
    if (x->rate > 0) CU_ASSERT_EQUAL(back.rate, x->rate);
    remove(path);
    arena_free(a);
}

static void test_npy_round_trip(void) {
    arena *a = arena_new("test");
    static const int64_t SHAPE[MAX_RANK] = {2, 3, 1, 2, 1, 2};
    for (int rank = 0; rank <= MAX_RANK; rank++)
        for (int dt = T_REAL; dt <= T_INT; dt++) {
            data_array x = ramp(a, (dtype)dt, rank, SHAPE);
            round_trip(".npy", &x, 0);
            x.single = true;
            round_trip(".npy", &x, 1e-6);
        }
    arena_free(a);
}

static void test_text_round_trip(void) {
    arena *a = arena_new("test");
    data_array v = ramp(a, T_REAL, 1, (int64_t[]){5}), m = ramp(a, T_REAL, 2, (int64_t[]){3, 4}),
               s = ramp(a, T_REAL, 0, NULL);
    data_array z = ramp(a, T_COMPLEX, 2, (int64_t[]){2, 3});
    round_trip(".csv", &v, 0);
    round_trip(".csv", &m, 0);
    round_trip(".txt", &s, 0);
    round_trip(".tsv", &z, 0);
    arena_free(a);
}

static void test_sound_and_picture(void) {
    arena *a = arena_new("test");
    data_array mono = ramp(a, T_REAL, 1, (int64_t[]){100}), stereo = ramp(a, T_REAL, 2, (int64_t[]){2, 30});
    mono.rate = stereo.rate = 16000;
    if (sound_library_version()) {
        round_trip(".wav", &mono, 1e-5);
        round_trip(".wav", &stereo, 1e-5);
    }
    data_array grey = data_new(a, T_REAL, 2, (int64_t[]){4, 5}), rgb = data_new(a, T_REAL, 3, (int64_t[]){3, 2, 5});
    for (int i = 0; i < 20; i++) grey.v[i] = i / 20.0;
    for (int i = 0; i < 30; i++) rgb.v[i] = i / 30.0;
    if (image_library_version()) {
        round_trip(".png", &grey, 0.51 / 255);
        round_trip(".png", &rgb, 0.51 / 255);
    }
    arena_free(a);
}

/* A hand-made file: big endian 16-bit integers in Fortran order, format 2. */
static void test_npy_orders(void) {
    static const char DICT[] = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3)}\n";
    static const unsigned char ELEMENTS[] = {0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0xff, 0xff};
    strbuf b = {0};
    sb_putn(&b, "\x93NUMPY\x02\x00", 8);
    sb_putc(&b, (char)(sizeof DICT - 1));
    sb_putn(&b, "\0\0\0", 3);
    sb_puts(&b, DICT);
    sb_putn(&b, (const char *)ELEMENTS, sizeof ELEMENTS);
    arena *a = arena_new("test");
    data_array x = {.dt = T_REAL};
    const char *why = "";
    CU_ASSERT_TRUE_FATAL(npy_decode(a, (const unsigned char *)b.text, b.len, &x, &why));
    static const double WANT[] = {1, 2, 3, 4, 5, -1};
    CU_ASSERT_EQUAL(x.dt, T_INT);
    CU_ASSERT_EQUAL(memcmp(x.v, WANT, sizeof WANT), 0);
    sb_free(&b);
    arena_free(a);
}

/* Every truncation and every single changed byte of the header is either read or refused with a sentence. */
static void test_npy_damage(void) {
    arena *a = arena_new("test");
    data_array x = ramp(a, T_REAL, 2, (int64_t[]){2, 3}), back;
    strbuf b = {0};
    npy_encode(&b, &x);
    for (size_t n = 0; n < b.len; n++) {
        const char *why = NULL;
        CU_ASSERT_FALSE(npy_decode(a, (const unsigned char *)b.text, n, &back, &why));
        CU_ASSERT_PTR_NOT_NULL(why);
    }
    for (size_t i = 0; i < b.len - 48; i++) {
        const char *why = NULL;
        char kept = b.text[i];
        b.text[i] = '9';
        if (!npy_decode(a, (const unsigned char *)b.text, b.len, &back, &why)) CU_ASSERT_PTR_NOT_NULL(why);
        b.text[i] = kept;
    }
    sb_free(&b);
    arena_free(a);
}

static void text_fault(const char *text, const char *expected) {
    arena *a = arena_new("test");
    data_array x = {.dt = T_REAL};
    const char *why = "";
    CU_ASSERT_FALSE(text_decode(a, text, strlen(text), &x, &why));
    CU_ASSERT_STRING_EQUAL(why, expected);
    arena_free(a);
}

static void test_text_faults(void) {
    text_fault("1,2\n3,x\n", "2:3: a number expected, found 'x'");
    text_fault("time,volts\n1,2\n", "1:1: a number expected (start a heading line with #), found 'time'");
    text_fault("1,2\n\n# note\n3\n", "4:1: this row has 1 numbers, the row in line 1 has 2");
    text_fault("1,2,\n", "1:5: a number expected after the separator");
    text_fault("# nothing\n", "the file holds no numbers");
}

static void write_text(const char *path, const char *text) {
    const char *why;
    CU_ASSERT_TRUE_FATAL(write_whole_file(path, text, strlen(text), &why));
}

static void test_choices(void) {
    arena *a = arena_new("test");
    const char *path = temp_path(a, ".csv"), *why = "";
    data_array x;
    write_text(path, "1 2 3 4\n5 6 7 8\n");
    CU_ASSERT_TRUE(data_read(a, arena_printf(a, "%s#mean", path), false, &x, &why));
    CU_ASSERT_TRUE(x.rank == 1 && x.shape[0] == 4 && x.v[0] == 3 && x.v[3] == 6);
    CU_ASSERT_TRUE(data_read(a, arena_printf(a, "%s#2[1:-1]", path), false, &x, &why));
    CU_ASSERT_TRUE(x.rank == 1 && x.shape[0] == 2 && x.v[0] == 6 && x.v[1] == 7);
    CU_ASSERT_TRUE(data_read(a, arena_printf(a, "%s[2:]", path), false, &x, &why));
    CU_ASSERT_TRUE(x.rank == 2 && x.shape[1] == 2 && x.v[0] == 3 && x.v[2] == 7);
    CU_ASSERT_FALSE(data_read(a, arena_printf(a, "%s#3", path), false, &x, &why));
    CU_ASSERT_FALSE(data_read(a, arena_printf(a, "%s[0:9]", path), false, &x, &why));
    write_text(path, "1 2\n3 nan\n");
    CU_ASSERT_FALSE(data_read(a, path, false, &x, &why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "a NaN at [1, 1]"));
    CU_ASSERT_TRUE(data_read(a, path, true, &x, &why));
    remove(path);
    arena_free(a);
}

static int occurrences(const char *text, const char *what) {
    int n = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what)) n++;
    return n;
}

static void test_figures(void) {
    arena *a = arena_new("test");
    const char *path = temp_path(a, ".svg"), *why = "", *note;
    size_t len;
    data_array x = ramp(a, T_REAL, 3, (int64_t[]){2, 3, 20});
    CU_ASSERT_TRUE(data_known_ending(arena_printf(a, "%s#log", path)));
    CU_ASSERT_TRUE(data_write(a, arena_printf(a, "%s#-2:2,hard,<soft>", path), "y", &x, &note, &why));
    const char *svg = read_whole_file(a, path, 1 << 20, &len, &why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(svg);
    CU_ASSERT_EQUAL(occurrences(svg, "<path fill=\"none\""), 6);
    CU_ASSERT_EQUAL(occurrences(svg, ">hard<"), 2);
    CU_ASSERT_EQUAL(occurrences(svg, ">&lt;soft>"), 2);
    CU_ASSERT_EQUAL(occurrences(svg, ">-1.5<"), 2); /* ticks of the range asked for */
    x = ramp(a, T_COMPLEX, 1, (int64_t[]){8});
    CU_ASSERT_TRUE(data_write(a, path, "z", &x, &note, &why));
    svg = read_whole_file(a, path, 1 << 20, &len, &why);
    CU_ASSERT_TRUE(svg && occurrences(svg, ">re<") == 1 && occurrences(svg, ">im<") == 1);
    x = ramp(a, T_REAL, 2, (int64_t[]){9, 4});
    CU_ASSERT_FALSE(data_write(a, path, "m", &x, &note, &why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "found real[9, 4] (a picture is written to .png)"));
    CU_ASSERT_FALSE(data_read(a, path, false, &x, &why));
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "a figure can be written, not read"));
    remove(path);
    arena_free(a);
}

static void test_fit(void) {
    arena *a = arena_new("test");
    const char *why = "", *help = NULL, *sizes[] = {"N"};
    type want = type_make(T_REAL, 1, (int64_t[]){48});
    data_array x = ramp(a, T_REAL, 1, (int64_t[]){52});
    CU_ASSERT_FALSE(data_fit(a, &x, &want, sizes, "x", "x.npy", &why, &help));
    CU_ASSERT_STRING_EQUAL(help, "compile for this file with -D N=52, or take a part of it with 'x.npy[0:48]'");
    x = ramp(a, T_REAL, 2, (int64_t[]){1, 48});
    CU_ASSERT_TRUE(data_fit(a, &x, &want, sizes, "x", "x.npy", &why, &help));
    CU_ASSERT_EQUAL(x.rank, 1);
    want.rate = 48000;
    x.rate = 44100;
    CU_ASSERT_FALSE(data_fit(a, &x, &want, sizes, "x", "x.wav", &why, &help));
    CU_ASSERT_STRING_EQUAL(why, "the sample rate of x.wav does not fit 'x': expected 48000 Hz, found 44100 Hz");
    want = type_make(T_INT, 0, NULL);
    x = ramp(a, T_REAL, 0, NULL);
    x.v[0] = 0.5;
    CU_ASSERT_FALSE(data_fit(a, &x, &want, NULL, "k", "k.txt", &why, &help));
    arena_free(a);
}

CU_ErrorCode add_data_arrays_tests(void) {
    CU_pSuite s = CU_add_suite("data/arrays", NULL, NULL);
    if (!s || !CU_add_test(s, "npy round trip", test_npy_round_trip) ||
        !CU_add_test(s, "text round trip", test_text_round_trip) ||
        !CU_add_test(s, "sound and picture round trip", test_sound_and_picture) ||
        !CU_add_test(s, "npy byte and array orders", test_npy_orders) ||
        !CU_add_test(s, "npy damage", test_npy_damage) || !CU_add_test(s, "text faults", test_text_faults) ||
        !CU_add_test(s, "channels, ranges, finite values", test_choices) || !CU_add_test(s, "figures", test_figures) ||
        !CU_add_test(s, "fit to a port", test_fit))
        return CU_get_error();
    return CUE_SUCCESS;
}
