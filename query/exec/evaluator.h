// query/exec/evaluator.h
#pragma once
// Values of bound expressions over a row.

#include <optional>

#include "query/exec/context.h"
#include "xinpu/error.h"

namespace xinpu::query {

/// The value of an expression. Variables of comprehensions and subqueries are written to their own slots of
/// `row`. Depth is bounded by the parser. @throws Error of the openCypher classes, with the position
engine::Value evaluate(const Expr& expr, Row row, ExecContext& context);

/// What WHERE asks: whether it is true, without a value being made where it can be told.
bool passes(const Expr& expr, Row row, ExecContext& context);

/// True, false or null. @throws Error(Type, InvalidArgumentType) if it is something else
std::optional<bool> truth(const Expr& expr, Row row, ExecContext& context);

/// The value, without a copy where it lies in the row, the statement or the parameters; else in `holder`.
const engine::Value& operand(const Expr& expr, Row row, ExecContext& context, engine::Value& holder);

/// A list comprehension, reduce or quantifier (evaluator_lists.cpp).
engine::Value evaluateOverList(const Expr& expr, Row row, ExecContext& context);
/// A pattern or subquery inside an expression (evaluator_subplans.cpp).
engine::Value evaluateSubplan(const Expr& expr, Row row, ExecContext& context);
/// `n {.name, .*, key: expr}`.
engine::Value evaluateMapProjection(const Expr& expr, Row row, ExecContext& context);
/// How many rows the subplan of a pattern has: size((a)--()).
std::int64_t countSubplan(const Expr& expr, Row row, ExecContext& context);
/// Whether a node has the labels, or a relationship the type.
bool hasLabels(const LabelExpr& labels, const engine::Value& entity, Row row, ExecContext& context);
/// Names that a label expression of CREATE, SET or REMOVE means.
std::vector<std::string> labelNames(const LabelExpr& labels, Row row, ExecContext& context);
/// What `ask` gives; its errors that name no place get this one.
template <typename Ask>
auto placed(const Position& at, Ask&& ask) {
    try {
        return ask();
    } catch (const Error& error) {
        if (error.at()) {
            throw;
        }
        throw Error(error.code(), error.message(), error.detail(), at);
    }
}
/// All properties of a node, relationship or map, as a map. Null of null.
/// @throws Error(NotFound, DeletedEntityAccess), Error(Type, InvalidArgumentType)
engine::Value propertiesOf(const engine::Value& entity, Position where, ExecContext& context);

}  // namespace xinpu::query
