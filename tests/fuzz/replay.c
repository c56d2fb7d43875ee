/* replay.c: runs a fuzz target on the files named, without libFuzzer. Each file is cut at several places as well, so that a
 * text that breaks off anywhere is among the cases. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f) return perror(argv[i]), 4;
        uint8_t *data = malloc(1 << 17);
        if (!data) return 4;
        size_t size = fread(data, 1, 1 << 17, f);
        fclose(f);
        for (int cut = 0; cut < 6; cut++) LLVMFuzzerTestOneInput(data, size * (size_t)(6 - cut) / 6);
        free(data);
    }
    printf("%d files\n", argc - 1);
    return 0;
}
