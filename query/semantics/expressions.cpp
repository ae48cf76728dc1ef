// query/semantics/expressions.cpp
// Expressions: variables, functions and types, from the leaves upwards.
#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "query/functions/operators.h"
#include "query/semantics/binding.h"

namespace xinpu::query::semantics {
namespace {

[[noreturn]] void wrongType(const char* what, KindSet wanted, const Expr& given) {
    refuseSyntax("InvalidArgumentType",
                 fmt::format("{} needs {} but this is {}.", what, kindsText(wanted), kindsText(given.type)),
                 given.at);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

Context without(Context context, bool predicate) {
    context.predicate = predicate;
    return context;
}

/// Of expressions that are evaluated once for each element: no aggregation goes over them.
Context perElement(Context context, bool predicate) {
    return {.aggregates = false, .inside_aggregate = context.inside_aggregate, .predicate = predicate};
}

}  // namespace

void Binding::bindArgs(Expr& expr, Context context) {
    for (const ExprPtr& arg : expr.args) {
        if (arg != nullptr) {
            bindExpr(*arg, context);
        }
    }
}

void Binding::bindExpr(Expr& expr, Context context) {
    const Context plain = without(context, false);
    switch (expr.kind) {
    case ExprKind::Literal:
        return setTypeOfLiteral(expr);
    case ExprKind::Parameter:
        return bindParameter(expr);
    case ExprKind::Variable: {
        const Variable& variable = resolve(expr.name, expr.at);
        expr.slot = variable.slot;
        expr.type = variable.type;
        expr.element_type = variable.element_type;
        return;
    }
    case ExprKind::Property:
        return bindProperty(expr, plain);
    case ExprKind::Index:
        return bindIndex(expr, plain);
    case ExprKind::Slice:
        bindArgs(expr, plain);
        expr.type = expr.args[0]->type == kOnlyNull ? kOnlyNull : kList | (expr.args[0]->type & kString);
        expr.element_type = expr.args[0]->element_type;
        return;
    case ExprKind::List:
        bindArgs(expr, plain);
        expr.type = kList;
        expr.element_type = kOnlyNull;
        for (const ExprPtr& arg : expr.args) {
            expr.element_type |= arg->type;
        }
        return;
    case ExprKind::Map:
        bindArgs(expr, plain);
        expr.type = kMap;
        return;
    case ExprKind::MapProjection:
        return bindMapProjection(expr, plain);
    case ExprKind::Not:
    case ExprKind::And:
    case ExprKind::Or:
    case ExprKind::Xor:
        return bindBoolean(expr, without(context, true));
    case ExprKind::Comparison:
        bindArgs(expr, plain);
        expr.type = kBoolean;
        return noteDates(expr);
    case ExprKind::StartsWith:
    case ExprKind::EndsWith:
    case ExprKind::Contains:
    case ExprKind::Regex:
    case ExprKind::ValidOn:
    case ExprKind::IsNull:
    case ExprKind::IsNotNull:
        bindArgs(expr, plain);
        expr.type = kBoolean;
        return;
    case ExprKind::IsTyped:
    case ExprKind::IsNotTyped:
        bindArgs(expr, plain);
        isOfType(engine::Value::null(), expr.name, expr.at);  // refuses a type that does not exist
        expr.type = kBoolean;
        return;
    case ExprKind::Plus:
    case ExprKind::Minus:
    case ExprKind::Multiply:
    case ExprKind::Divide:
    case ExprKind::Modulo:
    case ExprKind::Power:
    case ExprKind::Concat:
    case ExprKind::UnaryPlus:
    case ExprKind::UnaryMinus:
        return bindArithmetic(expr, plain);
    case ExprKind::In:
        bindArgs(expr, plain);
        if (never(expr.args[1]->type, kList)) {
            wrongType("IN", kList, *expr.args[1]);
        }
        expr.type = kBoolean;
        return;
    case ExprKind::InWindow:
        return bindWindow(expr, plain);
    case ExprKind::HasLabels:
        bindArgs(expr, plain);
        if (never(expr.args[0]->type, kEntities)) {
            wrongType("A test of labels", kEntities, *expr.args[0]);
        }
        bindLabels(*expr.labels, expr.args[0]->type == kRelationship);
        expr.type = kBoolean;
        return;
    case ExprKind::Function:
        return bindFunction(expr, plain);
    case ExprKind::CountStar:
        bindAggregate(expr, plain);
        expr.type = kInteger;
        return;
    case ExprKind::Case:
        return bindCase(expr, plain);
    case ExprKind::ListComprehension:
    case ExprKind::All:
    case ExprKind::Any:
    case ExprKind::None:
    case ExprKind::Single:
        return bindComprehension(expr, plain);
    case ExprKind::Reduce:
        return bindReduce(expr, plain);
    case ExprKind::PatternComprehension:
    case ExprKind::PatternPredicate:
    case ExprKind::ShortestPath:
        return bindPatternExpr(expr, context);
    case ExprKind::Exists:
        return bindSubquery(expr, QueryUse::Exists);
    case ExprKind::Count:
        return bindSubquery(expr, QueryUse::Count);
    case ExprKind::Collect:
        return bindSubquery(expr, QueryUse::Collect);
    }
}

void Binding::bindParameter(Expr& expr) {
    auto& names = statement_.parameters;
    const auto place = std::find(names.begin(), names.end(), expr.name);
    expr.slot = static_cast<Slot>(place - names.begin());
    if (place == names.end()) {
        names.push_back(expr.name);
    }
}

void Binding::bindBoolean(Expr& expr, Context context) {
    bindArgs(expr, context);
    for (const ExprPtr& arg : expr.args) {
        if (never(arg->type, kBoolean)) {
            const char* word = expr.kind == ExprKind::Not   ? "NOT"
                               : expr.kind == ExprKind::And ? "AND"
                               : expr.kind == ExprKind::Or  ? "OR"
                                                            : "XOR";
            wrongType(word, kBoolean, *arg);
        }
    }
    expr.type = kBoolean;
}

void Binding::bindArithmetic(Expr& expr, Context context) {
    bindArgs(expr, context);
    const Expr& left = *expr.args[0];
    if (expr.kind == ExprKind::UnaryPlus || expr.kind == ExprKind::UnaryMinus) {
        if (never(left.type, kNumbers | kDuration)) {
            wrongType("A sign", kNumbers | kDuration, left);
        }
        expr.type = left.type & (kNumbers | kDuration);
        return;
    }
    const Expr& right = *expr.args[1];
    if (left.type == kOnlyNull || right.type == kOnlyNull) {
        expr.type = kOnlyNull;
        return;
    }
    expr.type = arithmeticType(expr.kind, left.type, right.type);
    if (expr.type == kOnlyNull) {
        refuseSyntax("InvalidArgumentType",
                     fmt::format("This operator does not go with {} and {}.", kindsText(left.type),
                                 kindsText(right.type)),
                     expr.args[1]->at);
    }
    if ((expr.type & kList) != 0 && left.type == kList) {
        expr.element_type = left.element_type | (right.type == kList ? right.element_type : right.type);
    }
}

void Binding::bindProperty(Expr& expr, Context context) {
    bindArgs(expr, context);
    const Expr& base = *expr.args[0];
    if (never(base.type, kWithProperties)) {
        // The TCK: a path is refused as syntax, a value without properties as a type.
        refuse(
            base.type == kPath ? ErrorCode::Syntax : ErrorCode::Type, "InvalidArgumentType",
            fmt::format("Only a Map, Node, Relationship or a temporal value has a property '{}'; this is {}.",
                        expr.name, kindsText(base.type)),
            expr.at);
    }
    if (base.type != kOnlyNull && (base.type & ~kEntities) == 0) {
        noteKey(expr.name, expr.at);
    }
    if (base.type == kOnlyNull) {
        expr.type = kOnlyNull;
    }
}

void Binding::bindIndex(Expr& expr, Context context) {
    bindArgs(expr, context);
    const Expr& base = *expr.args[0];
    const KindSet indexed = kList | kMap | kEntities | kInstants | kDuration | kindBit(Kind::Bytes);
    if (never(base.type, indexed)) {
        refuse(ErrorCode::Type, "InvalidArgumentType",
               fmt::format("Only a List, Map, Node or Relationship has elements; this is {}.",
                           kindsText(base.type)),
               expr.at);
    }
    if (base.type == kList) {
        expr.type = base.element_type;
    } else if (base.type == kOnlyNull) {
        expr.type = kOnlyNull;
    }
}

void Binding::checkDate(const Expr& date, const char* what) const {
    if (never(date.type, kDate | kString)) {
        wrongType(what, kDate | kString, date);
    }
    if (date.kind == ExprKind::Literal && date.value.kind() == Kind::String &&
        !isPlainDate(date.value.string())) {
        refuseSyntax("InvalidArgumentType",
                     fmt::format("{} takes a Date or a text of the form YYYY-MM-DD, not '{}'.", what,
                                 date.value.string().substr(0, 40)),
                     date.at);
    }
}

void Binding::bindWindow(Expr& expr, Context context) {
    bindArgs(expr, context);
    const auto& args = expr.args;
    checkDate(*args[0], "IN WINDOW");
    for (std::size_t i = 1; i < args.size(); ++i) {
        if (args[i] == nullptr) {
            continue;
        }
        if (i == 3) {
            checkDate(*args[i], "IN WINDOW");
        } else if (never(args[i]->type, kInteger)) {
            wrongType("IN WINDOW", kInteger, *args[i]);
        }
    }
    expr.type = kBoolean;
}

void Binding::bindFunction(Expr& expr, Context context) {
    expr.function = registry_.function(expr.name);
    if (expr.function == nullptr) {
        refuseSyntax(
            "UnknownFunction",
            fmt::format("There is no function '{}'; SHOW FUNCTIONS lists those there are.", expr.name),
            expr.at);
    }
    const Function& function = *expr.function;
    if (!function.deterministic && context.inside_aggregate) {
        refuseSyntax(
            "NonConstantExpression",
            fmt::format("{}() gives another value each time, so it cannot be aggregated.", function.name),
            expr.at);
    }
    if (expr.distinct && !function.aggregate()) {
        refuseSyntax("UnexpectedSyntax",
                     fmt::format("DISTINCT goes with aggregate functions; {} is none.", function.name),
                     expr.at);
    }
    const std::string name = lower(function.name);
    if (function.aggregate()) {
        bindAggregate(expr, context);
    } else {
        bindArgs(expr, without(context, name == "exists"));
    }
    if (expr.args.size() < function.args_min || expr.args.size() > function.args_max) {
        refuseSyntax("InvalidNumberOfArguments",
                     function.args_min == function.args_max
                         ? fmt::format("{} takes {} arguments but {} were given.", function.name,
                                       function.args_min, expr.args.size())
                         : fmt::format("{} takes {} to {} arguments but {} were given.", function.name,
                                       function.args_min, function.args_max, expr.args.size()),
                     expr.at);
    }
    for (std::size_t i = 0; i < expr.args.size() && !function.accepts.empty(); ++i) {
        const KindSet accepted = function.accepts[std::min(i, function.accepts.size() - 1)];
        if (never(expr.args[i]->type, accepted)) {
            wrongType(function.name.c_str(), accepted, *expr.args[i]);
        }
    }
    if (name.starts_with("workday.") || name.starts_with("window.")) {
        for (const ExprPtr& arg : expr.args) {
            if (arg->type == kString) {
                checkDate(*arg, function.name.c_str());
            }
        }
    }
    setTypeOfCall(expr);
}

void Binding::bindAggregate(Expr& expr, Context context) {
    if (context.inside_aggregate) {
        refuseSyntax("NestedAggregation",
                     "An aggregate function cannot stand inside of another; use WITH between.", expr.at);
    }
    if (!context.aggregates) {
        refuseSyntax("InvalidAggregation",
                     "Aggregate functions stand in WITH and RETURN only; aggregate in a WITH before.",
                     expr.at);
    }
    expr.aggregate = true;
    ++aggregates_seen_;
    const Context inside{.aggregates = false, .inside_aggregate = true, .predicate = false};
    if (aggregate_scope_ != nullptr) {
        Scope order = std::exchange(scope_, *aggregate_scope_);
        bindArgs(expr, inside);
        scope_ = std::move(order);
    } else {
        bindArgs(expr, inside);
    }
    expr.slot = newSlot();
}

void Binding::bindCase(Expr& expr, Context context) {
    expr.type = kOnlyNull;
    expr.element_type = kOnlyNull;
    const bool simple = expr.args[0] != nullptr;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
        if (expr.args[i] == nullptr) {
            continue;
        }
        Expr& arg = *expr.args[i];
        const bool when = i % 2 == 1 && i + 1 < expr.args.size();
        const bool result = i > 0 && !when;
        bindExpr(arg, without(context, when && !simple));
        if (when && !simple && never(arg.type, kBoolean)) {
            wrongType("WHEN", kBoolean, arg);
        }
        if (result) {
            expr.type |= arg.type;
            expr.element_type |= (arg.type & kList) != 0 ? arg.element_type : kOnlyNull;
        }
    }
}

void Binding::bindComprehension(Expr& expr, Context context) {
    bindExpr(*expr.args[0], context);
    const Expr& list = *expr.args[0];
    if (never(list.type, kList)) {
        wrongType("IN", kList, list);
    }
    const std::size_t mark = scope_.mark();
    const KindSet element = list.type == kList       ? list.element_type
                            : list.type == kOnlyNull ? kOnlyNull
                                                     : kAnyKind;
    expr.slot = newSlot();
    scope_.declare({.name = expr.name, .slot = expr.slot, .type = element});
    if (expr.args.size() > 1 && expr.args[1] != nullptr) {
        bindWhere(*expr.args[1], perElement(context, true));
    }
    if (expr.kind != ExprKind::ListComprehension) {
        expr.type = kBoolean;
    } else {
        expr.type = list.type == kOnlyNull ? kOnlyNull : kList;
        expr.element_type = element;
        if (expr.args.size() > 2 && expr.args[2] != nullptr) {
            bindExpr(*expr.args[2], perElement(context, false));
            expr.element_type = expr.args[2]->type;
        }
    }
    scope_.release(mark);
}

void Binding::bindReduce(Expr& expr, Context context) {
    bindExpr(*expr.args[0], context);
    bindExpr(*expr.args[1], context);
    const Expr& list = *expr.args[1];
    if (never(list.type, kList)) {
        wrongType("reduce", kList, list);
    }
    const std::size_t mark = scope_.mark();
    expr.slot = newSlot();
    expr.slot2 = newSlot();
    scope_.declare({.name = expr.name, .slot = expr.slot});
    scope_.declare(
        {.name = expr.name2, .slot = expr.slot2, .type = list.type == kList ? list.element_type : kAnyKind});
    bindExpr(*expr.args[2], perElement(context, false));
    scope_.release(mark);
}

void Binding::bindPatternExpr(Expr& expr, Context context) {
    const std::size_t mark = scope_.mark();
    if (expr.kind == ExprKind::PatternPredicate && !context.predicate) {
        refuseSyntax(
            "UnexpectedSyntax",
            "A pattern stands here for its existence only, where a Boolean is asked for; use a pattern "
            "comprehension, EXISTS { } or COUNT { }.",
            expr.at);
    }
    const bool declares = expr.kind == ExprKind::PatternComprehension;
    bindPatterns(expr.patterns, declares ? PatternUse::Match : PatternUse::Predicate);
    if (expr.kind == ExprKind::PatternPredicate) {
        expr.type = kBoolean;
    } else if (expr.kind == ExprKind::ShortestPath) {
        const bool all = expr.patterns[0].search == PathSearch::AllShortest;
        expr.type = all ? kList : kPath;
        expr.element_type = kPath;
    } else {
        if (expr.args[0] != nullptr) {
            bindWhere(*expr.args[0], perElement(context, true));
        }
        bindExpr(*expr.args[1], perElement(context, false));
        expr.type = kList;
        expr.element_type = expr.args[1]->type;
    }
    scope_.release(mark);
}

void Binding::bindMapProjection(Expr& expr, Context context) {
    bindArgs(expr, context);
    if (never(expr.args[0]->type, kEntities | kMap)) {
        wrongType("A map projection", kEntities | kMap, *expr.args[0]);
    }
    for (MapProjectionItem& item : expr.projection) {
        if (item.value != nullptr) {
            bindExpr(*item.value, context);
        }
    }
    expr.type = kMap;
}

}  // namespace xinpu::query::semantics
