/* lexer.h: the only entry to the generated scanner. */
#ifndef DSPC_FRONT_LEXER_H
#define DSPC_FRONT_LEXER_H

#include "front/token.h"

void lex_text(scanner *s, const char *text, size_t n); /* defined at the end of lex.l */

#endif
