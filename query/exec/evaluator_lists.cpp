// query/exec/evaluator_lists.cpp
// Expressions that bring a variable of their own: comprehensions, reduce, quantifiers; and map projections.

#include <fmt/format.h>

#include <algorithm>

#include "query/exec/evaluator.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

/// Null, or a list. @throws Error(Type)
Value listOf(const Expr& expr, Row row, ExecContext& context) {
    Value list = evaluate(expr, row, context);
    if (!list.isNull() && list.kind() != Kind::List) {
        throw Error(
            ErrorCode::Type,
            fmt::format("Expected a list, but it is a value of type {}.", engine::kindName(list.kind())),
            "InvalidArgumentType", expr.at);
    }
    return list;
}

Value comprehension(const Expr& expr, Row row, ExecContext& context) {
    const Value list = listOf(*expr.args[0], row, context);
    if (list.isNull()) {
        return {};
    }
    std::vector<Value> made;
    made.reserve(list.list().size());
    for (const Value& element : list.list()) {
        context.budget().step();
        at(row, expr.slot) = element;
        if (expr.args[1] != nullptr && !passes(*expr.args[1], row, context)) {
            continue;
        }
        made.push_back(expr.args[2] == nullptr ? element : evaluate(*expr.args[2], row, context));
    }
    return Value::of(std::move(made));
}

Value reduced(const Expr& expr, Row row, ExecContext& context) {
    Value gathered = evaluate(*expr.args[0], row, context);
    const Value list = listOf(*expr.args[1], row, context);
    if (list.isNull()) {
        return {};
    }
    for (const Value& element : list.list()) {
        context.budget().step();
        at(row, expr.slot) = std::move(gathered);
        at(row, expr.slot2) = element;
        gathered = evaluate(*expr.args[2], row, context);
    }
    return gathered;
}

/// Three-valued: what one element decides ends the walk.
Value quantified(const Expr& expr, Row row, ExecContext& context) {
    const Value list = listOf(*expr.args[0], row, context);
    if (list.isNull()) {
        return {};
    }
    std::size_t yes = 0;
    bool unknown = false;
    for (const Value& element : list.list()) {
        context.budget().step();
        at(row, expr.slot) = element;
        const Expr& asked = expr.args[1] == nullptr ? *expr.args[0] : *expr.args[1];
        const std::optional<bool> one =
            expr.args[1] == nullptr ? std::optional(element.isTrue()) : truth(asked, row, context);
        if (!one) {
            unknown = true;
            continue;
        }
        yes += *one ? 1 : 0;
        if (expr.kind == ExprKind::All && !*one) {
            return Value::of(false);
        }
        if (expr.kind == ExprKind::Any && *one) {
            return Value::of(true);
        }
        if ((expr.kind == ExprKind::None && *one) || (expr.kind == ExprKind::Single && yes > 1)) {
            return Value::of(false);
        }
    }
    if (unknown) {
        return {};
    }
    switch (expr.kind) {
    case ExprKind::Any:
        return Value::of(false);
    case ExprKind::Single:
        return Value::of(yes == 1);
    default:
        return Value::of(true);
    }
}

Value mapOf(const engine::Properties& properties, const engine::Catalog& catalog) {
    std::vector<engine::MapEntry> entries;
    entries.reserve(properties.size());
    for (const auto& [key, value] : properties) {
        entries.push_back({std::string(catalog.keys().name(key.value)), value});
    }
    return Value::of(std::move(entries));
}

Value namedProperty(const Value& entity, const MapProjectionItem& item, Position where, ExecContext& context) {
    if (entity.kind() == Kind::Map) {
        const Value* found = entity.find(item.name);
        return found == nullptr ? Value::null() : *found;
    }
    ++context.reads;
    const auto key = context.names.key(&item, item.name, context.graph().catalog()).value_or(engine::KeyId{});
    return placed(where, [&] {
        return entity.kind() == Kind::Node ? context.graph().property(entity.node(), key)
                                           : context.graph().property(entity.relationship(), key);
    });
}

}  // namespace

Value propertiesOf(const Value& entity, Position where, ExecContext& context) {
    switch (entity.kind()) {
    case Kind::Null:
    case Kind::Map:
        return entity;
    case Kind::Node: {
        ++context.reads;
        const auto record = context.graph().node(entity.node());
        if (!record) {
            throwDeleted(entity.node(), where);
        }
        return mapOf(record->properties, context.graph().catalog());
    }
    case Kind::Relationship: {
        ++context.reads;
        const auto record = context.graph().relationship(entity.relationship());
        if (!record) {
            throwDeleted(entity.relationship(), where);
        }
        return mapOf(record->properties, context.graph().catalog());
    }
    default:
        throw Error(ErrorCode::Type,
                    fmt::format("Expected a node, a relationship or a map, but it is a value of type {}.",
                                engine::kindName(entity.kind())),
                    "InvalidArgumentType", where);
    }
}

Value evaluateMapProjection(const Expr& expr, Row row, ExecContext& context) {
    const Value entity = evaluate(*expr.args[0], row, context);
    if (entity.isNull()) {
        return {};
    }
    if (entity.kind() != Kind::Map && entity.kind() != Kind::Node && entity.kind() != Kind::Relationship) {
        propertiesOf(entity, expr.at, context);  // words the error
    }
    std::vector<engine::MapEntry> entries;
    for (const MapProjectionItem& item : expr.projection) {
        switch (item.kind) {
        case MapProjectionItem::Kind::Property:
            entries.push_back({item.name, namedProperty(entity, item, expr.at, context)});
            break;
        case MapProjectionItem::Kind::AllProperties: {
            const Value all = propertiesOf(entity, expr.at, context);
            entries.insert(entries.end(), all.map().begin(), all.map().end());
            break;
        }
        case MapProjectionItem::Kind::Entry:
        case MapProjectionItem::Kind::Variable:
            entries.push_back({item.name, evaluate(*item.value, row, context)});
            break;
        }
    }
    return Value::of(std::move(entries));
}

Value evaluateOverList(const Expr& expr, Row row, ExecContext& context) {
    switch (expr.kind) {
    case ExprKind::ListComprehension:
        return comprehension(expr, row, context);
    case ExprKind::Reduce:
        return reduced(expr, row, context);
    default:
        return quantified(expr, row, context);
    }
}

}  // namespace xinpu::query
