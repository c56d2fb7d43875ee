/* parse.y: the grammar. lang-spec/grammar.md says the same in numbered clauses; actions only build nodes. */
%code requires {
#include "front/parser.h"
}

%define api.pure full
%define api.prefix {dspc_yy}
%define api.location.type {loc}
%define api.token.prefix {T_}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {parser *p}

%code {
#define YYMAXDEPTH 5000
#define YYLLOC_DEFAULT(cur, rhs, n)                                                            \
    do {                                                                                       \
        if (n) (cur) = loc_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n));                           \
        else {                                                                                 \
            (cur) = YYRHSLOC(rhs, 0);                                                          \
            (cur).line = (cur).end_line;                                                       \
            (cur).col = (cur).end_col;                                                         \
        }                                                                                      \
    } while (0)
#define LIST(T) NEW(p->a, T)
#define ADD(list, x) vec_push(p->a, (list), (x))

static int dspc_yylex(DSPC_YYSTYPE *value, loc *at, parser *p);
static void dspc_yyerror(const loc *at, parser *p, const char *message);
}

%union {
    const token *token;
    expr *expr;
    expr_list *exprs;
    expr_op op;
    arg arg;
    arg_list *args;
    index_item item;
    item_list *items;
    dim dim;
    dim_list *dims;
    type_expr *type;
    unit unit;
    token_refs *refs;
    param_decl param;
    param_list *params;
    stmt *stmt;
    stmt_list *stmts;
    initial initial;
    initial_list *initials;
    bool flag;
}

%token START_MODULE START_EXPR START_SIGNATURE
%token NEWLINE "the end of the statement"
%token <token> NAME "a name" NUMBER "a number" STRING "a string"
%token SIZE "`size'" DEF "`def'" PIPELINE "`pipeline'" INPUT "`input'" PARAM "`param'" OUTPUT "`output'"
%token LOSS "`loss'" RETURN "`return'" FOR "`for'" IN "`in'" FROM "`from'" RULE "`rule'" SURROGATE "`surrogate'"
%token GIVEN "`given'" IMPORT "`import'" IF "`if'" THEN "`then'" ELSE "`else'" AND "`and'" OR "`or'" NOT "`not'"
%token DIV "`div'" WITH "`with'"
%token ARROW "`->'" DOTDOT "`..'" ELLIPSIS "`...'" EQ "`=='" NE "`!='" LE "`<='" GE "`>='"
%token '=' "`='" ',' "`,'" ';' "`;'" ':' "`:'" '(' "`('" ')' "`)'" '[' "`['" ']' "`]'" '{' "`{'" '}' "`}'"
%token '+' "`+'" '-' "`-'" '*' "`*'" '/' "`/'" '%' "`%'" '^' "`^'" '@' "`@'" '<' "`<'" '>' "`>'" '!' "`!'"
%token '~' "`~'" '\'' "`''" '.' "`.'" '?' "`?'"

%type <expr> expr pipe stage disj conj neg cmp sum prod unary power exponent postfix primary opt_expr range opt_rate
%type <op> compare
%type <exprs> exprs
%type <arg> arg
%type <args> args arg_list opt_with
%type <item> item
%type <items> items
%type <dim> dim
%type <dims> dims dim_list
%type <type> type opt_result base
%type <unit> unit unit_factor
%type <refs> words
%type <param> param
%type <params> params param_list
%type <stmt> item_decl
%type <stmts> item_list stmts block stmt outputs
%type <initial> initial
%type <initials> initials opt_from
%type <flag> opt_surrogate

%%

start
    : START_MODULE decls
    | START_EXPR expr opt_end           { p->result = $2; }
    | START_SIGNATURE signature opt_end
    ;

opt_end: %empty | opt_end NEWLINE ;

sep: NEWLINE | ';' ;

decls
    : %empty
    | decls sep
    | decls decl sep                    { yyerrok; }
    | decls error sep                   { yyerrok; }
    ;

/* ---- declarations ---- */

decl
    : SIZE sizes
    | IMPORT STRING                     { decl *d = new_decl(p, D_IMPORT, @$, NULL);
                                          d->import_path = $2->text; d->name_at = @2; add_decl(p, d); }
    | DEF NAME '(' params ')' opt_result '=' expr
                                        { decl *d = new_decl(p, D_DEF, @$, $2); set_params(d, $4); d->result = $6;
                                          set_body_expr(p, d, @8, $8); add_decl(p, d); }
    | DEF NAME '(' params ')' opt_result block
                                        { decl *d = new_decl(p, D_DEF, @$, $2); set_params(d, $4); d->result = $6;
                                          set_body(p, d, $7); add_decl(p, d); }
    | RULE opt_surrogate NAME '(' params ')' GIVEN NAME block
                                        { decl *d = new_decl(p, D_RULE, @$, $3); set_params(d, $5);
                                          d->surrogate = $2; d->cotangent = $8->text;
                                          set_body(p, d, $9); add_decl(p, d); }
    | PIPELINE NAME block               { decl *d = new_decl(p, D_PIPELINE, @$, $2);
                                          set_body(p, d, $3); add_decl(p, d); }
    | stmt                              { add_top_stmts(p, $1); }
    ;

sizes: size | sizes ',' size ;
size: NAME '=' expr                     { decl *d = new_decl(p, D_SIZE, @$, $1); d->value = $3; add_decl(p, d); } ;

opt_surrogate: %empty { $$ = false; } | SURROGATE { $$ = true; } ;

opt_result: %empty { $$ = NULL; } | ARROW type { $$ = $2; } ;

signature: NAME '(' params ')' opt_result
                                        { decl *d = new_decl(p, D_DEF, @$, $1); set_params(d, $3); d->result = $5;
                                          p->signature = d; } ;

params
    : %empty                            { $$ = LIST(param_list); }
    | param_list
    | param_list ','
    ;
param_list
    : param                             { $$ = LIST(param_list); ADD($$, $1); }
    | param_list ',' param              { $$ = $1; ADD($$, $3); }
    ;
param
    : NAME                              { $$ = new_param($1, NULL, NULL, @$); }
    | NAME '=' expr                     { $$ = new_param($1, NULL, $3, @$); }
    | NAME ':' type                     { $$ = new_param($1, $3, NULL, @$); }
    | NAME ':' type '=' expr            { $$ = new_param($1, $3, $5, @$); }
    ;

/* ---- types ---- */

type
    : base opt_rate                     { $$ = $1; $$->rate = $2; $$->at = @$; }
    | base unit opt_rate                { $$ = $1; $$->has_unit = true; $$->unit = $2; $$->rate = $3; $$->at = @$; }
    ;
base
    : NAME                              { $$ = new_type(p, @1, $1, NULL); }
    | NAME '(' words ')'                { $$ = new_type(p, @1, $1, $3); }
    | NAME '[' dims ']'                 { $$ = new_type(p, @1, $1, NULL); set_type_shape($$, $3); }
    ;
words
    : NAME                              { $$ = LIST(token_refs); ADD($$, $1); }
    | words ',' NAME                    { $$ = $1; ADD($$, $3); }
    ;
dims
    : %empty                            { $$ = LIST(dim_list); }
    | dim_list
    ;
dim_list
    : dim                               { $$ = LIST(dim_list); ADD($$, $1); }
    | dim_list ',' dim                  { $$ = $1; ADD($$, $3); }
    ;
dim
    : ELLIPSIS                          { $$ = (dim){.is_ellipsis = true}; }
    | ELLIPSIS NAME                     { $$ = (dim){.is_ellipsis = true, .name = $2->text}; }
    | expr                              { $$ = (dim){.size = $1}; }
    ;
unit
    : unit_factor
    | NUMBER '/' unit_factor            { $$ = unit_join((unit){0}, $3, -1);
                                          if ($1->number < 1 || $1->number > 1) unit_power(p, $1); }
    | unit '/' unit_factor              { $$ = unit_join($1, $3, -1); }
    | unit '*' unit_factor              { $$ = unit_join($1, $3, 1); }
    ;
unit_factor
    : NAME                              { $$ = unit_of_name(p, $1, 1); }
    | NAME '^' NUMBER                   { $$ = unit_of_name(p, $1, unit_power(p, $3)); }
    ;
opt_rate: %empty { $$ = NULL; } | '@' disj { $$ = $2; } ;

/* ---- statements ---- */

block: '{' stmts '}'                    { $$ = $2; } ;

stmts
    : %empty                            { $$ = LIST(stmt_list); }
    | stmts sep
    | stmts stmt sep                    { $$ = $1; for (int i = 0; i < $2->len; i++) ADD($$, $2->data[i]); yyerrok; }
    | stmts error sep                   { $$ = $1; yyerrok; }
    ;

stmt
    : exprs '=' expr                    { $$ = LIST(stmt_list); ADD($$, new_assignment(p, @$, $1, $3)); }
    | exprs                             { $$ = LIST(stmt_list); ADD($$, new_expression(p, @$, $1)); }
    | INPUT item_list                   { $$ = $2; finish_items(p, S_INPUT, @1, $2); }
    | PARAM item_list                   { $$ = $2; finish_items(p, S_PARAM, @1, $2); }
    | OUTPUT outputs                    { $$ = $2; $2->data[0]->at = loc_join(@1, $2->data[0]->at); }
    | LOSS expr                         { $$ = LIST(stmt_list); stmt *s = new_stmt(p, S_LOSS, @$); s->value = $2;
                                          ADD($$, s); }
    | RETURN exprs                      { $$ = LIST(stmt_list); stmt *s = new_stmt(p, S_RETURN, @$);
                                          s->values = $2->data; s->nvalues = $2->len; ADD($$, s); }
    | FOR NAME IN range opt_from opt_with block
                                        { $$ = LIST(stmt_list); ADD($$, new_for(p, @$, $2, $4, $5, $6, $7)); }
    ;

item_list
    : item_decl                         { $$ = LIST(stmt_list); ADD($$, $1); }
    | item_list ',' item_decl           { $$ = $1; ADD($$, $3); }
    ;
item_decl
    : NAME ':' type                     { $$ = new_item(p, @$, $1, $3); }
    | item_decl '=' expr                { $$ = $1; item_value(p, $$, @$, $3); }
    | item_decl '~' expr                { $$ = $1; item_init(p, $$, @$, $3); }
    | item_decl IN range                { $$ = $1; item_range(p, $$, @$, $3, NULL); }
    | item_decl IN range NAME           { $$ = $1; item_range(p, $$, @$, $3, $4); }
    ;

outputs
    : NAME                              { $$ = LIST(stmt_list); ADD($$, new_output(p, @$, $1, NULL)); }
    | NAME '=' expr                     { $$ = LIST(stmt_list); ADD($$, new_output(p, @$, $1, $3)); }
    | outputs ',' NAME                  { $$ = $1; ADD($$, new_output(p, @3, $3, NULL)); }
    | outputs ',' NAME '=' expr         { $$ = $1; ADD($$, new_output(p, loc_join(@3, @5), $3, $5)); }
    ;

range: disj DOTDOT disj                 { $$ = new_range(p, @$, $1, $3); } ;

opt_from: %empty { $$ = NULL; } | FROM initials { $$ = $2; } ;
initials
    : initial                           { $$ = LIST(initial_list); ADD($$, $1); }
    | initials ',' initial              { $$ = $1; ADD($$, $3); }
    ;
initial: postfix '=' expr               { $$ = new_initial(p, @$, $1, $3); } ;

opt_with: %empty { $$ = NULL; } | WITH arg_list { $$ = $2; } ;

/* ---- expressions, loosest first ---- */

exprs
    : expr                              { $$ = LIST(expr_list); ADD($$, $1); }
    | exprs ',' expr                    { $$ = $1; ADD($$, $3); }
    ;

opt_expr: %empty { $$ = NULL; } | expr ;

expr
    : pipe
    | IF pipe THEN expr ELSE expr       { $$ = new_if(p, @$, $2, $4, $6); }
    ;
pipe
    : disj
    | pipe ARROW stage                  { $$ = new_pipe(p, $1, $3); }
    ;
stage
    : NAME                              { $$ = new_call(p, @$, $1, NULL); }
    | NAME '(' args ')'                 { $$ = new_call(p, @$, $1, $3); }
    ;
disj
    : conj
    | disj OR conj                      { $$ = new_binary(p, OP_OR, @$, $1, $3); }
    ;
conj
    : neg
    | conj AND neg                      { $$ = new_binary(p, OP_AND, @$, $1, $3); }
    ;
neg
    : cmp
    | NOT neg                           { $$ = new_unary(p, OP_NOT, @$, $2); }
    ;
cmp
    : sum
    | sum compare sum                   { $$ = new_binary(p, $2, @$, $1, $3); }
    ;
compare
    : EQ { $$ = OP_EQ; } | NE { $$ = OP_NE; } | '<' { $$ = OP_LT; } | LE { $$ = OP_LE; } | '>' { $$ = OP_GT; }
    | GE { $$ = OP_GE; }
    ;
sum
    : prod
    | sum '+' prod                      { $$ = new_binary(p, OP_ADD, @$, $1, $3); }
    | sum '-' prod                      { $$ = new_binary(p, OP_SUB, @$, $1, $3); }
    ;
prod
    : unary
    | prod '*' unary                    { $$ = new_binary(p, OP_MUL, @$, $1, $3); }
    | prod '/' unary                    { $$ = new_binary(p, OP_DIV, @$, $1, $3); }
    | prod DIV unary                    { $$ = new_binary(p, OP_FLOORDIV, @$, $1, $3); }
    | prod '%' unary                    { $$ = new_binary(p, OP_MOD, @$, $1, $3); }
    | prod '@' unary                    { $$ = new_binary(p, OP_MATMUL, @$, $1, $3); }
    ;
unary
    : power
    | '-' unary                         { $$ = new_unary(p, OP_NEG, @$, $2); }
    | '!' unary                         { $$ = new_unary(p, OP_NOT, @$, $2); }
    ;
power
    : postfix
    | postfix '^' exponent              { $$ = new_binary(p, OP_POW, @$, $1, $3); }
    ;
exponent
    : power
    | '-' exponent                      { $$ = new_unary(p, OP_NEG, @$, $2); }
    ;
postfix
    : primary
    | postfix '\''                      { $$ = new_unary(p, OP_CTRANSPOSE, @$, $1); }
    | postfix '[' items ']'             { $$ = new_index(p, @$, $1, $3); }
    ;
primary
    : NUMBER                            { $$ = new_leaf(p, E_NUMBER, $1); }
    | STRING                            { $$ = new_leaf(p, E_STRING, $1); }
    | NAME                              { $$ = new_leaf(p, E_NAME, $1); }
    | NAME '(' args ')'                 { $$ = new_call(p, @$, $1, $3); }
    | '(' expr ')'                      { $$ = $2; }
    | '[' args ']'                      { $$ = new_array(p, @$, $2); }
    ;

args
    : %empty                            { $$ = LIST(arg_list); }
    | arg_list
    | arg_list ','
    ;
arg_list
    : arg                               { $$ = LIST(arg_list); ADD($$, $1); }
    | arg_list ',' arg                  { $$ = $1; ADD($$, $3); }
    ;
arg
    : expr                              { $$ = new_arg(NULL, $1, @$); }
    | NAME '=' expr                     { $$ = new_arg($1, $3, @$); }
    ;

items
    : item                              { $$ = LIST(item_list); ADD($$, $1); }
    | items ',' item                    { $$ = $1; ADD($$, $3); }
    ;
item
    : expr                              { $$ = (index_item){.at = $1, .where = @$}; }
    | ELLIPSIS                          { $$ = (index_item){.is_ellipsis = true, .where = @$}; }
    | opt_expr ':' opt_expr             { $$ = (index_item){.is_slice = true, .start = $1, .stop = $3, .where = @$}; }
    | opt_expr ':' opt_expr ':' opt_expr
                                        { $$ = (index_item){.is_slice = true, .start = $1, .stop = $3, .step = $5,
                                                            .where = @$}; }
    ;

%%

static int dspc_yylex(DSPC_YYSTYPE *value, loc *at, parser *p) {
    const token *t = &p->tokens.data[p->pos < p->tokens.len ? p->pos : p->tokens.len - 1];
    if (p->pos < p->tokens.len) p->pos++;
    value->token = t;
    *at = t->at;
    return t->kind;
}

static int yyreport_syntax_error(const yypcontext_t *context, parser *p) {
    yysymbol_kind_t kinds[YYNTOKENS];
    const char *names[YYNTOKENS];
    int n = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    if (n < 0) return n;
    for (int i = 0; i < n; i++) names[i] = yysymbol_name(kinds[i]);
    syntax_error(p, names, n);
    return 0;
}

static void dspc_yyerror(const loc *at, parser *p, const char *message) {
    (void)at;
    (void)message; /* only "memory exhausted" comes this way */
    parser_exhausted(p);
}
