/* completion.c: completion for bash, printed from the tables. */
#include "driver/options.h"

#include <string.h>

static void put_words(strbuf *out, const char *choices) { /* "a|b" -> "a b" */
    for (; *choices; choices++) sb_putc(out, *choices == '|' ? ' ' : *choices);
}

static void command_options(strbuf *out, command_id id) {
    sb_printf(out, "    %s) words=\"", command_info(id)->name);
    for (int i = 0, n = 0; i < OPT_COUNT; i++) {
        const option_row *o = option_info((option_id)i);
        if (!(o->commands & (1u << id))) continue;
        sb_printf(out, "%s--%s%s", n++ ? " " : "", o->name, o->value && o->kind != PAIR ? "=" : "");
    }
    sb_puts(out, "\" ;;\n");
}

void print_completion(strbuf *out) {
    sb_puts(out, "# bash completion for dspc, printed by `dspc docs completion`\n"
                 "_dspc() {\n"
                 "  local cur prev words commands=\"");
    for (int i = 0; i < CMD_COUNT; i++) sb_printf(out, "%s%s", i ? " " : "", command_info((command_id)i)->name);
    sb_puts(
        out,
        "\"\n"
        "  COMPREPLY=()\n"
        "  cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
        "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
        "    COMPREPLY=($(compgen -W \"$commands help --help --version\" -- \"$cur\")); return\n"
        "  fi\n"
        "  if [ \"$cur\" = = ]; then cur=; else if [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi; fi\n"
        "  case $prev in\n");
    for (int i = 0; i < OPT_COUNT; i++) {
        const option_row *o = option_info((option_id)i);
        if (o->kind != CHOICE) continue;
        sb_printf(out, "    --%s) COMPREPLY=($(compgen -W \"", o->name);
        put_words(out, o->value);
        sb_puts(out, "\" -- \"$cur\")); return ;;\n");
    }
    sb_puts(out, "    ops) COMPREPLY=($(compgen -W \"$(dspc docs names 2>/dev/null)\" -- \"$cur\")); return ;;\n"
                 "    help) COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\")); return ;;\n"
                 "  esac\n"
                 "  case ${COMP_WORDS[1]} in\n");
    for (int i = 0; i < CMD_COUNT; i++) command_options(out, (command_id)i);
    sb_puts(out, "  esac\n"
                 "  case $cur in\n"
                 "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                 "        case $COMPREPLY in *=) compopt -o nospace ;; esac ;;\n"
                 "    *) COMPREPLY=($(compgen -f -X '!*.dsp' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
                 "  esac\n"
                 "}\n"
                 "complete -F _dspc dspc\n");
}
