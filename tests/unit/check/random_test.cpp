// tests/unit/check/random_test.cpp
// Random transactions, merges and reopenings: after each the check finds nothing.

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "engine/check/check.h"
#include "sample_database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// A small graph with declared structures, changed without rest.
class RandomGraph {
public:
    RandomGraph(const std::filesystem::path& folder, std::uint64_t seed) : folder_(folder), random_(seed) {
        Database::create(folder);
        open();
        database_->write({.kind = EntryKind::Schema, .statement = {}},
                         [this](WriteTxn& txn) { declare(txn); });
    }

    /// One transaction, one merge, or closing and opening.
    void step() {
        const std::uint64_t dice = below(40);
        if (dice == 0) {
            database_.reset();
            open();
        } else if (dice < 3) {
            database_->mergeAll();
        } else if (dice == 3) {
            redeclare();
        } else {
            database_->write({.statement = {}}, [this](WriteTxn& txn) {
                const std::uint64_t operations = 1 + below(12);
                for (std::uint64_t i = 0; i < operations; ++i) {
                    operation(txn);
                }
            });
        }
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    void open() {
        database_ = Database::open(folder_, {});
        database_->tune({.group_max = 4,
                         .merge_at = std::uint64_t{1} << (2 + below(9)),
                         .merge_chunks_per_commit = 1 + static_cast<std::size_t>(below(3))});
    }

    IndexDefinition indexOf(const char* name, IndexKind kind, LabelId label, std::vector<KeyId> keys,
                            std::vector<SlotCodec> codecs) {
        IndexDefinition index;
        index.name = name;
        index.kind = kind;
        index.label = label;
        index.keys = std::move(keys);
        index.codecs = std::move(codecs);
        return index;
    }

    void declare(WriteTxn& txn) {
        a_ = txn.label("A");
        b_ = txn.label("B");
        along_ = txn.type("ALONG");
        across_ = txn.type("ACROSS");
        for (const char* name : {"k0", "k1", "k2", "k3"}) {
            keys_.push_back(txn.key(name));
        }
        const SlotCodec whole{SlotCodec::Kind::Integer, 0};
        const SlotCodec date{SlotCodec::Kind::Date, 0};
        txn.catalogBuilder().makeDictionaryKey(keys_[2]);
        txn.declare(indexOf("range", IndexKind::Range, a_, {keys_[0], keys_[1]}, {}));
        txn.declare(indexOf("bitmap", IndexKind::Bitmap, a_, {keys_[2]}, {}));
        txn.declare(indexOf("dates", IndexKind::DateBitmap, b_, {keys_[3]}, {}));
        txn.declare(indexOf("column", IndexKind::Column, b_, {keys_[0]}, {whole}));
        IndexDefinition own = indexOf("own", IndexKind::Adjacency, {}, {keys_[0], keys_[3]}, {whole, date});
        own.type = along_;
        txn.declare(own);
        IndexDefinition neighbour = indexOf("neighbour", IndexKind::Adjacency, b_, {keys_[3]}, {date});
        neighbour.type = across_;
        neighbour.of_neighbour = true;
        txn.declare(neighbour);
    }

    void redeclare() {
        const char* name = std::array{"range", "bitmap", "dates", "column"}[below(4)];
        const IndexDefinition* const found = database_->snapshot()->catalog().index(std::string_view(name));
        if (found != nullptr) {
            dropped_[name] = *found;
            database_->write({.statement = {}}, [this, id = found->id](WriteTxn& txn) {
                txn.drop(id);
                operation(txn);
            });
        } else {
            database_->write({.statement = {}}, [this, name](WriteTxn& txn) {
                operation(txn);
                txn.declare(dropped_.at(name));
                operation(txn);
            });
        }
    }

    Value anyValue() {
        constexpr const char* kWords[] = {"red", "green", "蓝", ""};
        switch (below(7)) {
        case 0:
            return Value::of(static_cast<std::int64_t>(below(5)));
        case 1:
            return Value::of(static_cast<std::int64_t>(random_()));
        case 2:
            return Value::of(Date{static_cast<std::int32_t>(below(40'000)) - 1'000});
        case 3:
            return Value::of(kWords[below(4)]);
        case 4:
            return Value::of(std::string(below(40) == 0 ? 1'000 + below(12'000) : below(40), 'x'));
        case 5:
            return Value::of(*Decimal::fromParts(static_cast<Int128>(below(1'000)), 2));
        default:
            return Value::null();
        }
    }

    Properties anyProperties() {
        Properties properties;
        for (const KeyId key : keys_) {
            if (below(3) != 0) {
                setProperty(properties, key, anyValue());
            }
        }
        return properties;
    }

    std::vector<LabelId> anyLabels() {
        switch (below(4)) {
        case 0:
            return {a_};
        case 1:
            return {b_};
        case 2:
            return {a_, b_};
        default:
            return {};
        }
    }

    /// Mostly the same few, so that some become hubs and lose it again.
    NodeId anyNode() {
        return nodes_[below(3) == 0 ? below(nodes_.size()) : below(std::min<std::size_t>(3, nodes_.size()))];
    }

    void operation(WriteTxn& txn) {
        const std::uint64_t dice = below(100);
        if (nodes_.size() < 4 || dice < 15) {
            nodes_.push_back(txn.createNode({anyLabels(), anyProperties()}));
        } else if (dice < 60) {
            const NodeId start = anyNode();
            const NodeId end = below(8) == 0 ? start : anyNode();
            if (txn.exists(start) && txn.exists(end)) {
                const std::uint64_t copies = below(20) == 0 ? 100 : 1;
                for (std::uint64_t i = 0; i < copies; ++i) {
                    relationships_.push_back(txn.createRelationship(
                        {below(2) == 0 ? along_ : across_, start, end, anyProperties()}));
                }
            }
        } else if (dice < 75) {
            if (const NodeId node = anyNode(); txn.exists(node)) {
                txn.setNode(node, {anyLabels(), anyProperties()});
            }
        } else if (!relationships_.empty() && dice < 85) {
            const RelId rel = relationships_[below(relationships_.size())];
            if (txn.exists(rel)) {
                txn.setRelationship(rel, anyProperties());
            }
        } else if (!relationships_.empty() && dice < 96) {
            const std::uint64_t count = below(10) == 0 ? 120 : 1;
            for (std::uint64_t i = 0; i < count; ++i) {
                const RelId rel = relationships_[below(relationships_.size())];
                if (txn.exists(rel)) {
                    txn.deleteRelationship(rel);
                }
            }
        } else if (const NodeId node = anyNode(); txn.exists(node)) {
            for (const IncidentRelationship& rel : txn.relationshipsOf(node, std::nullopt, Direction::Both)) {
                if (txn.exists(rel.relationship)) {
                    txn.deleteRelationship(rel.relationship);
                }
            }
            txn.deleteNode(node);
        }
    }

    std::filesystem::path folder_;
    std::mt19937_64 random_;
    std::shared_ptr<Database> database_;
    LabelId a_, b_;
    TypeId along_, across_;
    std::vector<KeyId> keys_;
    std::map<std::string, IndexDefinition> dropped_;
    std::vector<NodeId> nodes_;
    std::vector<RelId> relationships_;
};

TEST(Random, NothingIsFoundAfterAnySequence) {
    const char* given = std::getenv("XINPU_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("seed %llu (XINPU_SEED repeats it)\n", static_cast<unsigned long long>(seed));
    const std::uint64_t sequences = roundsOf(12, 400);
    for (std::uint64_t sequence = 0; sequence < sequences && !HasFailure(); ++sequence) {
        const TemporaryFolder folder;
        RandomGraph graph(folder.path() / "db", seed + sequence);
        for (int step = 0; step < 80 && !HasFailure(); ++step) {
            graph.step();
            EXPECT_EQ(textOf(checkDatabase(folder.path() / "db", {})), "")
                << "XINPU_SEED=" << seed + sequence << ", step " << step;
        }
    }
}

}  // namespace
}  // namespace xinpu::engine
