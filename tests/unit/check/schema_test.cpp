// tests/unit/check/schema_test.cpp
// Declaring and dropping on data that exists leaves nothing that a check would name.

#include <gtest/gtest.h>

#include "engine/check/check.h"
#include "sample_database.h"

namespace xinpu::engine {
namespace {

TEST(Schema, EveryIndexCanBeDroppedAndDeclaredAgain) {
    const TemporaryFolder folder;
    copySample(folder.path());
    const auto database = Database::open(folder.path(), {});
    for (const char* name :
         {"company_uscc", "company_name", "company_status", "penalty_decided", "penalty_fine"}) {
        const IndexDefinition index = *database->snapshot()->catalog().index(std::string_view(name));
        database->write({.kind = EntryKind::Schema, .statement = {}},
                        [&](WriteTxn& txn) { txn.drop(index.id); });
        EXPECT_EQ(textOf(checkInChild(folder.path(), {})), "") << "dropped " << name;
        database->write({.kind = EntryKind::Schema, .statement = {}},
                        [&](WriteTxn& txn) { txn.declare(index); });
        EXPECT_EQ(textOf(checkInChild(folder.path(), {})), "") << "declared again " << name;
    }
}

TEST(Schema, DeclaredInTheSameTransactionAsChanges) {
    const TemporaryFolder folder;
    copySample(folder.path());
    const auto database = Database::open(folder.path(), {});
    const SampleNames& names = sample().names;
    database->write({.statement = {}}, [&](WriteTxn& txn) {
        txn.createNode({{names.company}, {{names.uscc, Value::of("91440101MA5900001X")}}});
        NodeRecord record = *txn.node(names.hub);
        setProperty(record.properties, names.fine, Value::of(*Decimal::fromParts(125, 2)));
        txn.setNode(names.hub, std::move(record));
        for (const IndexKind kind : {IndexKind::Range, IndexKind::Bitmap, IndexKind::Column}) {
            IndexDefinition index;
            index.name = "late_" + std::to_string(static_cast<int>(kind));
            index.kind = kind;
            index.label = names.company;
            index.keys = {names.fine};
            if (kind == IndexKind::Column) {
                index.codecs = {{SlotCodec::Kind::Decimal, 2}};
            }
            txn.declare(index);
        }
        txn.deleteNode(txn.createNode({{names.company}, {{names.uscc, Value::of("91440101MA5900002X")}}}));
    });
    EXPECT_EQ(textOf(checkInChild(folder.path(), {})), "");
}

}  // namespace
}  // namespace xinpu::engine
