// tests/unit/procedures/procedure_call.h
#pragma once
// Calls a procedure by name on a view, and makes small graphs of stakes by name.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "database_folder.h"
#include "query/procedures/builtin.h"
#include "xinpu/error.h"

namespace xinpu::test {

using Rows = std::vector<std::vector<engine::Value>>;

inline const query::Registry& procedures() {
    static const query::Registry kRegistry = [] {
        query::Registry registry;
        query::registerBuiltinProcedures(registry);
        return registry;
    }();
    return kRegistry;
}

inline Rows call(const query::GraphView& view, const char* name, std::vector<engine::Value> args,
                 const query::BudgetLimits& limits = {}) {
    query::Budget budget(limits);
    query::EvalContext context;
    context.graph = &view;
    context.budget = &budget;
    const query::Procedure* procedure = procedures().procedure(name);
    Rows rows;
    procedure->call(context, args, [&](std::span<const engine::Value> row) {
        EXPECT_EQ(row.size(), procedure->outputs.size());
        rows.emplace_back(row.begin(), row.end());
    });
    EXPECT_EQ(budget.memoryBytes(), 0U) << "memory was not given back";
    return rows;
}

inline engine::Value options(std::vector<engine::MapEntry> entries) {
    return engine::Value::of(std::move(entries));
}

struct NamedStake {
    const char* from;
    const char* to;
    engine::Value share;
    engine::Value validFrom{};
    engine::Value validTo{};
};

/// Nodes by name: those that begin with 'P' are persons, others firms with a unique uscc.
class StakeGraph {
public:
    explicit StakeGraph(const std::vector<NamedStake>& stakes, bool covered = true) {
        folder.write([&](engine::WriteTxn& txn) {
            if (covered) {
                using engine::SlotCodec;
                txn.declare(adjacencyIndex(txn, "INVESTS_IN", {"share", "validFrom", "validTo"},
                                           {SlotCodec{SlotCodec::Kind::Decimal, 4},
                                            SlotCodec{SlotCodec::Kind::Date, 0},
                                            SlotCodec{SlotCodec::Kind::Date, 0}}));
            }
            engine::IndexDefinition unique;
            unique.name = "subject_uscc";
            unique.kind = engine::IndexKind::Unique;
            unique.label = txn.label("Subject");
            unique.keys = {txn.key("uscc")};
            txn.declare(unique);
        });
        folder.write([&](engine::WriteTxn& txn) {
            for (const NamedStake& stake : stakes) {
                add(txn, stake);
            }
        });
    }
    void add(engine::WriteTxn& txn, const NamedStake& stake) {
        const engine::NodeId from = node(txn, stake.from);
        const engine::NodeId to = node(txn, stake.to);
        relationships.push_back(txn.createRelationship({txn.type("INVESTS_IN"), from, to,
                                                        properties(txn, {{"share", stake.share},
                                                                         {"validFrom", stake.validFrom},
                                                                         {"validTo", stake.validTo}})}));
    }
    engine::NodeId node(engine::WriteTxn& txn, const std::string& name) {
        const auto found = nodes.find(name);
        if (found != nodes.end()) {
            return found->second;
        }
        const auto label = name[0] == 'P' ? "Person" : "Subject";
        const engine::NodeId id =
            txn.createNode(nodeRecord(txn, {label}, {{"uscc", engine::Value::of(name)}}));
        nodes.emplace(name, id);
        names.emplace(id.value, name);
        return id;
    }
    /// "A=0.34 B=1" of rows whose first column is a node; the second as text.
    std::string text(const Rows& rows) const {
        std::string all;
        for (const auto& row : rows) {
            all += all.empty() ? "" : " ";
            all += names.at(row[0].node().value) + "=";
            all += row[1].kind() == engine::Kind::Decimal ? row[1].decimal().toString()
                                                          : std::to_string(row[1].integer());
            all += row.size() > 2 && row[2].isTrue() ? "?" : "";
        }
        return all;
    }

    DatabaseFolder folder;
    std::map<std::string, engine::NodeId> nodes;
    std::map<std::uint32_t, std::string> names;
    std::vector<engine::RelId> relationships;
};

/// {type: 'INVESTS_IN', weight: 'share', …}
inline engine::Value stakeOptions(std::vector<engine::MapEntry> more = {}) {
    more.push_back({"type", engine::Value::of("INVESTS_IN")});
    more.push_back({"weight", engine::Value::of("share")});
    return options(std::move(more));
}

}  // namespace xinpu::test
