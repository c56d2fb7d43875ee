/* aliases.c: names of other libraries: `np.convolve` against the list "np.convolve, scipy.signal.fftconvolve". */
#include "support/support.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_ALIAS = 127 };

/* What modules are imported as, and what the lists call them; the longest first where one begins with another. */
static const char *const modules[][2] = {{"jax.numpy.", "np."},
                                         {"numpy.", "np."},
                                         {"jnp.", "np."},
                                         {"torch.nn.functional.", "torch.nn.functional."},
                                         {"nn.functional.", "torch.nn.functional."},
                                         {"F.", "torch.nn.functional."},
                                         {"nn.", "torch.nn."},
                                         {"T.", "torchaudio.transforms."},
                                         {"signal.", "scipy.signal."},
                                         {"ss.", "scipy.signal."},
                                         {"ndimage.", "scipy.ndimage."},
                                         {"ndi.", "scipy.ndimage."},
                                         {"special.", "scipy.special."},
                                         {"linalg.", "scipy.linalg."},
                                         {"sp.", "scipy."},
                                         {"pra.", "pyroomacoustics."}};

/* Names that stand before a dot in programs of other languages: Python's modules and Faust's libraries. */
static const char *const libraries[] = {"np",
                                        "numpy",
                                        "jnp",
                                        "jax",
                                        "torch",
                                        "nn",
                                        "F",
                                        "T",
                                        "torchaudio",
                                        "scipy",
                                        "sp",
                                        "ss",
                                        "signal",
                                        "ndimage",
                                        "ndi",
                                        "linalg",
                                        "special",
                                        "fft",
                                        "librosa",
                                        "pywt",
                                        "ptwt",
                                        "skimage",
                                        "sm",
                                        "tf",
                                        "keras",
                                        "cv2",
                                        "kornia",
                                        "math",
                                        "cmath",
                                        "padasip",
                                        "sigpy",
                                        "deepinv",
                                        "auraloss",
                                        "pra",
                                        "matlab",
                                        "fi",
                                        "de",
                                        "en",
                                        "co",
                                        "si",
                                        "os",
                                        "no",
                                        "ef",
                                        "an",
                                        "ma",
                                        "statsmodels",
                                        "pyroomacoustics",
                                        "pyproximal",
                                        "pylops",
                                        "torchmetrics",
                                        "museval",
                                        "pyloudnorm",
                                        "tslearn"};

bool library_name(const char *text, size_t n) {
    for (size_t i = 0; i < COUNT_OF(libraries); i++)
        if (strlen(libraries[i]) == n && memcmp(libraries[i], text, n) == 0) return true;
    return false;
}

/* CMSIS-DSP has each function in every number format: the lists name the one in single precision. */
static void in_single_precision(char *name) {
    static const char *const formats[] = {"_f16", "_f64", "_q7", "_q15", "_q31", "_s8"};
    size_t n = strlen(name);
    if (strncmp(name, "arm_", 4) != 0) return;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        size_t k = strlen(formats[i]);
        if (n > k && n - k + 5 <= LONGEST_ALIAS && strcmp(name + n - k, formats[i]) == 0) {
            memcpy(name + n - k, "_f32", 5);
            return;
        }
    }
}

static void canonical(const char *name, char out[LONGEST_ALIAS + 1]) {
    const char *head = "";
    for (size_t i = 0; i < COUNT_OF(modules); i++)
        if (strncmp(name, modules[i][0], strlen(modules[i][0])) == 0) {
            head = modules[i][1];
            name += strlen(modules[i][0]);
            break;
        }
    size_t h = strlen(head), n = strlen(name);
    out[0] = 0;
    if (h + n > LONGEST_ALIAS) return;
    memcpy(out, head, h);
    memcpy(out + h, name, n + 1);
    in_single_precision(out);
}

const char *last_part(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

alias_fit alias_match(const char *aliases, const char *name) {
    char want[LONGEST_ALIAS + 1];
    alias_fit best = ALIAS_NONE;
    canonical(name, want);
    size_t k = strlen(want);
    while (k && *aliases) {
        size_t n = strcspn(aliases, ",");
        if (n == k && strncasecmp(aliases, want, k) == 0) return ALIAS_WHOLE;
        if (n > k && aliases[n - k - 1] == '.' && strncasecmp(aliases + n - k, want, k) == 0) best = ALIAS_END;
        aliases += n + strspn(aliases + n, ", ");
    }
    return best;
}

int alias_ends(arena *a, const char *aliases, const char **out, int limit) {
    int count = 0;
    while (*aliases && count < limit) {
        size_t n = strcspn(aliases, ","), from = n;
        while (from > 0 && (isalnum((unsigned char)aliases[from - 1]) || aliases[from - 1] == '_')) from--;
        if (from < n && (from == 0 || aliases[from - 1] == '.'))
            out[count++] = arena_strndup(a, aliases + from, n - from);
        aliases += n + strspn(aliases + n, ", ");
    }
    return count;
}
