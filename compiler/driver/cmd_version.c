/* cmd_version.c: dspc --version. */
#include "driver/driver.h"

#include "data/data.h"

#include <stdlib.h>
#include <unistd.h>

#ifdef DSPC_HAVE_LBFGS
#include <lbfgs.h>
#define LBFGS_FOUND "yes"
#else
#define LBFGS_FOUND NULL
#endif

static void library(const char *name, const char *version, const char *use, const char *package) {
    if (version) printf("  %-12s %-10s %s\n", name, version, use);
    else printf("  %-12s %-10s %s: install the package %s and build again\n", name, "missing", use, package);
}

static bool on_path(const char *tool) {
    const char *path = getenv("PATH");
    char full[4096];
    while (path && *path) {
        const char *colon = path;
        while (*colon && *colon != ':') colon++;
        snprintf(full, sizeof full, "%.*s/%s", (int)(colon - path), path, tool);
        if (access(full, X_OK) == 0) return true;
        path = *colon ? colon + 1 : colon;
    }
    return false;
}

int print_version(void) {
    printf("dspc %s\noptional:\n", DSPC_VERSION);
    library("libsndfile", sound_library_version(), "WAV, FLAC, AIFF, Ogg files", "libsndfile1-dev");
    library("libpng", image_library_version(), "PNG files", "libpng-dev");
    library("liblbfgs", LBFGS_FOUND, "fit --optimizer=lbfgs", "liblbfgs-dev");
    if (on_path("dot")) library("graphviz", "yes", "graph -o FILE.svg", "graphviz");
    else printf("  %-12s %-10s %s: install the package %s\n", "graphviz", "missing", "graph -o FILE.svg", "graphviz");
    return EXIT_FINE;
}
