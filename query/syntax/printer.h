// query/syntax/printer.h
#pragma once
// Trees as text, compared and copied. The text is canonical: equal trees give equal text, whatever the
// spaces, the case of keywords and the brackets were in the statement; and it parses to the same tree again.

#include <string>

#include "query/syntax/ast.h"

namespace xinpu::query {

std::string toText(const Expr& expr);                ///< `n.name STARTS WITH 'a' AND n.age > 3`
std::string toText(const LabelExpr& labels);         ///< `A&(B|!C)`, without the colon
std::string toText(const NodePattern& node);         ///< `(n:A {k: 1} WHERE n.x > 2)`
std::string toText(const RelPattern& relationship);  ///< `<-[r:T*1..3]-`
std::string toText(const PathPattern& path);         ///< `p = (a)-[:R]->(b)`
std::string toText(const Clause& clause);
std::string toText(const Query& query);
std::string toText(const SchemaCommand& command);
std::string toText(const Statement& statement);

/// A name as it must be written: `n`, or in back quotes: `` `a b` ``.
std::string nameText(const std::string& name);

/// Whether they say the same; positions and what the binder filled do not count. 1 and 1.0 differ.
bool sameExpr(const Expr& a, const Expr& b);
bool sameLabels(const LabelExpr& a, const LabelExpr& b);

/// Copies with all that is below, and with what the binder filled.
ExprPtr cloneExpr(const Expr& expr);
ExprPtr cloneExpr(const ExprPtr& expr);  ///< a null pointer of a null pointer
LabelExpr cloneLabels(const LabelExpr& labels);
PathPattern clonePath(const PathPattern& path);
QueryPtr cloneQuery(const Query& query);

}  // namespace xinpu::query
