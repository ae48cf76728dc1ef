// query/procedures/builtin.cpp
// Signatures of the procedures, and those that only list what the catalogue knows.

#include "query/procedures/builtin.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/procedures/graph_calls.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

namespace {

constexpr KindSet kNode = kindBit(Kind::Node);
constexpr KindSet kMap = kindBit(Kind::Map);
constexpr KindSet kInteger = kindBit(Kind::Integer);
constexpr KindSet kDecimal = kindBit(Kind::Decimal);
constexpr KindSet kString = kindBit(Kind::String);

/// All names of a table that `isUsed` accepts, by code point.
template <typename IsUsed>
void emitNames(EvalContext& context, const engine::NameTable& names, const EmitRow& emit, IsUsed&& isUsed) {
    std::vector<std::string_view> found;
    for (std::uint32_t id = 0; id < names.size(); ++id) {
        context.budget->step();
        if (isUsed(id)) {
            found.push_back(names.name(id));
        }
    }
    std::sort(found.begin(), found.end());
    for (const std::string_view name : found) {
        const std::array<Value, 1> row{Value::of(name)};
        emit(row);
    }
}

bool isCounted(const std::map<std::uint32_t, std::uint64_t>& counts, std::uint32_t id) {
    const auto count = counts.find(id);
    return count != counts.end() && count->second != 0;
}

/// Types of relationships that a transaction sees after it changed some.
std::vector<bool> typesInUse(EvalContext& context) {
    const GraphView& view = *context.graph;
    std::vector<bool> used(view.catalog().types().size(), false);
    std::vector<Incident> incidents;
    view.eachNode([&](engine::NodeId node) {
        incidents.clear();
        view.expand(node, engine::Direction::Out, {}, incidents);
        context.budget->step(incidents.size() + 1);
        for (const Incident& incident : incidents) {
            used[incident.type.value] = true;
        }
        return std::find(used.begin(), used.end(), false) != used.end();
    });
    return used;
}

void callLabels(EvalContext& context, std::span<const Value>, const EmitRow& emit) {
    const GraphView& view = *context.graph;
    emitNames(context, view.catalog().labels(), emit, [&view](std::uint32_t id) {
        return view.pristine() ? isCounted(view.snapshot().counts().by_label, id)
                               : !view.labelled(engine::LabelId{id}).empty();
    });
}

void callRelationshipTypes(EvalContext& context, std::span<const Value>, const EmitRow& emit) {
    const GraphView& view = *context.graph;
    const std::vector<bool> used = view.pristine() ? std::vector<bool>() : typesInUse(context);
    emitNames(context, view.catalog().types(), emit, [&](std::uint32_t id) {
        return view.pristine() ? isCounted(view.snapshot().counts().by_type, id) : used[id];
    });
}

void callPropertyKeys(EvalContext& context, std::span<const Value>, const EmitRow& emit) {
    emitNames(context, context.graph->catalog().keys(), emit, [](std::uint32_t) { return true; });
}

void callComponents(EvalContext&, std::span<const Value>, const EmitRow& emit) {
    // Object mappers look at the first row when they connect: from 5 on they use elementId().
    constexpr std::array<std::pair<const char*, const char*>, 2> kLines{
        {{"Neo4j Kernel", "5.26.0"}, {"xinpu", XINPU_VERSION}}};
    for (const auto& [name, version] : kLines) {
        const std::array<Value, 3> row{
            Value::of(name), Value::of(std::vector<Value>{Value::of(version)}), Value::of("community")};
        emit(row);
    }
}

void callPing(EvalContext&, std::span<const Value>, const EmitRow& emit) {
    const std::array<Value, 1> row{Value::of(true)};
    emit(row);
}

Procedure named(std::string name, std::string doc, std::vector<ProcedureField> inputs,
                std::vector<ProcedureField> outputs, ProcedureFunction call) {
    Procedure procedure;
    procedure.name = std::move(name);
    procedure.doc = std::move(doc);
    procedure.inputs_required = inputs.size();
    procedure.inputs = std::move(inputs);
    procedure.outputs = std::move(outputs);
    procedure.call = std::move(call);
    return procedure;
}

ProcedureField node(std::string name) {
    return {std::move(name), kNode, "NODE"};
}

}  // namespace

void registerBuiltinProcedures(Registry& registry) {
    const ProcedureField options{"options", kMap, "MAP"};
    const ProcedureField hops{"hops", kInteger, "INTEGER"};
    const ProcedureField share{"share", kDecimal, "DECIMAL"};
    registry.add(
        named("graph.related",
              "Each node within some hops along relationships of a type, once, with its least distance.",
              {node("n"), options}, {node("node"), hops}, callRelated));
    registry.add(named("graph.ownership",
                       "Effective shares over all chains, as fractions; cross-holdings and loops are solved.",
                       {node("n"), options}, {node("node"), share}, callOwnership));
    registry.add(
        named("graph.controllers",
              "Who controls a firm: more than half of the votes with those of firms controlled; else the "
              "greatest holder as suspected.",
              {node("n"), options}, {node("node"), share, {"suspected", kindBit(Kind::Boolean), "BOOLEAN"}},
              callControllers));
    registry.add(named("graph.groups", "Nodes that hang together by relationships that weigh enough.",
                       {options}, {{"group", kString, "STRING"}, node("node")}, callGroups));
    registry.add(named("graph.pathsBetween", "Paths between two nodes, no node twice, shortest first.",
                       {node("a"), node("b"), options}, {{"path", kindBit(Kind::Path), "PATH"}, hops},
                       callPathsBetween));
    registry.add(
        named("db.labels", "Labels that nodes carry.", {}, {{"label", kString, "STRING"}}, callLabels));
    registry.add(named("db.relationshipTypes", "Types that relationships have.", {},
                       {{"relationshipType", kString, "STRING"}}, callRelationshipTypes));
    registry.add(named("db.propertyKeys", "Property keys that were ever used.", {},
                       {{"propertyKey", kString, "STRING"}}, callPropertyKeys));
    registry.add(named("db.ping", "True: the database is there.", {},
                       {{"success", kindBit(Kind::Boolean), "BOOLEAN"}}, callPing));
    registry.add(named("dbms.components", "Name, versions and edition of the server.", {},
                       {{"name", kString, "STRING"},
                        {"versions", kindBit(Kind::List), "LIST<STRING>"},
                        {"edition", kString, "STRING"}},
                       callComponents));
}

}  // namespace xinpu::query
