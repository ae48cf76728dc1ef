// bench/xinpu_bench/pusher.cpp
// The same penalty as the other engines get (peers/sqlite.mjs), with all the properties that a load gives it.

#include "bench/xinpu_bench/pusher.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "bench/xinpu_bench/report.h"
#include "xinpu/error.h"

namespace xinpu::bench {

using engine::Catalog;
using engine::IndexDefinition;
using engine::NodeId;
using engine::Value;

namespace {

constexpr std::size_t kFirmsDrawn = 200'000;
constexpr const char* kAuthority = "N:东莞市消防救援支队";

[[noreturn]] void notACity(const std::string& what) {
    throw Error(ErrorCode::NotFound, what + " is not in the database: load a generated city first");
}

const IndexDefinition& uniqueIndex(const Catalog& catalog, const char* label, const char* key) {
    const auto label_id = catalog.label(label);
    const auto key_id = catalog.key(key);
    const IndexDefinition* index =
        label_id && key_id ? catalog.indexOn(engine::IndexKind::Unique, *label_id, *key_id) : nullptr;
    if (index == nullptr) {
        notACity(fmt::format("the unique index on :{}({})", label, key));
    }
    return *index;
}

std::string documentOf(std::uint64_t number) {
    return fmt::format("东消行罚〔2026〕Q{}号", number);
}

/// A number that looks random and is the same for the same input (the end of splitmix64).
std::uint64_t scatter(std::uint64_t number) {
    number = (number + 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;
    return (number ^ number >> 31) * 0x94d049bb133111ebULL >> 16;
}

}  // namespace

PushContent::PushContent(const engine::Snapshot& snapshot) {
    const auto subject = snapshot.catalog().label("Subject");
    const auto uscc = snapshot.catalog().key("uscc");
    if (!subject || !uscc) {
        notACity(":Subject");
    }
    std::vector<NodeId> nodes = snapshot.labelled(*subject).toVector();
    std::mt19937 random(8);
    std::shuffle(nodes.begin(), nodes.end(), random);
    nodes.resize(std::min(nodes.size(), kFirmsDrawn));
    for (const NodeId node : nodes) {
        firms_.emplace_back(snapshot.property(node, *uscc).string());
    }
    const Value code = Value::of(kAuthority);
    if (firms_.empty() || !snapshot.find(uniqueIndex(snapshot.catalog(), "Authority", "code"), {&code, 1})) {
        notACity(kAuthority);
    }
}

const std::string& PushContent::firm(std::uint64_t number) const {
    return firms_[scatter(number) % firms_.size()];
}

std::string PushContent::key(std::uint64_t number) const {
    return fmt::format("{}|{}|{}", kAuthority, documentOf(number), firm(number));
}

void PushContent::add(engine::WriteTxn& txn, std::uint64_t first) const {
    const IndexDefinition& subjects = uniqueIndex(txn.catalog(), "Subject", "uscc");
    const Value code = Value::of(kAuthority);
    const auto authority = txn.find(uniqueIndex(txn.catalog(), "Authority", "code"), {&code, 1});
    const engine::LabelId penalty = txn.label("Penalty");
    const engine::TypeId against = txn.type("AGAINST");
    const engine::TypeId decided_by = txn.type("DECIDED_BY");
    engine::Properties common;
    const auto set = [&txn](engine::Properties& properties, const char* name, Value value) {
        engine::setProperty(properties, txn.key(name), std::move(value));
    };
    set(common, "decidedOn", Value::of(*engine::parseIsoDate("2026-11-10")));
    set(common, "domain", Value::of("fire-rescue"));
    set(common, "category", Value::of("fine"));
    set(common, "fine", Value::of(*engine::Decimal::parse("1000.00")));
    set(common, "severity", Value::of("general"));
    set(common, "publicUntil", Value::of(*engine::parseIsoDate("2027-11-10")));
    set(common, "state", Value::of("in_force"));
    set(common, "batch", Value::of("bench-push"));
    for (std::uint64_t number = first; number < first + kPenaltiesPerPush; ++number) {
        const Value uscc = Value::of(firm(number));
        const auto party = txn.find(subjects, {&uscc, 1});
        if (!party || !authority) {
            notACity(firm(number));
        }
        engine::NodeRecord record{{penalty}, common};
        set(record.properties, "key", Value::of(key(number)));
        set(record.properties, "docNo", Value::of(documentOf(number)));
        const NodeId node = txn.createNode(std::move(record));
        txn.createRelationship({against, node, *party, {}});
        txn.createRelationship({decided_by, node, *authority, {}});
    }
}

Pushed pushUntil(engine::Database& database, const PushContent& content, std::atomic<std::uint64_t>& next,
                 const std::atomic<bool>& stop) {
    Pushed pushed;
    engine::WriteContext context;
    context.principal = "bench";
    while (!stop.load(std::memory_order_relaxed)) {
        const std::uint64_t first = next.fetch_add(kPenaltiesPerPush);
        const Stopwatch watch;
        database.write(context, [&](engine::WriteTxn& txn) { content.add(txn, first); });
        pushed.times_ms.push_back(watch.ms());
        pushed.acknowledged.push_back(first);
    }
    return pushed;
}

std::uint64_t findable(const engine::Snapshot& snapshot, const PushContent& content,
                       const std::vector<Pushed>& pushed) {
    const IndexDefinition& keys = uniqueIndex(snapshot.catalog(), "Penalty", "key");
    std::uint64_t found = 0;
    for (const Pushed& one : pushed) {
        for (const std::uint64_t first : one.acknowledged) {
            for (std::uint64_t number = first; number < first + kPenaltiesPerPush; ++number) {
                const Value key = Value::of(content.key(number));
                found += snapshot.find(keys, {&key, 1}) ? 1U : 0U;
            }
        }
    }
    return found;
}

}  // namespace xinpu::bench
