// query/syntax/tree_builder.h
#pragma once
// Makes the tree of what the generated parser read; what the grammar leaves open (precedence, comprehensions,
// the order of clauses) is decided here.
//
// Functions take a node of the parse tree and are named after its rule. Recursion follows the brackets of the
// statement, which were counted before.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "query/syntax/ast.h"
#include "query/syntax/lexemes.h"
#include "query/syntax/parse_tree.h"

namespace xinpu::query {

class TreeBuilder {
public:
    explicit TreeBuilder(std::string_view text) noexcept : text_(text) {}

    std::unique_ptr<Statement> statement(Tree& tree);

private:
    /// What a query stands in: it decides which clauses it may have and end with.
    enum class Place : std::uint8_t { Top, Call, Exists, Collect };
    /// Whether a pattern is a fine operand: where a truth value is asked for.
    enum class Asks : std::uint8_t { Value, Truth };
    enum class PatternUse : std::uint8_t { Match, Create, Merge, Expression };

    // tree_queries.cpp
    QueryPtr query(Tree& tree, Place place);
    SingleQuery singleQuery(Tree& tree, Place place, bool sole);
    void checkOrder(const SingleQuery& query, Place place, bool sole) const;
    void checkLast(const Clause& clause, Place place, bool sole) const;
    void onlyReads(const Lexeme& at) const;

    // tree_clauses.cpp
    Clause clause(Tree& tree);
    Clause matchClause(Tree& tree);
    Clause unwindClause(Tree& tree);
    Clause withClause(Tree& tree);
    Clause letClause(Tree& tree);
    Clause filterClause(Tree& tree);
    Clause forClause(Tree& tree);
    Clause mergeClause(Tree& tree);
    Clause deleteClause(Tree& tree);
    Clause foreachClause(Tree& tree);
    Clause callClause(Tree& tree);
    void procedureCall(Clause& clause, Tree& tree);
    void yieldPart(Clause& clause, Tree& tree);
    Clause loadCsvClause(Tree& tree);
    Clause useClause(Tree& tree);
    Projection projectionBody(Tree& tree);
    ProjectionItem returnItem(Tree& tree);
    std::vector<SetItem> setItems(Tree& tree);
    SetItem setTarget(Tree& tree);
    SetItem setItem(Tree& tree);

    // tree_schema.cpp
    std::unique_ptr<SchemaCommand> schemaCommand(Tree& tree);
    void schemaElement(SchemaCommand& command, Tree& tree);
    void schemaKeys(SchemaCommand& command, std::vector<Tree*> keys);
    void constraintForm(SchemaCommand& command, Tree& tree);

    // tree_patterns.cpp
    std::vector<PathPattern> pathPatterns(Children& children, PatternUse use);
    PathPattern pathPattern(Tree& tree, PatternUse use);
    void pathSearch(PathPattern& path, Tree& tree);
    void pathElements(PathPattern& path, Children& children, PatternUse use);
    NodePattern nodePattern(Tree& tree, PatternUse use);
    std::unique_ptr<RelPattern> relPattern(Tree& tree, PatternUse use);
    void relDetail(RelPattern& relationship, Tree& tree, PatternUse use);
    std::unique_ptr<QuantifiedPath> groupPattern(Tree& tree);
    void checkCreated(const RelPattern& relationship, PatternUse use) const;
    Quantifier quantifier(Tree& tree);
    Quantifier relLength(Tree& tree);
    ExprPtr properties(Tree& tree, PatternUse use);
    std::unique_ptr<LabelExpr> labels(Tree& tree);
    LabelExpr labelChain(Children& children);
    LabelExpr labelUnit(Tree& tree);
    PathPattern pathInExpression(Tree& tree);

    // tree_expressions.cpp
    ExprPtr expression(Tree& tree, Asks asks = Asks::Value);
    ExprPtr expressionFrom(Tree& tree, std::size_t child, Asks asks);
    ExprPtr where(Tree& tree);
    ExprPtr operand(Tree& tree, Asks asks);
    ExprPtr window(ExprPtr date, Tree& tree);
    ExprPtr subscript(ExprPtr of, Position at, Children& children);
    ExprPtr finish(ExprPtr expr);
    ExprPtr finishOver(ExprPtr expr, std::uint16_t below);
    ExprPtr node(ExprKind kind, Position at, ExprPtr first = nullptr, ExprPtr second = nullptr);

    // tree_atoms.cpp
    ExprPtr atom(Tree& tree, Asks asks);
    ExprPtr ofPath(ExprKind kind, Position at, Tree& path);
    ExprPtr parameter(Tree& tree);
    ExprPtr caseExpression(Tree& tree);
    ExprPtr subquery(const Lexeme& word, Tree& tree);
    ExprPtr list(Tree& tree);
    ExprPtr listComprehension(Tree& tree, Tree& source);
    ExprPtr patternComprehension(Tree& tree, Tree& source);
    ExprPtr call(const std::string& name, Position at, Tree& tree);
    ExprPtr formCall(const std::string& lower, Position at, Tree& tree);
    ExprPtr quantifierCall(ExprKind kind, Position at, Tree& tree, Tree& source);
    ExprPtr reduceCall(Position at, Tree& tree);
    ExprPtr mapLiteral(Tree& tree);
    ExprPtr mapProjection(ExprPtr base, Tree& tree);

    // tree_literals.cpp
    ExprPtr literal(const Lexeme& lexeme, bool negative);
    std::string typeName(Tree& tree) const;

    // tree_queries.cpp
    std::string name(Tree& tree) const;
    std::string name(const Lexeme& lexeme) const;
    std::string textOf(const Tree& tree) const;
    [[noreturn]] void fail(Position at, std::string message, std::string detail = "UnexpectedSyntax") const;
    [[noreturn]] void unexpected(const Lexeme& lexeme, std::string_view expected) const;

    std::string_view text_;
    std::vector<std::string> parameters_{};
    std::unordered_set<std::string> parameters_seen_{};
    std::uint16_t deepest_ = 0;  // of the expressions made since it was last reset
    bool only_reads_ = false;    // below EXISTS, COUNT, COLLECT
};

/// In Quantifier::at.offset of a group: none was written behind it. The builder takes such groups away.
inline constexpr std::uint32_t kNoQuantifier = 0xffff'ffffU;

/// Whether clauses of this kind change the graph (CALL { } may too).
bool updates(ClauseKind kind);
/// "MATCH", "OPTIONAL MATCH" …: the words that a clause begins with, of those that update nothing.
std::string_view wordOf(const Clause& clause);

/// Text of a string token, without quotes and escapes. @throws Error(Syntax, InvalidUnicodeLiteral)
std::string unescaped(const Lexeme& lexeme);
/// Value of an INTEGER token. @throws Error(Syntax, IntegerOverflow)
std::int64_t integerOf(const Lexeme& lexeme, bool negative);

}  // namespace xinpu::query
