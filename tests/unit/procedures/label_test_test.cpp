// tests/unit/procedures/label_test_test.cpp
// A label's bitmap, kept over commits that change it, that change something near, and that do neither.

#include "query/procedures/label_test.h"

#include <random>
#include <set>

#include "database_folder.h"

namespace xinpu::query {
namespace {

using engine::NodeId;

TEST(LabelTest, FollowsEveryCommit) {
    test::DatabaseFolder folder;
    std::vector<NodeId> nodes;
    std::set<NodeId> subjects;
    std::mt19937 random(5);
    const auto create = [&](engine::WriteTxn& txn, const char* label, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const bool subject = std::string_view(label) == "Company";
            const auto labels =
                subject ? std::vector<const char*>{label, "Subject"} : std::vector<const char*>{label};
            nodes.push_back(txn.createNode(test::nodeRecord(txn, labels, {})));
            if (subject) {
                subjects.insert(nodes.back());
            }
        }
    };
    const auto flip = [&](engine::WriteTxn& txn, NodeId node) {
        engine::NodeRecord record = *txn.node(node);
        const engine::LabelId subject = txn.label("Subject");
        if (subjects.erase(node) != 0) {
            std::erase(record.labels, subject);
        } else {
            record.labels.push_back(subject);
            std::sort(record.labels.begin(), record.labels.end());
            subjects.insert(node);
        }
        txn.setNode(node, std::move(record));
    };
    LabelTest test;
    std::shared_ptr<const engine::Snapshot> snapshot;
    const auto check = [&](const char* step) {
        snapshot = folder->snapshot();
        test.use(*snapshot, *snapshot->catalog().label("Subject"));
        for (const NodeId node : nodes) {
            ASSERT_EQ(test.contains(node), subjects.contains(node)) << step << " node " << node.value;
        }
        ASSERT_FALSE(test.contains(NodeId{3'000'000}));
    };
    // More than one slice, blocks that are full, empty and mixed.
    folder.write([&](engine::WriteTxn& txn) {
        create(txn, "Company", 20'000);
        create(txn, "Person", 9'000);
        create(txn, "Company", 700);
    });
    check("created");
    for (int round = 0; round < 20; ++round) {
        folder.write([&](engine::WriteTxn& txn) { flip(txn, nodes[random() % nodes.size()]); });
        check("one flipped");
        folder.write([&](engine::WriteTxn& txn) { create(txn, "Penalty", 100); });
        check("penalties added");
        // Two commits between two questions.
        folder.write([&](engine::WriteTxn& txn) { flip(txn, nodes[random() % nodes.size()]); });
        folder.write([&](engine::WriteTxn& txn) { flip(txn, nodes[random() % nodes.size()]); });
        check("two flipped");
    }
    test.use(*snapshot, *snapshot->catalog().label("Person"));
    EXPECT_FALSE(test.contains(nodes[0]));
    EXPECT_TRUE(test.contains(nodes[20'001]));
    test.use(*snapshot, engine::LabelId());
    EXPECT_FALSE(test.contains(nodes[20'001]));
}

}  // namespace
}  // namespace xinpu::query
