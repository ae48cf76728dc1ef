// tests/unit/functions/graph_view_test.cpp
// A statement's view of a graph that it is changing says what a snapshot says after the commit.

#include "query/view/graph_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "database_folder.h"
#include "engine/value/literal.h"
#include "xinpu/error.h"

namespace xinpu::query::test {
namespace {

using engine::DatabaseFolder;
using engine::Direction;
using engine::NodeId;
using engine::RelId;
using engine::TypeId;
using engine::Value;
using engine::WriteTxn;

constexpr Direction kDirections[] = {Direction::Out, Direction::In, Direction::Both};

void appendExpansion(const GraphView& view, NodeId node, Direction direction, std::span<const TypeId> types,
                     std::string& text) {
    std::vector<Incident> found;
    view.expand(node, direction, types, found);
    EXPECT_EQ(view.degree(node, direction, types), found.size());
    std::sort(found.begin(), found.end(),
              [](const Incident& a, const Incident& b) { return a.relationship < b.relationship; });
    for (const Incident& one : found) {
        text += " " + std::to_string(one.relationship.value) + "t" + std::to_string(one.type.value) +
                (one.direction == Direction::Out ? ">" : "<") + std::to_string(one.neighbour.value);
    }
    text += ";";
}

/// Everything that a view says, as text.
std::string described(const GraphView& view) {
    const auto key = view.catalog().key("p");
    const auto label = view.catalog().label("A");
    std::vector<TypeId> types;
    for (std::uint32_t t = 0; t < view.catalog().types().size(); ++t) {
        types.push_back(TypeId{t});
    }
    std::string text;
    for (const NodeId node : view.allNodes()) {
        text += "\n" + std::to_string(node.value) + (view.hasLabel(node, *label) ? "A" : "") + " " +
                engine::toCypherText(view.property(node, *key)) + " " +
                std::to_string(view.node(node)->labels.size());
        for (const Direction direction : kDirections) {
            appendExpansion(view, node, direction, {}, text);
            appendExpansion(view, node, direction, std::span(types).first(1), text);
            appendExpansion(view, node, direction, types, text);
        }
    }
    text += "\nA:";
    for (const NodeId node : view.labelled(*label)) {
        text += " " + std::to_string(node.value);
    }
    return text;
}

/// Random changes over what is there.
void change(WriteTxn& txn, std::mt19937& random) {
    const GraphView view(txn);
    for (int i = 0; i < 60; ++i) {
        const std::vector<NodeId> nodes = view.allNodes();
        const NodeId one = nodes[random() % nodes.size()];
        const NodeId other = nodes[random() % nodes.size()];
        std::vector<Incident> incident;
        view.expand(one, Direction::Both, {}, incident);
        switch (random() % 6) {
        case 0:
            txn.createNode({{txn.label(random() % 2 == 0 ? "A" : "B")}, {}});
            break;
        case 1:
        case 2:
            txn.createRelationship(
                {txn.type(random() % 2 == 0 ? "T" : "U"), one, random() % 4 == 0 ? one : other, {}});
            break;
        case 3: {
            engine::NodeRecord record = *view.node(one);
            engine::setProperty(record.properties, txn.key("p"), Value::of(std::int64_t{i}));
            txn.setNode(one, std::move(record));
            break;
        }
        case 4:
            if (!incident.empty()) {
                txn.deleteRelationship(incident.front().relationship);
            }
            break;
        default:
            if (nodes.size() > 5) {
                for (const Incident& relationship : incident) {
                    txn.deleteRelationship(relationship.relationship);
                }
                txn.deleteNode(one);
            }
            break;
        }
    }
}

TEST(GraphView, OfChangesSaysWhatTheSnapshotSaysAfterwards) {
    for (const unsigned seed : {1U, 2U, 3U, 4U, 5U}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        DatabaseFolder folder;
        folder->write({}, [](WriteTxn& txn) {
            EXPECT_TRUE(GraphView(txn).pristine());
            for (int i = 0; i < 8; ++i) {
                txn.createNode(
                    {{txn.label("A")}, engine::propertiesOf(txn, {{"p", Value::of(std::int64_t{-i})}})});
            }
            EXPECT_FALSE(GraphView(txn).pristine());
        });
        for (int round = 0; round < 4; ++round) {
            std::string during;
            folder->write({}, [&](WriteTxn& txn) {
                change(txn, random);
                during = described(GraphView(txn));
            });
            EXPECT_EQ(during, described(GraphView(*folder->snapshot())));
        }
    }
}

TEST(GraphView, RemembersDeletedRelationshipsAndRefusesTheirProperties) {
    DatabaseFolder folder;
    folder->write({}, [](WriteTxn& txn) {
        const NodeId node = txn.createNode({{txn.label("A")}, {}});
        const RelId relationship = txn.createRelationship(
            {txn.type("T"), node, node, engine::propertiesOf(txn, {{"p", Value::of(true)}})});
        txn.deleteRelationship(relationship);
        txn.deleteNode(node);
        const GraphView view(txn);
        EXPECT_EQ(view.relationshipOrDeleted(relationship).start, node);
        for (const auto& ask : {std::function<void()>([&] { view.property(relationship, txn.key("p")); }),
                                std::function<void()>([&] { view.property(node, txn.key("p")); }),
                                std::function<void()>([&] { view.hasLabel(node, txn.label("A")); })}) {
            try {
                ask();
                ADD_FAILURE() << "a deleted entity answered";
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::NotFound);
                EXPECT_EQ(error.detail(), "DeletedEntityAccess");
            }
        }
    });
}

}  // namespace
}  // namespace xinpu::query::test
