/* data.h: arrays from and to files, by the ending of the file's name.
 *
 *   .npy                   NumPy: format 1.0 to 3.0, b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16, any byte and array order
 *   .wav .flac .aif .ogg   libsndfile: [samples] when mono, [channels, samples] otherwise; values in -1..1
 *   .png                   libpng: grey [H, W] or RGB [3, H, W], 8 or 16 bit, values in 0..1
 *   .csv .tsv .txt .dat    numbers by rows
 *   .svg                   (writing) a figure: [N], [K, N] as K lines, [P, K, N] as P panels; behind `#`, separated by
 *                          commas: log, bars, FROM:TO (the range of x), names of the lines: `y.svg#-2:2,hard,soft`
 *   -                      (writing) a listing for people on standard output
 *
 * A file to read may carry a choice: `voice.wav#mean`, `voice.wav#2` (channels count from 1),
 * `voice.wav[16000:64000]` (a range of the last axis, as in the language). Values are doubles in memory whatever
 * the file holds. Files are written whole or not at all. Every failure is one sentence for the user in *why. */
#ifndef DSPC_DATA_H
#define DSPC_DATA_H

#include "ir/graph.h"

typedef struct data_array {
    dtype dt;
    int rank;
    int64_t shape[MAX_RANK];
    double *v;   /* row-major; complex interleaved re, im; ints exact */
    double rate; /* samples per second along the last axis; 0: the file does not say */
    bool single; /* came from, or is to be written with, single precision */
} data_array;

/* Reads the file that `spec` names. A NaN or an infinity is an error that names the first one, unless allowed. */
bool data_read(arena *a, const char *spec, bool allow_nonfinite, data_array *out, const char **why);
/* Writes x to `path`. *note (may be set on success) tells of something the user should know: pixels clipped. */
bool data_write(arena *a, const char *path, const char *name, const data_array *x, const char **note, const char **why);
/* Is the ending one that data_read and data_write know? */
bool data_known_ending(const char *path);

/* Makes x the array that a port of type `want` takes: real to complex, whole reals to int, axes of length 1 added or
 * dropped. On a mismatch: what was expected and found in *why, and how to mend it in *help (NULL when nothing helps).
 * `size_name(k)` is the name of the `size` that axis k of the port was declared with, or NULL. */
bool data_fit(arena *a, data_array *x, const type *want, const char *const *size_names, const char *port,
              const char *file, const char **why, const char **help);

int64_t data_count(const data_array *x); /* elements; a complex number is one */
data_array data_new(arena *a, dtype dt, int rank, const int64_t *shape);
char *data_shape_text(arena *a, const data_array *x); /* "real[3, 4]" */
/* "y: real[4096] @ 16000 Hz" and the values, long arrays shortened in the middle. */
void data_list(strbuf *out, const char *name, const data_array *x);
/* The shortest text that reads back as the same double, or as the same float when `single`. */
void data_number(strbuf *out, double v, bool single);

/* ---- one reader and writer per format, private to data/ ---------------------------------------------------------- */
bool npy_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why);
void npy_encode(strbuf *out, const data_array *x);
bool text_decode(arena *a, const char *text, size_t len, data_array *out, const char **why);
void text_encode(strbuf *out, const data_array *x, char separator);
bool sound_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why);
bool sound_encode(arena *a, strbuf *out, const char *ending, const data_array *x, const char **why);
bool image_decode(arena *a, const unsigned char *bytes, size_t len, data_array *out, const char **why);
bool image_encode(arena *a, strbuf *out, const data_array *x, const char **note, const char **why);
bool figure_encode(arena *a, strbuf *out, const char *name, const char *how, const data_array *x, const char **why);
const char *sound_library_version(void); /* NULL: built without libsndfile */
const char *image_library_version(void); /* NULL: built without libpng */

#endif
