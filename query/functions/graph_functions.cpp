// query/functions/graph_functions.cpp
// Functions of nodes, relationships and paths.

#include <fmt/format.h>

#include "query/functions/builtin.h"

namespace xinpu::query::builtin {
namespace {

using engine::NodeId;
using engine::NodeRecord;
using engine::RelRecord;

[[noreturn]] void throwInvalid(std::string_view function, std::string_view takes, const Value& value) {
    throwType(fmt::format("{}() takes {}", function, takes), value, "InvalidArgumentValue");
}

const GraphView& graphOf(const EvalContext& context) {
    if (context.graph == nullptr) {
        throw Error(ErrorCode::Internal, "The statement runs without a graph.");
    }
    return *context.graph;
}

NodeRecord recordOf(const EvalContext& context, NodeId id) {
    std::optional<NodeRecord> record = graphOf(context).node(id);
    if (!record) {
        throwDeleted(id, {});
    }
    return std::move(*record);
}

RelRecord recordOf(const EvalContext& context, engine::RelId id) {
    std::optional<RelRecord> record = graphOf(context).relationship(id);
    if (!record) {
        throwDeleted(id, {});
    }
    return std::move(*record);
}

Value id(EvalContext&, Args args) {
    switch (args[0].kind()) {
    case Kind::Node:
        return Value::of(args[0].node().value);
    case Kind::Relationship:
        return Value::of(args[0].relationship().value);
    default:
        throwInvalid("id", "a node or a relationship", args[0]);
    }
}

Value elementId(EvalContext&, Args args) {
    switch (args[0].kind()) {
    case Kind::Node:
        return Value::of(fmt::format("n:{}", args[0].node().value));
    case Kind::Relationship:
        return Value::of(fmt::format("r:{}", args[0].relationship().value));
    default:
        throwInvalid("elementId", "a node or a relationship", args[0]);
    }
}

Value labels(EvalContext& context, Args args) {
    if (args[0].kind() != Kind::Node) {
        throwInvalid("labels", "a node", args[0]);
    }
    std::vector<Value> names;
    for (const engine::LabelId label : recordOf(context, args[0].node()).labels) {
        names.push_back(Value::of(graphOf(context).catalog().labels().name(label.value)));
    }
    return Value::of(std::move(names));
}

Value type(EvalContext& context, Args args) {
    if (args[0].kind() != Kind::Relationship) {
        throwInvalid("type", "a relationship", args[0]);
    }
    const GraphView& graph = graphOf(context);
    return Value::of(
        graph.catalog().types().name(graph.relationshipOrDeleted(args[0].relationship()).type.value));
}

engine::Properties propertiesOf(const EvalContext& context, const Value& entity) {
    return entity.kind() == Kind::Node ? recordOf(context, entity.node()).properties
                                       : recordOf(context, entity.relationship()).properties;
}

Value properties(EvalContext& context, Args args) {
    const Value& of = args[0];
    if (of.kind() == Kind::Map) {
        return of;
    }
    if (of.kind() != Kind::Node && of.kind() != Kind::Relationship) {
        throwInvalid("properties", "a node, a relationship or a map", of);
    }
    std::vector<engine::MapEntry> entries;
    for (auto& [key, value] : propertiesOf(context, of)) {
        entries.push_back({std::string(graphOf(context).catalog().keys().name(key.value)), std::move(value)});
    }
    return Value::of(std::move(entries));
}

Value keys(EvalContext& context, Args args) {
    const Value& of = args[0];
    std::vector<Value> names;
    if (of.kind() == Kind::Map) {
        for (const engine::MapEntry& entry : of.map()) {
            names.push_back(Value::of(entry.key));
        }
    } else if (of.kind() == Kind::Node || of.kind() == Kind::Relationship) {
        for (const auto& [key, value] : propertiesOf(context, of)) {
            names.push_back(Value::of(graphOf(context).catalog().keys().name(key.value)));
        }
    } else {
        throwInvalid("keys", "a node, a relationship or a map", of);
    }
    return Value::of(std::move(names));
}

Value startNode(EvalContext& context, Args args) {
    if (args[0].kind() != Kind::Relationship) {
        throwInvalid("startNode", "a relationship", args[0]);
    }
    return Value::of(graphOf(context).relationshipOrDeleted(args[0].relationship()).start);
}

Value endNode(EvalContext& context, Args args) {
    if (args[0].kind() != Kind::Relationship) {
        throwInvalid("endNode", "a relationship", args[0]);
    }
    return Value::of(graphOf(context).relationshipOrDeleted(args[0].relationship()).end);
}

const engine::Path& pathOf(const Value& value, std::string_view function) {
    if (value.kind() != Kind::Path) {
        throwInvalid(function, "a path", value);
    }
    return value.path();
}

Value length(EvalContext&, Args args) {
    return Value::of(static_cast<std::int64_t>(pathOf(args[0], "length").steps.size()));
}

Value nodes(EvalContext&, Args args) {
    const engine::Path& path = pathOf(args[0], "nodes");
    std::vector<Value> list;
    list.reserve(path.steps.size() + 1);
    list.push_back(Value::of(path.start));
    for (const engine::PathStep& step : path.steps) {
        list.push_back(Value::of(step.node));
    }
    return Value::of(std::move(list));
}

Value relationships(EvalContext&, Args args) {
    const engine::Path& path = pathOf(args[0], "relationships");
    std::vector<Value> list;
    list.reserve(path.steps.size());
    for (const engine::PathStep& step : path.steps) {
        list.push_back(Value::of(step.relationship));
    }
    return Value::of(std::move(list));
}

struct OfEntity {
    const char* name;
    const char* signature;
    const char* doc;
    bool reads_graph;
    KindSet result;
    KindSet accepts;
    ScalarCall call;
};
constexpr OfEntity kFunctions[] = {
    {"id", "id(entity :: NODE | RELATIONSHIP) :: INTEGER", "The number of a node or relationship.", false,
     kInteger, kNode | kRelationship, id},
    {"elementId", "elementId(entity :: NODE | RELATIONSHIP) :: STRING",
     "The identifier of a node or relationship, as n:12 or r:5.", false, kString, kNode | kRelationship,
     elementId},
    {"labels", "labels(node :: NODE) :: LIST<STRING>", "The labels of a node.", true, kList, kNode, labels},
    {"type", "type(relationship :: RELATIONSHIP) :: STRING", "The type of a relationship.", true, kString,
     kRelationship, type},
    {"properties", "properties(entity :: NODE | RELATIONSHIP | MAP) :: MAP", "All properties as a map.", true,
     kMap, kNode | kRelationship | kMap, properties},
    {"keys", "keys(entity :: NODE | RELATIONSHIP | MAP) :: LIST<STRING>", "The names of all properties.",
     true, kList, kNode | kRelationship | kMap, keys},
    {"startNode", "startNode(relationship :: RELATIONSHIP) :: NODE", "The node where a relationship starts.",
     true, kNode, kRelationship, startNode},
    {"endNode", "endNode(relationship :: RELATIONSHIP) :: NODE", "The node where a relationship ends.", true,
     kNode, kRelationship, endNode},
    {"length", "length(path :: PATH) :: INTEGER", "The number of relationships of a path.", false, kInteger,
     kPath, length},
    {"nodes", "nodes(path :: PATH) :: LIST<NODE>", "The nodes of a path in order.", false, kList, kPath,
     nodes},
    {"relationships", "relationships(path :: PATH) :: LIST<RELATIONSHIP>",
     "The relationships of a path in order.", false, kList, kPath, relationships},
};

}  // namespace

void registerGraph(Registry& registry) {
    for (const OfEntity& function : kFunctions) {
        registry.add({.name = function.name,
                      .signature = function.signature,
                      .doc = function.doc,
                      .args_min = 1,
                      .args_max = 1,
                      .reads_graph = function.reads_graph,
                      .result = function.result,
                      .accepts = {function.accepts},
                      .call = function.call});
    }
}

}  // namespace xinpu::query::builtin
