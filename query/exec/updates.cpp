// query/exec/updates.cpp
// Operators that change the graph, row by row.

#include "query/exec/updates.h"

#include <fmt/format.h>

#include "query/exec/operators.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

class Create final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        createPatterns(node_.clause->patterns, row, context_);
        return true;
    }
};

class Set final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        applySet(node_.clause->items, row, context_);
        return true;
    }
};

class Remove final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        applyRemove(node_.clause->items, row, context_);
        return true;
    }
};

/// Relationships first, so that a node and its relationships may be named in any order; nodes that are still
/// connected wait for the rows that follow.
class Delete final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        values_.clear();
        for (const ExprPtr& arg : node_.clause->args) {
            values_.push_back(evaluate(*arg, row, context_));
        }
        for (const bool nodes : {false, true}) {
            for (std::size_t i = 0; i < values_.size(); ++i) {
                if ((values_[i].kind() == Kind::Node) == nodes) {
                    deleteEntity(values_[i], node_.clause->detach, node_.clause->args[i]->at, context_);
                }
            }
        }
        return true;
    }
    void batchTaken() override { retryDoomed(context_); }

private:
    std::vector<Value> values_;
};

class Foreach final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        const Value list = evaluate(*node_.list, row, context_);
        if (list.isNull()) {
            return true;
        }
        if (list.kind() != Kind::List) {
            throw Error(
                ErrorCode::Type,
                fmt::format("FOREACH takes a list, not a value of type {}.", engine::kindName(list.kind())),
                "InvalidArgumentType", node_.list->at);
        }
        Subplan& body = context_.subplan(node_.body);
        for (const Value& element : list.list()) {
            step();
            at(row, node_.to) = element;
            body.op->reset(row);
            drain(*body.op, body.rows);
        }
        return true;
    }
};

/// Rows see what the rows before them created.
class Merge final : public PerRow {
public:
    Merge(const PlanNode& node, ExecContext& context) : PerRow(node, context), merged_(context, node.live) {}

protected:
    bool begin(Row row) override {
        merged_.clear();
        next_ = 0;
        demandNoNulls(node_.clause->patterns, row, context_);
        Subplan& body = context_.subplan(node_.body);
        eachRow(*body.op, body.rows, row, [this](Row match) {
            merged_.add(match);
            return true;
        });
        if (merged_.size() != 0) {
            for (std::size_t i = 0; i < merged_.size(); ++i) {
                merged_.copyTo(row, i);
                applySet(node_.clause->on_match, row, context_);
            }
            return true;
        }
        createPatterns(node_.clause->patterns, row, context_);
        applySet(node_.clause->on_create, row, context_);
        merged_.add(row);
        return true;
    }
    bool emit(Row, Batch& out) override {
        for (; next_ < merged_.size(); ++next_) {
            if (out.full()) {
                return true;
            }
            merged_.moveTo(out, next_);
        }
        return false;
    }

private:
    KeptRows merged_;
    std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Operator> makeUpdate(const PlanNode& node, ExecContext& context) {
    switch (node.op) {
    case Op::Create:
        return std::make_unique<Create>(node, context);
    case Op::Merge:
        return std::make_unique<Merge>(node, context);
    case Op::Set:
        return std::make_unique<Set>(node, context);
    case Op::Remove:
        return std::make_unique<Remove>(node, context);
    case Op::Delete:
        return std::make_unique<Delete>(node, context);
    default:
        return std::make_unique<Foreach>(node, context);
    }
}

}  // namespace xinpu::query
