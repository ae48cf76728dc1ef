// loaders/bulk_load.cpp
// One or two passes over the files: with --strict, or when keys clash, the first pass only looks.

#include "loaders/bulk_load.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>
#include <unordered_set>

#include "engine/bulk/bulk_graph.h"
#include "engine/journal/payload.h"
#include "engine/txn/bitmap_values.h"
#include "engine/txn/commit.h"
#include "engine/txn/database.h"
#include "engine/value/ordered_key.h"
#include "loaders/graph_mapping.h"
#include "loaders/keys.h"
#include "loaders/party_table.h"
#include "loaders/row_feed.h"

namespace xinpu::loaders {
namespace {

using engine::NodeId;

/// Keys that occur with different content: none of their rows is taken.
struct Clashes {
    std::array<std::unordered_set<std::string>, kDatasets> keys;
    bool has(Dataset dataset, const std::string& key) const {
        return keys[static_cast<std::size_t>(dataset)].contains(key);
    }
    bool any(Dataset dataset) const { return !keys[static_cast<std::size_t>(dataset)].empty(); }
    std::size_t size() const {
        std::size_t total = 0;
        for (const auto& set : keys) {
            total += set.size();
        }
        return total;
    }
};

/// A penalty's relationships, kept until all nodes are written.
struct PenaltyEnds {
    NodeId penalty;
    NodeId subject;
    std::uint32_t authority;
    std::int32_t decided_on;
    std::int32_t fine;
};

class Pass {
public:
    /// Without a graph the pass only finds out what would be quarantined and which keys clash.
    Pass(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch, Clashes& clashes,
         engine::BulkGraph* graph, Quarantine* quarantine)
        : request_(request), hooks_(hooks), batch_(batch), clashes_(clashes), graph_(graph),
          quarantine_(quarantine) {
        for (const auto& file : request_.files) {
            if (file) {
                std::error_code ignored;
                const std::uint64_t size = std::filesystem::file_size(*file, ignored);
                bytes_all_ += ignored ? 0 : size;
            }
        }
        if (graph_ != nullptr) {
            schema_ = ensureSchema(graph_->catalog(), [this](engine::IndexDefinition def) {
                return graph_->declare(std::move(def));
            });
        }
    }

    void run() {
        subjects();
        persons();
        stubs();
        penalties();
        if (graph_ != nullptr) {
            batchNode();
            graph_->endNodes();
            penaltyRelationships();
        }
        stakes();
        roles();
    }
    std::vector<DatasetReceipt> receipts() const { return receipts_; }
    std::uint64_t quarantined() const {
        std::uint64_t rows = 0;
        for (const DatasetReceipt& receipt : receipts_) {
            rows += receipt.quarantined;
        }
        return rows;
    }
    bool foundNewClashes() const { return new_clashes_; }
    const std::vector<std::pair<std::string, engine::Digest>>& files() const { return digests_; }
    const GraphSchema& schema() const { return schema_; }

private:
    template <typename Row, typename Take>
    void feed(Dataset dataset, Take&& take, bool counted = true) {
        const auto& file = request_.files[static_cast<std::size_t>(dataset)];
        if (!file) {
            return;
        }
        engine::DigestStream digest;
        const bool digested = graph_ != nullptr && counted;
        RowFeed rows(dataset, *file, request_.today, counted ? quarantine_ : nullptr, hooks_, bytes_before_,
                     bytes_all_,
                     digested ? std::function<void(std::span<const std::byte>)>(
                                    [&digest](std::span<const std::byte> bytes) { digest.add(bytes); })
                              : nullptr);
        rows.template each<Row>([this](const Row& row) { prefetch(row); },
                                [&](const Row& row) { return take(rows, row); });
        if (counted) {
            receipts_.push_back(rows.receipt());
            bytes_before_ += rows.bytesTotal();
        }
        if (digested) {
            digests_.emplace_back(std::filesystem::path(*file).filename().string(), digest.finish());
        }
    }

    void prefetch(const SubjectRow& row) const { subjects_.prefetch(row.uscc); }
    void prefetch(const PersonRow& row) const { persons_.prefetch(row.pid); }
    void prefetch(const PenaltyRow& row) const { subjects_.prefetch(row.uscc); }
    void prefetch(const CapitalRow& row) const {
        (row.investorIsPerson() ? persons_ : subjects_).prefetch(row.investor);
        subjects_.prefetch(row.uscc);
    }
    void prefetch(const RoleRow& row) const {
        persons_.prefetch(row.pid);
        subjects_.prefetch(row.uscc);
    }

    /// What a key's earlier row, if any, makes of this one.
    RowFate fateOf(Dataset dataset, RowFeed& rows, PartyTable& table, const std::string& key,
                   std::uint32_t number, std::uint32_t content, std::size_t column) {
        if (clashes_.any(dataset) && clashes_.has(dataset, key)) {
            rows.refuse(dataset == Dataset::Penalty ? MessageId::DuplicateKey : MessageId::DuplicateRow,
                        column, key);
            return RowFate::Quarantined;
        }
        const PartyTable::Seen seen = table.insert(key, number, content);
        if (seen.number == PartyTable::kNone) {
            return RowFate::Accepted;
        }
        if (seen.content == content) {
            return RowFate::Unchanged;
        }
        clashes_.keys[static_cast<std::size_t>(dataset)].insert(key);
        new_clashes_ = true;
        return RowFate::Quarantined;
    }

    /// Adds the record with its keys, bitmaps and slots.
    NodeId addNode(engine::LabelId primary, const engine::NodeRecord& record) {
        if (graph_ == nullptr) {
            return NodeId{dry_next_++};
        }
        row_.clear();
        engine::encodeRecord(record, graph_->catalog(), row_);
        const NodeId id = graph_->addNode(primary, record.labels, row_);
        for (const engine::IndexDefinition& index : graph_->catalog().catalog().indexes()) {
            if (!index.label.valid() ||
                std::find(record.labels.begin(), record.labels.end(), index.label) == record.labels.end()) {
                continue;
            }
            switch (index.kind) {
            case engine::IndexKind::Unique:
            case engine::IndexKind::Range:
                if (const auto key = engine::indexKey(index, record.properties)) {
                    graph_->addKey(index.id, *key, id);
                }
                break;
            case engine::IndexKind::Bitmap:
            case engine::IndexKind::DateBitmap:
                for (const std::string& value : engine::bitmapValues(index, record.properties)) {
                    graph_->addBitmap(index.id, value, id);
                }
                break;
            case engine::IndexKind::Column:
                if (const std::int32_t slot =
                        engine::slotOf(engine::propertyOf(record.properties, index.keys[0]), index.codecs[0]);
                    slot != engine::kSlotAbsent) {
                    graph_->addSlot(index.id, id, slot);
                }
                break;
            case engine::IndexKind::Adjacency:
            case engine::IndexKind::Rule:
                break;
            }
        }
        return id;
    }

    void subjects() {
        feed<SubjectRow>(Dataset::Subject, [this](RowFeed& rows, const SubjectRow& row) {
            key_ = row.uscc;
            const RowFate fate = fateOf(Dataset::Subject, rows, subjects_, key_, next_number_,
                                        subjects_.digest(rows.raw()), 0);
            if (fate == RowFate::Accepted) {
                mapping_.subject(row, record_);
                remember(
                    addNode(graph_ != nullptr ? mapping_.primaryOf(row.uscc) : engine::LabelId{}, record_));
            }
            return fate;
        });
    }

    void persons() {
        feed<PersonRow>(Dataset::Person, [this](RowFeed& rows, const PersonRow& row) {
            key_ = row.pid;
            const RowFate fate =
                fateOf(Dataset::Person, rows, persons_, key_, next_number_, persons_.digest(rows.raw()), 0);
            if (fate == RowFate::Accepted) {
                mapping_.person(row, record_);
                remember(addNode(schema_.person, record_));
            }
            return fate;
        });
    }

    void remember(NodeId id) {
        ids_.push_back(id);
        ++next_number_;
    }

    /// Subjects that only stakes and roles name, made while nodes can still be made.
    void stubs() {
        if (!request_.stub_subjects) {
            return;
        }
        const auto take = [this](std::string_view uscc) {
            if (subjects_.find(uscc) == PartyTable::kNone) {
                makeStub(uscc);
            }
        };
        feed<CapitalRow>(
            Dataset::Capital,
            [&](RowFeed&, const CapitalRow& row) {
                take(row.uscc);
                if (!row.investorIsPerson()) {
                    take(row.investor);
                }
                return RowFate::Accepted;
            },
            false);
        feed<RoleRow>(
            Dataset::Role,
            [&](RowFeed&, const RoleRow& row) {
                take(row.uscc);
                return RowFate::Accepted;
            },
            false);
    }

    std::uint32_t makeStub(std::string_view uscc) {
        const std::uint32_t number = next_number_;
        subjects_.insert(uscc, number, 0);
        mapping_.stubSubject(uscc, record_);
        remember(addNode(graph_ != nullptr ? mapping_.primaryOf(uscc) : engine::LabelId{}, record_));
        return number;
    }

    std::uint32_t authorityOf(const PenaltyRow& row) {
        const auto found = authority_numbers_.find(row.authority_name);
        if (found != authority_numbers_.end()) {
            return found->second;
        }
        const std::string code = authorityCodeOfName(row.authority_name);
        const auto same = authority_codes_.find(code);
        std::uint32_t number = 0;
        if (same != authority_codes_.end()) {
            number = same->second;
        } else {
            mapping_.authority(code, row.authority_name, row.domain.id, record_);
            number = static_cast<std::uint32_t>(authorities_.size());
            authorities_.push_back(addNode(schema_.authority, record_));
            authority_code_of_.push_back(code);
            authority_codes_.emplace(code, number);
        }
        authority_numbers_.emplace(row.authority_name, number);
        return number;
    }

    void penalties() {
        feed<PenaltyRow>(Dataset::Penalty, [this](RowFeed& rows, const PenaltyRow& row) {
            std::uint32_t subject = subjects_.find(row.uscc);
            if (subject == PartyTable::kNone) {
                if (!request_.stub_subjects) {
                    rows.refuse(MessageId::SubjectUnknown, 1, row.uscc);
                    return RowFate::Quarantined;
                }
                subject = makeStub(row.uscc);
            }
            const std::uint32_t authority = authorityOf(row);
            penaltyKey(authority_code_of_[authority], row.doc_no, row.uscc, key_);
            const RowFate fate =
                fateOf(Dataset::Penalty, rows, penalties_, key_, 0, penalties_.digest(rows.raw()), 0);
            if (fate == RowFate::Accepted) {
                mapping_.penalty(row, key_, batch_, record_);
                const NodeId id = addNode(schema_.penalty, record_);
                if (graph_ != nullptr) {
                    const auto fine = engine::propertyOf(record_.properties, schema_.fine);
                    penalty_ends_.push_back({id, ids_[subject], authority, row.decided_on,
                                             engine::slotOf(fine, {engine::SlotCodec::Kind::Decimal, 2})});
                }
            }
            return fate;
        });
    }

    void batchNode() {
        if (receiptOf(Dataset::Penalty) == 0) {
            return;
        }
        record_.labels.assign({schema_.batch});
        record_.properties.clear();
        engine::setProperty(record_.properties, schema_.id, engine::Value::of(batch_));
        if (!request_.supplier.empty()) {
            engine::setProperty(record_.properties, schema_.supplier, engine::Value::of(request_.supplier));
        }
        if (!request_.delivered_at.empty()) {
            engine::setProperty(record_.properties, schema_.delivered_at,
                                engine::Value::of(request_.delivered_at));
        }
        engine::setProperty(record_.properties, schema_.rows,
                            engine::Value::of(static_cast<std::int64_t>(receiptOf(Dataset::Penalty))));
        addNode(schema_.batch, record_);
    }

    std::uint64_t receiptOf(Dataset dataset) const {
        for (const DatasetReceipt& receipt : receipts_) {
            if (receipt.name == nameOf(dataset)) {
                return receipt.accepted;
            }
        }
        return 0;
    }

    void penaltyRelationships() {
        engine::RelRecord record;
        for (const PenaltyEnds& ends : penalty_ends_) {
            const std::int32_t slots[2] = {ends.decided_on, ends.fine};
            addRelationship(schema_.against, ends.penalty, ends.subject, record, {}, slots);
            addRelationship(schema_.decided_by, ends.penalty, authorities_[ends.authority], record, {}, {});
        }
        std::vector<PenaltyEnds>().swap(penalty_ends_);
    }

    void addRelationship(engine::TypeId type, NodeId start, NodeId end, engine::RelRecord& record,
                         std::span<const std::int32_t> out_slots, std::span<const std::int32_t> in_slots) {
        record.type = type;
        record.start = start;
        record.end = end;
        row_.clear();
        engine::encodeRecord(record, graph_->catalog(), row_);
        graph_->addRelationship(type, start, end, row_, out_slots, in_slots);
    }

    void stakes() {
        engine::RelRecord record;
        feed<CapitalRow>(Dataset::Capital, [&](RowFeed& rows, const CapitalRow& row) {
            const bool person = row.investorIsPerson();
            const std::uint32_t holder = (person ? persons_ : subjects_).find(row.investor);
            const std::uint32_t firm = subjects_.find(row.uscc);
            if (holder == PartyTable::kNone || firm == PartyTable::kNone) {
                const bool holder_unknown = holder == PartyTable::kNone;
                rows.refuse(holder_unknown && person ? MessageId::PersonUnknown : MessageId::SubjectUnknown,
                            holder_unknown ? 0 : 2, holder_unknown ? row.investor : row.uscc);
                return RowFate::Quarantined;
            }
            if (graph_ != nullptr) {
                mapping_.stake(row, record.properties);
                const auto slots =
                    engine::slotsOf(graph_->catalog().catalog().adjacency(schema_.invests_in).slots[0],
                                    record.properties, nullptr);
                addRelationship(schema_.invests_in, ids_[holder], ids_[firm], record, slots, slots);
            }
            return RowFate::Accepted;
        });
    }

    void roles() {
        engine::RelRecord record;
        PartyTable seen;
        feed<RoleRow>(Dataset::Role, [&](RowFeed& rows, const RoleRow& row) {
            const std::uint32_t person = persons_.find(row.pid);
            const std::uint32_t firm = subjects_.find(row.uscc);
            if (person == PartyTable::kNone || firm == PartyTable::kNone) {
                const bool person_unknown = person == PartyTable::kNone;
                rows.refuse(person_unknown ? MessageId::PersonUnknown : MessageId::SubjectUnknown,
                            person_unknown ? 0 : 1, person_unknown ? row.pid : row.uscc);
                return RowFate::Quarantined;
            }
            key_.assign(reinterpret_cast<const char*>(&person), sizeof person);
            key_.append(reinterpret_cast<const char*>(&firm), sizeof firm);
            key_.append(reinterpret_cast<const char*>(&row.valid_from), sizeof row.valid_from);
            key_.append(row.role.id);
            const RowFate fate =
                fateOf(Dataset::Role, rows, seen, key_, 0, static_cast<std::uint32_t>(row.valid_to), 2);
            if (fate == RowFate::Accepted && graph_ != nullptr) {
                mapping_.role(row, record.properties);
                addRelationship(schema_.holds_role, ids_[person], ids_[firm], record, {}, {});
            }
            return fate;
        });
    }

    const LoadRequest& request_;
    const LoadHooks& hooks_;
    const std::string& batch_;
    Clashes& clashes_;
    engine::BulkGraph* graph_;
    Quarantine* quarantine_;
    std::uint64_t bytes_all_ = 0;
    std::uint64_t bytes_before_ = 0;
    bool new_clashes_ = false;
    std::uint32_t dry_next_ = 0;

    GraphSchema schema_;
    GraphMapping mapping_{schema_};
    PartyTable subjects_, persons_, penalties_;
    std::vector<NodeId> ids_;  ///< by party number
    std::uint32_t next_number_ = 0;
    std::vector<NodeId> authorities_;
    std::vector<std::string> authority_code_of_;
    std::map<std::string, std::uint32_t, std::less<>> authority_numbers_;
    std::map<std::string, std::uint32_t, std::less<>> authority_codes_;
    std::vector<PenaltyEnds> penalty_ends_;
    std::vector<DatasetReceipt> receipts_;
    std::vector<std::pair<std::string, engine::Digest>> digests_;

    engine::NodeRecord record_;
    std::string row_;
    std::string key_;
};

}  // namespace

LoadOutcome bulkLoad(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch,
                     std::int64_t now_us) {
    const auto began = std::chrono::steady_clock::now();
    Clashes clashes;
    const std::filesystem::path quarantine_folder =
        request.quarantine.empty() ? request.data / "quarantine" / batch : request.quarantine;
    LoadOutcome outcome;
    outcome.bulk = true;
    outcome.receipt.batch = batch;
    outcome.receipt.supplier = request.supplier;
    outcome.receipt.delivered_at = request.delivered_at;
    outcome.receipt.received_at = batch.substr(0, batch.find('-'));

    bool look_first = request.strict;
    for (;;) {
        if (look_first) {
            Quarantine quarantine(quarantine_folder);
            const std::size_t known = clashes.size();
            Pass pass(request, hooks, batch, clashes, nullptr, &quarantine);
            pass.run();
            if (clashes.size() != known) {
                quarantine.discard();
                continue;  // once more, now that both rows of each clashing key are known
            }
            if (request.strict && pass.quarantined() != 0) {
                outcome.receipt.datasets = pass.receipts();
                quarantine.finish(outcome.receipt, true);
                throw Error(
                    ErrorCode::Data,
                    fmt::format("{} rows would be quarantined; nothing was written. The reasons are in '{}'.",
                                pass.quarantined(), quarantine_folder.string()),
                    "STRICT");
            }
            quarantine.discard();
        }
        Quarantine quarantine(quarantine_folder);
        engine::BulkGraph graph(engine::databaseFolder(request.data, request.database),
                                {.memory_bytes = request.memory_bytes});
        Pass pass(request, hooks, batch, clashes, &graph, &quarantine);
        pass.run();
        if (pass.foundNewClashes()) {
            quarantine.discard();
            look_first = true;
            continue;
        }
        if (hooks.progress) {
            hooks.progress("indexes", 0, 0, 0);
        }
        engine::EntryDraft draft;
        draft.time_us = now_us;
        draft.kind = engine::EntryKind::Load;
        draft.principal = "local";
        engine::PayloadWriter payload;
        for (const auto& [name, digest] : pass.files()) {
            payload.file(name, digest);
        }
        outcome.receipt.journal = graph.finish(draft, payload.take());
        outcome.receipt.datasets = pass.receipts();
        outcome.receipt.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        quarantine.finish(outcome.receipt, !request.quarantine.empty());
        if (quarantine.used()) {
            outcome.quarantine = quarantine_folder;
        }
        return outcome;
    }
}

}  // namespace xinpu::loaders
