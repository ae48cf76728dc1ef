// tests/differential/query/clauses.cpp
// Clauses of the naive interpreter: each takes all rows and gives all rows.

#include <algorithm>

#include "engine/value/order.h"
#include "interpreter.h"
#include "query/functions/operators.h"

namespace xinpu::naive {

using engine::Value;
using query::Clause;
using query::ClauseKind;
using query::Expr;
using query::ExprKind;
using query::Projection;
using query::ProjectionItem;
using query::SingleQuery;
using query::Slot;

namespace {

constexpr std::size_t kRowsMost = 20'000;

Value& at(Row& row, Slot slot) {
    return row.at(static_cast<std::size_t>(slot));
}

void keep(std::vector<Row>& rows, Row row) {
    if (rows.size() >= kRowsMost) {
        throw TooMuch();
    }
    rows.push_back(std::move(row));
}

std::vector<Value> valuesOf(const Projection& projection, Row& row) {
    std::vector<Value> values;
    for (const ProjectionItem& item : projection.items) {
        values.push_back(at(row, item.slot));
    }
    return values;
}

bool equivalent(const std::vector<Value>& a, const std::vector<Value>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), engine::equivalentValues);
}

void newVariables(const query::PathPattern& pattern, std::vector<Slot>& slots) {
    const auto add = [&](Slot slot, bool bound) {
        if (slot != query::kNoSlot && !bound) {
            slots.push_back(slot);
        }
    };
    add(pattern.slot, pattern.bound);
    for (const query::NodePattern& node : pattern.nodes) {
        add(node.slot, node.bound);
    }
    for (const query::PathStepPattern& step : pattern.steps) {
        if (step.relationship) {
            add(step.relationship->slot, step.relationship->bound);
        } else {
            for (const auto& [inner, outer] : step.group->groups) {
                add(outer, false);
            }
        }
    }
}

std::int64_t countOf(const query::ExprPtr& expr, Interpreter& interpreter, Row& row, std::int64_t without) {
    return expr ? interpreter.evaluate(*expr, row).integer() : without;
}

}  // namespace

Interpreter::Interpreter(Graph& graph, const query::Registry& registry) : graph_(graph), registry_(registry) {
    context_.budget = &budget_;
    context_.random = &random_;
}

Answer Interpreter::run(const query::Statement& statement) {
    Answer answer;
    bool returns = false;
    const Row outer(static_cast<std::size_t>(statement.width));
    const std::vector<Row> rows = query(*statement.query, outer, returns);
    checkDeleted();
    answer.changes = changes_;
    if (!returns) {
        return answer;
    }
    answer.fields = statement.query->columns;
    for (const Row& row : rows) {
        std::string text;
        for (const Slot slot : statement.query->column_slots[0]) {
            text += (text.empty() ? "" : " | ") +
                    logic::canonical(row.at(static_cast<std::size_t>(slot)), graph_);
        }
        answer.rows.push_back(std::move(text));
    }
    return answer;
}

std::vector<Row> Interpreter::query(const query::Query& query, const Row& outer, bool& returns) {
    std::vector<Row> all;
    bool distinct = false;
    returns = false;
    for (std::size_t part = 0; part < query.parts.size(); ++part) {
        std::vector<Row> rows{outer};
        for (const Clause& one : query.parts[part].clauses) {
            returns = one.kind == ClauseKind::Return;
            rows = clause(one, std::move(rows), outer);
        }
        distinct = distinct || (part > 0 && !query.union_all[part - 1]);
        for (Row& row : rows) {
            if (part > 0) {
                const Row from = row;
                for (std::size_t c = 0; c < query.columns.size(); ++c) {
                    at(row, query.column_slots[0][c]) =
                        from.at(static_cast<std::size_t>(query.column_slots[part][c]));
                }
            }
            keep(all, std::move(row));
        }
    }
    if (!distinct) {
        return all;
    }
    std::vector<Row> once;
    std::vector<std::vector<Value>> seen;
    for (Row& row : all) {
        std::vector<Value> values;
        for (const Slot slot : query.column_slots[0]) {
            values.push_back(at(row, slot));
        }
        const auto same = [&](const std::vector<Value>& other) { return equivalent(other, values); };
        if (std::none_of(seen.begin(), seen.end(), same)) {
            seen.push_back(values);
            once.push_back(std::move(row));
        }
    }
    return once;
}

std::vector<Row> Interpreter::clause(const Clause& clause, std::vector<Row> rows, const Row& outer) {
    std::vector<Row> out;
    switch (clause.kind) {
    case ClauseKind::Match:
        for (Row& row : rows) {
            bool any = false;
            match(clause.patterns, clause.different_relationships, row, [&](Row& found) {
                if (!clause.where || truth(*clause.where, found).isTrue()) {
                    any = true;
                    keep(out, found);
                }
                return true;
            });
            if (!any && clause.optional) {
                std::vector<Slot> slots;
                for (const query::PathPattern& pattern : clause.patterns) {
                    newVariables(pattern, slots);
                }
                for (const Slot slot : slots) {
                    at(row, slot) = Value::null();
                }
                keep(out, std::move(row));
            }
        }
        return out;
    case ClauseKind::Unwind:
        for (Row& row : rows) {
            const Value list = evaluate(*clause.expr, row);
            if (list.isNull()) {
                continue;
            }
            if (list.kind() != engine::Kind::List) {
                at(row, clause.slot) = list;
                keep(out, row);
                continue;
            }
            for (const Value& item : list.list()) {
                at(row, clause.slot) = item;
                keep(out, row);
            }
        }
        return out;
    case ClauseKind::With:
    case ClauseKind::Return:
        return project(clause.projection, std::move(rows), outer);
    case ClauseKind::Create:
        for (Row& row : rows) {
            std::set<Slot> known;
            for (const query::PathPattern& pattern : clause.patterns) {
                create(pattern, row, known);
            }
        }
        return rows;
    case ClauseKind::Merge:
        for (Row& row : rows) {
            merge(clause, std::move(row), out);
        }
        return out;
    case ClauseKind::Set:
    case ClauseKind::Remove:
        for (Row& row : rows) {
            set(clause.items, clause.kind == ClauseKind::Remove, row);
        }
        return rows;
    case ClauseKind::Delete:
        for (Row& row : rows) {
            for (const query::ExprPtr& arg : clause.args) {
                erase(evaluate(*arg, row), clause.detach);
            }
        }
        return rows;
    case ClauseKind::Foreach:
        for (Row& row : rows) {
            const Value list = evaluate(*clause.expr, row);
            if (list.isNull()) {
                continue;
            }
            for (const Value& item : list.list()) {
                Row inner = row;
                at(inner, clause.slot) = item;
                std::vector<Row> inside{inner};
                for (const Clause& one : clause.body) {
                    inside = this->clause(one, std::move(inside), outer);
                }
            }
        }
        return rows;
    case ClauseKind::CallSubquery:
        for (Row& row : rows) {
            bool returns = false;
            std::vector<Row> found = query(*clause.query, row, returns);
            if (!returns) {
                keep(out, std::move(row));
                continue;
            }
            for (Row& one : found) {
                Row joined = row;
                for (const Slot slot : clause.query->column_slots[0]) {
                    at(joined, slot) = at(one, slot);
                }
                keep(out, std::move(joined));
            }
            if (found.empty() && clause.optional) {
                for (const Slot slot : clause.query->column_slots[0]) {
                    at(row, slot) = Value::null();
                }
                keep(out, std::move(row));
            }
        }
        return out;
    case ClauseKind::Finish:
        return out;
    default:
        throw Unknown("clause of kind " + std::to_string(static_cast<int>(clause.kind)));
    }
}

std::vector<Row> Interpreter::project(const Projection& projection, std::vector<Row> rows, const Row& outer) {
    if (projection.aggregates) {
        rows = aggregate(projection, rows, outer);
    } else {
        for (Row& row : rows) {
            std::vector<Value> values;
            for (const ProjectionItem& item : projection.items) {
                values.push_back(evaluate(*item.expr, row));
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
                at(row, projection.items[i].slot) = values[i];
            }
        }
    }
    if (projection.distinct) {
        std::vector<Row> once;
        std::vector<std::vector<Value>> seen;
        for (Row& row : rows) {
            const std::vector<Value> values = valuesOf(projection, row);
            const auto same = [&](const std::vector<Value>& other) { return equivalent(other, values); };
            if (std::none_of(seen.begin(), seen.end(), same)) {
                seen.push_back(values);
                once.push_back(std::move(row));
            }
        }
        rows = std::move(once);
    }
    if (!projection.order.empty()) {
        std::vector<std::pair<std::vector<Value>, Row>> keyed;
        for (Row& row : rows) {
            std::vector<Value> keys;
            for (const query::SortItem& item : projection.order) {
                keys.push_back(evaluate(*item.expr, row));
            }
            keyed.emplace_back(std::move(keys), std::move(row));
        }
        std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
            for (std::size_t i = 0; i < projection.order.size(); ++i) {
                const auto order = engine::orderValues(a.first[i], b.first[i]);
                if (order != 0) {
                    return projection.order[i].descending ? order > 0 : order < 0;
                }
            }
            return false;
        });
        rows.clear();
        for (auto& [keys, row] : keyed) {
            rows.push_back(std::move(row));
        }
    }
    Row constant = outer;
    const auto most = static_cast<std::int64_t>(rows.size());
    const std::int64_t skip = std::min(countOf(projection.skip, *this, constant, 0), most);
    const std::int64_t limit = std::min(countOf(projection.limit, *this, constant, most), most - skip);
    rows.erase(rows.begin(), rows.begin() + skip);
    rows.resize(static_cast<std::size_t>(limit));
    if (projection.where) {
        rows.erase(std::remove_if(rows.begin(), rows.end(),
                                  [&](Row& row) { return !truth(*projection.where, row).isTrue(); }),
                   rows.end());
    }
    return rows;
}

std::vector<Row> Interpreter::aggregate(const Projection& projection, const std::vector<Row>& rows,
                                        const Row& outer) {
    struct Group {
        std::vector<Value> keys;
        std::vector<Row> rows;
    };
    std::vector<Group> groups;
    bool has_keys = false;
    for (const ProjectionItem& item : projection.items) {
        has_keys = has_keys || !item.has_aggregate;
    }
    if (!has_keys) {
        groups.push_back({});
    }
    for (const Row& row : rows) {
        Row copy = row;
        std::vector<Value> keys;
        for (const ProjectionItem& item : projection.items) {
            if (!item.has_aggregate) {
                keys.push_back(evaluate(*item.expr, copy));
            }
        }
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const Group& other) { return equivalent(other.keys, keys); });
        if (group == groups.end()) {
            groups.push_back({keys, {}});
            group = groups.end() - 1;
        }
        group->rows.push_back(row);
    }
    std::vector<Row> out;
    for (Group& group : groups) {
        Row row = group.rows.empty() ? outer : group.rows.front();
        std::size_t key = 0;
        for (const ProjectionItem& item : projection.items) {
            if (!item.has_aggregate) {
                at(row, item.slot) = group.keys[key++];
            }
        }
        for (const Expr* call : projection.aggregate_calls) {
            at(row, call->slot) = aggregateCall(*call, group.rows);
        }
        for (const ProjectionItem& item : projection.items) {
            if (item.has_aggregate) {
                at(row, item.slot) = evaluate(*item.expr, row);
            }
        }
        out.push_back(std::move(row));
    }
    return out;
}

Value Interpreter::aggregateCall(const Expr& call, std::vector<Row>& rows) {
    if (call.kind == ExprKind::CountStar) {
        return Value::of(static_cast<std::int64_t>(rows.size()));
    }
    std::vector<Value> values;
    for (Row& row : rows) {
        Value value = evaluate(*call.args[0], row);
        const auto same = [&](const Value& other) { return engine::equivalentValues(other, value); };
        if (!value.isNull() && (!call.distinct || std::none_of(values.begin(), values.end(), same))) {
            values.push_back(std::move(value));
        }
    }
    const std::string& name = call.function->name;
    if (name == "count") {
        return Value::of(static_cast<std::int64_t>(values.size()));
    }
    if (name == "collect") {
        return Value::of(std::move(values));
    }
    if (name == "sum") {
        Value sum = Value::of(std::int64_t{0});
        for (const Value& value : values) {
            sum = query::add(sum, value);
        }
        return sum;
    }
    if (name == "min" || name == "max") {
        Value best;
        for (const Value& value : values) {
            const bool better = best.isNull() || (name == "min" ? engine::orderValues(value, best) < 0
                                                                : engine::orderValues(value, best) > 0);
            if (better) {
                best = value;
            }
        }
        return best;
    }
    throw Unknown("aggregate " + name);
}

}  // namespace xinpu::naive
