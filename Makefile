# dspc: see `make help`
CC ?= gcc
CFLAGS ?= -O2 -g
STRICT = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
B = build

COMPILER_SRC = $(wildcard compiler/*/*.c)
COMPILER_OBJ = $(COMPILER_SRC:%.c=$(B)/%.o)

all: objects
objects: $(COMPILER_OBJ)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(STRICT) $(CFLAGS) -Icompiler -Iruntime/include -I$(B) -MMD -MP -c $< -o $@

-include $(COMPILER_OBJ:.o=.d)
.PHONY: all objects
