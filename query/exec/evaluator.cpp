// query/exec/evaluator.cpp
// One switch over the kinds of expressions.

#include "query/exec/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/value/order.h"
#include "query/functions/operators.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

Value ofTruth(std::optional<bool> truth) noexcept {
    return truth ? Value::of(*truth) : Value::null();
}

std::optional<bool> truthOf(const Value& value, const Expr& where) {
    if (value.kind() == Kind::Boolean) {
        return value.boolean();
    }
    if (value.isNull()) {
        return std::nullopt;
    }
    throw Error(
        ErrorCode::Type,
        fmt::format("Expected a boolean, but it is a value of type {}.", engine::kindName(value.kind())),
        "InvalidArgumentType", where.at);
}

std::optional<bool> compared(Comparison comparison, const Value& a, const Value& b) noexcept {
    if (comparison == Comparison::Equal) {
        return engine::equalValues(a, b);
    }
    if (comparison == Comparison::NotEqual) {
        const auto equal = engine::equalValues(a, b);
        return equal ? std::optional(!*equal) : std::nullopt;
    }
    const auto order = engine::compareValues(a, b);
    if (!order) {
        return std::nullopt;
    }
    switch (comparison) {
    case Comparison::Less:
        return *order < 0;
    case Comparison::LessOrEqual:
        return *order <= 0;
    case Comparison::Greater:
        return *order > 0;
    default:
        return *order >= 0;
    }
}

std::optional<bool> comparison(const Expr& expr, Row row, ExecContext& context) {
    if (expr.comparisons.size() == 1) {
        Value left_holder;
        Value right_holder;
        const Value& left = operand(*expr.args[0], row, context, left_holder);
        const Value& right = operand(*expr.args[1], row, context, right_holder);
        return compared(expr.comparisons[0], left, right);
    }
    std::optional<bool> all = true;
    Value left = evaluate(*expr.args[0], row, context);
    for (std::size_t i = 0; i < expr.comparisons.size(); ++i) {
        Value right = evaluate(*expr.args[i + 1], row, context);
        const std::optional<bool> one = compared(expr.comparisons[i], left, right);
        if (one && !*one) {
            return false;
        }
        if (!one) {
            all = std::nullopt;
        }
        left = std::move(right);
    }
    return all;
}

/// And: `decides` is false; Or: true.
std::optional<bool> junction(const Expr& expr, Row row, ExecContext& context, bool decides) {
    bool unknown = false;
    for (const ExprPtr& arg : expr.args) {
        const std::optional<bool> one = truth(*arg, row, context);
        if (!one) {
            unknown = true;
        } else if (*one == decides) {
            return decides;
        }
    }
    return unknown ? std::nullopt : std::optional(!decides);
}

std::optional<bool> exclusive(const Expr& expr, Row row, ExecContext& context) {
    bool odd = false;
    bool unknown = false;
    for (const ExprPtr& arg : expr.args) {
        const std::optional<bool> one = truth(*arg, row, context);
        unknown = unknown || !one;
        odd = odd != one.value_or(false);
    }
    return unknown ? std::nullopt : std::optional(odd);
}

std::optional<bool> hasLabelsOf(const Expr& expr, Row row, ExecContext& context) {
    Value holder;
    const Value& entity = operand(*expr.args[0], row, context, holder);
    if (entity.isNull()) {
        return std::nullopt;
    }
    if (entity.kind() != Kind::Node && entity.kind() != Kind::Relationship) {
        throw Error(
            ErrorCode::Type,
            fmt::format("Labels are asked of a node or a relationship, but this is a value of type {}.",
                        engine::kindName(entity.kind())),
            "InvalidArgumentType", expr.at);
    }
    return placed(expr.at, [&] { return hasLabels(*expr.labels, entity, row, context); });
}

Value property(const Expr& expr, Row row, ExecContext& context) {
    Value holder;
    const Value& of = operand(*expr.args[0], row, context, holder);
    switch (of.kind()) {
    case Kind::Null:
        return {};
    case Kind::Node: {
        ++context.reads;
        const auto key = context.names.key(&expr, expr.name, context.graph().catalog());
        // A key without a number may still be asked of an entity that was deleted.
        return placed(expr.at,
                      [&] { return context.graph().property(of.node(), key.value_or(engine::KeyId{})); });
    }
    case Kind::Relationship: {
        ++context.reads;
        const auto key = context.names.key(&expr, expr.name, context.graph().catalog());
        return placed(expr.at, [&] {
            return context.graph().property(of.relationship(), key.value_or(engine::KeyId{}));
        });
    }
    default:
        return propertyOfValue(of, expr.name, expr.at);
    }
}

Value index(const Expr& expr, Row row, ExecContext& context) {
    Value of_holder;
    Value key_holder;
    const Value& of = operand(*expr.args[0], row, context, of_holder);
    const Value& key = operand(*expr.args[1], row, context, key_holder);
    if (of.isNull() || key.isNull()) {
        return {};
    }
    if (of.kind() != Kind::Node && of.kind() != Kind::Relationship) {
        return elementOf(of, key, expr.at);
    }
    if (key.kind() != Kind::String) {
        throw Error(ErrorCode::Type,
                    fmt::format("A property is named by a string, not by a value of type {}.",
                                engine::kindName(key.kind())),
                    "MapElementAccessByNonString", expr.at);
    }
    ++context.reads;
    const auto id = context.graph().catalog().key(key.string()).value_or(engine::KeyId{});
    context.graph().notice(id);
    return placed(expr.at, [&] {
        return of.kind() == Kind::Node ? context.graph().property(of.node(), id)
                                       : context.graph().property(of.relationship(), id);
    });
}

Value slice(const Expr& expr, Row row, ExecContext& context) {
    const Value of = evaluate(*expr.args[0], row, context);
    std::optional<Value> from;
    std::optional<Value> to;
    if (expr.args[1] != nullptr) {
        from = evaluate(*expr.args[1], row, context);
    }
    if (expr.args[2] != nullptr) {
        to = evaluate(*expr.args[2], row, context);
    }
    return sliceOf(of, from ? &*from : nullptr, to ? &*to : nullptr, expr.at);
}

Value listLiteral(const Expr& expr, Row row, ExecContext& context) {
    std::vector<Value> elements;
    elements.reserve(expr.args.size());
    for (const ExprPtr& arg : expr.args) {
        elements.push_back(evaluate(*arg, row, context));
    }
    return Value::of(std::move(elements));
}

Value mapLiteral(const Expr& expr, Row row, ExecContext& context) {
    std::vector<engine::MapEntry> entries;
    entries.reserve(expr.args.size());
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        entries.push_back({expr.keys[i], evaluate(*expr.args[i], row, context)});
    }
    return Value::of(std::move(entries));
}

Value caseOf(const Expr& expr, Row row, ExecContext& context) {
    const std::size_t last = expr.args.size() - 1;
    Value subject;
    if (expr.args[0] != nullptr) {
        subject = evaluate(*expr.args[0], row, context);
    }
    for (std::size_t i = 1; i + 1 < expr.args.size(); i += 2) {
        bool meets = false;
        if (expr.args[0] == nullptr) {
            meets = truth(*expr.args[i], row, context).value_or(false);
        } else {
            Value holder;
            meets =
                engine::equalValues(subject, operand(*expr.args[i], row, context, holder)).value_or(false);
        }
        if (meets) {
            while (expr.args[i + 1] == nullptr) {
                i += 2;
            }
            return evaluate(*expr.args[i + 1], row, context);
        }
    }
    return expr.args[last] == nullptr ? Value::null() : evaluate(*expr.args[last], row, context);
}

Value call(const Expr& expr, Row row, ExecContext& context) {
    if (expr.aggregate) {
        return at(row, expr.slot);
    }
    XINPU_ASSERT(expr.function != nullptr && expr.function->call != nullptr);
    if (expr.args.size() == 1 && expr.args[0]->kind == ExprKind::PatternPredicate) {
        if (expr.function->name == "size") {
            return Value::of(countSubplan(*expr.args[0], row, context));
        }
        if (expr.function->name == "exists") {  // of the pattern, not of its truth value
            return evaluate(*expr.args[0], row, context);
        }
    }
    constexpr std::size_t kArgsInline = 4;
    std::array<Value, kArgsInline> few;
    std::vector<Value> many;
    Value* args = few.data();
    if (expr.args.size() > kArgsInline) {
        many.resize(expr.args.size());
        args = many.data();
    }
    bool null_met = false;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        args[i] = evaluate(*expr.args[i], row, context);
        null_met = null_met || args[i].isNull();
    }
    if (null_met && expr.function->null_in_null_out) {
        return {};
    }
    return placed(expr.at, [&] { return expr.function->call(context.eval, {args, expr.args.size()}); });
}

Value inWindow(const Expr& expr, Row row, ExecContext& context) {
    const Value date = evaluate(*expr.args[0], row, context);
    const Value length = evaluate(*expr.args[1], row, context);
    std::optional<Value> workdays;
    std::optional<Value> end;
    if (expr.args.size() > 2 && expr.args[2] != nullptr) {
        workdays = evaluate(*expr.args[2], row, context);
    }
    if (expr.args.size() > 3 && expr.args[3] != nullptr) {
        end = evaluate(*expr.args[3], row, context);
    }
    return isInWindow(context.eval, date, length, expr.unit, workdays ? &*workdays : nullptr,
                      end ? &*end : nullptr, expr.at);
}

Value binary(const Expr& expr, Row row, ExecContext& context) {
    Value left_holder;
    Value right_holder;
    const Value& left = operand(*expr.args[0], row, context, left_holder);
    const Value& right = operand(*expr.args[1], row, context, right_holder);
    return applyBinary(expr.kind, left, right, expr.at);
}

}  // namespace

std::optional<bool> truth(const Expr& expr, Row row, ExecContext& context) {
    switch (expr.kind) {
    case ExprKind::Comparison:
        return comparison(expr, row, context);
    case ExprKind::And:
        return junction(expr, row, context, false);
    case ExprKind::Or:
        return junction(expr, row, context, true);
    case ExprKind::Xor:
        return exclusive(expr, row, context);
    case ExprKind::Not: {
        const std::optional<bool> inner = truth(*expr.args[0], row, context);
        return inner ? std::optional(!*inner) : std::nullopt;
    }
    case ExprKind::IsNull:
    case ExprKind::IsNotNull: {
        Value holder;
        return operand(*expr.args[0], row, context, holder).isNull() == (expr.kind == ExprKind::IsNull);
    }
    case ExprKind::HasLabels:
        return hasLabelsOf(expr, row, context);
    default: {
        Value holder;
        return truthOf(operand(expr, row, context, holder), expr);
    }
    }
}

bool passes(const Expr& expr, Row row, ExecContext& context) {
    return truth(expr, row, context).value_or(false);
}

const Value& operand(const Expr& expr, Row row, ExecContext& context, Value& holder) {
    switch (expr.kind) {
    case ExprKind::Variable:
        return at(row, expr.slot);
    case ExprKind::Literal:
        return expr.value;
    case ExprKind::Parameter:
        return context.parameters[static_cast<std::size_t>(expr.slot)];
    default:
        holder = evaluate(expr, row, context);
        return holder;
    }
}

Value evaluate(const Expr& expr, Row row, ExecContext& context) {
    switch (expr.kind) {
    case ExprKind::Literal:
        return expr.value;
    case ExprKind::Parameter:
        return context.parameters[static_cast<std::size_t>(expr.slot)];
    case ExprKind::Variable:
        return at(row, expr.slot);
    case ExprKind::Property:
        return property(expr, row, context);
    case ExprKind::Index:
        return index(expr, row, context);
    case ExprKind::Slice:
        return slice(expr, row, context);
    case ExprKind::List:
        return listLiteral(expr, row, context);
    case ExprKind::Map:
        return mapLiteral(expr, row, context);
    case ExprKind::MapProjection:
        return evaluateMapProjection(expr, row, context);
    case ExprKind::Not:
    case ExprKind::And:
    case ExprKind::Or:
    case ExprKind::Xor:
    case ExprKind::Comparison:
    case ExprKind::IsNull:
    case ExprKind::IsNotNull:
    case ExprKind::HasLabels:
        return ofTruth(truth(expr, row, context));
    case ExprKind::Plus:
    case ExprKind::Minus:
    case ExprKind::Multiply:
    case ExprKind::Divide:
    case ExprKind::Modulo:
    case ExprKind::Power:
    case ExprKind::Concat:
    case ExprKind::In:
    case ExprKind::StartsWith:
    case ExprKind::EndsWith:
    case ExprKind::Contains:
    case ExprKind::Regex:
        return binary(expr, row, context);
    case ExprKind::UnaryPlus:
    case ExprKind::UnaryMinus:
        return applyUnary(expr.kind, evaluate(*expr.args[0], row, context), expr.at);
    case ExprKind::InWindow:
        return inWindow(expr, row, context);
    case ExprKind::IsTyped:
    case ExprKind::IsNotTyped:
        return Value::of(isOfType(evaluate(*expr.args[0], row, context), expr.name, expr.at) ==
                         (expr.kind == ExprKind::IsTyped));
    case ExprKind::Function:
        return call(expr, row, context);
    case ExprKind::CountStar:
        return at(row, expr.slot);
    case ExprKind::Case:
        return caseOf(expr, row, context);
    case ExprKind::ListComprehension:
    case ExprKind::Reduce:
    case ExprKind::All:
    case ExprKind::Any:
    case ExprKind::None:
    case ExprKind::Single:
        return evaluateOverList(expr, row, context);
    case ExprKind::PatternComprehension:
    case ExprKind::PatternPredicate:
    case ExprKind::ShortestPath:
    case ExprKind::Exists:
    case ExprKind::Count:
    case ExprKind::Collect:
        return evaluateSubplan(expr, row, context);
    case ExprKind::ValidOn:
        return isValidOn(context.eval, evaluate(*expr.args[0], row, context),
                         evaluate(*expr.args[1], row, context), expr.at);
    }
    return {};
}

}  // namespace xinpu::query
