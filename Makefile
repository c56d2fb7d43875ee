# dspc: `make help` lists what can be made.
VERSION = 0.1.0

ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O2 -g
LIB_CFLAGS ?= -O3 -g -fno-math-errno -fno-trapping-math -ffp-contract=fast
PREFIX ?= /usr/local
DESTDIR ?=
TIME ?= 60
CLANG ?= clang

B = build
ifdef SAN
B = build-san
CFLAGS = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LIB_CFLAGS = $(CFLAGS)
endif
ifdef FUZZER
B = build-fuzz
CFLAGS = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LIB_CFLAGS = $(CFLAGS)
endif

# Everything is built by as many jobs as there are processors unless -j says otherwise.
MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL)$(filter -j% --jobs%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

# make V=1 shows the commands.
Q = $(if $(V),,@)

# Debian's names; see `make deps` for other systems.
PACKAGES = gcc g++ clang libc6-dev flex bison pkg-config libfftw3-dev libblas-dev libcunit1-dev \
           libsndfile1-dev libpng-dev liblbfgs-dev graphviz clang-format clang-tidy alsa-utils

# `make deps test`: goals that change what the others find are made in the order given, each in a make of its own.
ifneq ($(and $(filter deps clean,$(MAKECMDGOALS)),$(word 2,$(MAKECMDGOALS))),)
.PHONY: $(MAKECMDGOALS)
$(firstword $(MAKECMDGOALS)):
	+@set -e; for goal in $(MAKECMDGOALS); do $(MAKE) $$goal; done
$(wordlist 2,99,$(MAKECMDGOALS)): $(firstword $(MAKECMDGOALS))
	@:
else

deps: ## installs what is missing (Debian, Ubuntu), or says what to install
	@sh .ci/deps.sh $(PACKAGES)

# ---- flags ---------------------------------------------------------------------------------------------------------------
STRICT = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
BASE = -std=c11 -D_POSIX_C_SOURCE=200809L
GEN = $(B)/gen
have = $(shell pkg-config --exists $(1) 2>/dev/null && echo yes)

OPTIONAL_CPPFLAGS :=
OPTIONAL_LIBS :=
ifeq ($(call have,sndfile),yes)
OPTIONAL_CPPFLAGS += -DDSPC_HAVE_SNDFILE=1 $(shell pkg-config --cflags sndfile)
OPTIONAL_LIBS += $(shell pkg-config --libs sndfile)
endif
ifeq ($(call have,libpng),yes)
OPTIONAL_CPPFLAGS += -DDSPC_HAVE_PNG=1 $(shell pkg-config --cflags libpng)
OPTIONAL_LIBS += $(shell pkg-config --libs libpng)
endif
ifeq ($(call have,liblbfgs),yes)
OPTIONAL_CPPFLAGS += -DDSPC_HAVE_LBFGS=1 $(shell pkg-config --cflags liblbfgs)
OPTIONAL_LIBS += $(shell pkg-config --libs liblbfgs)
endif
BLAS_LIBS := $(shell pkg-config --libs cblas 2>/dev/null || pkg-config --libs blas 2>/dev/null || echo -lblas)
FFTW_LIBS := $(shell pkg-config --libs fftw3 fftw3f 2>/dev/null || echo -lfftw3 -lfftw3f)
HOST_LIBS = $(FFTW_LIBS) $(BLAS_LIBS) -lpthread -lm
CUNIT_LIBS := $(shell pkg-config --libs cunit 2>/dev/null || echo -lcunit)

CPPFLAGS_ALL = $(BASE) -Icompiler -I$(GEN) -Iruntime/include -DDSPC_VERSION='"$(VERSION)"' \
               -DDSPC_HOST_LIBS='"$(strip $(HOST_LIBS))"' $(OPTIONAL_CPPFLAGS) $(CPPFLAGS)
GENERATED_WARNINGS = -Wno-conversion -Wno-sign-conversion -Wno-shadow -Wno-pedantic -Wno-unused-function -Wno-missing-prototypes \
                     -Wno-unused-but-set-variable

# ---- what there is -------------------------------------------------------------------------------------------------------
LEX = $(wildcard compiler/*/*.l)
YACC = $(wildcard compiler/*/*.y)
PRELUDE = $(sort $(wildcard compiler/prelude/*.dsp))
LIB_HEADERS = $(wildcard runtime/include/*.h)
LIB_SRC = $(sort $(wildcard runtime/*/*.c runtime/*/*/*.c))
RUNTIME_TEXT = $(sort $(wildcard runtime/include/*.h runtime/*/*.[ch] runtime/*/*/*.[ch]))
GENERATED = $(LEX:compiler/%.l=$(GEN)/%.c) $(YACC:compiler/%.y=$(GEN)/%.c)
EMBEDDED = $(GEN)/embed_prelude.c $(GEN)/embed_runtime.c
SRC = $(sort $(wildcard compiler/*/*.c))
MAIN = compiler/driver/main.c

OBJ = $(SRC:%.c=$(B)/obj/%.o) $(GENERATED:$(GEN)/%.c=$(B)/obj/gen/%.o) $(EMBEDDED:$(GEN)/%.c=$(B)/obj/gen/%.o)
CORE_OBJ = $(filter-out $(MAIN:%.c=$(B)/obj/%.o),$(OBJ))
LIB_OBJ = $(LIB_SRC:%.c=$(B)/obj/%.o)
LIB = $(B)/lib/libdspc.a
DSPC = $(if $(wildcard $(MAIN)),$(B)/dspc)

TEST_SRC = $(sort $(wildcard tests/*/test_*.c))
KIT_SRC = $(sort $(wildcard tests/*/kit_*.c))
KIT_OBJ = $(KIT_SRC:%.c=$(B)/obj/%.o)
TEST_OBJ = $(TEST_SRC:%.c=$(B)/obj/%.o) $(KIT_OBJ) $(B)/obj/tests/main.o
CORE = $(B)/lib/libcore.a
FUZZ_SRC = $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN = $(FUZZ_SRC:tests/fuzz/%.c=$(B)/fuzz/%)
REPLAY_BIN = $(FUZZ_SRC:tests/fuzz/%.c=$(B)/replay/%)

.DEFAULT_GOAL := all
.PHONY: deps all test demo bench samples lint format fuzz fuzz-programs install uninstall clean help selfcheck random FORCE
.SECONDARY:
.DELETE_ON_ERROR:

all: $(DSPC) $(if $(DSPC),$(B)/selfcheck.ok) $(LIB) $(LIB_HEADERS:runtime/include/%=$(B)/include/%) $(if $(DSPC),,$(OBJ)) ## the compiler, its runtime library and headers (in build/)

# ---- compiler ------------------------------------------------------------------------------------------------------------
$(B)/dspc: $(OBJ)
	@mkdir -p $(@D)
	@echo '  LD  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(OPTIONAL_LIBS) -ldl -lm -o $@

# Every build: the operator table proves itself.
selfcheck: $(B)/selfcheck.ok
$(B)/selfcheck.ok: $(B)/dspc
	$(Q)$(B)/dspc --selfcheck-table
	@touch $@

# The compiler without its main: what tests and fuzzers link.
$(CORE): $(CORE_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcsD $@ $^

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC  $<'
	$(Q)$(CC) $(CPPFLAGS_ALL) $(STRICT) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/obj/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	@echo '  CC  $<'
	$(Q)$(CC) $(CPPFLAGS_ALL) $(STRICT) $(GENERATED_WARNINGS) $(CFLAGS) -MMD -MP -c $< -o $@

# Generated headers must be there before anything that may include them is compiled; the .d files know the rest.
$(OBJ) $(TEST_OBJ) $(B)/obj/tests/ops/random_main.o $(FUZZ_SRC:%.c=$(B)/obj/%.o): | $(GENERATED)

$(GEN)/%.c: compiler/%.y
	@mkdir -p $(@D)
	$(Q)bison -Wall --header=$(GEN)/$*.h --output=$@ $<

$(GEN)/%.c: compiler/%.l
	@mkdir -p $(@D)
	$(Q)flex --header-file=$(GEN)/$*.h --outfile=$@ $<

# The scanner includes the parser's token numbers, so the parser is generated first.
$(LEX:compiler/%.l=$(B)/obj/gen/%.o): | $(YACC:compiler/%.y=$(GEN)/%.c)

# Texts carried inside the binary: the prelude, and the runtime's sources for --standalone (support/embedded.h).
$(GEN)/embed_prelude.c: $(PRELUDE) .ci/embed.sh
	@mkdir -p $(@D)
	$(Q)sh .ci/embed.sh prelude compiler/prelude/ $(PRELUDE) > $@
$(GEN)/embed_runtime.c: $(RUNTIME_TEXT) .ci/embed.sh
	@mkdir -p $(@D)
	$(Q)sh .ci/embed.sh runtime runtime/ $(RUNTIME_TEXT) > $@

# ---- runtime -------------------------------------------------------------------------------------------------------------
$(LIB): $(LIB_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(if $(LIB_OBJ),ar rcsD $@ $^,ar rcsD $@)

$(LIB_OBJ): $(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC  $<'
	$(Q)$(CC) $(BASE) -Iruntime/include -Iruntime $(STRICT) $(LIB_CFLAGS) -fPIC -MMD -MP -c $< -o $@

$(B)/include/%: runtime/include/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

# ---- tests ---------------------------------------------------------------------------------------------------------------
# tests/<area>/test_<name>.c exports CU_ErrorCode add_<area>_<name>_tests(void); kit_<name>.c holds what tests share.
$(GEN)/test_list.inc: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(foreach t,$(TEST_SRC:tests/%.c=%),'SUITE($(subst /,_,$(subst /test_,/,$(t))))') > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(B)/obj/tests/main.o: $(GEN)/test_list.inc

$(B)/tests: $(TEST_OBJ) $(CORE) $(LIB)
	@echo '  LD  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(CUNIT_LIBS) $(OPTIONAL_LIBS) -ldl $(HOST_LIBS) -o $@

# Fuzz targets with a plain main, for the seeds (tests/fuzz/run.sh).
$(B)/replay/%: $(B)/obj/tests/fuzz/%.o $(B)/obj/tests/fuzz/replay.o $(CORE) $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(OPTIONAL_LIBS) -ldl $(HOST_LIBS) -o $@

# Random programs on demand: build/random --count 10000 --seed 1
random: $(B)/random
$(B)/random: $(B)/obj/tests/ops/random_main.o $(KIT_OBJ) $(CORE) $(LIB)
	@echo '  LD  $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(OPTIONAL_LIBS) -ldl $(HOST_LIBS) -o $@

test: all $(B)/tests $(B)/random $(REPLAY_BIN) ## all tests; the last line counts them (SAN=1: with sanitizers; ONLY=name: some)
	@BUILD=$(B) CC='$(CC)' CLANG='$(CLANG)' SAN='$(SAN)' sh tests/run.sh $(ONLY)

# ---- jobs ----------------------------------------------------------------------------------------------------------------
demo: all ## the main job on a real recording
	@BUILD=$(B) CC='$(CC)' sh samples/demo.sh

samples: all ## builds and runs every sample, prints the table of samples/README.md (TABLE=1 puts it there)
	@BUILD=$(B) CC='$(CC)' sh samples/run-all.sh $(ONLY)

bench: all ## against hand-written C over FFTW and BLAS, in the same run
	@BUILD=$(B) CC='$(CC)' LIBS='$(HOST_LIBS)' sh tests/bench/run.sh $(if $(ONLY),--only=$(ONLY)) $(BENCH)

fuzz: ## TIME=60 seconds of libFuzzer per target (needs clang)
	@$(MAKE) FUZZER=1 CC=$(CLANG) fuzz-programs
	@TIME=$(TIME) sh tests/fuzz/run-fuzz.sh build-fuzz
fuzz-programs: $(FUZZ_BIN)
$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(CORE) $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $^ $(OPTIONAL_LIBS) -ldl $(HOST_LIBS) -o $@

FORMATTED = $(SRC) $(wildcard compiler/*/*.h) $(LIB_SRC) $(LIB_HEADERS) $(TEST_SRC) tests/main.c $(wildcard tests/bench/*.[ch])
lint: $(GENERATED) ## layers, layout of the text, static analysis
	@CC='$(CC)' CLANG='$(CLANG)' FLAGS='$(BASE) -Icompiler -I$(GEN) -Iruntime/include $(OPTIONAL_CPPFLAGS) $(STRICT)' sh .ci/lint.sh $(FORMATTED)
docs: all ## prints the references of lang-spec/ from the tables
	@for page in operators diagnostics; do $(B)/dspc docs $$page > lang-spec/$$page.md; done
format: ## lays out the C text with clang-format
	@clang-format -i $(FORMATTED)

# ---- installation --------------------------------------------------------------------------------------------------------
D = $(DESTDIR)$(PREFIX)
install: all ## into PREFIX (DESTDIR= for packagers): command, library, header, dspc.pc, man page, completion
	@sh .ci/install.sh $(B) '$(D)' '$(PREFIX)' '$(VERSION)'
uninstall: ## removes what install put there
	rm -f '$(D)/bin/dspc' '$(D)/lib/libdspc.a' '$(D)/lib/pkgconfig/dspc.pc' '$(D)/share/man/man1/dspc.1'
	rm -f '$(D)/share/bash-completion/completions/dspc' $(LIB_HEADERS:runtime/include/%='$(D)/include/%')

clean: ## removes everything built
	rm -rf build build-san build-fuzz

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 16
	@echo 'Variables: CC, CFLAGS, PREFIX, DESTDIR, SAN=1, TIME (fuzz), ONLY (test, bench)'

-include $(OBJ:.o=.d) $(LIB_OBJ:.o=.d) $(TEST_OBJ:.o=.d) $(B)/obj/tests/ops/random_main.d $(FUZZ_SRC:%.c=$(B)/obj/%.d)
endif
