// tests/differential/query/expressions.cpp
// Expressions of the naive interpreter, evaluated as the reference describes them.

#include <algorithm>

#include "engine/value/order.h"
#include "interpreter.h"
#include "query/functions/operators.h"

namespace xinpu::naive {

using engine::Kind;
using engine::Value;
using query::Expr;
using query::ExprKind;
using query::ExprPtr;

namespace {

Value ofTruth(std::optional<bool> truth) {
    return truth ? Value::of(*truth) : Value::null();
}

Value negated(const Value& truth) {
    return truth.isNull() ? truth : Value::of(!truth.boolean());
}

Value conjunction(const Value& a, const Value& b) {
    if ((!a.isNull() && !a.boolean()) || (!b.isNull() && !b.boolean())) {
        return Value::of(false);
    }
    return a.isNull() || b.isNull() ? Value::null() : Value::of(true);
}

Value disjunction(const Value& a, const Value& b) {
    return negated(conjunction(negated(a), negated(b)));
}

std::string lowerCase(std::string text) {
    for (char& byte : text) {
        byte = static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
    }
    return text;
}

}  // namespace

Value Interpreter::truth(const Expr& expr, Row& row) {
    Value value = evaluate(expr, row);
    if (!value.isNull() && value.kind() != Kind::Boolean) {
        throw Error(ErrorCode::Type, "a boolean is expected", "InvalidArgumentType", expr.at);
    }
    return value;
}

Value Interpreter::property(const Value& of, const std::string& name, Position at) {
    if (of.kind() != Kind::Node && of.kind() != Kind::Relationship) {
        return of.isNull() ? Value::null() : query::propertyOfValue(of, name, at);
    }
    const bool there = of.kind() == Kind::Node ? graph_.nodes.at(of.node().value).there
                                               : graph_.relationships.at(of.relationship().value).there;
    if (!there) {
        throw Error(ErrorCode::NotFound, "it was deleted", "DeletedEntityAccess", at);
    }
    const Properties& properties = *propertiesOf(of);
    const auto found = properties.find(name);
    return found == properties.end() ? Value::null() : found->second;
}

Value Interpreter::compare(const Expr& expr, Row& row) {
    Value all = Value::of(true);
    Value left = evaluate(*expr.args[0], row);
    for (std::size_t i = 0; i < expr.comparisons.size(); ++i) {
        const Value right = evaluate(*expr.args[i + 1], row);
        Value one;
        switch (expr.comparisons[i]) {
        case query::Comparison::Equal:
            one = ofTruth(engine::equalValues(left, right));
            break;
        case query::Comparison::NotEqual:
            one = negated(ofTruth(engine::equalValues(left, right)));
            break;
        default:
            if (const auto order = engine::compareValues(left, right)) {
                const query::Comparison how = expr.comparisons[i];
                one = Value::of((how == query::Comparison::Less && *order < 0) ||
                                (how == query::Comparison::LessOrEqual && *order <= 0) ||
                                (how == query::Comparison::Greater && *order > 0) ||
                                (how == query::Comparison::GreaterOrEqual && *order >= 0));
            }
            break;
        }
        all = conjunction(all, one);
        left = right;
    }
    return all;
}

Value Interpreter::quantified(const Expr& expr, Row& row) {
    const Value list = evaluate(*expr.args[0], row);
    if (list.isNull()) {
        return list;
    }
    std::size_t yes = 0;
    std::size_t unknown = 0;
    for (const Value& item : list.list()) {
        row[static_cast<std::size_t>(expr.slot)] = item;
        const Value holds = expr.args[1] ? truth(*expr.args[1], row) : Value::of(true);
        yes += holds.isTrue() ? 1U : 0U;
        unknown += holds.isNull() ? 1U : 0U;
    }
    const std::size_t no = list.list().size() - yes - unknown;
    switch (expr.kind) {
    case ExprKind::All:
        return no > 0 ? Value::of(false) : unknown > 0 ? Value::null() : Value::of(true);
    case ExprKind::Any:
        return yes > 0 ? Value::of(true) : unknown > 0 ? Value::null() : Value::of(false);
    case ExprKind::None:
        return yes > 0 ? Value::of(false) : unknown > 0 ? Value::null() : Value::of(true);
    default:
        return yes > 1 ? Value::of(false) : unknown > 0 ? Value::null() : Value::of(yes == 1);
    }
}

Value Interpreter::caseOf(const Expr& expr, Row& row) {
    const Value operand = expr.args[0] ? evaluate(*expr.args[0], row) : Value::null();
    for (std::size_t i = 1; i + 1 < expr.args.size(); i += 2) {
        const bool chosen = expr.args[0]
                                ? engine::equalValues(operand, evaluate(*expr.args[i], row)).value_or(false)
                                : truth(*expr.args[i], row).isTrue();
        if (chosen) {
            while (!expr.args[i + 1]) {
                i += 2;
            }
            return evaluate(*expr.args[i + 1], row);
        }
    }
    return expr.args.back() ? evaluate(*expr.args.back(), row) : Value::null();
}

Value Interpreter::projectionOf(const Expr& expr, Row& row) {
    const Value of = evaluate(*expr.args[0], row);
    if (of.isNull()) {
        return of;
    }
    std::vector<engine::MapEntry> entries;
    for (const query::MapProjectionItem& item : expr.projection) {
        if (item.kind == query::MapProjectionItem::Kind::Property) {
            entries.push_back({item.name, property(of, item.name, expr.at)});
        } else if (item.kind != query::MapProjectionItem::Kind::AllProperties) {
            entries.push_back({item.name, evaluate(*item.value, row)});
        } else if (of.kind() == Kind::Map) {
            entries.insert(entries.end(), of.map().begin(), of.map().end());
        } else {
            for (const auto& [key, value] : *propertiesOf(of)) {
                entries.push_back({key, value});
            }
        }
    }
    return Value::of(std::move(entries));
}

Value Interpreter::call(const Expr& expr, Row& row) {
    const std::string name = lowerCase(expr.function->name);
    std::vector<Value> args;
    for (const ExprPtr& arg : expr.args) {
        args.push_back(evaluate(*arg, row));
    }
    if (name == "exists" && args[0].kind() == Kind::Boolean) {
        return args[0];
    }
    if (!args.empty() && args[0].kind() == Kind::Node) {
        const Node& node = graph_.nodes.at(args[0].node().value);
        if (name == "labels") {
            std::vector<Value> labels;
            for (const std::string& label : node.labels) {
                labels.push_back(Value::of(label));
            }
            return Value::of(std::move(labels));
        }
    }
    if (!args.empty() && args[0].kind() == Kind::Relationship) {
        const Relationship& relationship = graph_.relationships.at(args[0].relationship().value);
        if (name == "type") {
            return Value::of(relationship.type);
        }
        if (name == "startnode" || name == "endnode") {
            return Value::of(nodeId(name == "endnode" ? relationship.end : relationship.start));
        }
    }
    if (!args.empty() && (args[0].kind() == Kind::Node || args[0].kind() == Kind::Relationship)) {
        std::vector<engine::MapEntry> entries;
        std::vector<Value> keys;
        for (const auto& [key, value] : *propertiesOf(args[0])) {
            entries.push_back({key, value});
            keys.push_back(Value::of(key));
        }
        if (name == "properties") {
            return Value::of(std::move(entries));
        }
        if (name == "keys") {
            return Value::of(std::move(keys));
        }
    }
    const bool some_null =
        std::any_of(args.begin(), args.end(), [](const Value& arg) { return arg.isNull(); });
    if (some_null && expr.function->null_in_null_out) {
        return Value::null();
    }
    if (expr.function->reads_graph) {
        throw Unknown("function " + expr.function->name);
    }
    return expr.function->call(context_, args);
}

std::vector<Row> Interpreter::rowsOf(const Expr& expr, Row& row) {
    bool returns = false;
    return query(*expr.query, row, returns);
}

Value Interpreter::evaluate(const Expr& expr, Row& row) {
    step();
    if (expr.aggregate) {
        return row.at(static_cast<std::size_t>(expr.slot));
    }
    const auto arg = [&](std::size_t i) { return evaluate(*expr.args[i], row); };
    switch (expr.kind) {
    case ExprKind::Literal:
        return expr.value;
    case ExprKind::Variable:
        return row.at(static_cast<std::size_t>(expr.slot));
    case ExprKind::Property:
        return property(arg(0), expr.name, expr.at);
    case ExprKind::Index: {
        const Value of = arg(0);
        const Value key = arg(1);
        if ((of.kind() == Kind::Node || of.kind() == Kind::Relationship) && key.kind() == Kind::String) {
            return property(of, std::string(key.string()), expr.at);
        }
        return query::elementOf(of, key, expr.at);
    }
    case ExprKind::Slice: {
        const Value of = arg(0);
        const Value from = expr.args[1] ? arg(1) : Value::null();
        const Value to = expr.args[2] ? arg(2) : Value::null();
        return query::sliceOf(of, expr.args[1] ? &from : nullptr, expr.args[2] ? &to : nullptr, expr.at);
    }
    case ExprKind::List: {
        std::vector<Value> items;
        for (const ExprPtr& item : expr.args) {
            items.push_back(evaluate(*item, row));
        }
        return Value::of(std::move(items));
    }
    case ExprKind::Map: {
        std::vector<engine::MapEntry> entries;
        for (std::size_t i = 0; i < expr.args.size(); ++i) {
            entries.push_back({expr.keys[i], arg(i)});
        }
        return Value::of(std::move(entries));
    }
    case ExprKind::MapProjection:
        return projectionOf(expr, row);
    case ExprKind::Not:
        return negated(truth(*expr.args[0], row));
    case ExprKind::And:
    case ExprKind::Or: {
        Value all = Value::of(expr.kind == ExprKind::And);
        for (const ExprPtr& one : expr.args) {
            const Value holds = truth(*one, row);
            all = expr.kind == ExprKind::And ? conjunction(all, holds) : disjunction(all, holds);
        }
        return all;
    }
    case ExprKind::Xor: {
        Value odd = Value::of(false);
        for (const ExprPtr& one : expr.args) {
            const Value holds = truth(*one, row);
            odd =
                odd.isNull() || holds.isNull() ? Value::null() : Value::of(odd.boolean() != holds.boolean());
        }
        return odd;
    }
    case ExprKind::Comparison:
        return compare(expr, row);
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
        return query::applyBinary(expr.kind, arg(0), arg(1), expr.at);
    case ExprKind::UnaryPlus:
    case ExprKind::UnaryMinus:
        return query::applyUnary(expr.kind, arg(0), expr.at);
    case ExprKind::IsNull:
        return Value::of(arg(0).isNull());
    case ExprKind::IsNotNull:
        return Value::of(!arg(0).isNull());
    case ExprKind::HasLabels: {
        const Value of = arg(0);
        if (of.isNull()) {
            return of;
        }
        return Value::of(
            of.kind() == Kind::Node
                ? hasLabels(*expr.labels, graph_.nodes.at(of.node().value).labels)
                : hasLabels(*expr.labels, {graph_.relationships.at(of.relationship().value).type}));
    }
    case ExprKind::Function:
        return call(expr, row);
    case ExprKind::Case:
        return caseOf(expr, row);
    case ExprKind::ListComprehension: {
        const Value list = arg(0);
        std::vector<Value> items;
        if (list.isNull()) {
            return list;
        }
        for (const Value& item : list.list()) {
            row.at(static_cast<std::size_t>(expr.slot)) = item;
            if (!expr.args[1] || truth(*expr.args[1], row).isTrue()) {
                items.push_back(expr.args[2] ? arg(2) : item);
            }
        }
        return Value::of(std::move(items));
    }
    case ExprKind::Reduce: {
        Value gathered = arg(0);
        const Value list = arg(1);
        if (list.isNull()) {
            return list;
        }
        for (const Value& item : list.list()) {
            row.at(static_cast<std::size_t>(expr.slot)) = gathered;
            row.at(static_cast<std::size_t>(expr.slot2)) = item;
            gathered = arg(2);
        }
        return gathered;
    }
    case ExprKind::All:
    case ExprKind::Any:
    case ExprKind::None:
    case ExprKind::Single:
        return quantified(expr, row);
    case ExprKind::PatternComprehension: {
        std::vector<Value> items;
        match(expr.patterns, true, row, [&](Row& found) {
            if (!expr.args[0] || truth(*expr.args[0], found).isTrue()) {
                items.push_back(evaluate(*expr.args[1], found));
            }
            return true;
        });
        return Value::of(std::move(items));
    }
    case ExprKind::PatternPredicate: {
        bool any = false;
        match(expr.patterns, true, row, [&](Row&) { return !(any = true); });
        return Value::of(any);
    }
    case ExprKind::Exists:
        return Value::of(!rowsOf(expr, row).empty());
    case ExprKind::Count:
        return Value::of(static_cast<std::int64_t>(rowsOf(expr, row).size()));
    case ExprKind::Collect: {
        std::vector<Value> items;
        for (const Row& found : rowsOf(expr, row)) {
            items.push_back(found.at(static_cast<std::size_t>(expr.query->column_slots[0][0])));
        }
        return Value::of(std::move(items));
    }
    default:
        throw Unknown("expression of kind " + std::to_string(static_cast<int>(expr.kind)));
    }
}

}  // namespace xinpu::naive
