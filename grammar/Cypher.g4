// grammar/Cypher.g4
// The language: openCypher 9, GQL's quantified patterns, label expressions, subqueries and path searches, and the
// words of this field (VALID ON, IN WINDOW). query/syntax makes the parser of it and the tree of what it reads.
//
// Where openCypher's grammar looks far ahead, this one takes the common form and the tree builder tells apart:
//   - an expression is a flat row of operands and operators; precedence is the builder's (openCypher 9, table of
//     operators), so a long chain is no deep tree of rules;
//   - [x IN xs WHERE … | …] and [(a)-->(b) | …] are lists with a tail; reduce(…), all(…), shortestPath(…) are calls
//     with a tail;
//   - the order of clauses.
parser grammar Cypher;

options { tokenVocab = CypherLexer; }

statement : (EXPLAIN | PROFILE)? (schemaCommand | query) EOF ;

query       : singleQuery (UNION (ALL | DISTINCT)? singleQuery)* ;
singleQuery : clause+ ;

clause
    : matchClause | unwindClause | withClause | letClause | filterClause | forClause | returnClause | finishClause | createClause | mergeClause | setClause
    | removeClause | deleteClause | foreachClause | callClause | loadCsvClause | useClause
    ;

matchClause   : OPTIONAL? MATCH matchMode? pathPattern (',' pathPattern)* where? ;
matchMode     : REPEATABLE (ELEMENTS | ELEMENT BINDINGS) | DIFFERENT (RELATIONSHIPS | RELATIONSHIP BINDINGS) ;
unwindClause  : UNWIND expression AS name ;
withClause    : WITH projectionBody where? ;
letClause     : LET letItem (',' letItem)* ;
letItem       : name '=' expression ;
filterClause  : FILTER WHERE? expression ;
forClause     : FOR name IN expression ;
returnClause  : RETURN projectionBody ;
finishClause  : FINISH ;
createClause  : (CREATE | INSERT) pathPattern (',' pathPattern)* ;
mergeClause   : MERGE pathPattern mergeAction* ;
mergeAction   : ON (CREATE | MATCH) setClause ;
setClause     : SET setItem (',' setItem)* ;
setItem       : operand (('=' | '+=') expression)? ;
removeClause  : REMOVE operand (',' operand)* ;
deleteClause  : (DETACH | NODETACH)? DELETE expression (',' expression)* ;
foreachClause : FOREACH '(' name IN expression '|' clause+ ')' ;
loadCsvClause : LOAD CSV (WITH HEADERS)? FROM expression AS name (FIELDTERMINATOR expression)? ;
useClause     : USE graphName (AT RECORDED TIME expression | WITH HISTORY)? ;
graphName     : name (('.' | '-') (name | INTEGER))* ;

callClause    : OPTIONAL? CALL (importList? '{' query '}' | procedureCall) ;
importList    : '(' ('*' | name (',' name)*)? ')' ;
procedureCall : name ('.' name)* ('(' (expression (',' expression)*)? ')')? yieldPart? ;
yieldPart     : YIELD ('*' | yieldItem (',' yieldItem)*) where? ;
yieldItem     : name (AS name)? ;

projectionBody
    : DISTINCT? ('*' | returnItem) (',' returnItem)* orderBy? skip? limit?
    ;
returnItem : expression (AS name)? ;
orderBy    : ORDER BY sortItem (',' sortItem)* ;
sortItem   : expression (ASC | ASCENDING | DESC | DESCENDING)? ;
skip       : (SKIP_ | OFFSET) expression ;
limit      : LIMIT expression ;
where      : WHERE expression ;

// Patterns. The builder checks that nodes and relationships take turns.
pathPattern
    : (name '=')? pathSearch? ((SHORTESTPATH | ALLSHORTESTPATHS) '(' pathElement+ ')' | pathElement+)
    ;
pathSearch
    : ALL SHORTEST pathMode? (PATH | PATHS)?
    | ANY SHORTEST pathMode? (PATH | PATHS)?
    | SHORTEST INTEGER? pathMode? (PATH | PATHS)? (GROUP | GROUPS)?
    | ANY INTEGER? pathMode? (PATH | PATHS)?
    | ALL pathMode? (PATH | PATHS)?
    | pathMode (PATH | PATHS)?
    ;
pathMode    : WALK | TRAIL | ACYCLIC | SIMPLE ;
pathElement : nodePattern | relPattern | groupPattern ;

nodePattern  : '(' name? labels? properties? where? ')' ;
groupPattern : '(' (name '=')? pathElement+ where? ')' quantifier? ;
relPattern
    : ('<' | OTHER_LEFT)? ('-' | OTHER_DASH) ('[' relDetail ']')? ('-' | OTHER_DASH) ('>' | OTHER_RIGHT)? quantifier?
    ;
relDetail  : name? labels? relLength? properties? relTail* ;
relLength  : '*' INTEGER? ('..' INTEGER?)? ;
relTail    : WHERE expression | VALID ON expression ;
quantifier : '{' INTEGER? (',' INTEGER?)? '}' | '+' | '*' ;
properties : mapLiteral | parameter ;

// `:A&(B|!C)`, `:A:B`, types `:A|B` and `:A|:B`
labels    : ':' labelUnit (('&' | ':' | '|' ':'?) labelUnit)* ;
labelUnit : '!'* (name | '%' | '$' '(' expression ')' | '(' labelUnit (('&' | ':' | '|' ':'?) labelUnit)* ')') ;

// Expressions
expression
    : operand
      ( ( OR | XOR | AND | '=' | '<>' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%' | '^' | '||' | '=~'
        | CONTAINS ) operand
      | (STARTS | ENDS) WITH operand
      | IN (WINDOW window | operand)
      | IS NOT? (NULL_ | ('::' | TYPED) typeName)
      )*
    ;
window   : sum (DAY | DAYS | MONTH | MONTHS | YEAR | YEARS) (ENDING sum (WORKING (DAY | DAYS) BEFORE sum)?)? ;
sum      : operand (('+' | '-' | '*' | '/' | '%' | '^') operand)* ;
typeName : typeWords ('<' typeName '>')? (NOT NULL_)? ;
typeWords
    : (ZONED | LOCAL) (TIME | DATETIME)
    | (TIME | TIMESTAMP) (WITH | WITHOUT) (TIME ZONE | TIMEZONE)
    | PROPERTY VALUE
    | ANY (PROPERTY? VALUE)?
    | name
    ;

operand
    : (NOT | '+' | '-')* atom ('.' name call? | '[' expression? ('..' expression?)? ']')* labelTest?
    ;
// A bar after it may end the WHERE of a comprehension: it is a label's only if nothing else fits.
labelTest : ':' labelUnit (('&' | ':' | '|' ':'?) labelUnit)*? ;

atom
    : INTEGER | FLOAT | BAD_NUMBER | STRING | TRUE_ | FALSE_ | NULL_
    | parameter
    | caseExpression
    | (EXISTS | COUNT | COLLECT) '{' subquery '}'
    | pathInExpression
    | '(' expression ')'
    | list
    | mapLiteral
    | word (call | mapProjection)?
    | CASE | DISTINCT | WHEN
    ;
parameter        : '$' (name | INTEGER) ;
caseExpression   : CASE expression? (WHEN expression (',' expression)* THEN expression)+ (ELSE expression)? END ;
subquery         : query | pathPattern (',' pathPattern)* where? ;
pathInExpression : nodePattern (relPattern nodePattern)+ ;
list             : '[' (expression (',' expression)*)? where? ('|' expression)? ']' ;
call             : '(' ('*' | DISTINCT? (expression (',' expression)*)? where? ('|' expression)?) ')' ;
mapLiteral       : '{' (mapEntry (',' mapEntry)*)? '}' ;
mapEntry         : name ':' expression ;
mapProjection    : '{' (projectionItem (',' projectionItem)*)? '}' ;
projectionItem   : '.' (name | '*') | name (':' expression)? ;

// Schema
schemaCommand
    : CREATE (RANGE | TEXT | BITMAP | COLUMN | ADJACENCY)? INDEX name? ifNotExists? FOR schemaElement ON schemaKeys
    | CREATE CONSTRAINT name? ifNotExists? FOR schemaElement REQUIRE (schemaKey | schemaKeys) IS constraintForm
    | CREATE PROPERTY CLASS name ifNotExists? FOR schemaElement ON schemaKeys
    | DROP PROPERTY CLASS name (IF EXISTS)? FOR schemaElement ON schemaKeys
    | DROP (INDEX | CONSTRAINT) name (IF EXISTS)?
    | SHOW (INDEX | INDEXES | CONSTRAINT | CONSTRAINTS | FUNCTION | FUNCTIONS | PROCEDURE | PROCEDURES)
    | SHOW PROPERTY (CLASS | CLASSES)
    ;
ifNotExists    : IF NOT EXISTS ;
schemaElement  : schemaNode (('<')? '-' '[' name ':' name ']' '-' ('>')? schemaNode)? ;
schemaNode     : '(' name? (':' name)? ')' ;
schemaKeys     : '(' schemaKey (',' schemaKey)* ')' ;
schemaKey      : name '.' name ;
constraintForm
    : (NODE | REL | RELATIONSHIP)? (UNIQUE | KEY)
    | NOT NULL_
    | ('::' | TYPED) typeName ('|' typeName)*
    ;

// Names: every keyword is one. Those that are no `word` cannot be called as a function or begin a map projection,
// for `NOT (a)`, `WHEN (a)` and `DISTINCT (a)` mean something else; variables named not, true, false and null need
// back quotes in expressions.
name : word | CASE | DISTINCT | NOT | WHEN | TRUE_ | FALSE_ | NULL_ ;
word
    : WORD | QUOTED_NAME
    | ACYCLIC | ADJACENCY | ALL | ALLSHORTESTPATHS | AND | ANY | ARRAY | AS | ASC | ASCENDING | AT | BEFORE
    | BINDINGS | BITMAP | BY | CALL | CLASS | CLASSES | COLLECT | COLUMN | CONSTRAINT | CONSTRAINTS | CONTAINS
    | COUNT | CREATE | CSV | DATETIME | DAY | DAYS | DELETE | DESC | DESCENDING | DETACH | DIFFERENT | DROP | ELEMENT
    | ELEMENTS | ELSE | END | ENDING | ENDS | EXISTS | EXPLAIN | FIELDTERMINATOR | FILTER | FINISH | FOR | FOREACH
    | FROM | FUNCTION | FUNCTIONS | GROUP | GROUPS | HEADERS | HISTORY | IF | IN | INDEX | INDEXES | INSERT | IS | KEY
    | LET | LIMIT | LIST | LOAD | LOCAL | MATCH | MERGE | MONTH | MONTHS | NODE | NODETACH | OFFSET | ON | OPTIONAL | OR | ORDER
    | PATH | PATHS | PROCEDURE | PROCEDURES | PROFILE | PROPERTY | RANGE | RECORDED | REL | RELATIONSHIP
    | RELATIONSHIPS | REMOVE | REPEATABLE | REQUIRE | RETURN | SET | SHORTEST | SHORTESTPATH | SHOW | SIMPLE
    | SKIP_ | STARTS | TEXT | THEN | TIME | TIMESTAMP | TIMEZONE | TRAIL | TYPED | UNION | UNIQUE | UNWIND
    | USE | VALID | VALUE | WALK | WHERE | WINDOW | WITH | WITHOUT | WORKING | XOR | YEAR | YEARS | YIELD
    | ZONE | ZONED
    ;
