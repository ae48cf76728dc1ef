// tests/unit/check/sample_database.cpp
// Builds the sample.

#include "sample_database.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <random>
#include <stdexcept>

#include "engine/graph/record.h"
#include "engine/journal/journal.h"
#include "engine/value/codec.h"
#include "engine/value/crc32c.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kSampleSeed = 20'261'124;

Value decimalOf(std::int64_t coefficient) {
    return Value::of(*Decimal::fromParts(coefficient, 2));
}

/// Properties by ascending key, whatever the order given.
Properties propertiesOf(std::initializer_list<std::pair<KeyId, Value>> list) {
    Properties properties;
    for (const auto& [key, value] : list) {
        setProperty(properties, key, value);
    }
    return properties;
}

void declareAll(Database& database, SampleNames& names) {
    database.write({.kind = EntryKind::Schema, .statement = {}}, [&names](WriteTxn& txn) {
        names.company = txn.label("Company");
        names.penalty = txn.label("Penalty");
        names.person = txn.label("Person");
        names.invests = txn.type("INVESTS_IN");
        names.against = txn.type("AGAINST");
        names.uscc = txn.key("uscc");
        names.name = txn.key("name");
        names.status = txn.key("status");
        names.share = txn.key("share");
        names.from = txn.key("validFrom");
        names.to = txn.key("validTo");
        names.decided = txn.key("decidedOn");
        names.fine = txn.key("fine");
        names.note = txn.key("note");
        txn.catalogBuilder().makeDictionaryKey(names.status);
        txn.catalogBuilder().addImplication(names.company, txn.label("Subject"));
        const SlotCodec date{SlotCodec::Kind::Date, 0};
        const SlotCodec money{SlotCodec::Kind::Decimal, 2};
        const auto declare = [&txn](const char* name, IndexKind kind, LabelId label, std::vector<KeyId> keys,
                                    std::vector<SlotCodec> codecs) {
            IndexDefinition index;
            index.name = name;
            index.kind = kind;
            index.label = label;
            index.keys = std::move(keys);
            index.codecs = std::move(codecs);
            return index;
        };
        IndexDefinition unique = declare("company_uscc", IndexKind::Unique, names.company, {names.uscc}, {});
        unique.rules = kRuleExists | kRuleTyped;
        unique.value_kind = Kind::String;
        txn.declare(unique);
        txn.declare(declare("company_name", IndexKind::Range, names.company, {names.name}, {}));
        txn.declare(declare("company_status", IndexKind::Bitmap, names.company, {names.status}, {}));
        txn.declare(declare("penalty_decided", IndexKind::DateBitmap, names.penalty, {names.decided}, {}));
        txn.declare(declare("penalty_fine", IndexKind::Column, names.penalty, {names.fine}, {money}));
        IndexDefinition stakes = declare("stakes", IndexKind::Adjacency, {},
                                         {names.share, names.from, names.to}, {money, date, date});
        stakes.type = names.invests;
        txn.declare(stakes);
        IndexDefinition penalties = declare("penalties", IndexKind::Adjacency, names.penalty,
                                            {names.decided, names.fine}, {date, money});
        penalties.type = names.against;
        penalties.of_neighbour = true;
        penalties.direction = Direction::In;
        txn.declare(penalties);
    });
}

/// What the writing functions share.
struct Maker {
    Database& database;
    SampleNames& names;
    std::mt19937_64 random{kSampleSeed};
    std::vector<NodeId> companies{};
    std::vector<NodeId> penalties{};
    std::vector<RelId> stakes{};
    std::uint64_t made = 0;

    std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    NodeId company(WriteTxn& txn) {
        constexpr const char* kStatuses[] = {"active", "revoked", "cancelled", "moved"};
        const std::uint64_t number = made++;
        return txn.createNode(
            {{names.company, txn.label("Subject")},
             propertiesOf({{names.uscc, Value::of("91440101MA" + std::to_string(100'000 + number))},
                           {names.name, Value::of("企业" + std::to_string(below(400)))},
                           {names.status, Value::of(kStatuses[below(4)])}})});
    }
    RelId stake(WriteTxn& txn, NodeId start, NodeId end) {
        Properties properties =
            propertiesOf({{names.share, decimalOf(static_cast<std::int64_t>(below(10'000)))},
                          {names.from, Value::of(Date{static_cast<std::int32_t>(below(20'000))})}});
        if (below(3) == 0) {
            setProperty(properties, names.to,
                        Value::of(Date{static_cast<std::int32_t>(20'000 + below(2'000))}));
        }
        return txn.createRelationship({names.invests, start, end, std::move(properties)});
    }
    NodeId penalty(WriteTxn& txn, NodeId of) {
        const NodeId id = txn.createNode(
            {{names.penalty},
             propertiesOf({{names.decided, Value::of(Date{static_cast<std::int32_t>(18'000 + below(900))})},
                           {names.fine, decimalOf(static_cast<std::int64_t>(below(5'000'000)))}})});
        txn.createRelationship({names.against, id, of, {}});
        return id;
    }
    NodeId anyCompany() { return companies[below(companies.size())]; }

    void fill(std::uint32_t count) {
        for (std::uint32_t batch = 0; batch < 4; ++batch) {
            database.write({.statement = {}}, [&](WriteTxn& txn) {
                for (std::uint32_t i = 0; i < count / 4; ++i) {
                    companies.push_back(company(txn));
                }
                for (std::uint32_t i = 0; i < count / 2; ++i) {
                    stakes.push_back(stake(txn, anyCompany(), anyCompany()));
                }
                for (std::uint32_t i = 0; i < count / 8; ++i) {
                    penalties.push_back(penalty(txn, anyCompany()));
                }
            });
        }
        names.hub = companies[count / 3];
        names.big = companies[count / 2];
        database.write({.statement = {}}, [&](WriteTxn& txn) {
            for (std::uint32_t i = 0; i < 700; ++i) {
                const NodeId person = txn.createNode({{names.person}, {}});
                stakes.push_back(stake(txn, person, names.hub));
            }
            NodeRecord record = *txn.node(names.big);
            setProperty(record.properties, names.note, Value::of(std::string(30'000, 'n')));
            txn.setNode(names.big, std::move(record));
            names.big_relationship =
                txn.createRelationship({names.invests, names.big, names.hub,
                                        propertiesOf({{names.note, Value::of(std::string(9'000, 'r'))}})});
        });
    }

    void change(std::uint32_t rounds) {
        for (std::uint32_t round = 0; round < rounds; ++round) {
            database.write({.statement = {}}, [&](WriteTxn& txn) {
                for (int i = 0; i < 8; ++i) {
                    const RelId gone = stakes[below(stakes.size())];
                    if (txn.exists(gone)) {
                        txn.deleteRelationship(gone);
                    }
                    const RelId changed = stakes[below(stakes.size())];
                    if (const auto record = txn.relationship(changed)) {
                        Properties properties = record->properties;
                        setProperty(properties, names.share,
                                    decimalOf(static_cast<std::int64_t>(below(10'000))));
                        txn.setRelationship(changed, std::move(properties));
                    }
                    const NodeId penalty = penalties[below(penalties.size())];
                    NodeRecord record = *txn.node(penalty);
                    setProperty(record.properties, names.fine,
                                decimalOf(static_cast<std::int64_t>(below(900))));
                    txn.setNode(penalty, std::move(record));
                }
                const NodeId fresh = company(txn);
                stakes.push_back(stake(txn, anyCompany(), fresh));
                companies.push_back(fresh);
                const NodeId lone = txn.createNode({{names.person}, {}});
                txn.deleteNode(lone);
            });
        }
    }
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "xinpu-check-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a folder for the test");
    }
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

SampleNames makeSample(const std::filesystem::path& folder, std::uint32_t companies) {
    Database::create(folder);
    const auto database = Database::open(folder, {});
    SampleNames names;
    declareAll(*database, names);
    Maker maker{*database, names};
    maker.fill(companies);
    maker.change(20);
    database->mergeAll();
    names.merged_entry = database->snapshot()->sequence();
    maker.change(6);
    return names;
}

const Sample& sample() {
    static const TemporaryFolder folder;
    static const Sample made{folder.path() / "sample", makeSample(folder.path() / "sample", 1'600)};
    return made;
}

void copySample(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(sample().folder / "data.mdb", folder / "data.mdb",
                               std::filesystem::copy_options::overwrite_existing);
}

std::uint64_t contentSum(const Snapshot& snapshot) {
    std::uint64_t sum = 0;
    const auto add = [&sum](std::uint64_t kind, std::uint64_t a, std::uint64_t b, const std::string& bytes) {
        const std::uint64_t words[] = {kind, a, b, crc32c(7, bytes.data(), bytes.size())};
        sum += (std::uint64_t{crc32c(1, words, sizeof words)} << 32) + crc32c(2, words, sizeof words);
    };
    snapshot.eachNode([&](NodeId id, const NodeRecord& record) {
        std::string bytes;
        for (const LabelId label : record.labels) {
            bytes += std::to_string(label.value) + ',';
        }
        for (const auto& [key, value] : record.properties) {
            bytes += std::to_string(key.value) + ':';
            encodeValue(value, bytes);
        }
        add(1, id.value, 0, bytes);
        for (std::uint32_t type = 0; type < snapshot.typeCount(); ++type) {
            snapshot.adjacency(TypeId{type})
                .forEachBlock(id, Direction::Both, [&](const EntryBlock& block, Direction) {
                    for (std::uint32_t i = 0; i < block.count; ++i) {
                        add(2 + type, block.relationship(i).value, block.node(i).value,
                            std::to_string(id.value));
                    }
                });
        }
    });
    snapshot.eachRelationship([&](RelId id, const RelRecord& record) {
        std::string bytes = std::to_string(record.type.value);
        for (const auto& [key, value] : record.properties) {
            bytes += std::to_string(key.value) + ':';
            encodeValue(value, bytes);
        }
        add(id.value, record.start.value, record.end.value, bytes);
    });
    return sum;
}

std::size_t roundsOf(std::size_t quick, std::size_t lasting) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr std::size_t kSlowdown = 10;
#else
    constexpr std::size_t kSlowdown = 1;
#endif
    return std::getenv("XINPU_TEST_LONG") != nullptr ? lasting / kSlowdown : quick;
}

std::vector<Finding> findingsOf(const std::filesystem::path& folder) {
    return checkInChild(folder, {});
}

std::string textOf(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += findingText(finding) + '\n';
    }
    return text;
}

void tamper(const std::filesystem::path& folder,
            const std::function<void(StoreTxn&, const Environment&)>& change) {
    const auto environment = Environment::open(folder, {});
    StoreTxn txn = environment->beginWrite();
    change(txn, *environment);
    txn.commit();
}

}  // namespace xinpu::engine
